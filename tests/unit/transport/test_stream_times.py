"""How long a shared subscription keeps its stream, and what ends its waits; on a clock that jumps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest

from hatchet.errors import ApiError, ClientClosed, NotFound, Unavailable
from hatchet.transport.retry import RetryPolicy
from hatchet.transport.stream import RECONNECT, SharedSubscription
from tests.jumping import HereLoop, jumping, now, until

AWAY = Unavailable("away", code="UNAVAILABLE", call="Stream")
WRONG = NotFound("what?", code="NOT_FOUND", call="Stream")


class Engine:
    """Answers after a second, unless it is told to be silent; what it says of each connection stands in a list."""

    def __init__(self, *fails: ApiError, policy: RetryPolicy = RECONNECT) -> None:
        self.io = HereLoop()
        self.fails = [*fails]
        self.log: list[str] = []
        self.silent: set[str] = set()
        self.ends = asyncio.Event()
        self.of = SharedSubscription(
            self.io, "Stream", connect=self.connect, ask=lambda key: f"{key}?", key_of=lambda answer: answer[0],
            policy=policy,
        )  # fmt: skip

    async def connect(self, questions: AsyncGenerator[str, None]) -> AsyncGenerator[str, None]:
        self.log.append(f"opened at {now():g}")
        answers: asyncio.Queue[str] = asyncio.Queue()

        async def read() -> None:
            async for question in questions:
                self.log.append(question)
                if question[0] not in self.silent:
                    asyncio.get_running_loop().call_later(1.0, answers.put_nowait, question.replace("?", "!"))
            answers.put_nowait("the questions have ended")

        reading = asyncio.ensure_future(read())
        try:
            while (answer := await answers.get()) != "end":
                yield answer
            if self.fails:
                raise self.fails.pop(0)
        finally:
            self.log.append(f"closed at {now():g}")
            reading.cancel()
            await asyncio.wait([reading])

    def since(self) -> list[str]:
        log, self.log = self.log, []
        return log


@jumping
async def test_waits_one_after_the_other_share_a_stream_that_is_kept_for_half_a_minute() -> None:
    engine = Engine()
    assert engine.of.waits == 0
    assert await engine.of.wait("a") == "a!"
    await until(30)
    assert [*await asyncio.gather(engine.of.wait("b"), engine.of.wait("c"))] == ["b!", "c!"]
    assert engine.since() == ["opened at 0", "a?", "b?", "c?"]
    await until(60)
    assert engine.since() == []
    await until(62)
    assert [each.partition(".")[0] for each in engine.since()] == ["closed at 61"]
    assert engine.io._closing == []
    assert await engine.of.wait("a") == "a!"
    assert [each.partition(".")[0] for each in engine.since()] == ["opened at 62", "a?"]
    await engine.of.close()


@jumping
async def test_one_id_is_asked_for_once_however_many_wait() -> None:
    engine = Engine()
    waits = [asyncio.ensure_future(engine.of.wait(key)) for key in "abab"]
    await asyncio.sleep(0)
    assert engine.of.waits == 2
    waits.pop(0).cancel()
    assert await asyncio.gather(*waits) == ["b!", "a!", "b!"]
    assert engine.since() == ["opened at 0", "a?", "b?"]
    await engine.of.close()


@jumping
async def test_a_stream_that_nobody_needs_is_closed_when_it_is_told_to_rest() -> None:
    engine = Engine()
    engine.of.rest()
    await engine.of.wait("a")
    engine.silent.add("b")
    waiting = asyncio.ensure_future(engine.of.wait("b"))
    await asyncio.sleep(1)
    engine.of.rest()
    await asyncio.sleep(1)
    assert engine.since() == ["opened at 0", "a?", "b?"]
    waiting.cancel()
    await asyncio.wait([waiting])
    engine.of.rest()
    await asyncio.sleep(1)
    assert engine.since() == ["closed at 3"]
    await until(100)
    assert engine.since() == []


@jumping
async def test_a_closed_client_ends_every_wait() -> None:
    engine = Engine()
    engine.silent.update("ab")
    waits = [asyncio.ensure_future(engine.of.wait(key)) for key in "ab"]
    await asyncio.sleep(1)
    assert engine.io._closing == [engine.of.close]
    await engine.of.close()
    assert engine.log[-1] == "closed at 1"
    for each in waits:
        with pytest.raises(ClientClosed, match="the client was closed, or the program ends, while a result was waited"):
            await each
    assert (engine.of.waits, engine.io._closing) == (0, [])
    await engine.of.close()
    before = now()
    await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}), return_exceptions=True)
    assert now() == before


@jumping
async def test_one_wait_fails_and_the_others_go_on() -> None:
    engine = Engine()
    engine.silent.update("ab")
    waits = [asyncio.ensure_future(engine.of.wait(key)) for key in "aab"]
    await asyncio.sleep(1)
    engine.of.fail("a", WRONG)
    engine.of.fail("nobody", WRONG)
    await asyncio.sleep(0)
    errors = [each.exception() for each in waits[:2]]
    assert [str(each) for each in errors] == ["what?", "what?"]
    assert errors[0] is not errors[1]
    assert not waits[2].done()
    await engine.of.close()
    with pytest.raises(ClientClosed):
        await waits[2]


@pytest.mark.parametrize("losses", [1, 2, 3])
def test_a_stream_that_is_lost_is_opened_again_and_told_of_the_second_time(
    losses: int, caplog: pytest.LogCaptureFixture
) -> None:
    class Lost(Engine):
        async def connect(self, questions: AsyncGenerator[str, None]) -> AsyncGenerator[str, None]:
            if self.fails:
                raise self.fails.pop(0)
            async for answer in super().connect(questions):
                yield answer

    @jumping
    async def check() -> None:
        engine = Lost(*[AWAY] * losses)
        assert [*await asyncio.gather(engine.of.wait("a"), engine.of.wait("b"))] == ["a!", "b!"]
        assert engine.since()[1:] == ["a?", "b?"]
        await engine.of.close()

    check()
    told = ["the result stream was lost and is being opened again: away"] if losses > 1 else []
    assert caplog.messages == told


@jumping
async def test_what_is_refused_for_good_fails_all_who_wait() -> None:
    class Refused(Engine):
        async def connect(self, questions: AsyncGenerator[str, None]) -> AsyncGenerator[str, None]:
            raise WRONG
            yield

    engine = Refused()
    found = await asyncio.gather(engine.of.wait("a"), engine.of.wait("b"), return_exceptions=True)
    assert [str(each) for each in found] == ["what?", "what?"]
    assert engine.io._closing == []
