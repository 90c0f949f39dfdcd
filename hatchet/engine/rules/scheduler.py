"""Which queued task goes to which worker. Pure: items and workers in, pairs out.

Items queue per action and, inside an action, per requirement (a lane). Items of one lane are interchangeable except for
their order, so a lane whose head finds no worker is blocked as a whole and costs nothing more in that round.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from dataclasses import field
from typing import Protocol

from hatchet._dataclasses import dataclass
from hatchet.engine.state.definitions import Rates, Requirement, Sticky
from hatchet.engine.state.model import Worker

RETRY_PRIORITY = 4
"""Retries, replays and restores go before everything a user can ask for (1 to 3)."""


class Budget(Protocol):
    """The rate limits as they stand in this round."""

    def affords(self, action: str, requirement: Requirement) -> bool:
        """Whether a task may consume the units of a lane now; if not, the lane is looked at again when it may be."""
        ...

    def spend(self, rates: Rates) -> None:
        """Consume them."""
        ...


@dataclass(slots=True, eq=False)
class Item:
    """A task that waits for a worker."""

    task_id: str
    action: str
    priority: int
    seq: int
    requirement: Requirement
    dropped: bool = False


Lane = list[tuple[int, int, Item]]


@dataclass(slots=True)
class Scheduler:
    """The queues, and the workers that may serve them."""

    workers: dict[str, Worker] = field(default_factory=dict[str, Worker])
    _items: dict[str, Item] = field(default_factory=dict[str, Item])
    _queues: dict[str, dict[Requirement, Lane]] = field(default_factory=dict[str, dict[Requirement, Lane]])
    _parked: dict[str, dict[Requirement, Lane]] = field(default_factory=dict[str, dict[Requirement, Lane]])
    """Lanes whose rate limits have too little left; they cost nothing until something changes about that."""
    _awake: set[str] = field(default_factory=set[str])
    _able: dict[str, list[Worker]] = field(default_factory=dict[str, list[Worker]])
    _turn: dict[str, int] = field(default_factory=dict[str, int])

    def add_worker(self, worker: Worker) -> None:
        """Make a worker known."""
        self.workers[worker.id] = worker
        for action in worker.actions:
            self._able.setdefault(action, []).append(worker)

    def remove_worker(self, worker: Worker) -> None:
        """Forget a worker."""
        if self.workers.pop(worker.id, None) is None:
            return
        for action in worker.actions:
            able = self._able[action]
            able.remove(worker)
            if not able:
                del self._able[action]
                self._turn.pop(action, None)

    def put(self, item: Item) -> None:
        """Queue a task; one that is queued already is queued anew."""
        self.drop(item.task_id)
        self._items[item.task_id] = item
        entry = (-item.priority, item.seq, item)
        parked = self._parked.get(item.action, {}).get(item.requirement)
        if parked is not None:
            heapq.heappush(parked, entry)
            return
        lane = self._queues.setdefault(item.action, {}).setdefault(item.requirement, [])
        heapq.heappush(lane, entry)
        self._awake.add(item.action)

    def drop(self, task_id: str) -> None:
        """Take a task out of its queue, if it is in one."""
        item = self._items.pop(task_id, None)
        if item is not None:
            item.dropped = True
            # A blocked lane is not looked at, so the ones dropped there must not pile up until somebody comes.
            self._tidy(item.action, item.requirement)

    def wake(self, worker: Worker) -> None:
        """Look again at what this worker could do: it has free slots, or it may be given tasks again."""
        self._awake.update(self._queues.keys() & worker.actions)

    def unpark(self, lanes: Iterable[tuple[str, Requirement]]) -> None:
        """Look again at lanes, given by action and requirement, whose rate limits have changed."""
        for action, requirement in lanes:
            parked = self._parked.get(action)
            lane = parked.pop(requirement, None) if parked is not None else None
            if lane is None:
                continue
            if not parked:
                del self._parked[action]
            self._queues.setdefault(action, {})[requirement] = lane
            self._awake.add(action)

    def waiting(self) -> dict[str, int]:
        """How many tasks wait, by action."""
        counts: dict[str, int] = {}
        for item in self._items.values():
            counts[item.action] = counts.get(item.action, 0) + 1
        return counts

    def queued(self, task_id: str) -> bool:
        """Whether the task waits for a worker."""
        return task_id in self._items

    def able(self, action: str) -> list[Worker]:
        """The workers that registered an action, whatever their state."""
        return self._able.get(action, [])

    def assign(self, may_work: Callable[[Worker], bool], budget: Budget | None = None) -> list[tuple[Item, Worker]]:
        """Hand out as much as fits and take slots and units for it; best priority first, then oldest, across actions.

        Without a `budget` nothing is left of any rate limit.
        """
        if not self._awake:
            return []
        heads: list[tuple[int, int, str, Requirement]] = []
        for action in self._awake:
            for requirement in list(self._queues.get(action, ())):
                self._push_head(heads, action, requirement)
        self._awake.clear()
        if not heads:
            return []
        ready = {id(worker) for worker in self.workers.values() if may_work(worker)}
        pairs: list[tuple[Item, Worker]] = []
        while heads:
            _, _, action, requirement = heapq.heappop(heads)
            rates = requirement.rates
            if rates and (budget is None or not budget.affords(action, requirement)):
                self._park(action, requirement)
                continue
            worker = self._choose(action, requirement, ready)
            if worker is None:
                continue
            item = heapq.heappop(self._queues[action][requirement])[2]
            del self._items[item.task_id]
            worker.take(requirement.slots)
            if rates and budget is not None:
                budget.spend(rates)
            pairs.append((item, worker))
            self._push_head(heads, action, requirement)
        return pairs

    def _push_head(self, heads: list[tuple[int, int, str, Requirement]], action: str, requirement: Requirement) -> None:
        lanes = self._queues[action]
        lane = lanes[requirement]
        while lane and lane[0][2].dropped:
            heapq.heappop(lane)
        if lane:
            priority, seq, _ = lane[0]
            heapq.heappush(heads, (priority, seq, action, requirement))
            return
        del lanes[requirement]
        if not lanes:
            del self._queues[action]

    def _park(self, action: str, requirement: Requirement) -> None:
        lanes = self._queues[action]
        self._parked.setdefault(action, {})[requirement] = lanes.pop(requirement)
        if not lanes:
            del self._queues[action]

    def _tidy(self, action: str, requirement: Requirement) -> None:
        for queues in (self._queues, self._parked):
            lanes = queues.get(action)
            lane = lanes.get(requirement) if lanes is not None else None
            if lanes is None or lane is None:
                continue
            while lane and lane[0][2].dropped:
                heapq.heappop(lane)
            if not lane:
                del lanes[requirement]
                if not lanes:
                    del queues[action]

    def _choose(self, action: str, requirement: Requirement, ready: set[int]) -> Worker | None:
        able = self._able.get(action)
        if not able:
            return None
        best: Worker | None = None
        best_rank = -1
        start = self._turn.get(action, 0) % len(able)
        for offset in range(len(able)):
            position = (start + offset) % len(able)
            worker = able[position]
            if id(worker) not in ready or not worker.fits(requirement.slots):
                continue
            rank = suitability(worker, requirement)
            if rank is not None and rank > best_rank:
                best, best_rank = worker, rank
                self._turn[action] = position + 1
                if not requirement.labels and requirement.sticky is None:
                    break
        return best


def suitability(worker: Worker, requirement: Requirement) -> int | None:
    """How well a worker suits, higher is better; None when it must not have the task."""
    rank = 0
    if requirement.sticky is not None and requirement.worker_id is not None:
        if worker.id == requirement.worker_id:
            rank += 1 << 40
        elif requirement.sticky is Sticky.HARD:
            return None
    for label in requirement.labels:
        if label.accepts(worker.labels):
            rank += label.weight
        elif label.required:
            return None
    return max(rank, 0)
