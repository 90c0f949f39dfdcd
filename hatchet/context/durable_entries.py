"""The entries of a durable log that an invocation has come to, and the calls that wait for them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import field

from hatchet._dataclasses import dataclass
from hatchet.context.durable_actions import Answer, Ended, Step
from hatchet.wire.durable_values import Completed, Place, Request, StartRequest

NAMED = 3  # waits that a text names


@dataclass(slots=True)
class Entry:
    """One entry, as this invocation knows it."""

    text: str
    """What it is for, in words."""
    calls: list[int] = field(default_factory=list[int])
    """Who waits for it."""
    is_child: bool = False
    is_memo: bool = False
    is_completed: bool = False
    result: Ended | None = None
    """Of a child that has ended: how, for those who wait for it later."""


@dataclass(slots=True)
class OpenCall:
    """One call that is not answered."""

    number: int
    step: Step
    requests: list[Request]
    runs: list[str]


@dataclass(slots=True)
class Turn:
    """A call that goes on when it is its turn: with what was acknowledged, or is known already."""

    call: int
    answer: Answer = None
    is_ready: bool = False
    place: Place | None = None
    """Of a memo: its entry."""
    key: bytes = b""


class Entries:
    """What an invocation knows of the log of its task."""

    def __init__(self) -> None:
        self.waits: dict[int, Place] = {}
        """What each call waits for."""
        self._entries: dict[Place, Entry] = {}
        self._runs: dict[str, Place] = {}
        self._keys: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, place: Place) -> bool:
        return place in self._entries

    def get(self, place: Place) -> Entry | None:
        """The entry in a place, if it is known."""
        return self._entries.get(place)

    def of_run(self, run_id: str) -> tuple[Place, Entry]:
        """The entry of a child."""
        place = self._runs[run_id]
        return place, self._entries[place]

    def add(self, place: Place, entry: Entry) -> None:
        """An entry was acknowledged."""
        self._entries[place] = entry

    def add_children(self, request: StartRequest, entries: Sequence[tuple[Place, str]], text: str) -> None:
        """Children were started, or found again by their key."""
        key = request.runs[0].options.child_key
        for place, run_id in entries:
            self._entries.setdefault(place, Entry(text, is_child=True))
            self._runs[run_id] = place
            if key is not None:
                self._keys[key] = run_id

    def fits(self, request: StartRequest, entries: Sequence[tuple[Place, str]]) -> bool:
        """Whether an acknowledgement is that of a request: a child with a key may have its entry already."""
        if len(entries) != len(request.runs):
            return False
        key = request.runs[0].options.child_key
        if key is not None and key in self._keys:
            return self._keys[key] == entries[0][1]
        return all(place not in self._entries for place, _ in entries)

    def wait(self, number: int, place: Place) -> None:
        """A call waits for an entry."""
        self.waits[number] = place
        self._entries[place].calls.append(number)

    def wait_no_more(self, number: int) -> bool:
        """A call does not wait any more; whether it did."""
        place = self.waits.pop(number, None)
        if place is not None:
            self._entries[place].calls.remove(number)
        return place is not None

    def complete(self, completed: Completed) -> bool:
        """A completion was handed over, or passed by; whether its entry is known."""
        entry = self._entries.get(completed.place)
        if entry is not None:
            entry.is_completed = True
            if entry.is_child:
                entry.result = Ended(completed.payload, completed.failure)
        return entry is not None

    @property
    def unfinished(self) -> list[Place]:
        """Those whose completion was not handed over; also where nobody waits for it, as others come after it."""
        return [place for place, entry in self._entries.items() if not (entry.is_memo or entry.is_completed)]

    @property
    def completing(self) -> list[Place]:
        """All that the engine completes, those that it has completed included."""
        return [place for place, entry in self._entries.items() if not entry.is_memo]

    @property
    def waits_for(self) -> str:
        """What somebody waits for, in words."""
        texts = list(dict.fromkeys(_object(self._entries[place].text) for place in self.waits.values()))
        return ", ".join(texts[:NAMED]) + (", …" if len(texts) > NAMED else "")


def _object(text: str) -> str:
    """What a wait is for, or a start of."""
    return re.sub(r"^a (wait for|start of) ", "", text)
