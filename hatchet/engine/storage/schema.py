"""The layout of the database, and how one of an earlier layout becomes one of today's.

A change of the layout raises LAYOUT and adds the step that leads to it; tests keep a folder of each.
"""

from __future__ import annotations

LAYOUT = 6
"""Number of the layout that this engine writes, as `PRAGMA user_version`."""

OLDEST = 3
"""The oldest layout that can be migrated."""

APPLICATION = 0x48544348
"""`PRAGMA application_id` of an engine's database since layout 4."""

TABLES = frozenset({"meta", "workflows", "versions", "workers", "runs", "tasks", "task_events", "kept"})
"""Tables by which a database of layout 3 is known, too."""

_DURABLE = """
CREATE TABLE event_logs (
    task_id TEXT PRIMARY KEY, invocation INTEGER NOT NULL, nodes INTEGER NOT NULL, branch INTEGER NOT NULL,
    satisfied INTEGER NOT NULL, points TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE log_entries (
    task_id TEXT NOT NULL, branch INTEGER NOT NULL, node INTEGER NOT NULL, kind TEXT NOT NULL, key BLOB NOT NULL,
    created_at REAL NOT NULL, label TEXT, workflow TEXT, child_id TEXT, child_key TEXT, waits TEXT, match TEXT,
    satisfied_at REAL, place INTEGER, result BLOB NOT NULL, error TEXT
);
CREATE UNIQUE INDEX log_entries_of ON log_entries (task_id, branch, node);
CREATE INDEX log_entries_open ON log_entries (task_id) WHERE satisfied_at IS NULL;
CREATE INDEX log_entries_child ON log_entries (child_id) WHERE child_id IS NOT NULL;
CREATE INDEX events_key ON events (key, seen_at);
"""

_TOPICS = """
CREATE TABLE topics (
    id INTEGER PRIMARY KEY, namespace TEXT NOT NULL, name TEXT NOT NULL, created_at REAL NOT NULL,
    published_at REAL NOT NULL, dropped INTEGER NOT NULL, UNIQUE (namespace, name)
);
CREATE TABLE messages (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, topic INTEGER NOT NULL, payload BLOB NOT NULL, ref TEXT NOT NULL,
    created_at REAL NOT NULL
);
CREATE INDEX messages_of ON messages (topic, seq);
CREATE TABLE producers (
    topic INTEGER NOT NULL, id TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (topic, id)
) WITHOUT ROWID;
CREATE TABLE payloads (
    seq INTEGER PRIMARY KEY, ref TEXT NOT NULL UNIQUE, data BLOB NOT NULL, created_at REAL NOT NULL
);
"""

SCHEMA = f"""
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
CREATE INDEX runs_finished ON runs (finished_at) WHERE finished_at IS NOT NULL;
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
, evicted_at REAL);
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
CREATE TABLE task_limits (task_id TEXT PRIMARY KEY, details TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE dynamic_limits (
    rule TEXT NOT NULL, key TEXT NOT NULL, number INTEGER NOT NULL, value INTEGER NOT NULL, PRIMARY KEY (rule, key)
) WITHOUT ROWID;
CREATE TABLE shared_rules (name TEXT PRIMARY KEY, details TEXT NOT NULL) WITHOUT ROWID;
{_DURABLE}{_TOPICS}"""

STEPS: dict[int, str] = {
    4: f"""
CREATE INDEX runs_finished ON runs (finished_at) WHERE finished_at IS NOT NULL;
PRAGMA application_id = {APPLICATION};
""",
    5: f"""
ALTER TABLE tasks ADD COLUMN evicted_at REAL;
UPDATE kept SET data = json_remove(data, '$.resource_id') WHERE kind = 'webhook';
{_DURABLE}
""",
    6: _TOPICS,
}
"""By the layout that it leads to: what a step changes."""
