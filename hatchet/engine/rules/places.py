"""Where a task waits for its turn, and what its attempt occupies until it ends. Pure."""

from __future__ import annotations

from hatchet.engine.rules.batches import Batches
from hatchet.engine.rules.core import Core
from hatchet.engine.rules.limits import Limits
from hatchet.engine.rules.rate_limits import RateLimits
from hatchet.engine.rules.requirements import rates_of, requirement_of
from hatchet.engine.rules.scheduler import Item
from hatchet.engine.rules.waiting import Waiting
from hatchet.engine.state.model import TaskRun
from hatchet.engine.state.timers import TimerKind


class Places:
    """The places of tasks: in the line of a limit, in a batch, in the queue of an action, on a worker."""

    def __init__(self, core: Core, waiting: Waiting, limits: Limits, rates: RateLimits, batches: Batches) -> None:
        self._core = core
        self._waiting = waiting
        self._limits = limits
        self._rates = rates
        self._batches = batches
        self.paused: dict[str, float | None] = {}
        """Ids of paused workflows and how long, in seconds, their tasks may wait, counted from their creation."""

    def put(self, task: TaskRun, now: float, *, since: float | None = None) -> None:
        """Let a task wait for slots, then for a worker; aside and without a deadline while its workflow pauses.

        `since` says from when on one has waited that is put there again, after a restart.
        """
        core = self._core
        if not self._limits.admit(task):
            if task.schedule_deadline is not None:
                core.timers.set(TimerKind.SCHEDULE, task.id, task.schedule_deadline)
            return
        if self.paused and task.run.version.workflow_id in self.paused:
            ttl = self.paused[task.run.version.workflow_id]
            core.scheduler.drop(task.id)
            self._batches.drop(task)
            core.timers.clear(TimerKind.SCHEDULE, task.id)
            if ttl is not None:
                core.timers.set(TimerKind.PAUSED, task.id, task.created_at + ttl)
            return
        if task.schedule_deadline is not None:
            core.timers.set(TimerKind.SCHEDULE, task.id, task.schedule_deadline)
        if task.definition.batch is not None:
            self._batches.put(task, now, now if since is None else since)
            return
        self._rates.queued(task, now)
        requirement = requirement_of(task, rates_of(task))
        core.scheduler.put(Item(task.id, task.definition.action, task.priority, task.seq, requirement))

    def leave(self, task: TaskRun) -> None:
        """Free everything that the attempt occupies, in one step with its end."""
        core = self._core
        if task.holds_slots:
            self.free(task)
        self._waiting.end(task)
        if task.limits is not None:
            self._limits.release(task)
            self._rates.unqueued(task)
            self._batches.drop(task)
        core.scheduler.drop(task.id)
        core.timers.clear(TimerKind.SCHEDULE, task.id)
        core.timers.clear(TimerKind.EXECUTION, task.id)
        core.timers.clear(TimerKind.RETRY, task.id)
        core.timers.clear(TimerKind.PAUSED, task.id)

    def free(self, task: TaskRun) -> None:
        """Free the slots of an attempt; those of a batch with the last of its members."""
        task.holds_slots = False
        worker = self._core.scheduler.workers.get(task.worker_id) if task.worker_id is not None else None
        last = self._batches.leave(task)
        if worker is not None and worker.tasks.pop(task.id, None) is not None and last:
            worker.give_back(task.definition.slots)
            self._core.scheduler.wake(worker)
