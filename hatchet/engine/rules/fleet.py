"""Workers: registration, streams, heartbeats, labels, pauses, and what happens when one is lost. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence

from hatchet.engine.rules.core import Core
from hatchet.engine.rules.lifecycle import LOST_WORKER, Lifecycle
from hatchet.engine.state import durations
from hatchet.engine.state.changes import BatchDispatch, Dispatch, TaskEventType
from hatchet.engine.state.definitions import LabelValue
from hatchet.engine.state.errors import Code, Refused, not_found
from hatchet.engine.state.model import RuntimeInfo, Status, TaskRun, Worker
from hatchet.engine.state.timers import TimerKind

NOT_BACK = "The engine was stopped before the attempt was known to have begun, and its worker has not come back"


class Fleet:
    """The workers and their liveness."""

    def __init__(self, core: Core, lifecycle: Lifecycle) -> None:
        self._core = core
        self._lifecycle = lifecycle

    def register(
        self,
        name: str,
        actions: Iterable[str],
        slots: Mapping[str, int],
        labels: Mapping[str, LabelValue],
        runtime: RuntimeInfo,
        now: float,
    ) -> Worker:
        """A new worker; every registration is one, whatever its name."""
        worker = Worker(
            id=str(uuid.uuid4()),
            name=name,
            actions=frozenset(actions),
            slots=dict(slots),
            created_at=now,
            runtime=runtime,
            labels=dict(labels),
        )
        self.forget_old(now)
        self._core.scheduler.add_worker(worker)
        self._touch(worker)
        return worker

    def get(self, worker_id: str) -> Worker:
        """A worker by its id; refuses an unknown one."""
        worker = self._core.scheduler.workers.get(worker_id)
        if worker is None:
            raise not_found(f"worker not found: {worker_id}")
        return worker

    def listening(self, worker: Worker, now: float) -> float:
        """A stream of this worker was opened; returns the mark by which its end is recognised as the latest."""
        worker.listening_since = max(now, (worker.listening_since or 0.0) + 1e-6)
        worker.active = True
        self._core.scheduler.wake(worker)
        self._touch(worker)
        self._send_again(_unconfirmed(worker), worker.id, now)
        return worker.listening_since

    def gone(self, worker_id: str, mark: float) -> None:
        """A stream of this worker ended; an old stream that ends late changes nothing."""
        worker = self._core.scheduler.workers.get(worker_id)
        if worker is not None and worker.listening_since == mark:
            worker.active = False
            self._touch(worker)

    def heartbeat(self, worker: Worker, now: float, steady: float) -> bool:
        """A worker is alive; refused, but counted, when its stream has ended. True when it may get tasks again."""
        stale = worker.beat is None or steady - worker.beat >= self._core.settings.schedulable_after_heartbeat
        worker.heartbeat_at = now
        worker.beat = steady
        self._touch(worker)
        if worker.listening_since is not None and not worker.active:
            raise Refused(Code.FAILED_PRECONDITION, f"Heartbeat rejected: worker stream is not active: {worker.id}")
        if stale:
            self._core.scheduler.wake(worker)
        return stale

    def set_labels(self, worker: Worker, labels: Mapping[str, LabelValue]) -> None:
        """Add or overwrite labels; none is ever removed."""
        worker.labels.update(labels)
        self._core.scheduler.wake(worker)
        self._touch(worker)

    def pause(self, worker: Worker, paused: bool) -> None:
        """Stop or resume new assignments; what runs goes on."""
        worker.paused = paused
        if not paused:
            self._core.scheduler.wake(worker)
        self._touch(worker)

    def check(self, worker_id: str, now: float, steady: float) -> None:
        """Take the tasks of a worker whose heartbeats stopped; look again later when they did not."""
        worker = self._core.scheduler.workers.get(worker_id)
        if worker is None or not worker.tasks:
            return
        limit = self._core.settings.lost_after_heartbeat
        age = steady - worker.beat if worker.beat is not None else limit
        if age < limit:
            self._core.timers.set(TimerKind.WORKER, worker.id, now + (limit - age))
            return
        for task in list(worker.tasks.values()):
            self._lifecycle.moved(task, now, LOST_WORKER.format(limit), TaskEventType.REASSIGNED)

    def resume(self, now: float) -> None:
        """After a start: workers have a while to come back before what they may never have received goes to others."""
        for worker in self._core.scheduler.workers.values():
            if _unconfirmed(worker):
                self._core.timers.set(TimerKind.RETURN, worker.id, now + self._core.settings.return_within)

    def stayed_away(self, worker_id: str, now: float) -> None:
        """A worker has not come back in time: what it may never have received goes to others."""
        worker = self._core.scheduler.workers.get(worker_id)
        for task in _unconfirmed(worker) if worker is not None else []:
            self._lifecycle.moved(task, now, NOT_BACK, TaskEventType.REASSIGNED)

    def carry_over(self, former: Iterable[Worker]) -> None:
        """Keep what is known of workers and their streams although all else is read again from what is stored."""
        for old in former:
            worker = self._core.scheduler.workers.get(old.id)
            if worker is None:
                continue
            worker.active, worker.listening_since = old.active, old.listening_since
            worker.heartbeat_at, worker.beat = old.heartbeat_at, old.beat
            self._core.scheduler.wake(worker)
            self._touch(worker)

    def undelivered(self, task_id: str, retry_count: int, now: float) -> None:
        """An attempt could not be sent to its worker."""
        task = self._core.tasks.get(task_id)
        if task is not None and task.status is Status.RUNNING and task.retry_count == retry_count:
            self._lifecycle.moved(
                task, now, "The worker's stream ended before the task was sent", TaskEventType.COULD_NOT_SEND_TO_WORKER
            )

    def forget_old(self, now: float) -> None:
        """Workers never say goodbye for good; without this a long-lived engine would keep them all."""
        limit = now - self._core.settings.retained_worker
        for worker in list(self._core.scheduler.workers.values()):
            if not worker.active and not worker.tasks and (worker.heartbeat_at or worker.created_at) < limit:
                self._core.scheduler.remove_worker(worker)
                self._core.changes.deleted_workers.append(worker.id)

    def _send_again(self, tasks: Sequence[TaskRun], worker_id: str, now: float) -> None:
        """A worker is back that may not have received these attempts; one that has them knows them by their number."""
        batches: dict[str, list[TaskRun]] = {}
        for task in tasks:
            task.timeout_at = now + durations.tolerant(task.definition.timeout)
            self._core.touch(task)
            self._lifecycle.confirm(task, now)
            if task.limits is not None and task.limits.batch_id is not None:
                batches.setdefault(task.limits.batch_id, []).append(task)
            else:
                self._core.outputs.append(Dispatch(task, worker_id, task.retry_count))
        for batch_id, members in batches.items():
            first = members[0].limits
            assert first is not None
            attempts = tuple((task, task.retry_count) for task in members)
            reason = "The engine was restarted"
            self._core.outputs.append(BatchDispatch(batch_id, first.batch_key, reason, now, worker_id, attempts))

    def _touch(self, worker: Worker) -> None:
        self._core.changes.workers[worker.id] = worker


def _unconfirmed(worker: Worker) -> list[TaskRun]:
    return [task for task in worker.tasks.values() if task.unconfirmed]
