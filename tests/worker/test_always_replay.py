"""`always_replay`: durable tasks begin anew at each wait, so that a task that takes another way shows it."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from datetime import timedelta
from typing import Any

import pytest

from hatchet import ClientConfig, DurableContext, EmptyModel, Hatchet, RunFailed

LONG = timedelta(hours=1)


@pytest.fixture
def hatchet() -> Generator[Hatchet]:
    with Hatchet.from_embedded(None) as client:
        yield client


async def test_a_task_begins_anew_at_each_wait_and_goes_the_same_way(hatchet: Hatchet) -> None:
    begun: list[int] = []

    @hatchet.durable_task(name="child", execution_timeout=LONG)
    async def child(input: EmptyModel, ctx: DurableContext) -> int:
        return 7

    @hatchet.durable_task(execution_timeout=LONG, eviction_policy=None)
    async def careful(input: EmptyModel, ctx: DurableContext) -> list[int]:
        begun.append(ctx.invocation_count)
        await ctx.aio_sleep_for("1ms")
        first = await child.aio_run()
        _, second = await asyncio.gather(ctx.aio_sleep_for("1ms"), child.aio_run())
        return [first, second]

    async with hatchet.worker("w", workflows=[careful, child], always_replay=True):
        assert await careful.aio_run() == [7, 7]
    assert len(begun) >= 4, "three waits, and each began it anew, however soon it ended"
    assert begun == list(range(1, len(begun) + 1))


async def test_a_task_that_takes_another_way_fails_and_names_the_line(hatchet: Hatchet) -> None:
    ways = iter(["1ms", "2ms"])

    @hatchet.durable_task(execution_timeout=LONG)
    async def careless(input: EmptyModel, ctx: DurableContext) -> None:
        await ctx.aio_sleep_for(next(ways))

    async with hatchet.worker("w", workflows=[careless], always_replay=True):
        with pytest.raises(RunFailed, match=r"another way than before: entry 1 .* at .*test_always_replay\.py:"):
            await careless.aio_run()


async def test_a_task_is_let_go_only_when_all_its_calls_are_made(hatchet: Hatchet) -> None:
    """Of two waits side by side the first is in the log before the second was asked for."""

    @hatchet.durable_task(execution_timeout=LONG)
    async def side_by_side(input: EmptyModel, ctx: DurableContext) -> int:
        async def later() -> None:
            for _ in range(5):
                await asyncio.sleep(0)
            await ctx.aio_sleep_for("1ms")

        winner = await ctx.first(ctx.aio_wait_for_event("never"), later())
        again = await ctx.first(ctx.aio_wait_for_event("never"), ctx.aio_sleep_for("1ms"))
        return winner.index + again.index

    async with hatchet.worker("w", workflows=[side_by_side], always_replay=True):
        results = await asyncio.gather(*(side_by_side.aio_run() for _ in range(10)))
    assert results == [2] * 10


async def test_without_it_the_same_task_passes(hatchet: Hatchet) -> None:
    ways = iter(["1ms", "2ms"])

    @hatchet.durable_task(execution_timeout=LONG)
    async def careless(input: EmptyModel, ctx: DurableContext) -> None:
        await ctx.aio_sleep_for(next(ways))

    async with hatchet.worker("w", workflows=[careless]):
        await careless.aio_run()


def test_sync_tasks_begin_anew_too(hatchet: Hatchet) -> None:
    begun: list[int] = []

    @hatchet.durable_task(execution_timeout=LONG)
    def blocking(input: EmptyModel, ctx: DurableContext) -> int:
        begun.append(ctx.invocation_count)
        ctx.sleep_for("1ms")
        ctx.sleep_for("1ms")
        return len(begun)

    with hatchet.worker("w", workflows=[blocking], always_replay=True):
        assert blocking.run() == 3


@pytest.mark.parametrize(("given", "times"), [(None, 2), (False, 1)])
async def test_a_setting_makes_durable_tasks_of_all_workers_begin_anew(
    monkeypatch: pytest.MonkeyPatch, given: bool | None, times: int
) -> None:
    monkeypatch.setenv("HATCHET_CLIENT_WORKER_ALWAYS_REPLAY", "true")
    begun: list[int] = []
    async with Hatchet(ClientConfig(embedded="memory")) as hatchet:

        @hatchet.durable_task(execution_timeout=LONG)
        async def naps(input: EmptyModel, ctx: DurableContext) -> None:
            begun.append(ctx.invocation_count)
            await ctx.aio_sleep_for("1ms")

        async with hatchet.worker("w", workflows=[naps], always_replay=given):
            await naps.aio_run()
    assert len(begun) == times


def test_what_is_no_yes_or_no_is_refused(hatchet: Hatchet) -> None:
    given: Any = "yes"
    with pytest.raises(Exception, match="always_replay"):
        hatchet.worker("w", always_replay=given)
