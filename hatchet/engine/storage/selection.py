"""Filters over stored runs and task runs, as the list, cancel and replay requests give them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import TypeVar

from hatchet._dataclasses import dataclass
from hatchet.engine.state.errors import invalid
from hatchet.engine.storage.where import Where

MAX_CANCEL = 20_000
MAX_REPLAY = 1_000
MAX_VALUES = 500
"""Most values that one thing is chosen by: SQLite takes no more than a thousand conditions."""
MAX_TOTAL = 20_000
"""Totals are counted up to here."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Part:
    """How much of a list is wanted."""

    limit: int = 50
    offset: int = 0

    def of(self, rows: Sequence[T]) -> Sequence[T]:
        """That much of it."""
        return rows[self.offset : self.offset + self.limit]


WHOLE = Part(-1)
"""All of a list that SQLite gives."""


def with_evicted(statuses: Sequence[str]) -> tuple[str, ...]:
    """Reported statuses, where one who asks for running runs means the evicted ones, too."""
    return (*statuses, "EVICTED") if "RUNNING" in statuses and "EVICTED" not in statuses else tuple(statuses)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which runs, or task runs, are meant; times are creation times and inclusive, newest come first."""

    since: float | None = None
    until: float | None = None
    statuses: tuple[str, ...] = ()
    workflow_ids: tuple[str, ...] = ()
    metadata: tuple[str, ...] = ()
    """Pairs `key:value`, split at the first colon."""
    metadata_all: bool = False
    """All pairs must match; by default one is enough."""
    worker_id: str | None = None
    """Of task runs only."""
    parent_task_id: str | None = None
    event_id: str | None = None
    idempotency_keys: tuple[str, ...] = ()
    part: Part = Part()

    def __post_init__(self) -> None:
        for name in ("statuses", "workflow_ids", "metadata", "idempotency_keys"):
            if (count := len(getattr(self, name))) > MAX_VALUES:
                raise invalid(f"a filter takes up to {MAX_VALUES} {name}, not {count}: ask in several requests")

    def run_ids(self, db: sqlite3.Connection) -> list[str]:
        """Ids of the matching runs."""
        chosen = self._where(of_tasks=False)
        rows = db.execute(
            f"SELECT runs.id FROM runs WHERE {chosen.sql}"
            " ORDER BY runs.created_at DESC, runs.seq DESC LIMIT ? OFFSET ?",
            (*chosen.values, self.part.limit, self.part.offset),
        ).fetchall()
        return [str(row[0]) for row in rows]

    def tasks(self, db: sqlite3.Connection) -> list[tuple[str, str]]:
        """(run id, task id) of the matching task runs."""
        chosen = self._where(of_tasks=True)
        rows = db.execute(
            f"SELECT runs.id, tasks.id FROM tasks JOIN runs ON runs.seq = tasks.run_seq WHERE {chosen.sql}"
            " ORDER BY tasks.created_at DESC, tasks.seq DESC LIMIT ? OFFSET ?",
            (*chosen.values, self.part.limit, self.part.offset),
        ).fetchall()
        return [(str(row[0]), str(row[1])) for row in rows]

    def count(self, db: sqlite3.Connection, *, of_tasks: bool) -> int:
        """How many match, counted up to MAX_TOTAL."""
        chosen = self._where(of_tasks=of_tasks)
        source = "tasks JOIN runs ON runs.seq = tasks.run_seq" if of_tasks else "runs"
        row = db.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM {source} WHERE {chosen.sql} LIMIT ?)", (*chosen.values, MAX_TOTAL)
        ).fetchone()
        return int(row[0])

    def by_status(self, db: sqlite3.Connection) -> dict[str, int]:
        """How many runs match, by reported status."""
        chosen = self._where(of_tasks=False)
        rows = db.execute(
            f"SELECT runs.reported, count(*) FROM runs WHERE {chosen.sql} GROUP BY runs.reported", chosen.values
        ).fetchall()
        return {str(row[0]): int(row[1]) for row in rows}

    def _where(self, *, of_tasks: bool) -> Where:
        table = "tasks" if of_tasks else "runs"
        chosen = Where()
        if of_tasks:
            chosen.add("tasks.status <> 'PENDING'")
        if self.since is not None:
            chosen.add(f"{table}.created_at >= ?", self.since)
        if self.until is not None:
            chosen.add(f"{table}.created_at <= ?", self.until)
        chosen.among(f"{table}.reported", self.statuses)
        chosen.among("runs.workflow_id", self.workflow_ids)
        if self.worker_id is not None:
            chosen.add("tasks.worker_id = ?", self.worker_id)
        if self.parent_task_id is not None:
            chosen.add("runs.parent_task_id = ?", self.parent_task_id)
        if self.event_id is not None:
            chosen.add("runs.event_id = ?", self.event_id)
        chosen.among("runs.idempotency_key", self.idempotency_keys)
        if self.metadata:
            self._add_metadata(chosen)
        return chosen

    def _add_metadata(self, chosen: Where) -> None:
        strict = self.metadata_all or len(self.metadata) == 1
        tests: list[str] = []
        values: list[str] = []
        for pair in self.metadata:
            key, colon, value = pair.partition(":")
            if not colon:
                raise invalid(f"invalid additional metadata filter: {pair}; write it as key:value")
            # One pair, or all of them: the value must be a JSON string. Alternatives compare texts, numbers included.
            test = "type = 'text' AND value = ?" if strict else "CAST(value AS TEXT) = ?"
            tests.append(f"EXISTS (SELECT 1 FROM json_each(runs.metadata) WHERE key = ? AND {test})")
            values.extend((key, value))
        chosen.add((" AND " if strict else " OR ").join(tests), *values)
