"""What is deleted from the database: the oldest of what has ended, by age, number and size; a little at a time."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from functools import partial

from hatchet._dataclasses import NamedTuple
from hatchet.engine.state.errors import StorageError
from hatchet.engine.state.settings import EngineSettings
from hatchet.engine.storage import store_topics
from hatchet.engine.storage.opening import in_words, number
from hatchet.engine.storage.store import Store

logger: logging.Logger = logging.getLogger(__name__)

STEP = 500
"""Most runs, events or log lines that one step deletes: some milliseconds."""

FEW = 10
"""How many runs or events are deleted at once for the sake of the size: each may be megabytes."""

VACUUM_PAGES = 512
"""Most pages, of 4 KB, that one step gives back."""

LIVE = "(SELECT 1 FROM runs WHERE runs.event_id = events.id AND runs.finished_at IS NULL)"


class Deleted(NamedTuple):
    """What one step did."""

    runs: tuple[str, ...]
    """Ids of the runs that are gone."""
    more: bool
    """Whether there is more to delete, or to give back."""


class Retention:
    """Keeps the database within its bounds. Nothing that has not ended is deleted."""

    def __init__(self, store: Store, settings: EngineSettings) -> None:
        self._store = store
        self._db = store.db
        self._settings = settings
        self._finished = number(self._db, "SELECT count(*) FROM runs WHERE finished_at IS NOT NULL")
        self._fresh = {"events": 0, "messages": 0}
        """By table, the rows that came since it was last seen to hold no more than are kept."""
        self._said = False
        self._said_full = False

    def count(self, finished_runs: int, pushed_events: int, messages: int) -> bool:
        """Note what was stored; whether there are so many more now that a step is due at once."""
        self._finished += finished_runs
        self._fresh["events"] += pushed_events
        self._fresh["messages"] += messages
        kept = self._settings.retained_runs
        return kept is not None and (self._finished > kept + STEP or max(self._fresh.values()) >= STEP)

    def step(self, now: float) -> Deleted:
        """Delete a little, if there is anything to delete.

        Raises:
            StorageError: the disk or the database is in trouble; nothing is deleted.
        """
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                runs, why, others = self._delete(now)
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
            self._finished -= len(runs)
            if (runs or others) and not self._said:
                self._said = True
                logger.warning(
                    "the embedded engine begins to delete what has ended from %s: %s. What is kept can be set, see "
                    "docs/engine.md; this is said once", self._store.name, why,
                )  # fmt: skip
            shrinking = self._give_back()
        except sqlite3.Error as error:
            raise StorageError(in_words(error, self._store.name)) from error
        return Deleted(tuple(runs), bool(runs or others) or shrinking)

    def _delete(self, now: float) -> tuple[list[str], str, int]:
        """The ids of deleted runs, why, and how many other rows were deleted at most of one kind."""
        kept_for, kept, size = self._settings.retained_for, self._settings.retained_runs, self._settings.retained_bytes
        events = logs = messages = 0
        runs: list[str] = []
        why = ""
        if kept_for is not None:
            why = f"it is older than {kept_for / 86_400:g} days"
            runs = self._delete_runs("AND finished_at < ? ORDER BY finished_at", STEP, now - kept_for)
            events = self._delete_events(STEP, now - kept_for)
            logs = self._delete_logs(STEP, now - kept_for)
            messages = store_topics.delete(self._db, STEP, now - kept_for)
            # Later: a reader that was away is to learn that it missed something.
            store_topics.forget(self._db, now - 2 * kept_for)
        if kept is not None and not runs and self._finished > kept:
            why = f"there are more than {kept} finished runs"
            runs = self._delete_runs("ORDER BY seq", min(STEP, self._finished - kept))
        if kept is not None and not events:
            events, is_beyond = self._delete_beyond("events", kept, self._delete_events)
            why = f"there are more than {kept} events" if is_beyond and not runs else why
        if kept is not None and not messages:
            messages, is_beyond = self._delete_beyond("messages", kept, partial(store_topics.delete, self._db))
            why = f"there are more than {kept} messages of topics" if is_beyond and not (runs or events) else why
        if size is not None and not (runs or events or logs or messages) and self._size() > size:
            why = f"it takes more than {size / (1 << 20):g} MB"
            while self._size() > size and len(runs) < STEP and (part := self._delete_runs("ORDER BY seq", FEW)):
                runs += part
            events = 0 if runs else self._delete_events(FEW)
            logs = 0 if runs or events else self._delete_logs(STEP)
            messages = 0 if runs or events or logs else store_topics.delete(self._db, FEW)
            if not (runs or events or logs or messages) and not self._said_full:
                self._said_full = True
                logger.warning("%s takes more than it should, and nothing in it has ended", self._store.name)
        return runs, why, max(events, logs, messages)

    def _delete_beyond(self, table: str, kept: int, delete: Callable[[int], int]) -> tuple[int, bool]:
        """Delete the oldest rows of a table beyond so many; how many, and whether there were more than are kept."""
        if not self._fresh[table]:
            return 0, False
        beyond = number(self._db, f"SELECT count(*) FROM {table}") - kept
        deleted = delete(min(STEP, beyond)) if beyond > 0 else 0
        if deleted < STEP:
            self._fresh[table] = 0
        return deleted, beyond > 0

    def _delete_runs(self, chosen: str, limit: int, *values: float) -> list[str]:
        """The finished runs that come first, with all that belongs to them."""
        old = self._db.execute(
            f"SELECT seq, id FROM runs WHERE finished_at IS NOT NULL {chosen} LIMIT ?", (*values, limit)
        ).fetchall()
        numbers, ids = [(row[0],) for row in old], [(row[1],) for row in old]
        of_tasks = "task_id IN (SELECT id FROM tasks WHERE run_seq = ?)"
        self._db.executemany(f"DELETE FROM logs WHERE {of_tasks}", numbers)
        self._db.executemany(f"DELETE FROM task_limits WHERE {of_tasks}", numbers)
        self._db.executemany(f"DELETE FROM log_entries WHERE {of_tasks}", numbers)
        self._db.executemany(f"DELETE FROM event_logs WHERE {of_tasks}", numbers)
        self._db.executemany("DELETE FROM tasks WHERE run_seq = ?", numbers)
        self._db.executemany("DELETE FROM task_events WHERE run_id = ?", ids)
        self._db.executemany("DELETE FROM children WHERE run_id = ?", ids)
        self._db.executemany("DELETE FROM runs WHERE seq = ?", numbers)
        return [row[1] for row in old]

    def _delete_events(self, limit: int, before: float | None = None) -> int:
        """The oldest events whose runs have all ended."""
        return self._db.execute(
            f"DELETE FROM events WHERE id IN (SELECT id FROM events WHERE seen_at < ? AND NOT EXISTS {LIVE}"
            " ORDER BY seen_at LIMIT ?)",
            (before if before is not None else float("inf"), limit),
        ).rowcount

    def _delete_logs(self, limit: int, before: float | None = None) -> int:
        """The oldest log lines, also of tasks that run for longer than anything is kept."""
        if before is None:
            return self._db.execute(
                "DELETE FROM logs WHERE id IN (SELECT id FROM logs ORDER BY id LIMIT ?)", (limit,)
            ).rowcount
        # By the order in which they came: the oldest first, and no further than the first that is young enough.
        oldest = self._db.execute("SELECT id, created_at FROM logs ORDER BY id LIMIT ?", (limit,)).fetchall()
        old = [(row[0],) for row in oldest if row[1] < before]
        self._db.executemany("DELETE FROM logs WHERE id = ?", old)
        return len(old)

    def _size(self) -> int:
        used = number(self._db, "PRAGMA page_count") - number(self._db, "PRAGMA freelist_count")
        return used * number(self._db, "PRAGMA page_size")

    def _give_back(self) -> bool:
        """Let the file shrink a little; whether it can shrink more."""
        free = number(self._db, "PRAGMA freelist_count")
        if free <= VACUUM_PAGES or number(self._db, "PRAGMA auto_vacuum") != 2:
            return False  # a few free pages will be used again soon
        # As a script, which runs to its end: a cursor takes one step of a statement without columns, which is one page.
        self._db.executescript(f"PRAGMA incremental_vacuum({VACUUM_PAGES})")
        return number(self._db, "PRAGMA freelist_count") > VACUUM_PAGES
