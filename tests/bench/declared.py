"""One model and one declared task: what every program of this library begins with."""

from __future__ import annotations

from pydantic import BaseModel

from hatchet import Context, Hatchet


class Order(BaseModel):
    """What the task takes."""

    items: int


hatchet = Hatchet()


@hatchet.task()
def bill(input: Order, ctx: Context) -> int:
    """The measured task."""
    return input.items
