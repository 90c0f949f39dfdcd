"""What differs between two engines, without what is listed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
ABSENT = "<absent>"


class Difference(NamedTuple):
    """One place where two engines show something else."""

    path: str
    embedded: Any  # Any: JSON
    real: Any


class Listed(NamedTuple):
    """A difference that is known, and stays."""

    path: re.Pattern[str]
    embedded: re.Pattern[str]
    real: re.Pattern[str]
    why: str

    def covers(self, found: Difference) -> bool:
        """Whether it is this one."""
        return (
            self.path.fullmatch(found.path) is not None
            and self.embedded.fullmatch(str(found.embedded)) is not None
            and self.real.fullmatch(str(found.real)) is not None
        )


@cache
def listed() -> tuple[Listed, ...]:
    """What differences.toml has."""
    rows = tomllib.loads((HERE / "differences.toml").read_text())["difference"]
    return tuple(
        Listed(
            re.compile(row["path"]), re.compile(row.get("embedded", ".*"), re.DOTALL), re.compile(row.get("real", ".*"), re.DOTALL),
            row["why"],
        )
        for row in rows
    )  # fmt: skip


def compare(embedded: Any, real: Any) -> tuple[list[Difference], set[Listed]]:
    """The differences that are not listed, and the entries of the list that were met."""
    open_, met = [], set[Listed]()
    for found in _differences(embedded, real, ""):
        known = next((each for each in listed() if each.covers(found)), None)
        if known is None:
            open_.append(found)
        else:
            met.add(known)
    return open_, met


def _differences(embedded: Any, real: Any, path: str) -> Iterator[Difference]:
    if isinstance(embedded, dict) and isinstance(real, dict):
        for key in sorted({*embedded, *real}):
            yield from _differences(embedded.get(key, ABSENT), real.get(key, ABSENT), f"{path}/{key}")
    elif path.rsplit("/", 2)[-2:-1] == ["events"]:
        # A history: what one has and the other has not, entry by entry.
        ours, theirs = ([] if side == ABSENT else [_text(each) for each in side] for side in (embedded, real))
        for entry in sorted({*ours, *theirs}):
            if ours.count(entry) != theirs.count(entry):
                yield Difference(f"{path}/{entry}", ours.count(entry), theirs.count(entry))
    elif isinstance(embedded, list) and isinstance(real, list) and len(embedded) == len(real):
        for index, (one, other) in enumerate(zip(embedded, real, strict=True)):
            yield from _differences(one, other, f"{path}/{index}")
    elif embedded != real:
        yield Difference(path, embedded, real)


def _text(entry: list[Any]) -> str:
    return " | ".join(str(part) for part in entry)
