"""Limits: how many run at once for each customer, and how often an API may be asked.

python -m examples.limits
"""

from __future__ import annotations

import asyncio
import time

from pydantic import BaseModel

from hatchet import (
    ConcurrencyExpression,
    ConcurrencyLimitStrategy,
    Context,
    Hatchet,
    RateLimit,
    RateLimitDuration,
)

hatchet = Hatchet.from_embedded(None)


class Request(BaseModel):
    customer: str


@hatchet.task(
    concurrency=ConcurrencyExpression(
        expression="input.customer",  # a group for each customer; they take turns
        max_runs=2,
        limit_strategy=ConcurrencyLimitStrategy.GROUP_ROUND_ROBIN,
    )
)
async def convert(input: Request, ctx: Context) -> float:
    await asyncio.sleep(0.1)
    return time.monotonic()


@hatchet.task(rate_limits=[RateLimit(static_key="weather-api", units=1)])
async def ask(input: Request, ctx: Context) -> float:
    return time.monotonic()


def main() -> None:
    hatchet.rate_limits.put("weather-api", 3, RateLimitDuration.SECOND)
    with hatchet.worker("limited", slots=50, workflows=[convert, ask]):
        customers = ["Ada"] * 6 + ["Grace"] * 2
        ends = convert.run_many([convert.create_bulk_run_item(Request(customer=each)) for each in customers])
        print(f"conversions took {max(ends) - min(ends) + 0.1:.1f} s: two at a time for each customer")

        moments = ask.run_many([ask.create_bulk_run_item(Request(customer="Ada")) for _ in range(7)])
        print(f"7 questions took {max(moments) - min(moments):.1f} s: three each second")


if __name__ == "__main__":
    main()
