"""What differs between two engines, without what is listed."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
ABSENT = "<absent>"
Json = dict[str, "Json"] | list["Json"] | str | float | bool | None


class Difference(NamedTuple):
    """One place where two engines show something else."""

    path: str
    embedded: Json
    real: Json


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
            path=re.compile(row["path"]),
            embedded=re.compile(row.get("embedded", ".*"), re.DOTALL),
            real=re.compile(row.get("real", ".*"), re.DOTALL),
            why=row["why"],
        )
        for row in rows
    )


def compare(embedded: Json, real: Json) -> tuple[list[Difference], set[Listed]]:
    """The differences that are not listed, and the entries of the list that were met."""
    found: list[Difference] = []
    met = set[Listed]()
    for each in _differences(embedded, real, ""):
        known = next((entry for entry in listed() if entry.covers(each)), None)
        if known is None:
            found.append(each)
        else:
            met.add(known)
    return found, met


def _differences(embedded: Json, real: Json, path: str) -> Iterator[Difference]:
    if isinstance(embedded, dict) and isinstance(real, dict):
        for key in sorted({*embedded, *real}):
            yield from _differences(embedded.get(key, ABSENT), real.get(key, ABSENT), f"{path}/{key}")
    elif path.rsplit("/", 2)[-2:-1] == ["events"]:
        # A history: what one has and the other has not, entry by entry.
        told, told_there = _entries(embedded), _entries(real)
        for entry in sorted({*told, *told_there}):
            if told[entry] != told_there[entry]:
                yield Difference(f"{path}/{entry}", told[entry], told_there[entry])
    elif isinstance(embedded, list) and isinstance(real, list):
        for index, (one, other) in enumerate(zip_longest(embedded, real, fillvalue=ABSENT)):
            yield from _differences(one, other, f"{path}/{index}")
    elif embedded != real:
        yield Difference(path, embedded, real)


def _entries(history: Json) -> Counter[str]:
    return Counter(str(entry) for entry in history) if isinstance(history, list) else Counter()
