"""SQLite: what the limits must remember across a restart. Tasks without limits have no rows here."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict

from hatchet.engine.state.changes import Changes
from hatchet.engine.state.definitions import Rule, Strategy
from hatchet.engine.state.model import TaskLimits


def write(db: sqlite3.Connection, changes: Changes) -> None:
    """Write the changed rows; those of finished runs are not needed any more."""
    for task in changes.limits.values():
        if task.limits is None or task.run.finished_at is not None:
            db.execute("DELETE FROM task_limits WHERE task_id = ?", (task.id,))
        else:
            db.execute("INSERT OR REPLACE INTO task_limits VALUES (?,?)", (task.id, _dump(task.limits)))
    for (rule_id, key), brought in changes.dynamic_limits.items():
        if brought is None:
            db.execute("DELETE FROM dynamic_limits WHERE rule = ? AND key = ?", (rule_id, key))
        else:
            db.execute("INSERT OR REPLACE INTO dynamic_limits VALUES (?,?,?,?)", (rule_id, key, *brought))
    for name, rule in changes.shared_rules.items():
        details = [rule.id, rule.expression, rule.max_runs, rule.strategy.value, rule.max_runs_expression]
        db.execute("INSERT OR REPLACE INTO shared_rules VALUES (?,?)", (name, json.dumps(details)))


def limits_of_tasks(db: sqlite3.Connection) -> dict[str, TaskLimits]:
    """The stored limits by task id."""
    rows = db.execute("SELECT task_id, details FROM task_limits").fetchall()
    return {task_id: _load(details) for task_id, details in rows}


def dynamic_limits(db: sqlite3.Connection) -> dict[tuple[str, str], tuple[int, int]]:
    """By rule and key the number of the task that brought the limit, and the limit."""
    rows = db.execute("SELECT rule, key, number, value FROM dynamic_limits").fetchall()
    return {(rule, key): (number, value) for rule, key, number, value in rows}


def shared_rules(db: sqlite3.Connection) -> list[Rule]:
    """The rules that workflows share by name."""
    rules: list[Rule] = []
    for name, details in db.execute("SELECT name, details FROM shared_rules").fetchall():
        identity, expression, max_runs, strategy, dynamic = json.loads(details)
        rules.append(Rule(identity, expression, max_runs, Strategy(strategy), False, name, dynamic))
    return rules


def _load(details: str) -> TaskLimits:
    fields = json.loads(details)
    fields["rates"] = [tuple(each) for each in fields["rates"]]
    return TaskLimits(**fields)


def _dump(limits: TaskLimits) -> str:
    return json.dumps(asdict(limits), ensure_ascii=False)
