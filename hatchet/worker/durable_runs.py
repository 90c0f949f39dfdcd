"""Where a worker's durable tasks meet: the loop that runs their code, and the stream that keeps their logs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hatchet.context.durable import DurableContext
from hatchet.context.durable_history import COMPLETED
from hatchet.context.durable_session import Act, DurableSession
from hatchet.definitions.task import Task
from hatchet.wire.durable_values import Invocation
from hatchet.wire.gateway import Gateway
from hatchet.wire.values import Assignment, Outcome, OutcomeKind
from hatchet.worker.durable_stream import DurableStream
from hatchet.worker.eviction import EvictionManager
from hatchet.worker.histories import HistoryRecorder
from hatchet.worker.mailbox import Mailbox
from hatchet.worker.options import DurableOptions


class DurableRuns:
    """The durable tasks of one worker."""

    def __init__(
        self,
        gateway: Gateway,
        name: str,
        slots: int,
        suspend: Callable[[Invocation], None],
        options: DurableOptions,
    ) -> None:
        """`suspend` ends the code of an invocation that goes on elsewhere; it is called on the I/O loop."""
        self._gateway = gateway
        folder = options.record_histories
        self._histories = None if folder is None else HistoryRecorder(folder)
        self.stream: DurableStream = DurableStream(gateway, name, suspend, self._histories)
        """Their stream. Lives on the I/O loop."""
        self.evictions: EvictionManager = EvictionManager(self.stream, slots, always_replay=bool(options.always_replay))
        """Who evicts them. Lives on the I/O loop."""
        self._inbox: Mailbox[Callable[[], None]] = Mailbox(gateway.io.loop, lambda handle: handle())

    def begin(
        self, context: DurableContext[Any], assignment: Assignment, task: Task[Any, Any], worker_id: str
    ) -> DurableSession:
        """An attempt begins; on the loop of its code."""
        config = self._gateway.config
        session = DurableSession(
            Invocation(assignment.task_run_id, context.invocation_count),
            self,
            is_async=task.is_async_function,
            message_limit=config.grpc_max_send_message_length,
        )
        context.use(session, config.apply_namespace)
        policy = task.spec.eviction_policy
        histories = self._histories
        if histories is not None:
            self._inbox.put(lambda: histories.begin(task.workflow.name, task.name, assignment))
        self._inbox.put(lambda: self.stream.open(session, worker_id, policy))
        return session

    def end(self, session: DurableSession, outcome: Outcome | None) -> None:
        """An attempt has ended, with an outcome that is reported or with none; from any thread."""
        self._inbox.put(lambda: self.stream.close(session.invocation))
        histories = self._histories
        if histories is not None and outcome is not None and outcome.kind is OutcomeKind.COMPLETED:
            self._inbox.put(lambda: histories.ended(session.invocation.task_run_id, COMPLETED))

    def post(self, session: DurableSession, act: Act) -> None:
        """Tell the log of a session something; from any thread, in the order of these."""
        self._inbox.put(lambda: self.stream.act(session, act))
