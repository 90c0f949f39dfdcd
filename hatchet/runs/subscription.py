"""Values that arise in the background and are read one by one, on any loop or in any thread.

A task on the I/O loop fetches them and waits while nobody reads, so that no more than a few are held. A reader takes
what is there and waits for more: to give up a wait loses nothing, and the subscription goes on.
"""

from __future__ import annotations

import asyncio
import threading
import weakref
from collections import deque
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Final, Generic, Self, TypeVar

from hatchet.errors import ClientClosed, HatchetError
from hatchet.transport.io_loop import IoLoop, blocking

TRaw = TypeVar("TRaw")
T_co = TypeVar("T_co", covariant=True)

HELD = 1000  # values that wait for their reader; then the engine waits


class Feed(Generic[TRaw]):
    """The values on their way from the task that fetches them to their reader. It does not know the reader."""

    def __init__(self, io: IoLoop, source: Callable[[Feed[TRaw]], Awaitable[None]], held: int | None = None) -> None:
        """`source` puts the values, and returns after the last; it runs on the I/O loop from the first wait on."""
        self._io = io
        self._held = HELD if held is None else held
        self._source = source
        self._values: deque[TRaw] = deque()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._news = asyncio.Event()
        self._room = asyncio.Event()
        self._is_full = False
        self._error: Exception | None = None
        self.is_over: bool = False
        """Whether nothing will be put any more."""
        self.interruptions: int = 0
        """How often the connection was lost."""

    # -- reading, from any thread

    def take(self) -> tuple[()] | tuple[TRaw]:
        """The next value, in a tuple; empty where there is none yet."""
        try:
            value = self._values.popleft()
        except IndexError:
            return ()
        if self._is_full and self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed, and nothing is put any more
                self._loop.call_soon_threadsafe(self._room.set)
        return (value,)

    def error(self) -> Exception | None:
        """What ended the values, if it was a failure; told only once."""
        error, self._error = self._error, None
        return error

    def abandon(self) -> None:
        """End the task, since nobody will read any more; from any thread."""
        self.is_over = True
        if self._loop is not None and self._task is not None:
            with suppress(RuntimeError):  # the loop is closed, and the task with it
                self._loop.call_soon_threadsafe(self._task.cancel)

    # -- on the I/O loop

    async def more(self) -> None:
        """Wait until there is a value, or none will come; this starts the task that fetches them.

        Raises:
            ClientClosed: the client was closed before.
        """
        if self._task is None and not self.is_over:
            self._io.before_close(self._close_with_client)
            self._loop = asyncio.get_running_loop()
            self._task = self._io.spawn(self._run(), "stream of a run")
        while not self._values and not self.is_over:
            self._news.clear()
            await self._news.wait()

    async def put(self, value: TRaw) -> None:
        """Add a value, as soon as there is room for it."""
        while len(self._values) >= self._held and not self.is_over:
            self._room.clear()
            self._is_full = True  # before the second look: a reader takes a value before it reads this
            if len(self._values) >= self._held:
                await self._room.wait()
            self._is_full = False
        self.put_now(value)

    def put_now(self, value: TRaw) -> None:
        """Add a value without waiting for room; for values that come rarely."""
        if not self.is_over:
            self._values.append(value)
            self._news.set()

    @property
    def is_waiting(self) -> bool:
        """Whether a value waits for room, because the reader is slow."""
        return self._is_full

    async def close(self) -> None:
        """End the task, and every wait for a value."""
        self._values.clear()
        self._over()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _close_with_client(self) -> None:
        self._error = ClientClosed("the client was closed, or the program ends, while a stream of it was read")
        await self.close()

    async def _run(self) -> None:
        try:
            await self._source(self)
        except Exception as error:  # whatever it is, the reader gets it
            self._error = error
        finally:
            self._over()
            self._io.closed_before(self._close_with_client)

    def _over(self) -> None:
        self.is_over = True
        self._news.set()
        self._room.set()


class Subscription(Generic[TRaw, T_co]):
    """Values that come as they arise, in order; iterate over it with `async for`, or with `for` in sync code.

    It listens from the first step of the iteration on; what happened before is not repeated. A step that is given up,
    by a timeout say, can be taken again, and nothing is lost. A connection that breaks is made anew. It ends with the
    last value, with `close` or `async with`, or when nobody holds it any more.
    """

    def __init__(
        self,
        io: IoLoop,
        source: Callable[[Feed[TRaw]], Awaitable[None]],
        read: Callable[[TRaw], T_co],
        held: int | None = None,
    ) -> None:
        self._io = io
        self._read = read  # called by whoever iterates: it may be the user's code, which must not hold up the loop
        self._feed = Feed(io, source, held)
        self._reader = threading.Lock()
        weakref.finalize(self, self._feed.abandon).atexit = False

    @property
    def io(self) -> IoLoop:
        """The loop that it listens on."""
        return self._io

    @property
    def interruptions(self) -> int:
        """How often the connection was lost so far; what came while there was none is missing."""
        return self._feed.interruptions

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T_co:
        with self._alone():
            while (values := self._next()) is not None and not values:
                await self._io.run(self._feed.more())
        if values is None:
            raise StopAsyncIteration
        return self._read(values[0])

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> T_co:
        with self._alone():
            while (values := self._next()) is not None and not values:
                self._io.block(self._feed.more())
        if values is None:
            raise StopIteration
        return self._read(values[0])

    def _next(self) -> tuple[()] | tuple[TRaw] | None:
        """The next value, in a tuple; empty where there is none yet, None at the end."""
        is_over = self._feed.is_over  # read before taking: the last value is added before this is set
        values = self._feed.take()
        if values or not is_over:
            return values
        if (error := self._feed.error()) is not None:
            raise error
        return None

    @contextmanager
    def _alone(self) -> Generator[None]:
        if not self._reader.acquire(blocking=False):
            raise HatchetError("this stream is being iterated elsewhere; subscribe once for each reader")
        try:
            yield
        finally:
            self._reader.release()

    async def aio_close(self) -> None:
        """Listen no more; whoever waits for the next value finds the end."""
        await self._io.run(self._feed.close())

    async def aclose(self) -> None:
        """The same as `aio_close`, under the name that `contextlib.aclosing` calls."""
        await self.aio_close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aio_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._io.block(self._feed.close())

    close: Final = blocking(aio_close)
