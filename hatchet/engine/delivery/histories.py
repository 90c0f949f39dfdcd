"""The history of a durable task as JSON lines, of which docs/exploring.md says what each means.

Pure.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from hatchet.engine.state.conditions import Wait
from hatchet.engine.state.durable import EntryKind, EventLog, LogEntry
from hatchet.engine.state.envelopes import envelope
from hatchet.engine.state.model import TaskRun

VERSION = 1
Line = dict[str, object]


def history(task: TaskRun, log: EventLog, inputs: Mapping[str, str]) -> list[str]:
    """What a durable task has asked for on its newest branch, and what came of it.

    `inputs` are those of its children, by run.
    """
    entries = sorted((each for each in log.entries.values() if log.holds(each)), key=lambda each: each.spot.node)
    lines = [_attempt(task)]
    lines += [_entry(each, inputs) for each in entries]
    lines += [_completed(each) for each in log.sequence]
    if task.status.final:
        lines.append({"end": task.status.value})
    return [json.dumps({key: value for key, value in line.items() if value is not None}) for line in lines]


def _attempt(task: TaskRun) -> Line:
    run = task.run
    return {
        "hatchet_history": VERSION,
        "workflow": run.version.definition.name,
        "task": task.definition.name,
        "task_run_id": task.id,
        "workflow_run_id": run.id,
        "retry_count": task.retry_count,
        "priority": run.priority,
        "additional_metadata": json.loads(run.metadata) if run.metadata else None,
        "payload": json.loads(envelope(task)),
    }


def _entry(entry: LogEntry, inputs: Mapping[str, str]) -> Line:
    line: Line = {"entry": entry.spot.node, "branch": entry.spot.branch, "kind": entry.kind.value}
    match entry.kind:
        case EntryKind.WAIT_FOR:
            line["waits"] = [_wait(each) for each in entry.waits]
        case EntryKind.RUN:
            child = entry.child_id or ""
            line |= {"workflow": entry.workflow, "input": inputs.get(child, ""), "run_id": child}
            line["child_key"] = entry.child_key
        case EntryKind.MEMO:
            line["key"] = _text(entry.key)
            line["data"] = _text(entry.result) if entry.satisfied else None
    return line


def _wait(wait: Wait) -> Line:
    line: Line = {"group": wait.group, "key": wait.data_key, "sleep": wait.sleep, "event": wait.event_key}
    line |= {"scope": wait.scope or None, "expression": wait.expression or None}
    return {key: value for key, value in line.items() if value is not None}


def _completed(entry: LogEntry) -> Line:
    return {
        "completed": entry.spot.node,
        "branch": entry.spot.branch,
        "order": entry.position,
        "data": _text(entry.result),
        "failure": entry.error,
    }


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
