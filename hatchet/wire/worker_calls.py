"""What workers ask of the engine and tell it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from hatchet._lazy import Deferred
from hatchet.errors import PayloadTooLarge, Unsupported
from hatchet.transport.retry import ONCE
from hatchet.wire.calls import Calls, TranslatedErrors

if TYPE_CHECKING:
    from hatchet.wire import decode, encode_definitions, encode_durable, encode_worker, values, versions
    from hatchet.wire.encode_durable import Incoming, Outgoing
    from hatchet.wire.requests import WorkflowDefinition
    from hatchet.wire.values import Assignment, Batch, Outcome, OutcomeKind
else:
    # As in `calls`.
    decode = Deferred("hatchet.wire.decode")
    encode_definitions = Deferred("hatchet.wire.encode_definitions")
    encode_durable = Deferred("hatchet.wire.encode_durable")
    encode_worker = Deferred("hatchet.wire.encode_worker")
    values = Deferred("hatchet.wire.values")
    versions = Deferred("hatchet.wire.versions")

BATCH_ITEMS = 10_000  # runs of a batch in one message; their size is what counts
HEARTBEAT_TIMEOUT = 5.0  # s; a later answer would come after the worker was taken out of scheduling
UNSUBSCRIBE_TIMEOUT = 5.0  # s; a farewell is a courtesy, and must not hold up the exit


class WorkerCalls(Calls):
    """Registration, assignments, outcomes, and what a running attempt says."""

    async def engine_version(self) -> str | None:
        """The engine's version; None for engines older than v0.78.23, which do not tell."""
        try:
            reply = await self._call(
                lambda channel: channel.dispatcher.get_version, encode_worker.version_request(), "GetVersion"
            )
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
        request = encode_definitions.workflow(definition)
        return (
            await self._call(lambda channel: channel.admin.put_workflow, request, f"PutWorkflow {definition.name}")
        ).id

    async def register_worker(
        self, name: str, actions: Sequence[str], slots: Mapping[str, int], labels: Mapping[str, str | int], version: str
    ) -> str:
        """Introduce a worker; its id."""
        request = encode_worker.registration(name, actions, slots, labels, version)
        return (await self._call(lambda channel: channel.dispatcher.register, request, f"Register {name}")).worker_id

    async def listen(self, worker_id: str) -> AsyncGenerator[Assignment]:
        """What the engine assigns to a worker, until the stream ends."""
        token = self._credential.current
        stream = self.channel.dispatcher.listen_v2(encode_worker.listen(worker_id), metadata=token.metadata)
        with self.channel.opened(stream), TranslatedErrors(self, "ListenV2", token):
            async for message in stream:
                yield decode.assignment(message)

    async def durable_tasks(self, requests: AsyncGenerator[Outgoing, None]) -> AsyncGenerator[Incoming, None]:
        """What the engine says of a worker's durable tasks, until the stream ends; `requests` go out on it."""
        token = self._credential.current
        stream = self.channel.durable.durable_task(requests, metadata=token.metadata)
        with self.channel.opened(stream), TranslatedErrors(self, "DurableTask", token):
            async for message in stream:
                yield message

    async def restore_evicted(self, task_run_id: str) -> None:
        """Bring an evicted task back; nothing where it is back already."""
        request = encode_durable.restore(task_run_id)
        await self._call(lambda channel: channel.dispatcher.restore_evicted_task, request, "RestoreEvictedTask")

    async def heartbeat(self, worker_id: str) -> None:
        """Say that a worker is alive; one try, since the next beat follows soon."""
        await self._call(
            lambda channel: channel.dispatcher.heartbeat,
            encode_worker.heartbeat(worker_id),
            "Heartbeat",
            timeout=HEARTBEAT_TIMEOUT,
            policy=ONCE,
        )

    async def reconnect(self) -> None:
        """Leave the connection, which has gone silent, for a new one; calls that wait on it fail."""
        await self.channel.renew()

    async def unsubscribe(self, worker_id: str) -> None:
        """A worker's farewell."""
        request = encode_worker.unsubscribe(worker_id)
        await self._call(
            lambda channel: channel.dispatcher.unsubscribe,
            request,
            "Unsubscribe",
            timeout=UNSUBSCRIBE_TIMEOUT,
            policy=ONCE,
        )

    async def report(self, assignment: Assignment, worker_id: str, outcome: Outcome, timeout: float) -> None:
        """Tell what became of an attempt; one try, the reporter decides about more."""
        if assignment.batch is not None:
            return await self._report_batch(assignment, assignment.batch, worker_id, outcome, timeout)
        # Without _call: this is made twice for every task, and what goes around a retry would cost a tenth of it.
        request = encode_worker.outcome(assignment, worker_id, outcome)
        name = "SendStepActionEvent"
        if outcome.payload:
            self._check_size(request, name)
        token = self._credential.current
        with TranslatedErrors(self, name, token, assignment.task_run_id):
            send = self.channel.dispatcher.send_step_action_event
            await send(request, timeout=timeout, metadata=token.metadata)
        return None

    async def _report_batch(
        self, assignment: Assignment, batch: Batch, worker_id: str, outcome: Outcome, timeout: float
    ) -> None:
        name = f"SendBatchActionEvent for batch {batch.id}"
        by_kind: dict[OutcomeKind, list[encode_worker.BatchItem]] = {}
        for run_id in batch.members:
            result = outcome if outcome.members is None else outcome.members.get(run_id, outcome)
            kind = result.kind
            try:
                item = encode_worker.batch_item(run_id, result)
                self._check_size(item, name)
            except Exception as error:  # too large, or no message can be made of it: that fails its own run
                kind, item = (
                    values.OutcomeKind.FAILED,
                    encode_worker.batch_item(run_id, values.unsendable(error, run_id)),
                )
            by_kind.setdefault(kind, []).append(item)
        for kind, items in by_kind.items():
            for chunk in self._chunks(items, BATCH_ITEMS, name):
                await self._send_items(assignment, worker_id, kind, chunk, name, timeout)

    async def _send_items(
        self,
        assignment: Assignment,
        worker_id: str,
        kind: OutcomeKind,
        items: Sequence[encode_worker.BatchItem],
        name: str,
        timeout: float,
    ) -> None:
        """Outcomes of one kind; those that the engine finds too large in ever smaller parts, so that only one fails."""
        request = encode_worker.batch_outcome(assignment, worker_id, kind, items)
        try:
            await self._call(
                lambda channel: channel.dispatcher.send_batch_action_event, request, name, timeout=timeout, policy=ONCE
            )
        except PayloadTooLarge as error:
            failed = values.OutcomeKind.FAILED
            if len(items) > 1:
                middle = len(items) // 2
                parts = [(kind, items[:middle]), (kind, items[middle:])]
            elif kind is not failed:
                run_id = items[0].task_run_external_id
                parts = [(failed, [encode_worker.batch_item(run_id, values.unsendable(error, run_id))])]
            else:
                raise
            for part_kind, part in parts:
                await self._send_items(assignment, worker_id, part_kind, part, name, timeout)

    async def refresh_timeout(self, task_run_id: str, by: str) -> None:
        """Push a task's execution timeout back."""
        request = encode_worker.refresh_timeout(task_run_id, by)
        await self._call(
            lambda channel: channel.dispatcher.refresh_timeout, request, "RefreshTimeout", idempotent=False
        )

    async def release_slot(self, task_run_id: str) -> None:
        """Give a task's slot back while it goes on."""
        await self._call(
            lambda channel: channel.dispatcher.release_slot, encode_worker.release_slot(task_run_id), "ReleaseSlot"
        )

    async def put_log(self, task_run_id: str, retry_count: int, moment: datetime, level: str, message: str) -> None:
        """Store one line of a task's log; one try, the sender of lines decides about more."""
        request = encode_worker.log_line(task_run_id, retry_count, moment, level, message)
        await self._call(lambda channel: channel.events.put_log, request, "PutLog", policy=ONCE)

    async def put_stream(self, task_run_id: str, index: int, data: bytes) -> None:
        """Send one chunk of a task's stream to whoever listens."""
        request = encode_worker.stream_chunk(task_run_id, index, data)
        await self._call(lambda channel: channel.events.put_stream_event, request, "PutStreamEvent", idempotent=False)

    async def upsert_worker_labels(self, worker_id: str, labels: Mapping[str, str | int]) -> None:
        """Set labels of a worker; those that are not named stay."""
        request = encode_worker.label_upsert(worker_id, labels)
        await self._call(lambda channel: channel.dispatcher.upsert_worker_labels, request, "UpsertWorkerLabels")
