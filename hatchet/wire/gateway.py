"""Every call to the engine over gRPC: values in, values out, with its deadline, its retries and its errors."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeVar

from hatchet._lazy import Deferred
from hatchet.config import ClientConfig
from hatchet.errors import (
    AlreadyExists,
    ApiError,
    BulkTriggerIdempotencyCollisionError,
    DedupeViolationError,
    IdempotencyCollision,
    InvalidRequest,
    NotFound,
    PayloadTooLarge,
    Unauthenticated,
    Unavailable,
    Unsupported,
)
from hatchet.hooks import Hooks, tell
from hatchet.options.values import RateLimitDuration
from hatchet.transport.io_loop import IoLoop
from hatchet.transport.retry import RetryPolicy
from hatchet.transport.stream import SharedSubscription

if TYPE_CHECKING:
    from google.protobuf.message import Message
    from grpc import aio

    from hatchet.transport import channel as channels
    from hatchet.wire import decode, encode, failures, versions
    from hatchet.wire.requests import Trigger, WorkflowDefinition
    from hatchet.wire.values import (
        Assignment,
        Batch,
        Event,
        FinishedRun,
        Outcome,
        OutcomeKind,
        PushedEvent,
        RunDetails,
        RunEvent,
        ScheduledRun,
    )
else:
    # gRPC and protobuf take longer to load than the rest together; programs that only declare tasks never need them.
    aio = Deferred("grpc.aio")
    channels = Deferred("hatchet.transport.channel")
    decode = Deferred("hatchet.wire.decode")
    encode = Deferred("hatchet.wire.encode")
    failures = Deferred("hatchet.wire.failures")
    versions = Deferred("hatchet.wire.versions")

logger: Final = logging.getLogger("hatchet")

BULK_RUNS = 1000  # runs in one message: the engine's limit
BULK_EVENTS = 1000  # events in one message: the engine's limit
BATCH_ITEMS = 10_000  # runs of a batch in one message; their size is what counts
FRAME_SLACK = 16 * 1024  # bytes left free in a message for what surrounds its items
HEARTBEAT_TIMEOUT = 5.0  # s; a later answer would come after the worker was taken out of scheduling
DOUBT_AFTER = 10.0  # s without a result before a workflow that never gave one is asked about
EXISTING_LIMIT = 10_000  # workflows that are remembered to exist
RENEWED_LATELY = 10.0  # s; calls that are refused so soon after a new token was read went out with the old one
UNSUBSCRIBE_TIMEOUT = 5.0  # s; a farewell is a courtesy, and must not hold up the exit

Req = TypeVar("Req", bound="Message")
Res = TypeVar("Res")


class Gateway:
    """The engine, as the rest of the client sees it. Its methods run on the I/O loop."""

    def __init__(
        self, config: ClientConfig, io: IoLoop, policy: RetryPolicy | None = None, hooks: Hooks | None = None
    ) -> None:
        self.config = config
        self.io = io
        self.hooks: Hooks = hooks or Hooks()
        self._policy = policy or RetryPolicy.of(config.tenacity)
        self._once = RetryPolicy(attempts=1)
        self._metadata = _authorization(config.token)
        self._renewed = float("-inf")
        self._existing: set[str] = set()
        self._confirming: dict[str, asyncio.Lock] = {}
        self.results: SharedSubscription[encode.RunSubscription, encode.RunEvent] = SharedSubscription(
            io,
            connect=self._result_events,
            ask=lambda run_id: encode.subscription(run_id),
            key_of=lambda event: event.workflow_run_id,
            translate=lambda error: error if isinstance(error, ApiError) else None,
        )

    @cached_property
    def channel(self) -> channels.Channel:
        """The connection."""
        return channels.Channel(self.config, self.io)

    async def _call(
        self,
        method: aio.UnaryUnaryMultiCallable[Req, Res],
        request: Req,
        name: str,
        *,
        idempotent: bool = True,
        timeout: float | None = None,
        policy: RetryPolicy | None = None,
    ) -> Res:
        self._check_size(request, name)

        async def attempt() -> Res:
            with _Failures(self, name):
                return await method(request, timeout=timeout or self.config.request_timeout, metadata=self._metadata)

        return await (policy or self._policy).run(attempt, idempotent=idempotent)

    def _check_size(self, request: Message, name: str) -> None:
        size, limit = request.ByteSize(), self.config.grpc_max_send_message_length
        if size > limit:
            raise PayloadTooLarge(
                f"{name}: the message has {size} bytes, more than the limit of {limit}; "
                "pass large data by reference, or raise grpc_max_send_message_length here and on the engine"
            )

    async def _result_events(
        self, questions: AsyncGenerator[encode.RunSubscription, None]
    ) -> AsyncGenerator[encode.RunEvent, None]:
        stream = self.channel.dispatcher.subscribe_to_workflow_runs(questions, metadata=self._metadata)
        try:
            with _Failures(self, "SubscribeToWorkflowRuns"):
                async for event in stream:
                    yield event
        finally:
            stream.cancel()

    def meaning(self, error: aio.AioRpcError, name: str) -> ApiError:
        """What a failed call means. A refused token is read again: with a new one the call is worth another try."""
        raised = failures.from_rpc(error, name)
        if not isinstance(raised, Unauthenticated):
            return raised
        now = time.monotonic()
        if self.config.renew_token():
            logger.info("the engine refused the token, and %s holds a new one", self.config.token_file)
            self._metadata = _authorization(self.config.token)
            self._renewed = now
        elif now - self._renewed > RENEWED_LATELY:
            return raised
        again = Unavailable(f"{name}: the token was replaced in the meantime", code=raised.code, call=name)
        again.sent = False
        return again

    # -- workers

    async def engine_version(self) -> str | None:
        """The engine's version; None for engines older than v0.78.23, which do not tell."""
        try:
            reply = await self._call(self.channel.dispatcher.get_version, encode.version_request(), "GetVersion")
        except Unsupported:
            return None
        return reply.version

    async def put_workflow(self, definition: WorkflowDefinition) -> str:
        """Register a workflow; the id of its version.

        Raises:
            Unsupported: it declares something that this engine is too old for.
        """
        needs = list(versions.needs(definition))
        if needs:
            versions.refuse(needs, await self.engine_version())
        request = encode.workflow(definition)
        return (await self._call(self.channel.admin.put_workflow, request, f"PutWorkflow {definition.name}")).id

    async def register_worker(
        self, name: str, actions: Sequence[str], slots: Mapping[str, int], labels: Mapping[str, str | int], version: str
    ) -> str:
        """Introduce a worker; its id."""
        request = encode.registration(name, actions, slots, labels, version)
        return (await self._call(self.channel.dispatcher.register, request, f"Register {name}")).worker_id

    async def listen(self, worker_id: str) -> AsyncGenerator[Assignment]:
        """What the engine assigns to a worker, until the stream ends."""
        stream = self.channel.dispatcher.listen_v2(
            encode.listen(worker_id), metadata=self._metadata, timeout=self.config.listener_v2_timeout
        )
        try:
            with _Failures(self, "ListenV2"):
                async for message in stream:
                    yield decode.assignment(message)
        finally:
            stream.cancel()

    async def heartbeat(self, worker_id: str) -> None:
        """Say that a worker is alive; one try, since the next beat follows soon."""
        await self._call(
            self.channel.dispatcher.heartbeat,
            encode.heartbeat(worker_id),
            "Heartbeat",
            timeout=HEARTBEAT_TIMEOUT,
            policy=self._once,
        )

    async def reconnect(self) -> None:
        """Leave the connection, which has gone silent, for a new one; calls that wait on it fail."""
        await self.channel.renew()

    async def unsubscribe(self, worker_id: str) -> None:
        """A worker's farewell."""
        request = encode.unsubscribe(worker_id)
        await self._call(
            self.channel.dispatcher.unsubscribe, request, "Unsubscribe", timeout=UNSUBSCRIBE_TIMEOUT, policy=self._once
        )

    async def report(self, assignment: Assignment, worker_id: str, outcome: Outcome, timeout: float) -> None:
        """Tell what became of an attempt; one try, the reporter decides about more."""
        if assignment.batch is not None:
            return await self._report_batch(assignment, assignment.batch, worker_id, outcome, timeout)
        # Without _call: this is made twice for every task, and what goes around a retry would cost a tenth of it.
        request = encode.outcome(assignment, worker_id, outcome)
        name = "SendStepActionEvent"
        if outcome.payload:
            self._check_size(request, name)
        with _Failures(self, name, assignment.task_run_id):
            send = self.channel.dispatcher.send_step_action_event
            await send(request, timeout=timeout, metadata=self._metadata)
        return None

    async def _report_batch(
        self, assignment: Assignment, batch: Batch, worker_id: str, outcome: Outcome, timeout: float
    ) -> None:
        name = f"SendBatchActionEvent for batch {batch.id}"
        by_kind: dict[OutcomeKind, list[encode.BatchItem]] = {}
        for run_id in batch.members:
            result = outcome if outcome.members is None else outcome.members.get(run_id, outcome)
            by_kind.setdefault(result.kind, []).append(encode.batch_item(run_id, result))
        for kind, items in by_kind.items():
            for chunk in self._chunks(items, BATCH_ITEMS, name):
                request = encode.batch_outcome(assignment, worker_id, kind, chunk)
                await self._call(
                    self.channel.dispatcher.send_batch_action_event, request, name, timeout=timeout, policy=self._once
                )

    async def refresh_timeout(self, task_run_id: str, by: str) -> None:
        """Push a task's execution timeout back."""
        request = encode.refresh_timeout(task_run_id, by)
        await self._call(self.channel.dispatcher.refresh_timeout, request, "RefreshTimeout", idempotent=False)

    async def release_slot(self, task_run_id: str) -> None:
        """Give a task's slot back while it goes on."""
        await self._call(self.channel.dispatcher.release_slot, encode.release_slot(task_run_id), "ReleaseSlot")

    async def put_log(self, task_run_id: str, retry_count: int, moment: datetime, level: str, message: str) -> None:
        """Store one line of a task's log; one try, the sender of lines decides about more."""
        request = encode.log_line(task_run_id, retry_count, moment, level, message)
        await self._call(self.channel.events.put_log, request, "PutLog", policy=self._once)

    async def put_stream(self, task_run_id: str, index: int, data: bytes) -> None:
        """Send one chunk of a task's stream to whoever listens."""
        request = encode.stream_chunk(task_run_id, index, data)
        await self._call(self.channel.events.put_stream_event, request, "PutStreamEvent", idempotent=False)

    # -- runs

    async def trigger(self, run: Trigger) -> str:
        """Start a run; its id. Not repeated when the engine may have acted on it: that would start a second."""
        request = encode.trigger(run)
        name = f"TriggerWorkflow {run.workflow}"
        # A child with an index is found again by the engine, so that a repeated trigger is harmless.
        idempotent = run.child_index is not None
        try:
            reply = await self._call(self.channel.workflows.trigger_workflow, request, name, idempotent=idempotent)
        except (InvalidRequest, AlreadyExists) as error:
            raise not_started(error) from error
        return reply.workflow_run_id

    async def bulk_trigger(self, runs: Sequence[Trigger]) -> list[str]:
        """Start many runs, in as few messages as their number and size allow; ids in the same order.

        Raises:
            BulkTriggerIdempotencyCollisionError: some were not started; all the others were, in every message.
        """
        ids: list[str] = []
        collisions: list[IdempotencyCollision] = []
        name = "BulkTriggerWorkflow"
        idempotent = all(run.child_index is not None for run in runs)
        for chunk in self._chunks([encode.trigger(run) for run in runs], BULK_RUNS, name):
            request = encode.bulk_trigger(chunk)
            try:
                reply = await self._call(
                    self.channel.workflows.bulk_trigger_workflow, request, name, idempotent=idempotent
                )
                ids += reply.workflow_run_ids
            except BulkTriggerIdempotencyCollisionError as error:
                ids += error.run_ids
                collisions += error.collisions
            except ApiError as error:
                refused = not_started(error)
                if ids:
                    refused.add_note(f"the first {len(ids)} of {len(runs)} runs were started before this happened")
                raise refused from error
        if collisions:
            raise failures.bulk_collision(name, ids, collisions)
        return ids

    async def schedule(self, run: Trigger, moment: datetime) -> ScheduledRun:
        """Start a run at a given time."""
        name = f"ScheduleWorkflow {run.workflow}"
        request = encode.schedule(run, moment)
        try:
            reply = await self._call(self.channel.workflows.schedule_workflow, request, name, idempotent=False)
        except (InvalidRequest, NotFound) as error:
            raise not_started(error, run.workflow) from error
        return decode.scheduled_run(reply)

    def _chunks(self, messages: Sequence[Req], most: int, name: str) -> list[list[Req]]:
        chunks: list[list[Req]] = []
        room, limit = 0, self.config.grpc_max_send_message_length - FRAME_SLACK
        for message in messages:
            self._check_size(message, name)
            size = message.ByteSize() + 8  # the tag and length in front of each
            if not chunks or size > room or len(chunks[-1]) == most:
                chunks.append([])
                room = limit
            chunks[-1].append(message)
            room -= size
        return chunks

    async def finished(self, run_id: str, workflow: str) -> FinishedRun:
        """How a run ended, once it has.

        An engine may answer a trigger of an unknown workflow with the id of a run that it never makes, and says
        nothing to those who wait for it. So the first wait for each workflow asks once, after a while, whether its
        run exists.

        Raises:
            NotFound: it does not.
        """
        if workflow not in self._existing:
            try:
                async with asyncio.timeout(DOUBT_AFTER):
                    return self._seen(workflow, await self.results.wait(run_id))
            except TimeoutError:
                await self._confirm(workflow, run_id)
        return self._seen(workflow, await self.results.wait(run_id))

    def _seen(self, workflow: str, event: encode.RunEvent) -> FinishedRun:
        if len(self._existing) < EXISTING_LIMIT:
            self._existing.add(workflow)
        return decode.finished_run(event)

    async def _confirm(self, workflow: str, run_id: str) -> None:
        lock = self._confirming.setdefault(workflow, asyncio.Lock())
        try:
            async with lock:
                if workflow not in self._existing:
                    await self.run_details(run_id)
                    self._existing.add(workflow)
        except NotFound as error:
            raise NotFound(
                f"run {run_id} does not exist"
                if workflow == run_id
                else f"run {run_id} of {workflow!r} does not exist, though the engine gave it this id: "
                "no worker has registered the workflow",
                code=error.code,
                call=error.call,
            ) from error
        finally:
            self._confirming.pop(workflow, None)

    @property
    def waits(self) -> int:
        """Runs whose end somebody waits for."""
        return self.results.waits

    async def run_details(self, run_id: str, *, once: bool = False) -> RunDetails:
        """A run as it stands; with `once` a single try."""
        reply = await self._call(
            self.channel.admin.get_run_details,
            encode.run_details(run_id),
            f"GetRunDetails {run_id}",
            policy=self._once if once else None,
        )
        return decode.run_details(run_id, reply)

    def run_events(self, run_id: str) -> AsyncGenerator[RunEvent]:
        """What happens in a run from now on, until the stream ends; one connection, the caller decides about more.

        Raises:
            NotFound: the engine has no such run, also not after waiting for some seconds.
        """
        return self._run_events(encode.run_events(run_id), f"SubscribeToWorkflowEvents {run_id}")

    def metadata_events(self, key: str, value: str) -> AsyncGenerator[RunEvent]:
        """What happens in all runs whose metadata has a pair, until the stream ends; one connection."""
        return self._run_events(encode.metadata_events(key, value), f"SubscribeToWorkflowEvents {key}={value}")

    async def _run_events(self, request: encode.RunEventsQuestion, name: str) -> AsyncGenerator[RunEvent]:
        stream = self.channel.dispatcher.subscribe_to_workflow_events(request, metadata=self._metadata)
        try:
            with _Failures(self, name):
                async for message in stream:
                    yield decode.run_event(message)
        finally:
            stream.cancel()

    async def cancel(self, run_ids: Sequence[str]) -> list[str]:
        """Cancel runs or task runs."""
        reply = await self._call(self.channel.admin.cancel_tasks, encode.cancel(run_ids), "CancelTasks")
        return list(reply.cancelled_tasks)

    async def replay(self, run_ids: Sequence[str]) -> list[str]:
        """Run finished runs or task runs again."""
        request = encode.replay(run_ids)
        reply = await self._call(self.channel.admin.replay_tasks, request, "ReplayTasks", idempotent=False)
        return list(reply.replayed_tasks)

    # -- events and limits

    async def push_event(self, event: Event) -> PushedEvent:
        """Push one event."""
        request = encode.event(event)
        reply = await self._call(self.channel.events.push, request, f"Push {event.key}", idempotent=False)
        return self._pushed(decode.pushed_event(reply))

    def _pushed(self, event: PushedEvent) -> PushedEvent:
        if self.hooks.event_pushed:
            tell(self.hooks.event_pushed, lambda hook: hook.event_pushed(event))
        return event

    async def bulk_push(self, events: Sequence[Event]) -> list[PushedEvent]:
        """Push many events, in as few messages as their number and size allow."""
        pushed: list[PushedEvent] = []
        for chunk in self._chunks([encode.event(event) for event in events], BULK_EVENTS, "BulkPush"):
            reply = await self._call(
                self.channel.events.bulk_push, encode.bulk_event(chunk), "BulkPush", idempotent=False
            )
            pushed += [self._pushed(decode.pushed_event(message)) for message in reply.events]
        return pushed

    async def put_rate_limit(self, key: str, limit: int, duration: RateLimitDuration) -> None:
        """Create or change a rate limit."""
        request = encode.rate_limit(key, limit, duration)
        await self._call(self.channel.workflows.put_rate_limit, request, f"PutRateLimit {key}")

    async def pause_rate_limit(self, key: str, until: datetime) -> datetime:
        """Let nothing start that uses a rate limit; when the pause ends, which is never earlier than it was."""
        request = encode.rate_limit_pause(key, until)
        reply = await self._call(self.channel.workflows.pause_rate_limit, request, f"PauseRateLimit {key}")
        return decode.moment(reply.paused_until)

    async def upsert_worker_labels(self, worker_id: str, labels: Mapping[str, str | int]) -> None:
        """Set labels of a worker; those that are not named stay."""
        request = encode.label_upsert(worker_id, labels)
        await self._call(self.channel.dispatcher.upsert_worker_labels, request, "UpsertWorkerLabels")

    async def close(self) -> None:
        """Close the connection; the next call opens it again."""
        if "channel" in self.__dict__:
            await self.channel.close()


class _Failures:
    """Around a call: what it raises becomes an error of this package. Small, since every report goes through it."""

    __slots__ = ("_gateway", "_name", "_task_run_id")

    def __init__(self, gateway: Gateway, name: str, task_run_id: str = "") -> None:
        self._gateway = gateway
        self._name = name
        self._task_run_id = task_run_id

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if error is None:
            return
        name = f"{self._name} for task run {self._task_run_id}" if self._task_run_id else self._name
        if isinstance(error, aio.AioRpcError):
            raise self._gateway.meaning(error, name) from error
        # A channel that is closed cancels the calls on it, and gRPC then raises what a cancelled task would: nobody
        # has cancelled this one, so its caller must not end as if somebody had.
        if isinstance(error, asyncio.CancelledError):
            task = asyncio.current_task()
            if task is not None and not task.cancelling():
                raise Unavailable(f"{name}: the connection was closed", code="CANCELLED", call=name) from error


def _authorization(token: str) -> tuple[tuple[str, str], ...]:
    return (("authorization", f"bearer {token}"),)


def not_started(error: ApiError, workflow: str = "") -> ApiError:
    """What a refused trigger means, where the engine says that it does not know the workflow, or has such a run."""
    if type(error) is AlreadyExists:
        return DedupeViolationError(str(error), code=error.code, call=error.call)
    _, found, names = str(error).partition("workflow names not found: ")
    if not found and not isinstance(error, NotFound):
        return error
    message = (
        f"the engine knows no workflow {names.rstrip(')') or workflow}; a worker that has it must register it first"
    )
    return NotFound(message, code=error.code, call=error.call)
