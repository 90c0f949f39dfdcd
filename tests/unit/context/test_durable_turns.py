"""How long the code of a durable task may take to come to rest before anything else goes on: exactly so many turns."""

from __future__ import annotations

import asyncio

import pytest

from hatchet.context.durable_actions import Ended, Offer, Resumption
from hatchet.context.durable_session import TURNS, Act, DurableSession
from hatchet.context.outcomes import Wait
from hatchet.options.conditions import SleepCondition
from hatchet.wire.durable_values import Invocation

WAIT = Wait.of([SleepCondition("1h")], "test", str)
OVER = Ended(b"{}")


class Code:
    """The code of a task, of which the log hears and says nothing by itself."""

    def __init__(self) -> None:
        self.session = DurableSession(Invocation("t", 1), self, is_async=True, message_limit=1000)
        self.told = 0

    def post(self, session: DurableSession, act: Act) -> None:
        self.told += 1

    def wait(self) -> asyncio.Task[bytes]:
        """It waits for something, beside what it waits for already."""
        return asyncio.ensure_future(self.session.wait(WAIT, None))

    def offer(self, *calls: int, are_completions: bool = False) -> None:
        self.session.offer(Offer(tuple(Resumption(each, OVER) for each in calls), 1, are_completions))


async def turns(count: int) -> None:
    """Let the loop come round so many times."""
    for _ in range(count):
        await asyncio.sleep(0)


HEARD = 2
"""Turns that an offer takes besides: one to reach the loop of the code, and one in which the code goes on with it."""


@pytest.mark.parametrize("are_completions", [False, True])
async def test_a_call_goes_on_when_the_code_had_all_its_turns_and_no_later(are_completions: bool) -> None:
    code = Code()
    waiting = code.wait()
    await turns(1)
    code.offer(1, are_completions=are_completions)
    await turns(TURNS + HEARD - 1)
    assert not waiting.done()
    await turns(1)
    assert waiting.result() == OVER.payload


async def test_between_two_calls_that_go_on_the_code_has_all_its_turns() -> None:
    code = Code()
    waiting = [code.wait(), code.wait()]
    await turns(1)
    code.offer(1, 2)
    await turns(TURNS + HEARD)
    assert [each.done() for each in waiting] == [True, False]
    await turns(TURNS - 1)
    assert [each.done() for each in waiting] == [True, False]
    await turns(1)
    assert [each.done() for each in waiting] == [True, True]


@pytest.mark.parametrize("used", [0, 1, TURNS - 1])
async def test_code_that_calls_again_in_its_turns_has_all_of_them_again(used: int) -> None:
    code = Code()
    waiting = code.wait()
    await turns(1)
    code.offer(1)
    await turns(used)
    other = code.wait()
    await turns(1 + TURNS + HEARD - 1)  # the first, as the other is a task that begins then
    assert not waiting.done()
    await turns(1)
    assert waiting.result() == OVER.payload
    other.cancel()


@pytest.mark.parametrize(("used", "goes_on", "told"), [(0, False, 3), (TURNS - 1, False, 3), (TURNS, True, 2)])
async def test_a_completion_is_given_back_where_the_code_has_called_in_its_turns(
    used: int, goes_on: bool, told: int
) -> None:
    """The log hears of each call, and of what comes back; what was handed over it hears of with the next call."""
    code = Code()
    waiting = code.wait()
    await turns(1)
    code.offer(1, are_completions=True)
    await turns(used)
    other = code.wait()
    await turns(3 * TURNS)
    assert (waiting.done(), code.told) == (goes_on, told)
    for each in (waiting, other):
        each.cancel()


@pytest.mark.parametrize(("used", "latest"), [(0, 1), (TURNS, 1), (TURNS + 1, 0)])
async def test_code_comes_to_rest_when_it_has_not_called_in_its_turns(used: int, latest: int) -> None:
    code = Code()
    resting = asyncio.ensure_future(code.session.comes_to_rest())
    await turns(used)
    waiting = code.wait()
    assert await resting == latest
    waiting.cancel()
