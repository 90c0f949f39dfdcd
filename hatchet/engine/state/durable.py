"""The event log of a durable task: what its code asked for, call by call, and what came of it. Values, no deciding.

A log belongs to a task and outlives its attempts. Each invocation of the task counts its calls from 1, the *nodes*, and
finds the entries of earlier invocations there. A *branch* takes over from its parent at a node; the *path* says which
branch owns which nodes in the invocations of today.
"""

from __future__ import annotations

import enum
import json
import sys
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import field

from hatchet._dataclasses import NamedTuple, dataclass
from hatchet.engine.state.conditions import Action, Match, Wait

ROOT = 1
"""The branch that every log begins with."""


class EntryKind(enum.Enum):
    """What was asked for."""

    RUN = "RUN"
    WAIT_FOR = "WAIT_FOR"
    MEMO = "MEMO"


class Spot(NamedTuple):
    """Where an entry is in the log of its task."""

    branch: int
    node: int


@dataclass(slots=True, eq=False)
class LogEntry:
    """One call of a durable task, and its result."""

    task_id: str
    spot: Spot
    kind: EntryKind
    key: bytes
    """What tells the call from others: it must be the same when the task comes here again."""
    created_at: float
    label: str | None = None
    workflow: str | None = None
    """The workflow of a child run."""
    child_id: str | None = None
    child_key: str | None = None
    """What a child is recognised by wherever it is asked for: its key, or its index as text."""
    waits: tuple[Wait, ...] = ()
    match: Match | None = None
    satisfied_at: float | None = None
    order: int | None = None
    """Satisfied entries of a task in the order in which they were, over all branches."""
    result: bytes = b""
    error: str | None = None
    """Set when a child failed, was cancelled or was not started."""
    position: int = 0
    """Its number among the satisfied entries of the path, from 1: what the worker is told; 0 for one off the path."""
    stored: bool = False

    @property
    def satisfied(self) -> bool:
        """Whether there is a result."""
        return self.satisfied_at is not None


class BranchPoint(NamedTuple):
    """Where a branch left its parent."""

    parent: int
    first: int
    """The first node that is the branch's own."""


@dataclass(slots=True, eq=False)
class EventLog:
    """The log of one task, as the present invocation sees it."""

    task_id: str
    invocation: int = 0
    """The invocation that `nodes` counts for."""
    nodes: int = 0
    """Calls of that invocation so far."""
    branch: int = ROOT
    """The newest branch, which is the one that is written to."""
    satisfied: int = 0
    """The last order that was given."""
    points: dict[int, BranchPoint] = field(default_factory=dict[int, BranchPoint])
    entries: dict[Spot, LogEntry] = field(default_factory=dict[Spot, LogEntry])
    sequence: list[LogEntry] = field(default_factory=list[LogEntry])
    """The satisfied entries of the path, in their order."""
    released: int = 0
    """How many of these the present invocation may know."""
    stream: int = 0
    """The stream on which it is told; 0 while there is none."""
    told: int = 0
    """How many it has been told there, or will be in this turn."""
    received: int = 0
    """How many of these the worker says it has got."""
    sent_at: float = float("-inf")
    """When the worker was last told of one."""
    asked_at: float = float("-inf")
    """When the present invocation last asked for something."""
    children: dict[str, LogEntry] = field(default_factory=dict[str, LogEntry])
    """The children of the path, by what they are recognised by."""
    _firsts: list[int] = field(default_factory=list[int])
    _owners: list[int] = field(default_factory=list[int])

    def begin(self, invocation: int) -> None:
        """Count from the start for a new invocation."""
        if self.invocation != invocation:
            self.invocation = invocation
            self.nodes = self.released = self.received = self.told = self.stream = 0
            self.sent_at = float("-inf")

    def follow_path(self) -> None:
        """Work out the path, and what lies on it; after a branch, and when the log was read."""
        firsts: list[int] = []
        owners: list[int] = []
        branch, end = self.branch, sys.maxsize
        while end > 0:
            parent, first = self.points.get(branch, (ROOT, 0))
            if first < end:
                # A branch that left its parent after the one that leaves it here has nothing of its own on the path.
                firsts.insert(0, first)
                owners.insert(0, branch)
                end = first
            branch = parent
        self._firsts, self._owners = firsts, owners
        there = sorted((each for each in self.entries.values() if self.holds(each)), key=lambda each: each.spot.node)
        self.children = {each.child_key: each for each in there if each.child_key is not None}
        self.sequence = []
        for entry in self.entries.values():
            entry.position = 0
        for entry in sorted((each for each in there if each.order is not None), key=lambda each: each.order or 0):
            self._append(entry)
        self.released = self.told = 0

    def spot(self, node: int) -> Spot:
        """Where the present invocation finds, or writes, a node."""
        return Spot(self._owners[bisect_right(self._firsts, node) - 1], node)

    def holds(self, entry: LogEntry) -> bool:
        """Whether an entry lies on the path."""
        return self.spot(entry.spot.node) == entry.spot

    def add(self, entry: LogEntry) -> None:
        """A new entry of the path."""
        self.entries[entry.spot] = entry
        if entry.child_key is not None:
            self.children[entry.child_key] = entry

    def satisfy(self, entry: LogEntry, now: float, result: bytes, error: str | None) -> None:
        """Give an entry its result, and its place in the order."""
        self.satisfied += 1
        entry.order = self.satisfied
        entry.satisfied_at = now
        entry.result, entry.error = result, error
        if self.holds(entry):
            self._append(entry)

    def release(self) -> None:
        """Let go the completions whose turn has come.

        One whose predecessor has not been asked for yet by this invocation waits, so that the code that asks finds the
        same order as the first time.
        """
        while self.released < len(self.sequence) and self.sequence[self.released].spot.node <= self.nodes:
            self.released += 1

    def bind(self, stream: int) -> None:
        """Tell on this stream from now on, beginning with what the worker may not have got."""
        if self.stream != stream:
            self.stream = stream
            self.told = min(self.received, self.released)

    def tell(self) -> Sequence[LogEntry]:
        """The completions that are to be told next, in their order."""
        start, self.told = self.told, self.released
        return self.sequence[start : self.told]

    def may_be_missed(self, stream: int, since: float) -> bool:
        """Whether a worker that lets go of the task on this stream may not have seen all results that there are.

        What was told there before a moment counts as seen.
        """
        if any(entry.spot.node <= self.nodes for entry in self.sequence[self.released :]):
            return True  # asked for, and held back
        if self.received >= self.released:
            return False
        return self.stream != stream or self.told < self.released or self.sent_at > since

    def reported(self, position: int) -> None:
        """The worker has got the completions up to this one."""
        self.received = max(self.received, position)

    def _append(self, entry: LogEntry) -> None:
        self.sequence.append(entry)
        entry.position = len(self.sequence)


def dump_points(points: dict[int, BranchPoint]) -> str:
    """The stored form of branch points."""
    return json.dumps([[branch, *point] for branch, point in points.items()])


def load_points(text: str) -> dict[int, BranchPoint]:
    """Back from the stored form."""
    return {branch: BranchPoint(parent, first) for branch, parent, first in json.loads(text)}


def dump_waits(waits: Iterable[Wait]) -> str:
    """The stored form of what an entry waits for."""
    return json.dumps([[w.group, w.data_key, w.sleep, w.event_key, w.scope, w.expression] for w in waits])


def load_waits(text: str | None) -> tuple[Wait, ...]:
    """Back from the stored form."""
    if text is None:
        return ()
    return tuple(
        Wait(Action.QUEUE, group, data_key, sleep=sleep, event_key=event_key, scope=scope, expression=expression)
        for group, data_key, sleep, event_key, scope, expression in json.loads(text)
    )
