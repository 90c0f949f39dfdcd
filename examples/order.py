"""A workflow with a choice, a wait and a task for failures.

    python -m examples.order

Orders over 100 wait for an approval, which is an event, for two seconds at most; small ones skip it, and an order of
nothing fails.
"""

from __future__ import annotations

from pydantic import BaseModel

from hatchet import Context, Hatchet, ParentCondition, RunFailed, SleepCondition, UserEventCondition, or_

hatchet = Hatchet.from_embedded(None)


class Order(BaseModel):
    customer: str
    prices: list[int]


class Total(BaseModel):
    euros: int


order = hatchet.workflow("order", input_validator=Order)


@order.task()
def add_up(input: Order, ctx: Context) -> Total:
    if not input.prices:
        raise ValueError("nothing was ordered")
    return Total(euros=sum(input.prices))


@order.task(
    parents=[add_up],
    skip_if=[ParentCondition(add_up, "output.euros <= 100")],
    wait_for=[or_(UserEventCondition("order:approved"), SleepCondition("2s"))],
)
def approve(input: Order, ctx: Context) -> str:
    return "approved"


@order.task(parents=[add_up, approve], retries=3, backoff_factor=2)
async def charge(input: Order, ctx: Context) -> str:
    how = "at once" if ctx.was_skipped(approve) else ctx.task_output(approve)
    return f"{input.customer} pays {ctx.task_output(add_up).euros}, {how}"


@order.on_failure_task()
def apologize(input: Order, ctx: Context) -> None:
    for name, error in ctx.task_run_errors.items():
        print(f"{input.customer}: {name} failed: {error.message}")


def main() -> None:
    with hatchet.worker("orders", workflows=[order]):
        small, large = Order(customer="Ada", prices=[20, 30]), Order(customer="Grace", prices=[500])
        print(order.run(small)[charge])
        print(order.run(large)[charge])  # at once with hatchet.event.push("order:approved", {})
        try:
            order.run(Order(customer="Alan", prices=[]))
        except RunFailed as failed:
            print(f"{len(failed.errors)} task failed")


if __name__ == "__main__":
    main()
