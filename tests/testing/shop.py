"""An application's module: its own client, its tasks, and a worker that is made where it is loaded."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta

from pydantic import BaseModel

from hatchet import (
    ClientConfig,
    Context,
    DurableContext,
    EmptyModel,
    Hatchet,
    RateLimit,
    RateLimitDuration,
    TTLBasedIdempotencyConfig,
)

hatchet = Hatchet()
other = Hatchet(ClientConfig(namespace="other"))
embedded = Hatchet.from_embedded(None)


class Order(BaseModel):
    """What is ordered."""

    items: int


@hatchet.task()
def price(input: Order, ctx: Context) -> int:
    """What it costs."""
    return input.items * 3


@hatchet.task()
async def bill(input: Order, ctx: Context) -> str:
    """The bill, for which another task knows the price."""
    return f"{await price.aio_run(input)} EUR"


orders = hatchet.workflow("orders", input_validator=Order)


@orders.task()
def pack(input: Order, ctx: Context) -> str:
    """Pack it."""
    return f"{input.items} packed"


@orders.task(parents=[pack])
async def send(input: Order, ctx: Context) -> str:
    """Send it."""
    return f"{ctx.task_output(pack)} and sent"


@hatchet.durable_task(execution_timeout=timedelta(days=400))
async def remind(input: EmptyModel, ctx: DurableContext) -> str:
    """Remind somebody after a month."""
    await ctx.aio_sleep_for(timedelta(days=30))
    return "reminded"


@hatchet.durable_task(execution_timeout=timedelta(days=400))
async def dun(input: EmptyModel, ctx: DurableContext) -> str:
    """Wait for money, for two weeks."""
    first = await ctx.first(ctx.aio_wait_for_event("paid"), ctx.aio_sleep_for(timedelta(days=14)))
    return "paid" if first.index == 0 else "dunned"


@hatchet.task(execution_timeout=timedelta(hours=1))
async def endless(input: EmptyModel, ctx: Context) -> None:
    """It never ends by itself."""
    await asyncio.Event().wait()


attempts: list[float] = []
release = threading.Event()


@hatchet.task(retries=3, backoff_factor=10.0, backoff_max_seconds=1000)
def flaky(input: EmptyModel, ctx: Context) -> str:
    """It succeeds at the fourth attempt."""
    if ctx.attempt_number < 4:
        raise ConnectionError(f"attempt {ctx.attempt_number}")
    return f"attempt {ctx.attempt_number}"


@hatchet.task()
def broken(input: EmptyModel, ctx: Context) -> None:
    """It fails."""
    raise ValueError("nothing was ordered")


@hatchet.task(on_crons=["0 6 * * *"])
async def nightly(input: EmptyModel, ctx: Context) -> None:
    """It runs each day."""


@hatchet.task(rate_limits=[RateLimit(static_key="calls", units=1)], schedule_timeout=timedelta(days=1))
def call(input: EmptyModel, ctx: Context) -> None:
    """It may run once an hour."""


@hatchet.task(idempotency=TTLBasedIdempotencyConfig(key_expression="'once'", ttl=timedelta(hours=1)))
def once(input: EmptyModel, ctx: Context) -> None:
    """It runs once an hour, however often it is started."""


@hatchet.batch_task(batch_max_size=10, batch_max_interval=timedelta(hours=2), schedule_timeout=timedelta(days=1))
def together(inputs: dict[str, int], ctx: Context) -> dict[str, int]:
    """Calls of two hours in one."""
    return {run_id: len(inputs) for run_id in inputs}


@other.task()
def elsewhere(input: EmptyModel, ctx: Context) -> str:
    """A task of another client."""
    return "elsewhere"


@embedded.task()
def within(input: EmptyModel, ctx: Context) -> str:
    """A task of a client with an engine in this process."""
    return "within"


runs = hatchet.runs
events = hatchet.event.with_options(timeout=5)
worker = hatchet.worker("shop", workflows=[price, bill, orders])
HOUR = RateLimitDuration.HOUR
