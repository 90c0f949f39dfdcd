"""Live change: a view is looked at again and again, and the parts of it that changed are sent to the browser.

The API has no stream of lists, so the engine is asked; a browser that hides the page closes the stream. What a run's
tasks send as chunks comes by a stream of the engine's own.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Final

from hatchet.client import Hatchet
from hatchet.errors import HatchetError
from hatchet.page.frame import section
from hatchet.page.parts import View

logger: Final = logging.getLogger("hatchet")

STREAMS: Final = 64
"""Views that are followed at a time; a browser has six connections to a page at most."""

LASTS: Final = 600.0
"""Seconds after which a stream ends; the browser opens another."""

BEAT: Final = 15.0
"""Seconds without news after which something is sent all the same, so that a browser that is gone is noticed."""

SPARED: Final = 10
"""How many times as long as a look takes it is until the next one."""

RAREST: Final = 15.0
"""Seconds between two looks at most, however long they take."""

TROUBLED: Final = 2.0
"""Seconds between two looks while the engine does not answer."""

CHUNKS: Final = 1000
"""Chunks that wait for a browser; what comes beyond is left out, and told."""


class Live:
    """The streams of the page."""

    def __init__(self) -> None:
        self._ended = asyncio.Event()
        self.count: int = 0
        """Views that are followed now."""

    def end(self) -> None:
        """End all streams."""
        self._ended.set()

    @property
    def is_full(self) -> bool:
        """Whether no more can be followed."""
        return self.count >= STREAMS

    async def follow(self, look: Callable[[], Awaitable[View]], hatchet: Hatchet) -> AsyncGenerator[str]:
        """The events of a view, as `text/event-stream` has them.

        Args:
            look: the view as it is now.
            hatchet: what chunks come by.
        """
        self.count += 1
        view = _Followed(look)
        chunks = _Chunks(hatchet)
        loop = asyncio.get_running_loop()
        until, said = loop.time() + LASTS, loop.time()
        yield "retry: 1000\n\n"
        try:
            while loop.time() < until and not self._ended.is_set():
                began = loop.time()
                news = await view.news()
                took = loop.time() - began
                chunks.listen(view.run_id)
                news += [_event("chunk", {"text": text}) for text in chunks.taken()]
                if view.every is None:
                    news.append(_event("end", {}))
                if news or loop.time() - said > BEAT:
                    said = loop.time()
                    yield "".join(news) or ":\n\n"
                if view.every is None:
                    return
                await self._wait(pause(view.every, took), chunks)
        finally:
            self.count -= 1
            await chunks.close()

    async def _wait(self, seconds: float, chunks: _Chunks) -> None:
        """Until it is time for the next look, or there are chunks, or all streams end."""
        ended = asyncio.ensure_future(self._ended.wait())
        come = asyncio.ensure_future(chunks.come.wait())
        try:
            await asyncio.wait([ended, come], timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in (ended, come):
                each.cancel()


def pause(every: float, took: float) -> float:
    """Seconds until the next look: an engine that is slow to answer is asked less often."""
    return max(every, min(took * SPARED, RAREST))


class _Followed:
    """A view as the browser has it."""

    def __init__(self, look: Callable[[], Awaitable[View]]) -> None:
        self._look = look
        self._sent: dict[str, str] = {}
        self._is_troubled = False
        self.every: float | None = None
        """Seconds until the next look; None where there is none."""
        self.run_id: str | None = None
        """The run whose chunks belong to it."""

    async def news(self) -> list[str]:
        """What has changed since the last look, as events."""
        try:
            view = await self._look()
        except HatchetError as error:
            was_troubled, self._is_troubled, self.every = self._is_troubled, True, TROUBLED
            return [] if was_troubled else [_event("trouble", {"text": str(error)})]
        news = [_event("fine", {})] if self._is_troubled else []
        self._is_troubled, self.every, self.run_id = False, view.every, view.run_id
        for part in view.parts:
            if part.is_live and self._sent.get(part.name) != (html := str(section(part))):
                self._sent[part.name] = html
                news.append(_event("part", {"name": part.name, "html": html}))
        return news


class _Chunks:
    """The chunks of a run that wait to be sent."""

    def __init__(self, hatchet: Hatchet) -> None:
        self._hatchet = hatchet
        self._run_id: str | None = None
        self._task: asyncio.Task[None] | None = None
        self._waiting: list[str] = []
        self.come = asyncio.Event()

    def listen(self, run_id: str | None) -> None:
        """Listen to a run from now on, unless it is listened to already."""
        if run_id is not None and (self._run_id != run_id or (self._task is not None and self._task.done())):
            self._run_id = run_id
            self._task = asyncio.ensure_future(self._read(run_id))

    async def _read(self, run_id: str) -> None:
        try:
            async with aclosing(aiter(self._hatchet.runs.subscribe_to_stream(run_id))) as stream:
                async for chunk in stream:
                    if len(self._waiting) < CHUNKS:
                        self._waiting.append(chunk)
                    elif len(self._waiting) == CHUNKS:
                        self._waiting.append("\n[more has come than could be shown]\n")
                    self.come.set()
        except HatchetError as error:
            logger.info("the chunks of run %s cannot be read: %s", run_id, error)

    def taken(self) -> list[str]:
        """What has come since."""
        self.come.clear()
        taken, self._waiting = self._waiting, []
        return taken

    async def close(self) -> None:
        """Listen no more."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait([self._task])


def _event(kind: str, data: dict[str, str]) -> str:
    return f"event: {kind}\ndata: {json.dumps(data)}\n\n"
