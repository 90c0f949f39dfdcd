"""Time does not pass for code that is about to go on, however busy the machine is."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable
from datetime import timedelta
from typing import TypeVar

import pytest

from hatchet import Context, DurableContext, EmptyModel, Hatchet
from hatchet.testing import MemoryEngine
from tests.testing import shop

T = TypeVar("T")

DAY = timedelta(days=1)
BUSY = 0.05  # s for which a loop does something else, between two calls that its code makes side by side

automatic = pytest.mark.hatchet_engine(time="automatic")


async def side_by_side(first: Awaitable[T], second: Awaitable[object]) -> T:
    """Wait for two things, of which the second is asked for when the engine has long heard of the first."""

    async def later() -> None:
        for _ in range(5):
            await asyncio.sleep(0)  # the other one asks meanwhile
        time.sleep(BUSY)  # noqa: ASYNC251  # as a busy machine does, this holds the loop up
        await second

    busy = asyncio.create_task(later())
    try:
        return await first
    finally:
        await busy


@automatic
def test_a_durable_task_may_take_long_between_two_things_that_it_waits_for(
    engine: MemoryEngine, hatchet: Hatchet
) -> None:
    @hatchet.durable_task(execution_timeout=DAY * 60)
    async def waits(input: EmptyModel, ctx: DurableContext) -> str:
        async def pay_in_a_day() -> None:
            await ctx.aio_sleep_for(DAY)
            await hatchet.event.aio_push("paid", {})

        await side_by_side(ctx.aio_wait_for_event("paid"), pay_in_a_day())
        return "paid"

    began = engine.now()
    with engine.worker(waits):
        assert waits.run() == "paid"
    assert DAY <= engine.now() - began < DAY + timedelta(minutes=1)


@automatic
def test_a_task_may_take_long_between_two_runs_that_it_waits_for(engine: MemoryEngine, hatchet: Hatchet) -> None:
    @shop.hatchet.task(execution_timeout=DAY * 60)
    async def parent(input: EmptyModel, ctx: Context) -> str:
        return await side_by_side(ref.aio_result(), pay.aio_run())

    @shop.hatchet.task()
    async def pay(input: EmptyModel, ctx: Context) -> None:
        await shop.hatchet.event.aio_push("paid", {})

    with engine.worker(shop.dun, name="in time"), engine.worker(parent, pay, name="busy"):
        ref = shop.dun.run_no_wait()
        engine.wait_for(ref, "WAITING")
        assert parent.run() == "paid"


@automatic
async def test_an_async_test_may_take_long_between_two_calls(engine: MemoryEngine) -> None:
    with engine.worker(shop.dun):  # in a thread of its own
        ref = await shop.dun.aio_run_no_wait()
        engine.wait_for(ref, "WAITING")
        assert await side_by_side(ref.aio_result(), shop.hatchet.event.aio_push("paid", {})) == "paid"


async def test_a_skip_waits_for_what_the_test_itself_is_about_to_do(engine: MemoryEngine) -> None:
    with engine.worker(shop.dun):
        ref = await shop.dun.aio_run_no_wait()
        engine.wait_for(ref, "WAITING")
        async with asyncio.TaskGroup() as group:
            group.create_task(engine.aio_skip(DAY * 15))
            group.create_task(side_by_side(engine.aio_state(ref), shop.hatchet.event.aio_push("paid", {})))
        assert await ref.aio_result() == "paid"


async def test_a_blocking_word_does_not_wait_for_the_loop_that_it_blocks(engine: MemoryEngine) -> None:
    with engine.worker(shop.remind):
        ref = await shop.remind.aio_run_no_wait()  # the engine knows this loop from now on
        began = time.monotonic()
        engine.settle(patience=20)
        engine.skip(DAY * 30, patience=20)
        assert time.monotonic() - began < 15  # and not the patience
        assert await ref.aio_result() == "reminded"


@automatic
async def test_a_loop_that_calls_and_ends_holds_nothing_up(engine: MemoryEngine) -> None:
    def call_from_another_loop() -> str:
        return asyncio.run(shop.remind.aio_run())

    with engine.worker(shop.remind):
        assert await asyncio.to_thread(call_from_another_loop) == "reminded"
        assert await shop.remind.aio_run() == "reminded"
