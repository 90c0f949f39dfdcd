"""Tasks that are gathered and handed to a worker together. Pure.

A buffer holds the tasks of one key. When it is full, heavy or has waited long enough, it asks for a worker as one item
of the queue; what is in it when the worker is found makes up the batch, which takes the slots of one task.
"""

from __future__ import annotations

import uuid
from dataclasses import field

from hatchet._dataclasses import dataclass
from hatchet.engine.rules.core import Core
from hatchet.engine.rules.rate_limits import RateLimits
from hatchet.engine.rules.requirements import rates_of, requirement_of
from hatchet.engine.rules.scheduler import Item
from hatchet.engine.state.changes import TaskEventType
from hatchet.engine.state.definitions import BatchRule, Rates, Requirement
from hatchet.engine.state.model import TaskRun
from hatchet.engine.state.timers import TimerKind

MAX_BYTES = 4_000_000
"""Inputs in one batch, in bytes; the messages that carry a batch are limited."""

SHARE = 128
"""Bytes that a task adds to a batch beside its input."""


@dataclass(slots=True, eq=False)
class Buffer:
    """Tasks of one key that wait for a batch, in the order in which they came."""

    id: str
    rule: BatchRule
    key: str
    tasks: dict[str, TaskRun] = field(default_factory=dict[str, TaskRun])
    deadline: float | None = None
    running: set[str] = field(default_factory=set[str])
    """Ids of the batches of this key that are with a worker."""

    def next_batch(self, now: float) -> tuple[int, str] | None:
        """How many tasks make up the next batch, and why it starts; None when it has to wait."""
        size = 0
        for count, task in enumerate(self.tasks.values()):
            if count == self.rule.max_size:
                break
            size += size_of(task)
            if size > MAX_BYTES:
                return max(1, count), "batch max memory size reached"
        if len(self.tasks) >= self.rule.max_size:
            return self.rule.max_size, f"batch size threshold {self.rule.max_size} reached"
        if self.tasks and self.deadline is not None and now >= self.deadline:
            return len(self.tasks), f"batch max interval {_duration(self.rule.interval)} elapsed"
        return None


@dataclass(slots=True, eq=False)
class Batch:
    """Tasks that were handed to a worker together."""

    id: str
    buffer: Buffer
    worker_id: str
    reason: str
    at: float
    tasks: list[tuple[TaskRun, int]]
    """The members, each with the attempt it is in."""
    left: set[str] = field(default_factory=set[str])
    """Ids of the members that still occupy the batch's slots."""


class Batches:
    """All buffers and all batches that are with a worker."""

    def __init__(self, core: Core, rates: RateLimits) -> None:
        self._core = core
        self._rates = rates
        self._buffers: dict[str, Buffer] = {}
        self._of_task: dict[str, Buffer] = {}
        self._short: dict[str, TaskRun] = {}
        """Tasks whose rate limits have too little left; they enter a buffer once they can consume."""
        self._running: dict[str, Batch] = {}
        self._changed: dict[str, Buffer] = {}

    def put(self, task: TaskRun, now: float, since: float) -> None:
        """Let a task wait for a batch, counted from `since`; one that waits already keeps its place."""
        if task.id in self._of_task or task.id in self._short:
            return
        if rates_of(task):
            self._rates.queued(task, now)
            self._short[task.id] = task
            return
        self._enter(task, now, since)

    def drop(self, task: TaskRun) -> None:
        """A task does not wait any more."""
        self._short.pop(task.id, None)
        buffer = self._of_task.pop(task.id, None)
        if buffer is not None:
            del buffer.tasks[task.id]
            self._changed[buffer.id] = buffer

    def book(self, now: float) -> None:
        """Queue the buffers that may start a batch now, and take those back that may not any more."""
        if self._short:
            self._let_in(now)
        changed, self._changed = self._changed, {}
        for buffer in changed.values():
            self._book(buffer, now)

    def take(self, buffer: Buffer, worker_id: str, now: float) -> Batch:
        """The next batch of a buffer, now that there is a worker for it."""
        ready = buffer.next_batch(now)
        assert ready is not None, "only buffers that are ready ask for a worker"
        count, reason = ready
        members = list(buffer.tasks.values())[:count]
        for task in members:
            del buffer.tasks[task.id]
            del self._of_task[task.id]
        batch = Batch(str(uuid.uuid4()), buffer, worker_id, reason, now, [(task, task.retry_count) for task in members])
        for index, task in enumerate(members):
            self._join(batch, task, index, len(members))
        buffer.deadline = now + buffer.rule.interval if buffer.tasks else None
        self._changed[buffer.id] = buffer
        return batch

    def leave(self, task: TaskRun) -> bool:
        """A member gives back its share of the batch's slots; True when it was the last one, or is in no batch."""
        limits = task.limits
        if limits is None or limits.batch_id is None:
            return True
        batch = self._running.get(limits.batch_id)
        if batch is None or task.id not in batch.left:
            return True
        batch.left.discard(task.id)
        if batch.left:
            return False
        del self._running[batch.id]
        batch.buffer.running.discard(batch.id)
        self._changed[batch.buffer.id] = batch.buffer
        return True

    def due(self, buffer_id: str, now: float) -> None:
        """The longest time that a buffer waits is over."""
        buffer = self._buffers.get(buffer_id)
        if buffer is not None:
            self._changed[buffer_id] = buffer

    def resume(self, task: TaskRun) -> bool:
        """After a restart: a running task is back in its batch; True for the first one, which brings the slots."""
        limits = task.limits
        if limits is None or limits.batch_id is None or task.worker_id is None:
            return True
        batch = self._running.get(limits.batch_id)
        first = batch is None
        if batch is None:
            batch = Batch(limits.batch_id, self._buffer(task), task.worker_id, "", task.assigned_at or 0.0, [])
        batch.tasks.append((task, task.retry_count))
        self._join(batch, task, limits.batch_index, limits.batch_size)
        return first

    # -- inside -----------------------------------------------------------------------------------------------------

    def _join(self, batch: Batch, task: TaskRun, index: int, size: int) -> None:
        self._running[batch.id] = batch
        batch.buffer.running.add(batch.id)
        batch.left.add(task.id)
        limits = task.limits
        assert limits is not None
        limits.batch_id, limits.batch_index, limits.batch_size = batch.id, index, size
        self._core.changes.limits[task.id] = task

    def _let_in(self, now: float) -> None:
        lacking: set[Rates] = set()
        for task in sorted(self._short.values(), key=lambda task: (-task.priority, task.seq)):
            rates = rates_of(task)
            if rates in lacking:
                continue
            if not self._rates.affords(task.definition.action, Requirement(rates=rates), now):
                lacking.add(rates)
            else:
                self._rates.spend(rates, now)
                self._rates.unqueued(task)
                del self._short[task.id]
                self._enter(task, now, now)

    def _enter(self, task: TaskRun, now: float, since: float) -> None:
        buffer = self._buffer(task)
        if not buffer.tasks:
            buffer.deadline = since + buffer.rule.interval
        buffer.tasks[task.id] = task
        self._of_task[task.id] = buffer
        self._changed[buffer.id] = buffer
        waiting = f"Waiting for a batch of {buffer.rule.max_size}; {len(buffer.tasks)} waiting with key {buffer.key}"
        self._core.note(task, TaskEventType.WAITING_FOR_BATCH, now, waiting)

    def _buffer(self, task: TaskRun) -> Buffer:
        rule, limits = task.definition.batch, task.limits
        assert rule is not None
        assert limits is not None
        identity = f"{task.definition.id}/{limits.batch_key}"
        buffer = self._buffers.get(identity)
        if buffer is None:
            buffer = self._buffers[identity] = Buffer(identity, rule, limits.batch_key)
        return buffer

    def _book(self, buffer: Buffer, now: float) -> None:
        core = self._core
        if not buffer.tasks:
            core.scheduler.drop(buffer.id)
            core.timers.clear(TimerKind.BATCH, buffer.id)
            if not buffer.running:
                self._buffers.pop(buffer.id, None)
            return
        if len(buffer.running) >= buffer.rule.max_runs or buffer.next_batch(now) is None:
            core.scheduler.drop(buffer.id)
            if buffer.deadline is not None and buffer.deadline > now:
                core.timers.set(TimerKind.BATCH, buffer.id, buffer.deadline)
            return
        core.timers.clear(TimerKind.BATCH, buffer.id)
        first = next(iter(buffer.tasks.values()))
        action = first.definition.action
        core.scheduler.put(Item(buffer.id, action, first.priority, first.seq, requirement_of(first)))

    def find(self, identity: str) -> Buffer | None:
        """The buffer that stands for an item of the queue."""
        return self._buffers.get(identity)


def size_of(task: TaskRun) -> int:
    """What a task adds to a batch, in bytes; an estimate that never is too low for ASCII inputs."""
    run = task.run
    size = len(run.input) + SHARE
    if run.is_dag:
        size += sum(len(other.output or "") + len(name) for name, other in run.tasks.items())
    return size


def _duration(seconds: float) -> str:
    whole = round(seconds * 1000)
    return f"{whole / 1000:g}s" if whole >= 1000 else f"{whole}ms"
