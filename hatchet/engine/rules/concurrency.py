"""How many may run at once: slots per key, who gets them, who is turned away. Pure.

A claim stands for one task, or for one run when the rule is held for whole runs. The claims of a (rule, key) form a
group; `Group.settle` is the whole of what the strategies decide.
"""

from __future__ import annotations

import heapq
from dataclasses import field

from hatchet._dataclasses import dataclass
from hatchet.engine.state.definitions import Rule, Strategy


@dataclass(slots=True, eq=False)
class Claim:
    """Somebody who wants, or has, a slot."""

    holder: str
    """Id of the task, or of the run for a rule of whole runs."""
    priority: int
    seq: int
    limit: int | None = None
    """What the dynamic limit came to for this one."""
    filled: bool = False
    waiting: list[str] = field(default_factory=list[str])
    """Ids of the tasks that go on when the slot is granted."""


@dataclass(slots=True)
class Settled:
    """What one settling of a group decided."""

    granted: list[Claim] = field(default_factory=list[Claim])
    refused: list[Claim] = field(default_factory=list[Claim])


@dataclass(slots=True)
class Group:
    """The claims of one rule and key."""

    filled: dict[str, Claim] = field(default_factory=dict[str, Claim])
    waiting: dict[str, Claim] = field(default_factory=dict[str, Claim])
    newest: int = -1
    """Number of the most recent claim that brought a limit of its own."""
    limit: int | None = None
    """That limit; forgotten with the last claim."""
    _heap: list[tuple[int, int, Claim]] | None = None
    """The waiting ones, best first, and some that have left; only kept for the strategy that lets many wait."""

    def add(self, claim: Claim) -> None:
        """Take in a claim; it is decided on by the next settling."""
        if claim.limit is not None and claim.seq > self.newest:
            self.newest, self.limit = claim.seq, claim.limit
        if claim.filled:
            self.filled[claim.holder] = claim
            return
        self.waiting[claim.holder] = claim
        if self._heap is not None:
            heapq.heappush(self._heap, (-claim.priority, claim.seq, claim))

    def remove(self, claim: Claim) -> None:
        """Give back a slot, or stop waiting for one."""
        if self.filled.get(claim.holder) is claim:
            del self.filled[claim.holder]
        elif self.waiting.get(claim.holder) is claim:
            del self.waiting[claim.holder]

    @property
    def empty(self) -> bool:
        """Whether nothing is left to decide or to remember."""
        return not self.filled and not self.waiting

    def settle(self, rule: Rule) -> Settled:
        """Grant free slots and turn away whom the strategy does not let wait."""
        limit = self.limit if self.limit is not None else rule.max_runs
        settled = Settled()
        match rule.strategy:
            case Strategy.GROUP_ROUND_ROBIN:
                self._fill_from_heap(limit, settled)
            case Strategy.CANCEL_NEWEST:
                # Of runs the oldest come first whatever their priority; of tasks, priority decides.
                order = _by_age if rule.of_run else _by_priority
                self._fill(sorted(self.waiting.values(), key=order), limit, settled)
                self._refuse(list(self.waiting.values()), settled)
            case Strategy.CANCEL_QUEUED_EXCEPT_NEWEST | Strategy.CANCEL_QUEUED_EXCEPT_OLDEST:
                self._fill(sorted(self.waiting.values(), key=_by_age), limit, settled)
                left = sorted(self.waiting.values(), key=_by_age)
                room = max(0, limit)
                newest = rule.strategy is Strategy.CANCEL_QUEUED_EXCEPT_NEWEST
                self._refuse(left[: max(0, len(left) - room)] if newest else left[room:], settled)
            case Strategy.CANCEL_IN_PROGRESS:
                self._keep_newest(limit, rule, settled)
        return settled

    def _fill_from_heap(self, limit: int, settled: Settled) -> None:
        if self._heap is None or len(self._heap) > 2 * len(self.waiting) + 64:
            self._heap = [(-claim.priority, claim.seq, claim) for claim in self.waiting.values()]
            heapq.heapify(self._heap)
        while self._heap and len(self.filled) < limit:
            claim = heapq.heappop(self._heap)[2]
            if self.waiting.get(claim.holder) is claim:
                self._grant(claim, settled)

    def _fill(self, order: list[Claim], limit: int, settled: Settled) -> None:
        self._heap = None
        for claim in order[: max(0, limit - len(self.filled))]:
            self._grant(claim, settled)

    def _keep_newest(self, limit: int, rule: Rule, settled: Settled) -> None:
        self._heap = None
        order = _newest_first if rule.of_run else _by_priority_newest_first
        ranked = sorted([*self.filled.values(), *self.waiting.values()], key=order)
        kept = ranked[: max(0, limit)]
        self._refuse(ranked[len(kept) :], settled)
        for claim in kept:
            if not claim.filled:
                self._grant(claim, settled)

    def _grant(self, claim: Claim, settled: Settled) -> None:
        del self.waiting[claim.holder]
        claim.filled = True
        self.filled[claim.holder] = claim
        settled.granted.append(claim)

    def _refuse(self, claims: list[Claim], settled: Settled) -> None:
        for claim in claims:
            self.remove(claim)
        settled.refused.extend(claims)


def _by_age(claim: Claim) -> int:
    return claim.seq


def _by_priority(claim: Claim) -> tuple[int, int]:
    return (-claim.priority, claim.seq)


def _newest_first(claim: Claim) -> int:
    return -claim.seq


def _by_priority_newest_first(claim: Claim) -> tuple[int, int]:
    return (-claim.priority, -claim.seq)
