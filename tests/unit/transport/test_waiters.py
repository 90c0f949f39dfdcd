"""Who waits for which id, and when a stream is opened, asked, kept and closed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from typing import Any, cast

import pytest

from hatchet.errors import ClientClosed, Unavailable
from hatchet.transport import stream
from hatchet.transport.io_loop import IoLoop
from hatchet.transport.retry import Backoff, RetryPolicy
from hatchet.transport.stream import SharedSubscription, Waiters

Wait = asyncio.Future[str]


def wait() -> Wait:
    return asyncio.get_running_loop().create_future()


def asked(waiters: Waiters[str]) -> list[str]:
    found: list[str] = []
    while (key := waiters.next_unasked()) is not None:
        found.append(key)
    return found


async def test_an_id_is_asked_for_once_in_the_order_of_the_waits() -> None:
    waiters = Waiters[str]()
    assert (len(waiters), asked(waiters)) == (0, [])
    futures = [wait() for _ in range(4)]
    for key, future in zip(("b", "a", "b", "c"), futures, strict=True):
        waiters.add(key, future)
    assert len(waiters) == 3
    assert asked(waiters) == ["b", "a", "c"]
    waiters.add("a", wait())
    assert asked(waiters) == []
    waiters.ask_again()
    assert asked(waiters) == ["b", "a", "c"]


async def test_an_answer_goes_to_all_who_wait_for_its_id_and_to_nobody_else() -> None:
    waiters = Waiters[str]()
    first, second, other, given_up = (wait() for _ in range(4))
    for key, future in (("a", first), ("a", second), ("b", other), ("a", given_up)):
        waiters.add(key, future)
    given_up.cancel()
    waiters.answer("a", "x")
    waiters.answer("nobody", "y")
    waiters.answer("a", "z")
    assert (first.result(), second.result(), other.done(), given_up.cancelled()) == ("x", "x", False, True)
    assert (len(waiters), asked(waiters)) == (1, ["b"])


async def test_an_error_ends_each_wait_with_one_of_its_own() -> None:
    waiters = Waiters[str]()
    futures = [wait() for _ in range(4)]
    for key, future in zip(("a", "a", "b", "a"), futures, strict=True):
        waiters.add(key, future)
    futures[3].cancel()
    error = ValueError("wrong")
    waiters.fail("a", error)
    errors = [future.exception() for future in futures[:2]]
    assert [str(each) for each in errors] == ["wrong", "wrong"]
    assert len({id(each) for each in (error, *errors)}) == 3
    assert (futures[2].done(), len(waiters)) == (False, 1)
    waiters.fail_all(error)
    assert (str(futures[2].exception()), len(waiters), asked(waiters)) == ("wrong", 0, [])


async def test_who_waits_no_longer_is_not_asked_for() -> None:
    waiters = Waiters[str]()
    first, second = wait(), wait()
    waiters.add("a", first)
    waiters.add("a", second)
    waiters.remove("nobody", first)
    waiters.remove("a", first)
    assert (len(waiters), asked(waiters)) == (1, ["a"])
    waiters.ask_again()
    waiters.remove("a", second)
    assert (len(waiters), asked(waiters)) == (0, [])
    waiters.remove("a", second)


class Here(IoLoop):
    """The loop of the test, as one for clients."""

    async def end(self) -> None:
        await self.finish()

    @property
    def finishes(self) -> int:
        return len(self._closing)


class Engine:
    """Answers questions, but for those whose id begins with `no`; connections fail as often as it says."""

    def __init__(self, failures: int = 0) -> None:
        self.io = Here()
        self.failures = failures
        self.connections = 0
        self.questions: list[str] = []
        policy = RetryPolicy(attempts=None, backoff=Backoff(first=0.0001, limit=0.0001), outage_limit=60.0)
        self.of = SharedSubscription[str, str](
            self.io, "Stream", self.connect, ask=lambda key: f"?{key}", key_of=lambda answer: answer[1:], policy=policy
        )

    async def connect(self, questions: AsyncGenerator[str, None]) -> AsyncGenerator[str, None]:
        self.connections += 1
        if self.failures:
            self.failures -= 1
            raise Unavailable("away", code="UNAVAILABLE", call="Stream")
        async for question in questions:
            self.questions.append(question)
            if not question.startswith("?no"):
                yield f"!{question[1:]}"


async def turns() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_one_stream_is_kept_for_a_while_and_its_end_is_put_off_with_each_wait() -> None:
    engine = Engine()
    loop = asyncio.get_running_loop()
    assert await engine.of.wait("a") == "!a"
    first = cast(Any, engine.of)._idle
    assert loop.time() + stream.IDLE_LINGER - 1 < first.when() <= loop.time() + stream.IDLE_LINGER
    waiting = asyncio.create_task(engine.of.wait("no"))
    await turns()
    assert (first.cancelled(), cast(Any, engine.of)._idle, engine.of.waits) == (True, None, 1)
    assert await engine.of.wait("b") == "!b"
    assert cast(Any, engine.of)._idle is None, "somebody still waits"
    engine.of.rest()
    await turns()
    assert not waiting.done()
    engine.of.fail("no", ValueError("wrong"))
    with pytest.raises(ValueError, match="wrong"):
        await waiting
    assert (engine.connections, engine.questions, engine.of.waits) == (1, ["?a", "?no", "?b"], 0)
    assert engine.io.finishes == 1
    last = cast(Any, engine.of)._idle
    engine.of.rest()
    await turns()
    assert (last.cancelled(), cast(Any, engine.of)._runner) == (True, None)
    assert await engine.of.wait("c") == "!c"
    assert engine.connections == 2
    await engine.io.end()
    assert cast(Any, engine.of)._runner is None


@pytest.mark.parametrize(("failures", "warnings"), [(0, 0), (1, 0), (2, 1), (5, 1)])
async def test_a_stream_that_is_lost_for_longer_is_told_once(
    failures: int, warnings: int, caplog: pytest.LogCaptureFixture
) -> None:
    engine = Engine(failures)
    assert await asyncio.wait_for(engine.of.wait("a"), 10) == "!a"
    assert engine.connections == failures + 1
    told = [(record.levelno, record.getMessage()) for record in caplog.records]
    text = "the result stream was lost and is being opened again: "
    assert [(level, message[: len(text)]) for level, message in told] == [(logging.WARNING, text)] * warnings
    await engine.of.close()


async def test_who_closes_it_ends_every_wait() -> None:
    engine = Engine()
    waiting = [asyncio.create_task(engine.of.wait(key)) for key in ("no", "no", "no more")]
    await turns()
    await engine.of.close()
    for each in waiting:
        with pytest.raises(ClientClosed) as caught:
            await each
        assert str(caught.value) == "the client was closed, or the program ends, while a result was waited for"
    assert (engine.of.waits, cast(Any, engine.of)._runner, cast(Any, engine.of)._idle) == (0, None, None)
    await engine.of.close()


@pytest.mark.parametrize("end", ["close", "rest"])
async def test_the_end_of_a_stream_that_lingers_is_not_waited_for(end: str) -> None:
    engine = Engine()
    await engine.of.wait("a")
    of = cast(Any, engine.of)
    timer, runner = of._idle, of._runner
    if end == "close":
        await engine.of.close()
    else:
        engine.of.rest()
    await turns()
    assert (timer.cancelled(), runner.cancelled(), of._runner) == (True, True, None)
