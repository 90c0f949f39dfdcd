"""Crons, scheduled runs and paused workflows over REST."""

from __future__ import annotations

import json
import uuid
from datetime import datetime, timedelta, timezone

import pytest

from hatchet.engine import MovableClock
from hatchet.engine.delivery import messages
from hatchet_api.grpc import workflows_pb2
from hatchet_api.grpc.v1 import workflows_pb2 as admin_pb2
from hatchet_api.rest import models
from tests.engine.peer import Peer, errors, payload, task
from tests.engine.rest_peer import Rest

WORKFLOWS = "/api/v1/tenants/{tenant}/workflows"


def cron_body(**fields: object) -> dict[str, object]:
    """What creates a cron."""
    return {
        "cronName": "nightly",
        "cronExpression": "0 3 * * *",
        "input": {"n": 1},
        "additionalMetadata": {"who": "ada"},
        **fields,
    }


def schedule_body(at: float, **fields: object) -> dict[str, object]:
    """What creates a scheduled run."""
    moment = datetime.fromtimestamp(at, timezone.utc).isoformat()
    return {"triggerAt": moment, "input": {"n": 1}, "additionalMetadata": {"who": "ada"}, **fields}


async def pause(rest: Rest, workflow_id: str, **fields: object) -> models.Workflow:
    """Pause a workflow."""
    body = {
        "action": "pause",
        "pausedWorkflowCronRunQueueBehavior": "DROP",
        "pausedWorkflowScheduledRunQueueBehavior": "DROP",
        "pausedWorkflowQueueTTL": "24h",
        **fields,
    }
    return await rest.patch(models.Workflow, f"/api/v1/workflows/{workflow_id}", {"pause": body})


async def unpause(rest: Rest, workflow_id: str) -> models.Workflow:
    """Let a workflow go on."""
    body = {"pause": {"action": "unpause"}}
    return await rest.patch(models.Workflow, f"/api/v1/workflows/{workflow_id}", body)


async def test_a_cron_lives_from_its_creation_to_its_deletion(peer: Peer, rest: Rest, clock: MovableClock) -> None:
    workflow = await peer.put("night")
    worker = await peer.worker("night:night")
    cron = await rest.post(models.CronWorkflows, f"{WORKFLOWS}/night/crons", cron_body(priority=3))
    assert (cron.name, cron.cron, cron.enabled, cron.method.value) == ("nightly", "0 3 * * *", True, "API")
    assert (cron.workflow_id, cron.workflow_version_id) == (workflow.workflow_id, workflow.id)
    assert cron.priority == 3
    path = f"{WORKFLOWS}/crons/{cron.metadata.id}"
    assert await rest.get(models.CronWorkflows, path) == cron

    clock.advance(86_400)
    action = await worker.next()
    metadata = json.loads(action.additional_metadata)
    assert (metadata["who"], metadata["hatchet__cron_name"]) == ("ada", "nightly")
    assert datetime.fromisoformat(metadata["hatchet__cron_scheduled_at"]).hour == 3
    assert action.priority == 3
    await worker.complete(action)

    now = await rest.post(models.TriggerRunResult, path, None)
    assert (await worker.next()).workflow_run_id == now.external_id

    assert (await rest.send("PATCH", path, {"enabled": False})).status_code == 204
    assert not (await rest.get(models.CronWorkflows, path)).enabled
    await peer.put("night", description="the next version")
    assert (await rest.get(models.CronWorkflows, path)).workflow_version_id != workflow.id
    clock.advance(86_400)
    assert (await rest.send("DELETE", path)).status_code == 204
    assert "not found" in await rest.refused(404, "GET", path)


async def test_a_cron_that_rests_goes_on_resting_in_the_next_version(peer: Peer, rest: Rest) -> None:
    await peer.put("resting", cron_triggers=["0 0 * * *", "0 * * * *"])

    async def listed() -> dict[str, models.CronWorkflows]:
        rows = (await rest.get(models.CronWorkflowsList, f"{WORKFLOWS}/crons")).rows or []
        return {row.cron: row for row in rows}

    path = f"{WORKFLOWS}/crons/{(await listed())['0 0 * * *'].metadata.id}"
    assert (await rest.send("PATCH", path, {"enabled": False})).status_code == 204
    await peer.put("resting", cron_triggers=["0 0 * * *", "0 * * * *"], cron_input='{"version": 2}')
    crons = await listed()
    assert {cron: row.enabled for cron, row in crons.items()} == {"0 0 * * *": False, "0 * * * *": True}
    assert crons["0 0 * * *"].input == {"version": 2}


async def test_a_scheduled_run_that_may_not_start_is_kept_when_asked_for_and_dropped_when_due(
    peer: Peer, rest: Rest, clock: MovableClock
) -> None:
    rule = admin_pb2.IdempotencyConfig(expression="'only one'", ttl_ms=86_400_000)
    await peer.put("single", idempotency=rule)
    await peer.trigger("single")
    made = await rest.post(
        models.ScheduledWorkflows, f"{WORKFLOWS}/single/scheduled", schedule_body(clock.now() + 3600)
    )
    path = f"{WORKFLOWS}/scheduled/{made.metadata.id}"
    assert "idempotency key collision" in await rest.refused(409, "POST", path)
    assert (await rest.send("GET", path)).status_code == 200
    clock.advance(3601)
    assert (await rest.send("GET", path)).status_code == 404
    assert len(await rest.runs()) == 1


async def test_crons_are_listed_by_filters_and_in_order(peer: Peer, rest: Rest) -> None:
    await peer.put("first", cron_triggers=["0 0 * * *"])
    await peer.put("second")
    await rest.post(models.CronWorkflows, f"{WORKFLOWS}/second/crons", cron_body())
    await rest.post(
        models.CronWorkflows,
        f"{WORKFLOWS}/second/crons",
        cron_body(cronName="other", additionalMetadata={"who": "eve"}),
    )

    async def listed(**query: str) -> list[tuple[str, str | None]]:
        rows = (await rest.get(models.CronWorkflowsList, f"{WORKFLOWS}/crons", query)).rows or []
        return [(row.workflow_name, row.name) for row in rows]

    assert await listed() == [("second", "other"), ("second", "nightly"), ("first", "")]
    assert await listed(orderByDirection="ASC") == [("first", ""), ("second", "nightly"), ("second", "other")]
    assert (await listed(orderByField="name", orderByDirection="ASC"))[0] == ("first", "")
    assert await listed(workflowName="first") == [("first", "")]
    assert await listed(cronName="other") == [("second", "other")]
    assert await listed(additionalMetadata="who:ada") == [("second", "nightly")]
    assert await listed(limit="1", offset="1") == [("second", "nightly")]
    page = (await rest.get(models.CronWorkflowsList, f"{WORKFLOWS}/crons", {"limit": "2", "offset": "2"})).pagination
    assert page is not None
    assert (page.current_page, page.next_page, page.num_pages) == (2, 2, 2)
    words = await rest.refused(400, "GET", f"{WORKFLOWS}/crons", query={"additionalMetadata": "a:b:c"})
    assert words == "Additional metadata filters must be in the format key:value."


@pytest.mark.parametrize(
    ("workflow", "body", "words"),
    [
        ("nobody", cron_body(), "workflow not found"),
        ("here", cron_body(cronName=""), "cron name is required"),
        ("here", cron_body(cronExpression="soon"), "Invalid cron expression: a cron expression has 5 fields"),
        ("here", cron_body(cronExpression="0 0 30 2 *"), "is never due"),
        ("here", cron_body(), "already exists"),
        ("here", {"cronName": "x"}, "cronExpression: Field required"),
        ("here", cron_body(priority=4), "priority: Input should be less than or equal to 3"),
    ],
)
async def test_crons_that_break_a_rule_are_refused(
    peer: Peer, rest: Rest, workflow: str, body: dict[str, object], words: str
) -> None:
    await peer.put("here")
    await rest.post(models.CronWorkflows, f"{WORKFLOWS}/here/crons", cron_body())
    assert words in await rest.refused(400, "POST", f"{WORKFLOWS}/{workflow}/crons", body)


async def test_a_scheduled_run_is_moved_triggered_and_forgotten(peer: Peer, rest: Rest, clock: MovableClock) -> None:
    await peer.put("once")
    worker = await peer.worker("once:once")
    at = clock.now() + 3600
    schedule = await rest.post(models.ScheduledWorkflows, f"{WORKFLOWS}/once/scheduled", schedule_body(at, priority=2))
    assert (schedule.method.value, schedule.priority, schedule.workflow_name) == ("API", 2, "once")
    path = f"{WORKFLOWS}/scheduled/{schedule.metadata.id}"
    later = datetime.fromtimestamp(at + 3600, timezone.utc)
    moved = await rest.patch(models.ScheduledWorkflows, path, {"triggerAt": later.isoformat()})
    assert abs(moved.trigger_at - later) < timedelta(milliseconds=1)
    clock.advance(3700)
    assert await rest.get(models.ScheduledWorkflows, path) == moved
    clock.advance(3600)
    action = await worker.next()
    assert payload(action)["input"] == {"n": 1}
    assert json.loads(action.additional_metadata)["who"] == "ada"
    assert "one that has fired is forgotten" in await rest.refused(404, "GET", path)

    other = await rest.post(models.ScheduledWorkflows, f"{WORKFLOWS}/once/scheduled", schedule_body(at + 86_400))
    path = f"{WORKFLOWS}/scheduled/{other.metadata.id}"
    started = await rest.post(models.TriggerRunResult, path, None)
    assert (await worker.next()).workflow_run_id == started.external_id
    assert (await rest.send("GET", path)).status_code == 404


async def test_scheduled_runs_are_listed_and_changed_in_bulk(peer: Peer, rest: Rest, clock: MovableClock) -> None:
    workflow = await peer.put("bulk")
    await peer.put("other")
    base = clock.now() + 3600
    created = [
        await rest.post(
            models.ScheduledWorkflows,
            f"{WORKFLOWS}/{name}/scheduled",
            schedule_body(base + number, additionalMetadata={"n": str(number)}),
        )
        for number, name in enumerate(["bulk", "bulk", "other"])
    ]
    ids = [each.metadata.id for each in created]

    async def listed(**query: str) -> list[int]:
        rows = (await rest.get(models.ScheduledWorkflowsList, f"{WORKFLOWS}/scheduled", query)).rows or []
        return [ids.index(row.metadata.id) for row in rows]

    assert await listed() == [2, 1, 0]
    assert await listed(orderByDirection="ASC") == [0, 1, 2]
    assert await listed(workflowId=workflow.workflow_id) == [1, 0]
    assert await listed(additionalMetadata="n:1") == [1]
    assert await listed(statuses="SCHEDULED") == [2, 1, 0]
    assert await listed(statuses="FAILED") == []
    assert await listed(parentStepRunId=str(uuid.uuid4())) == []
    assert "unknown status" in await rest.refused(400, "GET", f"{WORKFLOWS}/scheduled", query={"statuses": "LOST"})

    gone = str(uuid.uuid4())
    moment = datetime.fromtimestamp(base + 86_400, timezone.utc).isoformat()
    updated = await rest.post(
        models.ScheduledWorkflowsBulkUpdateResponse,
        f"{WORKFLOWS}/scheduled/bulk-update",
        {"updates": [{"id": ids[0], "triggerAt": moment}, {"id": gone, "triggerAt": moment}]},
    )
    assert [str(each) for each in updated.updated_ids] == [ids[0]]
    assert [(str(each.id), each.error) for each in updated.errors] == [(gone, "Scheduled workflow not found.")]
    assert await listed() == [0, 2, 1]

    bulk = f"{WORKFLOWS}/scheduled/bulk-delete"
    deleted = await rest.post(
        models.ScheduledWorkflowsBulkDeleteResponse, bulk, {"scheduledWorkflowRunIds": [ids[1], gone]}
    )
    assert [str(each) for each in deleted.deleted_ids] == [ids[1]]
    assert [str(each.id) for each in deleted.errors] == [gone]
    by_filter = {"filter": {"workflowId": workflow.workflow_id, "additionalMetadata": ["n:0"]}}
    chosen = await rest.post(models.ScheduledWorkflowsBulkDeleteResponse, bulk, by_filter)
    assert [str(each) for each in chosen.deleted_ids] == [ids[0]]
    assert await listed() == [2]
    assert "Provide scheduledWorkflowRunIds or filter." in await rest.refused(400, "POST", bulk, {})
    both = {"scheduledWorkflowRunIds": [gone], "filter": {}}
    assert "not both" in await rest.refused(400, "POST", bulk, both)


async def test_a_paused_workflow_creates_runs_and_holds_them_until_it_goes_on(
    peer: Peer, rest: Rest, clock: MovableClock
) -> None:
    workflow = await peer.put("held", task("held", workflow="held", schedule_timeout="1m", timeout="1h"))
    worker = await peer.worker("held:held", slots={"default": 1})
    running = await peer.trigger("held", {"n": 1})
    first = await worker.next()
    before = await peer.trigger("held", {"n": 2})
    view = await pause(rest, workflow.workflow_id)
    assert view.is_paused
    assert view.paused_workflow_cron_run_queue_behavior == models.WorkflowPauseScheduledCronRunQueueBehavior.DROP
    during = await peer.trigger("held", {"n": 3})
    await worker.complete(first, {})
    assert first.workflow_run_id == running
    clock.advance(600)
    assert [(await peer.details(run)).status for run in (before, during)] == [0, 0]
    assert not (await unpause(rest, workflow.workflow_id)).is_paused
    for run in (before, during):
        action = await worker.next()
        assert action.workflow_run_id == run
        await worker.complete(action, {})


async def test_what_waits_for_longer_than_the_pause_allows_is_cancelled(
    peer: Peer, rest: Rest, clock: MovableClock
) -> None:
    workflow = await peer.put("expiring")
    await pause(rest, workflow.workflow_id, pausedWorkflowQueueTTL="1h")
    run_id = await peer.trigger("expiring")
    clock.advance(3599)
    assert (await peer.details(run_id)).status == 0
    clock.advance(2)
    assert errors(await peer.result(run_id)) == {"expiring": ""}


async def test_ticks_and_schedules_of_a_paused_workflow_do_as_it_says(
    peer: Peer, rest: Rest, clock: MovableClock
) -> None:
    workflow = await peer.put("tick", cron_triggers=["0 * * * *"])
    worker = await peer.worker("tick:tick")

    async def schedule() -> None:
        await peer.workflows.schedule_workflow(
            workflows_pb2.ScheduleWorkflowRequest(
                name="tick", schedules=[messages.timestamp(clock.now() + 60)], input='{"from": "schedule"}'
            ),
            metadata=peer.metadata,
        )

    await pause(rest, workflow.workflow_id)
    await schedule()
    clock.advance(3600)
    assert await rest.runs(workflow_ids=workflow.workflow_id) == []
    await unpause(rest, workflow.workflow_id)
    late = await worker.next()
    assert payload(late)["input"] == {"from": "schedule"}
    await worker.complete(late)

    behaviors = {"pausedWorkflowCronRunQueueBehavior": "QUEUE", "pausedWorkflowScheduledRunQueueBehavior": "QUEUE"}
    await pause(rest, workflow.workflow_id, **behaviors)
    await schedule()
    clock.advance(3600)
    assert len(await rest.runs(workflow_ids=workflow.workflow_id, statuses="QUEUED")) == 2
    await unpause(rest, workflow.workflow_id)
    assert {str(payload(await worker.next())["input"]) for _ in range(2)} == {"{}", "{'from': 'schedule'}"}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"action": "stop"}, "field pause.action must be pause or unpause, got 'stop'"),
        ({"action": "pause"}, "pausedWorkflowQueueTTL: Field required"),
        (
            {
                "action": "pause",
                "pausedWorkflowCronRunQueueBehavior": "KEEP",
                "pausedWorkflowScheduledRunQueueBehavior": "DROP",
                "pausedWorkflowQueueTTL": "1h",
            },
            "unknown value 'KEEP'; use DROP, QUEUE",
        ),
        (
            {
                "action": "pause",
                "pausedWorkflowCronRunQueueBehavior": "DROP",
                "pausedWorkflowScheduledRunQueueBehavior": "DROP",
                "pausedWorkflowQueueTTL": "1d7h",
            },
            "not a duration: '1d7h'",
        ),
    ],
)
async def test_pauses_that_break_a_rule_are_refused(
    peer: Peer, rest: Rest, body: dict[str, object], words: str
) -> None:
    workflow = await peer.put("ruled")
    assert words in await rest.refused(400, "PATCH", f"/api/v1/workflows/{workflow.workflow_id}", {"pause": body})


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00Z"])
async def test_times_that_no_answer_can_show_are_refused(peer: Peer, rest: Rest, moment: str) -> None:
    await peer.put("far")
    body = {"triggerAt": moment, "input": {}, "additionalMetadata": {}}
    words = await rest.refused(400, "POST", f"{WORKFLOWS}/far/scheduled", body)
    assert "between the years 1970 and 9999" in words
    assert (await rest.send("GET", f"{WORKFLOWS}/scheduled")).status_code == 200
