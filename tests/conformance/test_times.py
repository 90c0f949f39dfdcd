"""Crons, scheduled runs and paused workflows."""

from __future__ import annotations

import queue
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import uuid4

import pytest

from hatchet import Context, EmptyModel, Hatchet, RunStatus
from hatchet_api.rest import errors, models
from hatchet_api.rest.api import crons as cron_api
from hatchet_api.rest.api import scheduled as scheduled_api
from hatchet_api.rest.api import workflows as workflow_api
from tests.conformance.helpers import Api, Heard, eventually

Seen = queue.Queue[dict[str, object]]


def recorder(hatchet: Hatchet, name: str, **options: Any) -> tuple[Any, Seen]:
    """A task that notes what it was started with; Any: the options are the task's business."""
    seen: Seen = queue.Queue()

    make: Callable[[Callable[[EmptyModel, Context], None]], Any] = hatchet.task(name=name, **options)

    def note(input: EmptyModel, ctx: Context) -> None:
        metadata = {key: value for key, value in ctx.additional_metadata.items() if key != "traceparent"}
        seen.put({"metadata": metadata, "priority": ctx.priority})

    return make(note), seen


def named(hatchet: Hatchet, name: str) -> models.Workflow:
    """A workflow that was just registered."""
    rows = hatchet.workflows.list(workflow_name=name).rows or []
    return next(row for row in rows if row.name == hatchet.namespace + name)


def soon(seconds: float) -> datetime:
    """A moment in the future."""
    return datetime.now(timezone.utc) + timedelta(seconds=seconds)


def test_a_cron_of_a_workflow_ticks_with_its_metadata(hatchet: Hatchet, worker: Any, answers: Any) -> None:
    ticking, seen = recorder(hatchet, "ticking", on_crons=["*/2 * * * * *"], default_priority=2)
    with worker(ticking):
        run = seen.get(timeout=40)
        following = seen.get(timeout=40)
        answers("run", run)
        times = [
            datetime.fromisoformat(str(each["metadata"]["hatchet__cron_scheduled_at"]))  # type: ignore[index] # a dict
            for each in (run, following)
        ]
        assert [(moment.second % 2, moment.microsecond) for moment in times] == [(0, 0)] * 2
        assert times[1] > times[0]
        crons = [row for row in hatchet.cron.list().rows or [] if row.workflow_name == hatchet.namespace + "ticking"]
        answers("cron", [row.model_dump(mode="json", exclude={"metadata", "tenant_id"}) for row in crons])
    hatchet.workflows.delete(named(hatchet, "ticking").metadata.id)


def test_a_cron_is_created_read_disabled_triggered_and_deleted(
    hatchet: Hatchet, worker: Any, answers: Any, api: Api
) -> None:
    nightly, seen = recorder(hatchet, "nightly")
    with worker(nightly):
        body = models.CreateCronWorkflowTriggerRequest(
            cron_name="mine",
            cron_expression="0 3 1 1 *",
            input={"n": 1},
            additional_metadata={"who": "ada"},
            priority=3,
        )
        created = api(cron_api.create.sync, api.tenant, hatchet.namespace + "nightly", body)
        answers("created", created.model_dump(mode="json", exclude={"metadata", "tenant_id"}))
        with pytest.raises(errors.BadRequest):
            api(cron_api.create.sync, api.tenant, hatchet.namespace + "nightly", body)
        cron_id = created.metadata.id
        assert api(cron_api.get.sync, api.tenant, cron_id).name == "mine"
        api(cron_api.update.sync, api.tenant, cron_id, models.UpdateCronWorkflowTriggerRequest(enabled=False))
        assert not api(cron_api.get.sync, api.tenant, cron_id).enabled
        api(cron_api.trigger.sync, api.tenant, cron_id)
        answers("triggered", seen.get(timeout=30))
        api(cron_api.delete.sync, api.tenant, cron_id)
        assert cron_id not in [row.metadata.id for row in hatchet.cron.list().rows or []]


def test_a_cron_of_an_unknown_workflow_or_without_a_name_is_refused(hatchet: Hatchet, worker: Any, api: Api) -> None:
    known, _ = recorder(hatchet, "known")

    def body(**fields: Any) -> models.CreateCronWorkflowTriggerRequest:
        return models.CreateCronWorkflowTriggerRequest(
            **{"cron_name": "c", "cron_expression": "@daily", "input": {}, "additional_metadata": {}, **fields}
        )

    with worker(known):
        for workflow, given in (("nobody", body()), ("known", body(cron_name=""))):
            with pytest.raises(errors.BadRequest):
                api(cron_api.create.sync, api.tenant, hatchet.namespace + workflow, given)


def schedule_of(at: datetime, **fields: Any) -> models.ScheduleWorkflowRunRequest:
    """What creates a scheduled run; Any: the model checks it."""
    return models.ScheduleWorkflowRunRequest(
        trigger_at=at, input={"n": 1}, additional_metadata={"who": "ada"}, **fields
    )


def test_a_scheduled_run_fires_at_its_time_and_is_forgotten(
    hatchet: Hatchet, worker: Any, answers: Any, api: Api
) -> None:
    later, seen = recorder(hatchet, "later", default_priority=3)
    with worker(later):
        at = soon(4)
        created = api(scheduled_api.create.sync, api.tenant, hatchet.namespace + "later", schedule_of(at))
        shown = created.model_dump(
            mode="json", exclude={"metadata", "tenant_id", "workflow_run_created_at", "workflow_run_name"}
        )
        answers("created", shown)
        assert seen.empty()
        answers("run", seen.get(timeout=40))
        assert datetime.now(timezone.utc) >= at

        def gone() -> bool:
            try:
                api(scheduled_api.get.sync, api.tenant, created.metadata.id)
            except errors.NotFound:
                return True
            return False

        assert eventually(gone, bool)
    assert seen.empty()


def test_a_time_that_has_passed_fires_at_once(hatchet: Hatchet, worker: Any, api: Api) -> None:
    past, seen = recorder(hatchet, "past")
    with worker(past):
        api(scheduled_api.create.sync, api.tenant, hatchet.namespace + "past", schedule_of(soon(-3600), priority=2))
        assert seen.get(timeout=40)["priority"] == 2


def test_scheduled_runs_are_moved_listed_triggered_and_deleted(
    hatchet: Hatchet, worker: Any, answers: Any, api: Api
) -> None:
    moved, seen = recorder(hatchet, "moved")
    with worker(moved):
        ids = [
            api(
                scheduled_api.create.sync, api.tenant, hatchet.namespace + "moved", schedule_of(soon(3600 + n))
            ).metadata.id
            for n in range(4)
        ]
        workflow = named(hatchet, "moved").metadata.id

        def listed(**query: Any) -> list[int]:  # Any: the operation checks its arguments
            rows = api(scheduled_api.list.sync, api.tenant, workflow_id=workflow, **query).rows or []
            return [ids.index(row.metadata.id) for row in rows]

        assert listed() == [3, 2, 1, 0]
        assert listed(limit=2, offset=1) == [2, 1]
        assert listed(additional_metadata=["who:eve"]) == []
        change = models.UpdateScheduledWorkflowRunRequest(trigger_at=soon(7200))
        api(scheduled_api.update.sync, api.tenant, ids[0], change)
        assert listed() == [0, 3, 2, 1]
        gone = str(uuid4())
        updates = [
            models.ScheduledWorkflowsBulkUpdateItem(id=ids[1], trigger_at=soon(9000)),
            models.ScheduledWorkflowsBulkUpdateItem(id=gone, trigger_at=soon(9000)),
        ]
        bulk = api(
            scheduled_api.bulk_update.sync, api.tenant, models.ScheduledWorkflowsBulkUpdateRequest(updates=updates)
        )
        answers("bulk update", bulk.model_dump(mode="json"))
        assert listed() == [1, 0, 3, 2]
        api(scheduled_api.trigger.sync, api.tenant, ids[3])
        assert seen.get(timeout=40)["metadata"] == {"who": "ada"}
        api(scheduled_api.delete.sync, api.tenant, ids[0])
        chosen = models.ScheduledWorkflowsBulkDeleteRequest(scheduled_workflow_run_ids=[ids[1], gone])
        deleted = api(scheduled_api.bulk_delete.sync, api.tenant, chosen)
        answers("bulk delete", deleted.model_dump(mode="json"))
        rest = models.ScheduledWorkflowsBulkDeleteRequest(
            filter=models.ScheduledWorkflowsBulkDeleteFilter(workflow_id=workflow)
        )
        assert [str(each) for each in api(scheduled_api.bulk_delete.sync, api.tenant, rest).deleted_ids] == [ids[2]]
        assert listed() == []


def pause(cron: str = "DROP", scheduled: str = "DROP", ttl: str = "24h") -> models.WorkflowUpdateRequest:
    """What pauses a workflow."""
    behavior = models.WorkflowPauseScheduledCronRunQueueBehavior
    return models.WorkflowUpdateRequest(
        pause=models.PauseWorkflowRequestPause(
            action="pause",
            paused_workflow_cron_run_queue_behavior=behavior(cron),
            paused_workflow_scheduled_run_queue_behavior=behavior(scheduled),
            paused_workflow_queue_ttl=ttl,
        )
    )


def unpause() -> models.WorkflowUpdateRequest:
    """What lets a workflow go on."""
    return models.WorkflowUpdateRequest(pause=models.PauseWorkflowRequestUnpause(action="unpause"))


def test_runs_of_a_paused_workflow_wait_for_its_end(
    hatchet: Hatchet, worker: Any, answers: Any, api: Api, heard: Heard
) -> None:
    held, seen = recorder(hatchet, "held")
    with worker(held):
        # Before its first run: the real engine remembers for a while that a workflow it has started is not paused.
        workflow = named(hatchet, "held").metadata.id
        paused = api(workflow_api.update.sync, workflow, pause())
        answers(
            "paused",
            {
                "paused": paused.is_paused,
                "crons": paused.paused_workflow_cron_run_queue_behavior,
                "schedules": paused.paused_workflow_scheduled_run_queue_behavior,
            },
        )
        heard()
        ref = held.run_no_wait()
        heard()
        assert eventually(ref.details, lambda details: True).status is RunStatus.QUEUED
        assert seen.empty()
        resumed = api(workflow_api.update.sync, workflow, unpause())
        assert resumed.is_paused is False
        ref.result(timeout=40)
        assert seen.get(timeout=5)


def test_schedules_of_a_paused_workflow_fire_when_it_goes_on(
    hatchet: Hatchet, worker: Any, api: Api, heard: Heard
) -> None:
    dropped, seen = recorder(hatchet, "dropped")
    with worker(dropped):
        workflow = named(hatchet, "dropped").metadata.id
        api(workflow_api.update.sync, workflow, pause())
        heard()
        created = api(scheduled_api.create.sync, api.tenant, hatchet.namespace + "dropped", schedule_of(soon(-1)))
        heard()
        assert api(scheduled_api.get.sync, api.tenant, created.metadata.id).metadata.id == created.metadata.id
        assert seen.empty()
        api(workflow_api.update.sync, workflow, unpause())
        assert seen.get(timeout=40)["metadata"] == {"who": "ada"}
