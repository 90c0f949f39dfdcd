"""Nothing is acknowledged that is not stored: on a disk that is full, each call that changes something is refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import grpc
import grpc.aio
import pytest

from hatchet.engine import MovableClock
from hatchet.engine import turns as module
from hatchet.engine.delivery.messages import timestamp
from hatchet_api.grpc import dispatcher_pb2, events_pb2, workflows_pb2
from hatchet_api.grpc.v1 import streams_pb2
from hatchet_api.grpc.v1 import workflows_pb2 as admin_pb2
from tests.engine.durable_peer import durable
from tests.engine.peer import Peer, RawWorker, task
from tests.engine.rest_peer import STABLE, UNPAUSE, Rest
from tests.engine.rules.test_batches import COMPLETED, report
from tests.engine.storage.test_trouble import CRON, HOOK, SOON, served
from tests.engine.whole_world import TENANT

LATE = {**SOON, "triggerAt": "2090-01-01T00:00:00Z"}


class There(NamedTuple):
    """What there is to be changed."""

    peer: Peer
    rest: Rest
    worker: RawWorker
    action: dispatcher_pb2.AssignedAction
    """Of a task that runs."""
    durable: str
    """A durable task that runs."""
    ids: dict[str, str]
    """By kind: a workflow, a cron, a scheduled run, a filter."""


async def made(peer: Peer) -> There:
    rest = Rest(peer)
    workflow = (await peer.put("held", event_triggers=["go"])).workflow_id
    rule = admin_pb2.IdempotencyConfig(expression="string(input.n)", ttl_ms=60_000)
    await peer.put("keyed", task("keyed", workflow="keyed"), idempotency=rule)
    await peer.trigger("keyed", {"n": 0})
    await peer.put("d", durable("d", workflow="d"))
    worker = await peer.worker("held:held", "d:d", slots={"default": 5, "durable": 5})
    await peer.trigger("held")
    action = await worker.next()
    await peer.trigger("d")
    long = await worker.next()
    ids = {"workflow": workflow}
    for kind, path, body in (
        ("cron", f"{TENANT}/workflows/held/crons", CRON),
        ("schedule", f"{TENANT}/workflows/held/scheduled", LATE),
        ("filter", f"{STABLE}/filters", {"workflowId": workflow, "expression": "true", "scope": "s", "payload": {}}),
        ("webhook", f"{STABLE}/webhooks", HOOK),
    ):
        ids[kind] = (await rest.send("POST", path, body)).json()["metadata"]["id"]
    limit = workflows_pb2.PutRateLimitRequest(key="k", limit=1, duration=workflows_pb2.HOUR)
    await peer.workflows.put_rate_limit(limit, metadata=peer.metadata)
    return There(peer, rest, worker, action, long.task_run_external_id, ids)


Ask = Callable[[There], Awaitable[object]]

CALLS: dict[str, Ask] = {
    "an attempt succeeds": lambda there: there.worker.complete(there.action),
    "an attempt fails": lambda there: there.worker.fail(there.action),
    "a batch succeeds": lambda there: report(
        there.worker, there.action, COMPLETED, {there.action.task_run_external_id: "1"}
    ),
    "a timeout is refreshed": lambda there: there.peer.dispatcher.refresh_timeout(
        dispatcher_pb2.RefreshTimeoutRequest(
            task_run_external_id=there.action.task_run_external_id, increment_timeout_by="1m"
        ),
        metadata=there.peer.metadata,
    ),
    "a slot is released": lambda there: there.peer.dispatcher.release_slot(
        dispatcher_pb2.ReleaseSlotRequest(task_run_external_id=there.action.task_run_external_id),
        metadata=there.peer.metadata,
    ),
    "a task is restored": lambda there: there.peer.dispatcher.restore_evicted_task(
        dispatcher_pb2.RestoreEvictedTaskRequest(task_run_external_id=there.durable), metadata=there.peer.metadata
    ),
    "a worker registers": lambda there: there.peer.dispatcher.register(
        dispatcher_pb2.WorkerRegisterRequest(worker_name="w", actions=["held:held"]), metadata=there.peer.metadata
    ),
    "a worker has labels": lambda there: there.peer.dispatcher.upsert_worker_labels(
        dispatcher_pb2.UpsertWorkerLabelsRequest(
            worker_id=there.worker.id, labels={"a": dispatcher_pb2.WorkerLabels(int_value=1)}
        ),
        metadata=there.peer.metadata,
    ),
    "a rate limit is paused": lambda there: there.peer.workflows.pause_rate_limit(
        workflows_pb2.PauseRateLimitRequest(key="k", paused_until=timestamp(4e9)), metadata=there.peer.metadata
    ),
    "a run is scheduled": lambda there: there.peer.workflows.schedule_workflow(
        workflows_pb2.ScheduleWorkflowRequest(name="held", schedules=[timestamp(4e9)]), metadata=there.peer.metadata
    ),
    "runs start": lambda there: there.peer.trigger_many("held", 2),
    "runs start of which one collides": lambda there: there.peer.trigger_many("keyed", 2),
    "a run starts by the admin service": lambda there: there.peer.admin.trigger_workflow_run(
        admin_pb2.TriggerWorkflowRunRequest(workflow_name="held", input=b"{}"), metadata=there.peer.metadata
    ),
    "a rate limit is put": lambda there: there.peer.workflows.put_rate_limit(
        workflows_pb2.PutRateLimitRequest(key="k", limit=2, duration=workflows_pb2.HOUR), metadata=there.peer.metadata
    ),
    "a run starts": lambda there: there.peer.trigger("held"),
    "a message is published": lambda there: there.peer.streams.publish(
        streams_pb2.PublishStreamMessageRequest(topic="t", payload=b"x"), metadata=there.peer.metadata
    ),
    "a line is logged": lambda there: there.peer.events.put_log(
        events_pb2.PutLogRequest(task_run_external_id=there.action.task_run_external_id, message="m"),
        metadata=there.peer.metadata,
    ),
    "an event is pushed": lambda there: there.peer.events.push(
        events_pb2.PushEventRequest(key="go", payload="{}"), metadata=there.peer.metadata
    ),
    "a run is cancelled": lambda there: there.peer.cancel(there.action.workflow_run_id),
    "a run is replayed": lambda there: there.peer.replay(there.action.workflow_run_id),
    "a durable task is branched": lambda there: there.peer.admin.branch_durable_task(
        admin_pb2.BranchDurableTaskRequest(task_external_id=there.durable, node_id=1, branch_id=1),
        metadata=there.peer.metadata,
    ),
    "a workflow is registered": lambda there: there.peer.put("other", task("other", workflow="other")),
}
ROUTES: list[tuple[str, str, object]] = [
    ("PATCH", "/api/v1/workers/{worker}", {"isPaused": True}),
    ("PATCH", "/api/v1/workflows/{workflow}", UNPAUSE),
    ("DELETE", "/api/v1/workflows/{workflow}", None),
    ("DELETE", f"{TENANT}/rate-limits?key=k", None),
    ("PATCH", f"{TENANT}/workflows/crons/{{cron}}", {"enabled": False}),
    ("POST", f"{TENANT}/workflows/crons/{{cron}}", {}),
    ("DELETE", f"{TENANT}/workflows/crons/{{cron}}", None),
    ("PATCH", f"{TENANT}/workflows/scheduled/{{schedule}}", {"triggerAt": "2091-01-01T00:00:00Z"}),
    ("POST", f"{TENANT}/workflows/scheduled/{{schedule}}", {}),
    ("DELETE", f"{TENANT}/workflows/scheduled/{{schedule}}", None),
    ("POST", f"{TENANT}/workflows/scheduled/bulk-delete", {"scheduledWorkflowRunIds": ["{schedule}"]}),
    (
        "POST",
        f"{TENANT}/workflows/scheduled/bulk-update",
        {"updates": [{"id": "{schedule}", "triggerAt": "2091-01-01T00:00:00Z"}]},
    ),
    ("POST", f"{TENANT}/workflows/held/crons", {**CRON, "cronName": "another"}),
    ("POST", f"{TENANT}/workflows/held/scheduled", LATE),
    (
        "POST",
        f"{STABLE}/filters",
        {"workflowId": "{workflow}", "expression": "true", "scope": "another", "payload": {}},
    ),
    ("PATCH", f"{STABLE}/filters/{{filter}}", {"scope": "t"}),
    ("DELETE", f"{STABLE}/filters/{{filter}}", None),
    ("POST", f"{STABLE}/webhooks", {**HOOK, "name": "another"}),
    ("PATCH", f"{STABLE}/webhooks/hook", {"eventKeyExpression": "'k'"}),
    ("DELETE", f"{STABLE}/webhooks/hook", None),
    ("POST", f"{STABLE}/tasks/cancel", {"externalIds": ["{task}"]}),
    ("POST", f"{STABLE}/tasks/replay", {"externalIds": ["{task}"]}),
    ("POST", "/api/v1/stable/tasks/{task}/restore", {}),
    (
        "POST",
        f"{STABLE}/durable-tasks/branch",
        {"taskExternalId": "{durable}", "nodeId": 1, "branchId": 1},
    ),
    ("POST", f"{STABLE}/workflow-runs/trigger", {"workflowName": "held", "input": {}, "additionalMetadata": {}}),
]


async def test_each_call_that_changes_something_is_refused_while_nothing_can_be_stored(
    clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STORAGE_RETRY", 0.001)
    async with served(None, clock) as (peer, disk):
        there = await made(peer)
        disk.fill()
        for name, ask in CALLS.items():
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await ask(there)
            assert caught.value.code() is grpc.StatusCode.UNAVAILABLE, (name, caught.value.details())
        names = {
            "{task}": there.action.task_run_external_id, "{durable}": there.durable, "{worker}": there.worker.id,
            **{f"{{{kind}}}": identity for kind, identity in there.ids.items()},
        }  # fmt: skip
        answers = [
            (method, path, (await there.rest.send(method, _filled(path, names), _filled(body, names))).status_code)
            for method, path, body in ROUTES
        ]
        assert [each for each in answers if each[2] != 503] == []
        tenant = there.rest.tenant
        hook, payloads = (f"{STABLE}/{name}".format(tenant=tenant) for name in ("webhooks/hook", "streams/payloads"))
        sent = await there.rest.http.post(hook, json={"kind": "x"}, headers={"X-Key": "s3cret"})
        uploaded = await there.rest.http.post(payloads, files={"payload": b"x"})
        assert (sent.status_code, uploaded.status_code) == (503, 503), uploaded.text
        disk.empty()
        await there.rest.http.aclose()


def _filled(value: object, names: dict[str, str]) -> Any:  # Any: of JSON
    """A path or a body with ids in place of their names."""
    if isinstance(value, dict):
        return {key: _filled(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, names) for item in value]
    for name, identity in names.items():
        value = value.replace(name, identity) if isinstance(value, str) else value
    return value
