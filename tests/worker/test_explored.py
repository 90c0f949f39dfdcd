"""Rules of workers and of the engine, under many orders of events each."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from hatchet import (
    ConcurrencyExpression,
    ConcurrencyLimitStrategy,
    Context,
    DurableContext,
    EmptyModel,
    Hatchet,
    IdempotencyCollisionError,
    RunCancelled,
    RunFailed,
    TTLBasedIdempotencyConfig,
)
from hatchet.errors import ClientClosed
from hatchet.testing import explore

LONG = timedelta(hours=1)
RUNS = 15  # of each; HATCHET_EXPLORE_RUNS=1000 looks further, and `make soak` does 200


@explore(runs=RUNS)
async def test_a_durable_wait_ends_once_by_its_event_or_by_its_cancellation() -> None:
    hatchet = Hatchet.from_embedded(None)
    went_on: list[str] = []

    @hatchet.durable_task(execution_timeout=LONG)
    async def waits(input: EmptyModel, ctx: DurableContext) -> str:
        payload = await ctx.aio_wait_for_event("go")
        went_on.append(str(payload["n"]))
        return went_on[-1]

    async with hatchet.worker("w", workflows=[waits]):
        ref = await waits.aio_run_no_wait()
        while not await hatchet.runs.aio_durable_log(ref.workflow_run_id):
            await asyncio.sleep(0.01)
        _, _, result = await asyncio.gather(
            hatchet.event.aio_push("go", {"n": 1}), ref.aio_cancel(), ref.aio_result(), return_exceptions=True
        )
        status = await ref.aio_status()
        ended = ("CANCELLED", RunCancelled) if isinstance(result, RunCancelled) else ("COMPLETED", str)
        assert (status.value, type(result)) == ended
        # A cancelled run's code may have gone on before the cancellation reached it; what it returns is not taken.
        assert went_on == ["1"] * len(went_on)
        assert len(went_on) <= 1


@explore(runs=RUNS)
async def test_events_reach_their_waits_whatever_is_evicted_meanwhile() -> None:
    hatchet = Hatchet.from_embedded(None)

    @hatchet.durable_task(execution_timeout=LONG)
    async def waits(input: EmptyModel, ctx: DurableContext) -> list[int]:
        first, second = await asyncio.gather(ctx.aio_wait_for_event("a"), ctx.aio_wait_for_event("b"))
        await ctx.aio_sleep_for("1s")
        third = await ctx.aio_wait_for_event("c")
        return [first["n"], second["n"], third["n"]]

    async def push_until(done: asyncio.Future[Any]) -> None:
        keys = ["a", "b", "c"]
        while not done.done():
            random.shuffle(keys)
            for key in keys:
                await hatchet.event.aio_push(key, {"n": ord(key)})
            await asyncio.sleep(random.random())

    async with hatchet.worker("w", workflows=[waits], durable_slots=2):
        runs = asyncio.gather(*(waits.aio_run() for _ in range(3)))
        await push_until(runs)
        assert await runs == [[97, 98, 99]] * 3


@explore(runs=RUNS)
async def test_a_task_is_tried_as_often_as_it_says_and_one_after_the_other() -> None:
    hatchet = Hatchet.from_embedded(None)
    tried: list[int] = []
    running: list[str] = []

    @hatchet.task(retries=3, backoff_factor=2.0, backoff_max_seconds=10)
    async def fails(input: EmptyModel, ctx: Context) -> None:
        assert not running
        running.append(ctx.task_run_id)
        tried.append(ctx.retry_count)
        await asyncio.sleep(random.random())
        running.clear()
        raise ValueError("again")

    async with hatchet.worker("one", workflows=[fails]), hatchet.worker("two", workflows=[fails]):
        with pytest.raises(RunFailed):
            await fails.aio_run()
    assert tried == [0, 1, 2, 3]


@explore(runs=RUNS)
async def test_no_more_runs_of_a_group_than_it_allows() -> None:
    hatchet = Hatchet.from_embedded(None)
    running: Counter[str] = Counter()
    done: list[str] = []

    @hatchet.task(
        concurrency=ConcurrencyExpression(
            expression="input.group", max_runs=2, limit_strategy=ConcurrencyLimitStrategy.GROUP_ROUND_ROBIN
        )
    )
    async def limited(input: dict[str, str], ctx: Context) -> None:
        group = input["group"]
        running[group] += 1
        assert running[group] <= 2
        await asyncio.sleep(random.random())
        running[group] -= 1
        done.append(ctx.task_run_id)

    async with hatchet.worker("one", workflows=[limited], slots=4), hatchet.worker("two", workflows=[limited], slots=4):
        await asyncio.gather(*(limited.aio_run({"group": group}) for group in "abab" for _ in range(3)))
    assert len(set(done)) == len(done) == 12


@explore(runs=RUNS)
async def test_the_newest_run_of_a_group_cancels_the_one_before() -> None:
    hatchet = Hatchet.from_embedded(None)
    running: list[str] = []

    @hatchet.task(
        concurrency=ConcurrencyExpression(
            expression="'one'", max_runs=1, limit_strategy=ConcurrencyLimitStrategy.CANCEL_IN_PROGRESS
        )
    )
    async def newest(input: EmptyModel, ctx: Context) -> str:
        await asyncio.sleep(5)
        running.append(ctx.task_run_id)
        return ctx.task_run_id

    async with hatchet.worker("w", workflows=[newest]):
        results = await asyncio.gather(*(newest.aio_run() for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(each, RunCancelled) for each in results) == 3
    assert [each for each in results if isinstance(each, str)] == running


@explore(runs=RUNS)
async def test_a_worker_that_drains_loses_and_doubles_nothing() -> None:
    hatchet = Hatchet.from_embedded(None)
    done: list[str] = []

    @hatchet.task()
    async def work(input: EmptyModel, ctx: Context) -> None:
        await asyncio.sleep(random.random())
        done.append(ctx.task_run_id)

    @hatchet.durable_task(execution_timeout=LONG)
    async def naps(input: EmptyModel, ctx: DurableContext) -> None:
        await asyncio.gather(ctx.aio_sleep_for("2s"), work.aio_run())

    async with hatchet.worker("stays", workflows=[work, naps], slots=2):
        async with hatchet.worker("leaves", workflows=[work, naps], slots=2):
            runs = asyncio.gather(*(work.aio_run() for _ in range(6)), *(naps.aio_run() for _ in range(2)))
            await asyncio.sleep(random.random())
        await runs
    assert len(done) == len(set(done)) == 8


@explore(runs=RUNS)
async def test_children_are_started_once_however_often_their_parent_begins() -> None:
    hatchet = Hatchet.from_embedded(None)
    made: list[str] = []

    @hatchet.task()
    async def child(input: int, ctx: Context) -> int:
        made.append(ctx.workflow_run_id)
        return input

    @hatchet.durable_task(execution_timeout=LONG)
    async def parent(input: EmptyModel, ctx: DurableContext) -> int:
        first = await child.aio_run(1)
        many = await asyncio.gather(*(child.aio_run(number) for number in range(3)), ctx.aio_sleep_for("1s"))
        last = await child.aio_run(7, child_key="last")
        return first + sum(each for each in many if isinstance(each, int)) + last

    async with hatchet.worker("w", workflows=[parent, child]):
        assert [*await asyncio.gather(parent.aio_run(), parent.aio_run())] == [11, 11]
    assert len(made) == len(set(made)) == 10


@explore(runs=RUNS)
async def test_a_worker_runs_no_more_than_its_slots() -> None:
    hatchet = Hatchet.from_embedded(None)
    running = 0

    @hatchet.task()
    async def work(input: EmptyModel, ctx: Context) -> None:
        nonlocal running
        running += 1
        assert running <= 2
        await asyncio.sleep(random.random())
        running -= 1

    async with hatchet.worker("w", workflows=[work], slots=2):
        await work.aio_run_many([work.create_bulk_run_item() for _ in range(8)])


@explore(runs=RUNS)
async def test_a_cancelled_run_ends_cancelled_wherever_it_was() -> None:
    hatchet = Hatchet.from_embedded(None)
    ended: list[str] = []

    @hatchet.task(retries=2)
    async def work(input: EmptyModel, ctx: Context) -> None:
        try:
            await asyncio.sleep(10)
            ended.append("completed")
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise

    async with hatchet.worker("w", workflows=[work], slots=1):
        refs = [await work.aio_run_no_wait() for _ in range(3)]
        await asyncio.sleep(random.random() * 3)
        await asyncio.gather(*(ref.aio_cancel() for ref in refs))
        results = await asyncio.gather(*(ref.aio_result() for ref in refs), return_exceptions=True)
    assert [type(each) for each in results] == [RunCancelled] * 3
    assert "completed" not in ended
    assert len(ended) <= 3


@explore(runs=RUNS)
async def test_tasks_of_a_workflow_begin_when_their_parents_have_ended() -> None:
    hatchet = Hatchet.from_embedded(None)
    order: list[str] = []
    flow = hatchet.workflow("flow")

    async def step(ctx: Context) -> str:
        await asyncio.sleep(random.random())
        order.append(ctx.task_name)
        return ctx.task_name

    @flow.task()
    async def a(input: EmptyModel, ctx: Context) -> str:
        return await step(ctx)

    @flow.task()
    async def b(input: EmptyModel, ctx: Context) -> str:
        return await step(ctx)

    @flow.task(parents=[a, b])
    async def c(input: EmptyModel, ctx: Context) -> str:
        return ctx.task_output(a) + ctx.task_output(b) + await step(ctx)

    @flow.task(parents=[a])
    async def d(input: EmptyModel, ctx: Context) -> str:
        return await step(ctx)

    async with hatchet.worker("w", workflows=[flow]):
        result = await flow.aio_run()
        assert result[c] == "abc"
    assert len(order) == 4
    assert order.index("c") > max(order.index("a"), order.index("b"))
    assert order.index("d") > order.index("a")


@explore(runs=RUNS)
async def test_chunks_of_a_stream_come_in_their_order() -> None:
    hatchet = Hatchet.from_embedded(None)

    @hatchet.task()
    async def speaks(input: EmptyModel, ctx: Context) -> None:
        await asyncio.sleep(1)
        for number in range(5):
            await ctx.aio_put_stream(str(number))

    async with hatchet.worker("w", workflows=[speaks]):
        ref = await speaks.aio_run_no_wait()
        assert [chunk async for chunk in ref.subscribe_to_stream()] == ["0", "1", "2", "3", "4"]


@explore(runs=RUNS)
async def test_a_time_limit_ends_an_attempt_and_the_next_one_has_its_own() -> None:
    hatchet = Hatchet.from_embedded(None)
    begun: list[int] = []

    @hatchet.task(retries=1, execution_timeout=timedelta(seconds=5))
    async def slow(input: EmptyModel, ctx: Context) -> str:
        begun.append(ctx.retry_count)
        await asyncio.sleep(5 if ctx.retry_count == 0 else 3)  # at the very moment of the limit, the first time
        return "in time"

    async with hatchet.worker("w", workflows=[slow]):
        assert await slow.aio_run() == "in time"
    assert begun in ([0], [0, 1])


@explore(runs=RUNS)
async def test_a_worker_that_is_forced_leaves_its_durable_tasks_to_others() -> None:
    hatchet = Hatchet.from_embedded(None)

    @hatchet.durable_task(execution_timeout=LONG)
    async def naps(input: EmptyModel, ctx: DurableContext) -> str:
        await ctx.aio_sleep_for("1s")
        await ctx.aio_sleep_for("1s")
        return "done"

    async with hatchet.worker("stays", workflows=[naps]), hatchet.worker("goes", workflows=[naps]) as goes:
        runs = asyncio.gather(*(naps.aio_run() for _ in range(4)))
        await asyncio.sleep(random.choice([0, 0.5, 1, 1.5]))
        goes.stop(force=True)
        assert await runs == ["done"] * 4


@explore(runs=RUNS)
async def test_a_task_that_is_let_go_misses_no_call_that_it_makes_side_by_side() -> None:
    hatchet = Hatchet.from_embedded(None)

    @hatchet.durable_task(execution_timeout=LONG)
    async def waits(input: EmptyModel, ctx: DurableContext) -> int:
        total = 0
        for _ in range(2):
            winner = await ctx.first(ctx.aio_wait_for_event("never"), ctx.aio_sleep_for("500ms"))
            total += winner.index
        return total

    async with hatchet.worker("stays", workflows=[waits]):
        runs: list[asyncio.Task[int]] = []
        for number in range(3):  # a worker that drains lets go of whatever waits
            async with hatchet.worker(f"leaves-{number}", workflows=[waits]):
                runs += [asyncio.create_task(waits.aio_run()) for _ in range(2)]
                await asyncio.sleep(random.choice([0, 0.5, 1]))  # when it goes on, or at the beginning
        assert await asyncio.gather(*runs) == [2] * 6


@explore(runs=RUNS)
async def test_a_durable_run_is_cancelled_wherever_it_is() -> None:
    hatchet = Hatchet.from_embedded(None)

    @hatchet.task()
    async def child(input: EmptyModel, ctx: Context) -> int:
        await asyncio.sleep(random.random())
        return 1

    @hatchet.durable_task(execution_timeout=LONG)
    async def naps(input: EmptyModel, ctx: DurableContext) -> int:
        await ctx.aio_sleep_for("1s")
        await asyncio.gather(child.aio_run(), ctx.aio_sleep_for("1s"))
        return 5

    async def cancelled(ref: Any) -> None:
        await asyncio.sleep(random.choice([0, 1, 2, random.random() * 2]))
        await ref.aio_cancel()

    async with hatchet.worker("w", workflows=[naps, child]):
        refs = [await naps.aio_run_no_wait() for _ in range(3)]
        await asyncio.gather(*(cancelled(ref) for ref in refs))
        results = await asyncio.gather(*(ref.aio_result() for ref in refs), return_exceptions=True)
        for ref, result in zip(refs, results, strict=True):
            ended = ("CANCELLED", RunCancelled) if isinstance(result, RunCancelled) else ("COMPLETED", int)
            assert ((await ref.aio_status()).value, type(result)) == ended


@explore(runs=RUNS)
async def test_connections_that_are_cut_lose_and_double_nothing() -> None:
    hatchet = Hatchet.from_embedded(None)
    made: list[str] = []

    async def draw() -> int:
        return random.randint(1, 100)

    @hatchet.task()
    async def child(input: int, ctx: Context) -> int:
        made.append(ctx.workflow_run_id)
        await asyncio.sleep(random.random())
        return input

    @hatchet.durable_task(execution_timeout=LONG)
    async def parent(input: EmptyModel, ctx: DurableContext) -> int:
        await ctx.aio_memo(draw)
        first, _, second = await asyncio.gather(
            child.aio_run(1), ctx.aio_sleep_for("1s"), child.aio_run(2, child_key="two")
        )
        winner = await ctx.first(ctx.aio_wait_for_event("never"), ctx.aio_sleep_for("1s"))
        return first + second + winner.index

    async def cut() -> None:
        for _ in range(3):
            await asyncio.sleep(random.choice([0, random.random() * 2]))
            await hatchet.io.run(hatchet.gateway.channel.renew())

    async with hatchet.worker("w", workflows=[parent, child]):
        refs = [await parent.aio_run_no_wait() for _ in range(2)]
        _, *results = await asyncio.gather(cut(), *(ref.aio_result() for ref in refs))
        assert results == [4, 4]
    assert len(set(made)) == 4


@explore(runs=RUNS)
async def test_sync_tasks_wait_for_their_children_in_any_order() -> None:
    hatchet = Hatchet.from_embedded(None)

    @hatchet.task()
    def child(input: int, ctx: Context) -> int:
        time.sleep(random.random())
        return input

    @hatchet.task()
    def parent(input: EmptyModel, ctx: Context) -> int:
        refs = [child.run_no_wait(number) for number in range(3)]
        return sum(ref.result() for ref in refs)

    @hatchet.durable_task(execution_timeout=LONG)
    def patient(input: EmptyModel, ctx: DurableContext) -> int:
        ctx.sleep_for("1s")
        total = sum(child.run(number) for number in range(3))
        ctx.sleep_for("1s")
        return total

    async with hatchet.worker("w", workflows=[child, parent, patient]):
        assert [*await asyncio.gather(parent.aio_run(), patient.aio_run(), patient.aio_run())] == [3, 3, 3]


@explore(runs=RUNS)
async def test_each_member_of_a_batch_gets_its_own_result() -> None:
    hatchet = Hatchet.from_embedded(None)

    @hatchet.batch_task(batch_max_size=3, batch_max_interval=timedelta(seconds=1))
    async def double(inputs: dict[str, int], ctx: Context) -> dict[str, int]:
        assert 1 <= len(inputs) <= 3
        await asyncio.sleep(random.random())
        return {run_id: value * 2 for run_id, value in inputs.items()}

    async with hatchet.worker("w", workflows=[double]):
        assert await asyncio.gather(*(double.aio_run(number) for number in range(7))) == [n * 2 for n in range(7)]


@explore(runs=RUNS)
async def test_a_key_that_is_held_lets_one_run_start() -> None:
    hatchet = Hatchet.from_embedded(None)
    ran: list[str] = []

    @hatchet.task(idempotency=TTLBasedIdempotencyConfig(key_expression="input.key", ttl=timedelta(minutes=1)))
    async def once(input: dict[str, str], ctx: Context) -> None:
        ran.append(input["key"])

    async with hatchet.worker("w", workflows=[once]):
        results = await asyncio.gather(*(once.aio_run({"key": "a"}) for _ in range(4)), return_exceptions=True)
    assert ran == ["a"]
    assert sum(isinstance(each, IdempotencyCollisionError) for each in results) == 3


@explore(runs=RUNS)
async def test_waits_for_results_end_with_their_client() -> None:
    hatchet = Hatchet.from_embedded(None)

    @hatchet.task()
    async def work(input: EmptyModel, ctx: Context) -> int:
        await asyncio.sleep(random.random() * 3)
        return 4

    async with hatchet.worker("w", workflows=[work]):
        runs = asyncio.gather(*(work.aio_run() for _ in range(4)), return_exceptions=True)
        await asyncio.sleep(random.random() * 2)
        await hatchet.aio_close()
        results = await runs
    assert [each for each in results if each != 4 and not isinstance(each, ClientClosed)] == []
