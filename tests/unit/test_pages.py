"""Lists by pages: every item once, whatever appears while they are read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

import pytest

from hatchet import InputError
from hatchet.features.pages import Items, by_offset, newest_first
from hatchet.transport.io_loop import shared_io_loop

START = datetime(2026, 1, 1, tzinfo=timezone.utc)
Item = tuple[datetime, str]


class Listing:
    """A list as the engine has it: newest first, by time and offset."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = [*items]
        self.asked: list[tuple[int, int]] = []

    async def fetch(self, until: datetime | None, offset: int, limit: int) -> Sequence[Item]:
        self.asked.append((offset, limit))
        found = [item for item in sorted(self.items, reverse=True) if until is None or item[0] <= until]
        return found[offset : offset + limit]

    def read(self, page_size: int, start: int = 0) -> Items[Item]:
        return newest_first(shared_io_loop(), self.fetch, lambda item: item, page_size=page_size, start=start)


def moments(*seconds: float) -> list[Item]:
    return [(START + timedelta(seconds=second), f"{number:03}") for number, second in enumerate(seconds)]


def test_every_item_comes_once_newest_first_in_both_spellings() -> None:
    listing = Listing(moments(*range(10)))
    expected = sorted(listing.items, reverse=True)
    assert [*listing.read(3)] == expected

    async def collected() -> list[Item]:
        return [item async for item in listing.read(3)]

    assert shared_io_loop().block(collected()) == expected
    assert [*listing.read(4, start=2)] == expected[2:]


def test_many_items_of_one_time_are_passed_by_their_number() -> None:
    listing = Listing(moments(*[1.0] * 8, *[2.0] * 9, 3.0))
    assert [*listing.read(3)] == sorted(listing.items, reverse=True)
    assert max(offset for offset, _ in listing.asked) <= 9


def test_what_appears_meanwhile_neither_shifts_nor_repeats_what_follows() -> None:
    listing = Listing(moments(*range(10)))
    expected = sorted(listing.items, reverse=True)
    seen: list[Item] = []
    for item in listing.read(3):
        if len(seen) % 3 == 1:  # something newer than all, and something that was late
            listing.items += [
                (START + timedelta(seconds=100 + len(seen)), "new"),
                (item[0] + timedelta(hours=1), "late"),
            ]
        seen.append(item)
    assert seen == expected


def test_a_list_of_whole_pages_ends_with_an_empty_one() -> None:
    asked: list[int] = []

    async def fetch(offset: int, limit: int) -> Sequence[int]:
        asked.append(offset)
        return range(6)[offset : offset + limit]

    assert [*by_offset(shared_io_loop(), fetch, int, page_size=3)] == [0, 1, 2, 3, 4, 5]
    assert asked == [0, 3, 6]


@pytest.mark.parametrize(
    "pages",
    [
        [[0, 1, 2]],  # for ever
        [[0, 1, 2], [2, 3, 4], [4, 5, 6], [6]],
        [[0, 1, 2], [3, 4, 5], [0, 1, 2]],  # in a circle
        [[0, 0, 0]],
        [[0, 1, 2, 3, 4, 5]],  # all of it, whatever the limit is
    ],
)
def test_a_server_that_repeats_rows_neither_repeats_nor_prolongs_a_list(pages: list[list[int]]) -> None:
    asked: list[int] = []

    def page() -> list[int]:
        return pages[min(len(asked), len(pages)) - 1]

    async def by_number(offset: int, limit: int) -> Sequence[int]:
        asked.append(offset)
        return page()

    async def by_time(until: datetime | None, offset: int, limit: int) -> Sequence[int]:
        asked.append(offset)
        return page()

    every = [*dict.fromkeys(number for each in pages for number in each)]
    assert [*by_offset(shared_io_loop(), by_number, int, page_size=3)] == every
    assert len(asked) <= len(pages) + 1
    asked.clear()
    by_times = newest_first(
        shared_io_loop(), by_time, lambda number: (START - timedelta(seconds=number), str(number)), page_size=3
    )
    assert [*by_times] == every
    assert len(asked) <= len(pages) + 1


def test_rows_that_a_server_shows_out_of_order_end_too() -> None:
    """Times that go up and down, and a server that knows no time limit."""
    listing = Listing(moments(5, 1, 4, 2, 3))

    async def fetch(until: datetime | None, offset: int, limit: int) -> Sequence[Item]:
        return listing.items

    read = [*newest_first(shared_io_loop(), fetch, lambda item: item, page_size=2)]
    assert read == listing.items


def test_pages_are_asked_for_as_they_are_read() -> None:
    listing = Listing(moments(*range(10)))
    rows = iter(listing.read(2))
    assert listing.asked == []
    next(rows)
    next(rows)
    assert len(listing.asked) == 1
    with pytest.raises(InputError, match="page_size is 0"):
        listing.read(0)
