"""Queued tasks meet workers: what is handed out in a turn, alone or in batches. Pure."""

from __future__ import annotations

from collections.abc import Callable

from hatchet._dataclasses import dataclass
from hatchet.engine.rules.batches import Batches, Buffer
from hatchet.engine.rules.core import Core
from hatchet.engine.rules.lifecycle import Lifecycle
from hatchet.engine.rules.rate_limits import RateLimits
from hatchet.engine.rules.requirements import rates_of
from hatchet.engine.state import durations
from hatchet.engine.state.changes import BatchDispatch, Dispatch, TaskEventType
from hatchet.engine.state.definitions import Rates, Requirement
from hatchet.engine.state.model import Status, TaskRun, Worker
from hatchet.engine.state.timers import TimerKind


class Assignment:
    """Hands tasks out."""

    def __init__(self, core: Core, lifecycle: Lifecycle, rates: RateLimits, batches: Batches) -> None:
        self._core = core
        self._lifecycle = lifecycle
        self._rates = rates
        self._batches = batches

    def assign(self, now: float, steady: float) -> None:
        """Hand queued tasks to workers that can take them now."""
        core = self._core
        self._lifecycle.decide_limits(now)
        fresh_enough = core.settings.schedulable_after_heartbeat

        def may_work(worker: Worker) -> bool:
            return (
                worker.active and not worker.paused and worker.beat is not None and steady - worker.beat < fresh_enough
            )

        again = True
        while again:
            again = False
            self._batches.book(now)
            for item, worker in core.scheduler.assign(may_work, _Budget(self._rates, now)):
                task = core.tasks.get(item.task_id)
                if task is not None:
                    self._rates.unqueued(task)
                    self._hand_over(task, worker, now)
                    core.outputs.append(Dispatch(task, worker.id, task.retry_count))
                elif (buffer := self._batches.find(item.task_id)) is not None:
                    # Another batch of the same key may be ready, so look again.
                    again = True
                    self._start_batch(buffer, worker, now)
        for task in self._lifecycle.fresh:
            if core.scheduler.queued(task.id):
                self._explain(task, may_work, now)
        self._lifecycle.fresh.clear()

    def _explain(self, task: TaskRun, may_work: Callable[[Worker], bool], now: float) -> None:
        """Tell why a task that has just been queued did not go to a worker at once, unless all are merely busy."""
        core = self._core
        action = task.definition.action
        lack = self._rates.lack(rates_of(task), now)
        if lack is not None:
            core.note(task, TaskEventType.REQUEUED_RATE_LIMIT, now, lack.reason)
        elif not any(map(may_work, core.scheduler.able(action))):
            core.note(task, TaskEventType.REQUEUED_NO_WORKER, now, f"No worker is available for action {action}")

    def _hand_over(self, task: TaskRun, worker: Worker, now: float) -> None:
        core = self._core
        task.status = Status.RUNNING
        task.worker_id = worker.id
        task.holds_slots = True
        task.assigned_at = now
        task.timeout_at = now + durations.tolerant(task.definition.timeout)
        task.schedule_deadline = None
        if task.evicted_at is not None:
            task.evicted_at = None
            task.started_at = None  # until its worker says that it has begun, it may have to be sent again
        if task.definition.durable:
            task.invocations += 1
        worker.tasks[task.id] = task
        if not core.timers.booked(TimerKind.WORKER, worker.id):
            core.timers.set(TimerKind.WORKER, worker.id, now + core.settings.lost_after_heartbeat)
        core.timers.clear(TimerKind.SCHEDULE, task.id)
        core.timers.set(TimerKind.EXECUTION, task.id, task.timeout_at)
        core.note(task, TaskEventType.ASSIGNED, now, worker_id=worker.id)
        core.touch(task)
        self._lifecycle.follow(task)

    def _start_batch(self, buffer: Buffer, worker: Worker, now: float) -> None:
        batch = self._batches.take(buffer, worker.id, now)
        for task, _ in batch.tasks:
            self._core.note(task, TaskEventType.BATCH_FLUSHED, now, batch.reason)
            self._hand_over(task, worker, now)
        self._core.outputs.append(BatchDispatch(batch.id, buffer.key, batch.reason, now, worker.id, tuple(batch.tasks)))


@dataclass(frozen=True)
class _Budget:
    """The rate limits at one moment."""

    rates: RateLimits
    now: float

    def affords(self, action: str, requirement: Requirement) -> bool:
        """Whether a task may consume the units of a lane now; if not, the lane is looked at again when it may be."""
        return self.rates.affords(action, requirement, self.now)

    def spend(self, rates: Rates) -> None:
        """Consume them."""
        self.rates.spend(rates, self.now)
