"""What a test sees of runs: where they are, and what has happened in them."""

from __future__ import annotations

import asyncio
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from hatchet._dataclasses import dataclass
from hatchet.definitions.registered import Registered
from hatchet.engine.state.model import Run, Status
from hatchet.errors import HatchetError
from hatchet.runs.ref import RunRef
from hatchet.testing.base import Words
from hatchet.transport.io_loop import blocking

if TYPE_CHECKING:
    from hatchet.engine.hub import Hub

LOOK_EVERY: Final = 0.001  # s of real time between two looks at a run that a test waits for

RunState: TypeAlias = Literal["QUEUED", "RUNNING", "WAITING", "COMPLETED", "FAILED", "CANCELLED"]
"""Where a run is. `WAITING`: it runs, and those of its tasks that do wait for a time, an event or a child."""

ENDS: Final[dict[Status, RunState]] = {
    Status.COMPLETED: "COMPLETED",
    Status.FAILED: "FAILED",
    Status.CANCELLED: "CANCELLED",
}

AnyRun: TypeAlias = RunRef[Any] | str  # Any: of whatever output
"""A run: a reference to it, or its id."""


@dataclass(frozen=True)
class HistoryEvent:
    """One thing that has happened to a task of a run."""

    type: str
    """What: `CREATED`, `QUEUED`, `ASSIGNED`, `STARTED`, `RETRYING`, `TIMED_OUT`, `FINISHED`, …"""
    task: str
    """The name of the task."""
    at: datetime
    """When, by the engine's clock."""
    attempt: int
    """Of which attempt; the first is 1."""
    message: str
    """More of it, in words; often empty."""
    error: str
    """With which error; most often empty."""


class LookingWords(Words):
    """What a test asks its engine about runs."""

    async def aio_wait_for(self, run: AnyRun, state: RunState, *, timeout: float = 10.0) -> None:
        """Wait until a run is in a state.

        Args:
            run: a reference to it, or its id.
            state: `QUEUED`, `RUNNING`, `WAITING`, `COMPLETED`, `FAILED` or `CANCELLED`.
            timeout: real seconds at most.

        Raises:
            HatchetError: it has ended in another state, or is not in this one in time, or there is no such run.
        """
        await self._do(self._wait_for(id_of(run), state, timeout))

    wait_for: Final = blocking(aio_wait_for)

    async def _wait_for(self, run_id: str, state: RunState, timeout: float) -> None:
        self._line.looked_at.add(run_id)
        deadline = asyncio.get_running_loop().time() + timeout
        while (now := self._state(run_id)) != state:
            if now in ("COMPLETED", "FAILED", "CANCELLED"):
                raise HatchetError(f"run {run_id} has ended, {now}; the test waits until it is {state}")
            if asyncio.get_running_loop().time() > deadline:
                raise HatchetError(f"run {run_id} is {now} after {timeout:g} s; the test waits until it is {state}")
            await asyncio.sleep(LOOK_EVERY)

    async def aio_state(self, run: AnyRun) -> RunState:
        """Where a run is now."""
        return await self._do(self._look_up(id_of(run)))

    state: Final = blocking(aio_state)

    async def _look_up(self, run_id: str) -> RunState:
        self._line.looked_at.add(run_id)
        return self._state(run_id)

    def _state(self, run_id: str) -> RunState:
        run = _found(self._hub, run_id)
        if run.status is not Status.RUNNING:
            return ENDS.get(run.status, "QUEUED")
        running = [task for task in run.tasks.values() if task.status is Status.RUNNING]
        waiting = self._stillness.waiting()
        at_work = [task for task in running if not task.is_evicted and task.id not in waiting]
        return "WAITING" if running and not at_work else "RUNNING"

    async def aio_runs(self, workflow: Registered[Any] | None = None) -> list[str]:
        """The ids of the runs that there are, in the order in which they were started.

        Args:
            workflow: only those of a workflow, or of a standalone task.
        """
        return await self._do(self._runs(None if workflow is None else workflow.name))

    runs: Final = blocking(aio_runs)

    async def _runs(self, name: str | None) -> list[str]:
        hub = self._hub
        hub.turns.run()
        rows = hub.store.db.execute(
            "SELECT runs.id FROM runs JOIN workflows ON workflows.id = runs.workflow_id"
            " WHERE ?1 IS NULL OR workflows.name = ?1 ORDER BY runs.seq",
            (name,),
        )
        return [str(run_id) for (run_id,) in rows]

    async def aio_history(self, run: AnyRun) -> list[HistoryEvent]:
        """What has happened in a run so far, in its order.

        ::

            assert [event.type for event in engine.history(ref)][-2:] == ["STARTED", "FINISHED"]
        """
        return await self._do(self._history(id_of(run)))

    history: Final = blocking(aio_history)

    async def _history(self, run_id: str) -> list[HistoryEvent]:
        self._line.looked_at.add(run_id)
        hub = self._hub
        run = _found(hub, run_id)
        hub.turns.run()  # what nobody waits for is stored a moment later
        names = {task.id: task.definition.name for task in run.tasks.values()}
        rows = hub.store.db.execute(
            "SELECT task_id, at, type, retry_count, message, error FROM task_events WHERE run_id = ? ORDER BY at, id",
            (run.id,),
        )
        return [
            HistoryEvent(kind, names[task_id], datetime.fromtimestamp(at, timezone.utc), retries + 1, message, error)
            for task_id, at, kind, retries, message, error in rows
        ]


def _found(hub: Hub, run_id: str) -> Run:
    found = hub.core.find(run_id)
    if found is None:
        raise HatchetError(f"the engine knows no run {run_id}; a run of another client is at `engine.of(client)`")
    return found if isinstance(found, Run) else found.run


def id_of(run: AnyRun) -> str:
    """The id of a run."""
    return run if isinstance(run, str) else run.workflow_run_id
