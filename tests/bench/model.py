"""One pydantic model: the floor of a program that declares a task."""

from __future__ import annotations

from pydantic import BaseModel


class Order(BaseModel):
    """What a task takes."""

    items: int
