"""What the REST API tells of a run: why a task of it waits or was cancelled, and how it ended if that is large.

`hatchet.runs.why` puts the former into words.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, cast

from hatchet.errors import ApiError, NotFound
from hatchet.features.boxes import opened
from hatchet.features.rest import Rest
from hatchet.runs.why import Facts, Happened, Offer, WantedLabel
from hatchet.transport import http as http  # httpx is loaded here, and not on the I/O loop with the first question
from hatchet.transport.retry import SOON, RetryPolicy
from hatchet.wire.recent import SHOWN_WITHIN
from hatchet.wire.values import RunDetails, RunStatus, TaskRunDetails
from hatchet_api.rest import api, models

if TYPE_CHECKING:
    from hatchet_api.rest.models import V1TaskEvent, V1WorkflowRunDetails, Worker, WorkflowVersion

TIMEOUT: Final = 2.0  # s for each question
EVENTS: Final = 50  # of a task run, newest first; without a number the real engine answers with none
ENDED: Final = ("COMPLETED", "FAILED", "CANCELLED")
UNTIL_ENDED: Final = RetryPolicy(attempts=None, backoff=SOON, outage_limit=SHOWN_WITHIN, retry_not_found=True)
WAITING_STRATEGIES: Final = (
    "GROUP_ROUND_ROBIN",
    "QUEUE_NEWEST",
    "CANCEL_QUEUED_EXCEPT_NEWEST",
    "CANCEL_QUEUED_EXCEPT_OLDEST",
)


class Knowledge:
    """Asks for what is known of a task run."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest

    async def facts(self, task_run_id: str) -> Facts:
        """What a task run waits for."""
        task = await self._rest.send(api.tasks.get.build(task_run_id), TIMEOUT)
        action = task.action_id or ""
        version_id = task.workflow_version_id
        events, workers, version = await asyncio.gather(
            self._events(task_run_id),
            self._rest.send(
                api.workers.list.build(
                    self._rest.config.tenant_id,
                    statuses=[models.WorkerStatus("ACTIVE"), models.WorkerStatus("PAUSED")],
                ),
                TIMEOUT,
            ),
            self._rest.send(api.workflow_versions.get.build(task.workflow_id, version=version_id), TIMEOUT),
        )
        declared = _declared(version.workflow_config or task.workflow_config or {}, action)
        kind = "durable" if task.is_durable else "default"
        return Facts(
            task=action.rpartition(":")[2],
            events=events,
            offers=[_offer(worker, kind) for worker in workers.rows or () if action in (worker.actions or ())],
            labels=tuple(_labels(declared)),
            concurrency=tuple(_limits(version, action.rpartition(":")[2])),
            rate_limits=tuple(_rate_limits(declared)),
            workflow_is_paused=bool(version.workflow is not None and version.workflow.is_paused),
            schedule_timeout=_text(declared.get("ScheduleTimeout")),
        )

    async def events(self, run_id: str, task_run_ids: Sequence[str]) -> Sequence[Happened]:
        """What happened to the tasks of a run."""
        if len(task_run_ids) == 1:
            return await self._events(task_run_ids[0])
        return _happened((await self._rest.send(api.runs.get.build(run_id), TIMEOUT)).task_events)

    async def details(self, run_id: str, *, ended: bool) -> RunDetails:
        """A run as it stands, with the outputs of its tasks, however large they are.

        Args:
            ended: it is known to have ended; the end is waited for, since REST shows it a moment later.

        Raises:
            NotFound: the run is not shown, or its end is not.
        """
        if ended:
            await UNTIL_ENDED.run(lambda _: self._check_ended(run_id))
        found = await self._rest.send(api.runs.get.build(run_id), patience=self._rest.recent.patience(run_id))
        sent = {task.task_external_id: _json(task.output) for task in found.tasks}
        return _details(run_id, opened(found), sent)

    async def _check_ended(self, run_id: str) -> None:
        try:
            status = await self._rest.send(api.runs.get_status.build(run_id))
        except ApiError as error:
            error.repeatable = False  # what passes has been tried again
            raise
        if status.value not in ENDED:
            raise NotFound(f"the end of run {run_id} is not shown yet", code="NOT_FOUND", call="")

    async def _events(self, task_run_id: str) -> Sequence[Happened]:
        return _happened((await self._rest.send(api.task_events.list.build(task_run_id, limit=EVENTS), TIMEOUT)).rows)


def _details(run_id: str, found: V1WorkflowRunDetails, sent: Mapping[str, str | None]) -> RunDetails:
    """A run as gRPC gives it, from what REST gives."""
    tasks = [
        TaskRunDetails(
            task_run_id=task.task_external_id,
            name=(task.action_id or "").rpartition(":")[2],
            status=_status(task.status.value),
            output_text=_json(task.output),
            error=task.error_message or ("" if task.status.value in ENDED else None),
            sent=sent[task.task_external_id],
        )
        for task in found.tasks
    ]
    return RunDetails(
        run_id=run_id,
        status=_status(found.run.status.value),
        done=found.run.status.value in ENDED,
        input_text=_json(found.run.input) or "",
        additional_metadata=found.run.additional_metadata or {},
        tasks={task.name: task for task in tasks},
    )


def _status(value: str) -> RunStatus:
    return RunStatus(value) if value in RunStatus.__members__ else RunStatus.RUNNING


def _json(value: object) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)


def _happened(events: Sequence[V1TaskEvent] | None) -> list[Happened]:
    return [
        Happened(event.event_type.value, event.message, event.retry_count or 0, event.task_id) for event in events or ()
    ]


def _offer(worker: Worker, kind: str) -> Offer:
    slots = (worker.slot_config or {}).get(kind)
    return Offer(
        name=worker.name,
        is_paused=worker.status == "PAUSED",
        free=0 if slots is None else slots.available or 0,
        slots=0 if slots is None else slots.limit,
        labels={label.key: label.value or "" for label in worker.labels or ()},
    )


def _declared(config: Mapping[str, Any], action: str) -> Mapping[str, Any]:  # Any: JSON that the spec leaves free
    """A task's part of its registration."""
    tasks = cast(list[dict[str, Any]], config.get("Tasks") or [])
    return next((task for task in tasks if task.get("Action") == action), cast(dict[str, Any], {}))


def _labels(declared: Mapping[str, Any]) -> Iterator[WantedLabel]:
    for key, label in cast(dict[str, dict[str, Any]], declared.get("DesiredWorkerLabels") or {}).items():
        if label.get("Required"):
            number = label.get("IntValue")
            value = str(label.get("StrValue") or "") if number is None else int(number)
            yield WantedLabel(key, value, str(label.get("Comparator") or "EQUAL"))


def _limits(version: WorkflowVersion, task: str) -> Iterator[str]:
    for limit in version.v1_concurrency or ():
        of_task = limit.step_readable_id in (None, "", task)
        if of_task and limit.limit_strategy.value in WAITING_STRATEGIES:
            yield f"{limit.expression}, {limit.max_runs} at a time"


def _rate_limits(declared: Mapping[str, Any]) -> Iterator[str]:
    for limit in cast(list[dict[str, Any]], declared.get("RateLimits") or []):
        if key := _text(limit.get("KeyExpr") or limit.get("Key")):
            yield key.strip('"')


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
