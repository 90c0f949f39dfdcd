"""What starts by itself: on an event, at a time, again and again.

python -m examples.reactions
"""

from __future__ import annotations

import queue
from datetime import datetime, timedelta, timezone

from pydantic import BaseModel

from hatchet import Context, DefaultFilter, Hatchet

hatchet = Hatchet.from_embedded(None)
said: queue.Queue[str] = queue.Queue()


class Payment(BaseModel):
    customer: str
    euros: int


@hatchet.task(
    on_events=["payment:*"],
    default_filters=[DefaultFilter(expression="input.euros >= payload.least", scope="shop", payload={"least": 100})],
)
def thank(input: Payment, ctx: Context) -> None:
    said.put(f"{ctx.triggering_event_key}: thanks for {input.euros}, {input.customer}")


@hatchet.task()
def remind(input: Payment, ctx: Context) -> None:
    said.put(f"{input.customer} still owes {input.euros}")


@hatchet.task(on_crons=["0 8 * * MON"], cron_input=Payment(customer="everybody", euros=0))  # in UTC
def report(input: Payment, ctx: Context) -> str:
    return f"a report for {input.customer}"


def main() -> None:
    with hatchet.worker("cashier", workflows=[thank, remind, report]):
        for euros in (5, 500):  # the small payment starts nothing
            hatchet.event.push("payment:received", {"customer": "Ada", "euros": euros}, scope="shop")
        print(said.get(timeout=30))

        remind.schedule(datetime.now(timezone.utc) + timedelta(seconds=1), Payment(customer="Grace", euros=7))
        print(said.get(timeout=30))

        cron = report.create_cron("evenings", "0 18 * * *", Payment(customer="Alan", euros=0))
        print(f"{cron.name}: {cron.cron}")
        hatchet.cron.delete(cron.metadata.id)
        print(report.run(Payment(customer="me", euros=0)))


if __name__ == "__main__":
    main()
