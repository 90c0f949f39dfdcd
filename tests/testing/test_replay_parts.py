"""Where a history and the code part, with the exact words; and what of a history belongs to which task."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Annotated, Any

import pytest

from hatchet import Context, Depends, DurableContext, EmptyModel, Hatchet, InputError, NonDeterminismError
from hatchet.errors import HatchetError
from hatchet.testing import History, MemoryEngine, StartWorker, aio_history_of, aio_replay, history_of, replay

Code = Callable[[DurableContext], Awaitable[Any]]
NAP = timedelta(milliseconds=1)


class Shop:
    """A durable task whose code a test changes, and a child."""

    def __init__(self, hatchet: Hatchet) -> None:
        self.hatchet = hatchet
        self.code: Code

        @hatchet.task(name="ship")
        async def ship(input: str, ctx: Context) -> str:
            return f"parcel {input}"

        @hatchet.durable_task(name="order", execution_timeout=timedelta(minutes=1))
        async def order(input: EmptyModel, ctx: DurableContext) -> Any:
            return await self.code(ctx)

        self.ship, self.order = ship, order

    async def recorded(self, worker: StartWorker, code: Code) -> History:
        self.code = code
        async with worker(self.order, self.ship):
            ref = await self.order.aio_run_no_wait()
            await ref.aio_result()
        return await aio_history_of(self.hatchet, ref.workflow_run_id)

    async def parted(self, history: History, code: Code) -> NonDeterminismError:
        self.code = code
        with pytest.raises(NonDeterminismError) as caught:
            await aio_replay(history, self.order, patience=0.1)
        return caught.value


@pytest.fixture
def shop(hatchet: Hatchet) -> Shop:
    return Shop(hatchet)


async def naps(ctx: DurableContext) -> None:
    await ctx.aio_sleep_for(NAP)


async def test_a_child_that_is_asked_for_twice_by_its_key_is_one_entry(shop: Shop, worker: StartWorker) -> None:
    async def twice(ctx: DurableContext) -> list[str]:
        first = await shop.ship.aio_run("1", child_key="one")
        await naps(ctx)
        return [first, await shop.ship.aio_run("1", child_key="one"), await shop.ship.aio_run("2", child_key="two")]

    history = await shop.recorded(worker, twice)
    replayed = await aio_replay(history, shop.order)
    assert (replayed.output, replayed.ended) == (["parcel 1", "parcel 1", "parcel 2"], True)
    assert replayed.entries == len(history.entries) == 3
    assert replayed.task_run_id == history.attempt.task_run_id

    async def too_early(ctx: DurableContext) -> None:
        await shop.ship.aio_run("2", child_key="two")

    parted = await shop.parted(history, too_early)
    assert parted.node == 1


async def test_what_is_beyond_a_run_s_end_has_the_next_place(shop: Shop, worker: StartWorker) -> None:
    async def more(ctx: DurableContext) -> None:
        await naps(ctx)
        await ctx.aio_sleep_for(timedelta(seconds=2))

    parted = await shop.parted(await shop.recorded(worker, naps), more)
    assert parted.node == 2
    assert "\n  the history has: the end of the run\n  the code asks for: sleep(2s)" in str(parted)


async def test_code_that_waits_before_it_has_come_to_all_entries_is_told_for_what(
    shop: Shop, worker: StartWorker
) -> None:
    async def first(ctx: DurableContext) -> None:
        await ctx.first(ctx.aio_wait_for_event("never"), naps(ctx))
        await naps(ctx)

    history = await shop.recorded(worker, first)

    async def waits_for_it(ctx: DurableContext) -> None:
        await asyncio.gather(ctx.aio_wait_for_event("never"), naps(ctx))
        await naps(ctx)

    async def waits_beside(ctx: DurableContext) -> None:
        await asyncio.Event().wait()

    for code, node, words in (
        (waits_for_it, 3, "  the code waits for never"),
        (waits_beside, 1, "  the code waits for something beside its log"),
    ):
        parted = await shop.parted(history, code)
        assert parted.node == node
        assert words in str(parted).split("\n"), str(parted)


async def test_code_that_fails_before_its_end_is_told_its_error(shop: Shop, worker: StartWorker) -> None:
    async def fails(ctx: DurableContext) -> None:
        raise ValueError("today")

    parted = await shop.parted(await shop.recorded(worker, naps), fails)
    assert "\n  the history has: sleep(1ms)\n  the code has raised ValueError('today')" in str(parted)


class Out(BaseException):
    """What is no error of a task."""


async def test_what_is_no_error_of_a_task_ends_the_replay(shop: Shop, worker: StartWorker) -> None:
    async def leaves(ctx: DurableContext) -> None:
        raise Out

    history = await shop.recorded(worker, naps)
    shop.code = leaves
    with pytest.raises(Out):
        await aio_replay(history, shop.order)


async def test_code_that_waits_beside_its_log_after_all_entries_is_given_up(shop: Shop, worker: StartWorker) -> None:
    async def stuck(ctx: DurableContext) -> None:
        await naps(ctx)
        await asyncio.Event().wait()

    history = await shop.recorded(worker, naps)
    shop.code = stuck
    with pytest.raises(HatchetError) as caught:
        await aio_replay(history, shop.order, patience=0.1)
    assert str(caught.value) == (
        f"the replay of 'order', run {history.attempt.task_run_id} has asked its log for nothing for 0.1 s, "
        "and has not ended; raise patience where the code takes so long beside its durable calls"
    )


async def test_a_history_is_of_the_durable_task_of_its_name_in_the_workflow_of_its_name(
    shop: Shop, worker: StartWorker, engine: MemoryEngine
) -> None:
    history = await shop.recorded(worker, naps)
    other = engine.client()

    @other.durable_task(name="orders")
    async def another_name(input: EmptyModel, ctx: DurableContext) -> None: ...

    @other.task(name="order")
    async def not_durable(input: EmptyModel, ctx: Context) -> None: ...

    flow = other.workflow(name="flow")

    @flow.durable_task(name="order")
    async def another_workflow(input: EmptyModel, ctx: DurableContext) -> None: ...

    same = other.workflow(name="order")

    @same.durable_task(name="first")
    async def another_task(input: EmptyModel, ctx: DurableContext) -> None: ...

    said = "the history is of the durable task 'order' of workflow 'order', and there is none among "
    for workflows, known in (
        ((), "none"),
        ((another_name, not_durable), "orders, order"),
        ((flow,), "flow"),
        ((same,), "order"),
    ):
        with pytest.raises(InputError) as caught:
            await aio_replay(history, *workflows)
        assert str(caught.value) == said + known
    shop.code = naps
    assert (await aio_replay(history, another_name, not_durable, flow, same, shop.order)).ended


def test_a_blocking_replay_is_told_all_that_an_awaited_one_is(shop: Shop, worker: StartWorker) -> None:
    def given() -> str:
        return "its own"

    @shop.hatchet.durable_task(name="sees", execution_timeout=timedelta(minutes=1))
    async def sees(input: EmptyModel, ctx: DurableContext, who: Annotated[str, Depends(given)]) -> str:
        return f"{ctx.lifespan}, {who}"

    with worker(sees, shop.order):
        first = sees.run_no_wait()
        assert first.result() == "None, its own"
        shop.code = naps
        order = shop.order.run_no_wait()
        order.result()
        history = history_of(shop.hatchet, order.workflow_run_id)
        seen = history_of(shop.hatchet, first.workflow_run_id)
    assert replay(seen, shop.order, sees).output == "None, its own"
    assert replay(seen, sees, lifespan="a pool", dependencies={"who": "ours"}).output == "a pool, ours"

    async def stuck(ctx: DurableContext) -> None:
        await naps(ctx)
        await asyncio.Event().wait()

    shop.code = stuck
    with pytest.raises(HatchetError, match=r"asked its log for nothing for 0\.1 s"):
        replay(history, shop.order, patience=0.1)
