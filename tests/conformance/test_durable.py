"""Durable tasks: what they wait for, remember and start, and that they go on where they were."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from hatchet import (
    Context,
    DurableContext,
    EmptyModel,
    EvictionPolicy,
    Hatchet,
    NonRetryableError,
    RunCancelled,
    RunFailed,
    SleepCondition,
    UserEventCondition,
    or_,
)
from hatchet.testing import replay
from hatchet.worker import eviction
from tests.conformance.helpers import eventually

pytestmark = pytest.mark.timeout(120)

LONG = timedelta(minutes=5)
SOON = EvictionPolicy(ttl=timedelta(milliseconds=1))
LIMIT = 60.0  # s that a result may take


class Order(BaseModel):
    id: str
    n: int = 0


def test_sleeps_memos_and_the_time_are_remembered(hatchet: Hatchet, worker: Any) -> None:
    made: list[int] = []

    async def make(number: int) -> int:
        made.append(number)
        return number + 1

    @hatchet.durable_task(execution_timeout=LONG, retries=1)
    async def steps(input: EmptyModel, ctx: DurableContext) -> dict[str, Any]:
        began = await ctx.aio_now()
        slept = await ctx.aio_sleep_for(timedelta(seconds=1), label="a second")
        first = await ctx.aio_memo(make, 1)
        await ctx.aio_sleep_until(began + timedelta(seconds=2))
        now = await ctx.aio_now()
        if ctx.retry_count == 0:
            raise RuntimeError("again, by the same log")
        return {
            "began": began.isoformat(),
            "slept": slept.duration.total_seconds(),
            "made": [first, await ctx.aio_memo(make, 2)],
            "lasted": (now - began).total_seconds(),
            "invocation": ctx.invocation_count,
            "waits": ctx.wait_index,
        }

    with worker(steps):
        result = steps.run()
    assert made == [1, 2]
    assert (result["slept"], result["made"], result["waits"]) == (1.0, [2, 3], 2)
    assert result["invocation"] >= 2
    assert result["lasted"] >= 2
    assert datetime.fromisoformat(result["began"]).utcoffset() == timedelta(0)


def test_a_wait_tells_which_condition_held(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.durable_task(execution_timeout=LONG)
    async def waits(input: EmptyModel, ctx: DurableContext) -> dict[str, Any]:
        sleep = SleepCondition("1s")
        event = UserEventCondition("never")
        either = await ctx.aio_wait_for("either", or_(event, sleep))
        both = await ctx.aio_wait_for(SleepCondition("1s"), SleepCondition("500ms", readable_data_key="short"))
        return {
            "winner": either.winner == sleep,
            "held": [either.held(event), either.held(sleep), both.held("short")],
            "mapping": dict(either),
            "both": sorted(both["CREATE"]),
        }

    with worker(waits):
        result = waits.run()
    assert result == {
        "winner": True,
        "held": [False, True, True],
        "mapping": {"CREATE": {"sleep:1s": [{"sleep_duration": "1s"}]}},
        "both": ["short", "sleep:1s"],
    }


@pytest.mark.parametrize("payload", [{}, {"id": 'a "quoted" one', "n": 3}])
def test_an_event_comes_with_its_payload_even_an_empty_one(
    hatchet: Hatchet, worker: Any, payload: dict[str, object]
) -> None:
    @hatchet.durable_task(execution_timeout=LONG)
    async def waits(input: EmptyModel, ctx: DurableContext) -> dict[str, Any]:
        return {"got": await ctx.aio_wait_for_event("paid", scope=scope, lookback_window=timedelta(minutes=1))}

    scope = f"now-{len(payload)}"
    with worker(waits):
        ref = waits.run_no_wait()
        pushed_until(hatchet, ref, "paid", payload, scope=scope)
        assert ref.result(LIMIT) == {"got": payload}


def pushed_until(hatchet: Hatchet, ref: Any, key: str, payload: dict[str, object], scope: str | None = None) -> None:
    """Push an event until a run has ended: one that comes before the wait is no event for it."""
    deadline = time.monotonic() + LIMIT
    while not ref.details().done and time.monotonic() < deadline:
        hatchet.event.push(key, payload, scope=scope)
        time.sleep(0.5)


def test_events_are_chosen_by_what_they_hold(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.durable_task(execution_timeout=LONG)
    async def waits(input: Order, ctx: DurableContext) -> Order:
        return await ctx.aio_wait_for_event("order", "input.n > 1", match={"id": input.id}, payload_validator=Order)

    wanted = Order(id="""it's "quoted" \\ and\nlong""", n=2)
    with worker(waits):
        ref = waits.run_no_wait(wanted)
        hatchet.event.push("order", {"id": "other", "n": 5})
        hatchet.event.push("order", {"id": wanted.id, "n": 1})
        pushed_until(hatchet, ref, "order", wanted.model_dump())
        assert ref.result(LIMIT) == wanted


def test_scopes_keep_events_apart_and_the_newest_of_before_counts(hatchet: Hatchet, worker: Any, engine: str) -> None:
    @hatchet.durable_task(execution_timeout=LONG)
    async def waits(input: EmptyModel, ctx: DurableContext) -> dict[str, Any]:
        return {"got": await ctx.aio_wait_for_event("told", scope="mine", lookback_window=timedelta(minutes=1))}

    for n, scope in ((1, "mine"), (2, "mine"), (3, "another")):
        pushed = [hatchet.event.push("told", {"n": n}, scope=scope).event_id]
        # Events are stored behind their acknowledgement.
        assert eventually(partial(hatchet.event.list, event_ids=pushed), lambda page: bool(page.rows)).rows
    # The real one means the newest as well, but leaves the choice to a plan of its database.
    expected = [{"n": 2}] if engine == "embedded" else [{"n": 1}, {"n": 2}]
    with worker(waits):
        assert waits.run()["got"] in expected


# -- children


def test_children_go_through_the_log(hatchet: Hatchet, worker: Any) -> None:
    runs: list[int] = []

    @hatchet.task()
    async def double(input: Order, ctx: Context) -> int:
        runs.append(input.n)
        return 2 * input.n

    flow = hatchet.workflow("steps", input_validator=Order)

    @flow.task()
    async def one(input: Order, ctx: Context) -> int:
        return input.n

    @flow.task(parents=[one])
    async def two(input: Order, ctx: Context) -> None:
        return None

    single = hatchet.workflow("single", input_validator=Order)

    @single.task()
    async def only(input: Order, ctx: Context) -> str:
        return input.id

    @hatchet.durable_task(execution_timeout=LONG, retries=1)
    async def parent(input: EmptyModel, ctx: DurableContext) -> dict[str, Any]:
        ref = await double.aio_run_no_wait(Order(id="a", n=1))
        spawned = await ctx.aio_spawn(double, Order(id="b", n=2))
        result = await flow.aio_run(Order(id="c", n=3))
        alone = await single.aio_run(Order(id="d"))
        many = await double.aio_run_many([double.create_bulk_run_item(Order(id="e", n=n)) for n in range(10, 13)])
        keyed = [await double.aio_run(Order(id="f", n=20), child_key="the one") for _ in range(2)]
        late = [await ref.aio_result(), await spawned.aio_result(), await ref.aio_result()]
        if ctx.retry_count == 0:
            raise RuntimeError("again, by the same log")
        return {"late": late, "flow": dict(result), "one": result[one], "two": result[two], "alone": alone[only],
                "many": many, "keyed": keyed}  # fmt: skip

    with worker(double, flow, single, parent):
        result = parent.run()
    assert result == {
        "late": [2, 4, 2],
        "flow": {"one": 3, "two": None},
        "one": 3,
        "two": None,
        "alone": "d",
        "many": [20, 22, 24],
        "keyed": [40, 40],
    }
    assert sorted(runs) == [1, 2, 10, 11, 12, 20]


def test_a_child_that_fails_and_one_that_is_cancelled_are_two_things(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task()
    async def fails(input: EmptyModel, ctx: Context) -> None:
        raise NonRetryableError("no such order")

    @hatchet.task()
    async def waits(input: EmptyModel, ctx: Context) -> None:
        await ctx.aio_cancel()
        await asyncio.sleep(60)

    @hatchet.durable_task(execution_timeout=LONG)
    async def parent(input: EmptyModel, ctx: DurableContext) -> list[str]:
        found: list[str] = []
        for child in (fails, waits):
            try:
                await child.aio_run()
            except RunFailed as error:
                found.append(f"failed: {error.errors[0].type}: {error.errors[0].message}")
            except RunCancelled:
                found.append("cancelled")
        return found

    with worker(fails, waits, parent):
        assert parent.run() == ["failed: NonRetryableError: no such order", "cancelled"]


def test_many_children_are_started_in_parts(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task()
    async def leaf(input: Order, ctx: Context) -> int:
        return input.n

    @hatchet.durable_task(execution_timeout=LONG)
    async def parent(input: EmptyModel, ctx: DurableContext) -> list[int]:
        return await leaf.aio_run_many([leaf.create_bulk_run_item(Order(id="", n=n)) for n in range(230)])

    with worker(leaf, parent):
        assert parent.run() == list(range(230))


# -- side by side


def test_what_runs_side_by_side_replays_alike(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task()
    async def echo(input: Order, ctx: Context) -> str:
        await asyncio.sleep(input.n / 10)
        return input.id

    courses: list[list[str]] = []

    @hatchet.durable_task(execution_timeout=LONG, retries=2)
    async def parent(input: EmptyModel, ctx: DurableContext) -> list[str]:
        course: list[str] = []
        courses.append(course)

        async def strand(name: str, tenths: int) -> None:
            await asyncio.gather(ctx.aio_sleep_for(timedelta(milliseconds=tenths * 100)), ctx.aio_sleep_for("100ms"))
            course.append(await echo.aio_run(Order(id=name, n=3 - tenths % 3)))
            course.append(str(await ctx.aio_memo(str.upper, name)))

        async with asyncio.TaskGroup() as group:
            for name, tenths in (("a", 12), ("b", 7), ("c", 3)):
                group.create_task(strand(name, tenths))
        if ctx.retry_count < 2:
            raise RuntimeError("again, by the same log")
        return course

    with worker(echo, parent):
        result = parent.run()
    assert sorted(result) == ["A", "B", "C", "a", "b", "c"]
    assert courses == [result] * 3


def test_the_first_any_and_all_of_several_waits(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task()
    async def fails(input: EmptyModel, ctx: Context) -> int:
        raise NonRetryableError("no")

    @hatchet.durable_task(execution_timeout=LONG)
    async def parent(input: EmptyModel, ctx: DurableContext) -> dict[str, Any]:
        first = await ctx.first(ctx.aio_sleep_for("60s"), ctx.aio_sleep_for("500ms"))
        any_ = await ctx.any(fails.aio_run(), ctx.aio_memo(str.upper, "x"))
        all_ = await ctx.all(ctx.aio_memo(str.upper, "a"), ctx.aio_memo(str.upper, "b"))
        return {"first": first.index, "any": [any_.index, any_.value], "all": all_}

    with worker(fails, parent):
        assert parent.run() == {"first": 1, "any": [1, "X"], "all": ["A", "B"]}


# -- sync


def test_a_sync_durable_task_has_the_same_calls(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task()
    def child(input: EmptyModel, ctx: Context) -> int:
        return 7

    @hatchet.durable_task(execution_timeout=LONG, retries=1, eviction_policy=SOON)
    def parent(input: EmptyModel, ctx: DurableContext) -> dict[str, Any]:
        began = ctx.now()
        ctx.sleep_for("2s")
        outcome = ctx.wait_for("either", or_(SleepCondition("1s"), UserEventCondition("never")))
        made = ctx.memo(str.upper, "x")
        told = ctx.wait_for_event(
            "told sync", scope="sync", lookback_window=timedelta(minutes=5), payload_validator=Order
        )
        value = child.run()
        if ctx.retry_count == 0:
            raise RuntimeError("again")
        slept = outcome.held("sleep:1s") and began < ctx.now()
        return {"value": value, "made": made, "told": told.id, "slept": slept}

    hatchet.event.push("told sync", {"id": "seven"}, scope="sync")
    with worker(child, parent):
        assert parent.run() == {"value": 7, "made": "X", "told": "seven", "slept": True}


# -- eviction


def test_a_run_that_waits_is_evicted_and_comes_back(
    hatchet: Hatchet, worker: Any, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(eviction, "TICK", 0.2)
    made: list[str] = []
    nap = timedelta(seconds=4 if engine == "env" else 1)

    async def make() -> str:
        made.append("once")
        return "value"

    @hatchet.durable_task(execution_timeout=LONG, eviction_policy=SOON)
    async def waits(input: EmptyModel, ctx: DurableContext) -> dict[str, Any]:
        value = await ctx.aio_memo(make)
        await ctx.aio_sleep_for(nap)
        got = await ctx.aio_wait_for_event("come back")
        return {"value": value, "got": got, "invocation": ctx.invocation_count}

    @hatchet.durable_task(execution_timeout=LONG)
    async def other(input: EmptyModel, ctx: DurableContext) -> str:
        return "there is a slot"

    with worker(waits, other, durable_slots=1):
        ref = waits.run_no_wait()
        eventually(lambda: made, bool)
        assert other.run() == "there is a slot"
        pushed_until(hatchet, ref, "come back", {"n": 1})
        result = ref.result(LIMIT)
    assert made == ["once"]
    assert result["value"] == "value"
    assert result["got"] == {"n": 1}
    assert result["invocation"] >= 2


def test_runs_that_wait_make_room_for_others(hatchet: Hatchet, worker: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eviction, "TICK", 0.2)
    monkeypatch.setattr(eviction, "SETTLED", 0.5)

    @hatchet.durable_task(execution_timeout=LONG, eviction_policy=EvictionPolicy(ttl=None))
    async def waits(input: Order, ctx: DurableContext) -> str:
        if input.n:
            await ctx.aio_wait_for_event("the other has run")
        return input.id

    with worker(waits, durable_slots=1):
        first = waits.run_no_wait(Order(id="first", n=1))
        eventually(first.status, lambda status: status.value == "RUNNING")
        assert waits.run(Order(id="other")) == "other"
        pushed_until(hatchet, first, "the other has run", {})
        assert first.result(LIMIT) == "first"


def test_a_run_that_begins_anew_at_each_wait_goes_the_same_way_and_its_history_is_replayed(
    hatchet: Hatchet, worker: Any, tmp_path: Path
) -> None:
    begun: list[int] = []

    @hatchet.task()
    async def child(input: int, ctx: Context) -> int:
        return input

    @hatchet.durable_task(execution_timeout=LONG)
    async def careful(input: EmptyModel, ctx: DurableContext) -> int:
        begun.append(ctx.invocation_count)
        await ctx.aio_sleep_for("100ms")
        first, second = await asyncio.gather(child.aio_run(1), child.aio_run(2, child_key="two"))
        winner = await ctx.first(ctx.aio_wait_for_event("never"), ctx.aio_sleep_for("100ms"))
        return first + second + winner.index

    with worker(careful, child, always_replay=True, record_histories=tmp_path):
        assert careful.run_no_wait().result(LIMIT) == 4
    assert begun == list(range(1, len(begun) + 1))
    assert len(begun) >= 4
    (history,) = tmp_path.iterdir()
    replayed = replay(history, careful)
    assert (replayed.output, replayed.entries) == (4, 5)


def test_the_time_limit_counts_while_a_run_waits_and_rests_while_it_is_evicted(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.durable_task(name="kept", execution_timeout="3s", eviction_policy=EvictionPolicy(ttl=None))
    async def kept(input: EmptyModel, ctx: DurableContext) -> None:
        await ctx.aio_sleep_for("60s")

    @hatchet.durable_task(name="let-go", execution_timeout="3s", eviction_policy=SOON)
    async def let_go(input: EmptyModel, ctx: DurableContext) -> int:
        await ctx.aio_sleep_for("6s")
        return ctx.invocation_count

    with worker(kept, let_go):
        held, evicted = kept.run_no_wait(), let_go.run_no_wait()
        assert evicted.result(LIMIT) == 2
        with pytest.raises(RunFailed, match=r"(?i)time"):
            held.result(LIMIT)


def test_a_worker_that_ends_hands_on_the_runs_that_wait(hatchet: Hatchet, worker: Any) -> None:
    invocations: list[int] = []

    @hatchet.durable_task(execution_timeout=LONG)
    async def waits(input: EmptyModel, ctx: DurableContext) -> int:
        invocations.append(ctx.invocation_count)
        await ctx.aio_sleep_for("3s")
        return ctx.invocation_count

    with worker(waits):
        ref = waits.run_no_wait()
        eventually(lambda: invocations, bool)
    with worker(waits):
        assert ref.result(LIMIT) >= 2


def test_a_run_that_waits_can_be_cancelled(hatchet: Hatchet, worker: Any) -> None:
    ended: list[str] = []

    @hatchet.durable_task(execution_timeout=LONG)
    async def waits(input: EmptyModel, ctx: DurableContext) -> None:
        try:
            ended.append("waits")
            await ctx.aio_sleep_for("60s")
        finally:
            ended.append("ended")

    with worker(waits):
        ref = waits.run_no_wait()
        eventually(lambda: ended, bool)
        ref.cancel()
        with pytest.raises(RunCancelled):
            ref.result(LIMIT)
        eventually(lambda: ended, lambda seen: seen == ["waits", "ended"])


# -- changed code


def test_another_order_is_an_error_that_shows_both(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.durable_task(execution_timeout=LONG, retries=3)
    async def changed(input: EmptyModel, ctx: DurableContext) -> None:
        await ctx.aio_memo(str.upper, "same")
        if ctx.retry_count == 0:
            await ctx.aio_sleep_for("100ms")
            raise RuntimeError("the code changes now")
        await ctx.aio_wait_for_event("something else")

    with worker(changed), pytest.raises(RunFailed) as failed:
        changed.run()
    text = str(failed.value)
    assert failed.value.errors[0].type == "NonDeterminismError"
    assert "a wait for something else at " in text
    assert "test_durable.py:" in text
    assert "sleep" in text
    assert "aio_patched" in text


def test_the_place_of_a_call_is_named_that_runs_beside_others(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.durable_task(execution_timeout=LONG, retries=1)
    async def changed(input: EmptyModel, ctx: DurableContext) -> None:
        if ctx.retry_count == 0:
            await ctx.aio_sleep_for("100ms")
            raise RuntimeError("the code changes now")
        await asyncio.gather(ctx.aio_memo(str.upper, "beside"), ctx.aio_memo(str.upper, "another"))

    with worker(changed), pytest.raises(RunFailed) as failed:
        changed.run()
    text = str(failed.value)
    assert failed.value.errors[0].type == "NonDeterminismError"
    assert "memo(str.upper) at " in text
    assert "test_durable.py:" in text


def test_or_and_and_are_told_apart(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.durable_task(execution_timeout=LONG, retries=1)
    async def changed(input: EmptyModel, ctx: DurableContext) -> None:
        pair = SleepCondition("100ms"), SleepCondition("200ms")
        if ctx.retry_count == 0:
            await ctx.aio_wait_for("pair", *pair)
            raise RuntimeError("the code changes now")
        await ctx.aio_wait_for("pair", or_(*pair))

    with worker(changed), pytest.raises(RunFailed) as failed:
        changed.run()
    assert failed.value.errors[0].type == "NonDeterminismError"


def test_a_patch_takes_old_runs_the_old_way(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.durable_task(execution_timeout=LONG, retries=1)
    async def patched(input: Order, ctx: DurableContext) -> list[str]:
        if input.n == 0 and ctx.retry_count == 0:  # as it was written at first
            await ctx.aio_sleep_for("100ms")
            raise RuntimeError("the code changes now")
        way = ["new" if await ctx.aio_patched("better") else "old" for _ in range(2)]
        await ctx.aio_sleep_for("100ms" if way[0] == "old" else "200ms")
        if ctx.retry_count == 0:
            raise RuntimeError("again")
        return way

    with worker(patched):
        assert patched.run(Order(id="old")) == ["old", "old"]
        assert patched.run(Order(id="new", n=1)) == ["new", "new"]


def test_a_durable_call_in_a_memo_is_refused(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.durable_task(execution_timeout=LONG)
    async def nested(input: EmptyModel, ctx: DurableContext) -> str:
        async def inner() -> None:
            await ctx.aio_sleep_for("1s")

        try:
            await ctx.aio_memo(inner)
        except Exception as error:
            return str(error)
        return ""

    with worker(nested):
        assert "is the function of a memo" in nested.run()


def test_a_durable_task_has_its_place_in_a_workflow(hatchet: Hatchet, worker: Any) -> None:
    flow = hatchet.workflow("placed", input_validator=Order)
    failed: list[str] = []

    @flow.task()
    async def before(input: Order, ctx: Context) -> int:
        return input.n

    @flow.durable_task(parents=[before], execution_timeout=LONG, eviction_policy=SOON)
    async def durable(input: Order, ctx: DurableContext) -> int:
        await ctx.aio_sleep_for("3s")
        if input.n < 0:
            raise NonRetryableError("negative")
        return ctx.task_output(before) + 1

    @flow.task(parents=[durable])
    async def after(input: Order, ctx: Context) -> int:
        return ctx.task_output(durable) + 1

    @flow.on_failure_task()
    async def on_failure(input: Order, ctx: Context) -> None:
        failed.append(input.id)

    with worker(flow):
        ref = flow.run_no_wait(Order(id="bad", n=-1))
        assert flow.run(Order(id="good", n=1))[after] == 3
        with pytest.raises(RunFailed):
            ref.result(LIMIT)
        eventually(lambda: failed, bool)
    assert failed == ["bad"]
