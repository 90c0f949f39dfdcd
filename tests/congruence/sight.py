"""What a user can see of a run, over gRPC and REST, without what differs each time: ids, times and names of places."""

from __future__ import annotations

import json
import re
from typing import Any

from pydantic import BaseModel

from hatchet import Hatchet, NotFound
from hatchet.wire.values import RunDetails
from hatchet_api.rest.models import V1TaskSummary, V1WorkflowRunDetails

Seen = dict[str, Any]  # Any: JSON
ENDS = {"COMPLETED", "FAILED", "CANCELLED"}
VARYING = [
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "<id>"),
    (re.compile(r"same-[0-9a-f]{12}"), "<name>"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"), "<time>"),
]


def json_of(value: BaseModel) -> Any:
    """A part of a program as JSON, without what it leaves to the defaults."""
    return json.loads(value.model_dump_json(exclude_defaults=True))


def look_at(hatchet: Hatchet, run_id: str, n: int) -> Seen:
    """How a run stands; `alike` says whether REST has caught up with gRPC."""
    try:
        details = hatchet.runs.get_details(run_id)
        shown = hatchet.runs.get(run_id)
    except NotFound:
        return {"n": n, "alike": False}
    names = _names(shown)
    grpc, rest = _over_grpc(details), _over_rest(shown, names)
    ended = (grpc["status"] in ENDS, rest["status"] in ENDS)
    alike = ended[0] == ended[1] and (not ended[0] or all(each["status"] in ENDS for each in rest["tasks"].values()))
    return {"n": n, "alike": alike, "grpc": grpc, "rest": rest}


def _over_grpc(details: RunDetails) -> Seen:
    return {
        "status": details.status.value,
        "done": details.done,
        "tasks": {
            _without(name): {
                "status": task.status.value,
                "output": _read(task.output),
                "error": _first_line(task.error),
            }
            for name, task in sorted(details.tasks.items())
        },
    }


def _names(shown: V1WorkflowRunDetails) -> dict[str, str]:
    """The name of each task by its id."""
    return {str(each.task_external_id): _without(each.task_name) for each in shown.shape or ()}


def _over_rest(shown: V1WorkflowRunDetails, names: dict[str, str]) -> Seen:
    run = shown.run
    events: dict[str, list[str]] = {}
    for event in shown.task_events or ():
        name = names.get(str(event.task_id), "?") if len(names) > 1 else next(iter(names.values()), "?")
        # Not the words of a message: each engine has its own.
        error = _first_line(event.error_message) if event.event_type.value == "FAILED" else ""
        events.setdefault(name, []).append(f"{event.retry_count} | {event.event_type.value} | {error}")
    return {
        "status": run.status.value,
        "error": _first_line(run.error_message),
        "output": _read(run.output),
        "started": run.started_at is not None and run.started_at.year > 1,
        "finished": run.finished_at is not None and run.finished_at.year > 1,
        "tasks": {names.get(str(task.task_external_id), "?"): _task(task) for task in shown.tasks},
        "events": {name: sorted(found) for name, found in sorted(events.items())},
    }


def _task(task: V1TaskSummary) -> Seen:
    return {
        "status": task.status.value,
        "attempt": task.attempt,
        "output": _read(task.output),
        "error": _first_line(task.error_message),
        "started": task.started_at is not None and task.started_at.year > 1,
        "finished": task.finished_at is not None and task.finished_at.year > 1,
    }


def _read(output: Any) -> Any:  # Any: JSON, as text or as it is
    if isinstance(output, str):
        try:
            output = json.loads(output)
        except ValueError:
            return _first_line(output)
    return json.loads(_without(json.dumps(output, sort_keys=True)))


def _first_line(text: str | None) -> str:
    """The message of an error without its traceback."""
    return _without((text or "").split("\n")[0])


def _without(text: str) -> str:
    for pattern, word in VARYING:
        text = pattern.sub(word, text)
    return text
