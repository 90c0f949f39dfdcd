"""A listener ends with its run, whatever the engine tells."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest

from hatchet.errors import HatchetError
from hatchet.runs.stream import Subscription, until_ended
from hatchet.transport.io_loop import shared_io_loop


async def test_a_listener_that_is_told_of_nothing_ends_after_the_run() -> None:
    closed = asyncio.Event()

    async def silent() -> AsyncGenerator[int]:
        try:
            await asyncio.Event().wait()
            yield 0
        finally:
            closed.set()

    ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(0.01, ended.set_result, None)
    assert [each async for each in until_ended(silent(), ended, linger=0.01)] == []
    assert closed.is_set()


async def test_what_comes_soon_after_the_end_is_still_told() -> None:
    async def late() -> AsyncGenerator[int]:
        for number in range(3):
            await asyncio.sleep(0.01)
            yield number

    ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    ended.set_result(None)
    assert [each async for each in until_ended(late(), ended, linger=5)] == [0, 1, 2]


async def numbers() -> AsyncGenerator[int]:
    for number in range(3):
        yield number


async def test_a_subscription_is_iterated_in_async_code() -> None:
    subscription = Subscription(shared_io_loop(), numbers, str)
    assert [each async for each in subscription] == ["0", "1", "2"]
    assert [each async for each in subscription] == []  # it has ended


def test_a_subscription_is_iterated_in_sync_code_and_can_be_closed() -> None:
    assert list(Subscription(shared_io_loop(), numbers, str)) == ["0", "1", "2"]
    subscription = Subscription(shared_io_loop(), numbers, str)
    assert next(subscription) == "0"
    subscription.close()
    assert list(subscription) == []


def test_what_cannot_be_read_is_told_in_its_place_and_the_rest_can_be_read() -> None:
    subscription = Subscription(shared_io_loop(), numbers, lambda number: 6 // (number - 1))
    assert next(subscription) == -6
    with pytest.raises(ZeroDivisionError):
        next(subscription)
    assert list(subscription) == [6]


async def test_to_close_a_subscription_ends_whoever_waits_for_its_next_value() -> None:
    closed = asyncio.Event()
    waiting = asyncio.Event()

    async def silent() -> AsyncGenerator[int]:
        try:
            loop.call_soon_threadsafe(waiting.set)
            await asyncio.Event().wait()
            yield 0
        finally:
            loop.call_soon_threadsafe(closed.set)

    loop = asyncio.get_running_loop()
    subscription = Subscription(shared_io_loop(), silent, str)
    reader = asyncio.ensure_future(anext(subscription, "the end"))
    await waiting.wait()
    with pytest.raises(HatchetError, match="iterated elsewhere"):
        await anext(subscription)
    await subscription.aio_close()
    await closed.wait()
    assert await reader == "the end"
