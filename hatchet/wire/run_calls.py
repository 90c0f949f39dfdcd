"""What starts runs, and what is known of them."""

from __future__ import annotations

import asyncio
import logging
import weakref
from collections.abc import AsyncGenerator, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from hatchet._lazy import Deferred
from hatchet.config import ClientConfig
from hatchet.errors import (
    AlreadyExists,
    ApiError,
    BulkProgress,
    BulkTriggerIdempotencyCollisionError,
    DedupeViolationError,
    HatchetError,
    IdempotencyCollision,
    InvalidRequest,
    NotFound,
    PayloadTooLarge,
    ResultTimeout,
    RunCancelled,
    Unavailable,
)
from hatchet.hooks import Hooks
from hatchet.transport.io_loop import IoLoop
from hatchet.transport.progress import half_done
from hatchet.transport.retry import ONCE, RetryPolicy
from hatchet.transport.stream import RECONNECT, SharedSubscription
from hatchet.wire.calls import Calls, TranslatedErrors
from hatchet.wire.recent import Recent

if TYPE_CHECKING:
    from hatchet.transport.connection import LocalEngine
    from hatchet.wire import api_errors, decode, encode_runs
    from hatchet.wire.requests import Trigger
    from hatchet.wire.values import FinishedRun, RunDetails, RunEvent, ScheduledRun
else:
    # As in `calls`.
    api_errors = Deferred("hatchet.wire.api_errors")
    decode = Deferred("hatchet.wire.decode")
    encode_runs = Deferred("hatchet.wire.encode_runs")

logger: Final = logging.getLogger("hatchet")

BULK_RUNS = 1000  # runs in one message: the engine's limit
DOUBT_AFTER = 10.0  # s without a result before a workflow that never gave one is asked about
EXISTING_LIMIT = 10_000  # workflows that are remembered to exist


class Wait(Protocol):
    """One wait for a result."""

    def saw(self, details: RunDetails) -> None:
        """The run was looked at."""
        ...

    def timed_out(self) -> ResultTimeout:
        """The error for a wait whose time is over."""
        ...

    async def cancelled(self) -> RunCancelled:
        """The error for a run that was cancelled."""
        ...

    def end(self) -> None:
        """It waits no longer."""
        ...


class Watch(Protocol):
    """Looks after those who wait for results, and says why a run is not executed; it lives in a layer above."""

    def begin(self, run_id: str, workflow: str | None, timeout: float | None) -> Wait:
        """A wait for a run's result, that of a workflow where one is known, for so many seconds at most."""
        ...

    async def large_details(self, run_id: str, error: PayloadTooLarge, *, ended: bool) -> RunDetails:
        """A run as it stands, which is too large for one message."""
        ...


class RunCalls(Calls):
    """Triggers, results, events of runs."""

    def __init__(
        self,
        config: ClientConfig,
        io: IoLoop,
        policy: RetryPolicy | None = None,
        hooks: Hooks | None = None,
        local: LocalEngine | None = None,
    ) -> None:
        super().__init__(config, io, policy, hooks, local)
        self.watch: Watch | None = None
        """Who looks after the waits; a client has one."""
        self.recent: Recent = Recent()
        """What this client has just started."""
        self._existing: set[str] = set()
        self._confirming: dict[str, asyncio.Lock] = {}
        self.results: SharedSubscription[encode_runs.RunSubscription, encode_runs.RunEvent] = SharedSubscription(
            self.io,
            "SubscribeToWorkflowRuns",
            connect=partial(_result_events_of, weakref.ref(self)),
            ask=lambda run_id: encode_runs.subscription(run_id),
            key_of=lambda event: event.workflow_run_id,
        )

    async def _result_events(
        self, questions: AsyncGenerator[encode_runs.RunSubscription, None]
    ) -> AsyncGenerator[encode_runs.RunEvent, None]:
        token = self._credential.current
        stream = self.channel.dispatcher.subscribe_to_workflow_runs(questions, metadata=token.metadata)
        try:
            with self.channel.opened(stream), TranslatedErrors(self, "SubscribeToWorkflowRuns", token):
                async for event in stream:
                    yield event
        except Unavailable as error:
            await self._explain(error)
            raise

    async def trigger(self, run: Trigger) -> str:
        """Start a run; its id. Not repeated when the engine may have acted on it: that would start a second."""
        request = encode_runs.trigger(run)
        name = f"TriggerWorkflow {run.workflow}"
        # A child with an index is found again by the engine, so that a repeated trigger is harmless.
        idempotent = run.child_index is not None
        try:
            reply = await self._call(
                lambda channel: channel.workflows.trigger_workflow, request, name, idempotent=idempotent
            )
        except (InvalidRequest, AlreadyExists) as error:
            raise not_started(error) from error
        self.recent.add((reply.workflow_run_id,))
        return reply.workflow_run_id

    async def bulk_trigger(self, runs: Sequence[Trigger]) -> list[str]:
        """Start many runs, in as few messages as their number and size allow; ids in the same order.

        Raises:
            BulkTriggerIdempotencyCollisionError: some were not started; all the others were, in every message.
            ApiError: a message failed; `.progress` says what those before it have started.
        """
        ids: list[str] = []
        collisions: list[IdempotencyCollision] = []
        name = "BulkTriggerWorkflow"
        idempotent = all(run.child_index is not None for run in runs)
        for chunk in self._chunks([encode_runs.trigger(run) for run in runs], BULK_RUNS, name):
            request = encode_runs.bulk_trigger(chunk)
            try:
                reply = await self._call(
                    lambda channel: channel.workflows.bulk_trigger_workflow, request, name, idempotent=idempotent
                )
                ids += reply.workflow_run_ids
                self.recent.add(reply.workflow_run_ids)
            except BulkTriggerIdempotencyCollisionError as error:
                ids += error.run_ids
                self.recent.add(error.run_ids)
                collisions += error.collisions
            except ApiError as error:
                uncertain = len(chunk) if error.sent else 0
                progress = BulkProgress(len(runs), tuple(ids), tuple(collisions), uncertain)
                refused = not_started(error)
                half_done(refused, progress, "runs were started")
                if refused is error:
                    raise
                raise refused from error
        if collisions:
            raise api_errors.bulk_collision(name, ids, collisions)
        return ids

    async def schedule(self, run: Trigger, moment: datetime) -> ScheduledRun:
        """Start a run at a given time."""
        name = f"ScheduleWorkflow {run.workflow}"
        request = encode_runs.schedule(run, moment)
        try:
            reply = await self._call(
                lambda channel: channel.workflows.schedule_workflow, request, name, idempotent=False
            )
        except (InvalidRequest, NotFound) as error:
            raise not_started(error, run.workflow) from error
        return decode.scheduled_run(reply)

    async def finished(self, run_id: str, workflow: str) -> FinishedRun:
        """How a run ended, once it has.

        An engine may answer a trigger of an unknown workflow with the id of a run that it never makes, and says
        nothing to those who wait for it. So the first wait for each workflow asks once, after a while, whether its
        run exists.

        Raises:
            NotFound: it does not.
        """
        if workflow in self._existing:
            return decode.finished_run(await self.results.wait(run_id))
        doubt = Doubt(self, run_id, workflow)
        try:
            event = await self.results.wait(run_id)
        finally:
            doubt.end()
        self.exists(workflow, run_id)
        return decode.finished_run(event)

    def exists(self, workflow: str, run_id: str) -> None:
        """A run of a workflow is known to exist, so that none of its others is doubted."""
        # A run that is waited for by its id alone, in place of the workflow's name, tells nothing of others.
        if workflow != run_id and len(self._existing) < EXISTING_LIMIT:
            self._existing.add(workflow)

    def has_seen(self, workflow: str) -> bool:
        """Whether a run of a workflow is known to exist."""
        return workflow in self._existing

    async def confirm(self, run_id: str, workflow: str) -> None:
        """Learn whether a run exists, as soon as the engine can be asked, unless its workflow is known by then.

        Raises:
            NotFound: it does not.
        """
        lock = self._confirming.setdefault(workflow, asyncio.Lock())
        try:
            async with lock:
                if workflow not in self._existing:
                    await RECONNECT.run(lambda _: self.run_details(run_id, once=True))
                    self.exists(workflow, run_id)
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

    async def run_details(self, run_id: str, *, once: bool = False, ended: bool = False) -> RunDetails:
        """A run as it stands; with `once` a single try. One that is too large for a message is read over REST.

        Args:
            ended: it is known to have ended, which REST may show a moment later.
        """
        try:
            reply = await self._call(
                lambda channel: channel.admin.get_run_details,
                encode_runs.run_details(run_id),
                f"GetRunDetails {run_id}",
                policy=ONCE if once else None,
            )
        except PayloadTooLarge as error:
            if self.watch is None:
                raise
            return await self.watch.large_details(run_id, error, ended=ended)
        return decode.run_details(run_id, reply)

    def run_events(self, run_id: str) -> AsyncGenerator[RunEvent]:
        """What happens in a run from now on, until the stream ends; one connection, the caller decides about more.

        Raises:
            NotFound: the engine has no such run, also not after waiting for some seconds.
        """
        return self._run_events(encode_runs.run_events(run_id), f"SubscribeToWorkflowEvents {run_id}")

    def metadata_events(self, key: str, value: str) -> AsyncGenerator[RunEvent]:
        """What happens in all runs whose metadata has a pair, until the stream ends; one connection."""
        return self._run_events(encode_runs.metadata_events(key, value), f"SubscribeToWorkflowEvents {key}={value}")

    async def _run_events(self, request: encode_runs.RunEventsQuestion, name: str) -> AsyncGenerator[RunEvent]:
        token = self._credential.current
        stream = self.channel.dispatcher.subscribe_to_workflow_events(request, metadata=token.metadata)
        try:
            with self.channel.opened(stream), TranslatedErrors(self, name, token):
                async for message in stream:
                    yield decode.run_event(message)
        except Unavailable as error:
            await self._explain(error)
            raise

    async def cancel(self, run_ids: Sequence[str]) -> list[str]:
        """Cancel runs or task runs."""
        reply = await self._call(lambda channel: channel.admin.cancel_tasks, encode_runs.cancel(run_ids), "CancelTasks")
        return list(reply.cancelled_tasks)

    async def replay(self, run_ids: Sequence[str]) -> list[str]:
        """Run finished runs or task runs again."""
        request = encode_runs.replay(run_ids)
        reply = await self._call(lambda channel: channel.admin.replay_tasks, request, "ReplayTasks", idempotent=False)
        return list(reply.replayed_tasks)


def _result_events_of(
    known: weakref.ref[RunCalls], questions: AsyncGenerator[encode_runs.RunSubscription, None]
) -> AsyncGenerator[encode_runs.RunEvent, None]:
    calls = known()
    if calls is None:  # whoever waits holds it
        raise HatchetError("the client is gone, and nobody waits for its results")
    return calls._result_events(questions)  # pyright: ignore[reportPrivateUsage]  # of this module


class Doubt:
    """Asks, beside a wait that takes long, whether its run exists at all; the wait fails when it does not."""

    __slots__ = ("_asking", "_calls", "_run_id", "_timer", "_workflow")

    def __init__(self, calls: RunCalls, run_id: str, workflow: str) -> None:
        self._calls = calls
        self._run_id = run_id
        self._workflow = workflow
        self._asking: asyncio.Task[None] | None = None
        self._timer = asyncio.get_running_loop().call_later(DOUBT_AFTER, self._begin)

    def _begin(self) -> None:
        self._asking = self._calls.io.spawn(self._ask(), f"whether run {self._run_id} exists")

    async def _ask(self) -> None:
        try:
            await self._calls.confirm(self._run_id, self._workflow)
        except ApiError as error:
            if error.repeatable:  # the engine is away; how long that may last is for the subscription to say
                logger.debug("whether run %s exists could not be learned: %s", self._run_id, error)
            else:
                self._calls.results.fail(self._run_id, error)

    def end(self) -> None:
        """The wait is over."""
        self._timer.cancel()
        if self._asking is not None:
            self._asking.cancel()


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
