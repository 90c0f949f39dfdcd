"""What the command prints: tables for people, JSON for programs, and errors of one line."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from hatchet.rows import Row

CELL: Final = 60  # characters of a cell of a table
COLOURS: Final = {
    "COMPLETED": 32,
    "FAILED": 31,
    "CANCELLED": 33,
    "RUNNING": 34,
    "ACTIVE": 32,
    "INACTIVE": 90,
    "PAUSED": 33,
}


class Shown:
    """Standard output."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._colours = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    def rows(self, rows: Iterable[Row], empty: str) -> None:
        """A table with a column for each key of the rows, or an object a line."""
        if self._as_json:
            for row in rows:
                self.one(row)
            return
        listed = list(rows)
        if not listed:
            print(empty)
            return
        names = list(dict.fromkeys(name for row in listed for name in row))
        cells = [[_text(row.get(name))[:CELL] for name in names] for row in listed]
        widths = [max(len(name), *(len(row[place]) for row in cells)) for place, name in enumerate(names)]
        print(_line([name.upper() for name in names], widths))
        for texts in cells:
            print(self._coloured(_line(texts, widths), texts))

    def one(self, row: Row) -> None:
        """One thing: a line for each of its parts, or one of JSON."""
        if self._as_json:
            print(json.dumps(row, default=_plain, ensure_ascii=False), flush=True)
            return
        width = max(len(name) for name in row)
        for name, value in row.items():
            print(self._coloured(f"{name:<{width}}  {_text(value)}".rstrip(), [_text(value)]))

    def say(self, text: str, **row: object) -> None:
        """A sentence; for programs what it says, as an object."""
        if self._as_json:
            self.one(row)
        else:
            print(text, flush=True)

    def _coloured(self, line: str, words: Sequence[str]) -> str:
        code = next((COLOURS[word] for word in words if word in COLOURS), None) if self._colours else None
        return line if code is None else f"\x1b[{code}m{line}\x1b[0m"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip()


def _text(value: object) -> str:
    """As a table has it: on one line."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.astimezone(timezone.utc).strftime("%Y-%m-%d %H:%M:%S")
        case str():
            return " ".join(value.split())
        case _:
            return " ".join(json.dumps(value, default=_plain, ensure_ascii=False).split())


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).isoformat()
    return str(value)
