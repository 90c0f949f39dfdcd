"""Lists longer than a page: asked for page by page, while they are read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from typing import Final, Generic, TypeVar

from hatchet.errors import InputError
from hatchet.transport.io_loop import IoLoop

T_co = TypeVar("T_co", covariant=True)

PAGE_SIZE: Final = 500  # rows that an iterator asks for at once: a few hundred KB of JSON


class Items(Generic[T_co]):
    """All items of a list: `for item in …` or `async for item in …`, one page in memory at a time.

    Each loop starts anew. Rows that appear or vanish while it runs can shift the pages behind them.
    """

    def __init__(
        self, io: IoLoop, fetch: Callable[[int, int], Awaitable[Sequence[T_co]]], *, page_size: int = PAGE_SIZE
    ) -> None:
        check_page(None, page_size, "page_size")
        self._io = io
        self._fetch = fetch
        self._page_size = page_size

    async def __aiter__(self) -> AsyncIterator[T_co]:
        offset: int | None = 0
        while offset is not None:
            page, offset = await self._page(offset)
            for item in page:
                yield item

    def __iter__(self) -> Iterator[T_co]:
        offset: int | None = 0
        while offset is not None:
            page, offset = self._io.block(self._page(offset))
            yield from page

    async def _page(self, offset: int) -> tuple[Sequence[T_co], int | None]:
        """A page, and where the next one begins; None when it is the last."""
        page = await self._fetch(offset, self._page_size)
        return page, None if len(page) < self._page_size else offset + len(page)


def check_page(offset: int | None, limit: int | None, name: str = "limit", most: int | None = None) -> None:
    """Refuse a part of a list that no engine would give.

    Raises:
        InputError: a negative offset, or a limit below 1 or above what the engine gives at once.
    """
    if offset is not None and offset < 0:
        raise InputError(f"offset is {offset}; write 0 or more")
    if limit is not None and (limit < 1 or (most is not None and limit > most)):
        raise InputError(f"{name} is {limit}; write 1 {'or more' if most is None else f'to {most}'}")
