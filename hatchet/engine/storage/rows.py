"""The rows of runs, tasks and workers, and the statements that store them."""

from __future__ import annotations

import json

from hatchet.engine.state.definitions import WantedLabel
from hatchet.engine.state.model import Run, TaskRun, Worker

Value = str | int | float | bytes | None

NEW_RUN = "INSERT OR REPLACE INTO runs VALUES (" + ",".join("?" * 25) + ")"
RUN = "UPDATE runs SET status=?, reported=?, started_at=?, finished_at=? WHERE seq=?"
NEW_TASK = "INSERT OR REPLACE INTO tasks VALUES (" + ",".join("?" * 27) + ")"
TASK = (
    "UPDATE tasks SET status=?, reported=?, priority=?, created_at=?, retry_count=?, own_retries=?, internal_retries=?,"
    " invocations=?, worker_id=?, holds_slots=?, queued_at=?, schedule_deadline=?, retry_at=?, assigned_at=?,"
    " started_at=?, timeout_at=?, finished_at=?, output=?, error=?, never_scheduled=?, match=?, evicted_at=?"
    " WHERE seq=?"
)


def new_run(run: Run) -> tuple[Value, ...]:
    return (
        run.seq,
        run.id,
        run.version.workflow_id,
        run.version.id,
        int(run.is_dag),
        run.display_name,
        run.input,
        run.metadata,
        run.priority,
        run.created_at,
        run.parent_id,
        run.parent_task_id,
        run.child_index,
        run.child_key,
        run.desired_worker_id,
        dump_labels(run.desired_labels),
        run.event_id,
        run.event_key,
        run.filter_id,
        run.filter_payload,
        run.idempotency_key,
        run.status.value,
        run.reported.value,
        run.started_at,
        run.finished_at,
    )


def changed_run(run: Run) -> tuple[Value, ...]:
    return (run.status.value, run.reported.value, run.started_at, run.finished_at, run.seq)


def new_task(task: TaskRun) -> tuple[Value, ...]:
    head = (task.seq, task.id, task.run.seq, task.definition.name, task.definition.action)
    return head + changed_task(task)[:-1]


def changed_task(task: TaskRun) -> tuple[Value, ...]:
    return (
        task.status.value,
        task.reported.value,
        task.priority,
        task.created_at,
        task.retry_count,
        task.own_retries,
        task.internal_retries,
        task.invocations,
        task.worker_id,
        int(task.holds_slots),
        task.queued_at,
        task.schedule_deadline,
        task.retry_at,
        task.assigned_at,
        task.started_at,
        task.timeout_at,
        task.finished_at,
        task.output,
        task.error,
        int(task.never_scheduled),
        task.match.dump() if task.match is not None else None,
        task.evicted_at,
        task.seq,
    )


def worker_row(worker: Worker) -> tuple[Value, ...]:
    runtime = worker.runtime
    details = {
        "actions": sorted(worker.actions),
        "slots": worker.slots,
        "labels": worker.labels,
        "runtime": [runtime.sdk_version, runtime.language, runtime.language_version, runtime.os, runtime.extra],
    }
    return (
        worker.id,
        worker.name,
        worker.created_at,
        worker.heartbeat_at,
        worker.listening_since,
        int(worker.paused),
        json.dumps(details),
    )


def dump_labels(labels: tuple[WantedLabel, ...]) -> str | None:
    """The stored form of the labels that a trigger asked for."""
    if not labels:
        return None
    return json.dumps([[w.key, w.value, w.required, w.comparator.value, w.weight] for w in labels])
