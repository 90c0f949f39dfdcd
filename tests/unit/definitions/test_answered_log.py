"""When the code of a durable task that is answered in the process has come to rest: what comes next depends on it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from hatchet import DurableContext, EmptyModel, MockRecord
from hatchet.context.durable_actions import Step
from hatchet.context.durable_session import TURNS
from hatchet.definitions.answered_log import AnsweredLog
from hatchet.wire.durable_values import Completed, Invocation, Place, Request, WaitAck, WaitRequest
from tests.unit.offline import offline


class Watched(AnsweredLog):
    """Acknowledges every wait, and ends none; counts how often the code has come to rest."""

    def __init__(self, *, is_async: bool = True) -> None:
        super().__init__(Invocation("t", 1), is_async=is_async)
        self.rests = 0
        self.waits = 0

    def answer(self, request: Request) -> None:
        self.waits += 1
        self.log.receive(WaitAck(Place(1, self.waits)))

    def rested(self) -> None:
        self.rests += 1

    def call(self) -> None:
        """The code calls, and waits."""
        number = self.waits + 1
        self.act(lambda log: log.call(number, [WaitRequest((), None)], Step("a wait", "")))


async def turns(count: int) -> None:
    """Let the loop come round so many times."""
    for _ in range(count):
        await asyncio.sleep(0)


async def test_code_is_at_rest_after_the_turns_in_which_it_could_have_called_again_and_no_later() -> None:
    watched = Watched()
    watched.call()
    await turns(TURNS - 1)
    assert watched.rests == 0
    await turns(1)
    assert watched.rests == 1
    await turns(3 * TURNS)
    assert watched.rests == 1


@pytest.mark.parametrize("used", [0, 1, TURNS // 2, TURNS - 1])
async def test_code_that_calls_again_has_all_its_turns_again(used: int) -> None:
    watched = Watched()
    for _ in range(3):
        watched.call()
        await turns(used)
    await turns(TURNS - 1 - used)
    assert (watched.rests, watched.waits) == (0, 3)
    await turns(1)
    assert watched.rests == 1


async def test_whatever_is_told_to_the_log_begins_the_count_anew() -> None:
    """Also what is said by a thread, which the loop hears of in its next turn."""
    watched = Watched()
    watched.call()
    await turns(TURNS - 1)
    watched.act(lambda log: None)
    await turns(TURNS - 2)
    watched.post(watched.session, lambda log: None)
    await turns(TURNS)
    assert watched.rests == 0
    await turns(1)
    assert watched.rests == 1


async def test_code_that_was_answered_is_not_at_rest_before_it_has_gone_on() -> None:
    watched = Watched()
    watched.call()
    await turns(TURNS)
    watched.act(lambda log: log.receive(Completed(Place(1, 1), b"")))
    await turns(3 * TURNS)
    assert watched.rests == 1


async def test_code_in_a_thread_has_nothing_beside_it_and_is_at_rest_at_once() -> None:
    watched = Watched(is_async=False)
    watched.call()
    assert watched.rests == 1


@pytest.mark.parametrize(("used", "hours"), [(0, [1, 2]), (TURNS - 1, [1, 2]), (TURNS, [2, 1])])
def test_a_sleep_that_is_asked_for_within_the_turns_may_end_before_one_that_was_asked_for_first(
    used: int, hours: list[int]
) -> None:
    @offline("test").durable_task()
    async def race(input: EmptyModel, ctx: DurableContext) -> None:
        async def later() -> None:
            await turns(used)
            await ctx.aio_sleep_for("1h")

        await asyncio.gather(ctx.aio_sleep_for("2h"), later())

    record = MockRecord()
    race.mock_run(record=record)
    assert record.slept == [timedelta(hours=each) for each in hours]
