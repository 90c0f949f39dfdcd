"""How each way in which a task ends is told: its status, its message, its events, and what counts it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple

import pytest
from prometheus_client.parser import text_string_to_metric_families as parse

from hatchet.engine import MovableClock
from hatchet_api.grpc.v1 import workflows_pb2 as admin_pb2
from hatchet_api.rest import models
from tests.engine.peer import Peer, task
from tests.engine.rest_peer import Rest


async def completed(peer: Peer, clock: MovableClock) -> None:
    worker = await peer.worker("t:t")
    await worker.complete(await worker.next(), {"n": 1})


async def failed(peer: Peer, clock: MovableClock) -> None:
    worker = await peer.worker("t:t")
    await worker.fail(await worker.next(), "first")
    await worker.fail(await worker.next(), "second")


async def failed_for_good(peer: Peer, clock: MovableClock) -> None:
    worker = await peer.worker("t:t")
    await worker.fail(await worker.next(), "at once", final=True)


async def timed_out(peer: Peer, clock: MovableClock) -> None:
    worker = await peer.worker("t:t")
    for _ in range(2):
        await worker.started(await worker.next())
        clock.advance(31)
        await worker.next()  # it is told to stop


async def never_taken(peer: Peer, clock: MovableClock) -> None:
    clock.advance(121)


async def cancelled(peer: Peer, clock: MovableClock) -> None:
    worker = await peer.worker("t:t")
    action = await worker.next()
    await worker.started(action)
    request = admin_pb2.CancelTasksRequest(external_ids=[action.task_run_external_id])
    await peer.admin.cancel_tasks(request, metadata=peer.metadata)


class End(NamedTuple):
    """A way to end, and what is told of it."""

    act: Callable[[Peer, MovableClock], Awaitable[None]]
    status: str
    error: str | None
    last: tuple[str, str, str]
    """Type, message and error of the last event."""
    counts: dict[str, int]
    """Metrics of the tenant that are not 0."""


TIMED_OUT = "Task exceeded timeout of 30s"
MADE = {"created_tasks": 1, "assigned_tasks": 1}
ENDS = [
    End(completed, "COMPLETED", None, ("FINISHED", "", ""), {**MADE, "succeeded_tasks": 1}),
    End(
        failed,
        "FAILED",
        "second",
        ("FAILED", "", "second"),
        {**MADE, "assigned_tasks": 2, "retried_tasks": 1, "failed_tasks": 1},
    ),
    End(failed_for_good, "FAILED", "at once", ("FAILED", "", "at once"), {**MADE, "failed_tasks": 1}),
    End(
        timed_out,
        "FAILED",
        TIMED_OUT,
        ("TIMED_OUT", TIMED_OUT, TIMED_OUT),
        {**MADE, "assigned_tasks": 2, "retried_tasks": 1, "failed_tasks": 1},
    ),
    End(
        never_taken,
        "FAILED",
        None,
        ("SCHEDULING_TIMED_OUT", "", ""),
        {"created_tasks": 1, "scheduling_timed_out": 1, "failed_tasks": 1},
    ),
    End(cancelled, "CANCELLED", None, ("CANCELLED", "", ""), {**MADE, "cancelled_tasks": 1}),
]


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.act.__name__)
async def test_an_end_is_told_alike_everywhere(peer: Peer, rest: Rest, clock: MovableClock, end: End) -> None:
    await peer.put("t", task("t", workflow="t", retries=1, timeout="30s", schedule_timeout="120s"))
    run = await peer.trigger("t")
    await end.act(peer, clock)
    result = await peer.result(run)
    assert [item.error for item in result.results] == [end.error or ""]
    details = await rest.get(models.V1WorkflowRunDetails, f"/api/v1/stable/workflow-runs/{run}")
    summary = await rest.get(models.V1TaskSummary, f"/api/v1/stable/tasks/{run}")
    assert details.run.status.value == summary.status.value == end.status
    assert (summary.error_message or None) == end.error
    last = details.task_events[0]
    assert (last.event_type.value, last.message, last.error_message or "") == end.last
    worker = None if end.act is never_taken else peer.workers[0].id
    assert (None if last.worker_id is None else str(last.worker_id)) == worker
    points = await rest.json("/api/v1/stable/tenants/{tenant}/task-point-metrics")
    assert isinstance(points, dict)
    for name in ("SUCCEEDED", "FAILED"):
        wanted = name == ("SUCCEEDED" if end.status == "COMPLETED" else end.status)
        assert sum(point[name] for point in points["results"]) == wanted
    answer = await rest.http.get(f"/api/v1/tenants/{rest.tenant}/prometheus-metrics")
    counters = [family for family in parse(answer.text) if family.type == "counter"]
    found = {family.name.removeprefix("hatchet_tenant_"): family.samples[0].value for family in counters}
    assert {name: value for name, value in found.items() if value} == end.counts
