"""The life of a task run: queued, assigned, ended, tried again, cancelled. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from hatchet.engine.rules.core import Core
from hatchet.engine.rules.dag import decide
from hatchet.engine.rules.endings import Endings, Followers
from hatchet.engine.rules.idempotency import Idempotency
from hatchet.engine.rules.limits import REFUSED, Limits
from hatchet.engine.rules.places import Places
from hatchet.engine.rules.retries import delay_after_failure
from hatchet.engine.rules.scheduler import RETRY_PRIORITY
from hatchet.engine.rules.waiting import Waiting, parent_holds
from hatchet.engine.state import durations
from hatchet.engine.state.changes import News, Revoke, RunEnded, TaskEventType, TaskNews
from hatchet.engine.state.conditions import Action, Outcome
from hatchet.engine.state.errors import not_found
from hatchet.engine.state.model import SKIPPED_OUTPUT, Run, Status, TaskRun, combined
from hatchet.engine.state.timers import TimerKind

LOST_WORKER = "Worker did not send a heartbeat for {:g} seconds"
TOO_MANY_MOVES = "Task reached its maximum reassignment count"


class Lifecycle:
    """Transitions of task runs and of the runs they belong to."""

    def __init__(self, core: Core, places: Places, waiting: Waiting, limits: Limits, keys: Idempotency) -> None:
        self._core = core
        self._places = places
        self._waiting = waiting
        self._limits = limits
        self._keys = keys
        self.fresh: list[TaskRun] = []
        """Tasks that came into the queue since the last time that tasks were handed out."""
        self.durable: Followers | None = None
        """The logs of durable tasks, which are told what ends."""

    # -- into the queue ---------------------------------------------------------------------------------------------

    def start(self, run: Run, now: float) -> None:
        """Queue the tasks of a new run that wait for nothing."""
        conditions = run.version.definition.conditions
        failed = Endings()
        for task in run.tasks.values():
            if task.definition.name not in conditions:
                self._parents_done(task, now, failed)
        self.finish(failed, now)

    def begin(self, task: TaskRun, now: float, failed: Endings) -> None:
        """Queue a task for its first attempt, or the first after a replay; one with faulty limits fails instead."""
        fault = self._limits.prepare(task)
        if fault is None:
            self.enqueue(task, now)
            return
        task.error = fault
        self._core.note(task, TaskEventType.FAILED, now, error=fault)
        failed.add(task, Status.FAILED)

    def enqueue(self, task: TaskRun, now: float, *, again: bool = False) -> None:
        """Put a task into its queue, with a new schedule deadline; `again` gives it the priority of retries."""
        task.status = Status.QUEUED
        task.retry_at = None
        self._core.note(task, TaskEventType.QUEUED, now)
        self.line_up(task, now, again=again)

    def line_up(self, task: TaskRun, now: float, *, again: bool) -> None:
        """Let a task wait for a worker; nothing is said of it in its history."""
        if again:
            task.priority = RETRY_PRIORITY
        task.queued_at = now
        task.schedule_deadline = now + durations.tolerant(task.definition.schedule_timeout)
        self._places.put(task, now)
        self._core.touch(task)
        self.fresh.append(task)
        self.follow(task)

    def decide_limits(self, now: float) -> None:
        """Let those go on who got a slot and cancel those who were turned away, until nothing changes any more."""
        core = self._core
        while (decided := self._limits.decide()) is not None:
            for task in decided.admitted:
                # The time to find a worker starts anew with every slot.
                task.schedule_deadline = now + durations.tolerant(task.definition.schedule_timeout)
                core.touch(task)
                self._places.put(task, now)
                self.fresh.append(task)
            self.cancel(decided.refused, now, REFUSED)
            for run in decided.refused_runs:
                self.cancel_run(run, now, REFUSED)

    # -- what workers report ----------------------------------------------------------------------------------------

    def started(self, task: TaskRun, retry_count: int, now: float, worker_id: str | None) -> None:
        """A worker began with an attempt; only for the record."""
        if task.status is not Status.RUNNING or task.retry_count != retry_count:
            return
        if task.unconfirmed:
            self.confirm(task, now)
        if task.started_at is None:
            task.started_at = now
            self._core.touch(task)
            run = task.run
            if run.started_at is None:
                run.started_at = now
                self._core.touch_run(run)
        self._core.note(task, TaskEventType.STARTED, now, worker_id=worker_id or task.worker_id)

    def confirm(self, task: TaskRun, now: float) -> None:
        """An attempt is known to have reached its worker: its time counts."""
        task.unconfirmed = False
        self._core.timers.set(TimerKind.EXECUTION, task.id, task.timeout_at if task.timeout_at is not None else now)

    def completed(self, task: TaskRun, retry_count: int, output: str, now: float) -> None:
        """An attempt succeeded; ignored when it is no longer the current one."""
        if task.status is not Status.RUNNING or task.retry_count != retry_count:
            return
        task.output = output
        self._core.note(task, TaskEventType.FINISHED, now, worker_id=task.worker_id)
        self.finish(Endings((task, Status.COMPLETED)), now)

    def failed(
        self,
        task: TaskRun,
        retry_count: int,
        error: str,
        now: float,
        *,
        refused: bool = False,
        retry_after_ms: int | None = None,
        event: TaskEventType = TaskEventType.FAILED,
        message: str = "",
    ) -> None:
        """An attempt failed: try again if the task's retries allow it; ignored when it is no longer the current one."""
        if task.status is not Status.RUNNING or task.retry_count != retry_count:
            return
        core = self._core
        core.note(task, event, now, message, error, worker_id=task.worker_id)
        delay = delay_after_failure(
            task.definition.retry, task.own_retries, refused=refused, retry_after_ms=retry_after_ms
        )
        if delay is None:
            task.error = error
            self.finish(Endings((task, Status.FAILED)), now)
            return
        core.outputs.append(TaskNews(task, News.FAILED, now, retry_count, error))
        self._places.leave(task)
        task.own_retries += 1
        task.next_attempt()
        text = f"Attempt {task.retry_count + 1}; retry {task.own_retries} of {task.definition.retry.retries}"
        if delay <= 0:
            core.note(task, TaskEventType.RETRYING, now, f"{text} follows at once")
            self.enqueue(task, now, again=True)
            return
        core.note(task, TaskEventType.RETRYING, now, f"{text} follows in {delay:g} s")
        task.status = Status.QUEUED
        task.priority = RETRY_PRIORITY
        task.retry_at = now + delay
        core.timers.set(TimerKind.RETRY, task.id, task.retry_at)
        core.touch(task)
        self.follow(task)

    def moved(self, task: TaskRun, now: float, reason: str, event: TaskEventType) -> None:
        """An attempt was lost through no fault of its task: hand it to another worker, within limits."""
        if task.status is not Status.RUNNING:
            return
        core = self._core
        core.note(task, event, now, reason, worker_id=task.worker_id)
        if task.internal_retries >= core.settings.max_internal_retries:
            task.error = TOO_MANY_MOVES
            core.note(task, TaskEventType.FAILED, now, TOO_MANY_MOVES, TOO_MANY_MOVES, worker_id=task.worker_id)
            self.finish(Endings((task, Status.FAILED)), now)
            return
        self._places.leave(task)
        task.internal_retries += 1
        task.next_attempt()
        self.enqueue(task, now, again=True)

    # -- what time brings -------------------------------------------------------------------------------------------

    def schedule_timeout(self, task: TaskRun, now: float) -> None:
        """Nobody took the task in time."""
        if task.status is not Status.QUEUED or task.retry_at is not None:
            return
        task.never_scheduled = True
        core = self._core
        core.note(task, TaskEventType.SCHEDULING_TIMED_OUT, now)
        self.finish(Endings((task, Status.CANCELLED)), now)

    def execution_timeout(self, task: TaskRun, now: float) -> None:
        """The attempt took too long: it fails and its worker is told to stop."""
        if task.status is not Status.RUNNING:
            return
        if task.worker_id is not None:
            self._core.outputs.append(_revoke(task, task.worker_id))
        what = "Task failed due to batch timeout," if task.definition.batch is not None else "Task"
        error = f"{what} exceeded timeout of {task.definition.timeout}"
        self.failed(task, task.retry_count, error, now, event=TaskEventType.TIMED_OUT, message=error)

    def backoff_over(self, task: TaskRun, now: float) -> None:
        """The pause before a retry has passed."""
        if task.status is Status.QUEUED and task.retry_at is not None:
            self.enqueue(task, now)

    def slept(self, task: TaskRun, now: float) -> None:
        """A sleep that a task waits for is over."""
        action = self._waiting.woken(task, now)
        if action is not None:
            self._fire(task, action, now)

    def event(self, key: str, scope: str | None, payload: str, now: float) -> None:
        """An event came that tasks may wait for."""
        for task, action in self._waiting.pushed(key, scope, payload):
            self._fire(task, action, now)

    # -- what users ask for -----------------------------------------------------------------------------------------

    def cancel(self, tasks: Iterable[TaskRun], now: float, message: str = "") -> None:
        """End tasks that have not ended; whoever works on them is told to stop."""
        ending = Endings()
        for task in tasks:
            if task.status.final:
                continue
            if task.status is Status.RUNNING and task.worker_id is not None:
                self._core.outputs.append(_revoke(task, task.worker_id))
            self._core.note(task, TaskEventType.CANCELLED, now, message, worker_id=task.worker_id)
            ending.add(task, Status.CANCELLED)
        self.finish(ending, now)

    def cancel_run(self, run: Run, now: float, message: str = "") -> None:
        """Cancel every task of a run, those included that still wait for others."""
        self.cancel([task for task in run.tasks.values() if not task.definition.on_failure], now, message)
        self.cancel(run.tasks.values(), now, message)

    def cancel_any(self, found: Run | TaskRun | None, now: float) -> None:
        """Cancel what an id stands for; nothing happens when it stands for nothing."""
        if isinstance(found, Run):
            self.cancel_run(found, now)
        elif found is not None:
            self.cancel([found], now)

    def refresh_timeout(self, task: TaskRun, seconds: float, text: str, now: float) -> float:
        """Move the execution deadline of a running task; returns the new one."""
        if task.status is not Status.RUNNING or task.timeout_at is None:
            raise not_found(f"task run not found: {task.id}")
        task.timeout_at += seconds
        self._core.timers.set(TimerKind.EXECUTION, task.id, task.timeout_at)
        self._core.note(
            task, TaskEventType.TIMEOUT_REFRESHED, now, f"Timeout refreshed by {text}", worker_id=task.worker_id
        )
        self._core.touch(task)
        return task.timeout_at

    def release_slot(self, task: TaskRun, now: float) -> None:
        """Free the slots of a running task, which goes on and is no longer bound to its worker's heartbeat."""
        if task.status is not Status.RUNNING:
            raise not_found(f"task run not found: {task.id}")
        if task.holds_slots:
            self._core.note(task, TaskEventType.SLOT_RELEASED, now, worker_id=task.worker_id)
            self._places.free(task)
            self._core.touch(task)

    def start_over(self, task: TaskRun, now: float) -> None:
        """Give up the attempt of a running task for a new one."""
        if task.worker_id is not None:
            self._core.outputs.append(_revoke(task, task.worker_id))
        self._core.note(task, TaskEventType.RETRIED_BY_USER, now, worker_id=task.worker_id)
        self._places.leave(task)
        task.next_attempt()
        task.own_retries = task.internal_retries = 0
        task.worker_id = None
        self.enqueue(task, now, again=True)

    # -- what follows from that -------------------------------------------------------------------------------------

    def _parents_done(self, task: TaskRun, now: float, failed: Endings) -> None:
        if task.definition.waits:
            self._waiting.begin(task, now)
        else:
            self._materialize(task, now)
            self.begin(task, now, failed)

    def _fire(self, task: TaskRun, action: Action, now: float) -> None:
        ending = Endings()
        self._apply(task, action, ending, now)
        self.finish(ending, now)

    def _apply(self, task: TaskRun, action: Action, ending: Endings, now: float) -> None:
        self._materialize(task, now)
        match action:
            case Action.QUEUE:
                self.begin(task, now, ending)
            case Action.SKIP:
                task.output = SKIPPED_OUTPUT
                self._core.note(task, TaskEventType.SKIPPED, now)
                ending.add(task, Status.COMPLETED)
            case Action.ABORT:
                self._core.note(task, TaskEventType.CANCELLED, now, "A parent task failed or was cancelled")
                ending.add(task, Status.CANCELLED)
            case Action.CANCEL:
                self._core.note(
                    task, TaskEventType.CANCELLED, now, "A cancel_if condition came true, or a parent did not complete"
                )
                ending.add(task, Status.CANCELLED)

    def _materialize(self, task: TaskRun, now: float) -> None:
        task.created_at = now
        self._core.note(task, TaskEventType.CREATED, now)
        self._core.outputs.append(TaskNews(task, News.CREATED, now, task.retry_count))

    def finish(self, ending: Endings, now: float) -> None:
        """End tasks, and whatever their ends end: no recursion, since chains may be long."""
        core = self._core
        for task, status in ending:
            if task.status.final:
                continue
            self._places.leave(task)
            task.status = status
            task.finished_at = now
            task.evicted_at = None
            if task.definition.durable and self.durable is not None:
                self.durable.task_ended(task)
            task.retry_at = task.schedule_deadline = None
            core.touch(task)
            core.outputs.append(_news_of_end(task, now))
            run = task.run
            run.unfinished -= 1
            if run.is_dag:
                self._release_dependents(task, ending, now)
                if run.version.definition.concurrency:
                    self._limits.run_is_over(run)
            self.follow(task)
            if run.unfinished == 0:
                core.touch_run(run)
                run.finished_at = now
                core.park(run)
                core.changes.finished_runs += 1
                core.outputs.append(RunEnded(run, now))
                if self.durable is not None:
                    self.durable.run_ended(run, now)
                if run.version.definition.limited:
                    self._limits.ended(run)
                if run.version.definition.idempotency is not None:
                    self._keys.ended(run)

    def _release_dependents(self, task: TaskRun, ending: Endings, now: float) -> None:
        run = task.run
        definition = run.version.definition
        for name in definition.dependents[task.definition.name]:
            waiting = run.tasks[name]
            if waiting.status is not Status.PENDING or waiting.match is not None or waiting in ending:
                continue
            facts: dict[str, Outcome] = {
                condition.source: run.tasks[condition.source].outcome
                for condition in definition.conditions[name]
                if run.tasks[condition.source].status.final
            }
            action = decide(definition.conditions[name], facts, partial(parent_holds, waiting))
            if action is Action.QUEUE:
                self._parents_done(waiting, now, ending)
            elif action is not None:
                self._apply(waiting, action, ending, now)

    def follow(self, task: TaskRun) -> None:
        """Bring the status of a run in line with that of a task which just changed."""
        run = task.run
        if not run.is_dag:
            status, reported = task.status, task.reported
        elif run.unfinished == 0:
            status = combined([each.status for each in run.tasks.values()])
            reported = combined([each.reported for each in run.tasks.values()])
        elif run.status is Status.QUEUED and task.status is Status.QUEUED:
            return
        else:
            status = reported = Status.RUNNING
            if task.evicted_at is not None and all(each.is_evicted for each in run.tasks.values()):
                reported = Status.EVICTED
        if run.status is not status or run.reported is not reported:
            run.status, run.reported = status, reported
            self._core.touch_run(run)


def _revoke(task: TaskRun, worker_id: str) -> Revoke:
    return Revoke(task, worker_id, task.retry_count, task.limits.batch_id if task.limits is not None else None)


def _news_of_end(task: TaskRun, now: float) -> TaskNews:
    match task.status:
        case Status.COMPLETED:
            return TaskNews(task, News.COMPLETED, now, task.retry_count, task.output or "")
        case Status.FAILED:
            return TaskNews(task, News.FAILED, now, task.retry_count, task.error or "")
        case _:
            return TaskNews(task, News.CANCELLED, now, task.retry_count)
