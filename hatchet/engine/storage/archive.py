"""Back from SQLite: what a starting engine needs, and finished runs that left memory."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from hatchet.engine.rules.batches import Batches
from hatchet.engine.rules.catalog import Catalog
from hatchet.engine.rules.core import Core
from hatchet.engine.rules.limits import Limits
from hatchet.engine.rules.places import Places
from hatchet.engine.rules.waiting import Waiting
from hatchet.engine.state.conditions import Match
from hatchet.engine.state.definitions import Comparator, LabelValue, WantedLabel, WorkflowDefinition, WorkflowVersion
from hatchet.engine.state.durable import EventLog, LogEntry
from hatchet.engine.state.model import Run, RuntimeInfo, Status, TaskRun, Worker
from hatchet.engine.state.timers import TimerKind
from hatchet.engine.storage import store_durable, store_limits

DefinitionReader = Callable[[bytes, str], WorkflowDefinition]
"""From a stored registration and the id of its version to what it says; only the wire knows its form."""


class SqliteArchive:
    """Reads runs by id; versions are kept once read, since many runs share one."""

    def __init__(self, db: sqlite3.Connection, define: DefinitionReader) -> None:
        self._db = db
        self._define = define
        self._versions: dict[str, WorkflowVersion] = {}

    def run(self, run_id: str) -> Run | None:
        """The stored run with all of its tasks."""
        return self.runs([run_id]).get(run_id)

    def runs(self, run_ids: Sequence[str]) -> dict[str, Run]:
        """Stored runs by their ids, with all of their tasks."""
        found: dict[str, Run] = {}
        for start in range(0, len(run_ids), _AT_ONCE):
            part = tuple(run_ids[start : start + _AT_ONCE])
            marks = ",".join("?" * len(part))
            found.update((run.id, run) for run in self._runs(f"runs.id IN ({marks})", part))
        return found

    def run_id_of_task(self, task_id: str) -> str | None:
        """The run that a stored task belongs to."""
        return self._text(
            "SELECT runs.id FROM tasks JOIN runs ON runs.seq = tasks.run_seq WHERE tasks.id = ?", (task_id,)
        )

    def child(self, key: str) -> str | None:
        """The run that was spawned under a dedupe key."""
        return self._text("SELECT run_id FROM children WHERE key = ?", (key,))

    def event_log(self, task_id: str) -> EventLog | None:
        """The log of a durable task."""
        return store_durable.log(self._db, task_id)

    def open_entries(self) -> Iterator[LogEntry]:
        """What the durable tasks of unfinished runs wait for."""
        return store_durable.open_entries(self._db)

    def events(self, key: str, since: float) -> Iterator[tuple[str, str | None]]:
        """Payload and scope of the stored events with a key, the newest first."""
        return self._db.execute(store_durable.LATER, (key, since))

    def version(self, version_id: str) -> WorkflowVersion:
        """A stored version of a workflow."""
        version = self._versions.get(version_id)
        if version is None:
            row = self._db.execute(f"{_VERSION} WHERE id = ?", (version_id,)).fetchone()
            version = self._versions[version_id] = self._version(row)
        return version

    def versions_of(self, workflow_id: str) -> list[WorkflowVersion]:
        """All versions of a workflow, newest first."""
        rows = self._db.execute(f"{_VERSION} WHERE workflow_id = ? ORDER BY number DESC", (workflow_id,)).fetchall()
        return [self._version(row) for row in rows]

    def places_of_step(self, step_id: str) -> list[tuple[str, str]]:
        """(version id, task name) of a task definition."""
        rows = self._db.execute("SELECT id FROM versions").fetchall()
        versions = (self.version(row[0]) for row in rows)
        return [
            (version.id, task.name) for version in versions for task in version.definition.tasks if task.id == step_id
        ]

    def open_runs(self) -> list[Run]:
        """The runs that have not finished, oldest first."""
        return self._runs("runs.finished_at IS NULL", ())

    def newest_versions(self) -> list[tuple[WorkflowVersion, float]]:
        """The newest version of each registered workflow and when the workflow was first seen; the oldest first."""
        rows = self._db.execute(
            "SELECT versions.id, workflows.created_at FROM workflows"
            " JOIN versions ON versions.workflow_id = workflows.id"
            " WHERE number = (SELECT max(number) FROM versions v WHERE v.workflow_id = workflows.id)"
            " ORDER BY workflows.created_at"
        ).fetchall()
        return [(self.version(row[0]), row[1]) for row in rows]

    def workers(self) -> list[Worker]:
        """The stored workers."""
        rows = self._db.execute(
            "SELECT id, name, created_at, heartbeat_at, listening_since, paused, details FROM workers"
        ).fetchall()
        return [_worker(row) for row in rows]

    def kept(self, kind: str) -> dict[str, str]:
        """JSON of the things of one kind by id, in the order in which they came."""
        rows = self._db.execute("SELECT id, data FROM kept WHERE kind = ? ORDER BY seq", (kind,)).fetchall()
        return {row[0]: row[1] for row in rows}

    def resume_limits(self, limits: Limits, tasks: Mapping[str, TaskRun]) -> None:
        """Give tasks back what their limits came to, and with it their slots."""
        stored = store_limits.limits_of_tasks(self._db)
        limited = sorted((tasks[task_id] for task_id in stored if task_id in tasks), key=lambda task: task.seq)
        for task in limited:
            task.limits = stored[task.id]
        limits.resume(store_limits.shared_rules(self._db), store_limits.dynamic_limits(self._db), limited)

    def last_number(self) -> int:
        """The highest insertion number in use."""
        row = self._db.execute(
            "SELECT max((SELECT ifnull(max(seq), 0) FROM runs), (SELECT ifnull(max(seq), 0) FROM tasks))"
        ).fetchone()
        return int(row[0])

    def _version(self, row: tuple[str, str, int, float, str, bytes]) -> WorkflowVersion:
        version_id, workflow_id, order, created_at, checksum, source = row
        definition = self._define(source, version_id)
        return WorkflowVersion(version_id, workflow_id, order, created_at, checksum, source, definition)

    def _text(self, statement: str, values: tuple[str, ...]) -> str | None:
        row = self._db.execute(statement, values).fetchone()
        return None if row is None else str(row[0])

    def _runs(self, where: str, values: tuple[str, ...]) -> list[Run]:
        cursor = self._db.cursor()
        cursor.row_factory = sqlite3.Row
        runs: dict[int, Run] = {}
        for row in cursor.execute(f"SELECT * FROM runs WHERE {where} ORDER BY seq", values).fetchall():
            runs[row["seq"]] = _run(row, self.version(row["version_id"]))
        tasks = f"SELECT tasks.* FROM runs JOIN tasks ON tasks.run_seq = runs.seq WHERE {where} ORDER BY tasks.seq"
        for row in cursor.execute(tasks, values):
            run = runs[row["run_seq"]]
            task = _task(row, run)
            run.tasks[task.definition.name] = task
            run.unfinished += not task.status.final
        return [*runs.values()]


def restore(
    core: Core,
    archive: SqliteArchive,
    catalog: Catalog,
    limits: Limits,
    batches: Batches,
    places: Places,
    waiting: Waiting,
    now: float,
    steady: float,
    unconfirmed: Collection[tuple[str, int]] | None,
) -> None:
    """Bring back what was accepted before the engine stopped, in whatever way it stopped.

    Of the attempts with these numbers, all when there are none, it is not known whether their workers have them.
    """
    core.count_from(archive.last_number())
    for version, created_at in archive.newest_versions():
        catalog.add(version, created_at)
    for worker in archive.workers():
        # Nobody can have sent a heartbeat while the engine was away: the worker's time to come back starts now.
        worker.beat = steady if worker.heartbeat_at is not None else None
        core.scheduler.add_worker(worker)
    runs = archive.open_runs()
    for run in runs:
        core.adopt(run)
    archive.resume_limits(limits, core.tasks)
    for run in runs:
        for task in run.tasks.values():
            task.unconfirmed = (
                task.status is Status.RUNNING
                and task.started_at is None
                and task.worker_id in core.scheduler.workers
                and (unconfirmed is None or (task.id, task.retry_count) in unconfirmed)
            )
            _resume(core, batches, places, waiting, task, now, at_start=unconfirmed is None)


def _resume(
    core: Core, batches: Batches, places: Places, waiting: Waiting, task: TaskRun, now: float, *, at_start: bool
) -> None:
    if task.status is Status.QUEUED:
        if task.retry_at is not None:
            core.timers.set(TimerKind.RETRY, task.id, task.retry_at)
            return
        places.put(task, now, since=task.queued_at)
    elif task.status is Status.PENDING:
        waiting.resume(task)
    elif task.status is Status.RUNNING:
        if task.timeout_at is not None and not task.unconfirmed:
            # Its worker may have finished it meanwhile, and needs a moment to come back and say so.
            earliest = now + core.settings.return_within if at_start else now
            core.timers.set(TimerKind.EXECUTION, task.id, max(task.timeout_at, earliest))
        worker = core.scheduler.workers.get(task.worker_id) if task.worker_id is not None else None
        if task.holds_slots and worker is not None:
            if batches.resume(task):
                worker.take(task.definition.slots)
            worker.tasks[task.id] = task
            core.timers.set(TimerKind.WORKER, worker.id, now + core.settings.lost_after_heartbeat)


_AT_ONCE = 500  # ids in one statement
_VERSION = "SELECT id, workflow_id, number, created_at, checksum, source FROM versions"


def _run(row: sqlite3.Row, version: WorkflowVersion) -> Run:
    return Run(
        id=row["id"],
        seq=row["seq"],
        version=version,
        input=row["input"],
        metadata=row["metadata"],
        priority=row["priority"],
        created_at=row["created_at"],
        display_name=row["display_name"],
        parent_id=row["parent_id"],
        parent_task_id=row["parent_task_id"],
        child_index=row["child_index"],
        child_key=row["child_key"],
        desired_worker_id=row["desired_worker_id"],
        desired_labels=_labels(row["desired_labels"]),
        event_id=row["event_id"],
        event_key=row["event_key"],
        filter_id=row["filter_id"],
        filter_payload=row["filter_payload"],
        idempotency_key=row["idempotency_key"],
        status=Status(row["status"]),
        reported=Status(row["reported"]),
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        stored=True,
    )


def _task(row: sqlite3.Row, run: Run) -> TaskRun:
    return TaskRun(
        id=row["id"],
        seq=row["seq"],
        run=run,
        definition=run.version.definition.by_name[row["name"]],
        status=Status(row["status"]),
        priority=row["priority"],
        created_at=row["created_at"],
        retry_count=row["retry_count"],
        own_retries=row["own_retries"],
        internal_retries=row["internal_retries"],
        invocations=row["invocations"],
        worker_id=row["worker_id"],
        holds_slots=bool(row["holds_slots"]),
        queued_at=row["queued_at"],
        schedule_deadline=row["schedule_deadline"],
        retry_at=row["retry_at"],
        assigned_at=row["assigned_at"],
        started_at=row["started_at"],
        timeout_at=row["timeout_at"],
        finished_at=row["finished_at"],
        output=row["output"],
        error=row["error"],
        never_scheduled=bool(row["never_scheduled"]),
        match=Match.load(row["match"]) if row["match"] is not None else None,
        evicted_at=row["evicted_at"],
        stored=True,
    )


def _labels(text: str | None) -> tuple[WantedLabel, ...]:
    if not text:
        return ()
    return tuple(
        WantedLabel(key, value, required, Comparator(comparator), weight)
        for key, value, required, comparator, weight in json.loads(text)
    )


def _worker(row: tuple[str, str, float, float | None, float | None, int, str]) -> Worker:
    worker_id, name, created_at, heartbeat_at, listening_since, paused, details_text = row
    details = json.loads(details_text)
    labels: dict[str, LabelValue] = details["labels"]
    return Worker(
        id=worker_id,
        name=name,
        actions=frozenset(details["actions"]),
        slots=details["slots"],
        created_at=created_at,
        runtime=RuntimeInfo(*details["runtime"]),
        labels=labels,
        paused=bool(paused),
        heartbeat_at=heartbeat_at,
        listening_since=listening_since,
    )
