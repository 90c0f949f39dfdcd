"""Log lines one after the other: all that there are, or as they come.

Lines have no number, only times, which several can share; and a line can arrive after one that was written later, when
a task goes on on another machine. So a look begins a while before the last line, and leaves out what was there already.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from hatchet.errors import NotFound
from hatchet.features.pages import PAGE_SIZE, TICK

if TYPE_CHECKING:
    from hatchet_api.rest.models import V1LogLine

INTERVAL: Final = 0.5  # s between two looks; the API has no stream of log lines
OVERLAP: Final = timedelta(seconds=5)  # how much later than its time a line may arrive
REMEMBERED: Final = 5_000  # lines that are looked at again; with a page more it is less than the engine gives at once
VISIBLE_WITHIN: Final = 10.0  # s in which a run that was just started has to appear

Fetch = Callable[["datetime | None", int], Awaitable["Sequence[V1LogLine]"]]
"""Lines after a time, at most so many, oldest first."""


class Cursor:
    """Reads on from where it stands; every line comes once."""

    def __init__(self, fetch: Fetch, since: datetime | None, overlap: timedelta, page_size: int = PAGE_SIZE) -> None:
        self._fetch = fetch
        self._since = since
        self._passed: datetime | None = None
        self._overlap = overlap
        self._page_size = page_size
        self._known: deque[tuple[datetime, str]] = deque()

    async def more(self) -> Sequence[V1LogLine] | None:
        """Lines that have not come yet, oldest first; None when there are none now."""
        page = await self._fetch(self._since, self._page_size + len(self._known))
        known = Counter(self._known)
        new: list[V1LogLine] = []
        for line in page:
            mark = (line.created_at, line.model_dump_json())
            if self._passed is not None and line.created_at <= self._passed:
                continue  # it has come, and is forgotten
            if known[mark]:
                known[mark] -= 1
            else:
                new.append(line)
                self._known.append(mark)
        if new:
            self._forget()
        return new or None

    def _forget(self) -> None:
        """Move on, and keep only the lines that the next look gets again."""
        self._known = deque(sorted(self._known))
        begin = self._known[-1][0] - max(self._overlap, TICK)
        if len(self._known) > REMEMBERED:
            begin = max(begin, self._known[-REMEMBERED][0] - TICK)
        if self._since is None or begin > self._since:
            self._since = self._passed = begin
        while self._known[0][0] <= self._since:
            self._known.popleft()


class Following:
    """Waits for lines of a run until it has ended."""

    def __init__(self, cursor: Cursor, has_ended: Callable[[], Awaitable[bool]]) -> None:
        self._cursor = cursor
        self._has_ended = has_ended
        self._looks_after_end = 0
        self._missing_since: float | None = None

    async def more(self) -> Sequence[V1LogLine] | None:
        """The next lines, once there are some; None when the run has ended and all have come."""
        while True:
            ended, lines = await self._look()
            if lines is not None:
                self._looks_after_end = 0
                return lines
            # Lines travel apart from the end of the run: one more look finds what was on its way.
            self._looks_after_end += ended
            if self._looks_after_end > 1:
                return None
            await asyncio.sleep(INTERVAL)

    async def _look(self) -> tuple[bool, Sequence[V1LogLine] | None]:
        try:
            found = await self._has_ended(), await self._cursor.more()
        except NotFound:
            # The real engine shows a run a moment after it was started.
            now = asyncio.get_running_loop().time()
            self._missing_since = self._missing_since or now
            if now - self._missing_since > VISIBLE_WITHIN:
                raise
            return False, None
        self._missing_since = None
        return found
