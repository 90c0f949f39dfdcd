"""The state of the engine and what can be done to it. Pure: requests and time in, changed rows and news out.

`Core` holds what all parts share. The transitions live in `lifecycle` (one task), `places` (what it waits for and
occupies), `replays` (ended tasks), `triggering` (new runs), `fleet` (workers) and `catalog` (workflows); none of them
waits, sends or stores.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from hatchet.engine.rules.scheduler import Scheduler
from hatchet.engine.state.changes import Changes, Output, TaskEvent, TaskEventType
from hatchet.engine.state.definitions import Workflow, WorkflowVersion
from hatchet.engine.state.durable import EventLog
from hatchet.engine.state.model import Run, TaskRun
from hatchet.engine.state.settings import EngineSettings
from hatchet.engine.state.timers import Timers


class Archive(Protocol):
    """Where runs are found again that are no longer in memory."""

    def run(self, run_id: str) -> Run | None:
        """The stored run with all of its tasks."""
        ...

    def runs(self, run_ids: Sequence[str]) -> dict[str, Run]:
        """Stored runs by their ids, with all of their tasks."""
        ...

    def run_id_of_task(self, task_id: str) -> str | None:
        """The run that a stored task belongs to."""
        ...

    def child(self, key: str) -> str | None:
        """The run that was spawned under a dedupe key."""
        ...

    def event_log(self, task_id: str) -> EventLog | None:
        """The log of a durable task."""
        ...

    def events(self, key: str, since: float) -> Iterator[tuple[str, str | None]]:
        """Payload and scope of the stored events with a key, the newest first."""
        ...


class Core:
    """Everything the engine knows, and what has changed since the last transaction."""

    def __init__(self, settings: EngineSettings, archive: Archive) -> None:
        self.settings = settings
        self.archive = archive
        self.scheduler: Scheduler = Scheduler()
        self.timers: Timers = Timers()
        self.changes: Changes = Changes()
        self.outputs: list[Output] = []
        self.workflows: dict[str, Workflow] = {}
        self.workflow_ids: dict[str, Workflow] = {}
        self.versions: dict[str, WorkflowVersion] = {}
        self.runs: dict[str, Run] = {}
        self.tasks: dict[str, TaskRun] = {}
        self._finished: OrderedDict[str, None] = OrderedDict()
        self._last_number = 0

    @property
    def last_number(self) -> int:
        """The number that was given last."""
        return self._last_number

    def number(self) -> int:
        """The next insertion number; it orders runs and tasks for good."""
        self._last_number += 1
        return self._last_number

    def count_from(self, last: int) -> None:
        """Continue numbering after what is stored."""
        self._last_number = max(self._last_number, last)

    def find_run(self, run_id: str) -> Run | None:
        """A run by its id, from memory or from the archive."""
        run = self.runs.get(run_id)
        if run is None:
            run = self.archive.run(run_id)
            if run is not None:
                self.adopt(run)
        elif run.id in self._finished:
            self._finished.move_to_end(run.id)
        return run

    def look_at_runs(self, run_ids: Sequence[str]) -> list[Run]:
        """Runs by their ids, to be shown and not changed: what comes from the archive is not kept in memory."""
        stored = self.archive.runs([run_id for run_id in run_ids if run_id not in self.runs])
        found = (self.runs.get(run_id) or stored.get(run_id) for run_id in run_ids)
        return [run for run in found if run is not None]

    def find_task(self, task_id: str) -> TaskRun | None:
        """A task run by its id, from memory or from the archive."""
        task = self.tasks.get(task_id)
        if task is None:
            run_id = self.archive.run_id_of_task(task_id)
            if run_id is not None and self.find_run(run_id) is not None:
                task = self.tasks.get(task_id)
        return task

    def find(self, external_id: str) -> Run | TaskRun | None:
        """What an id from outside stands for; the run when a run and its only task share the id."""
        return self.find_run(external_id) or self.find_task(external_id)

    def adopt(self, run: Run) -> None:
        """Keep a run in memory; finished ones only as long as there is room."""
        self.runs[run.id] = run
        for task in run.tasks.values():
            self.tasks[task.id] = task
        if run.status.final:
            self._finished[run.id] = None

    def park(self, run: Run) -> None:
        """Note that a run has finished and may leave memory some day."""
        self._finished[run.id] = None
        self._finished.move_to_end(run.id)

    def unpark(self, run: Run) -> None:
        """Note that a finished run is active again."""
        self._finished.pop(run.id, None)

    def trim(self) -> None:
        """Let the finished runs go that memory has no room for; call it when everything is stored."""
        while len(self._finished) > self.settings.finished_runs_in_memory:
            run_id, _ = self._finished.popitem(last=False)
            run = self.runs.pop(run_id)
            for task in run.tasks.values():
                del self.tasks[task.id]

    def forget(self, run_ids: Iterable[str]) -> None:
        """Let finished runs go that are no longer stored."""
        for run_id in run_ids:
            self._finished.pop(run_id, None)
            run = self.runs.pop(run_id, None)
            for task in run.tasks.values() if run is not None else ():
                self.tasks.pop(task.id, None)

    def touch(self, task: TaskRun) -> None:
        """Mark a task row as changed."""
        self.changes.tasks[task.id] = task

    def touch_run(self, run: Run) -> None:
        """Mark a run row as changed."""
        self.changes.runs[run.id] = run

    def note(
        self,
        task: TaskRun,
        event: TaskEventType,
        now: float,
        message: str = "",
        error: str = "",
        worker_id: str | None = None,
    ) -> None:
        """Append to the history of a task's current attempt."""
        self.changes.task_events.append(
            TaskEvent(task.id, task.run.id, now, event, task.retry_count, message, error, worker_id)
        )

    def take_outputs(self) -> list[Output]:
        """The news since the last call."""
        outputs, self.outputs = self.outputs, []
        return outputs
