"""Each kind of row is stored also where it is the only one, as when one row keeps all others from being stored."""

from __future__ import annotations

import pytest

from hatchet.engine.state.changes import Changes, LogLine, Published, PushedEvent, TaskEvent, TaskEventType, Uploaded
from hatchet.engine.state.definitions import Rule, Strategy
from hatchet.engine.state.durable import EntryKind, EventLog, LogEntry, Spot
from hatchet.engine.state.model import Worker
from hatchet.engine.storage.opening import number
from hatchet.engine.storage.store import Store

ROWS: dict[str, tuple[str, object]] = {
    "workers": ("workers", {"w": Worker("w", "w", frozenset(), {}, 0.0)}),
    "children": ("children", {"key": "run"}),
    "task_events": ("task_events", [TaskEvent("t", "r", 0.0, TaskEventType.QUEUED, 0)]),
    "logs": ("logs", [LogLine("t", 0, 0.0, "m", "INFO", "")]),
    "pushed": ("events", [PushedEvent("e", "k", "{}", "{}", None, 0.0)]),
    "published": ("messages", [Published("n", "t", b"p", "", "", 0, 0.0)]),
    "uploaded": ("payloads", [Uploaded("ref", b"d", 0.0)]),
    "kept": ("kept", {("filter", "f"): "{}"}),
    "event_logs": ("event_logs", {"t": EventLog("t")}),
    "log_entries": ("log_entries", {("t", Spot(1, 1)): LogEntry("t", Spot(1, 1), EntryKind.MEMO, b"k", 0.0)}),
    "dynamic_limits": ("dynamic_limits", {("rule", "key"): (1, 2)}),
    "shared_rules": ("shared_rules", {"s": Rule("r", "'k'", 1, Strategy.GROUP_ROUND_ROBIN)}),
}


@pytest.mark.parametrize("kind", ROWS)
def test_a_row_of_each_kind_is_stored_by_itself(kind: str) -> None:
    table, rows = ROWS[kind]
    changes = Changes()
    setattr(changes, kind, rows)
    assert bool(changes) is (kind != "log_entries")  # which come with their log
    store = Store(None)
    assert store.commit(changes) == []
    assert number(store.db, f"SELECT count(*) FROM {table}") == 1
    store.close()


def test_no_rows_are_no_changes() -> None:
    assert not Changes()
