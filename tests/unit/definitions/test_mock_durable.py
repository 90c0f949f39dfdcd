"""Mock runs of durable tasks: time is made up, and waits end as the test says."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any

import pytest
from pydantic import BaseModel

from hatchet import (
    Context,
    DurableContext,
    EmptyModel,
    Hatchet,
    HatchetError,
    InputError,
    MockRecord,
    RunFailed,
    SleepCondition,
    UserEventCondition,
    or_,
)
from tests.unit.offline import offline

pytestmark = pytest.mark.timeout(60)


class Payment(BaseModel):
    order: str
    paid: int = 0


@pytest.fixture
def hatchet() -> Hatchet:
    return offline("test")


def test_sleeps_end_at_once_memos_run_and_the_time_goes_on(hatchet: Hatchet) -> None:
    made: list[int] = []

    async def make(number: int) -> int:
        made.append(number)
        await asyncio.sleep(0)
        return number + 1

    @hatchet.durable_task()
    async def steps(input: EmptyModel, ctx: DurableContext) -> list[Any]:
        began = await ctx.aio_now()
        slept = await ctx.aio_sleep_for("30h")
        await ctx.aio_sleep_until(began + timedelta(days=30))
        twice = [await ctx.aio_memo(make, 1), await ctx.aio_memo(make, 1)]
        return [slept.duration.days, twice, ctx.wait_index, ctx.invocation_count, began.tzinfo is not None]

    record = MockRecord()
    began = time.monotonic()
    assert steps.mock_run(record=record) == [1, [2, 2], 2, 1, True]
    assert time.monotonic() - began < 30
    assert made == [1, 1]
    assert record.slept[0] == timedelta(hours=30)
    assert timedelta(days=29) < record.slept[1] <= timedelta(days=30)


async def test_async_tests_await_durable_tasks(hatchet: Hatchet) -> None:
    @hatchet.durable_task()
    async def naps(input: EmptyModel, ctx: DurableContext) -> int:
        await ctx.aio_sleep_for("1h")
        return 1

    @hatchet.durable_task()
    def sync(input: EmptyModel, ctx: DurableContext) -> int:
        ctx.sleep_for("1h")
        return 2

    assert [await naps.aio_mock_run(), await sync.aio_mock_run(), sync.mock_run()] == [1, 2, 2]


def test_sync_durable_tasks_wait_remember_and_start_children(hatchet: Hatchet) -> None:
    @hatchet.task()
    def child(input: EmptyModel, ctx: Context) -> int:
        raise AssertionError("a mock run calls no other task")

    def double(number: int) -> int:
        return 2 * number

    @hatchet.durable_task()
    def steps(input: EmptyModel, ctx: DurableContext) -> list[Any]:
        ctx.sleep_for("1h")
        paid = ctx.wait_for_event("paid", payload_validator=Payment)
        assert ctx.patched("new")
        assert ctx.now().utcoffset() == timedelta(0)
        return [paid.paid, ctx.memo(double, 4), child.run()]

    assert steps.mock_run(events={"paid": Payment(order="a", paid=3)}, children={child: 7}) == [3, 8, 7]


@pytest.mark.parametrize("payload", [Payment(order="7", paid=5), {"order": "7", "paid": 5}])
def test_an_event_that_the_test_gives_comes_before_any_sleep_ends(hatchet: Hatchet, payload: object) -> None:
    @hatchet.durable_task()
    async def waits(input: EmptyModel, ctx: DurableContext) -> list[Any]:
        sleep, event = SleepCondition("1s"), UserEventCondition("paid")
        either = await ctx.aio_wait_for("either", or_(sleep, event))
        both = await ctx.aio_wait_for("both", sleep, event)
        waits: list[Awaitable[Any]] = [ctx.aio_sleep_for("1s"), ctx.aio_wait_for_event("paid", match={"order": "7"})]
        winner = await ctx.first(*waits)
        return [
            either.held(sleep),
            either.payload(event, Payment).paid,
            len(both.satisfied),
            winner.index,
            winner.value,
        ]

    assert waits.mock_run(events={"paid": payload}) == [False, 5, 2, 1, {"order": "7", "paid": 5}]


def test_where_no_event_comes_sleeps_end_shortest_first(hatchet: Hatchet) -> None:
    @hatchet.durable_task()
    async def waits(input: EmptyModel, ctx: DurableContext) -> list[Any]:
        order: list[str] = []

        async def nap(name: str, *lengths: int) -> None:
            for length in lengths:
                await ctx.aio_sleep_for(timedelta(hours=length), label=name)
                order.append(name)

        either = await ctx.aio_wait_for(or_(UserEventCondition("paid"), SleepCondition("5h"), SleepCondition("1h")))
        await asyncio.gather(nap("ten", 10), nap("threes", 3, 3, 3), nap("four", 4))
        async with asyncio.TaskGroup() as group:
            for name, length in (("b", 2), ("a", 1)):
                group.create_task(nap(name, length))
        winner = await ctx.any(ctx.aio_wait_for_event("paid"), ctx.aio_sleep_for("9h"))
        all_of = await ctx.all(ctx.aio_sleep_for("2h"), ctx.aio_sleep_for("1h"))
        return [list(either["CREATE"]), order, winner.index, [each.duration.seconds for each in all_of]]

    record = MockRecord()
    assert waits.mock_run(record=record) == [
        ["sleep:1h"], ["threes", "four", "threes", "threes", "ten", "a", "b"], 1, [7200, 3600],
    ]  # fmt: skip
    assert record.slept[0] == timedelta(hours=1)


def test_a_function_of_the_condition_gives_an_event_for_each_wait(hatchet: Hatchet) -> None:
    @hatchet.durable_task()
    async def asks(input: EmptyModel, ctx: DurableContext) -> list[Any]:
        got: list[Any] = []
        for number in range(3):
            wait = ctx.aio_wait_for_event("answer", match={"number": number}, scope="s")
            got.append((await ctx.first(wait, ctx.aio_sleep_for("1h"))).value)
        return [each if isinstance(each, dict) else "nothing" for each in got]

    def answer(condition: UserEventCondition) -> dict[str, object] | None:
        assert condition.match is not None
        assert condition.scope == "s"
        return None if condition.match["number"] == 1 else {**condition.match, "yes": True}

    given = {"answer": answer}
    assert asks.mock_run(events=given) == [{"number": 0, "yes": True}, "nothing", {"number": 2, "yes": True}]


def test_a_wait_that_nothing_ends_is_named(hatchet: Hatchet) -> None:
    @hatchet.durable_task()
    async def waits(input: EmptyModel, ctx: DurableContext) -> None:
        await ctx.aio_wait_for_event("paid", match={"order": "7"}, payload_validator=Payment)

    @hatchet.durable_task()
    async def many(input: EmptyModel, ctx: DurableContext) -> None:
        await ctx.all(ctx.aio_wait_for_event("a"), ctx.aio_wait_for_event("b"), ctx.aio_sleep_for("1h"))

    @hatchet.durable_task()
    def sync(input: EmptyModel, ctx: DurableContext) -> None:
        ctx.wait_for_event("paid")

    for task in (waits, sync):
        with pytest.raises(
            HatchetError, match=r"'.*(waits|sync)' waits for paid, and .* mock_run\(…, events=\{'paid': …"
        ):
            task.mock_run()
    with pytest.raises(HatchetError, match="has order='8', and the task waits for '7'"):
        waits.mock_run(events={"paid": Payment(order="8")})
    with pytest.raises(HatchetError, match=r"waits for a, b, and nothing ends that: no event 'a' .*; no event 'b'"):
        many.mock_run()
    with pytest.raises(InputError, match="is no Payment"):
        waits.mock_run(events={"paid": {"order": "7", "paid": "much"}})


def test_what_a_test_gives_may_raise(hatchet: Hatchet) -> None:
    @hatchet.durable_task()
    async def waits(input: EmptyModel, ctx: DurableContext) -> None:
        await ctx.aio_wait_for_event("paid")

    def breaks(condition: UserEventCondition) -> object:
        raise LookupError("the test's own")

    with pytest.raises(LookupError, match="the test's own"):
        waits.mock_run(events={"paid": breaks})


def test_errors_of_memos_and_durable_calls_in_them_are_as_in_a_real_run(hatchet: Hatchet) -> None:
    async def fails() -> int:
        raise ValueError("no value")

    @hatchet.durable_task()
    async def catches(input: EmptyModel, ctx: DurableContext) -> list[str]:
        async def sleeps() -> None:
            await ctx.aio_sleep_for("1h")

        said: list[str] = []
        for function in (fails, sleeps):
            try:
                await ctx.aio_memo(function)
            except (ValueError, HatchetError) as error:
                said.append(str(error))
        await ctx.aio_sleep_for("1h")
        return said

    no_value, inside = catches.mock_run()
    assert no_value == "no value"
    assert "makes a durable call" in inside


def test_children_end_as_the_test_says(hatchet: Hatchet) -> None:
    @hatchet.task()
    def child(input: Payment, ctx: Context) -> int: ...  # type: ignore[empty-body]  # a mock run calls no other task

    @hatchet.durable_task()
    async def parent(input: EmptyModel, ctx: DurableContext) -> list[Any]:
        ref = await child.aio_run_no_wait(Payment(order="b", paid=2))
        many = await child.aio_run_many([child.create_bulk_run_item(Payment(order="a", paid=n)) for n in (1, 3)])
        winner = await ctx.first(ctx.aio_sleep_for("1s"), ref.aio_result())
        spawned = await ctx.aio_spawn(child, Payment(order="c", paid=4))
        return [many, winner.index, winner.value, await spawned.aio_result()]

    def paid(given: Any) -> int:
        return int(given["paid"])

    record = MockRecord()
    assert parent.mock_run(children={child: paid}, record=record) == [[1, 3], 1, 2, 4]
    assert [each.input["order"] for each in record.children] == ["b", "a", "a", "c"]
    with pytest.raises(RunFailed):
        parent.mock_run(children={child: RunFailed("r", [])})


def test_old_runs_take_the_old_way(hatchet: Hatchet) -> None:
    @hatchet.durable_task()
    async def changed(input: EmptyModel, ctx: DurableContext) -> list[bool]:
        found = [await ctx.aio_patched("a"), await ctx.aio_patched("b"), await ctx.aio_patched("b")]
        await ctx.aio_sleep_for("1h")
        return found

    assert changed.mock_run() == [True, True, True]
    assert changed.mock_run(unpatched=["b"]) == [True, False, False]


def test_workflows_have_durable_tasks(hatchet: Hatchet) -> None:
    flow = hatchet.workflow("flow")

    @flow.durable_task()
    async def waits(input: EmptyModel, ctx: DurableContext) -> int:
        await ctx.aio_sleep_for("1h")
        return int((await ctx.aio_wait_for_event("paid"))["paid"])

    @flow.task(parents=[waits])
    def doubles(input: EmptyModel, ctx: Context) -> int:
        return 2 * ctx.task_output(waits)

    assert flow.mock_run(events={"paid": {"paid": 4}})[doubles] == 8
    with pytest.raises(RunFailed, match="waits for paid"):
        flow.mock_run()


def test_what_the_code_does_beside_its_waits_is_no_hindrance(hatchet: Hatchet) -> None:
    @hatchet.durable_task()
    async def busy(input: EmptyModel, ctx: DurableContext) -> str:
        wait = asyncio.create_task(ctx.aio_wait_for_event("never"))
        await asyncio.sleep(0.02)
        try:
            async with asyncio.timeout(30):
                await wait
        except HatchetError:
            await asyncio.sleep(0.02)
        return "went on"

    assert busy.mock_run() == "went on"
