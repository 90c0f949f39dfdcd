"""Whatever is done often leaves nothing behind: neither in the engine, nor in the client, nor in a worker.

Counted are all objects of this package's types and all their collections; what grows is named. An engine that keeps
ended runs in memory is told to keep few.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Collection, Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from pydantic import BaseModel

from hatchet import (
    BulkPushEvent,
    ConcurrencyExpression,
    ConcurrencyLimitStrategy,
    Context,
    DurableContext,
    Hatchet,
    RateLimit,
    RunCancelled,
    RunFailed,
    TTLBasedIdempotencyConfig,
)
from hatchet.embedded import Local
from hatchet.engine.hub import Hub

OFTEN = int(os.environ.get("GROWTH_TIMES", "60"))
"""So often is enough to see what stays of each; `make soak` does each a thousand times."""
CHANCE = 25
"""Objects that come and go meanwhile, such as calls under way."""
BOUNDED = {
    "hatchet.engine.state.timers.Timers._heap": 5_000,  # withdrawn deadlines, which are swept when there are as many
    "hatchet.engine.rules.catalog.Catalog._triggered": 10_000,  # which workflows an event's key starts
    "hatchet.wire.recent.Recent._since": 10_000,  # what was started in the last seconds
}
"""What may grow to so much."""
LATER = datetime(2040, 1, 1, tzinfo=timezone.utc)


class In(BaseModel):
    n: int = 0


class World:
    """An engine, a client and a worker, and what can be done with them."""

    def __init__(self, hatchet: Hatchet, hub: Hub) -> None:
        self.hatchet = hatchet
        self.hub = hub
        robin = ConcurrencyExpression("string(input.n)", 1, ConcurrencyLimitStrategy.GROUP_ROUND_ROBIN)
        dynamic = ConcurrencyExpression(
            "string(input.n)", "int(input.n) + 1", ConcurrencyLimitStrategy.GROUP_ROUND_ROBIN
        )
        key = TTLBasedIdempotencyConfig(key_expression="string(input.n)", ttl=timedelta(milliseconds=1))
        # Each key is a limit that users see, and delete.
        rate = RateLimit(dynamic_key="string(int(input.n) % 5)", limit=1000, units=1)

        @hatchet.task(name="plain", on_events=["go"])
        async def plain(input: In, ctx: Context) -> int:
            return input.n

        @hatchet.task(name="limited", concurrency=[robin, dynamic], rate_limits=[rate], idempotency=key)
        async def limited(input: In, ctx: Context) -> None:
            await ctx.aio_log(f"line {input.n}")

        @hatchet.task(name="fails", retries=1)
        async def fails(input: In, ctx: Context) -> None:
            raise ValueError(str(input.n))

        @hatchet.task(name="waits")
        async def waits(input: In, ctx: Context) -> None:
            await asyncio.Event().wait()

        @hatchet.task(name="spawns")
        async def spawns(input: In, ctx: Context) -> int:
            return await plain.aio_run(input)

        @hatchet.task(name="speaks")
        async def speaks(input: In, ctx: Context) -> None:
            await ctx.aio_put_stream(f"chunk {input.n}")

        @hatchet.durable_task(name="durable")
        async def durable(input: In, ctx: DurableContext) -> int:
            await ctx.aio_sleep_for(timedelta(milliseconds=1))
            return await plain.aio_run(input)

        flow = hatchet.workflow("flow", input_validator=In)

        @flow.task()
        async def first(input: In, ctx: Context) -> None: ...

        @flow.task(parents=[first])
        async def second(input: In, ctx: Context) -> None: ...

        self.plain, self.limited, self.fails, self.waits = plain, limited, fails, waits
        self.spawns, self.speaks, self.durable, self.flow = spawns, speaks, durable, flow
        self.workflows: list[Any] = [plain, limited, fails, waits, spawns, speaks, durable, flow]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    hatchet = Hatchet.from_embedded(None)
    local = hatchet.gateway.local
    assert isinstance(local, Local)
    assert local._engine is not None
    assert local._engine._hub is not None
    hub = local._engine._hub
    hub.core.settings = replace(hub.settings, finished_runs_in_memory=5)
    yield World(hatchet, hub)
    hatchet.stop_embedded()


Activity = Callable[[World, int], Awaitable[object]]


async def runs(world: World, n: int) -> None:
    await world.plain.aio_run(In(n=n))


async def references(world: World, n: int) -> None:
    ref = await world.plain.aio_run_no_wait(In(n=n))
    await ref.aio_result()
    await ref.aio_details()


async def failures(world: World, n: int) -> None:
    with contextlib.suppress(RunFailed):
        await world.fails.aio_run(In(n=n))


async def cancellations(world: World, n: int) -> None:
    ref = await world.waits.aio_run_no_wait(In(n=n))
    await ref.aio_cancel()
    with contextlib.suppress(RunCancelled):
        await ref.aio_result()


async def abandoned_waits(world: World, n: int) -> None:
    ref = await world.plain.aio_run_no_wait(In(n=n))
    waiting = asyncio.create_task(ref.aio_result())
    await asyncio.sleep(0)
    waiting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await waiting


async def limits(world: World, n: int) -> None:
    await world.limited.aio_run(In(n=n))


async def children(world: World, n: int) -> None:
    await world.spawns.aio_run(In(n=n))


async def durable_tasks(world: World, n: int) -> None:
    await world.durable.aio_run(In(n=n))


async def dags(world: World, n: int) -> None:
    await world.flow.aio_run(In(n=n))


async def streams(world: World, n: int) -> None:
    ref = await world.speaks.aio_run_no_wait(In(n=n))
    async for _ in world.hatchet.runs.subscribe_to_stream(ref.workflow_run_id):
        break
    await ref.aio_result()


async def event_streams(world: World, n: int) -> None:
    ref = await world.plain.aio_run_no_wait(In(n=n))
    async for _ in ref.stream():
        pass


async def events(world: World, n: int) -> None:
    await world.hatchet.event.aio_bulk_push([BulkPushEvent(key=f"key {n}", payload={"n": n}, scope=f"scope {n}")])


async def crons(world: World, n: int) -> None:
    made = await world.hatchet.cron.aio_create("plain", f"cron {n}", "0 0 1 1 *", {"n": n})
    await world.hatchet.cron.aio_delete(made.metadata.id)


async def scheduled(world: World, n: int) -> None:
    made = await world.plain.aio_schedule(LATER, In(n=n))
    await world.hatchet.scheduled.aio_delete(made.id)


async def scheduled_at_once(world: World, n: int) -> None:
    await world.plain.aio_schedule(datetime.now(timezone.utc), In(n=n))


async def filters(world: World, n: int) -> None:
    made = await world.plain.aio_create_filter("true", f"scope {n}")
    await world.hatchet.filters.aio_delete(made.metadata.id)


async def rate_limits(world: World, n: int) -> None:
    await world.hatchet.rate_limits.aio_put(f"limit {n}", 5)
    await world.hatchet.rate_limits.aio_delete(f"limit {n}")


async def features(world: World, n: int) -> None:
    feature = world.hatchet.runs.with_options(timeout=30)
    await feature.aio_list(limit=1)
    async for _ in world.hatchet.workers.iterate():
        break


async def clients(world: World, n: int) -> None:
    async with Hatchet(world.hatchet.config) as other:
        await other.aio_get_engine_version()


ACTIVITIES: list[Activity] = [
    runs, references, failures, cancellations, abandoned_waits, limits, children, durable_tasks, dags, streams,
    event_streams, events, crons, scheduled, scheduled_at_once, filters, rate_limits, features, clients,
]  # fmt: skip


@pytest.mark.parametrize("activity", ACTIVITIES, ids=lambda activity: activity.__name__)
async def test_what_is_done_often_leaves_nothing_behind(world: World, activity: Activity) -> None:
    async with world.hatchet.worker("w", workflows=world.workflows):
        await many(activity, world, 0, 20)
        before, grown = census(world), dict[str, tuple[int, int]]()
        await many(activity, world, 1000, OFTEN)
        for _ in range(6):  # what ends a moment later, such as the deletion of a key
            grown = {
                name: (before[name], now)
                for name, now in census(world).items()
                if now > max(before[name] + CHANCE, BOUNDED.get(name, 0))
            }
            if not grown:
                break
            await asyncio.sleep(0.5)
        assert grown == {}


async def many(activity: Activity, world: World, first: int, number: int) -> None:
    for start in range(first, first + number, 20):
        await asyncio.gather(*(activity(world, n) for n in range(start, min(start + 20, first + number))))


def census(world: World) -> Counter[str]:
    """How many objects there are of each type of this package, and how large their collections are."""
    gc.collect()
    found: Counter[str] = Counter()
    for each in gc.get_objects():
        kind = type(each)
        if not str(kind.__module__).startswith("hatchet.") and kind is not asyncio.Task:
            continue
        name = f"{kind.__module__}.{kind.__qualname__}"
        found[name] += 1
        for attribute, value in attributes(each):
            if isinstance(value, dict | list | set | deque | tuple) and attribute != "__dict__":
                found[f"{name}.{attribute}"] += len(value)
    return found


def attributes(each: object) -> list[tuple[str, Collection[object]]]:
    names = [*vars(each)] if hasattr(each, "__dict__") else []
    names += [slot for kind in type(each).__mro__ for slot in getattr(kind, "__slots__", ()) if isinstance(slot, str)]
    return [(name, getattr(each, name, ())) for name in names]
