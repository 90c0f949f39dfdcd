"""Registering and triggering over the wire: what is accepted, what is refused and how."""

from __future__ import annotations

import json
import uuid

import grpc.aio
import pytest

from hatchet_api.grpc import dispatcher_pb2, workflows_pb2
from hatchet_api.grpc.v1 import dispatcher_pb2 as durable_pb2
from hatchet_api.grpc.v1 import workflows_pb2 as admin_pb2
from hatchet_api.grpc.v1.shared import trigger_pb2
from tests.engine.peer import Peer, connected, read_by_hand, task


async def refusal(call: grpc.aio.UnaryUnaryCall[object, object] | object) -> tuple[grpc.StatusCode, str]:
    """How a call was refused."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call  # type: ignore[misc]  # any awaitable call will do
    return caught.value.code(), caught.value.details() or ""


async def test_an_unchanged_workflow_keeps_its_version_and_a_changed_one_gets_a_new(peer: Peer) -> None:
    first = await peer.put("kept", task("a", workflow="kept"))
    same = await peer.put("kept", task("a", workflow="kept"), version="ignored")
    other = await peer.put("kept", task("a", workflow="kept", retries=1))
    assert same == first
    assert other.workflow_id == first.workflow_id
    assert other.id != first.id


async def test_actions_are_stored_in_lower_case(peer: Peer) -> None:
    definition = admin_pb2.CreateTaskOpts(readable_id="Loud", action="Shout:LOUD", timeout="60s")
    await peer.put("Loud", definition)
    worker = await peer.worker("shout:loud")
    await peer.trigger("Loud")
    assert (await worker.next()).action_id == "shout:loud"


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (admin_pb2.CreateWorkflowVersionRequest(name="no spaces"), "workflow name 'no spaces' is not valid"),
        (admin_pb2.CreateWorkflowVersionRequest(name="empty"), "has no tasks"),
        (admin_pb2.CreateWorkflowVersionRequest(name="w", tasks=[task("ä", workflow="w")]), "task name 'ä'"),
        (
            admin_pb2.CreateWorkflowVersionRequest(name="w", tasks=[task("a", workflow="w"), task("a", workflow="w")]),
            "two tasks named a",
        ),
        (
            admin_pb2.CreateWorkflowVersionRequest(name="w", tasks=[task("a", workflow="w", parents=["b"])]),
            "parent b of task a is not a task of workflow w",
        ),
        (
            admin_pb2.CreateWorkflowVersionRequest(
                name="w", tasks=[task("a", workflow="w", parents=["b"]), task("b", workflow="w", parents=["a"])]
            ),
            "form a cycle",
        ),
        (
            admin_pb2.CreateWorkflowVersionRequest(name="w", tasks=[task("a", workflow="w", timeout="soon")]),
            "timeout of task a is not a duration: 'soon'",
        ),
        (
            admin_pb2.CreateWorkflowVersionRequest(name="w", tasks=[task("a", workflow="w", action="nothing")]),
            "invalid action id nothing",
        ),
        (
            admin_pb2.CreateWorkflowVersionRequest(name="w", tasks=[task("a", workflow="w", backoff_factor=0.5)]),
            "backoff factor",
        ),
        (
            admin_pb2.CreateWorkflowVersionRequest(
                name="w", tasks=[task("a", workflow="w", slot_requests={"default": 0})]
            ),
            "units must be positive",
        ),
        (
            admin_pb2.CreateWorkflowVersionRequest(name="w", tasks=[task("a", workflow="w")], default_priority=4),
            "between 1 and 3",
        ),
        (
            admin_pb2.CreateWorkflowVersionRequest(
                name="w", tasks=[task("a", workflow="w")], cron_triggers=["* * * * 7"]
            ),
            "cron trigger of workflow w: '7' is outside of 0 to 6 in the field day of week",
        ),
        (
            admin_pb2.CreateWorkflowVersionRequest(
                name="w", tasks=[task("a", workflow="w")], cron_triggers=["0 0 * * *"], cron_input="[]"
            ),
            "cron input of workflow w must be a JSON object",
        ),
        (
            admin_pb2.CreateWorkflowVersionRequest(
                name="w", tasks=[task("a", workflow="w")], default_filters=[admin_pb2.DefaultFilter(scope="s")]
            ),
            "has no expression",
        ),
    ],
)
async def test_a_registration_that_breaks_a_rule_is_refused_with_the_rule(
    peer: Peer, request_: admin_pb2.CreateWorkflowVersionRequest, words: str
) -> None:
    code, details = await refusal(peer.admin.put_workflow(request_, metadata=peer.metadata))
    assert code is grpc.StatusCode.INVALID_ARGUMENT
    assert words in details


async def test_triggers_that_break_a_rule_are_refused(peer: Peer) -> None:
    await peer.put("strict")
    cases = [
        (trigger_pb2.TriggerWorkflowRequest(name="nobody"), "workflow names not found: nobody"),
        (trigger_pb2.TriggerWorkflowRequest(name="strict", priority=4), "priority must be between 1 and 3"),
        (trigger_pb2.TriggerWorkflowRequest(name="strict", input="{"), "invalid json in field input"),
        (trigger_pb2.TriggerWorkflowRequest(name="strict", input="[1]"), "field input must be a JSON object"),
        (trigger_pb2.TriggerWorkflowRequest(name="strict", input='{"a": "\\u0000"}'), "null character"),
        (trigger_pb2.TriggerWorkflowRequest(name="strict", additional_metadata="1"), "additional_metadata"),
        (
            trigger_pb2.TriggerWorkflowRequest(name="strict", parent_task_run_external_id=str(uuid.uuid4())),
            "does not exist",
        ),
        (trigger_pb2.TriggerWorkflowRequest(name="strict", desired_worker_id="w"), "valid UUID"),
    ]
    for request, words in cases:
        code, details = await refusal(peer.workflows.trigger_workflow(request, metadata=peer.metadata))
        assert code is grpc.StatusCode.INVALID_ARGUMENT
        assert words in details


async def test_a_bulk_with_one_bad_entry_starts_nothing(peer: Peer) -> None:
    await peer.put("bulk")
    worker = await peer.worker("bulk:bulk")
    request = workflows_pb2.BulkTriggerWorkflowRequest(
        workflows=[
            trigger_pb2.TriggerWorkflowRequest(name="bulk"),
            trigger_pb2.TriggerWorkflowRequest(name="bulk", input="{"),
        ]
    )
    code, _ = await refusal(peer.workflows.bulk_trigger_workflow(request, metadata=peer.metadata))
    assert code is grpc.StatusCode.INVALID_ARGUMENT
    await worker.nothing()


async def test_a_child_spawned_twice_under_one_index_is_one_run(peer: Peer) -> None:
    await peer.put("parent")
    await peer.put("child")
    worker = await peer.worker("parent:parent", "child:child")
    parent_id = await peer.trigger("parent", additional_metadata='{"team": "red", "hatchet__x": 1}')
    await worker.next()
    fields = {"parent_id": parent_id, "parent_task_run_external_id": parent_id, "child_index": 0}
    child = await peer.trigger("child", additional_metadata='{"own": 1}', **fields)
    assert await peer.trigger("child", **fields) == child
    action = await worker.next()
    metadata = json.loads(action.additional_metadata)
    assert (action.child_workflow_index, action.parent_workflow_run_id) == (0, parent_id)
    assert (metadata["team"], metadata["own"], "hatchet__x" in metadata) == ("red", 1, False)
    assert metadata["hatchet__parent_workflow_run_id"] == metadata["hatchet__parent_step_run_id"] == parent_id
    await worker.complete(action)
    await peer.result(child)
    assert await peer.trigger("child", **fields) == child
    assert await peer.trigger("child", **{**fields, "child_key": "other"}) != child
    assert await peer.trigger("child", **{**fields, "child_index": 1}) != child


async def test_the_default_priority_of_a_workflow_holds_unless_a_trigger_says_otherwise(peer: Peer) -> None:
    await peer.put("urgent", default_priority=3)
    worker = await peer.worker("urgent:urgent")
    await peer.trigger("urgent")
    assert (await worker.next()).priority == 3
    await peer.trigger("urgent", priority=1)
    assert (await worker.next()).priority == 1


@pytest.mark.parametrize("token", ["", "ey.ey.ey", "{valid}x", "x{valid}"])
async def test_a_wrong_token_is_refused(peer: Peer, token: str) -> None:
    async with connected(peer.endpoint, token.format(valid=peer.endpoint.token)) as stranger:
        call = stranger.dispatcher.get_version(dispatcher_pb2.GetVersionRequest(), metadata=stranger.metadata)
        assert await refusal(call) == (grpc.StatusCode.UNAUTHENTICATED, "invalid auth token")
        stream = read_by_hand(
            stranger.dispatcher.listen_v2(
                dispatcher_pb2.WorkerListenRequest(worker_id=str(uuid.uuid4())), metadata=stranger.metadata
            )
        )
        assert await refusal(stream.read()) == (grpc.StatusCode.UNAUTHENTICATED, "invalid auth token")


async def test_a_call_without_a_token_is_refused(peer: Peer) -> None:
    call = peer.dispatcher.get_version(dispatcher_pb2.GetVersionRequest())
    assert (await refusal(call))[0] is grpc.StatusCode.UNAUTHENTICATED


async def test_the_version_opens_every_gate_of_the_protocol(peer: Peer) -> None:
    answer = await peer.dispatcher.get_version(dispatcher_pb2.GetVersionRequest(), metadata=peer.metadata)
    assert answer.version == "v0.120.0"


async def test_run_details_of_unknown_and_malformed_ids(peer: Peer) -> None:
    for run_id, expected in (
        (str(uuid.uuid4()), (grpc.StatusCode.NOT_FOUND, "workflow run not found")),
        ("r", (grpc.StatusCode.INVALID_ARGUMENT, "invalid external id: 'r'")),
    ):
        request = admin_pb2.GetRunDetailsRequest(external_id=run_id)
        assert await refusal(peer.admin.get_run_details(request, metadata=peer.metadata)) == expected


async def test_services_that_come_later_are_refused_by_name(peer: Peer) -> None:
    calls = {
        "RegisterDurableEvent": peer.durable.register_durable_event(
            durable_pb2.RegisterDurableEventRequest(), metadata=peer.metadata
        ),
        "Listen": read_by_hand(
            peer.dispatcher.listen(dispatcher_pb2.WorkerListenRequest(), metadata=peer.metadata)
        ).read(),
    }
    for feature, call in calls.items():
        code, details = await refusal(call)
        assert code is grpc.StatusCode.UNIMPLEMENTED
        assert details.startswith(f"the embedded engine does not serve {feature} yet: ")
