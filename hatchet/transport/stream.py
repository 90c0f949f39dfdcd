"""A subscription that survives reconnects: ask once for each id, answer many waiters, never poll.

`Waiters` is the state without I/O. `SharedSubscription` drives it over one bidirectional call at a time: the questions
of a connection are read from the state, so that nothing is queued beside it (docs/decisions/0033).
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from copy import copy
from typing import Final, Generic, TypeVar

from hatchet.errors import ApiError, ClientClosed, HatchetError
from hatchet.transport.io_loop import IoLoop
from hatchet.transport.retry import STEADY, Backoff, RetryPolicy, StreamClosed, Tries

logger: Final = logging.getLogger("hatchet")

Ask = TypeVar("Ask")
Answer = TypeVar("Answer")

#: An engine may restart; one that stays away longer than this fails the waits, so that no wait is without end.
OUTAGE_LIMIT = 300.0  # s
IDLE_LINGER = 30.0  # s; a stream without waits is kept this long, so that calls one after the other share it
RECONNECT: Final = RetryPolicy(
    attempts=None, backoff=Backoff(first=0.1, limit=3.0), outage_limit=OUTAGE_LIMIT, steady=STEADY
)


class Waiters(Generic[Answer]):
    """Who waits for which id, and which of these the engine has not been asked for."""

    def __init__(self) -> None:
        self._futures: dict[str, set[asyncio.Future[Answer]]] = {}
        # In order. A dict would be slow to take from at the front.
        self._unasked: OrderedDict[str, None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._futures)

    def add(self, key: str, future: asyncio.Future[Answer]) -> None:
        """Wait for an id; for the first who waits, the engine has to be asked."""
        waiting = self._futures.get(key)
        if waiting is None:
            waiting = self._futures[key] = set()
            self._unasked[key] = None
        waiting.add(future)

    def remove(self, key: str, future: asyncio.Future[Answer]) -> None:
        """Wait no longer."""
        waiting = self._futures.get(key)
        if waiting is not None:
            waiting.discard(future)
            if not waiting:
                self._forget(key)

    def next_unasked(self) -> str | None:
        """An id to ask for, which counts as asked from now on."""
        return self._unasked.popitem(last=False)[0] if self._unasked else None

    def ask_again(self) -> None:
        """Every id has to be asked for: a new connection knows of none."""
        self._unasked = OrderedDict.fromkeys(self._futures)

    def answer(self, key: str, value: Answer) -> None:
        """Give an answer to everyone who waits for its id; an answer that nobody waits for is ignored."""
        for future in self._forget(key):
            if not future.done():
                future.set_result(value)

    def fail(self, key: str, error: Exception) -> None:
        """End the waits for an id with an error."""
        for future in self._forget(key):
            if not future.done():
                future.set_exception(copy(error))  # one for each wait: whoever catches an error may add to it

    def fail_all(self, error: Exception) -> None:
        """End every wait with an error."""
        for key in list(self._futures):
            self.fail(key, error)

    def _forget(self, key: str) -> set[asyncio.Future[Answer]]:
        self._unasked.pop(key, None)
        return self._futures.pop(key, set())


class _Connection:
    """One connection of a subscription: whether it is over, and an event for new questions."""

    def __init__(self) -> None:
        self.is_over = False
        self.news = asyncio.Event()

    def end(self) -> None:
        """End its questions: gRPC would go on waiting for the next one although the call has failed."""
        self.is_over = True
        self.news.set()


class SharedSubscription(Generic[Ask, Answer]):
    """One stream for all waits of a client; it is open while somebody waits."""

    def __init__(
        self,
        io: IoLoop,
        name: str,
        connect: Callable[[AsyncGenerator[Ask, None]], AsyncGenerator[Answer, None]],
        ask: Callable[[str], Ask],
        key_of: Callable[[Answer], str],
        policy: RetryPolicy = RECONNECT,
    ) -> None:
        self._io = io
        self._name = name
        self._connect = connect
        self._ask = ask
        self._key_of = key_of
        self._policy = policy
        self._loop: asyncio.AbstractEventLoop | None = None

    def _bind(self) -> None:
        # The state belongs to one loop; after that was closed there is another, on which nobody waits yet.
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop = loop
            self._waiters: Waiters[Answer] = Waiters()
            self._connection: _Connection | None = None
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
            self._idle = None
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiters.add(key, future)
        try:
            if self._runner is None:
                self._start()
            elif self._connection is not None:
                self._connection.news.set()
            return await future
        finally:
            self._waiters.remove(key, future)
            if not self._waiters:
                self._linger()

    def fail(self, key: str, error: Exception) -> None:
        """End the waits for an id with an error. Runs on the I/O loop."""
        self._bind()
        self._waiters.fail(key, error)

    def _start(self) -> None:
        self._runner = runner = self._io.spawn(self._run(), "result stream")
        runner.add_done_callback(self._ended)

    def _ended(self, runner: asyncio.Task[None]) -> None:
        """A runner has ended; if somebody waits by now, another one is started."""
        if runner is self._runner:
            self._runner = None
            if self._waiters and self._loop is not None and self._loop.is_running():
                self._start()

    def _linger(self) -> None:
        """Close the stream when nobody has waited for a while."""
        if self._runner is not None:
            if self._idle is not None:
                self._idle.cancel()
            self._idle = asyncio.get_running_loop().call_later(IDLE_LINGER, self._hang_up)

    def _hang_up(self) -> None:
        self._idle = None
        if not self._waiters and self._runner is not None:
            # Whoever waits next starts another one, even while this one is still ending.
            runner, self._runner = self._runner, None
            runner.cancel()

    def rest(self) -> None:
        """Close the stream now, if nobody waits. Runs on the I/O loop."""
        self._bind()
        if self._idle is not None:
            self._idle.cancel()
        self._hang_up()

    async def close(self) -> None:
        """Close the stream, and end every wait."""
        self._bind()
        error = ClientClosed("the client was closed, or the program ends, while a result was waited for")
        self._waiters.fail_all(error)
        if self._idle is not None:
            self._idle.cancel()
        runner, self._runner = self._runner, None
        if runner is not None and not runner.done():
            runner.cancel()
            await asyncio.wait([runner])

    async def _run(self) -> None:
        try:
            self._io.before_close(self.close)
            await self._policy.run(self._listen, on_failure=self._lost)
        except Exception as error:  # whatever it is, nobody must wait for ever
            self._waiters.fail_all(error)
            if not isinstance(error, HatchetError):
                raise
        finally:
            self._io.closed_before(self.close)

    async def _listen(self, tries: Tries) -> None:
        """Ask and listen over one connection, until nobody waits any more."""
        self._waiters.ask_again()
        if not self._waiters:
            return
        self._connection = connection = _Connection()
        try:
            async with aclosing(self._connect(self._questions(connection))) as answers:
                async for answer in answers:
                    tries.progress()
                    self._waiters.answer(self._key_of(answer), answer)
        finally:
            connection.end()
        if self._waiters:
            raise StreamClosed(self._name)

    def _lost(self, error: ApiError, tries: Tries) -> None:
        if tries.failures == 2:
            logger.warning("the result stream was lost and is being opened again: %s", error)

    async def _questions(self, connection: _Connection) -> AsyncGenerator[Ask, None]:
        while not connection.is_over:
            key = self._waiters.next_unasked()
            if key is not None:
                yield self._ask(key)
            else:
                connection.news.clear()
                await connection.news.wait()
