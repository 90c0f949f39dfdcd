"""What a test's report says of its engine: what tasks raised, and what the test has left."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any, Final

from hatchet._dataclasses import dataclass
from hatchet.engine.state.model import Run, Status
from hatchet.hooks import Hook, TaskEnd
from hatchet.wire.tracebacks import traceback_of

if TYPE_CHECKING:
    from hatchet.context.context import Context
    from hatchet.engine.hub import Hub
    from hatchet.testing.line import Line

MOST_SHOWN: Final = 20  # failures, or runs, in a report
MOST_LINES: Final = 40  # of one traceback


class LeftoverWarning(UserWarning):
    """A test has left something that it most likely did not mean to leave."""


@dataclass(frozen=True)
class Leftovers:
    """What a test has left."""

    running: Sequence[str] = field(default_factory=tuple[str, ...])
    """In words: the runs whose code was running when the test ended."""
    unread: Sequence[str] = field(default_factory=tuple[str, ...])
    """In words: the runs that failed, and that nobody has asked about."""
    waiting: Sequence[str] = field(default_factory=tuple[str, ...])
    """In words: the runs that waited: for a worker, a time, an event or a child."""

    def __str__(self) -> str:
        """Everything, a line for each run."""
        groups = (
            ("still running", self.running),
            ("failed, and nobody has asked for the result", self.unread),
            ("still waiting", self.waiting),
        )
        return "\n".join(f"{what}: {each}" for what, runs in groups for each in _shown(runs))


def _shown(runs: Sequence[str]) -> Sequence[str]:
    more = len(runs) - MOST_SHOWN
    return runs if more <= 0 else [*runs[:MOST_SHOWN], f"{more} more"]


def left_by(hub: Hub, working: set[str], line: Line) -> Leftovers:
    """What there is of runs that a test has started itself. Runs on the I/O loop."""
    running: list[str] = []
    unread: list[str] = []
    waiting: list[str] = []
    for run in hub.core.runs.values():
        if run.status is Status.FAILED:
            # A child's failure is its parent's to look at; who reads a list has seen them all.
            if run.parent_id is None and run.id not in line.looked_at and not line.lists_were_read:
                unread.append(_in_words(run))
        elif not run.status.final:
            (running if working.intersection(task.id for task in run.tasks.values()) else waiting).append(
                _in_words(run)
            )
    return Leftovers(running, unread, waiting)


def _in_words(run: Run) -> str:
    error = next((task.error for task in run.tasks.values() if task.error), "")
    first = error.partition("\n")[0]
    return f"{run.workflow_name} ({run.id}{', ' if first else ''}{first})"


class Recorder(Hook):
    """Keeps what tasks raise."""

    def __init__(self) -> None:
        self.failures: deque[str] = deque(maxlen=MOST_SHOWN)

    def task_ended(self, ctx: Context[Any], end: TaskEnd) -> None:
        """Keep it, with the frames of the user's code."""
        if end.status == "failed" and end.error is not None:
            shown = traceback_of(end.error).splitlines()
            if len(shown) > MOST_LINES:
                half = MOST_LINES // 2
                shown = [*shown[:half], "…", *shown[-half:]]
            self.failures.append(
                "\n".join([f"{ctx.workflow_name}, task {ctx.task_name}, attempt {ctx.attempt_number}:", *shown])
            )
