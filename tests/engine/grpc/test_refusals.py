"""What the gRPC side refuses, in the words that name the field, and that nothing is kept of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import grpc
import grpc.aio
import pytest

from hatchet.engine.delivery import messages
from hatchet_api.grpc import workflows_pb2
from hatchet_api.grpc.v1 import workflows_pb2 as admin_pb2
from hatchet_api.grpc.v1.shared import trigger_pb2
from tests.engine.peer import Peer, task

Call = Callable[[Peer], Awaitable[object]]
NOBODY = "00000000-0000-4000-8000-000000000000"


def put(*tasks: admin_pb2.CreateTaskOpts, **fields: object) -> Call:
    return lambda peer: peer.put("w", *tasks, **fields)


def made(**fields: Any) -> admin_pb2.CreateTaskOpts:
    return task("t", workflow="w", **fields)


def without_an_action() -> admin_pb2.CreateTaskOpts:
    bare = made()
    bare.action = ""
    return bare


def limited(**fields: object) -> admin_pb2.CreateTaskOpts:
    rated = made()
    rate = rated.rate_limits.add(key="k", units=1)
    for name, value in fields.items():
        setattr(rate, name, value)
    return rated


def of_kind(kind: str, units: int) -> admin_pb2.CreateTaskOpts:
    asking = made()
    asking.slot_requests[kind] = units
    return asking


def scheduled(**fields: object) -> Call:
    def call(peer: Peer) -> Awaitable[object]:
        request = workflows_pb2.ScheduleWorkflowRequest(name="there", schedules=[messages.timestamp(2e9)], input="{}")
        for name, value in fields.items():
            setattr(request, name, value)
        return peer.workflows.schedule_workflow(request, metadata=peer.metadata)

    return call


def at_no_time(peer: Peer) -> Awaitable[object]:
    request = workflows_pb2.ScheduleWorkflowRequest(name="there", input="{}")
    return peer.workflows.schedule_workflow(request, metadata=peer.metadata)


def many(number: int) -> Call:
    items = [trigger_pb2.TriggerWorkflowRequest(name="there", input="{}")] * number
    request = workflows_pb2.BulkTriggerWorkflowRequest(workflows=items)
    return lambda peer: peer.workflows.bulk_trigger_workflow(request, metadata=peer.metadata)


CASES: dict[str, tuple[Call, str]] = {
    "no action": (put(without_an_action()), "task t has no action"),
    "an action of one part": (put(made(action="w")), "invalid action id w, must have at least 2 strings"),
    "an action of four parts": (put(made(action="a:b:c:d")), "invalid action id a:b:c:d"),
    "negative retries": (put(made(retries=-1)), "retries of task t must not be negative, got -1"),
    "a backoff below one": (put(made(backoff_factor=0.5)), "backoff factor of task t must be between 1 and 1000"),
    "a backoff that is huge": (put(made(backoff_factor=1001.0)), "must be between 1 and 1000, got 1001"),
    "a cap of nothing": (put(made(backoff_factor=2.0, backoff_max_seconds=0)), "must be between 1 and 86400 s, got 0"),
    "a cap of days": (put(made(backoff_factor=2.0, backoff_max_seconds=86401)), "1 and 86400 s, got 86401"),
    "no slots of a kind": (put(of_kind("gpu", 0)), "requests 0 slots of type 'gpu'; units must be positive"),
    "slots of no kind": (put(of_kind("", 1)), "requests 1 slots of type ''"),
    "two tasks of a name": (put(made(), made()), "has two tasks named t; rename one of them"),
    "a parent elsewhere": (put(made(parents=["x"])), "parent x of task t is not a task of workflow w"),
    "a cycle": (put(made(parents=["t"])), "form a cycle: t -> t"),
    "a filter of nothing": (put(made(), default_filters=[admin_pb2.DefaultFilter(scope="s")]), "has no expression"),
    "a filter in no text": (
        put(made(), default_filters=[admin_pb2.DefaultFilter(expression="true", scope="s", payload=b"\xff")]),
        "payload of a default filter of workflow w is not UTF-8",
    ),
    "a cron by a word": (put(made(), cron_triggers=["@daily"]), "'@daily' is only taken over REST"),
    "a cron of words": (put(made(), cron_triggers=["at noon"]), "cron trigger of workflow w"),
    "a cron with an empty field": (put(made(), cron_triggers=[", * * * *"]), "is empty: ','"),
    "a rate limit without a key": (put(limited(key="")), "has neither a key nor an expression for it"),
    "negative units": (put(limited(units=-1)), "consumes -1 units; write 0 or more"),
    "no window": (put(limited(duration=9)), "9 is no window of a rate limit"),
    "a child at a time without a run": (scheduled(parent_id=NOBODY), "parent task run id is required"),
    "a child at a time without an index": (
        scheduled(parent_id=NOBODY, parent_task_run_external_id=NOBODY),
        "child index is required when parent id is provided",
    ),
    "a priority of nought": (scheduled(priority=0), "priority must be between 1 and 3, got 0"),
    "a priority of four": (scheduled(priority=4), "priority must be between 1 and 3, got 4"),
    "no time": (at_no_time, "no times to run at; give at least one in schedules"),
    "no runs": (many(0), "no workflows to trigger"),
    "too many runs": (many(1001), "at most 1000 runs at once, got 1001"),
}


@pytest.mark.parametrize("name", CASES)
async def test_a_request_that_is_wrong_is_refused_by_name(peer: Peer, name: str) -> None:
    await peer.put("there")
    call, words = CASES[name]
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call(peer)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert words in (caught.value.details() or "")
    with pytest.raises(grpc.aio.AioRpcError, match="workflow names not found: w"):
        await peer.trigger("w")


async def test_a_thousand_runs_at_once_are_taken(peer: Peer) -> None:
    await peer.put("there")
    assert len(set(await peer.trigger_many("there", 1000))) == 1000


@pytest.mark.parametrize(
    ("written", "stored"), [("Work:Step", "work:step"), ("w:S:Tail", "w:s:tail"), ("W:s:T-X", "w:s:t-X")]
)
async def test_actions_have_one_spelling(peer: Peer, written: str, stored: str) -> None:
    await peer.put("w", made(action=written))
    worker = await peer.worker(stored)
    await peer.trigger("w")
    assert (await worker.next()).action_id == stored


@pytest.mark.parametrize("priority", [1, 2, 3])
async def test_each_priority_is_taken(peer: Peer, priority: int) -> None:
    await peer.put("there")
    await scheduled(priority=priority)(peer)


@pytest.mark.parametrize("field", ["input", "additional_metadata"])
async def test_a_run_is_started_with_text_and_nothing_else(peer: Peer, field: str) -> None:
    await peer.put("w")
    request = admin_pb2.TriggerWorkflowRunRequest(workflow_name="w")
    setattr(request, field, b"\xff")
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await peer.admin.trigger_workflow_run(request, metadata=peer.metadata)
    assert caught.value.details() == f"Invalid request: {field} is not UTF-8"
