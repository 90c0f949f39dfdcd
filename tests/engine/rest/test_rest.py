"""The REST side of the engine, read with the generated models."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from datetime import datetime, timezone

import pytest
from pydantic import TypeAdapter

from hatchet.engine import MovableClock
from hatchet_api.grpc import dispatcher_pb2, events_pb2
from hatchet_api.grpc.v1 import workflows_pb2 as admin_pb2
from hatchet_api.rest import models
from tests.engine.peer import Peer, RawWorker, task
from tests.engine.rest_peer import STABLE, Query, Rest, asking, checked


def ids(rows: Sequence[models.V1TaskSummary]) -> list[str]:
    """The ids of the rows."""
    return [row.metadata.id for row in rows]


async def run_dag(peer: Peer) -> tuple[RawWorker, str]:
    """A finished run of `a` and then `b`."""
    await peer.put("pair", task("a", workflow="pair"), task("b", workflow="pair", parents=["a"]), description="two")
    worker = await peer.worker("pair:a", "pair:b")
    run_id = await peer.trigger("pair", {"n": 1}, additional_metadata='{"who": "ada"}')
    for output in ({"a": 1}, {"b": 2}):
        action = await worker.next()
        await worker.started(action)
        await worker.complete(action, output)
    await peer.result(run_id)
    return worker, run_id


async def test_health_and_version_need_no_token(peer: Peer) -> None:
    async with asking(peer.endpoint, {}) as http:
        assert (await http.get("/api/ready")).status_code == 200
        assert (await http.get("/api/live")).status_code == 200
        assert (await http.get("/api/v1/version")).json() == {"version": "v0.120.0"}
        checked(models.APIMeta, (await http.get("/api/v1/meta")).json())


@pytest.mark.parametrize("header", [None, "Bearer wrong", "bearer {token}", "{token}"])
async def test_a_wrong_token_is_forbidden(peer: Peer, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header.format(token=peer.endpoint.token)}
    async with asking(peer.endpoint, headers) as http:
        for path in (f"/api/v1/tenants/{peer.endpoint.tenant_id}", "/api/v1/no-such-thing"):
            answer = await http.get(path)
            assert answer.status_code == 403
            assert checked(models.APIErrors, answer.json()).errors[0].description == "Please provide valid credentials"


async def test_the_tenant(rest: Rest) -> None:
    tenant = await rest.get(models.Tenant, "/api/v1/tenants/{tenant}")
    assert tenant.metadata.id == rest.tenant
    assert (await rest.http.get(f"/api/v1/tenants/{uuid.uuid4()}")).status_code == 403


async def test_a_run_with_its_tasks_events_and_shape(peer: Peer, rest: Rest) -> None:
    _, run_id = await run_dag(peer)
    details = await rest.get(models.V1WorkflowRunDetails, f"/api/v1/stable/workflow-runs/{run_id}")
    assert (details.run.status, details.run.input, details.run.output) == (
        models.V1TaskStatus.COMPLETED,
        {"n": 1},
        {"a": {"a": 1}, "b": {"b": 2}},
    )
    assert details.run.additional_metadata is not None
    assert details.run.additional_metadata["who"] == "ada"
    times = [details.run.metadata.created_at, details.run.started_at, details.run.finished_at]
    assert times == sorted(time for time in times if time)
    b, a = details.tasks  # newest first
    assert a.input["input"] == {"n": 1}
    assert b.input["parents"] == {"a": {"a": 1}}
    assert (a.output, a.attempt, a.type, a.is_durable) == ({"a": 1}, 1, models.V1WorkflowType.TASK, False)
    assert [(item.task_name, item.children_step_ids) for item in details.shape] == [
        ("a", [b.step_id]),
        ("b", []),
    ]
    kinds = [event.event_type.value for event in reversed(details.task_events) if event.task_id == a.task_external_id]
    assert kinds == ["QUEUED", "ASSIGNED", "SENT_TO_WORKER", "STARTED", "FINISHED"]
    assert await rest.json(f"/api/v1/stable/workflow-runs/{run_id}/status") == "COMPLETED"
    events = await rest.get(models.V1TaskEventList, f"/api/v1/stable/workflow-runs/{run_id}/task-events")
    assert len(events.rows or []) == 10
    timings = await rest.get(models.V1TaskTimingList, f"/api/v1/stable/workflow-runs/{run_id}/task-timings")
    assert [row.task_external_id for row in timings.rows] == [a.task_external_id, b.task_external_id]


async def test_a_single_task_has_its_bare_input_and_earlier_attempts(peer: Peer, rest: Rest) -> None:
    await peer.put("solo", task("solo", workflow="solo", retries=1))
    worker = await peer.worker("solo:solo")
    run_id = await peer.trigger("solo", {"n": 1})
    for attempt in range(2):
        action = await worker.next()
        await worker.started(action)
        await (worker.fail(action, "once") if attempt == 0 else worker.complete(action, {"ok": True}))
    await peer.result(run_id)
    path = f"/api/v1/stable/tasks/{run_id}"
    now = await rest.get(models.V1TaskSummary, path)
    assert (now.status, now.input, now.output, now.attempt) == (
        models.V1TaskStatus.COMPLETED,
        {"n": 1},
        {"ok": True},
        2,
    )
    first = await rest.get(models.V1TaskSummary, path, {"attempt": "1"})
    assert (first.status, first.error_message, first.output, first.attempt) == (
        models.V1TaskStatus.FAILED,
        "once",
        {},
        1,
    )
    details = await rest.get(models.V1WorkflowRunDetails, f"/api/v1/stable/workflow-runs/{run_id}")
    assert details.run.output == {"ok": True}
    assert details.tasks[0].input["input"] == {"n": 1}
    for wrong, status in ((path + "?attempt=0", 400), (path + "?attempt=3", 404), (path + "?attempt=x", 400)):
        assert (await rest.http.get(wrong)).status_code == status


async def test_missing_and_malformed_ids(rest: Rest) -> None:
    for kind in ("stable/tasks", "stable/workflow-runs", "workflows", "workers"):
        for identity, status in ((str(uuid.uuid4()), 404), ("nonsense", 400)):
            answer = await rest.http.get(f"/api/v1/{kind}/{identity}")
            assert answer.status_code == status
            assert checked(models.APIErrors, answer.json()).errors[0].description


async def test_lists_of_runs_show_dags_with_children_and_task_lists_their_tasks(peer: Peer, rest: Rest) -> None:
    _, dag_id = await run_dag(peer)
    await peer.put("solo")
    solo_id = await peer.trigger("solo", {"x": 1}, additional_metadata='{"who": "bob", "n": 5}')
    runs = await rest.runs(include_payloads="true")
    assert ids(runs) == [solo_id, dag_id]
    assert [row.type.value for row in runs] == ["DAG", "DAG"]
    assert [child.output for child in runs[1].children or []] == [{"b": 2}, {"a": 1}]
    tasks = await rest.runs(only_tasks="true")
    assert [row.action_id for row in tasks] == ["solo:solo", "pair:b", "pair:a"]
    bare = await rest.runs()
    assert (bare[0].input, bare[0].output) == ({}, {})


async def test_filters_of_lists(peer: Peer, rest: Rest, clock: MovableClock) -> None:
    await peer.put("one")
    await peer.put("two")
    worker = await peer.worker("one:one")
    first = await peer.trigger("one", additional_metadata='{"who": "ada", "n": 5}')
    await worker.fail(await worker.next())
    clock.advance(3600)
    middle = clock.now() - 1800
    second = await peer.trigger("one", additional_metadata='{"who": "bob"}')
    third = await peer.trigger("two", additional_metadata='{"who": "ada"}')
    at = datetime.fromtimestamp(middle, timezone.utc).isoformat()
    workflow = (await rest.runs(limit="1"))[0].workflow_id
    cases: list[tuple[Query, list[str]]] = [
        ({"statuses": "FAILED"}, [first]),
        ({"statuses": ["QUEUED", "FAILED"]}, [third, first]),
        ({"statuses": "RUNNING"}, [second]),
        ({"since": at}, [third, second]),
        ({"until": at}, [first]),
        ({"workflow_ids": str(workflow)}, [third]),
        ({"additional_metadata": "who:ada"}, [third, first]),
        ({"additional_metadata": "n:5"}, []),
        ({"additional_metadata": ["n:5", "who:bob"]}, [second, first]),
        ({"additional_metadata": ["who:ada", "who:bob"], "additional_metadata_operator": "AND"}, []),
        ({"limit": "1", "offset": "1"}, [second]),
    ]
    for query, expected in cases:
        assert ids(await rest.runs(**query)) == expected, query
    assert ids(await rest.runs(only_tasks="true", worker_id=worker.id)) == [second, first]
    since = {"since": "2020-01-01T00:00:00.000000Z"}
    for limit in ({}, {"limit": "1"}):  # lists of ids are whole
        assert await rest.json(f"{STABLE}/workflow-runs/external-ids", since | limit) == [third, second, first]
    for query in ({}, {"since": "soon", "only_tasks": "true"}, {**since, "only_tasks": "maybe"}):
        assert (
            await rest.http.get(f"{STABLE}/workflow-runs".format(tenant=rest.tenant), params=query)
        ).status_code == 400


async def test_children_are_found_by_their_parent(peer: Peer, rest: Rest) -> None:
    await peer.put("parent")
    await peer.put("child")
    worker = await peer.worker("parent:parent")
    parent = await peer.trigger("parent")
    await worker.next()
    child = await peer.trigger("child", parent_task_run_external_id=parent, child_index=0)
    assert ids(await rest.runs(parent_task_external_id=parent)) == [child]
    summary = await rest.get(models.V1TaskSummary, f"/api/v1/stable/tasks/{parent}")
    assert summary.num_spawned_children == 1
    assert str((await rest.runs(parent_task_external_id=parent))[0].parent_task_external_id) == parent
    timings = await rest.get(models.V1TaskTimingList, f"/api/v1/stable/workflow-runs/{parent}/task-timings")
    assert [(str(row.task_external_id), row.depth) for row in timings.rows] == [(parent, 0), (child, 1)]


async def test_a_schedule_timeout_is_reported_as_a_failure(peer: Peer, rest: Rest, clock: MovableClock) -> None:
    await peer.put("lonely")
    run_id = await peer.trigger("lonely")
    clock.advance(301)
    assert errors_of(await peer.result(run_id)) == [""]
    assert await rest.json(f"/api/v1/stable/workflow-runs/{run_id}/status") == "FAILED"
    details = await rest.get(models.V1WorkflowRunDetails, f"/api/v1/stable/workflow-runs/{run_id}")
    assert details.task_events[0].event_type.value == "SCHEDULING_TIMED_OUT"
    assert "REQUEUED_NO_WORKER" in [event.event_type.value for event in details.task_events]


def errors_of(event: dispatcher_pb2.WorkflowRunEvent) -> list[str]:
    """The errors of a result message."""
    return [result.error for result in event.results]


async def test_runs_are_triggered_cancelled_and_replayed(peer: Peer, rest: Rest) -> None:
    await peer.put("solo")
    body = {"workflowName": "solo", "input": {"n": 1}, "additionalMetadata": {"a": "b"}, "priority": 3}
    details = await rest.post(models.V1WorkflowRunDetails, f"{STABLE}/workflow-runs/trigger", body)
    run_id = details.run.metadata.id
    assert details.run.status is models.V1TaskStatus.QUEUED
    cancelled = await rest.post(models.V1CancelledTasks, f"{STABLE}/tasks/cancel", {"externalIds": [run_id]})
    assert [str(each) for each in cancelled.ids or []] == [run_id]
    assert await rest.json(f"/api/v1/stable/workflow-runs/{run_id}/status") == "CANCELLED"
    chosen = {"filter": {"since": "2020-01-01T00:00:00Z", "statuses": ["CANCELLED"], "additionalMetadata": ["a:b"]}}
    replayed = await rest.post(models.V1ReplayedTasks, f"{STABLE}/tasks/replay", chosen)
    assert [str(each) for each in replayed.ids or []] == [run_id]
    assert await rest.json(f"/api/v1/stable/workflow-runs/{run_id}/status") == "QUEUED"


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("workflow-runs/trigger", {"workflowName": "nobody", "input": {}}, "workflow names not found: nobody"),
        ("workflow-runs/trigger", {"workflowName": "solo", "input": []}, "input: Input should be a valid dictionary"),
        ("workflow-runs/trigger", {"workflowName": "solo", "input": {}, "priority": 9}, "between 1 and 3"),
        ("workflow-runs/trigger", {"input": {}}, "workflowName"),
        ("workflow-runs/trigger", [], "must be a JSON object"),
        ("tasks/cancel", {}, "either externalIds or filter"),
        ("tasks/cancel", {"externalIds": ["x"]}, "not a UUID"),
        ("tasks/replay", {"filter": {}}, "since is required"),
        ("tasks/replay", {"filter": {"since": "2020-01-01", "additionalMetadata": ["x"]}}, "key:value"),
        ("tasks/replay", {"filter": {"since": "2020-01-01", "statuses": ["LOUD"]}}, "unknown status"),
    ],
)
async def test_bad_bodies_are_refused_with_the_reason(
    peer: Peer, rest: Rest, path: str, body: object, words: str
) -> None:
    await peer.put("solo")
    answer = await rest.http.post(f"{STABLE}/{path}".format(tenant=rest.tenant), json=body)
    assert answer.status_code == 400
    assert words in checked(models.APIErrors, answer.json()).errors[0].description


async def test_a_body_that_is_no_json_is_refused(rest: Rest) -> None:
    path = f"{STABLE}/workflow-runs/trigger".format(tenant=rest.tenant)
    assert (await rest.http.post(path, content=b"{")).status_code == 400
    assert (await rest.http.post(path, content=b" " * 5_000_000)).status_code == 400


async def test_workflows_are_listed_read_and_deleted(peer: Peer, rest: Rest) -> None:
    first = await peer.put("Orders", task("a", workflow="orders"), event_triggers=["order:*"])
    second = await peer.put(
        "Orders", task("a", workflow="orders", retries=2), input_json_schema=b'{"type": "object"}', default_priority=2
    )
    await peer.put("other")
    listed = await rest.get(models.WorkflowList, "/api/v1/tenants/{tenant}/workflows", {"name": "order"})
    [row] = listed.rows or []
    assert (row.metadata.id, row.name) == (first.workflow_id, "Orders")
    path = f"/api/v1/workflows/{first.workflow_id}"
    workflow = await rest.get(models.Workflow, path)
    assert [version.metadata.id for version in workflow.versions or []] == [second.id]
    newest = await rest.get(models.WorkflowVersion, f"{path}/versions")
    assert (newest.metadata.id, newest.order, newest.input_json_schema) == (second.id, 2, {"type": "object"})
    older = await rest.get(models.WorkflowVersion, f"{path}/versions", {"version": first.id})
    assert (older.order, older.input_json_schema, older.schedule_timeout) == (1, None, "5m")
    assert (older.default_priority, newest.default_priority) == (0, 2)
    assert older.triggers is not None
    assert [each.event_key for each in older.triggers.events or []] == ["order:*"]
    assert (await rest.http.get(f"{path}/versions", params={"version": str(uuid.uuid4())})).status_code == 404
    assert (await rest.http.delete(path)).status_code == 204
    assert (await rest.http.get(path)).status_code == 404


async def test_workers_are_listed_and_paused(peer: Peer, rest: Rest, clock: MovableClock) -> None:
    await peer.put("solo")
    worker = await peer.worker("solo:solo", slots={"default": 2}, labels={"zone": "a", "memory": 8})
    await peer.trigger("solo")
    await worker.next()
    path = f"/api/v1/workers/{worker.id}"
    view = await rest.get(models.Worker, path)
    assert (view.status, view.actions, view.type.value) == (models.WorkerStatus.ACTIVE, ["solo:solo"], "SELFHOSTED")
    assert {label.key: label.value for label in view.labels or []} == {"zone": "a", "memory": "8"}
    assert view.slot_config is not None
    assert (view.slot_config["default"].available, view.slot_config["default"].limit) == (1, 2)
    assert [each.name for each in view.registered_workflows or []] == ["solo"]
    assert view.recent_step_runs == []
    paused = checked(models.Worker, (await rest.http.patch(path, json={"isPaused": True})).json())
    assert paused.status is models.WorkerStatus.PAUSED
    waiting = await peer.trigger("solo")
    assert await rest.json(f"/api/v1/stable/workflow-runs/{waiting}/status") == "QUEUED"
    await rest.http.patch(path, json={"isPaused": False})
    assert (await worker.next()).workflow_run_id == waiting
    for query, count in (
        ({}, 1),
        ({"statuses": "ACTIVE"}, 1),
        ({"statuses": "PAUSED"}, 0),
        ({"labels": ["zone:a", "memory:8"]}, 1),
        ({"labels": "zone:b"}, 0),
    ):
        listed = await rest.get(models.WorkerList, "/api/v1/tenants/{tenant}/worker", query)
        assert len(listed.rows or []) == count, query
    clock.advance(6, silence=True)
    assert (await rest.get(models.Worker, path)).status is models.WorkerStatus.INACTIVE
    assert (await rest.http.patch(path, json={"isPaused": "yes"})).status_code == 400


async def test_logs_are_filtered_and_ordered(peer: Peer, rest: Rest) -> None:
    await peer.put("solo")
    run_id = await peer.trigger("solo")
    for number, (level, message) in enumerate((("INFO", "Start"), ("ERROR", "broken"), ("DEBUG", "restart"))):
        request = events_pb2.PutLogRequest(task_run_external_id=run_id, level=level, message=message)
        request.created_at.FromSeconds(1_700_000_000 + number)
        await peer.events.put_log(request, metadata=peer.metadata)
    path = f"/api/v1/stable/tasks/{run_id}/logs"

    async def messages(query: Query, where: str = path) -> list[str]:
        found = await rest.get(models.V1LogLineList, where, query)
        return [line.message for line in found.rows or []]

    assert await messages({}) == ["Start", "broken", "restart"]
    assert await messages({"order_by_direction": "DESC", "limit": "1"}) == ["restart"]
    assert await messages({"search": "START"}) == ["Start", "restart"]
    assert await messages({"levels": ["ERROR", "DEBUG"]}) == ["broken", "restart"]
    assert await messages({"attempt": "2"}) == []
    assert await messages({"since": "2023-11-14T22:13:20Z"}) == ["broken", "restart"]
    assert await messages({"taskExternalIds": run_id}, f"{STABLE}/logs") == ["Start", "broken", "restart"]
    assert await messages({"taskExternalIds": str(uuid.uuid4())}, f"{STABLE}/logs") == []


async def test_metrics_count_runs_by_status_and_tasks_by_queue(peer: Peer, rest: Rest) -> None:
    await run_dag(peer)
    await peer.put("solo")
    await peer.trigger_many("solo", 3)
    found = await rest.json(f"{STABLE}/task-metrics", {"since": "2020-01-01T00:00:00Z"})
    counts = {row.status.value: row.count for row in TypeAdapter(list[models.V1TaskRunMetric]).validate_python(found)}
    assert counts == {"CANCELLED": 0, "COMPLETED": 1, "FAILED": 0, "QUEUED": 3, "RUNNING": 0}  # a DAG is one
    queues = await rest.get(models.TenantStepRunQueueMetrics, "/api/v1/tenants/{tenant}/step-run-queue-metrics")
    assert queues.queues == {"solo:solo": 3}


async def test_an_expression_can_be_tried_out(rest: Rest) -> None:
    async def tried(expression: str) -> models.V1CELDebugResponse:
        body = {
            "expression": expression,
            "input": {"n": 1},
            "additionalMetadata": {"k": "v"},
            "filterPayload": {"p": 2},
        }
        return await rest.post(models.V1CELDebugResponse, f"{STABLE}/cel/debug", body)

    good = await tried("input.n == 1 && additional_metadata.k == 'v' && payload.p > 1")
    assert (good.status.value, good.output, good.error) == ("SUCCESS", True, None)
    wrong = await tried("input.n == oops")
    assert wrong.status.value == "ERROR"
    assert (wrong.error or "").startswith("failed to compile expression: ERROR: <input>:1:12: undeclared reference")
    unlucky = await tried("input.gone == 1")
    assert unlucky.error == "failed to evaluate expression: no such key: gone"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/tenants/{tenant}/api-tokens"),
        ("PATCH", "/api/v1/tenants/{tenant}"),
    ],
)
async def test_what_is_not_served_is_refused_by_name(rest: Rest, method: str, path: str) -> None:
    url = path.format(tenant=rest.tenant)
    answer = await rest.http.request(method, url)
    assert answer.status_code == 501
    problem = checked(models.APIErrors, answer.json()).errors[0].description
    assert problem.startswith(f"the embedded engine does not serve {method} {url} yet")


async def test_charts_count_tasks_and_log_lines_by_interval(peer: Peer, rest: Rest, clock: MovableClock) -> None:
    worker, run_id = await run_dag(peer)
    await peer.put("chart")
    chart = await peer.worker("chart:chart")
    failed = await peer.trigger("chart")
    await chart.fail(await chart.next())
    await peer.events.put_log(
        events_pb2.PutLogRequest(task_run_external_id=failed, message="Hello", level="WARN"), metadata=peer.metadata
    )
    since = datetime.fromtimestamp(clock.now() - 1800, timezone.utc).isoformat()
    tasks = await rest.get(models.V1TaskPointMetrics, f"{STABLE}/task-point-metrics", {"createdAfter": since})
    points = tasks.results or []
    assert 30 <= len(points) <= 32
    assert (sum(point.succeeded for point in points), sum(point.failed for point in points)) == (2, 1)

    async def lines(**query: str) -> list[int]:
        found = await rest.get(models.V1LogsPointMetrics, f"{STABLE}/log-point-metrics", {"since": since, **query})
        return [sum(getattr(point, level) for point in found.results or []) for level in ("info", "warn")]

    assert await lines() == [0, 1]
    assert await lines(search="hello") == [0, 1]
    assert await lines(search="bye") == [0, 0]
    assert await lines(taskExternalIds=run_id) == [0, 0]
    step = (await rest.get(models.V1TaskSummary, f"/api/v1/stable/tasks/{failed}")).step_id
    assert await lines(step_ids=str(step)) == [0, 1]
    assert await lines(step_ids=str(uuid.uuid4())) == [0, 0]
    whole_day = await rest.get(models.V1TaskPointMetrics, f"{STABLE}/task-point-metrics")
    assert 48 <= len(whole_day.results or []) <= 50
    words = await rest.refused(400, "GET", f"{STABLE}/log-point-metrics", query={"since": "0001-01-01T00:00:00Z"})
    assert "ask for less" in words
    assert worker.id != chart.id


async def test_prometheus_reads_counters_of_the_tenant(peer: Peer, rest: Rest) -> None:
    worker, _ = await run_dag(peer)
    await peer.put("waits")
    await peer.trigger("waits")
    answer = await rest.send("GET", "/api/v1/tenants/{tenant}/prometheus-metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    tenant = f'tenant_id="{rest.tenant}"'
    lines = answer.text.splitlines()
    assert f"hatchet_tenant_succeeded_tasks{{{tenant}}} 2" in lines
    assert f"hatchet_tenant_created_tasks{{{tenant}}} 3" in lines
    assert f'hatchet_tenant_queue_size{{{tenant},queue="waits:waits",workflow_name="waits"}} 1' in lines
    assert f'hatchet_tenant_worker_slots{{{tenant},worker_id="{worker.id}",worker_name="raw"}} 10' in lines
    entitled = await rest.get(models.TenantEntitlements, "/api/v1/tenants/{tenant}/entitlements")
    assert (entitled.prometheus_metrics, entitled.durable_streams) == (True, True)


async def test_tasks_of_dags_are_read_together_and_restoring_changes_nothing(peer: Peer, rest: Rest) -> None:
    _, run_id = await run_dag(peer)
    query = {"tenant": rest.tenant, "dag_ids": [run_id, str(uuid.uuid4())]}
    found = await rest.json("/api/v1/stable/dags/tasks", query)
    [dag] = TypeAdapter(list[models.V1DagChildren]).validate_python(found)
    assert str(dag.dag_id) == run_id
    tasks = dag.children or []
    assert [task.action_id for task in tasks] == ["pair:a", "pair:b"]
    assert "credentials" in await rest.refused(
        403, "GET", "/api/v1/stable/dags/tasks", query={"tenant": str(uuid.uuid4()), "dag_ids": run_id}
    )
    path = f"/api/v1/stable/tasks/{tasks[0].metadata.id}/restore"
    assert (await rest.post(models.V1RestoreTaskResponse, path, None)).requeued
    assert (await rest.send("POST", f"/api/v1/stable/tasks/{uuid.uuid4()}/restore")).status_code == 404
    assert (await peer.details(run_id)).done


async def test_timings_show_children_between_the_tasks_of_their_parent(peer: Peer, rest: Rest) -> None:
    await peer.put("outer", task("one", workflow="outer"), task("two", workflow="outer", parents=["one"]))
    await peer.put("inner")
    worker = await peer.worker("outer:one", "outer:two", "inner:inner")
    run_id = await peer.trigger("outer")
    one = await worker.next()
    await peer.trigger("inner", parent_task_run_external_id=one.task_run_external_id, child_index=0)
    await worker.complete(await worker.next(), {})
    await worker.complete(one, {})
    await worker.next()
    path = f"/api/v1/stable/workflow-runs/{run_id}/task-timings"
    timings = await rest.get(models.V1TaskTimingList, path, {"depth": "1"})
    assert [(row.task_display_name.split("-")[0], row.depth) for row in timings.rows] == [
        ("one", 0),
        ("inner", 1),
        ("two", 0),
    ]


async def test_runs_are_found_by_the_idempotency_key_that_they_claimed(peer: Peer, rest: Rest) -> None:
    rule = admin_pb2.IdempotencyConfig(expression="'order ' + string(input.n)", ttl_ms=60_000)
    await peer.put("keyed", idempotency=rule)
    await peer.put("free")
    first, second = await peer.trigger("keyed", {"n": 1}), await peer.trigger("keyed", {"n": 2})
    await peer.trigger("free")
    assert ids(await rest.runs(idempotency_keys="order 1")) == [first]
    assert ids(await rest.runs(idempotency_keys=["order 1", "order 2", "order 3"])) == [second, first]
    assert ids(await rest.runs(idempotency_keys="order 1", only_tasks="true")) == [first]
    assert [row.idempotency_key for row in await rest.runs()] == [None, "order 2", "order 1"]


async def test_half_of_a_character_is_refused(peer: Peer, rest: Rest) -> None:
    await peer.put("solo")
    url = f"{STABLE}/workflow-runs/trigger".format(tenant=rest.tenant)
    answer = await rest.http.post(url, content=b'{"workflowName": "solo", "input": {"a": "\\ud800"}}')
    assert answer.status_code == 400
    assert "half of a surrogate pair" in checked(models.APIErrors, answer.json()).errors[0].description


async def test_numbers_beyond_all_lists_are_refused(rest: Rest) -> None:
    path = f"{STABLE}/logs"
    assert "must be between 0 and" in await rest.refused(400, "GET", path, query={"offset": "9" * 30})
    assert "must be between 1 and" in await rest.refused(400, "GET", path, query={"limit": "0"})


async def test_metadata_is_found_whatever_its_keys_look_like(peer: Peer, rest: Rest) -> None:
    await peer.put("odd")
    keys = ["plain", 'with "quotes"', "a.b", "größe", "[0]"]
    run_id = await peer.trigger("odd", additional_metadata=json.dumps(dict.fromkeys(keys, "v")))
    for key in keys:
        assert ids(await rest.runs(additional_metadata=f"{key}:v")) == [run_id], key
        assert ids(await rest.runs(additional_metadata=f"{key}:w")) == []
