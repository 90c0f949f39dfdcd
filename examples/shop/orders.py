"""Orders: a workflow that checks them out, a durable task that waits for the money, and a report each morning."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from pydantic import BaseModel, Field

from examples.shop.client import hatchet
from examples.shop.mails import Mail, send_mail
from hatchet import Context, DurableContext, EmptyModel

PRICES = {"book": 20, "pen": 3}  # EUR


class Order(BaseModel):
    """What a customer wants."""

    number: int
    customer: str
    items: list[str] = Field(min_length=1)


class Bill(BaseModel):
    """What it costs."""

    order: int
    euros: int


checkout = hatchet.workflow("checkout", input_validator=Order)


@checkout.task()
def price(input: Order, ctx: Context) -> int:
    """The price of all items."""
    return sum(PRICES[item] for item in input.items)


@checkout.task(parents=[price])
async def bill(input: Order, ctx: Context) -> Bill:
    """Send the bill, and wait for the money elsewhere."""
    euros = ctx.task_output(price)
    await send_mail.aio_run_no_wait(Mail(to=input.customer, subject=f"Order {input.number}: {euros} EUR"))
    await collect.aio_run_no_wait(input)
    return Bill(order=input.number, euros=euros)


@checkout.on_failure_task()
async def apologize(input: Order, ctx: Context) -> None:
    """Tell the customer that something went wrong."""
    await send_mail.aio_run_no_wait(Mail(to=input.customer, subject=f"Order {input.number} cannot be delivered"))


@hatchet.durable_task(execution_timeout=timedelta(days=60))
async def collect(input: Order, ctx: DurableContext) -> Literal["paid", "given up"]:
    """Wait for the money; remind the customer each week, three times."""
    for reminder in (1, 2, 3):
        paid = ctx.aio_wait_for_event("paid", match={"order": input.number})
        first = await ctx.first(paid, ctx.aio_sleep_for(timedelta(days=7)))
        if first.index == 0:
            return "paid"
        await send_mail.aio_run(Mail(to=input.customer, subject=f"Reminder {reminder} for order {input.number}"))
    return "given up"


@hatchet.task(on_crons=["0 7 * * *"])
async def report(input: EmptyModel, ctx: Context) -> None:
    """Each morning: tell the shopkeeper that all is well."""
    await send_mail.aio_run_no_wait(Mail(to="keeper@example.com", subject="Good morning"))
