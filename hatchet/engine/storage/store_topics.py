"""Durable streams in SQLite: topics, their messages, and how far their producers have counted."""

from __future__ import annotations

import sqlite3

from hatchet._dataclasses import NamedTuple
from hatchet.engine.state.changes import Changes, Published
from hatchet.engine.storage.where import Where

PAGE = 200
"""Most messages that are read at once."""

_OPEN = (
    "INSERT INTO topics (namespace, name, created_at, published_at, dropped)"
    " VALUES (?1, ?2, ?3, ?3, coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'messages'), 0))"
    " ON CONFLICT (namespace, name) DO UPDATE SET published_at = excluded.published_at"
)
_COUNT = (
    "INSERT INTO producers VALUES (?, ?, ?)"
    " ON CONFLICT (topic, id) DO UPDATE SET number = excluded.number WHERE excluded.number > producers.number"
)
_TOPIC = "SELECT id, dropped FROM topics WHERE namespace = ? AND name = ?"


class Message(NamedTuple):
    """A stored message of a topic."""

    seq: int
    payload: bytes
    ref: str
    created_at: float


class Topic(NamedTuple):
    """What is known of a topic that holds messages."""

    namespace: str
    name: str
    created_at: float
    published_at: float
    messages: int


def write(db: sqlite3.Connection, changes: Changes) -> None:
    """Write messages behind those of their topics, each once, and payloads."""
    for message in changes.published:
        _publish(db, message)
    db.executemany(
        "INSERT INTO payloads (ref, data, created_at) VALUES (?, ?, ?)",
        [(each.ref, each.data, each.created_at) for each in changes.uploaded],
    )


def _publish(db: sqlite3.Connection, message: Published) -> None:
    db.execute(_OPEN, (message.namespace, message.topic, message.created_at))
    topic = db.execute(_TOPIC, (message.namespace, message.topic)).fetchone()[0]
    if message.producer and not db.execute(_COUNT, (topic, message.producer, message.number)).rowcount:
        return  # it was sent twice
    db.execute(
        "INSERT INTO messages (topic, payload, ref, created_at) VALUES (?, ?, ?, ?)",
        (topic, message.payload, message.ref, message.created_at),
    )


def dropped(db: sqlite3.Connection, namespace: str, topic: str) -> int:
    """The highest number that a message of a topic had which is deleted, or that came before the topic."""
    row = db.execute(_TOPIC, (namespace, topic)).fetchone()
    return 0 if row is None else int(row[1])


def newest(db: sqlite3.Connection) -> int:
    """The highest number that a message of any topic has had."""
    row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'messages'").fetchone()
    return 0 if row is None else int(row[0])


def after(db: sqlite3.Connection, namespace: str, topic: str, seq: int, most_bytes: int) -> list[Message]:
    """The messages of a topic behind a number, oldest first; so many bytes at most, but one message in any case."""
    found: list[Message] = []
    size = 0
    rows = db.execute(
        "SELECT seq, payload, ref, created_at FROM messages"
        " WHERE topic = (SELECT id FROM topics WHERE namespace = ? AND name = ?) AND seq > ? ORDER BY seq LIMIT ?",
        (namespace, topic, seq, PAGE),
    )
    for row in rows:
        message = Message(*row)
        size += len(message.payload)
        if found and size > most_bytes:
            break
        found.append(message)
    return found


def topics(db: sqlite3.Connection, chosen: Where, limit: int, offset: int) -> tuple[list[Topic], int]:
    """A part of the topics that hold messages, and how many there are."""
    source = f"FROM topics JOIN messages ON messages.topic = topics.id WHERE {chosen.sql}"
    rows = db.execute(
        f"SELECT namespace, name, topics.created_at, published_at, count(*) {source}"
        " GROUP BY topics.id ORDER BY namespace, name LIMIT ? OFFSET ?",
        (*chosen.values, limit, offset),
    ).fetchall()
    total = db.execute(f"SELECT count(DISTINCT topics.id) {source}", chosen.values).fetchone()[0]
    return [Topic(*row) for row in rows], int(total)


def payload(db: sqlite3.Connection, ref: str) -> bytes | None:
    """A payload that was uploaded."""
    row = db.execute("SELECT data FROM payloads WHERE ref = ?", (ref,)).fetchone()
    return None if row is None else bytes(row[0])


def delete(db: sqlite3.Connection, limit: int, before: float | None = None) -> int:
    """Delete the oldest messages and payloads, of any age or only older ones; how many."""
    bound = float("inf") if before is None else before
    old = db.execute("SELECT seq, topic, created_at FROM messages ORDER BY seq LIMIT ?", (limit,)).fetchall()
    gone = [(seq, topic) for seq, topic, at in old if at < bound]
    db.executemany("DELETE FROM messages WHERE seq = ?", [(seq,) for seq, _ in gone])
    db.executemany("UPDATE topics SET dropped = max(dropped, ?) WHERE id = ?", gone)
    refs = db.execute("SELECT seq, created_at FROM payloads ORDER BY seq LIMIT ?", (limit,)).fetchall()
    unused = [(seq,) for seq, at in refs if at < bound]
    db.executemany("DELETE FROM payloads WHERE seq = ?", unused)
    return max(len(gone), len(unused))


def forget(db: sqlite3.Connection, before: float) -> None:
    """Delete topics that hold nothing and were published to so long ago; one that begins anew starts behind them."""
    empty = "SELECT id FROM topics WHERE published_at < ? AND id NOT IN (SELECT topic FROM messages)"
    db.execute(f"DELETE FROM producers WHERE topic IN ({empty})", (before,))
    db.execute(f"DELETE FROM topics WHERE id IN ({empty})", (before,))
