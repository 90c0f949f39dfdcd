"""Lists longer than a page: asked for page by page, while they are read.

Each item comes once, and a page on which nothing is new is the last, whatever a server repeats.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Hashable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain
from typing import Any, Final, Generic, TypeVar

from hatchet.errors import InputError
from hatchet.transport.io_loop import IoLoop

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

PAGE_SIZE: Final = 500  # rows that an iterator asks for at once: a few hundred KB of JSON
LARGEST: Final = 2**31 - 1  # that the engine takes as a limit or an offset
TICK: Final = timedelta(microseconds=1)  # the resolution of the engine's times

More = Callable[[], Coroutine[Any, Any, Iterable[T] | None]]
"""The next items, be it none of them; None at the end."""


class Items(Generic[T_co]):
    """All items of a list: `for item in …` or `async for item in …`, asked for page by page.

    Each loop starts anew.
    """

    def __init__(self, io: IoLoop, begin: Callable[[], More[T_co]]) -> None:
        self._io = io
        self._begin = begin

    async def __aiter__(self) -> AsyncIterator[T_co]:
        more = self._begin()
        while (page := await more()) is not None:
            for item in page:
                yield item

    def __iter__(self) -> Iterator[T_co]:
        more = self._begin()
        while (page := self._io.block(more())) is not None:
            yield from page


def by_offset(
    io: IoLoop,
    fetch: Callable[[int, int], Awaitable[Sequence[T]]],
    name: Callable[[T], Hashable],
    *,
    page_size: int = PAGE_SIZE,
) -> Items[T]:
    """A list by how many items to leave out; those that vanish meanwhile can shift the pages behind them.

    Args:
        io: the loop of the calls.
        fetch: a part of the list, by offset and limit.
        name: what tells an item from the others.
        page_size: items that are asked for at once.
    """
    check_page(None, page_size, "page_size")

    def begin() -> More[T]:
        offset, ended = 0, False
        seen: set[Hashable] = set()

        async def more() -> Sequence[T] | None:
            nonlocal offset, ended
            if ended:
                return None
            page = await fetch(offset, page_size)
            new: list[T] = []
            for item in page:
                if (known := name(item)) not in seen:
                    seen.add(known)
                    new.append(item)
            offset, ended = offset + len(page), len(page) < page_size or not new
            return new

        return more

    return Items(io, begin)


def newest_first(
    io: IoLoop,
    fetch: Callable[[datetime | None, int, int], Awaitable[Iterable[T]]],
    place: Callable[[T], tuple[datetime, str]],
    *,
    page_size: int = PAGE_SIZE,
    start: int = 0,
) -> Items[T]:
    """A list by times, the newest first: a page begins where the one before ended, whatever appears meanwhile.

    The real engine shows runs and events a while after they came, and not in their order. And an engine that counts to
    an offset takes the longer the further it is.

    Args:
        io: the loop of the calls.
        fetch: a part of the list, by the time up to which it goes (None at first), offset and limit.
        place: the time of an item, and what tells it from others of that time.
        page_size: items that are asked for at once.
        start: items to leave out.
    """
    check_page(None, page_size, "page_size")

    def begin() -> More[T]:
        walk = _Walk(fetch, place, page_size, start)
        return walk.more

    return Items(io, begin)


class _Walk(Generic[T]):
    """One loop through a list by times."""

    def __init__(
        self,
        fetch: Callable[[datetime | None, int, int], Awaitable[Iterable[T]]],
        place: Callable[[T], tuple[datetime, str]],
        page_size: int,
        start: int,
    ) -> None:
        self._fetch = fetch
        self._place = place
        self._page_size = page_size
        self._offset = start
        self._until: datetime | None = None
        self._seen: dict[str, datetime] = {}
        self._ended = False

    async def more(self) -> Iterator[T] | None:
        """The next page, to be read to its end before the one after; without what has come before."""
        if self._ended:
            return None
        return self._new(await self._fetch(self._until, self._offset, self._page_size))

    def _new(self, page: Iterable[T]) -> Iterator[T]:
        places: dict[str, datetime] = {}
        count = 0
        for item in page:
            count += 1
            moment, name = self._place(item)
            # What is newer than was asked for has come already, or is too new for this loop.
            if name not in self._seen and name not in places and (self._until is None or moment <= self._until):
                places[name] = moment
                yield item
        self._ended = count < self._page_size or not places
        if places:
            self._move(places)

    def _move(self, places: dict[str, datetime]) -> None:
        """To the time of the last item; those of that time that have come already are left out by number."""
        # A tick later: times that were rounded on the way must not lose an item.
        later = places[next(reversed(places))] + TICK
        self._until = later if self._until is None else min(later, self._until)
        # What is newer is left out by its time.
        self._seen = {
            name: moment for name, moment in chain(self._seen.items(), places.items()) if moment <= self._until
        }
        self._offset = len(self._seen)


def check_page(offset: int | None, limit: int | None, name: str = "limit", most: int = LARGEST) -> None:
    """Refuse a part of a list that no engine would give.

    Raises:
        InputError: a negative offset, a limit below 1, or either above what the engine takes; or no whole number.
    """
    for what, value, least, largest in (("offset", offset, 0, LARGEST), (name, limit, 1, most)):
        if value is None:
            continue
        if not isinstance(value, int):  # pyright: ignore[reportUnnecessaryIsInstance]  # what a user may write all the same
            raise InputError(f"{what} is {value!r}; write a whole number")
        if not least <= value <= largest:
            upwards = "or more" if value < least and largest == LARGEST else f"to {largest}"
            raise InputError(f"{what} is {value}; write {least} {upwards}")
