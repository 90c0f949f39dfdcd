"""A subscription that survives reconnects: ask once for each id, answer many waiters, never poll.

`Waiters` is the state without I/O; `ResultStream` drives it over one bidirectional call.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Final, Generic, TypeVar

from hatchet.errors import ApiError, ClientClosed, HatchetError
from hatchet.transport.io_loop import IoLoop
from hatchet.transport.retry import Backoff

logger: Final = logging.getLogger("hatchet")

Ask = TypeVar("Ask")
Answer = TypeVar("Answer")

#: An engine may restart; one that stays away longer than this fails the waits, so that no wait is without end.
OUTAGE_LIMIT = 300.0  # s
IDLE_LINGER = 30.0  # s; a stream without waits is kept this long, so that calls one after the other share it
#: Questions sent and not yet written to the connection; beyond this the asker waits.
OUTBOX_LIMIT = 10_000


class Waiters(Generic[Answer]):
    """Who waits for which id."""

    def __init__(self) -> None:
        self._futures: dict[str, set[asyncio.Future[Answer]]] = {}

    def __len__(self) -> int:
        return len(self._futures)

    def add(self, key: str, future: asyncio.Future[Answer]) -> bool:
        """Wait for a key; True when nobody did before, so that it has to be asked for."""
        waiting = self._futures.setdefault(key, set())
        waiting.add(future)
        return len(waiting) == 1

    def remove(self, key: str, future: asyncio.Future[Answer]) -> None:
        """Wait no longer."""
        waiting = self._futures.get(key)
        if waiting is not None:
            waiting.discard(future)
            if not waiting:
                del self._futures[key]

    def answer(self, key: str, value: Answer) -> None:
        """Give everyone who waits for a key its answer; one that nobody waits for is no error."""
        for future in self._futures.pop(key, ()):
            if not future.done():
                future.set_result(value)

    def fail(self, error: Exception) -> None:
        """End every wait with an error."""
        pending, self._futures = self._futures, {}
        for waiting in pending.values():
            for future in waiting:
                if not future.done():
                    future.set_exception(error)

    def keys(self) -> list[str]:
        """Every id that somebody waits for."""
        return list(self._futures)


class SharedSubscription(Generic[Ask, Answer]):
    """One stream for all waits of a client; it is open while somebody waits."""

    def __init__(
        self,
        io: IoLoop,
        connect: Callable[[AsyncGenerator[Ask, None]], AsyncGenerator[Answer, None]],
        ask: Callable[[str], Ask],
        key_of: Callable[[Answer], str],
        translate: Callable[[Exception], ApiError | None],
        backoff: Backoff = Backoff(first=0.1, limit=3.0),
    ) -> None:
        self._io = io
        self._connect = connect
        self._ask = ask
        self._key_of = key_of
        self._translate = translate
        self._backoff = backoff
        self._loop: asyncio.AbstractEventLoop | None = None

    def _bind(self) -> None:
        # State belongs to a loop; when that was closed there is a new one, and nobody waits yet.
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop = loop
            self._waiters: Waiters[Answer] = Waiters()
            self._outbox: asyncio.Queue[Ask | None] = asyncio.Queue(OUTBOX_LIMIT)
            self._runner: asyncio.Task[None] | None = None
            self._idle: asyncio.TimerHandle | None = None

    @property
    def waits(self) -> int:
        """How many ids are waited for."""
        self._bind()
        return len(self._waiters)

    async def wait(self, key: str) -> Answer:
        """The answer for an id. Runs on the I/O loop."""
        self._bind()
        if self._idle is not None:
            self._idle.cancel()
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        first = self._waiters.add(key, future)
        try:
            if self._runner is None or self._runner.done():
                self._runner = self._io.spawn(self._run(), "result stream")
            elif first:
                await self._outbox.put(self._ask(key))
            return await future
        finally:
            self._waiters.remove(key, future)
            if not self._waiters:
                self._hang_up()

    def _hang_up(self) -> None:
        """Close the stream when nobody has waited for a while."""
        runner = self._runner
        if runner is not None and not runner.done():
            if self._idle is not None:
                self._idle.cancel()
            self._idle = asyncio.get_running_loop().call_later(IDLE_LINGER, self._end_if_idle, runner)

    def _end_if_idle(self, runner: asyncio.Task[None]) -> None:
        if not self._waiters and runner is self._runner and not runner.done():
            runner.cancel()

    def rest(self) -> None:
        """Close the stream now, if nobody waits. Runs on the I/O loop."""
        self._bind()
        if self._idle is not None:
            self._idle.cancel()
        if self._runner is not None:
            self._end_if_idle(self._runner)

    async def close(self) -> None:
        """Close the stream, and end every wait."""
        self._bind()
        self._waiters.fail(ClientClosed("the client was closed, or the program ends, while a result was waited for"))
        if self._idle is not None:
            self._idle.cancel()
        runner = self._runner
        if runner is not None and not runner.done():
            runner.cancel()
            await asyncio.wait([runner])

    async def _run(self) -> None:
        try:
            self._io.before_close(self.close)
            await self._keep_open()
        except HatchetError as error:  # the client was closed
            self._waiters.fail(error)
        finally:
            self._io.closed_before(self.close)
            if self._runner is asyncio.current_task():
                self._runner = None  # its end holds the frames of the call, and those the client

    async def _keep_open(self) -> None:
        failures, since = 0, 0.0
        clock = asyncio.get_running_loop().time
        while self._waiters:
            # Everything that is waited for is asked for again; what was queued for the lost stream is among it.
            self._outbox = asyncio.Queue(OUTBOX_LIMIT)
            try:
                async with aclosing(self._connect(self._questions(self._waiters.keys(), self._outbox))) as answers:
                    async for answer in answers:
                        failures = 0
                        self._waiters.answer(self._key_of(answer), answer)
                error: ApiError | None = None
            except Exception as raised:
                error = self._translate(raised)
                if error is None and isinstance(raised, HatchetError):
                    raise
                if error is None:
                    self._waiters.fail(raised)
                    raise
            finally:
                _end(self._outbox)
            failures += 1
            if failures == 1:
                since = clock()
            if error is not None and (not error.repeatable or clock() - since > OUTAGE_LIMIT):
                self._waiters.fail(error)
                return
            if failures == 2:
                logger.warning(
                    "the result stream was lost and is being opened again: %s", error or "closed by the engine"
                )
            await asyncio.sleep(self._backoff.wait(failures))

    async def _questions(self, first: list[str], outbox: asyncio.Queue[Ask | None]) -> AsyncGenerator[Ask, None]:
        for key in first:
            yield self._ask(key)
        while (question := await outbox.get()) is not None:
            yield question


def _end(outbox: asyncio.Queue[Ask | None]) -> None:
    """Have the questions of a lost stream end: gRPC goes on to wait for them when the call has failed by itself."""
    while outbox.full():
        outbox.get_nowait()  # asked again by the next stream
    outbox.put_nowait(None)
