"""What differs between two versions of an API, and which differences can break a program."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from wirewright.facts import Fact, Facts

# What a client has to send or pick changes with these; an addition to anything else leaves old programs alone.
_BINDING_WHEN_REQUIRED = frozenset({"parameter", "request body", "property"})


@dataclass(frozen=True)
class Change:
    """One difference."""

    verb: str
    """`added`, `removed` or `changed`."""
    fact: Fact
    details: str
    breaking: bool
    """Whether a program written for the old version can stop working or type-checking."""

    @property
    def plain(self) -> str:
        """The difference, without a mark."""
        return " ".join(str(self).removeprefix("!").split())

    def __str__(self) -> str:
        mark = "!" if self.breaking else " "
        return f"{mark} {self.verb:7} {self.fact.kind} {self.fact.name}" + (f": {self.details}" if self.details else "")


def between(old: Facts, new: Facts) -> list[Change]:
    """All differences, sorted; parts of what came or went as a whole are not listed one by one."""
    return sorted(_between(old, new), key=lambda change: (change.verb, change.fact.kind, change.fact.name))


def report(title: str, changes: Iterable[Change]) -> str:
    """The differences of one API as text, a summary first."""
    changes = list(changes)
    if not changes:
        return f"{title}: nothing changes"
    counts = Counter(change.verb for change in changes)
    summary = ", ".join(f"{counts[verb]} {verb}" for verb in ("added", "removed", "changed") if counts[verb])
    breaking = sum(change.breaking for change in changes)
    head = f"{title}: {summary}; {breaking} can break a program" + (" (marked !)" if breaking else "")
    return "\n".join([head, *(f"  {change}" for change in changes)])


def _between(old: Facts, new: Facts) -> Iterator[Change]:
    for key, fact in new.items():
        if key not in old and (fact.parent is None or fact.parent in old):
            binding = fact.kind in _BINDING_WHEN_REQUIRED and fact.traits.get("presence") == "required"
            yield Change("added", fact, _described(fact), binding)
    for key, fact in old.items():
        if key not in new:
            if fact.parent is None or fact.parent in new:
                yield Change("removed", fact, _described(fact), _breaks_by_leaving(fact))
        elif new[key].traits != fact.traits:
            yield _changed(fact, new[key])


def _changed(old: Fact, new: Fact) -> Change:
    differing = [trait for trait in new.traits if old.traits.get(trait) != new.traits[trait]]
    details = "; ".join(f"{trait} {old.traits.get(trait, 'none')} -> {new.traits[trait]}" for trait in differing)
    # To send what may be left out is no fault.
    relaxed = (
        old.kind in {"parameter", "request body"} and differing == ["presence"] and new.traits["presence"] == "optional"
    )
    return Change("changed", new, details, not relaxed)


def _breaks_by_leaving(fact: Fact) -> bool:
    # An error that is no longer announced is handled like any other status.
    status = fact.name.rpartition(" ")[2]
    return fact.kind != "response" or status.startswith("2")


def _described(fact: Fact) -> str:
    return ", ".join(value for value in fact.traits.values() if value not in {"none", "False"})
