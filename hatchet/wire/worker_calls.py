"""What workers ask of the engine and tell it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from hatchet._lazy import Deferred
from hatchet.errors import Unsupported
from hatchet.wire.calls import Calls, Failures

if TYPE_CHECKING:
    from hatchet.wire import decode, encode_definitions, encode_worker, versions
    from hatchet.wire.requests import WorkflowDefinition
    from hatchet.wire.values import Assignment, Batch, Outcome, OutcomeKind
else:
    # As in `calls`.
    decode = Deferred("hatchet.wire.decode")
    encode_definitions = Deferred("hatchet.wire.encode_definitions")
    encode_worker = Deferred("hatchet.wire.encode_worker")
    versions = Deferred("hatchet.wire.versions")

BATCH_ITEMS = 10_000  # runs of a batch in one message; their size is what counts
HEARTBEAT_TIMEOUT = 5.0  # s; a later answer would come after the worker was taken out of scheduling
UNSUBSCRIBE_TIMEOUT = 5.0  # s; a farewell is a courtesy, and must not hold up the exit


class WorkerCalls(Calls):
    """Registration, assignments, outcomes, and what a running attempt says."""

    async def engine_version(self) -> str | None:
        """The engine's version; None for engines older than v0.78.23, which do not tell."""
        try:
            reply = await self._call(self.channel.dispatcher.get_version, encode_worker.version_request(), "GetVersion")
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
        return (await self._call(self.channel.admin.put_workflow, request, f"PutWorkflow {definition.name}")).id

    async def register_worker(
        self, name: str, actions: Sequence[str], slots: Mapping[str, int], labels: Mapping[str, str | int], version: str
    ) -> str:
        """Introduce a worker; its id."""
        request = encode_worker.registration(name, actions, slots, labels, version)
        return (await self._call(self.channel.dispatcher.register, request, f"Register {name}")).worker_id

    async def listen(self, worker_id: str) -> AsyncGenerator[Assignment]:
        """What the engine assigns to a worker, until the stream ends."""
        stream = self.channel.dispatcher.listen_v2(encode_worker.listen(worker_id), metadata=self._metadata)
        with self.channel.opened(stream), Failures(self, "ListenV2"):
            async for message in stream:
                yield decode.assignment(message)

    async def heartbeat(self, worker_id: str) -> None:
        """Say that a worker is alive; one try, since the next beat follows soon."""
        await self._call(
            self.channel.dispatcher.heartbeat,
            encode_worker.heartbeat(worker_id),
            "Heartbeat",
            timeout=HEARTBEAT_TIMEOUT,
            policy=self._once,
        )

    async def reconnect(self) -> None:
        """Leave the connection, which has gone silent, for a new one; calls that wait on it fail."""
        await self.channel.renew()

    async def unsubscribe(self, worker_id: str) -> None:
        """A worker's farewell."""
        request = encode_worker.unsubscribe(worker_id)
        await self._call(
            self.channel.dispatcher.unsubscribe, request, "Unsubscribe", timeout=UNSUBSCRIBE_TIMEOUT, policy=self._once
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
        with Failures(self, name, assignment.task_run_id):
            send = self.channel.dispatcher.send_step_action_event
            await send(request, timeout=timeout, metadata=self._metadata)
        return None

    async def _report_batch(
        self, assignment: Assignment, batch: Batch, worker_id: str, outcome: Outcome, timeout: float
    ) -> None:
        name = f"SendBatchActionEvent for batch {batch.id}"
        by_kind: dict[OutcomeKind, list[encode_worker.BatchItem]] = {}
        for run_id in batch.members:
            result = outcome if outcome.members is None else outcome.members.get(run_id, outcome)
            by_kind.setdefault(result.kind, []).append(encode_worker.batch_item(run_id, result))
        for kind, items in by_kind.items():
            for chunk in self._chunks(items, BATCH_ITEMS, name):
                request = encode_worker.batch_outcome(assignment, worker_id, kind, chunk)
                await self._call(
                    self.channel.dispatcher.send_batch_action_event, request, name, timeout=timeout, policy=self._once
                )

    async def refresh_timeout(self, task_run_id: str, by: str) -> None:
        """Push a task's execution timeout back."""
        request = encode_worker.refresh_timeout(task_run_id, by)
        await self._call(self.channel.dispatcher.refresh_timeout, request, "RefreshTimeout", idempotent=False)

    async def release_slot(self, task_run_id: str) -> None:
        """Give a task's slot back while it goes on."""
        await self._call(self.channel.dispatcher.release_slot, encode_worker.release_slot(task_run_id), "ReleaseSlot")

    async def put_log(self, task_run_id: str, retry_count: int, moment: datetime, level: str, message: str) -> None:
        """Store one line of a task's log; one try, the sender of lines decides about more."""
        request = encode_worker.log_line(task_run_id, retry_count, moment, level, message)
        await self._call(self.channel.events.put_log, request, "PutLog", policy=self._once)

    async def put_stream(self, task_run_id: str, index: int, data: bytes) -> None:
        """Send one chunk of a task's stream to whoever listens."""
        request = encode_worker.stream_chunk(task_run_id, index, data)
        await self._call(self.channel.events.put_stream_event, request, "PutStreamEvent", idempotent=False)

    async def upsert_worker_labels(self, worker_id: str, labels: Mapping[str, str | int]) -> None:
        """Set labels of a worker; those that are not named stay."""
        request = encode_worker.label_upsert(worker_id, labels)
        await self._call(self.channel.dispatcher.upsert_worker_labels, request, "UpsertWorkerLabels")
