"""One attempt that is being executed, as the parts of the executor share it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any

from hatchet._dataclasses import dataclass
from hatchet.context.context import Context
from hatchet.wire.values import Assignment, Outcome

if TYPE_CHECKING:
    from hatchet.context.durable_session import DurableSession

Done = Callable[[Outcome | None], None]


@dataclass(eq=False)
class Execution:
    """One attempt that is being executed."""

    assignment: Assignment
    done: Done
    """Told the outcome, on the executor's loop; None when there is nothing to report."""
    slots: Mapping[str, int] = field(default_factory=dict[str, int])
    """Slots that it takes, by kind."""
    context: Context[Any] | None = None
    task: asyncio.Task[None] | None = None
    in_thread: bool = False
    """Whether sync code of it runs in a thread now, which no cancellation ends."""
    cancelled: bool = False
    suspended: bool = False
    """Whether it is a durable task that goes on elsewhere."""
    session: DurableSession | None = None
    """Of a durable task: the way to its log."""
    cancelled_members: set[str] = field(default_factory=set[str])
    """Of a batch: its runs that were cancelled."""
    fault: BaseException | None = None
    """Of a batch: what is wrong with its first input, where none is valid, so that nothing was called."""

    @property
    def name(self) -> str:
        """The attempt, in words."""
        return f"task {self.assignment.task_name!r} (run {self.assignment.task_run_id})"
