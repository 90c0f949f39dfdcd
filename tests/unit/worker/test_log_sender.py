"""What a worker does with the lines of its tasks: how many at a time, in what order, and what it says of those lost."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any, cast

import pytest

from hatchet.errors import HatchetError, InputError, Unavailable
from hatchet.scope import LogLine, Scope, current_scope
from hatchet.wire.gateway import Gateway
from hatchet.worker import log_capture
from hatchet.worker.log_capture import Capture, LogSender, level_of, pieces
from tests.jumping import HereLoop, jumping, now, until

NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
MICROSECOND = timedelta(microseconds=1)


class Engine:
    """Takes lines when a test lets it."""

    def __init__(self, is_open: bool = True) -> None:
        self.io = HereLoop()
        self.opened = asyncio.Event()
        if is_open:
            self.opened.set()
        self.under_way: list[str] = []
        self.got: list[tuple[str, int, datetime, str, str]] = []
        self.refuses: Callable[[str], Exception | None] = lambda message: None

    async def put_log(self, task_run_id: str, retry_count: int, moment: datetime, level: str, message: str) -> None:
        self.under_way.append(message)
        try:
            await self.opened.wait()
            if (error := self.refuses(message)) is not None:
                raise error
            self.got.append((task_run_id, retry_count, moment, level, message))
        finally:
            self.under_way.remove(message)

    def sender(self, size: int = 100) -> LogSender:
        return LogSender(cast("Gateway", self), self.io, size)

    @property
    def texts(self) -> list[str]:
        return [message for *_, message in self.got]


def line(text: str, run: str = "run", retry: int = 0) -> LogLine:
    return LogLine(run, retry, NOON, "INFO", text)


async def turns() -> None:
    """What follows at once."""
    for _ in range(10):
        await asyncio.sleep(0)


async def drained(sender: LogSender, patience: float = 20) -> None:
    """All that was put before is delivered, or given up."""
    await asyncio.sleep(0)
    await sender.drain(patience)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("plain", ["plain"]),
        ("", [" "]),
        ("\x00a\x00", ["\u2400a\u2400"]),
        ("caf\udce9 \U0001f600", ["caf\\udce9 \U0001f600"]),
        ("abcd", ["abcd"]),
        ("abcde", ["abcd", "e"]),
        ("abcdefgh", ["abcd", "efgh"]),
        ("abcdefghi", ["abcd", "efgh", "i"]),
    ],
)
def test_a_line_is_sent_as_the_engine_takes_it(text: str, parts: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_capture, "LINE_LIMIT", 4 if text.startswith("abcd") else 100)
    assert list(pieces(line(text, retry=2))) == [
        LogLine("run", 2, NOON + number * MICROSECOND, "INFO", part) for number, part in enumerate(parts)
    ]


def test_the_engine_takes_ten_thousand_characters() -> None:
    assert [len(piece.message) for piece in pieces(line("x" * 20_001))] == [10_000, 10_000, 1]


@jumping
async def test_lines_of_an_attempt_go_one_by_one_and_of_many_attempts_32_at_once() -> None:
    engine = Engine(is_open=False)
    sender = engine.sender()
    for text in ("first", "second"):
        for run in range(40):
            sender.put(line(f"{text} {run}", f"run {run}"))
    await turns()
    sender.put(line("late", "another"))
    await turns()
    assert engine.under_way == [f"first {run}" for run in range(32)]
    engine.opened.set()
    await drained(sender)
    assert sorted(engine.texts) == sorted(
        ["late", *(f"{text} {run}" for text in ("first", "second") for run in range(40))]
    )
    for run in range(40):
        assert [text for text in engine.texts if text.endswith(f" {run}")] == [f"first {run}", f"second {run}"]
    assert (sender.sent, sender.dropped, sender.refused, sender._waiting, now()) == (81, 0, 0, 0, 0.0)


@jumping
async def test_lines_that_come_together_wake_the_loop_once() -> None:
    engine = Engine()
    sender = engine.sender()
    woken: list[Any] = []
    engine.io.post = woken.append  # type: ignore[method-assign,assignment]
    for text in "abc":
        sender.put(line(text))
    assert len(woken) == 1
    woken[0]()
    sender.put(line("d"))
    assert len(woken) == 2
    woken[1]()
    await drained(sender)
    assert engine.texts == ["a", "b", "c", "d"]
    assert [moment - NOON for _, _, moment, *_ in engine.got] == [number * MICROSECOND for number in range(4)]


@jumping
async def test_where_lines_were_dropped_a_line_says_how_many() -> None:
    engine = Engine(is_open=False)
    sender = engine.sender(size=2)
    for text in "abcde":
        sender.put(line(text))
    sender.put(line("other", "other", 3))
    await turns()
    assert (sender.dropped, sender._waiting) == (4, 2)
    engine.opened.set()
    await turns()
    later = NOON + timedelta(seconds=1)
    sender.put(LogLine("run", 0, later, "INFO", "f"))
    await drained(sender)
    sender.ended("run", 0)
    sender.ended("other", 3)
    await drained(sender)
    *rows, (run, retry, moment, level, message) = engine.got
    lost = "log lines were dropped here, since the queue of lines was full (log_queue_size = 2)"
    assert rows == [
        ("run", 0, NOON, "INFO", "a"),
        ("run", 0, NOON + MICROSECOND, "INFO", "b"),
        ("run", 0, later, "WARN", f"3 {lost}"),
        ("run", 0, later + MICROSECOND, "INFO", "f"),
    ]
    assert (run, retry, level, message) == ("other", 3, "WARN", f"1 {lost}")
    assert abs(datetime.now(timezone.utc) - moment) < timedelta(minutes=1)
    assert (sender._lanes, sender._waiting, sender.sent) == ({}, 0, 5)


@jumping
async def test_an_attempt_that_ends_while_its_lines_are_on_the_way_is_forgotten_after_them() -> None:
    engine = Engine(is_open=False)
    sender = engine.sender()
    sender.put(line("a"))
    sender.put(line("b"))
    await turns()
    sender.ended("run", 0)
    sender.ended("another that wrote nothing", 0)
    assert len(sender._lanes) == 1
    engine.opened.set()
    await drained(sender)
    assert (engine.texts, sender._lanes) == (["a", "b"], {})


@jumping
async def test_those_that_wait_for_room_go_on_one_after_the_other() -> None:
    engine = Engine(is_open=False)
    sender = engine.sender(size=1)
    sender.put(line("a"))
    waiting = [asyncio.ensure_future(sender.aio_put(line(text), delivered=text == "c")) for text in "bc"]
    await turns()
    assert [each.done() for each in waiting] == [False, False]
    engine.opened.set()
    await asyncio.gather(*waiting)
    assert (engine.texts, sender.sent, sender.dropped, sender._room) == (["a", "b", "c"], 3, 0, [])


@jumping
async def test_room_that_comes_just_before_somebody_waits_for_it_is_seen() -> None:
    engine = Engine()
    sender = engine.sender(size=1)
    accept, asked = sender._accept, list[bool]()

    def late(*given: Any) -> bool:
        asked.append(len(asked) > 0 and accept(*given))
        return asked[-1]

    sender._accept = late  # type: ignore[method-assign,assignment]
    await asyncio.wait_for(sender.aio_put(line("a"), delivered=True), 1)
    assert asked == [False, True]
    engine.opened.clear()
    sender.put(line("b"))
    waiting = asyncio.ensure_future(sender.aio_put(line("c"), delivered=True))
    await until(5)
    assert asked == [False, True, True, False], "who waits does not ask meanwhile"
    engine.opened.set()
    await waiting


@jumping
async def test_who_waits_for_the_delivery_is_told_what_became_of_it() -> None:
    engine = Engine()
    sender = engine.sender()
    engine.refuses = lambda message: InputError(f"no {message}") if message == "b" else None
    await sender.aio_put(line("a"), delivered=True)
    assert engine.texts == ["a"]
    with pytest.raises(InputError, match="no b"):
        await sender.aio_put(line("b"), delivered=True)
    await sender.aio_put(line("b"), delivered=False)
    await drained(sender)
    assert (sender.sent, sender.refused, sender.dropped) == (1, 2, 0)
    engine.opened.clear()
    awaited = asyncio.ensure_future(sender.aio_put(line("c"), delivered=True))
    await turns()
    for each in list(sender._senders):
        each.cancel()
    with pytest.raises(HatchetError, match="the log line of task run run was given up"):
        await awaited
    assert sender._senders == set()


@jumping
async def test_lines_that_the_engine_refuses_are_told_of_once() -> None:
    engine = Engine()
    sender = engine.sender()
    told: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: told.append(record.getMessage())  # type: ignore[method-assign]
    log_capture.logger.addHandler(handler)
    engine.refuses = lambda message: ValueError(f"no {message}")
    for text in "ab":
        sender.put(line(text))
    await drained(sender)
    log_capture.logger.removeHandler(handler)
    assert told == ["a log line of task run run could not be stored (further ones are only counted): no a"]
    assert (sender.refused, sender.dropped) == (2, 0)


@jumping
async def test_a_line_is_sent_again_until_the_engine_is_back() -> None:
    engine = Engine()
    sender = engine.sender()
    engine.refuses = lambda message: Unavailable("down", code="UNAVAILABLE", call="PutLog") if now() < 30 else None
    sender.put(line("a"))
    sender.put(line("b"))
    await drained(sender, 60)
    assert engine.texts == ["a", "b"]
    assert 30 <= now() <= 35


@pytest.mark.parametrize(("patience", "ends"), [(0.0, 0.0), (5.0, 5.0)])
@jumping
async def test_at_the_end_of_the_worker_what_is_left_is_given_up(patience: float, ends: float) -> None:
    engine = Engine(is_open=False)
    sender = engine.sender()
    sender.put(line("a"))
    waiting = [asyncio.ensure_future(sender.aio_put(line(text), delivered=True)) for text in "bc"]
    sender.put(line("d", "other"))
    await turns()
    await sender.drain(patience)
    assert now() == ends
    for each in waiting:
        with pytest.raises(HatchetError, match="the worker ended before a log line of run was sent"):
            await each
    await turns()
    assert (sender.dropped, sender.sent, sender._waiting, sender._lanes) == (4, 0, 0, {})
    assert (sender._senders, list(sender._ready), engine.under_way) == (set(), [], [])
    await sender.drain(5.0)  # there is nothing any more
    assert (sender.dropped, now()) == (4, ends)


def test_what_comes_after_the_end_is_sent_all_the_same(caplog: pytest.LogCaptureFixture) -> None:
    @jumping
    async def check() -> None:
        engine = Engine(is_open=False)
        sender = engine.sender()
        for run in range(40):  # more than are under way at once
            sender.put(line("lost", f"run {run}"))
        await drained(sender, 0.0)
        assert (sender.dropped, sender._waiting) == (40, 0)
        await turns()
        engine.opened.set()
        sender.put(line("later"))
        await drained(sender)
        assert (engine.texts, sender.sent, sender.dropped) == (["later"], 1, 40)

    check()
    assert caplog.messages == ["40 log lines could not be delivered before the worker ended"]


@jumping
async def test_what_comes_while_the_end_gives_up_is_sent_all_the_same() -> None:
    """Those that sent what was given up have not ended yet; the lines are of the same attempts, and of others."""
    engine = Engine(is_open=False)
    sender = engine.sender()
    for run in range(40):  # more than are under way at once
        for text in "ab":
            sender.put(line(text, f"run {run}"))
    await turns()
    assert len(engine.under_way) == 32
    await sender.drain(0.0)
    assert len(engine.under_way) == 32
    for later in ("run 0", "run 39", "another"):
        sender.put(line("c", later))
    await turns()
    assert (engine.under_way, sender._waiting) == (["c", "c", "c"], 3)
    waiting = asyncio.ensure_future(sender.aio_put(line("d", "run 0"), delivered=True))
    await turns()
    assert (engine.under_way, sender._waiting) == (["c", "c", "c"], 4)
    engine.opened.set()
    await waiting
    assert sorted((of, text) for of, _, _, _, text in engine.got) == [
        ("another", "c"), ("run 0", "c"), ("run 0", "d"), ("run 39", "c"),
    ]  # fmt: skip
    assert (sender.dropped, sender.sent, sender._waiting) == (80, 4, 0)
    await turns()
    assert (sender._senders, list(sender._ready)) == (set(), [])


@jumping
async def test_who_waits_for_room_when_the_worker_ends_gets_it() -> None:
    engine = Engine(is_open=False)
    sender = engine.sender(size=2)
    for text in "ab":
        sender.put(line(text))
    waiting = [asyncio.ensure_future(sender.aio_put(line(text), delivered=True)) for text in "cde"]
    await turns()
    await sender.drain(0.0)
    engine.opened.set()
    await asyncio.gather(*waiting)
    assert (sorted(engine.texts), sender.dropped, sender.sent, sender._waiting) == (["c", "d", "e"], 2, 3, 0)


@jumping
async def test_the_end_waits_no_longer_than_it_takes() -> None:
    engine = Engine(is_open=False)
    sender = engine.sender()
    sender.put(line("a"))
    asyncio.get_running_loop().call_later(2.0, engine.opened.set)
    await drained(sender, 5.0)
    assert (engine.texts, sender.dropped, now()) == (["a"], 0, 2.0)
    await until(10)


@jumping
async def test_in_a_child_that_a_task_has_forked_lines_are_none_of_its_business() -> None:
    engine = Engine()
    sender = engine.sender()
    sender._pid = os.getpid() + 1
    sender.put(line("a"))
    assert (sender._waiting, sender.dropped, sender._lanes) == (0, 0, {})


@jumping
async def test_no_more_attempts_are_told_apart_than_there_is_room_for() -> None:
    engine = Engine(is_open=False)
    sender = engine.sender(size=2)
    limit, log_capture.LANES_LIMIT = log_capture.LANES_LIMIT, 3
    try:
        for run in range(5):
            sender.put(line("x", f"run {run}"))
        assert list(sender._lanes) == [("run 0", 0), ("run 1", 0), ("run 2", 0)]
        assert (sender.dropped, sender._lanes["run 2", 0].dropped) == (3, 1)
        engine.opened.set()
        await turns()
        sender.put(line("y", "run 5"))
        assert list(sender._lanes) == [("run 2", 0), ("run 5", 0)], "those that have nothing to say are forgotten"
        await drained(sender)
    finally:
        log_capture.LANES_LIMIT = limit
    assert engine.texts == ["x", "x", "y"]


class Taken:
    """Takes lines."""

    def __init__(self) -> None:
        self.lines: list[LogLine] = []

    def put(self, line: LogLine) -> None:
        self.lines.append(line)

    async def aio_put(self, line: LogLine, *, delivered: bool) -> None:
        self.put(line)


@pytest.mark.parametrize(
    ("number", "level"),
    [(0, "DEBUG"), (10, "DEBUG"), (19, "DEBUG"), (20, "INFO"), (29, "INFO"), (30, "WARN"), (39, "WARN"), (40, "ERROR"),
     (50, "ERROR"), (60, "ERROR")],
)  # fmt: skip
def test_a_level_is_the_highest_that_it_reaches(number: int, level: str) -> None:
    assert level_of(number) == level


def record(name: str, message: str = "said %s", args: tuple[object, ...] = ("so",)) -> logging.LogRecord:
    made = logging.LogRecord(name, logging.WARNING, "file.py", 1, message, args, None)
    made.created = NOON.timestamp()
    return made


@pytest.mark.parametrize(
    ("name", "is_taken"),
    [("mine", True), ("hatchet", False), ("hatchet.worker", False), ("hatchets", True), ("a.hatchet", True)],
)
def test_what_a_task_logs_is_taken_but_for_this_package(name: str, is_taken: bool) -> None:
    taken = Taken()
    token = current_scope.set(Scope("workflow run", "task run", 3, "w", {}, logs=taken))
    Capture().emit(record(name))
    current_scope.reset(token)
    assert taken.lines == ([LogLine("task run", 3, NOON, "WARN", "said so")] if is_taken else [])


def test_outside_of_tasks_nothing_is_taken() -> None:
    Capture().emit(record("mine"))
    token = current_scope.set(Scope("workflow run", "task run", 0, "w", {}, logs=None))
    Capture().emit(record("mine"))
    current_scope.reset(token)


def test_a_record_that_is_faulty_is_reported_and_leaves_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    faulty: list[logging.LogRecord] = []
    capture, taken, made = Capture(), Taken(), record("mine", "too %s", ("few", "many"))
    monkeypatch.setattr(capture, "handleError", faulty.append)
    token = current_scope.set(Scope("workflow run", "task run", 1, "w", {}, logs=taken))
    capture.emit(made)
    current_scope.reset(token)
    assert faulty == [made]
    [said] = taken.lines
    words = "a record of 'mine' could not be formatted: TypeError"
    assert said == LogLine("task run", 1, said.moment, "ERROR", words)
    assert abs(datetime.now(timezone.utc) - said.moment) < timedelta(minutes=1)


def test_a_formatter_may_give_anything() -> None:
    class Odd(logging.Formatter):
        def format(self, record: logging.LogRecord) -> Any:
            return 7

    capture, taken = Capture(), Taken()
    capture.setFormatter(Odd())
    token = current_scope.set(Scope("workflow run", "task run", 0, "w", {}, logs=taken))
    capture.emit(record("mine"))
    current_scope.reset(token)
    assert [said.message for said in taken.lines] == ["7"]
