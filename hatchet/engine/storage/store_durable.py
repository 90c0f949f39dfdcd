"""SQLite: the event logs of durable tasks."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from hatchet.engine.state.changes import Changes
from hatchet.engine.state.conditions import Match
from hatchet.engine.state.durable import (
    EntryKind,
    EventLog,
    LogEntry,
    Spot,
    dump_points,
    dump_waits,
    load_points,
    load_waits,
)
from hatchet.engine.storage.rows import Value

_ENTRY = (
    "task_id, branch, node, kind, key, created_at, label, workflow, child_id, child_key, waits, match, satisfied_at,"
    " place, result, error"
)
_NEW = f"INSERT OR REPLACE INTO log_entries ({_ENTRY}) VALUES ({','.join('?' * 16)})"
_CHANGED = (
    "UPDATE log_entries SET match=?, satisfied_at=?, place=?, result=?, error=? WHERE task_id=? AND branch=? AND node=?"
)

LATER = "SELECT payload, scope FROM events WHERE key = ? AND seen_at >= ? ORDER BY seen_at DESC"


def write(db: sqlite3.Connection, changes: Changes) -> None:
    """Write the changed logs and entries."""
    db.executemany(
        "INSERT OR REPLACE INTO event_logs VALUES (?,?,?,?,?,?)",
        [
            (log.task_id, log.invocation, log.nodes, log.branch, log.satisfied, dump_points(log.points))
            for log in changes.event_logs.values()
        ],
    )
    if entries := list(changes.log_entries.values()):
        db.executemany(_NEW, [_new(entry) for entry in entries if not entry.stored])
        db.executemany(_CHANGED, [(*_progress(e), e.task_id, *e.spot) for e in entries if e.stored])


def log(db: sqlite3.Connection, task_id: str) -> EventLog | None:
    """The log of a task with all of its entries."""
    row = db.execute(
        "SELECT invocation, nodes, branch, satisfied, points FROM event_logs WHERE task_id = ?", (task_id,)
    ).fetchone()
    if row is None:
        return None
    found = EventLog(task_id, row[0], row[1], row[2], row[3], load_points(row[4]))
    found.entries = {entry.spot: entry for entry in _entries(db, "task_id = ?", (task_id,))}
    return found


def open_entries(db: sqlite3.Connection) -> Iterator[LogEntry]:
    """What the durable tasks of unfinished runs wait for."""
    return _entries(
        db,
        "satisfied_at IS NULL AND task_id IN (SELECT tasks.id FROM runs JOIN tasks ON tasks.run_seq = runs.seq"
        " WHERE runs.finished_at IS NULL AND tasks.finished_at IS NULL)",
        (),
    )


def page(db: sqlite3.Connection, task_id: str, limit: int, offset: int) -> Iterator[LogEntry]:
    """A part of the log of a task, branch by branch."""
    return _entries(db, "task_id = ? ORDER BY branch, node LIMIT ? OFFSET ?", (task_id, limit, offset))


def _entries(db: sqlite3.Connection, chosen: str, values: tuple[Value, ...]) -> Iterator[LogEntry]:
    for row in db.execute(f"SELECT {_ENTRY} FROM log_entries WHERE {chosen}", values):
        task_id, branch, node, kind, key, created_at, label, workflow, child_id, child_key, waits, match = row[:12]
        yield LogEntry(
            task_id=task_id,
            spot=Spot(branch, node),
            kind=EntryKind(kind),
            key=key,
            created_at=created_at,
            label=label,
            workflow=workflow,
            child_id=child_id,
            child_key=child_key,
            waits=load_waits(waits),
            match=None if match is None else Match.load(match),
            satisfied_at=row[12],
            order=row[13],
            result=row[14],
            error=row[15],
            stored=True,
        )


def _new(entry: LogEntry) -> tuple[Value, ...]:
    waits = dump_waits(entry.waits) if entry.waits else None
    match, *rest = _progress(entry)
    return (
        entry.task_id, *entry.spot, entry.kind.value, entry.key, entry.created_at, entry.label, entry.workflow,
        entry.child_id, entry.child_key, waits, match, *rest,
    )  # fmt: skip


def _progress(entry: LogEntry) -> tuple[Value, ...]:
    match = None if entry.match is None else entry.match.dump()
    return (match, entry.satisfied_at, entry.order, entry.result, entry.error)
