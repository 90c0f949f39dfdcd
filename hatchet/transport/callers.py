"""The event loops that call from outside of the I/O loop, and whether their code has come to wait."""

from __future__ import annotations

import asyncio
import weakref
from collections import Counter
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager, suppress
from typing import Final

TURNS: Final = 24  # of a caller's loop; what one call begins has made its next call by then
LOOK_EVERY: Final = 0.02  # s of real time between two looks at whether a loop still runs that has not answered


class Callers:
    """The loops from which calls come. Its methods are for any thread, but for `come_to_rest`."""

    def __init__(self) -> None:
        # Without a lock: each step on it is one of the interpreter's, and who asks a loop that is gone asks in vain.
        self._loops: dict[int, weakref.ref[asyncio.AbstractEventLoop]] = {}
        self._blocked: Counter[int] = Counter()
        """Of each loop, by its id, how many blocking calls its thread is in."""

    def add(self, loop: asyncio.AbstractEventLoop) -> None:
        """A call comes from a loop."""
        known = self._loops.get(id(loop))
        if known is None or known() is not loop:
            self._loops[id(loop)] = weakref.ref(loop)

    @contextmanager
    def blocking(self) -> Generator[None, None, None]:
        """While this thread waits in a blocking call; the loop that runs in it, if one does, waits with it."""
        loop = asyncio._get_running_loop()  # which, unlike its namesake, is content with none
        if loop is None:
            yield
            return
        self._blocked[id(loop)] += 1
        try:
            yield
        finally:
            self._blocked[id(loop)] -= 1

    async def come_to_rest(self, others: Iterable[asyncio.AbstractEventLoop]) -> bool:
        """Wait until each loop has done what was ready on it: here, or among `others`; whether there is any such loop.

        Runs on the I/O loop, which is not waited for itself.
        """
        asked = [loop for loop in {*self._known(), *others} if self._is_free(loop)]
        await asyncio.gather(*(self._visit(loop) for loop in asked))
        return bool(asked)

    def _known(self) -> Iterable[asyncio.AbstractEventLoop]:
        for key, ref in list(self._loops.items()):
            loop = ref()
            if loop is None or loop.is_closed():
                self._loops.pop(key, None)
            else:
                yield loop

    def _is_free(self, loop: asyncio.AbstractEventLoop) -> bool:
        """Whether code of a loop other than this one can go on."""
        return loop is not asyncio.get_running_loop() and loop.is_running() and not self._blocked[id(loop)]

    async def _visit(self, loop: asyncio.AbstractEventLoop) -> None:
        here = asyncio.get_running_loop()
        visited = asyncio.Event()
        with suppress(RuntimeError):  # it was closed just now
            loop.call_soon_threadsafe(_turn, loop, TURNS, lambda: here.call_soon_threadsafe(visited.set))
            while not visited.is_set() and self._is_free(loop):
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_EVERY):
                        await visited.wait()


def _turn(loop: asyncio.AbstractEventLoop, left: int, done: Callable[[], object]) -> None:
    if left:
        loop.call_soon(_turn, loop, left - 1, done)
    else:
        with suppress(RuntimeError):  # the I/O loop was closed, and nobody waits there
            done()
