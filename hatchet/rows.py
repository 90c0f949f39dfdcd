"""What the command line and the page share: a row of names and values of each thing, and pairs that people write."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeGuard

from hatchet.wire.tracebacks import parse

if TYPE_CHECKING:
    from hatchet.errors import TaskFailure
    from hatchet.features.durable_logs import DurableLogEntry
    from hatchet_api.rest.models import (
        CronWorkflows,
        RateLimit,
        ScheduledWorkflows,
        V1Event,
        V1TaskSummary,
        V1Webhook,
        Worker,
        Workflow,
    )

Row = Mapping[str, object]


def run(each: V1TaskSummary) -> Row:
    """A run in a list."""
    return {
        "id": run_id(each),
        "workflow": each.workflow_name or each.display_name,
        "status": each.status.value,
        "created": each.created_at,
        "duration_ms": each.duration,
        "error": headline(each.error_message) or None,
    }


def run_id(each: V1TaskSummary) -> str:
    """The id of a run in a list; engines leave it out of some."""
    return each.workflow_run_external_id or each.metadata.id


def pairs(texts: Iterable[str], refusal: Callable[[str], Exception]) -> dict[str, str]:
    """Pairs that are written as `key:value`; `refusal` is the error for a text that is none."""
    found: dict[str, str] = {}
    for text in texts:
        key, colon, value = text.partition(":")
        if not (key and colon):
            raise refusal(text)
        found[key] = value
    return found


def headline(error: str | None) -> str:
    """What an error says, on one line."""
    return said_by(parse(error)).partition("\n")[0] if error else ""


def said_by(failure: TaskFailure) -> str:
    """What an error says, without its traceback."""
    return f"{failure.type}: {failure.message}" if failure.traceback else failure.message


def own_input(value: Any) -> Any:  # Any: JSON of any shape
    """The input that the caller gave, which engines show in an envelope with what the tasks get besides."""
    return value["input"] if is_object(value) and {"input", "parents"} <= value.keys() else value


def is_object(value: object) -> TypeGuard[dict[str, Any]]:  # Any: JSON of any shape
    """Whether JSON is an object."""
    return isinstance(value, dict)


def workflow(each: Workflow) -> Row:
    """A workflow."""
    return {
        "name": each.name,
        "id": each.metadata.id,
        "paused": bool(each.is_paused),
        "description": each.description or None,
        "changed": each.metadata.updated_at,
    }


def worker(each: Worker) -> Row:
    """A worker."""
    return {
        "name": each.name,
        "id": each.metadata.id,
        "status": None if each.status is None else each.status.value,
        "slots": _slots(each.slot_config),
        "heartbeat": each.last_heartbeat_at,
        "labels": {label.key: label.value for label in each.labels or ()} or None,
    }


def _slots(config: Any) -> str | None:  # Any: a mapping of models, by kinds of slots
    if not config:
        return None
    return ", ".join(
        f"{kind} {(slots.limit or 0) - (slots.available or 0)}/{slots.limit}" for kind, slots in config.items()
    )


def event(each: V1Event) -> Row:
    """An event."""
    return {
        "key": each.key,
        "id": each.metadata.id,
        "seen": each.seen_at,
        "scope": each.scope,
        "payload": each.payload,
    }


def cron(each: CronWorkflows) -> Row:
    """A cron."""
    return {
        "workflow": each.workflow_name,
        "name": each.name,
        "expression": each.cron,
        "id": each.metadata.id,
        "enabled": each.enabled,
        "input": each.input,
    }


def schedule(each: ScheduledWorkflows) -> Row:
    """A scheduled run."""
    return {
        "workflow": each.workflow_name,
        "id": each.metadata.id,
        "at": each.trigger_at,
        "status": None if each.workflow_run_status is None else each.workflow_run_status.value,
        "input": each.input,
    }


def rate_limit(each: RateLimit) -> Row:
    """A rate limit."""
    return {"key": each.key, "left": each.value, "limit": each.limit_value, "per": each.window}


def webhook(each: V1Webhook) -> Row:
    """A webhook."""
    return {"name": each.name, "source": each.source_name.value, "key": each.event_key_expression}


def durable_entry(each: DurableLogEntry) -> Row:
    """An entry in the log of a durable task."""
    return {
        "branch": each.branch,
        "node": each.node,
        "kind": each.kind.value,
        "label": each.label,
        "done": each.is_satisfied,
        "created": each.created_at,
        "satisfied": each.satisfied_at,
    }
