"""The types of CEL expressions, and which fits where. Pure.

Whether two types fit is asked as the language's own checker asks it: a type may have parts that are not decided yet
(`[]` is a list of anything), and what is asked decides them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field

from hatchet._dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """A type: its name, and what a list, a map or a type is of. A name that begins with `$` is not decided yet."""

    name: str
    of: tuple[Kind, ...] = ()

    def __str__(self) -> str:
        shown = _SHOWN.get(self.name, self.name)
        return f"{shown}({', '.join(map(str, self.of))})" if self.of else shown

    @property
    def open(self) -> bool:
        """Whether it is not decided yet."""
        return self.name.startswith("$")


_SHOWN = {"timestamp": "google.protobuf.Timestamp", "duration": "google.protobuf.Duration"}
DYN = Kind("dyn")
BOOL = Kind("bool")
INT = Kind("int")
STRING = Kind("string")
NULL = Kind("null_type")
_NULLABLE = ("timestamp", "duration", "null_type")


def list_of(item: Kind) -> Kind:
    """The type of a list."""
    return Kind("list", (item,))


def map_of(key: Kind, value: Kind) -> Kind:
    """The type of a map."""
    return Kind("map", (key, value))


def read_kind(text: str) -> Kind:
    """A type from its short spelling: `int`, `$A`, `list:string`, `map:$A:$B`."""
    name, *of = text.split(":")
    return Kind(name, tuple(Kind(part) for part in of))


@dataclass
class Deciding:
    """What is decided so far about the open types of one expression."""

    found: dict[str, Kind] = field(default_factory=dict[str, Kind])
    _made: int = 0
    _before: list[tuple[str, Kind | None]] = field(default_factory=list[tuple[str, "Kind | None"]])
    """What each decision replaced, so that those of a failed attempt can be taken back."""

    def fresh(self) -> Kind:
        """An open type of which nothing is known."""
        self._made += 1
        return Kind(f"${self._made}")

    def renewed(self, kinds: Iterable[Kind]) -> list[Kind]:
        """Types of a signature with open types of their own for its `$A`, `$B`."""
        names: dict[str, Kind] = {}

        def renew(kind: Kind) -> Kind:
            if kind.open:
                return names.setdefault(kind.name, self.fresh())
            return Kind(kind.name, tuple(map(renew, kind.of))) if kind.of else kind

        return [renew(kind) for kind in kinds]

    def fit(self, given: Iterable[Kind], wanted: Iterable[Kind]) -> bool:
        """Whether every type fits the one that is wanted; decides open types only if all do."""
        self._before.clear()
        if all(self._fits(have, want) for have, want in zip(given, wanted, strict=True)):
            return True
        for name, kind in reversed(self._before):
            if kind is None:
                del self.found[name]
            else:
                self.found[name] = kind
        return False

    def _decide(self, name: str, kind: Kind) -> None:
        self._before.append((name, self.found.get(name)))
        self.found[name] = kind

    def shown(self, kind: Kind, *, final: bool = False) -> Kind:
        """A type with what is decided filled in; what stays open is dyn when it is final."""
        if kind.open:
            found = self.found.get(kind.name)
            if found is None:
                return DYN if final else kind
            return self.shown(found, final=final)
        return Kind(kind.name, tuple(self.shown(part, final=final) for part in kind.of)) if kind.of else kind

    def joined(self, first: Kind | None, second: Kind) -> Kind:
        """The type of items of both types in one list."""
        if first is None or first in (second, DYN):
            return second if first is None else first
        if self.fit((first,), (second,)):
            return _wider(first, second)
        return DYN

    def _fits(self, given: Kind, wanted: Kind) -> bool:
        if wanted.open:
            valid, known = self._replaces(given, wanted)
            if valid or known:
                return valid
        if given.open:
            return self._replaces(wanted, given)[0]
        if given == DYN or wanted == DYN:
            return True
        for one, other in ((given, wanted), (wanted, given)):
            if one == NULL:
                return other.name in _NULLABLE
        if given.name == "type":
            return wanted.name == "type"
        return (
            given.name == wanted.name
            and len(given.of) == len(wanted.of)
            and all(self._fits(have, want) for have, want in zip(given.of, wanted.of, strict=True))
        )

    def _replaces(self, kind: Kind, unknown: Kind) -> tuple[bool, bool]:
        """Whether a type can stand for an open one, and whether something stood for that already."""
        if kind == unknown:
            return True, True
        known = self.found.get(unknown.name)
        if known is not None:
            if kind == known:
                return True, True
            if not self._fits(kind, known):
                return False, True
            wider = _wider(kind, known)
            if not self._within(unknown, wider):
                self._decide(unknown.name, wider)
            return True, True
        if self._within(unknown, kind):
            return False, False
        self._decide(unknown.name, kind)
        return True, False

    def _within(self, unknown: Kind, kind: Kind) -> bool:
        if kind == unknown:
            return True
        if kind.open:
            found = self.found.get(kind.name)
            return found is not None and self._within(unknown, found)
        return any(self._within(unknown, part) for part in kind.of)


def _wider(first: Kind, second: Kind) -> Kind:
    return first if _wide(first, second) else second


def _wide(first: Kind, second: Kind) -> bool:
    """Whether the first type says as much as the second, or less."""
    if first == DYN or first.open:
        return True
    if second == DYN or second.open or first.name != second.name:
        return False
    return first.name == "type" or all(_wide(one, other) for one, other in zip(first.of, second.of, strict=True))
