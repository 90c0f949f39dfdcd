"""The one owner of a worker's stream of durable tasks. Lives on the I/O loop.

Each invocation that runs here has a line: its log, and what is known of it on the connection. All of them share one
stream, which is open while there are lines, and is opened again by the one rule for trying again. The stream keeps no
state beside the lines: what a new connection needs is read from them.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Final

from hatchet.context.durable_actions import Offer
from hatchet.context.durable_log import DurableLog
from hatchet.errors import ApiError, HatchetError, PermissionDenied, Unauthenticated, Unsupported
from hatchet.options.eviction import EvictionPolicy
from hatchet.transport.retry import STEADY, Backoff, RetryPolicy, StreamClosed, Tries
from hatchet.wire import encode_durable
from hatchet.wire.durable_values import (
    Completed,
    EvictionAck,
    Invocation,
    MemoValue,
    Message,
    Over,
    Place,
    Refused,
    Request,
)
from hatchet.wire.gateway import Gateway
from hatchet.worker.durable_lines import Item, Line, StreamState, Suspended, ended, refused

if TYPE_CHECKING:
    from hatchet.context.durable_session import Act, DurableSession
    from hatchet.wire.encode_durable import Incoming, Outgoing
    from hatchet.worker.histories import HistoryRecorder

logger: Final = logging.getLogger("hatchet")

ACK_LIMIT = 60.0  # s; what the engine cannot handle it does not answer
EVICTION_LIMIT = 30.0  # s
STATUS_EVERY = 5.0  # s between two looks at what the engine has for those that wait
CARRIED_EVERY = 1.0  # s; for those of an earlier connection, to which the engine sends nothing by itself
ENTRIES = 10_000  # in one status: the engine's limit
LONG_HISTORY = 1000  # entries of a log
LINGER = 10.0  # s for which an invocation is remembered that was evicted here, for what was on its way to it
#: The engine will not change its mind about these; everything else may pass, as for the worker itself.
REFUSED = (Unauthenticated, PermissionDenied, Unsupported)
STREAM: Final = RetryPolicy(attempts=None, backoff=Backoff(first=0.1, limit=3.0), steady=STEADY, ends_it=REFUSED)
RESTART: Final = "The connection was lost while a request was on its way"


class DurableStream:
    """The durable tasks of one worker, as the engine hears of them."""

    def __init__(
        self, gateway: Gateway, name: str, on_over: Callable[[Invocation], None],
        histories: HistoryRecorder | None = None,
    ) -> None:  # fmt: skip
        """`on_over` is told of an invocation that goes on no more here, and is reported by nobody."""
        self._gateway = gateway
        self._io = gateway.io
        self._name = name
        self._on_over, self._histories = on_over, histories
        self._lines: dict[Invocation, Line] = {}
        self._outbox: deque[Item] = deque()
        self._news = asyncio.Event()
        self._registered: set[str] = set()
        self._runner: asyncio.Task[None] | None = None
        self._ticker: asyncio.Task[None] | None = None
        self._evicted: dict[Invocation, float] = {}
        self._status_at = 0.0
        self.state: StreamState = StreamState.IDLE
        self.idle: asyncio.Event = asyncio.Event()
        """An invocation has come to wait; whoever acts on it clears it."""
        self.rested: Callable[[Line], bool] = lambda line: False
        """Told of each line whose code only waits, at once; whether it is evicted before anything goes on."""
        self.reconnects: int = 0
        """How often it was lost."""
        self.unknown: int = 0
        """Messages about invocations that do not run here any more."""

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def lines(self) -> list[Line]:
        """The invocations that run here."""
        return list(self._lines.values())

    # -- invocations

    def open(self, session: DurableSession, worker_id: str, policy: EvictionPolicy | None) -> None:
        """An invocation begins; those of before, which it takes the place of, are over."""
        invocation = session.invocation
        for each in [key for key in self._lines if key.task_run_id == invocation.task_run_id and key != invocation]:
            self._over(self._lines[each], "another invocation has begun")
        self._evicted = {key: at for key, at in self._evicted.items() if key.task_run_id != invocation.task_run_id}
        self._lines[invocation] = line = Line(DurableLog(invocation), session, worker_id, policy)
        line.log.withheld = lambda: self.rested(line)
        if self.state is StreamState.CLOSED:
            self._lines[invocation].log.end(ended(self._name))
        elif self._runner is None:
            self._runner = self._io.spawn(self._run(), f"durable tasks of worker {self._name}")
            self._ticker = self._io.spawn(self._tick(), f"durable waits of worker {self._name}")

    def close(self, invocation: Invocation) -> None:
        """An invocation has ended."""
        line = self._lines.pop(invocation, None)
        if line is not None and line.evicting is not None and not line.evicting.done():
            line.evicting.set_result(False)

    def act(self, session: DurableSession, act: Act) -> None:
        """The code of an invocation tells its log something."""
        line = self._lines.get(session.invocation)
        if line is None:
            session.end(Suspended("it goes on elsewhere"))
        else:
            act(line.log)
            self._pump(line)

    def _pump(self, line: Line) -> None:
        """Do what a log wants done."""
        for action in line.log.take():
            if isinstance(action, Offer):
                line.session.offer(action)
            else:
                self._send(line, action)
        if len(line.log.entries) >= LONG_HISTORY and not line.was_warned:
            line.was_warned = True
            logger.warning(
                "task run %s has %d entries in its log, and goes through all of them whenever it goes on; let a child "
                "do a part of it, or end it and start its successor", line.log.invocation.task_run_id, LONG_HISTORY,
            )  # fmt: skip
        if not line.log.is_idle:
            line.idle_since = None
        elif line.idle_since is None:
            line.idle_since = asyncio.get_running_loop().time()
            self.idle.set()
            self.rested(line)

    def _send(self, line: Line, asked: Request | MemoValue) -> None:
        if self._histories is not None and isinstance(asked, MemoValue):
            self._histories.remembered(line.log, asked)
        self._register(line.worker_id)
        message = encode_durable.request(line.log.invocation, asked)
        self._put(message, None if isinstance(asked, MemoValue) else line)

    def _register(self, worker_id: str) -> None:
        if worker_id not in self._registered:
            self._registered.add(worker_id)
            self._put(encode_durable.register(worker_id), is_of_connection=True)

    def _put(self, message: Outgoing, line: Line | None = None, *, is_of_connection: bool = False) -> None:
        self._outbox.append(Item(message, line, is_of_connection))
        self._news.set()

    def _over(self, line: Line, reason: str) -> None:
        """Let go of an invocation without a report."""
        logger.info("task run %s goes on elsewhere: %s", line.log.invocation.task_run_id, reason)
        self.close(line.log.invocation)
        self._on_over(line.log.invocation)
        line.session.end(Suspended(reason))

    # -- the connection

    async def _run(self) -> None:
        try:
            await STREAM.run(self._listen, on_failure=self._lost)
        except Exception as error:  # whatever it is, nobody must wait for ever
            self._end_all(refused(error))
            if not isinstance(error, HatchetError):
                raise
        finally:
            self._runner = None
            if self._ticker is not None:
                self._ticker.cancel()

    def _lost(self, error: ApiError, tries: Tries) -> None:
        if self.state is StreamState.OPEN:
            self.reconnects += 1
        self.state = StreamState.LOST
        if tries.failures == 2:
            logger.warning("worker %s has no stream for its durable tasks, and tries on: %s", self._name, error)

    async def _listen(self, tries: Tries) -> None:
        """One connection, until it ends; any end is a failure."""
        self.state = StreamState.CONNECTING
        self._begin()
        async with aclosing(self._gateway.durable_tasks(self._outgoing())) as messages:
            async for message in messages:
                tries.progress()
                self._receive(message)
        raise StreamClosed("DurableTask")

    def _begin(self) -> None:
        """Put first on a new connection what it needs; what was not sent on the last one follows."""
        unsent, self._outbox = self._outbox, deque()
        self._registered.clear()
        for line in self.lines:
            self._register(line.worker_id)
        left = [item for item in unsent if not item.is_of_connection]
        for line in self.lines:
            goes_on = line.log.reconnected()
            line.is_carried, line.asked_at = len(line.log.entries) > 0, None
            if line.evicting is not None:
                left.append(Item(encode_durable.eviction(line.log.invocation, line.reason), None, False))
            elif not goes_on:
                self._io.spawn(self._restart(line), f"restart of task run {line.log.invocation.task_run_id}")
        self._tell(self.lines, all_known=True)
        self._outbox += left
        for line in self.lines:
            self._pump(line)

    async def _outgoing(self) -> AsyncGenerator[Outgoing, None]:
        outbox = self._outbox
        while outbox is self._outbox:
            if outbox:
                item = outbox.popleft()
                if item.line is not None:
                    item.line.log.sent()
                    item.line.asked_at = asyncio.get_running_loop().time()
                yield item.message
            else:
                self._news.clear()
                await self._news.wait()

    def _receive(self, response: Incoming) -> None:
        found = encode_durable.message(response)
        if found is None:
            if encode_durable.is_registration(response):
                self.state = StreamState.OPEN
            return
        invocation, message = found
        line = self._lines.get(invocation)
        if line is None:
            self._late(invocation, message)
        elif isinstance(message, Over):
            self._over(line, message.reason)
        elif isinstance(message, EvictionAck) or (line.evicting and isinstance(message, Refused)):
            self._eviction_answered(line, message)
        else:
            self._take(line, message)
            self._pump(line)

    def _take(self, line: Line, message: Message) -> None:
        known, asking = len(line.log.steps), line.log.asking
        line.log.receive(message)
        if self._histories is not None and (isinstance(message, Completed) or len(line.log.steps) > known):
            self._histories.received(line.log, asking, message)

    def _late(self, invocation: Invocation, message: Message) -> None:
        """Something comes for an invocation that is gone; one that was evicted here has to come back for it."""
        self.unknown += 1
        if invocation in self._evicted and not isinstance(message, Over | Refused | EvictionAck):
            del self._evicted[invocation]
            self._io.spawn(self._restore(invocation), f"return of task run {invocation.task_run_id}")

    # -- what is waited for

    async def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(CARRIED_EVERY)
            now = loop.time()
            for line in self.lines:
                if line.asked_at is not None and line.log.is_waiting_for_ack and now - line.asked_at > ACK_LIMIT:
                    line.log.timed_out(ACK_LIMIT)
                    self._pump(line)
            for invocation, at in list(self._evicted.items()):
                if now - at > LINGER:
                    del self._evicted[invocation]
            if self.state is StreamState.OPEN:
                everyone = now - self._status_at >= STATUS_EVERY
                self._tell([line for line in self.lines if everyone or line.is_carried])
                if everyone:
                    self._status_at = now

    def _tell(self, lines: list[Line], *, all_known: bool = False) -> None:
        """Tell the engine what is waited for.

        An engine that does not count completions holds those back that come after others that this connection has not
        seen. So on a new one it is asked for all again; those that were handed over already are dropped.
        """
        by_worker: dict[str, list[Line]] = {}
        for line in lines:
            by_worker.setdefault(line.worker_id, []).append(line)
        for worker_id, own in by_worker.items():
            entries: list[tuple[Invocation, Place]] = []
            for line in own:
                again = all_known and line.log.highest_order is None and line.log.entries.unfinished
                places = line.log.entries.completing if again else line.log.entries.unfinished
                entries += [(line.log.invocation, place) for place in places]
            orders = {line.log.invocation: line.log.highest_order for line in own}
            for first in range(0, len(entries), ENTRIES):
                part = entries[first : first + ENTRIES]
                named = dict.fromkeys(invocation for invocation, _ in part)
                received = [(each, order) for each in named if (order := orders[each]) is not None]
                self._put(encode_durable.status(worker_id, part, received), is_of_connection=True)

    # -- eviction

    async def evict(self, line: Line, reason: str, *, at_rest: bool) -> bool:
        """Let go of an invocation that only waits; whether it was, as it may have gone on meanwhile.

        With `at_rest` only if its code makes no further call: of two side by side, the second may be on its way.
        """
        if at_rest and not await self._comes_to_rest(line):
            return False
        if line.evicting is not None or self._lines.get(line.log.invocation) is not line:
            return False
        line.evicting = asyncio.get_running_loop().create_future()
        line.log.frozen = True
        line.reason = reason
        # An engine that does not know what this worker has seen brings the task back at once, into the same slot.
        self._tell([line])
        self._put(encode_durable.eviction(line.log.invocation, reason))
        try:
            async with asyncio.timeout(EVICTION_LIMIT):
                is_evicted = await line.evicting
        except TimeoutError:
            logger.warning("task run %s could not be evicted: no answer", line.log.invocation.task_run_id)
            is_evicted = False
        finally:
            line.evicting = None
        if is_evicted:
            self._let_go(line, reason)
        else:
            line.log.thaw()
            self._pump(line)
        return is_evicted

    async def _comes_to_rest(self, line: Line) -> bool:
        if line.settles or line.evicting is not None:
            return False
        line.settles = True
        try:
            async with asyncio.timeout(EVICTION_LIMIT):
                latest = await line.session.comes_to_rest()
            is_at_rest = latest == line.log.seen and line.log.only_waits
        except TimeoutError:
            is_at_rest = False  # its loop is blocked
        finally:
            line.settles = False
        if not is_at_rest and line.log.frozen:
            line.log.thaw()
            self._pump(line)
        return is_at_rest

    def _let_go(self, line: Line, reason: str) -> None:
        invocation = line.log.invocation
        if not line.log.is_idle:  # what it waits for came while the engine evicted it, which may not know of it
            self._io.spawn(self._restore(invocation), f"return of task run {invocation.task_run_id}")
        else:
            # The engine may have sent something just before; it is asked once more, and an answer brings it back.
            self._evicted[invocation] = asyncio.get_running_loop().time()
            self._tell([line])
        self._over(line, reason)

    def _eviction_answered(self, line: Line, message: Message) -> None:
        if line.evicting is None or line.evicting.done():
            return
        if isinstance(message, Refused):
            logger.warning("task run %s was not evicted: %s", line.log.invocation.task_run_id, message.message)
        line.evicting.set_result(isinstance(message, EvictionAck))

    async def _restart(self, line: Line) -> None:
        """Begin an invocation anew, whose log may have an entry that it does not know of."""
        if await self.evict(line, RESTART, at_rest=False) or self._lines.get(line.log.invocation) is not line:
            return
        if line.log.is_waiting_for_ack:
            line.log.timed_out(EVICTION_LIMIT)
            self._pump(line)

    async def _restore(self, invocation: Invocation) -> None:
        try:
            await self._gateway.restore_evicted(invocation.task_run_id)
        except ApiError as error:
            logger.warning("evicted task run %s could not be brought back: %s", invocation.task_run_id, error)

    # -- its end

    async def stop(self) -> None:
        """The worker ends: no call waits any more."""
        self.state = StreamState.CLOSED
        self._end_all(ended(self._name))
        left = [task for task in (self._runner, self._ticker) if task is not None]
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left)

    def _end_all(self, error: Exception) -> None:
        for line in self.lines:
            line.log.end(error)
            self._pump(line)
