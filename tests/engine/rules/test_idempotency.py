"""Keys that let a run happen only once, as a client sees them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import grpc
import grpc.aio
import pytest
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.empty_pb2 import Empty
from google.protobuf.unknown_fields import UnknownFieldSet

from hatchet.engine import MovableClock
from hatchet_api.grpc import events_pb2, packing, workflows_pb2
from hatchet_api.grpc.v1 import workflows_pb2 as admin_pb2
from hatchet_api.grpc.v1.shared import trigger_pb2
from tests.engine.peer import Peer, RawWorker, connected, errors, task
from tests.engine.rest_peer import asking
from tests.engine.storage.test_durability import another_process, served

TTL, STATUS = admin_pb2.TTL, admin_pb2.STATUS


async def once(
    peer: Peer, name: str, expression: str = "input.key", ttl_ms: int = 60_000, method: int = TTL, **fields: object
) -> RawWorker:
    """A workflow whose runs hold a key, and a worker for it."""
    rule = admin_pb2.IdempotencyConfig(expression=expression, ttl_ms=ttl_ms)
    rule.method = admin_pb2.IdempotencyMethod.ValueType(method)
    request = admin_pb2.CreateWorkflowVersionRequest(name=name, tasks=[task(name, workflow=name)], idempotency=rule)
    for key, value in fields.items():
        getattr(request, key).extend(value)
    await peer.admin.put_workflow(request, metadata=peer.metadata)
    return await peer.worker(f"{name}:{name}")


def packed(error: grpc.aio.AioRpcError) -> AnyMessage:
    """The one message in the details of a status."""
    assert (error.code(), error.details()) == (grpc.StatusCode.ALREADY_EXISTS, "idempotency key collision")
    [data] = [value for key, value in error.trailing_metadata() if key == "grpc-status-details-bin"]
    assert isinstance(data, bytes)
    # google.rpc.Status is not among the messages at hand; its fields can be read without it.
    fields = UnknownFieldSet(Empty.FromString(data))
    assert [(fields[index].field_number, fields[index].data) for index in range(2)] == [
        (1, 6),
        (2, b"idempotency key collision"),
    ]
    return AnyMessage.FromString(fields[2].data)


async def collision(peer: Peer, name: str, input: object) -> admin_pb2.IdempotencyCollisionError:
    """What a trigger that must collide says."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await peer.trigger(name, input)
    found = packing.unpack(packed(caught.value), admin_pb2.IdempotencyCollisionError)
    assert found is not None
    return found


async def test_a_held_key_keeps_a_second_run_from_starting(peer: Peer, clock: MovableClock) -> None:
    worker = await once(peer, "paid", ttl_ms=60_000)
    first = await peer.trigger("paid", {"key": "a"})
    found = await collision(peer, "paid", {"key": "a"})
    assert found.existing_run_external_id == first
    assert found.colliding_run_external_id not in ("", first)
    await peer.trigger("paid", {"key": "b"})
    # Held for its whole time, even if the run ended long before.
    await worker.complete(await worker.next())
    await peer.result(first)
    assert (await collision(peer, "paid", {"key": "a"})).existing_run_external_id == first
    clock.advance(61)
    assert await peer.trigger("paid", {"key": "a"}) != first


async def test_a_key_of_status_is_free_when_the_run_has_ended(peer: Peer, clock: MovableClock) -> None:
    worker = await once(peer, "while", method=STATUS, ttl_ms=600_000)
    for end in ("complete", "fail", "cancel"):
        run = await peer.trigger("while", {"key": "a"})
        action = await worker.next()
        assert (await collision(peer, "while", {"key": "a"})).existing_run_external_id == run
        if end == "complete":
            await worker.complete(action)
        elif end == "fail":
            await worker.fail(action)
        else:
            await peer.cancel(run)
            await worker.next()
    last = await peer.trigger("while", {"key": "a"})
    clock.advance(601)
    assert await peer.trigger("while", {"key": "a"}) != last


async def test_keys_are_shared_by_all_workflows(peer: Peer) -> None:
    await once(peer, "one", "'same'")
    await once(peer, "two", "additional_metadata.k")
    first = await peer.trigger("one", {})
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await peer.trigger("two", {}, additional_metadata='{"k": "same"}')
    found = packing.unpack(packed(caught.value), admin_pb2.IdempotencyCollisionError)
    assert found is not None
    assert found.existing_run_external_id == first


async def many(peer: Peer, items: Sequence[tuple[str, object]]) -> list[str]:
    """Trigger several runs at once."""
    request = workflows_pb2.BulkTriggerWorkflowRequest(
        workflows=[trigger_pb2.TriggerWorkflowRequest(name=name, input=json.dumps(given)) for name, given in items]
    )
    answer = await peer.workflows.bulk_trigger_workflow(request, metadata=peer.metadata)
    return list(answer.workflow_run_ids)


async def test_of_many_runs_those_with_free_keys_start(peer: Peer) -> None:
    worker = await once(peer, "bulk")
    held = await peer.trigger("bulk", {"key": "a"})
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await many(peer, [("bulk", {"key": key}) for key in "abcb"])
    found = packing.unpack(packed(caught.value), admin_pb2.BulkTriggerIdempotencyCollisionError)
    assert found is not None
    started = list(found.successful_workflow_run_external_ids)
    assert len(started) == 2
    # Of two with the same key in one request the last wins, and the other collides with it.
    assert [each.existing_run_external_id for each in found.collisions] == [held, started[1]]
    assert [(await worker.next()).workflow_run_id for _ in range(3)] == [held, *started]


async def test_in_one_request_the_longest_hold_wins(peer: Peer) -> None:
    await once(peer, "short", "'k'", ttl_ms=1000)
    await once(peer, "long", "'k'", ttl_ms=5000)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await many(peer, [("short", {}), ("long", {})])
    found = packing.unpack(packed(caught.value), admin_pb2.BulkTriggerIdempotencyCollisionError)
    assert found is not None
    [winner] = found.successful_workflow_run_external_ids
    assert (await peer.details(winner)).task_runs["long"].external_id == winner


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("input.gone", "no such key: gone"),
        ("input.n", "output must evaluate to a string: got double"),
        ("input.key", "uses the prefix hatchet_internal_, which is reserved"),
    ],
)
async def test_a_key_that_cannot_be_had_refuses_the_run(peer: Peer, expression: str, words: str) -> None:
    await once(peer, "keyless", expression)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await peer.trigger("keyless", {"n": 1, "key": "hatchet_internal_1"})
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert words in (caught.value.details() or "")


async def test_events_and_rest_heed_keys_too(peer: Peer) -> None:
    worker = await once(peer, "evented", event_triggers=["order"])
    for _ in range(2):
        await peer.events.push(events_pb2.PushEventRequest(key="order", payload='{"key": "a"}'), metadata=peer.metadata)
    first = await worker.next()
    await worker.nothing()
    endpoint = peer.endpoint
    async with asking(endpoint) as http:
        answer = await http.post(
            f"{endpoint.server_url}/api/v1/stable/tenants/{endpoint.tenant_id}/workflow-runs/trigger",
            json={"workflowName": "evented", "input": {"key": "a"}},
        )
    assert (answer.status_code, answer.json()["errors"][0]["description"]) == (409, "idempotency key collision")
    assert first.triggering_event_key == "order"


async def test_a_child_that_was_spawned_before_does_not_collide_with_itself(peer: Peer) -> None:
    await peer.put("parent")
    parent = await peer.worker("parent:parent")
    await once(peer, "child", "'c'")
    parent_run = await peer.trigger("parent")
    action = await parent.next()
    assert action.workflow_run_id == parent_run
    spawn = {"parent_id": parent_run, "parent_task_run_external_id": action.task_run_external_id, "child_index": 0}
    first = await peer.trigger("child", {}, **spawn)
    assert await peer.trigger("child", {}, **spawn) == first


async def test_what_cannot_work_is_refused_at_registration(peer: Peer) -> None:
    for arguments, words in (
        (("",), "needs an expression for its key"),
        (("input.a", 0), "holds its keys for 0 ms"),
        (("1",), "gives int, wanted is string"),
        (("oops.a",), "undeclared reference to 'oops'"),
    ):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await once(peer, "w", *arguments)
        assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
        assert words in (caught.value.details() or "")


async def test_keys_survive_kill_nine(tmp_path: Path, clock: MovableClock) -> None:
    async with another_process(tmp_path) as (_, endpoint), connected(endpoint) as peer:
        worker = await once(peer, "status", method=STATUS, ttl_ms=600_000)
        await once(peer, "ttl", ttl_ms=60_000)
        status = await peer.trigger("status", {"key": "s"})
        ttl = await peer.trigger("ttl", {"key": "t"})
        action = await worker.next()
        worker.hang_up()
    async with served(tmp_path, clock) as (_, peer):
        worker.peer = peer
        await worker.listen()
        assert (await collision(peer, "status", {"key": "s"})).existing_run_external_id == status
        assert (await collision(peer, "ttl", {"key": "t"})).existing_run_external_id == ttl
        await worker.complete(action)
        await peer.result(status)
        await peer.trigger("status", {"key": "s"})
        clock.advance(61)
        await peer.trigger("ttl", {"key": "t"})
        assert errors(await peer.result(status)) == {}
