"""Lines of one attempt have rising times, whatever the clock and the lines are: the engine orders by them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from hatchet.scope import LogLine
from hatchet.worker import log_capture
from hatchet.worker.log_capture import LINE_LIMIT, LogSender
from hatchet_api.grpc import events_pb2 as events
from tests.unit.scripted import ScriptedEngine

NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)


class Scene:
    """A sender of lines, and the lines that have reached the engine."""

    def __init__(self) -> None:
        self.got: list[events.PutLogRequest] = []
        client = ScriptedEngine(put_log=self._put_log).client()
        self.sender = LogSender(client.gateway, client.io, 1000)
        self._run: Callable[[Any], Awaitable[None]] = client.io.run

    async def _put_log(self, request: events.PutLogRequest, context: Any) -> events.PutLogResponse:
        self.got.append(request)
        return events.PutLogResponse()

    def line(self, text: str, seconds: float = 0, attempt: tuple[str, int] = ("run", 0)) -> LogLine:
        return LogLine(*attempt, NOON + timedelta(seconds=seconds), "INFO", text)

    async def put(self, *lines: LogLine) -> None:
        for line in lines:
            self.sender.put(line)
        await self.drained()

    async def drained(self) -> None:
        await self._run(self.sender.drain(20))

    def times(self) -> list[int]:
        return [request.created_at.ToNanoseconds() for request in self.got]

    def rise(self) -> bool:
        times = self.times()
        return times == sorted(set(times))


def long(letter: str, pieces: int) -> str:
    return letter * (LINE_LIMIT * pieces)


async def test_pieces_of_long_lines_of_one_moment_keep_their_order() -> None:
    scene = Scene()
    await scene.put(scene.line(long("a", 3)), scene.line(long("b", 2)), scene.line("c"))
    assert [request.message[0] for request in scene.got] == ["a", "a", "a", "b", "b", "c"]
    assert scene.rise()


async def test_a_line_that_comes_when_all_before_it_were_sent_is_later_than_their_pieces() -> None:
    scene = Scene()
    for text in (long("a", 5), "b", long("c", 2), "d"):
        await scene.put(scene.line(text))
    assert [request.message[0] for request in scene.got] == ["a"] * 5 + ["b", "c", "c", "d"]
    assert scene.rise()


async def test_a_clock_that_is_set_back_does_not_change_the_order() -> None:
    scene = Scene()
    for seconds in (10, 5, 0, 7, 11):
        await scene.put(scene.line(f"at {seconds}", seconds))
    assert [request.message for request in scene.got] == [f"at {seconds}" for seconds in (10, 5, 0, 7, 11)]
    assert scene.rise()


async def test_lines_whose_delivery_is_waited_for_keep_the_order_too() -> None:
    scene = Scene()

    async def put() -> None:
        for text in (long("a", 3), "b"):
            await scene.sender.aio_put(scene.line(text), delivered=True)

    await scene._run(put())
    assert len(scene.got) == 4
    assert scene.rise()


async def test_each_attempt_has_its_own_times() -> None:
    scene = Scene()
    await scene.put(scene.line("later", 10))
    await scene.put(scene.line("another attempt", 0, ("run", 1)), scene.line("another run", 0, ("other", 0)))
    assert min(scene.times()) == sorted(scene.times())[1], "the times of others are as they are"


async def test_what_is_known_of_an_attempt_goes_with_it() -> None:
    scene = Scene()
    await scene.put(*(scene.line("x", 0, (f"run {number}", 0)) for number in range(50)))
    for number in range(50):
        scene.sender.ended(f"run {number}", 0)
    assert scene.sender._lanes == {}


async def test_lines_after_the_end_of_their_attempts_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_capture, "LANES_LIMIT", 10)
    scene = Scene()
    for number in range(100):
        await scene.put(scene.line("x", 0, (f"run {number}", 0)))
    assert len(scene.got) == 100
    assert len(scene.sender._lanes) <= 10
