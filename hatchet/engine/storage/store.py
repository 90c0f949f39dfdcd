"""SQLite: the one transaction per turn that makes the engine's changes durable."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

from hatchet.engine.state.changes import Changes, Unstored
from hatchet.engine.state.errors import StorageError, UnstorableError
from hatchet.engine.storage import rows, store_durable, store_limits, store_topics
from hatchet.engine.storage.opening import DATABASE, in_words, open_folder, open_memory
from hatchet.engine.storage.rows import Value

_SHIFTS = (
    "UPDATE runs SET created_at = created_at + :by, started_at = started_at + :by WHERE finished_at IS NULL",
    "UPDATE tasks SET created_at = created_at + :by, queued_at = queued_at + :by,"
    " schedule_deadline = schedule_deadline + :by, retry_at = retry_at + :by, assigned_at = assigned_at + :by,"
    " started_at = started_at + :by, timeout_at = timeout_at + :by,"
    " match = CASE WHEN match IS NULL THEN NULL ELSE json_set(match, '$[0]', json_extract(match, '$[0]') + :by) END"
    " WHERE finished_at IS NULL AND run_seq IN (SELECT seq FROM runs WHERE finished_at IS NULL)",
    "UPDATE log_entries SET match = json_set(match, '$[0]', json_extract(match, '$[0]') + :by)"
    " WHERE satisfied_at IS NULL AND match IS NOT NULL",
    "UPDATE kept SET data = json_set(data, '$.expires', json_extract(data, '$.expires') + :by)"
    " WHERE kind = 'idempotency'",
    "UPDATE kept SET data = json_set(data, '$.last_refill', json_extract(data, '$.last_refill') + :by)"
    " WHERE kind = 'rate_limit'",
)
"""What is counted from a moment: timeouts, backoffs, sleeps, the life of keys, windows. A cron, a scheduled run and a
pause of a rate limit name a time of the wall clock, and stay."""


class Store:
    """The database of one engine; a data folder that is None means a private one that vanishes with the engine."""

    def __init__(self, data: Path | None, synchronous: str = "NORMAL") -> None:
        self.name: str = "memory" if data is None else str(data / DATABASE)
        """The file, for people."""
        self.db: sqlite3.Connection = open_memory() if data is None else open_folder(data, synchronous)

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
        """Write all changes in one transaction, and tell which new runs and tasks can never be stored.

        Raises:
            StorageError: the disk or the database is in trouble; nothing is stored, and it may be repeated.
            UnstorableError: something else can never be stored; nothing is.
        """
        unstored: list[Unstored] = []
        try:
            self._transact(lambda: self._write(changes))
        except StorageError:
            raise
        except Exception:
            # One row must not keep all others from being stored.
            self._transact(lambda: unstored.extend(self._write_apart(changes)))
        missing = {id(row) for each in unstored for row in each.new}
        for row in changes.rows():
            row.stored = id(row) not in missing
        for entry in changes.log_entries.values():
            entry.stored = True
        return unstored

    def withdraw(self, numbers: Collection[int]) -> None:
        """Take back the runs with these insertion numbers, whose senders are refused.

        Raises:
            StorageError: the disk or the database is in trouble.
        """
        runs = [(number,) for number in numbers]

        def write() -> None:
            self._many("DELETE FROM children WHERE run_id IN (SELECT id FROM runs WHERE seq = ?)", runs)
            self._many("DELETE FROM task_events WHERE run_id IN (SELECT id FROM runs WHERE seq = ?)", runs)
            of_tasks = "task_id IN (SELECT id FROM tasks WHERE run_seq = ?)"
            self._many(f"DELETE FROM task_limits WHERE {of_tasks}", runs)
            self._many(f"DELETE FROM log_entries WHERE {of_tasks}", runs)
            self._many(f"DELETE FROM event_logs WHERE {of_tasks}", runs)
            self._many("DELETE FROM log_entries WHERE child_id IN (SELECT id FROM runs WHERE seq = ?)", runs)
            self._many("DELETE FROM tasks WHERE run_seq = ?", runs)
            self._many("DELETE FROM runs WHERE seq = ?", runs)

        self._transact(write)

    def shift(self, seconds: float) -> None:
        """Move along what is counted from a moment, in all that has not ended: the wall clock was set by so much.

        Raises:
            StorageError: the disk or the database is in trouble; nothing is moved.
        """

        def write() -> None:
            for statement in _SHIFTS:
                self.db.execute(statement, {"by": seconds})

        self._transact(write)

    def probe(self) -> None:
        """See whether anything can be stored; raises StorageError when not."""
        self._transact(lambda: self.set_meta("probe", "x" * 64))

    def _transact(self, write: Callable[[], None]) -> None:
        try:
            self.db.execute("BEGIN IMMEDIATE")
            try:
                write()
                self.db.execute("COMMIT")
            except BaseException:
                if self.db.in_transaction:
                    self.db.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            if _in_trouble(error):
                raise StorageError(in_words(error, self.name)) from error
            raise

    def _write(self, changes: Changes) -> None:
        runs = list(changes.runs.values())
        tasks = list(changes.tasks.values())
        if changes.rare:
            self._write_rare(changes)
        if runs:
            self._many(rows.NEW_RUN, [rows.new_run(run) for run in runs if not run.stored])
            self._many(rows.RUN, [rows.changed_run(run) for run in runs if run.stored])
        if tasks:
            self._many(rows.NEW_TASK, [rows.new_task(task) for task in tasks if not task.stored])
            self._many(rows.TASK, [rows.changed_task(task) for task in tasks if task.stored])
        if changes.task_events:
            self._many(
                "INSERT INTO task_events (run_id, task_id, at, type, retry_count, message, error, worker_id)"
                " VALUES (?,?,?,?,?,?,?,?)",
                [
                    (e.run_id, e.task_id, e.at, e.type.value, e.retry_count, e.message, e.error, e.worker_id)
                    for e in changes.task_events
                ],
            )
        if changes.event_logs or changes.log_entries:
            store_durable.write(self.db, changes)
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
                new = tuple(row for row in piece.rows() if not row.stored)
                if not new:
                    raise UnstorableError(f"{name}: {error}") from error
                self.db.execute("ROLLBACK TO piece")
                yield Unstored(name, error, new)
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
            "INSERT OR REPLACE INTO workers VALUES (?,?,?,?,?,?,?)",
            [rows.worker_row(w) for w in changes.workers.values()],
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
        if changes.published or changes.uploaded:
            store_topics.write(self.db, changes)
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


def _in_trouble(error: Exception) -> bool:
    """Whether storing failed for a reason that may pass, and not for what was to be stored."""
    return isinstance(error, (sqlite3.OperationalError, sqlite3.InternalError)) or type(error) is sqlite3.DatabaseError
