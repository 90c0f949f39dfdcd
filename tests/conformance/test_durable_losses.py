"""Durable tasks over a connection that breaks, and what users of other clients have reported."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from typing import Any

import pytest
from pydantic import BaseModel

from hatchet import (
    Context,
    DurableContext,
    EmptyModel,
    Hatchet,
    IdempotencyCollisionError,
    NotFound,
    TTLBasedIdempotencyConfig,
)
from tests.conformance.breaks import Breaks
from tests.conformance.helpers import eventually

pytestmark = pytest.mark.timeout(150)

LONG = timedelta(minutes=5)
LIMIT = 100.0  # s that a result may take


class Number(BaseModel):
    n: int


def test_a_wait_outlives_its_connection(hatchet: Hatchet, worker: Any) -> None:
    begun: list[int] = []

    @hatchet.durable_task(execution_timeout=LONG)
    async def waits(input: EmptyModel, ctx: DurableContext) -> dict[str, Any]:
        begun.append(ctx.invocation_count)
        return {"got": await ctx.aio_wait_for_event("after the cut")}

    with Breaks(hatchet) as breaks, worker(waits):
        ref = waits.run_no_wait()
        eventually(lambda: breaks.answers, lambda seen: "wait_for_ack" in seen)
        breaks.now()
        eventually(lambda: breaks.connections, lambda seen: seen == 2)
        time.sleep(1)  # events reach the engine's matches behind their acknowledgement
        hatchet.event.push("after the cut", {"n": 1})
        assert ref.result(LIMIT) == {"got": {"n": 1}}
    assert len(begun) == 1


@pytest.mark.parametrize("kind", ["wait_for_ack", "memo_ack", "trigger_runs_ack"])
def test_a_request_that_was_on_its_way_is_made_once(hatchet: Hatchet, worker: Any, kind: str) -> None:
    started: list[int] = []
    begun: list[int] = []

    @hatchet.task()
    async def child(input: Number, ctx: Context) -> int:
        started.append(input.n)
        return input.n

    @hatchet.durable_task(execution_timeout=LONG)
    async def steps(input: EmptyModel, ctx: DurableContext) -> list[Any]:
        begun.append(ctx.invocation_count)
        found: list[Any] = []
        for n in range(2):
            await ctx.aio_sleep_for("300ms")
            found += [await child.aio_run(Number(n=n)), await ctx.aio_memo(str, n)]
        return found

    with Breaks(hatchet) as breaks, worker(child, steps):
        breaks.loses = lambda message: message.WhichOneof("message") == kind
        assert steps.run_no_wait().result(LIMIT) == [0, "0", 1, "1"]
    assert breaks.connections >= 2
    assert len(begun) == 2
    assert started == [0, 1]


def test_a_child_with_a_key_is_asked_for_again(hatchet: Hatchet, worker: Any) -> None:
    started: list[int] = []
    begun: list[int] = []

    @hatchet.task()
    async def child(input: Number, ctx: Context) -> int:
        started.append(input.n)
        return input.n

    @hatchet.durable_task(execution_timeout=LONG)
    async def steps(input: EmptyModel, ctx: DurableContext) -> int:
        begun.append(ctx.invocation_count)
        return await child.aio_run(Number(n=7), child_key="seven")

    with Breaks(hatchet) as breaks, worker(child, steps):
        breaks.loses = lambda message: message.WhichOneof("message") == "trigger_runs_ack"
        assert steps.run_no_wait().result(LIMIT) == 7
    assert len(begun) == 1
    assert started == [7]


def test_what_came_before_a_cut_holds_nothing_up_after_it(hatchet: Hatchet, worker: Any) -> None:
    begun: list[int] = []

    @hatchet.durable_task(execution_timeout=LONG)
    async def steps(input: EmptyModel, ctx: DurableContext) -> int:
        begun.append(ctx.invocation_count)
        for _ in range(3):
            await ctx.aio_sleep_for("200ms")
        await asyncio.gather(ctx.aio_sleep_for("3s"), ctx.aio_sleep_for("4s"))
        return 1

    with Breaks(hatchet) as breaks, worker(steps):
        ref = steps.run_no_wait()
        eventually(lambda: breaks.answers.count("wait_for_ack"), lambda seen: seen == 5)
        breaks.now()
        began = time.monotonic()
        assert ref.result(LIMIT) == 1
        assert time.monotonic() - began < 40  # an engine gives up a completion that it holds back after a minute
    assert len(begun) == 1


# -- reported by users of other clients


def test_a_held_wait_and_a_spawn_in_one_invocation(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task()
    async def child(input: Number, ctx: Context) -> int:
        return input.n

    @hatchet.durable_task(execution_timeout=LONG, retries=1)
    async def both(input: EmptyModel, ctx: DurableContext) -> list[Any]:
        held = asyncio.create_task(ctx.aio_sleep_for("2s"))
        spawned = [await child.aio_run(Number(n=n)) for n in range(3)]
        await held
        if ctx.retry_count == 0:
            raise RuntimeError("again")
        return spawned

    with worker(child, both):
        assert both.run() == [0, 1, 2]


def test_durable_tasks_of_one_workflow_start_children_at_the_same_time(hatchet: Hatchet, worker: Any) -> None:
    started: list[int] = []
    flow = hatchet.workflow("race")

    @hatchet.task()
    async def child(input: Number, ctx: Context) -> int:
        started.append(input.n)
        return input.n

    async def spawn(first: int) -> list[int]:
        return await asyncio.gather(*(child.aio_run(Number(n=n)) for n in range(first, first + 5)))

    @flow.durable_task(execution_timeout=LONG)
    async def left(input: EmptyModel, ctx: DurableContext) -> list[int]:
        return await spawn(0)

    @flow.durable_task(execution_timeout=LONG)
    async def right(input: EmptyModel, ctx: DurableContext) -> list[int]:
        return await spawn(10)

    with worker(child, flow):
        result = flow.run()
    assert (result[left], result[right]) == ([*range(5)], [*range(10, 15)])
    assert sorted(started) == [*range(5), *range(10, 15)]


def test_a_reset_runs_children_with_a_key_once_more_at_most(hatchet: Hatchet, worker: Any) -> None:
    started: list[str] = []

    @hatchet.task()
    async def child(input: Number, ctx: Context) -> int:
        started.append(ctx.child_key or "")
        return input.n

    @hatchet.durable_task(execution_timeout=LONG)
    async def keyed(input: EmptyModel, ctx: DurableContext) -> list[int]:
        await ctx.aio_sleep_for("100ms")
        return [await child.aio_run(Number(n=n), child_key=f"key-{n}") for n in range(3)]

    with worker(child, keyed):
        ref = keyed.run_no_wait()
        assert ref.result(LIMIT) == [0, 1, 2]
        eventually(lambda: hatchet.runs.get(ref.workflow_run_id).run.status.value, lambda seen: seen == "COMPLETED")
        hatchet.runs.reset_durable_task(ref.workflow_run_id, 3, 1)
        eventually(lambda: len(started), lambda seen: seen > 3, seconds=30)
        time.sleep(2)
    assert started[:3] == ["key-0", "key-1", "key-2"]
    assert max(started.count(f"key-{n}") for n in range(3)) == 2


def test_a_child_that_was_not_started_ends_the_wait(hatchet: Hatchet, worker: Any, engine: str) -> None:
    if engine == "env":
        pytest.skip("the real engine tells nothing of such a child: see docs/durable-tasks.md")

    @hatchet.task(idempotency=TTLBasedIdempotencyConfig(key_expression="'one'", ttl=timedelta(minutes=5)))
    async def only(input: EmptyModel, ctx: Context) -> int:
        return 1

    @hatchet.durable_task(execution_timeout=LONG)
    async def parent(input: EmptyModel, ctx: DurableContext) -> str:
        try:
            await only.aio_run()
        except IdempotencyCollisionError as error:
            return error.existing_run_id
        return "started"

    with worker(only, parent):
        first = only.run_no_wait()
        assert first.result(LIMIT) == 1
        assert parent.run() == first.workflow_run_id


def test_a_child_of_a_workflow_that_nobody_has_is_an_error(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.durable_task(execution_timeout=LONG)
    async def parent(input: EmptyModel, ctx: DurableContext) -> str:
        try:
            await hatchet.stubs.task(name="nobody-has-this").aio_run()
        except NotFound as error:
            return str(error)
        return "started"

    with worker(parent):
        assert "nobody-has-this" in parent.run_no_wait().result(LIMIT)
