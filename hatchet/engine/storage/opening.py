"""Opening the database: a new one, one of today's layout or an earlier one; anything else is refused in one line."""

from __future__ import annotations

import logging
import os
import sqlite3
from pathlib import Path

from hatchet.engine.state.errors import EngineStartError
from hatchet.engine.storage.folder import create
from hatchet.engine.storage.schema import APPLICATION, LAYOUT, OLDEST, SCHEMA, STEPS, TABLES

logger: logging.Logger = logging.getLogger(__name__)

DATABASE = "engine.db"
MAGIC = b"SQLite format 3\x00"
LOCK_WAIT = 1.0
"""Seconds that SQLite waits for another program to let go of the file: the engine does nothing else meanwhile."""

CHECKED_BYTES = 256 << 20
"""Databases up to this size are looked through when they are opened, which takes about a second for so much."""

FRESH = "start with an empty folder"


def open_memory() -> sqlite3.Connection:
    """A private database, kept in memory and moved to a temporary file by SQLite when it grows."""
    db = sqlite3.connect("", isolation_level=None)
    db.execute("PRAGMA auto_vacuum = INCREMENTAL")
    db.execute("PRAGMA journal_mode = MEMORY")
    _tune(db)
    _lay_out(db)
    return db


def open_folder(folder: Path, synchronous: str) -> sqlite3.Connection:
    """The database of a data folder, in today's layout.

    Raises:
        EngineStartError: it cannot be used; the message names the file and says what to do.
    """
    path = folder / DATABASE
    _look_at(path)
    db = None
    try:
        if not path.exists():
            _make(path)
        db = sqlite3.connect(path, isolation_level=None, timeout=LOCK_WAIT)
        layout = _layout(db, path)
        _check(db, path, thoroughly=layout < LAYOUT)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute(f"PRAGMA synchronous = {synchronous}")
        _tune(db)
        if layout < LAYOUT:
            _migrate(db, path, layout)
        # A file that may only be read is opened all the same, and so is one on a full disk: better known now.
        db.execute("INSERT OR REPLACE INTO meta VALUES ('opened', strftime('%s', 'now'))")
    except sqlite3.Error as error:
        if db is not None:
            db.close()
        raise EngineStartError(f"{in_words(error, path)}, then start again") from error
    except OSError as error:
        raise EngineStartError(f"{path} cannot be used ({error.strerror}); check its rights and the disk") from error
    except EngineStartError:
        if db is not None:
            db.close()
        raise
    return db


def in_words(error: sqlite3.Error, path: Path | str) -> str:
    """What is wrong with the database, and what to do."""
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:
        case sqlite3.SQLITE_FULL:
            return f"there is no space left for {path}; free some"
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return f"{path} is damaged ({error}); put a copy in its place, or move the folder away"
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return f"{path} is locked by another program; close what has it open, such as a database browser"
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return f"{path} cannot be read and written ({error}); check the rights of the file and of its folder"
        case _:
            return f"{path} cannot be read and written ({error}); check that the disk works and has space left"


def _look_at(path: Path) -> None:
    """Refuse what SQLite would take for a new database, or would not name."""
    if path.is_symlink() and not path.exists():
        raise EngineStartError(f"{path} is a link that leads nowhere; take it away, or put back what it leads to")
    if not path.exists():
        log = path.with_name(f"{path.name}-wal")
        if log.exists() and log.stat().st_size:
            raise EngineStartError(
                f"{path} is missing although {log.name} is there; put it back, or take {log.name} away, too, to {FRESH}"
            )
        return
    if not path.is_file():
        raise EngineStartError(
            f"{path} is a folder or a device where the engine's database should be; move it away, or choose another"
            " data folder"
        )
    try:
        with path.open("rb") as file:
            head = file.read(len(MAGIC))
    except OSError as error:
        raise EngineStartError(
            f"{path} cannot be read ({error.strerror}); check the rights of the file and of its folder"
        ) from error
    if head != MAGIC:
        what = "is empty, so it was cut off" if not head else "is no database of the embedded engine"
        raise EngineStartError(f"{path} {what}; put a copy in its place, or move it away to {FRESH}")


def _make(path: Path) -> None:
    """A new database; it gets its name when it is complete, so that an empty file of that name is never its own."""
    draft = path.with_name(f"{path.name}.new")
    _create_empty(draft)
    db = sqlite3.connect(draft, isolation_level=None)
    try:
        db.execute("PRAGMA auto_vacuum = INCREMENTAL")
        _lay_out(db)
    finally:
        db.close()
    for name in ("-wal", "-shm"):
        path.with_name(path.name + name).unlink(missing_ok=True)
    draft.replace(path)


def _create_empty(path: Path) -> None:
    path.unlink(missing_ok=True)
    os.close(create(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))


def _lay_out(db: sqlite3.Connection) -> None:
    db.executescript(f"BEGIN; {SCHEMA} PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {LAYOUT}; COMMIT;")


def _tune(db: sqlite3.Connection) -> None:
    db.execute("PRAGMA cache_size = -4096")
    db.execute("PRAGMA temp_store = FILE")
    db.execute("PRAGMA journal_size_limit = 4194304")


def _layout(db: sqlite3.Connection, path: Path) -> int:
    layout = number(db, "PRAGMA user_version")
    tables = {str(row[0]) for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    known = tables >= TABLES or number(db, "PRAGMA application_id") == APPLICATION
    if not known or layout < 1:
        raise EngineStartError(f"{path} is a database of another program; move it away, or choose another data folder")
    if layout > LAYOUT:
        raise EngineStartError(
            f"{path} was written by a newer version of this package (layout {layout}, and this one reads up to"
            f" {LAYOUT}); install that version, or choose another data folder"
        )
    if layout < OLDEST:
        raise EngineStartError(
            f"{path} was written by an old version of this package (layout {layout}, and this one reads from {OLDEST}"
            f" on); move it away to {FRESH}"
        )
    return layout


def _check(db: sqlite3.Connection, path: Path, *, thoroughly: bool) -> None:
    if not thoroughly and path.stat().st_size > CHECKED_BYTES:
        return
    said = str(db.execute("PRAGMA quick_check(1)").fetchone()[0]).splitlines()[0]
    if said != "ok":
        raise EngineStartError(f"{path} is damaged ({said}); put a copy in its place, or move it away to {FRESH}")


def _migrate(db: sqlite3.Connection, path: Path, layout: int) -> None:
    """Step by step, each in one transaction; what there was before is kept beside it."""
    copy = path.with_name(f"{path.name}.layout-{layout}")
    _copy(db, copy)
    logger.warning("%s is brought from layout %d to %d; a copy of it as it was is %s", path, layout, LAYOUT, copy.name)
    for step in range(layout + 1, LAYOUT + 1):
        try:
            db.executescript(f"BEGIN IMMEDIATE; {STEPS[step]} PRAGMA user_version = {step}; COMMIT;")
        except sqlite3.Error as error:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise EngineStartError(
                f"{in_words(error, path)}: it could not be brought to layout {step}, and is as it was before that step"
            ) from error
    _let_shrink(db, path)


def _copy(db: sqlite3.Connection, copy: Path) -> None:
    draft = copy.with_name(f"{copy.name}.new")
    _create_empty(draft)
    target = sqlite3.connect(draft)
    try:
        db.backup(target)
    finally:
        target.close()
    draft.replace(copy)


def _let_shrink(db: sqlite3.Connection, path: Path) -> None:
    """Have the file give space back; a database of layout 3 must be written anew for it."""
    try:
        db.execute("PRAGMA auto_vacuum = INCREMENTAL")
        db.execute("VACUUM")
    except sqlite3.Error as error:
        logger.warning("%s will not give space back when old runs are deleted: %s", path, error)


def number(db: sqlite3.Connection, statement: str, values: tuple[object, ...] = ()) -> int:
    """The whole number that a query gives."""
    return int(db.execute(statement, values).fetchone()[0])
