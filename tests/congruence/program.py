"""A program as data: workflows, and what is done with them, one after the other."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Deed = Literal["return", "fail", "give up", "hold", "overrun"]
"""What an attempt does: `hold` waits until the run is opened, `overrun` until its time is over, `give up` is final."""
Strategy = Literal["GROUP_ROUND_ROBIN", "CANCEL_IN_PROGRESS", "CANCEL_NEWEST"]


class Data(BaseModel):
    """A part of a program."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(Data):
    """A condition on the output of a parent: whether its number is odd."""

    kind: Literal["skip_if", "cancel_if", "wait_for"]
    parent: str


class Step(Data):
    """A task."""

    name: str
    parents: tuple[str, ...] = ()
    deeds: tuple[Deed, ...] = ("return",)
    """By attempt; the last one goes on."""
    retries: int = 0
    rules: tuple[Rule, ...] = ()
    children: int = 0
    """How many runs of the second workflow it starts and waits for."""
    impossible: bool = False
    """Wants a worker that there is not, for a second."""


class Flow(Data):
    """A workflow."""

    steps: tuple[Step, ...]
    alone: bool = False
    """A standalone task, in place of a workflow of one."""
    on_failure: bool = False
    strategy: Strategy | None = None
    max_runs: int = 1
    keyed: Literal["", "ttl", "status"] = ""
    """How long a run holds its idempotency key, which is its input's number without the last digit."""
    heard: bool = False
    """Whether an event starts it."""


class Act(Data):
    """A deed of the user; a run is named by its number in the order of their beginning."""

    kind: Literal["run", "bulk", "push", "cancel", "replay", "replay task", "open"]
    flow: int = 0
    numbers: tuple[int, ...] = ()
    run: int = 0
    step: str = ""


class Program(Data):
    """Workflows, and acts; after each the engine comes to rest, and what it shows is noted."""

    flows: tuple[Flow, ...]
    acts: tuple[Act, ...]
