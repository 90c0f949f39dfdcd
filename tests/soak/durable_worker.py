"""A worker with a durable task of five steps: one line in the file LOG for each effect."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from pydantic import BaseModel

from hatchet import Context, DurableContext, EvictionPolicy, Hatchet

LONG = timedelta(minutes=10)


class Item(BaseModel):
    number: int


def note(what: str) -> None:
    with Path(os.environ["LOG"]).open("a") as file:
        file.write(what + "\n")


def expected(number: int) -> list[int]:
    """What the task of a number gives."""
    return [number + 1, number * 2, number * 3, number + 2]


def main() -> None:
    hatchet = Hatchet()

    @hatchet.task(name="child", retries=10, execution_timeout=LONG, schedule_timeout=LONG)
    async def child(input: Item, ctx: Context) -> int:
        note(f"child {input.number}")
        return input.number * 2

    async def add(number: int, more: int) -> int:
        note(f"memo{more} {number}")
        return number + more

    @hatchet.durable_task(
        name="five-steps",
        retries=10,
        execution_timeout=LONG,
        schedule_timeout=LONG,
        eviction_policy=EvictionPolicy(ttl=timedelta(seconds=1)),
    )
    async def five_steps(input: Item, ctx: DurableContext) -> list[int]:
        number = input.number
        await ctx.aio_sleep_for(timedelta(milliseconds=200 + number * 7 % 800))
        first = await ctx.aio_memo(add, number, 1)
        doubled = await child.aio_run(input)
        event = await ctx.aio_wait_for_event("go", scope=f"item-{number}", lookback_window=timedelta(minutes=10))
        return [first, doubled, event["value"], await ctx.aio_memo(add, number, 2)]

    hatchet.worker("soak", slots=50, durable_slots=300, workflows=[child, five_steps]).start()


if __name__ == "__main__":
    main()
