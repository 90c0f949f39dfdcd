"""What is taken back of a run that cannot be stored whole: every row of it, in every table, and nothing else."""

from __future__ import annotations

import pytest

from hatchet.engine import EmbeddedEngine, MovableClock
from tests.engine.durable_peer import begun, child, sleep
from tests.engine.peer import connected, task

TABLES = {
    "runs": "seq = {seq}",
    "tasks": "run_seq = {seq}",
    "children": "run_id = '{run}'",
    "task_events": "run_id = '{run}'",
    "task_limits": "task_id IN ({tasks})",
    "event_logs": "task_id IN ({tasks})",
    "log_entries": "task_id IN ({tasks})",
}


@pytest.mark.parametrize("which", ["parent", "child", "spawned"])
async def test_a_run_is_taken_back_from_every_table(clock: MovableClock, which: str) -> None:
    engine = EmbeddedEngine(clock=clock)
    async with connected(await engine.start()) as peer:
        limited = task("c", workflow="c")
        limited.concurrency.add(expression="'k'", max_runs=1)
        await peer.put("c", limited)
        async with begun(peer, "d") as (_, invocation):
            [entry] = await invocation.run(child("c", index=0))
            await invocation.wait(sleep("1h"))
            hub = engine._hub
            assert hub is not None
            db = hub.store.db
            parent = invocation.action.workflow_run_id
            spawned = await peer.trigger(
                "c", parent_id=parent, parent_task_run_external_id=invocation.task_id, child_index=7
            )
            runs = {"parent": parent, "child": entry.workflow_run_external_id, "spawned": spawned}

            def rows(run: str) -> dict[str, int]:
                found = db.execute("SELECT seq FROM runs WHERE id = ?", (run,)).fetchone()
                ids = [row[0] for row in db.execute("SELECT id FROM tasks WHERE run_seq = ?", (found[0],))]
                where = {"seq": found[0], "run": run, "tasks": ",".join(f"'{each}'" for each in ids)}
                return {
                    table: db.execute(f"SELECT count(*) FROM {table} WHERE {condition.format(**where)}").fetchone()[0]
                    for table, condition in TABLES.items()
                }

            def left() -> dict[str, int]:
                return {table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES}

            other = "child" if which == "parent" else "parent"
            taken, kept, before = rows(runs[which]), rows(runs[other]), left()
            expected = {
                "parent": {"event_logs", "log_entries"},
                "child": set[str](),
                "spawned": {"task_limits", "children"},
            }[which]
            assert {table for table, count in taken.items() if count} == {"runs", "tasks", "task_events", *expected}
            [seq] = db.execute("SELECT seq FROM runs WHERE id = ?", (runs[which],)).fetchone()
            hub.store.withdraw([seq])
            if which == "child":  # and the entry of its parent's log that says so
                taken["log_entries"] += 1
                kept["log_entries"] -= 1
            assert left() == {table: before[table] - taken[table] for table in TABLES}
            assert rows(runs[other]) == kept
    await engine.stop(grace=0.1)
