"""Hooks: a program's own code at the moments that matter, on the side that starts runs and on the side that executes.

::

    class Timing(Hook):
        async def around_task(self, ctx, input, call_next):
            began = time.perf_counter()
            try:
                return await call_next(input)
            finally:
                print(ctx.task_name, time.perf_counter() - began)

    hatchet = Hatchet(hooks=[Timing()])
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any, Final, Literal

from hatchet._dataclasses import dataclass

if TYPE_CHECKING:
    from hatchet.context.context import Context
    from hatchet.wire.values import Assignment, PushedEvent

logger: Final = logging.getLogger("hatchet")


@dataclass(frozen=True)
class RunRequest:
    """A run that is about to be started; `dataclasses.replace` makes a changed one."""

    workflow_name: str
    """The workflow, with its namespace."""
    input: bytes
    """The input, as JSON."""
    additional_metadata: Mapping[str, object] = field(default_factory=dict[str, object])
    """The run's metadata; trace headers belong here."""
    parent_task_run_id: str | None = None
    """The task run that starts it as a child."""


@dataclass(frozen=True)
class TaskEnd:
    """How an attempt ended."""

    status: Literal["completed", "failed", "cancelled", "evicted"]
    """`cancelled` also when the attempt was taken from this worker."""
    seconds: float
    """From its start to its end."""
    error: BaseException | None = None
    """What the task raised."""


class Hook:
    """Override what you need: a method that is not overridden costs nothing.

    The `around_` methods are middleware: they await `call_next`, and may change what goes in and what comes out. An
    error in one is an error of the call that it surrounds. All other methods return nothing; an error in one is logged
    and changes nothing. The first hook of the list is the outermost.
    """

    async def around_trigger(
        self, runs: Sequence[RunRequest], call_next: Callable[[Sequence[RunRequest]], Awaitable[Sequence[str]]]
    ) -> Sequence[str]:
        """Around the call that starts runs; returns their ids. Runs on the client's own loop: never block here."""
        return await call_next(runs)

    def run_triggered(self, run: RunRequest, run_id: str) -> None:
        """The engine has accepted a run."""

    def event_pushed(self, event: PushedEvent) -> None:
        """The engine has stored an event."""

    def assignment_received(self, assignment: Assignment) -> None:
        """The engine has handed an attempt to this worker. Called on the client's own loop: never block in it."""

    def task_started(self, ctx: Context[Any]) -> None:
        """An attempt begins, in its own context: on the loop of async tasks."""

    async def around_task(
        self, ctx: Context[Any], input: object, call_next: Callable[[object], Awaitable[object]]
    ) -> object:
        """Around the task's function, dependencies included; gives its output.

        Context variables that are set here reach the function, also when it is sync and runs in a thread.
        """
        return await call_next(input)

    def task_ended(self, ctx: Context[Any], end: TaskEnd) -> None:
        """An attempt has ended; its outcome is on the way to the engine."""


class Hooks:
    """A client's hooks, sorted by what they override."""

    def __init__(self, hooks: Sequence[Hook] = ()) -> None:
        self.all: tuple[Hook, ...] = tuple(hooks)
        self.around_trigger: list[Hook] = self._that_override("around_trigger")
        self.run_triggered: list[Hook] = self._that_override("run_triggered")
        self.event_pushed: list[Hook] = self._that_override("event_pushed")
        self.assignment_received: list[Hook] = self._that_override("assignment_received")
        self.task_started: list[Hook] = self._that_override("task_started")
        self.around_task: list[Hook] = self._that_override("around_task")
        self.task_ended: list[Hook] = self._that_override("task_ended")

    def _that_override(self, name: str) -> list[Hook]:
        return [hook for hook in self.all if getattr(type(hook), name) is not getattr(Hook, name)]

    @property
    def on_triggers(self) -> bool:
        """Whether anybody cares about the runs that are started."""
        return bool(self.around_trigger or self.run_triggered)


def tell(hooks: Sequence[Hook], call: Callable[[Hook], None]) -> None:
    """Call a moment of each hook; an error is logged with the hook's name and goes no further."""
    for hook in hooks:
        try:
            call(hook)
        except Exception:  # the hook's own fault, which must not become the task's
            logger.exception("the hook %s failed; the run goes on without it", type(hook).__name__)


async def through_trigger(
    hooks: Sequence[Hook],
    runs: Sequence[RunRequest],
    inner: Callable[[Sequence[RunRequest]], Awaitable[Sequence[str]]],
) -> Sequence[str]:
    """Start runs through the middleware of each hook, the first one outermost."""
    if not hooks:
        return await inner(runs)
    return await hooks[0].around_trigger(runs, lambda changed: through_trigger(hooks[1:], changed, inner))


async def through_task(
    hooks: Sequence[Hook], ctx: Context[Any], input: object, inner: Callable[[object], Awaitable[object]]
) -> object:
    """Execute a task through the middleware of each hook, the first one outermost."""
    if not hooks:
        return await inner(input)
    return await hooks[0].around_task(ctx, input, lambda changed: through_task(hooks[1:], ctx, changed, inner))
