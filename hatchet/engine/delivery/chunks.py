"""Puts the chunks of a task's stream back into their order. Pure."""

from __future__ import annotations

from dataclasses import field
from typing import Generic, TypeVar

from hatchet._dataclasses import dataclass

T = TypeVar("T")


@dataclass(slots=True)
class _Lane(Generic[T]):
    expected: int | None = 0
    held: dict[int, T] = field(default_factory=dict[int, T])


@dataclass(slots=True)
class ChunkOrder(Generic[T]):
    """Chunks by task; those that came early are held until the gap before them closes or is given up."""

    limit: int
    """Most chunks held for one task; beyond that the gap is given up."""
    _lanes: dict[str, _Lane[T]] = field(default_factory=dict[str, _Lane[T]])

    def add(self, task_id: str, index: int | None, chunk: T) -> list[T]:
        """Take a chunk in and return what can be sent now; without an index it goes out at once."""
        if index is None:
            return [chunk]
        lane = self._lanes.setdefault(task_id, _Lane[T]())
        if lane.expected is None:
            lane.expected = index
        if index < lane.expected:
            return [chunk]
        lane.held[index] = chunk
        ready: list[T] = []
        while lane.expected in lane.held:
            ready.append(lane.held.pop(lane.expected))
            lane.expected += 1
        if len(lane.held) > self.limit:
            ready.extend(self.give_up(task_id))
        return ready

    def waiting(self, task_id: str) -> bool:
        """Whether chunks of a task are held back by a gap."""
        lane = self._lanes.get(task_id)
        return lane is not None and bool(lane.held)

    def give_up(self, task_id: str) -> list[T]:
        """Everything held for a task, in order; the next chunk counts as the expected one."""
        lane = self._lanes.get(task_id)
        if lane is None:
            return []
        chunks = [lane.held[index] for index in sorted(lane.held)]
        lane.held.clear()
        lane.expected = None
        return chunks

    def forget(self, task_id: str) -> list[T]:
        """Everything held for a task whose attempt or run has ended; its next chunk is expected to have the index 0."""
        chunks = self.give_up(task_id)
        self._lanes.pop(task_id, None)
        return chunks
