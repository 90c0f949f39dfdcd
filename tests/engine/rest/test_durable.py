"""Durable tasks as the REST side shows them."""

from __future__ import annotations

from datetime import datetime

from hatchet.engine import MovableClock
from hatchet_api.rest import models
from tests.engine.durable_peer import begun, child, event, sleep
from tests.engine.peer import Peer, push
from tests.engine.rest_peer import STABLE, Rest

EITHER = "10000000-0000-0000-0000-000000000000"


async def log(rest: Rest, task_id: str, query: str = "") -> list[models.V1DurableEventLogEntry]:
    """The event log of a task."""
    entries = await rest.json(f"{STABLE}/durable-tasks/{task_id}{query}")
    assert isinstance(entries, list)
    return [models.V1DurableEventLogEntry.model_validate(each) for each in entries]


async def test_the_event_log_tells_each_call_and_what_it_waits_for(peer: Peer, rest: Rest) -> None:
    await peer.put("c")
    async with begun(peer, "d") as (worker, task):
        await task.memo(b"k", b"1")
        await worker.stream.done()
        await task.run(child("c", index=0))
        await task.wait(
            event("paid", group=EITHER), sleep("2d", group=EITHER), sleep("1m"), label="Waiting for the money"
        )
        memo, run, wait = await log(rest, task.task_id)
        assert (memo.kind.value, memo.is_satisfied, memo.wait_data) == ("MEMO", True, None)
        assert isinstance(memo.satisfied_at, datetime)
        assert (run.kind.value, run.is_satisfied, run.satisfied_at) == ("RUN", False, None)
        assert _plain(run.wait_data) == [{"kind": "CHILD_WORKFLOW", "workflowName": "c"}]
        assert (wait.kind.value, wait.user_message) == ("WAIT_FOR", "Waiting for the money")
        assert _plain(wait.wait_data) == [
            {"kind": "SLEEP", "sleepDurationMs": 60_000},
            {"or": [{"kind": "SLEEP", "sleepDurationMs": 172_800_000}, {"kind": "USER_EVENT", "eventKey": "paid"}]},
        ]
        assert {str(each.task_external_id) for each in (memo, run, wait)} == {task.task_id}
        assert [each.node_id for each in await log(rest, task.task_id, "?limit=1&offset=1")] == [2]
        answer = await rest.http.get(f"{STABLE}/durable-tasks/{EITHER}".format(tenant=rest.tenant))
        assert answer.status_code == 404


def _plain(data: object) -> object:
    assert isinstance(data, list)
    return [each.model_dump(mode="json", by_alias=True, exclude_none=True) for each in data]


async def test_a_branch_is_opened_and_listed_after_the_first(peer: Peer, rest: Rest) -> None:
    async with begun(peer) as (worker, task):
        await task.memo(b"k", b"1")
        await worker.stream.done()
        await worker.complete(task)
        body = {"taskExternalId": task.task_id, "nodeId": 1, "branchId": 1}
        answer = await rest.post(models.V1BranchDurableTaskResponse, f"{STABLE}/durable-tasks/branch", body)
        assert (str(answer.task_external_id), answer.node_id, answer.branch_id) == (task.task_id, 1, 2)
        second = await worker.next()
        await second.memo(b"k", b"2")
        await worker.stream.done()
        assert [(each.branch_id, each.node_id) for each in await log(rest, task.task_id)] == [(1, 1), (2, 1)]
        refusal = await rest.http.post(
            f"{STABLE}/durable-tasks/branch".format(tenant=rest.tenant), json={**body, "branchId": 7}
        )
        assert (refusal.status_code, "has no branch 7" in refusal.text) == (400, True)


async def test_an_evicted_run_is_running_and_found_by_its_filter(peer: Peer, rest: Rest, clock: MovableClock) -> None:
    async with begun(peer) as (worker, task):
        await task.wait(event("go"))
        other = await peer.trigger("d")
        await worker.next()

        async def listed(kind: str, *more: str) -> list[str]:
            query = {"since": "2020-01-01T00:00:00Z", "only_tasks": "false", "running_filter": kind}
            if more:
                query["statuses"] = more[0]
            found = await rest.get(models.V1TaskSummaryList, f"{STABLE}/workflow-runs", query)
            return sorted(str(row.workflow_run_external_id) for row in found.rows)

        both = sorted((task.task_id, other))
        assert await listed("EVICTED", "RUNNING") == []
        await task.evict("patience is over")
        assert await listed("EVICTED", "RUNNING") == [task.task_id]
        assert await listed("ON_WORKER", "RUNNING") == [other]
        assert await listed("ALL", "RUNNING") == await listed("ALL") == both
        assert await listed("EVICTED") == [task.task_id]

        summary = await rest.get(models.V1TaskSummary, f"/api/v1/stable/tasks/{task.task_id}")
        assert (summary.status.value, summary.is_evicted, summary.is_durable) == ("RUNNING", True, True)
        run = f"/api/v1/stable/workflow-runs/{task.task_id}"
        assert await rest.json(f"{run}/status") == "RUNNING"
        assert (await rest.get(models.V1WorkflowRunDetails, run)).run.status.value == "RUNNING"
        metrics = await rest.json(f"{STABLE}/task-metrics", {"since": "2020-01-01T00:00:00Z"})
        assert isinstance(metrics, list)
        [running] = [each for each in metrics if each["status"] == "RUNNING"]
        assert (running["count"], running["runningDetailCount"]) == (2, {"evicted": 1, "onWorker": 1})
        one = await rest.get(models.Worker, f"/api/v1/workers/{worker.raw.id}")
        assert (one.slot_config or {})["durable"].available == 9

        await push(peer, "go")
        await worker.next()
        events = await rest.get(models.V1TaskEventList, f"/api/v1/stable/tasks/{task.task_id}/task-events")
        told = [(each.event_type.value, each.message) for each in events.rows or []]
        assert ("DURABLE_EVICTED", "patience is over") in told
        assert ("DURABLE_RESTORING", "Restoring evicted task: callback satisfied while task evicted") in told
        assert told.index(("DURABLE_EVICTED", "patience is over")) > 0
        assert await listed("EVICTED", "RUNNING") == []


async def test_a_task_that_was_never_evicted_may_be_restored(peer: Peer, rest: Rest) -> None:
    async with begun(peer) as (worker, task):
        path = f"/api/v1/stable/tasks/{task.task_id}/restore"
        assert (await rest.post(models.V1RestoreTaskResponse, path, {})).requeued
        await task.wait(event("go"))
        await task.evict()
        assert (await rest.post(models.V1RestoreTaskResponse, path, {})).requeued
        assert (await worker.next()).count == 2


async def test_cancelling_what_runs_reaches_what_is_evicted(peer: Peer, rest: Rest) -> None:
    async with begun(peer) as (worker, task):
        await task.wait(event("go"))
        await task.evict()
        chosen = {"filter": {"since": "2020-01-01T00:00:00Z", "statuses": ["RUNNING"]}}
        answer = await rest.post(models.V1CancelledTasks, f"{STABLE}/tasks/cancel", chosen)
        assert [str(each) for each in answer.ids or []] == [task.task_id]
        assert await rest.json(f"/api/v1/stable/workflow-runs/{task.task_id}/status") == "CANCELLED"
        await worker.stream.status((task, 1))
        await worker.stream.next("server_evict")
