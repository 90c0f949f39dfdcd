"""Budgets of units per window, which tasks consume when they are handed to a worker. Pure.

The window is fixed: a budget is full again once a window has passed since it was last filled. Nothing polls; whoever
finds too little left is looked at again when the window ends, a pause ends or the limit changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from hatchet._dataclasses import dataclass
from hatchet.engine.rules.core import Core
from hatchet.engine.rules.shelf import Shelf
from hatchet.engine.state.definitions import Rates, Requirement, Window
from hatchet.engine.state.errors import invalid
from hatchet.engine.state.model import TaskRun
from hatchet.engine.state.timers import TimerKind

EARLY = 0.01
"""A window counts as over this many seconds before its end, as in the real engine."""


@dataclass(frozen=True, slots=True)
class RateLimit:
    """A budget; its id is its key."""

    id: str
    limit: int
    window: str
    value: int
    last_refill: float

    def at(self, now: float) -> RateLimit:
        """The budget as it is now, filled up when its window has passed."""
        if now - self.last_refill < Window[self.window].seconds - EARLY:
            return self
        return replace(self, value=self.limit, last_refill=now)

    @property
    def next_refill(self) -> float:
        """When the window ends."""
        return self.last_refill + Window[self.window].seconds


@dataclass(frozen=True, slots=True)
class RatePause:
    """Until when nothing is granted from a key, whether or not it has a budget yet."""

    id: str
    until: float


@dataclass(frozen=True)
class Lack:
    """Why units cannot be had, and when it is worth looking again."""

    key: str
    reason: str
    until: float | None


class RateLimits:
    """All budgets, and the tasks that wait for units."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self.shelf: Shelf[RateLimit] = Shelf(core, "rate_limit", RateLimit)
        self.pauses: Shelf[RatePause] = Shelf(core, "rate_pause", RatePause)
        self._waiting: dict[str, set[tuple[str, Requirement]]] = {}
        self._declared: dict[str, Counter[tuple[int, Window]]] = {}
        self._declarers: set[str] = set()

    # -- what users ask for -----------------------------------------------------------------------------------------

    def put(self, key: str, limit: int, window: Window, now: float) -> None:
        """Create a budget or change it; what is consumed already stays consumed."""
        if not key:
            raise invalid("key is required")
        if limit < 0:
            raise invalid(f"Invalid request: the limit of rate limit {key} must not be negative, got {limit}")
        known = self.shelf.get(key)
        if known is None:
            self.shelf.put(RateLimit(key, limit, window.name, limit, now))
        elif (known.limit, known.window) != (limit, window.name):
            self.shelf.put(replace(known, limit=limit, window=window.name, value=min(known.value, limit)))
        else:
            return
        self._look_again(key)

    def pause(self, key: str, until: float, now: float) -> float:
        """Grant nothing from a key until then; a pause is extended, never shortened. Returns when it ends."""
        if not key:
            raise invalid("key is required")
        known = self.pauses.get(key)
        longest = until if known is None else max(known.until, until)
        if longest > now:
            self.pauses.put(RatePause(key, longest))
        return longest

    def delete(self, key: str) -> None:
        """Forget a budget; tasks that name it wait until it is there again."""
        self.shelf.remove(key)

    def paused_until(self, key: str, now: float) -> float | None:
        """When the pause of a key ends, if it has one that has not ended."""
        pause = self.pauses.get(key)
        return pause.until if pause is not None and pause.until > now else None

    # -- tasks that wait for units ----------------------------------------------------------------------------------

    def queued(self, task: TaskRun, now: float) -> None:
        """A task with rate limits waits for a worker: what it declares about budgets holds from now on."""
        if task.limits is None or task.id in self._declarers:
            return
        for key, _, limit, window in task.limits.rates:
            if limit is None or limit < 0:
                continue
            self._declarers.add(task.id)
            declared = self._declared.setdefault(key, Counter())
            declared[limit, Window[window]] += 1
            # Of tasks that wait at the same time and disagree, the smaller limit and the longer window win.
            smallest = min(each for each, _ in declared)
            longest = max((each for _, each in declared), key=lambda each: each.seconds)
            self.put(key, smallest, longest, now)

    def unqueued(self, task: TaskRun) -> None:
        """A task does not wait any more."""
        if task.limits is None or task.id not in self._declarers:
            return
        self._declarers.discard(task.id)
        for key, _, limit, window in task.limits.rates:
            declared = self._declared.get(key)
            if declared is None or limit is None or limit < 0:
                continue
            declared[limit, Window[window]] -= 1
            if declared[limit, Window[window]] <= 0:
                del declared[limit, Window[window]]
            if not declared:
                del self._declared[key]

    def lack(self, rates: Rates, now: float) -> Lack | None:
        """Why these units cannot be had now, all of them together; None when they can."""
        for key, units in rates:
            until = self.paused_until(key, now)
            if until is not None:
                return Lack(key, f"Rate limit {key} is paused", until)
            known = self.shelf.get(key)
            if known is None:
                return Lack(key, f"Rate limit {key} does not exist; put it before tasks use it", None)
            current = known.at(now)
            if current.value < units:
                return Lack(
                    key,
                    f"Rate limit exceeded for key {key}, attempting to consume {units} units, but only had"
                    f" {current.value} remaining",
                    current.next_refill if units <= current.limit else None,
                )
        return None

    def affords(self, action: str, requirement: Requirement, now: float) -> bool:
        """Whether all units of a lane can be had now; if not, the lane is looked at again when they may be."""
        lack = self.lack(requirement.rates, now)
        if lack is None:
            return True
        self._waiting.setdefault(lack.key, set()).add((action, requirement))
        if lack.until is not None:
            self._core.timers.set(TimerKind.RATE, lack.key, lack.until)
        return False

    def spend(self, rates: Rates, now: float) -> None:
        """Consume units; they are not given back."""
        for key, units in rates:
            known = self.shelf.get(key)
            if known is not None:
                current = known.at(now)
                self.shelf.put(replace(current, value=current.value - units))

    def due(self, key: str, now: float) -> None:
        """A window or a pause has ended."""
        pause = self.pauses.get(key)
        if pause is not None and pause.until <= now:
            self.pauses.remove(key)
        self._look_again(key)

    def resume(self, now: float) -> None:
        """After a restart: forget pauses that ended meanwhile."""
        for pause in self.pauses:
            if pause.until <= now:
                self.pauses.remove(pause.id)

    def _look_again(self, key: str) -> None:
        self._core.scheduler.unpark(self._waiting.pop(key, ()))


def together(uses: Iterable[tuple[str, int, int | None, str]]) -> Rates:
    """What a task consumes, by key; of two rules with one key the later counts."""
    return tuple(sorted({key: units for key, units, _, _ in uses}.items()))
