"""Waiting for the first of several, for the first that ends well, and for all: values, errors, and who is cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from hatchet import HatchetError, InputError
from hatchet.context.combinators import Resolved, all_of, any_of, first


class Waits:
    """Waits that end when they are told to."""

    def __init__(self, number: int) -> None:
        self.futures = [asyncio.get_running_loop().create_future() for _ in range(number)]
        self.cancelled: list[int] = []

    async def wait(self, number: int) -> str:
        try:
            return str(await self.futures[number])
        except asyncio.CancelledError:
            self.cancelled.append(number)
            raise

    @property
    def all(self) -> list[Awaitable[str]]:
        return [self.wait(number) for number in range(len(self.futures))]


async def _turns() -> None:
    """Let what is ready go on."""
    for _ in range(6):
        await asyncio.sleep(0)


async def test_the_first_that_ends_is_told_and_the_others_are_cancelled() -> None:
    waits = Waits(3)
    task = asyncio.ensure_future(first(*waits.all))
    await _turns()
    waits.futures[1].set_result("b")
    waits.futures[2].set_result("c")
    assert await task == Resolved(1, "b")
    assert waits.cancelled == [0]


async def test_an_error_of_the_first_is_raised() -> None:
    waits = Waits(2)
    task = asyncio.ensure_future(first(*waits.all))
    await _turns()
    waits.futures[1].set_exception(ValueError("b"))
    with pytest.raises(ValueError, match=r"^b$"):
        await task
    assert waits.cancelled == [0]


async def test_a_cancelled_wait_is_one_that_did_not_end_well() -> None:
    waits = Waits(2)
    task = asyncio.ensure_future(any_of(*waits.all))
    await _turns()
    waits.futures[0].cancel()
    waits.futures[1].set_exception(ValueError("b"))
    with pytest.raises(ExceptionGroup, match=r"^none of 2 waits ended well") as raised:
        await task
    cancelled, failed = raised.value.exceptions
    assert (type(cancelled), str(cancelled)) == (HatchetError, "the wait was cancelled")
    assert failed is waits.futures[1].exception()


class Ended(BaseException):
    """As what ends the code of a task that goes on elsewhere."""


@pytest.mark.parametrize("combined", [first, any_of, all_of])
async def test_what_ends_the_code_of_a_task_is_raised_as_it_is(combined: Callable[..., Awaitable[object]]) -> None:
    waits = Waits(3)
    task = asyncio.ensure_future(combined(*waits.all))
    await _turns()
    for future in waits.futures:
        future.set_exception(Ended())
    with pytest.raises(Ended):
        await task


async def test_what_ends_the_code_of_a_task_is_not_waited_beyond() -> None:
    waits = Waits(3)
    task = asyncio.ensure_future(any_of(*waits.all))
    await _turns()
    waits.futures[0].set_exception(ValueError("a"))
    await _turns()
    waits.futures[2].set_exception(Ended())
    with pytest.raises(Ended):
        await task
    assert waits.cancelled == [1]


async def test_the_first_that_ends_well_is_told_after_some_that_did_not() -> None:
    waits = Waits(4)
    task = asyncio.ensure_future(any_of(*waits.all))
    await _turns()
    waits.futures[2].set_exception(ValueError("c"))
    await _turns()
    assert not task.done()
    waits.futures[1].cancel()
    await _turns()
    assert not task.done()
    waits.futures[3].set_result("d")
    assert await task == Resolved(3, "d")
    assert waits.cancelled == [1, 0]


async def test_of_two_that_end_well_together_the_one_that_ended_first_is_told() -> None:
    waits = Waits(2)
    task = asyncio.ensure_future(any_of(*waits.all))
    await _turns()
    waits.futures[1].set_result("b")
    waits.futures[0].set_result("a")
    assert await task == Resolved(1, "b")
    assert waits.cancelled == []


async def test_where_none_ends_well_the_errors_of_all_are_raised_in_their_order() -> None:
    waits = Waits(2)
    task = asyncio.ensure_future(any_of(*waits.all))
    await _turns()
    waits.futures[1].set_exception(ValueError("b"))
    await _turns()
    waits.futures[0].set_exception(KeyError("a"))
    with pytest.raises(ExceptionGroup) as caught:
        await task
    assert caught.value.message == "none of 2 waits ended well"
    assert [type(error) for error in caught.value.exceptions] == [KeyError, ValueError]


async def test_all_give_their_values_in_the_order_of_the_waits() -> None:
    waits = Waits(2)
    task = asyncio.ensure_future(all_of(*waits.all))
    await _turns()
    waits.futures[1].set_result("b")
    await _turns()
    assert not task.done()
    waits.futures[0].set_result("a")
    assert await task == ["a", "b"]


async def test_an_error_of_one_cancels_the_others_and_the_earliest_is_raised() -> None:
    waits = Waits(3)
    task = asyncio.ensure_future(all_of(*waits.all))
    await _turns()
    waits.futures[2].set_exception(ValueError("c"))
    waits.futures[1].set_exception(KeyError("b"))
    with pytest.raises(ValueError, match=r"^c$"):
        await task
    assert waits.cancelled == [0]


@pytest.mark.parametrize("combined", [first, any_of, all_of])
async def test_there_has_to_be_something_to_wait_for(combined: Callable[..., Awaitable[object]]) -> None:
    with pytest.raises(InputError, match=r"^there is nothing to wait for; name a wait$"):
        await combined()


@pytest.mark.parametrize("combined", [first, any_of, all_of])
async def test_who_gives_up_cancels_all_and_waits_until_they_have_ended(
    combined: Callable[..., Awaitable[object]],
) -> None:
    waits = Waits(2)
    task = asyncio.ensure_future(combined(*waits.all))
    await _turns()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert waits.cancelled == [0, 1]
