"""SQLite: the schema, and the one transaction per turn that makes the engine's changes durable."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from hatchet.engine.state.changes import Changes, Unstored
from hatchet.engine.state.definitions import WantedLabel
from hatchet.engine.state.errors import EngineStartError, StorageError
from hatchet.engine.state.model import Run, TaskRun, Worker
from hatchet.engine.storage import store_limits

SCHEMA_VERSION = 3

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE workflows (id TEXT PRIMARY KEY, name TEXT NOT NULL, created_at REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE versions (
    id TEXT PRIMARY KEY, workflow_id TEXT NOT NULL, number INTEGER NOT NULL, created_at REAL NOT NULL,
    checksum TEXT NOT NULL, source BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX versions_of ON versions (workflow_id, number);
CREATE TABLE workers (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, created_at REAL NOT NULL, heartbeat_at REAL, listening_since REAL,
    paused INTEGER NOT NULL, details TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE runs (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, workflow_id TEXT NOT NULL, version_id TEXT NOT NULL,
    is_dag INTEGER NOT NULL, display_name TEXT NOT NULL, input TEXT NOT NULL, metadata TEXT NOT NULL,
    priority INTEGER NOT NULL, created_at REAL NOT NULL, parent_id TEXT, parent_task_id TEXT, child_index INTEGER,
    child_key TEXT, desired_worker_id TEXT, desired_labels TEXT, event_id TEXT, event_key TEXT,
    filter_id TEXT, filter_payload TEXT, idempotency_key TEXT,
    status TEXT NOT NULL, reported TEXT NOT NULL, started_at REAL, finished_at REAL
);
CREATE INDEX runs_created ON runs (created_at, workflow_id);
CREATE INDEX runs_open ON runs (seq) WHERE finished_at IS NULL;
CREATE INDEX runs_key ON runs (idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX runs_event ON runs (event_id) WHERE event_id IS NOT NULL;
CREATE INDEX runs_parent ON runs (parent_task_id) WHERE parent_task_id IS NOT NULL;
CREATE TABLE tasks (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, run_seq INTEGER NOT NULL, name TEXT NOT NULL,
    action TEXT NOT NULL, status TEXT NOT NULL, reported TEXT NOT NULL, priority INTEGER NOT NULL,
    created_at REAL NOT NULL, retry_count INTEGER NOT NULL, own_retries INTEGER NOT NULL,
    internal_retries INTEGER NOT NULL, invocations INTEGER NOT NULL, worker_id TEXT, holds_slots INTEGER NOT NULL,
    queued_at REAL, schedule_deadline REAL, retry_at REAL, assigned_at REAL, started_at REAL, timeout_at REAL,
    finished_at REAL, output TEXT, error TEXT, never_scheduled INTEGER NOT NULL, match TEXT
);
CREATE INDEX tasks_of ON tasks (run_seq);
CREATE INDEX tasks_created ON tasks (created_at);
CREATE TABLE children (key TEXT PRIMARY KEY, run_id TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX children_of ON children (run_id);
CREATE TABLE task_events (
    id INTEGER PRIMARY KEY, run_id TEXT NOT NULL, task_id TEXT NOT NULL, at REAL NOT NULL, type TEXT NOT NULL,
    retry_count INTEGER NOT NULL, message TEXT NOT NULL, error TEXT NOT NULL, worker_id TEXT
);
CREATE INDEX task_events_of ON task_events (run_id);
CREATE TABLE logs (
    id INTEGER PRIMARY KEY, task_id TEXT NOT NULL, retry_count INTEGER NOT NULL, created_at REAL NOT NULL,
    message TEXT NOT NULL, level TEXT NOT NULL, metadata TEXT NOT NULL
);
CREATE INDEX logs_of ON logs (task_id);
CREATE TABLE events (
    id TEXT PRIMARY KEY, key TEXT NOT NULL, payload TEXT NOT NULL, metadata TEXT NOT NULL, scope TEXT,
    seen_at REAL NOT NULL, webhook TEXT
) WITHOUT ROWID;
CREATE TABLE kept (
    seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, data TEXT NOT NULL, UNIQUE (kind, id)
);
CREATE INDEX events_seen ON events (seen_at);
"""

_NEW_RUN = "INSERT OR REPLACE INTO runs VALUES (" + ",".join("?" * 25) + ")"
_RUN = "UPDATE runs SET status=?, reported=?, started_at=?, finished_at=? WHERE seq=?"
_NEW_TASK = "INSERT OR REPLACE INTO tasks VALUES (" + ",".join("?" * 26) + ")"
_TASK = (
    "UPDATE tasks SET status=?, reported=?, priority=?, created_at=?, retry_count=?, own_retries=?, internal_retries=?,"
    " invocations=?, worker_id=?, holds_slots=?, queued_at=?, schedule_deadline=?, retry_at=?, assigned_at=?,"
    " started_at=?, timeout_at=?, finished_at=?, output=?, error=?, never_scheduled=?, match=? WHERE seq=?"
)
_PRUNE_STEP = 500

Value = str | int | float | bytes | None


class Store:
    """The database of one engine; a data folder that is None means a private one that vanishes with the engine."""

    def __init__(self, data: Path | None, retained_runs: int) -> None:
        # An empty name gives a private database, kept in memory and moved to a temporary file by SQLite when it grows.
        self.db: sqlite3.Connection = sqlite3.connect(
            "" if data is None else str(data / "engine.db"), isolation_level=None
        )
        self._retained_runs = retained_runs
        if data is None:
            self.db.execute("PRAGMA journal_mode = MEMORY")
        else:
            self.db.execute("PRAGMA journal_mode = WAL")
            self.db.execute("PRAGMA synchronous = NORMAL")
        self.db.execute("PRAGMA cache_size = -4096")
        self.db.execute("PRAGMA temp_store = FILE")
        version = self._number("PRAGMA user_version")
        if version == 0:
            self.db.executescript(
                f"BEGIN; {_SCHEMA} {store_limits.SCHEMA} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;"
            )
        elif version != SCHEMA_VERSION:
            self.db.close()
            raise EngineStartError(
                f"the data folder {data} was written by another version of the engine (layout {version}, this one uses"
                f" {SCHEMA_VERSION}); use another folder, or delete it if its runs are not needed"
            )
        self._events_since_pruning = 0
        self._finished = self._number("SELECT count(*) FROM runs WHERE finished_at IS NOT NULL")

    def close(self) -> None:
        """Close the database; everything committed is in it."""
        self.db.close()

    def once(self, key: str, make: Callable[[], str]) -> str:
        """A value of the engine's own that is made when it is first asked for, and stays."""
        value = self.get_meta(key)
        if value is None:
            value = make()
            self.set_meta(key, value)
        return value

    def get_meta(self, key: str) -> str | None:
        """A value of the engine's own, such as its tenant id."""
        row = self.db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def set_meta(self, key: str, value: str) -> None:
        """Store a value of the engine's own."""
        self.db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def commit(self, changes: Changes) -> list[Unstored]:
        """Write all changes in one transaction, and tell which rows can never be stored.

        Raises:
            StorageError: the disk or the database is in trouble; nothing is stored, and it may be repeated.
        """
        try:
            return self._commit(changes)
        except sqlite3.Error as error:
            raise StorageError(str(error)) from error

    def _commit(self, changes: Changes) -> list[Unstored]:
        unstored: list[Unstored] = []
        try:
            self._transact(changes, lambda: self._write(changes))
        except Exception as error:
            if _in_trouble(error):
                raise
            # One row must not keep all others from being stored, now and in every later turn.
            self._transact(changes, lambda: unstored.extend(self._write_apart(changes)))
        missing = {id(row) for each in unstored for row in each.new}
        for row in changes.rows():
            row.stored = id(row) not in missing
        return unstored

    def _transact(self, changes: Changes, write: Callable[[], None]) -> None:
        self.db.execute("BEGIN IMMEDIATE")
        try:
            write()
            pruned = self._prune(changes.finished_runs)
            self._prune_events(len(changes.pushed))
            self.db.execute("COMMIT")
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self._finished += changes.finished_runs - pruned

    def _write(self, changes: Changes) -> None:
        runs = list(changes.runs.values())
        tasks = list(changes.tasks.values())
        if changes.rare:
            self._write_rare(changes)
        self._many(_NEW_RUN, [_new_run(run) for run in runs if not run.stored])
        self._many(_RUN, [_run(run) for run in runs if run.stored])
        self._many(_NEW_TASK, [_new_task(task) for task in tasks if not task.stored])
        self._many(_TASK, [_task(task) for task in tasks if task.stored])
        self._many(
            "INSERT INTO task_events (run_id, task_id, at, type, retry_count, message, error, worker_id)"
            " VALUES (?,?,?,?,?,?,?,?)",
            [
                (e.run_id, e.task_id, e.at, e.type.value, e.retry_count, e.message, e.error, e.worker_id)
                for e in changes.task_events
            ],
        )
        if changes.limited:
            store_limits.write(self.db, changes)

    def _write_apart(self, changes: Changes) -> Iterator[Unstored]:
        for name, piece in changes.pieces():
            self.db.execute("SAVEPOINT piece")
            try:
                self._write(piece)
            except Exception as error:
                if _in_trouble(error):
                    raise
                self.db.execute("ROLLBACK TO piece")
                yield Unstored(name, error, tuple(row for row in piece.rows() if not row.stored))
            self.db.execute("RELEASE piece")

    def _write_rare(self, changes: Changes) -> None:
        self._many(
            "INSERT OR REPLACE INTO workflows VALUES (?,?,?)",
            [(workflow.id, workflow.name, workflow.created_at) for workflow in changes.workflows.values()],
        )
        self._many(
            "INSERT INTO versions VALUES (?,?,?,?,?,?)",
            [(v.id, v.workflow_id, v.order, v.created_at, v.checksum, v.source) for v in changes.versions],
        )
        self._many("DELETE FROM workflows WHERE id = ?", [(key,) for key in changes.deleted_workflows])
        self._many("DELETE FROM workers WHERE id = ?", [(key,) for key in changes.deleted_workers])
        self._many(
            "INSERT OR REPLACE INTO workers VALUES (?,?,?,?,?,?,?)", [_worker(w) for w in changes.workers.values()]
        )
        self._many("INSERT OR REPLACE INTO children VALUES (?,?)", list(changes.children.items()))
        self._many(
            "INSERT INTO logs (task_id, retry_count, created_at, message, level, metadata) VALUES (?,?,?,?,?,?)",
            [(g.task_id, g.retry_count, g.created_at, g.message, g.level, g.metadata) for g in changes.logs],
        )
        self._many(
            "INSERT INTO events VALUES (?,?,?,?,?,?,?)",
            [(e.id, e.key, e.payload, e.metadata, e.scope, e.seen_at, e.webhook) for e in changes.pushed],
        )

        self._many(
            "INSERT INTO kept (kind, id, data) VALUES (?,?,?)"
            " ON CONFLICT (kind, id) DO UPDATE SET data = excluded.data",
            [(kind, identity, data) for (kind, identity), data in changes.kept.items() if data is not None],
        )
        self._many(
            "DELETE FROM kept WHERE kind = ? AND id = ?", [key for key, data in changes.kept.items() if data is None]
        )

    def _many(self, statement: str, rows: Sequence[tuple[Value, ...]]) -> None:
        if rows:
            self.db.executemany(statement, rows)

    def _prune(self, more: int) -> int:
        """Delete the oldest finished runs beyond what is kept, a few at a time so that no turn takes long."""
        if self._finished + more <= self._retained_runs + _PRUNE_STEP:
            return 0
        old = self.db.execute(
            "SELECT seq, id FROM runs WHERE finished_at IS NOT NULL ORDER BY seq LIMIT ?", (_PRUNE_STEP,)
        ).fetchall()
        numbers = [(row[0],) for row in old]
        ids = [(row[1],) for row in old]
        self.db.executemany("DELETE FROM logs WHERE task_id IN (SELECT id FROM tasks WHERE run_seq = ?)", numbers)
        self.db.executemany("DELETE FROM tasks WHERE run_seq = ?", numbers)
        self.db.executemany("DELETE FROM task_events WHERE run_id = ?", ids)
        self.db.executemany("DELETE FROM children WHERE run_id = ?", ids)
        self.db.executemany("DELETE FROM runs WHERE seq = ?", numbers)
        return len(old)

    def _prune_events(self, more: int) -> None:
        self._events_since_pruning += more
        if self._events_since_pruning < _PRUNE_STEP:
            return
        self._events_since_pruning = 0
        self.db.execute(
            "DELETE FROM events WHERE seen_at < (SELECT seen_at FROM events ORDER BY seen_at DESC LIMIT 1 OFFSET ?)",
            (self._retained_runs,),
        )

    def _number(self, statement: str) -> int:
        return int(self.db.execute(statement).fetchone()[0])


def _in_trouble(error: Exception) -> bool:
    """Whether storing failed for a reason that may pass, and not for what was to be stored."""
    return isinstance(error, (sqlite3.OperationalError, sqlite3.InternalError)) or type(error) is sqlite3.DatabaseError


def _new_run(run: Run) -> tuple[Value, ...]:
    return (
        run.seq,
        run.id,
        run.version.workflow_id,
        run.version.id,
        int(run.is_dag),
        run.display_name,
        run.input,
        run.metadata,
        run.priority,
        run.created_at,
        run.parent_id,
        run.parent_task_id,
        run.child_index,
        run.child_key,
        run.desired_worker_id,
        dump_labels(run.desired_labels),
        run.event_id,
        run.event_key,
        run.filter_id,
        run.filter_payload,
        run.idempotency_key,
        run.status.value,
        run.reported.value,
        run.started_at,
        run.finished_at,
    )


def _run(run: Run) -> tuple[Value, ...]:
    return (run.status.value, run.reported.value, run.started_at, run.finished_at, run.seq)


def _new_task(task: TaskRun) -> tuple[Value, ...]:
    head = (task.seq, task.id, task.run.seq, task.definition.name, task.definition.action)
    return head + _task(task)[:-1]


def _task(task: TaskRun) -> tuple[Value, ...]:
    return (
        task.status.value,
        task.reported.value,
        task.priority,
        task.created_at,
        task.retry_count,
        task.own_retries,
        task.internal_retries,
        task.invocations,
        task.worker_id,
        int(task.holds_slots),
        task.queued_at,
        task.schedule_deadline,
        task.retry_at,
        task.assigned_at,
        task.started_at,
        task.timeout_at,
        task.finished_at,
        task.output,
        task.error,
        int(task.never_scheduled),
        task.match.dump() if task.match is not None else None,
        task.seq,
    )


def _worker(worker: Worker) -> tuple[Value, ...]:
    runtime = worker.runtime
    details = {
        "actions": sorted(worker.actions),
        "slots": worker.slots,
        "labels": worker.labels,
        "runtime": [runtime.sdk_version, runtime.language, runtime.language_version, runtime.os, runtime.extra],
    }
    return (
        worker.id,
        worker.name,
        worker.created_at,
        worker.heartbeat_at,
        worker.listening_since,
        int(worker.paused),
        json.dumps(details),
    )


def dump_labels(labels: tuple[WantedLabel, ...]) -> str | None:
    """The stored form of the labels that a trigger asked for."""
    if not labels:
        return None
    return json.dumps([[w.key, w.value, w.required, w.comparator.value, w.weight] for w in labels])
