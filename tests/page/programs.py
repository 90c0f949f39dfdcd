"""Tasks that the tests of the page run."""

from __future__ import annotations

import asyncio
from typing import Any

from pydantic import BaseModel

from hatchet import Context, DurableContext, EmptyModel, Hatchet, Worker

EVIL = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}${x}</pre></textarea></title>"
"""What somebody might write where people read."""


class Item(BaseModel):
    name: str
    amount: int = 1


class Order(BaseModel):
    customer: str
    items: list[Item] = []
    gift: bool = False


class Shop:
    """A workflow of several tasks, and tasks that fail, wait, sleep and remember."""

    def __init__(self, hatchet: Hatchet) -> None:
        self.hatchet = hatchet
        self.flow = flow = hatchet.workflow("order", input_validator=Order, description="takes orders")
        self.release = asyncio.Event()

        @flow.task()
        async def count(input: Order, ctx: Context) -> int:
            await ctx.aio_log(f"counting for {input.customer}")
            return len(input.items)

        @flow.task(parents=[count], retries=1)
        async def pack(input: Order, ctx: Context) -> str:
            if ctx.retry_count == 0 or input.customer == "Nobody":
                raise ValueError(f"no box for {input.customer}")
            return f"packed for {input.customer}"

        @flow.on_failure_task()
        async def sorry(input: Order, ctx: Context) -> None: ...

        @hatchet.task(name="greet")
        async def greet(input: str, ctx: Context) -> str:
            return f"hello {input}"

        @hatchet.task(name="sleeps", execution_timeout="1h")
        async def sleeps(input: EmptyModel, ctx: Context) -> None:
            await asyncio.sleep(3600)

        @hatchet.durable_task(name="asks", execution_timeout="1h")
        async def asks(input: EmptyModel, ctx: DurableContext) -> str:
            said = await greet.aio_run("child")
            await ctx.aio_wait_for_event("answered", label="an answer")
            return said

        self.greet, self.sleeps, self.asks = greet, sleeps, asks

    def worker(self) -> Worker:
        """A worker for all of it."""
        all_of_it: list[Any] = [self.flow, self.greet, self.sleeps, self.asks]
        return self.hatchet.worker("the shop's", workflows=all_of_it, drain_timeout=0.1)
