"""The shared subscription: any number of waits, before, during and after an outage, all get their answers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from typing import Any

import pytest

from hatchet.errors import ApiError, DeadlineExceeded, NotFound, Unavailable
from hatchet.transport import stream
from hatchet.transport.io_loop import shared_io_loop
from hatchet.transport.retry import Backoff, RetryPolicy
from hatchet.transport.stream import SharedSubscription, Waiters

MANY = 10_050
QUICK = RetryPolicy(attempts=None, backoff=Backoff(first=0.001, limit=0.01), outage_limit=0.3, steady=10.0)
PATIENT = RetryPolicy(attempts=None, backoff=QUICK.backoff, outage_limit=60.0)


class Engine:
    """Answers every question, over connections that break when the test says so."""

    def __init__(self) -> None:
        self.connections = 0
        self.asked: list[str] = []
        self.error: ApiError | None = None
        self.silent = False
        self.closes = False
        self._broken = asyncio.Event()

    async def connect(self, questions: AsyncGenerator[str, None]) -> AsyncGenerator[str, None]:
        self.connections += 1
        if self.error is not None:
            raise self.error
        if self.closes:
            return
        broken = self._broken
        answers: asyncio.Queue[str] = asyncio.Queue(100)

        async def read() -> None:
            async for question in questions:
                self.asked.append(question)
                if not self.silent:
                    await answers.put(question)

        reading = asyncio.ensure_future(read())
        breaking = asyncio.ensure_future(broken.wait())
        try:
            while not broken.is_set():
                answer = asyncio.ensure_future(answers.get())
                try:
                    await asyncio.wait([answer, breaking], return_when=asyncio.FIRST_COMPLETED)
                finally:
                    waited = answer.cancel()
                if waited:
                    break
                yield answer.result()
            raise Unavailable("broken", code="UNAVAILABLE", call="Stream")
        finally:
            reading.cancel()
            breaking.cancel()

    def break_off(self) -> None:
        self._broken.set()
        self._broken = asyncio.Event()


def subscription(engine: Engine, policy: RetryPolicy = QUICK) -> SharedSubscription[str, str]:
    return SharedSubscription(shared_io_loop(), "Stream", connect=engine.connect, ask=str, key_of=str, policy=policy)


def on_io(test: Callable[[], Any]) -> Any:
    """Run a test on the loop that subscriptions live on."""

    async def limited() -> None:
        async with asyncio.timeout(60):
            await test()

    shared_io_loop().block(limited())


def waits(of: SharedSubscription[str, str], keys: range) -> list[asyncio.Future[str]]:
    return [asyncio.ensure_future(of.wait(str(key))) for key in keys]


def test_more_waits_than_any_queue_holds_are_answered_before_during_and_after_an_outage() -> None:
    async def test() -> None:
        engine = Engine()
        of = subscription(engine, PATIENT)
        assert await asyncio.gather(*waits(of, range(MANY))) == [str(key) for key in range(MANY)]
        engine.silent = True
        before = waits(of, range(MANY))
        await asyncio.sleep(0.05)
        engine.break_off()
        engine.error = Unavailable("away", code="UNAVAILABLE", call="Stream")
        await asyncio.sleep(0.02)
        during = waits(of, range(MANY, 2 * MANY))
        await asyncio.sleep(0.02)
        engine.error, engine.silent = None, False
        after = waits(of, range(2 * MANY, 3 * MANY))
        assert len(await asyncio.gather(*before, *during, *after)) == 3 * MANY
        assert of.waits == 0

    on_io(test)


def test_results_over_a_stream_that_was_just_lost_take_hardly_longer() -> None:
    async def test() -> None:
        engine = Engine()
        of = subscription(engine, PATIENT)

        async def taken(lost: bool) -> float:
            await of.wait("first")
            began = time.perf_counter()
            if lost:
                engine.break_off()
            await asyncio.gather(*waits(of, range(MANY)))
            return time.perf_counter() - began

        plain = min([await taken(False) for _ in range(3)])
        lost = min([await taken(True) for _ in range(3)])
        assert lost < 3 * plain + 0.5, (lost, plain)  # the figure of `make bench` is finer

    on_io(test)


def test_a_wait_of_the_turn_in_which_an_idle_stream_hangs_up_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "IDLE_LINGER", 0.0)

    async def test() -> None:
        engine = Engine()
        of = subscription(engine)
        for number in range(50):
            assert await of.wait(str(number)) == str(number)
            for _ in range(number % 7):  # somewhere between the hang-up and the end of the stream
                await asyncio.sleep(0)
        of._hang_up()  # what the timer calls
        assert await of.wait("last") == "last"
        assert engine.connections > 1

    on_io(test)


def test_a_runner_that_is_cancelled_from_outside_leaves_nobody_waiting() -> None:
    async def test() -> None:
        engine = Engine()
        of = subscription(engine)
        engine.silent = True
        first = asyncio.ensure_future(of.wait("first"))
        await asyncio.sleep(0.01)
        assert of._runner is not None
        of._runner.cancel()
        second = asyncio.ensure_future(of.wait("second"))
        engine.silent = False
        assert list(await asyncio.gather(first, second)) == ["first", "second"]

    on_io(test)


def test_a_wait_that_is_given_up_leaves_nothing_behind_and_is_not_asked_for_again() -> None:
    async def test() -> None:
        engine = Engine()
        engine.silent = True
        of = subscription(engine, PATIENT)
        given_up = waits(of, range(100))
        kept = asyncio.ensure_future(of.wait("kept"))
        await asyncio.sleep(0.02)
        for each in given_up:
            each.cancel()
        await asyncio.wait(given_up)
        assert of.waits == 1
        engine.asked, engine.silent = [], False
        engine.break_off()
        assert await kept == "kept"
        assert engine.asked == ["kept"]

    on_io(test)


def test_an_engine_that_closes_at_once_is_asked_ever_more_rarely_and_the_wait_fails_in_the_end() -> None:
    async def test() -> None:
        engine = Engine()
        engine.closes = True
        with pytest.raises(Unavailable, match="Stream: the engine closed the stream"):
            await subscription(engine).wait("key")
        assert engine.connections < 80

    on_io(test)


@pytest.mark.parametrize("kind", [NotFound, DeadlineExceeded])
def test_waits_fail_with_the_error_of_the_stream_each_with_its_own(kind: type[ApiError]) -> None:
    async def test() -> None:
        engine = Engine()
        engine.error = kind("no", code="X", call="Stream")
        of = subscription(engine)
        failed = await asyncio.gather(*waits(of, range(3)), return_exceptions=True)
        assert [type(each) for each in failed] == [kind] * 3
        assert len(set(map(id, failed))) == 3
        engine.error = None
        assert await of.wait("next") == "next"

    on_io(test)


def test_what_is_asked_for_is_what_is_waited_for() -> None:
    loop = asyncio.new_event_loop()
    waiters: Waiters[str] = Waiters()
    futures = [loop.create_future() for _ in range(3)]
    for key, future in zip("aab", futures, strict=True):
        waiters.add(key, future)
    assert (waiters.next_unasked(), waiters.next_unasked(), waiters.next_unasked()) == ("a", "b", None)
    waiters.remove("a", futures[0])
    waiters.ask_again()
    waiters.answer("b", "x")
    assert (waiters.next_unasked(), waiters.next_unasked()) == ("a", None)
    assert futures[2].result() == "x"
    assert len(waiters) == 1
    loop.close()
