"""Lists of the REST side, a part at a time: the rows, and where they stand among all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field

from hatchet._dataclasses import dataclass
from hatchet.engine.state import jsontext
from hatchet.engine.state.jsontext import JsonObject, JsonValue
from hatchet.engine.storage.selection import Part


@dataclass(frozen=True)
class Page:
    """A part of a list. Rows are made and written one by one: a page of trees would outlive young collections of
    Python's collector, and set off full ones over everything that the engine holds.
    """

    rows: Iterable[JsonValue]
    pagination: JsonObject = field(default_factory=dict[str, JsonValue])

    def content(self) -> bytes:
        """As JSON."""
        rows = b",".join(jsontext.dump(row).encode() for row in self.rows)
        return b'{"rows":[%b],"pagination":%b}' % (rows, jsontext.dump(self.pagination).encode())


def open_ended(rows: Iterable[JsonValue], total: int, part: Part) -> Page:
    """A part of a list whose last page names one more."""
    current = part.offset // part.limit + 1
    return Page(rows, _place(current, current + 1, total, part))


def ending(rows: Iterable[JsonValue], total: int, part: Part) -> Page:
    """A part of a list whose last page names itself as its next one."""
    return _ending(rows, part.offset // part.limit + 1, total, part)


def ending_early(rows: Iterable[JsonValue], total: int, part: Part) -> Page:
    """The same, where a part that begins between two pages counts as the later one."""
    return _ending(rows, -(-part.offset // part.limit) + 1, total, part)


def while_full(rows: Iterable[JsonValue], total: int, part: Part) -> Page:
    """A part of a list that names a next page only where the part is full."""
    current = part.offset // part.limit + 1
    return Page(rows, _place(current, current if total < part.offset + part.limit else current + 1, total, part))


def from_zero(rows: Iterable[JsonValue], total: int, part: Part) -> Page:
    """A part of a list whose first page is 0, and whose last page names one more."""
    current = part.offset // part.limit
    return Page(rows, _place(current, current + 1, total, part))


def unplaced(rows: Iterable[JsonValue]) -> Page:
    """A part of a list that does not tell where it stands."""
    return Page(rows, {"current_page": 0, "next_page": 0, "num_pages": 0})


def _ending(rows: Iterable[JsonValue], current: int, total: int, part: Part) -> Page:
    is_last = current == _pages(total, part)
    return Page(rows, _place(current, current if is_last else current + 1, total, part))


def _place(current: int, following: int, total: int, part: Part) -> JsonObject:
    return {"current_page": current, "next_page": following, "num_pages": _pages(total, part)}


def _pages(total: int, part: Part) -> int:
    return -(-total // part.limit)
