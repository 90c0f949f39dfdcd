"""What tasks log, on its way to the engine: in order, bounded, and never in the way of the task.

`LogSender` lives on the I/O loop and takes lines from any thread. `Capture` feeds it with the records of the standard
`logging` that are made inside a task; `Context.log` feeds it too.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import field, replace
from datetime import datetime, timedelta, timezone
from typing import Final

from hatchet._dataclasses import dataclass
from hatchet.errors import HatchetError
from hatchet.scope import LogLevel, LogLine, Scope, current_scope
from hatchet.transport.io_loop import IoLoop
from hatchet.transport.retry import Backoff, RetryPolicy
from hatchet.wire.gateway import Gateway

logger: Final = logging.getLogger("hatchet")

DELIVERY: Final = RetryPolicy(attempts=None, backoff=Backoff(first=0.2, limit=5.0))
SENDERS = 32  # lines that are under way at once; those of one attempt go one after the other
TICK = timedelta(microseconds=1)  # between lines of one attempt: the engine orders them by their time
LOST_NOTICE = "{} log lines were dropped here, since the queue of lines was full (log_queue_size = {})"

LINE_LIMIT = 10_000  # characters in one line of a task's log: the engine's limit
NUL_SHOWN = "\N{SYMBOL FOR NULL}"  # in place of the one character that the engine cannot store
LANES_LIMIT = 10_000  # attempts that are told apart at once, as for the order of their lines

EARLIEST = datetime.min.replace(tzinfo=timezone.utc)

Key = tuple[str, int]


def pieces(line: LogLine) -> Iterator[LogLine]:
    """A line as the engine takes it: a long one is several, in the order of their times, so that nothing is lost.

    What is no character in UTF-8, as in the name of a file that is not, is written as in Python's source.
    """
    clean = line.message.encode("utf-8", "backslashreplace").decode().replace("\x00", NUL_SHOWN) or " "
    for number, start in enumerate(range(0, len(clean), LINE_LIMIT)):
        yield replace(line, message=clean[start : start + LINE_LIMIT], moment=line.moment + number * TICK)


class Delivery:
    """Told what became of a line, on the loop of whoever waits for it."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.future: asyncio.Future[None] = self._loop.create_future()

    def settle(self, error: Exception | None) -> None:
        """It was delivered, or failed with an error; from any thread."""
        self._loop.call_soon_threadsafe(self._settle, error)

    def _settle(self, error: Exception | None) -> None:
        if self.future.done():
            return
        if error is None:
            self.future.set_result(None)
        else:
            self.future.set_exception(error)


@dataclass(slots=True)
class _Lane:
    """The lines of one attempt that wait, and what became of earlier ones. It is kept until the attempt ends."""

    lines: deque[tuple[LogLine, Delivery | None]] = field(default_factory=deque[tuple[LogLine, "Delivery | None"]])
    last: datetime = EARLIEST
    dropped: int = 0
    busy: bool = False
    ended: bool = False

    @property
    def is_done(self) -> bool:
        """Whether it has nothing to send, and nothing to say."""
        return not self.busy and not self.dropped


class LogSender:
    """Sends lines; what is accepted is delivered, what is not is counted."""

    def __init__(self, gateway: Gateway, io: IoLoop, size: int) -> None:
        self._gateway = gateway
        self._io = io
        self._size = size
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._lanes: dict[Key, _Lane] = {}
        self._ready: deque[Key] = deque()
        self._waiting = 0
        self._woken = False
        self._senders: set[asyncio.Task[None]] = set()
        self._room: list[Delivery] = []
        self.dropped: int = 0
        """Lines for which there was no room."""
        self.refused: int = 0
        """Lines that the engine would not take, or that no message could be made of."""
        self.sent: int = 0
        """Lines that the engine has."""

    def put(self, line: LogLine) -> None:
        """Take a line; from any thread, without waiting. One that there is no room for is dropped and counted."""
        if os.getpid() != self._pid:
            return  # a child that a task forked: it has no connection, and the lock may never be free in it
        for piece in pieces(line):
            if not self._accept(piece, None):
                self._drop(line)

    async def aio_put(self, line: LogLine, *, delivered: bool) -> None:
        """Take a line, waiting for room; with `delivered` until the engine has it."""
        for piece in pieces(line):
            delivery = Delivery() if delivered else None
            while not self._accept(piece, delivery):
                room = Delivery()
                with self._lock:
                    self._room.append(room)
                    if self._waiting < self._size:
                        room.settle(None)
                await room.future
            if delivery is not None:
                await delivery.future

    def _accept(self, line: LogLine, delivery: Delivery | None) -> bool:
        key = (line.task_run_id, line.retry_count)
        with self._lock:
            if self._waiting >= self._size:
                return False
            lane = self._lane(key)
            if lane.dropped:
                notice = LOST_NOTICE.format(lane.dropped, self._size)
                lane.dropped = 0
                self._append(lane, replace(line, level="WARN", message=notice), None)
            self._append(lane, line, delivery)
            wake = self._queue(key, lane)
        if wake:
            self._io.post(self._start_senders)
        return True

    def _lane(self, key: Key) -> _Lane:
        lane = self._lanes.get(key)
        if lane is None:
            if len(self._lanes) >= LANES_LIMIT:
                self._forget_idle()
            lane = self._lanes[key] = _Lane()
        return lane

    def _forget_idle(self) -> None:
        """Make room for lanes: those of lines that came after the end of their attempt are forgotten only here."""
        for key in [key for key, lane in self._lanes.items() if lane.is_done]:
            del self._lanes[key]

    def _queue(self, key: Key, lane: _Lane) -> bool:
        """Have the lane served, if it is not already; whether the loop has to be woken for it."""
        if not lane.busy:
            lane.busy = True
            self._ready.append(key)
        wake = not self._woken
        self._woken = True
        return wake

    def _append(self, lane: _Lane, line: LogLine, delivery: Delivery | None) -> None:
        lane.last = max(line.moment, lane.last + TICK)
        lane.lines.append((replace(line, moment=lane.last), delivery))
        self._waiting += 1

    def _drop(self, line: LogLine) -> None:
        key = (line.task_run_id, line.retry_count)
        with self._lock:
            self.dropped += 1
            first = self.dropped == 1
            lane = self._lanes.get(key)
            if lane is None and len(self._lanes) < LANES_LIMIT:
                lane = self._lanes[key] = _Lane()
            if lane is not None:
                lane.dropped += 1
        if first:
            logger.warning(
                "the queue of log lines is full (log_queue_size = %d): lines are dropped, first one of task run %s; "
                "the count is Worker.dropped_log_lines",
                self._size, line.task_run_id,
            )  # fmt: skip

    # -- on the I/O loop

    def _start_senders(self) -> None:
        with self._lock:
            self._woken = False
            missing = min(SENDERS - len(self._senders), len(self._ready))
        for _ in range(missing):
            sender = self._io.spawn(self._send(), "sender of log lines")
            self._senders.add(sender)
            sender.add_done_callback(self._senders.discard)

    async def _send(self) -> None:
        while (taken := self._take()) is not None:
            key, lane, line, delivery = taken
            error: Exception | None = HatchetError(f"the log line of task run {line.task_run_id} was given up")
            try:
                error = await self._deliver(line)
            finally:
                self._done(key, lane)
                if delivery is not None:
                    delivery.settle(error)

    def _take(self) -> tuple[Key, _Lane, LogLine, Delivery | None] | None:
        with self._lock:
            if not self._ready:
                return None
            key = self._ready.popleft()
            lane = self._lanes[key]
            return (key, lane, *lane.lines.popleft())

    def _done(self, key: Key, lane: _Lane) -> None:
        with self._lock:
            if self._lanes.get(key) is not lane:
                return  # given up by `drain`; there may be another by now
            self._waiting -= 1
            if lane.lines:
                self._ready.append(key)
            else:
                lane.busy = False
                if lane.ended and lane.is_done:
                    del self._lanes[key]
            waiting, self._room = self._room, []
        for room in waiting:
            room.settle(None)

    async def _deliver(self, line: LogLine) -> Exception | None:
        try:
            await DELIVERY.run(
                lambda _: self._gateway.put_log(
                    line.task_run_id, line.retry_count, line.moment, line.level, line.message
                )
            )
        except Exception as error:  # one that no message can be made of must not cost the lines behind it
            self._refuse(line, error)
            return error
        self.sent += 1
        return None

    def _refuse(self, line: LogLine, error: Exception) -> None:
        self.refused += 1
        if self.refused == 1:
            logger.warning("a log line of task run %s could not be stored (further ones are only counted): %s",
                           line.task_run_id, error)  # fmt: skip

    def ended(self, task_run_id: str, retry_count: int) -> None:
        """An attempt has ended: say in its log what was dropped of it, and forget it. From any thread."""
        key = (task_run_id, retry_count)
        with self._lock:
            lane = self._lanes.get(key)
            if lane is None:
                return
            lane.ended = True
            if lane.is_done:
                del self._lanes[key]
            if not lane.dropped:
                return
            notice, lane.dropped = LOST_NOTICE.format(lane.dropped, self._size), 0
            # One line for each attempt, however full the queue is.
            self._append(lane, LogLine(task_run_id, retry_count, datetime.now(timezone.utc), "WARN", notice), None)
            wake = self._queue(key, lane)
        if wake:
            self._io.post(self._start_senders)

    async def drain(self, timeout: float) -> None:
        """Wait until everything that was accepted is delivered, `timeout` seconds at most; the rest is counted."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + timeout
        while self._senders and clock() < deadline:
            await asyncio.wait(list(self._senders), timeout=deadline - clock())
        if not self._waiting:
            return
        with self._lock:
            left, self._lanes = self._lanes, {}
            self._ready.clear()
            self.dropped += self._waiting
            lost, self._waiting = self._waiting, 0
            waiting, self._room = self._room, []
        logger.warning("%d log lines could not be delivered before the worker ended", lost)
        given_up, self._senders = self._senders, set()  # what comes before these have ended has senders of its own
        for sender in given_up:
            sender.cancel()
        for room in waiting:
            room.settle(None)
        for lane in left.values():
            for line, delivery in lane.lines:
                if delivery is not None:
                    delivery.settle(HatchetError(f"the worker ended before a log line of {line.task_run_id} was sent"))


class Capture(logging.Handler):
    """Hands the records that are made inside a task to the sender of the worker that runs it."""

    def emit(self, record: logging.LogRecord) -> None:
        """Take a record; those outside of a task, and this package's own, are none of its business."""
        scope = current_scope.get()
        if scope is None or scope.logs is None or record.name.partition(".")[0] == "hatchet":
            return
        try:
            line = _line_of(self.format(record), record, scope)
        except Exception as error:  # logging's own rule: a faulty record is reported by handleError, never raised
            self.handleError(record)
            line = _line_of(f"a record of {record.name!r} could not be formatted: {type(error).__name__}", None, scope)
        scope.logs.put(line)


def _line_of(message: str, record: logging.LogRecord | None, scope: Scope) -> LogLine:
    """The line for a record; one that is faulty becomes an error of now."""
    moment = datetime.now(timezone.utc) if record is None else datetime.fromtimestamp(record.created, timezone.utc)
    level = "ERROR" if record is None else level_of(record.levelno)
    return LogLine(scope.task_run_id, scope.retry_count, moment, level, str(message))  # a formatter may give anything


def level_of(number: int) -> LogLevel:
    """The engine's level for one of `logging`."""
    if number >= logging.ERROR:
        return "ERROR"
    if number >= logging.WARNING:
        return "WARN"
    return "INFO" if number >= logging.INFO else "DEBUG"


class Captures:
    """Which loggers are captured: one handler each, however many workers run in the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._handlers: dict[logging.Logger, tuple[Capture, int]] = {}

    def add(self, target: logging.Logger) -> None:
        """A worker starts."""
        with self._lock:
            handler, workers = self._handlers.get(target, (None, 0))
            if handler is None:
                handler = Capture()
                target.addHandler(handler)
            self._handlers[target] = (handler, workers + 1)

    def remove(self, target: logging.Logger) -> None:
        """A worker has ended."""
        with self._lock:
            handler, workers = self._handlers.pop(target)
            if workers > 1:
                self._handlers[target] = (handler, workers - 1)
            else:
                target.removeHandler(handler)


captures: Final = Captures()  # like the loggers that it counts, one for each process
