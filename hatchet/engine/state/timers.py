"""One heap for everything that happens at a time. Pure: it never waits, it only says what is due."""

from __future__ import annotations

import enum
import heapq
from collections.abc import Callable
from dataclasses import field

from hatchet._dataclasses import dataclass


class TimerKind(enum.Enum):
    """What becomes due."""

    BATCH = "a buffer of tasks has waited long enough for others"
    KEY = "an idempotency key expires"
    RATE = "a window or a pause of a rate limit ends"

    SCHEDULE = "schedule timeout of a queued task"
    EXECUTION = "execution timeout of a running task"
    RETRY = "end of a task's backoff"
    CRON = "the next time of a cron trigger"
    CLOCK = "the time of a scheduled run"
    PAUSED = "a task has waited too long for the end of its workflow's pause"
    WAIT = "a sleep that a task waits for is over"
    DURABLE = "a sleep in the log of a durable task is over"
    WORKER = "a worker's heartbeat may be too old"
    RETURN = "a worker has not come back since the engine started"
    TIDY = "what is old is deleted"


Key = tuple[TimerKind, str]


@dataclass(slots=True)
class Timers:
    """Deadlines by (kind, id); setting one again replaces it."""

    _due: dict[Key, float] = field(default_factory=dict[Key, float])
    _heap: list[tuple[float, int, Key]] = field(default_factory=list[tuple[float, int, Key]])
    _number: int = 0

    def set(self, kind: TimerKind, key: str, when: float) -> None:
        """Book or move the deadline of (kind, key)."""
        entry = (kind, key)
        if self._due.get(entry) == when:
            return
        self._due.pop(entry, None)  # it goes to the end: what is due at one time happens in the order of its booking
        self._due[entry] = when
        self._number += 1
        heapq.heappush(self._heap, (when, self._number, entry))
        # Withdrawn entries stay in the heap until they surface; without this a busy engine would carry minutes of them.
        if len(self._heap) > 2 * len(self._due) + 256:
            self._heap = [(due, number, key) for number, (key, due) in enumerate(self._due.items())]
            self._number = len(self._heap)
            heapq.heapify(self._heap)

    def clear(self, kind: TimerKind, key: str) -> None:
        """Withdraw the deadline of (kind, key), if there is one."""
        self._due.pop((kind, key), None)

    def booked(self, kind: TimerKind, key: str) -> bool:
        """Whether (kind, key) has a deadline."""
        return (kind, key) in self._due

    def next(self) -> float | None:
        """Time of the earliest deadline, or None when there is none."""
        heap = self._heap
        while heap:
            when, _, key = heap[0]
            if self._due.get(key) == when:
                return when
            heapq.heappop(heap)
        return None

    def next_where(self, is_wanted: Callable[[Key], bool]) -> float | None:
        """Time of the earliest deadline of those that are wanted; it looks at all there are."""
        return min((when for key, when in self._due.items() if is_wanted(key)), default=None)

    def pop_due(self, now: float) -> list[Key]:
        """Take out everything due at `now`, earliest first."""
        due: list[Key] = []
        while (when := self.next()) is not None and when <= now:
            key = heapq.heappop(self._heap)[2]
            del self._due[key]
            due.append(key)
        return due

    def __len__(self) -> int:
        return len(self._due)
