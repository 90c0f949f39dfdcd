"""What calls make of failures: what is repeated, what is told, and what was done."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from hatchet import (
    BulkTriggerIdempotencyCollisionError,
    DeadlineExceeded,
    PayloadTooLarge,
    RateLimited,
    ServerError,
    TenacityConfig,
    Unavailable,
)
from hatchet.options.specs import RunSpec
from hatchet.wire import worker_calls
from hatchet.wire.requests import Trigger
from hatchet.wire.values import Assignment, AssignmentKind, Batch, BatchMember, Event, Outcome, OutcomeKind
from hatchet_api.calls import CallError, StatusCode
from hatchet_api.grpc import dispatcher_pb2 as dispatcher
from hatchet_api.grpc import events_pb2 as events
from hatchet_api.grpc import packing
from hatchet_api.grpc import workflows_pb2 as workflows
from hatchet_api.grpc.v1 import workflows_pb2 as v1
from tests.unit.scripted import ScriptedEngine

KIB = 1024


def runs(number: int) -> list[Trigger]:
    return [Trigger("w", b"{}", RunSpec()) for _ in range(number)]


def status(code: StatusCode, *details: Any) -> CallError:
    """A refusal with a google.rpc.Status that holds messages."""
    parts = b"".join(b"\x1a" + _varint(len(data)) + data for data in (each.SerializeToString() for each in details))
    return CallError(code, "refused", (("grpc-status-details-bin", b"\x08\x08" + parts),))


def _varint(number: int) -> bytes:
    low = number & 0x7F
    return bytes([low | 0x80]) + _varint(number >> 7) if number > low else bytes([low])


async def stored(request: events.BulkPushEventRequest, context: Any) -> events.Events:
    """What an engine answers: every event as it was sent, with ids."""
    return events.Events(
        events=[
            events.Event(
                tenant_id="t" * 36,
                event_id=f"{number:036}",
                key=each.key,
                payload=each.payload,
                event_timestamp=each.event_timestamp,
                additional_metadata=each.additional_metadata,
            )
            for number, each in enumerate(request.events)
        ]
    )


async def test_an_answer_that_repeats_all_events_fits_the_limit() -> None:
    engine = ScriptedEngine(bulk_push=stored)
    hatchet = engine.client()
    pushed = await hatchet.io.run(hatchet.gateway.bulk_push([Event("k", b"{}")] * 2500))
    assert len(pushed) == 2500
    large = [Event("k", b'"' + b"x" * 4090 + b'"') for _ in range(1100)]
    assert len(await hatchet.io.run(hatchet.gateway.bulk_push(large))) == 1100
    hatchet = engine.client(grpc_max_recv_message_length=100 * KIB)  # a limit of the client's own
    assert len(await hatchet.io.run(hatchet.gateway.bulk_push(large[:200]))) == 200


async def test_a_push_whose_answer_is_too_large_is_not_repeated_and_says_that_it_was_done() -> None:
    async def bulk_push(request: events.BulkPushEventRequest, context: Any) -> events.Events:
        if engine.calls["bulk_push"] == 1:
            return await stored(request, context)
        return events.Events(events=[events.Event(payload="x" * 5 * KIB * KIB)])

    engine = ScriptedEngine(bulk_push=bulk_push)
    hatchet = engine.client()
    with pytest.raises(PayloadTooLarge, match="the engine has done it, but its answer is larger") as raised:
        await hatchet.io.run(hatchet.gateway.bulk_push([Event("k", b"{}")] * 1500))
    assert engine.calls["bulk_push"] == 2
    assert raised.value.sent
    assert not raised.value.repeatable
    progress = raised.value.progress
    assert progress is not None
    assert (progress.total, len(progress.ids), progress.uncertain) == (1500, 1000, 500)
    assert "1000 of 1500 events were stored before, and 500 more may have been" in str(raised.value)


@pytest.mark.parametrize(
    ("details", "sent"),
    [
        ("SERVER: Received message larger than max (5242938 vs. 4194304)", False),
        ("grpc: received message larger than max (5242938 vs. 4194304)", False),
        ("grpc: received message after decompression larger than max (5242938 vs. 4194304)", False),
        ("CLIENT: Sent message larger than max (5242938 vs. 4194304)", False),
        ("CLIENT: Received message larger than max (5242938 vs. 4194304)", True),
        ("SERVER: Sent message larger than max (5242938 vs. 4194304)", True),
        ("trying to send message larger than max (5242938 vs. 4194304)", True),
        ("Received message larger than max (5242938 vs. 4194304)", True),
    ],
)
async def test_a_message_that_is_too_large_is_no_limit_of_the_rate(details: str, sent: bool) -> None:
    async def push(request: Any, context: Any) -> Any:
        raise CallError(StatusCode.RESOURCE_EXHAUSTED, details)

    engine = ScriptedEngine(push=push)
    hatchet = engine.client()
    with pytest.raises(PayloadTooLarge) as raised:
        await hatchet.io.run(hatchet.gateway.push_event(Event("k", b"{}")))
    assert raised.value.sent is sent
    assert engine.calls["push"] == 1


@pytest.mark.parametrize(
    "details",
    ["ingest rate limit exceeded", "tenant has reached 100% of its events limit"],
)
async def test_limits_of_the_engine_are_waited_for(details: str) -> None:
    async def push(request: Any, context: Any) -> Any:
        if engine.calls["push"] < 3:
            raise CallError(StatusCode.RESOURCE_EXHAUSTED, details)
        return events.Event(event_id="e")

    engine = ScriptedEngine(push=push)
    hatchet = engine.client()
    assert (await hatchet.io.run(hatchet.gateway.push_event(Event("k", b"{}")))).event_id == "e"


def retry_info(delay: bytes) -> Any:
    from google.protobuf.any_pb2 import Any as AnyMessage

    return AnyMessage(type_url="type.googleapis.com/google.rpc.RetryInfo", value=b"\x0a" + bytes([len(delay)]) + delay)


@pytest.mark.parametrize(
    ("seconds", "wait"), [(86_400, timedelta(days=1)), (315_576_000_000, timedelta(seconds=315_576_000_000)),
                          (2**62, timedelta.max)]
)  # fmt: skip
async def test_a_wait_that_is_too_long_for_the_call_is_raised(seconds: int, wait: timedelta) -> None:
    from google.protobuf.duration_pb2 import Duration

    async def push(request: Any, context: Any) -> Any:
        raise status(StatusCode.RESOURCE_EXHAUSTED, retry_info(Duration(seconds=seconds).SerializeToString()))

    engine = ScriptedEngine(push=push)
    hatchet = engine.client()
    with pytest.raises(RateLimited) as raised:
        await hatchet.io.run(hatchet.gateway.push_event(Event("k", b"{}")))
    assert raised.value.retry_after == wait
    assert engine.calls["push"] == 1


@pytest.mark.parametrize(("patience", "tries"), [(0.15, 1), (30.0, 2)])
async def test_a_call_waits_no_longer_than_each_try_may_take(patience: float, tries: int) -> None:
    from google.protobuf.duration_pb2 import Duration

    async def push(request: Any, context: Any) -> Any:
        raise status(StatusCode.RESOURCE_EXHAUSTED, retry_info(Duration(nanos=200_000_000).SerializeToString()))

    engine = ScriptedEngine(push=push)
    hatchet = engine.client(request_timeout=patience, tenacity=TenacityConfig(max_attempts=2))
    with pytest.raises(RateLimited) as raised:
        await hatchet.io.run(hatchet.gateway.push_event(Event("k", b"{}")))
    assert raised.value.retry_after == timedelta(seconds=0.2)
    assert engine.calls["push"] == tries


@pytest.mark.parametrize("value", [b"\xff\xff", b"\x0a\x05\x01", b"\x0a\x02\xff\xff"])
async def test_details_that_cannot_be_read_leave_the_status(value: bytes) -> None:
    async def push(request: Any, context: Any) -> Any:
        raise CallError(
            StatusCode.ALREADY_EXISTS if engine.calls["push"] % 2 else StatusCode.INTERNAL,
            "no",
            (("grpc-status-details-bin", b"\x1a" + bytes([len(value)]) + value),),
        )

    engine = ScriptedEngine(push=push)
    hatchet = engine.client()
    for code in ("ALREADY_EXISTS", "INTERNAL"):
        with pytest.raises(Exception, match=code):
            await hatchet.io.run(hatchet.gateway.push_event(Event("k", b"{}")))


async def test_a_bulk_trigger_that_fails_on_the_way_says_which_runs_were_started() -> None:
    async def bulk(request: workflows.BulkTriggerWorkflowRequest, context: Any) -> Any:
        number = engine.calls["bulk_trigger_workflow"]
        if number == 3:
            raise CallError(StatusCode.INTERNAL, "broken")
        ids = [f"{number}.{index}" for index in range(len(request.workflows))]
        if number == 2:
            many = v1.BulkTriggerIdempotencyCollisionError(
                successful_workflow_run_external_ids=ids[:7],
                collisions=[
                    v1.IdempotencyCollisionError(existing_run_external_id="old", colliding_run_external_id=each)
                    for each in ids[7:9]
                ],
            )
            raise status(StatusCode.ALREADY_EXISTS, packing.pack(many))
        return workflows.BulkTriggerWorkflowResponse(workflow_run_ids=ids)

    engine = ScriptedEngine(bulk_trigger_workflow=bulk)
    hatchet = engine.client()
    with pytest.raises(
        ServerError, match=r"1007 of 2500 runs were started before, and 500 more may have been"
    ) as raised:
        await hatchet.io.run(hatchet.gateway.bulk_trigger(runs(2500)))
    progress = raised.value.progress
    assert progress is not None
    assert progress.ids[:2] == ("1.0", "1.1")
    assert progress.ids[1000:] == tuple(f"2.{index}" for index in range(7))
    assert [each.colliding_run_id for each in progress.collisions] == ["2.7", "2.8"]
    assert engine.calls["bulk_trigger_workflow"] == 3


async def test_collisions_of_every_message_are_told_together() -> None:
    async def bulk(request: workflows.BulkTriggerWorkflowRequest, context: Any) -> Any:
        number = engine.calls["bulk_trigger_workflow"]
        ids = [f"{number}.{index}" for index in range(len(request.workflows))]
        many = v1.BulkTriggerIdempotencyCollisionError(
            successful_workflow_run_external_ids=ids[1:],
            collisions=[
                v1.IdempotencyCollisionError(existing_run_external_id=f"old {number}", colliding_run_external_id=ids[0])
            ],
        )
        raise status(StatusCode.ALREADY_EXISTS, packing.pack(many))

    engine = ScriptedEngine(bulk_trigger_workflow=bulk)
    hatchet = engine.client()
    with pytest.raises(BulkTriggerIdempotencyCollisionError, match="3 of 2100 runs were not started") as raised:
        await hatchet.io.run(hatchet.gateway.bulk_trigger(runs(2100)))
    assert len(raised.value.run_ids) == 2097
    assert [each.existing_run_id for each in raised.value.collisions] == ["old 1", "old 2", "old 3"]


async def test_the_time_of_a_call_is_that_of_all_its_tries() -> None:
    async def version(request: Any, context: Any) -> Any:
        await asyncio.sleep(0.3)
        return dispatcher.GetVersionResponse(version="v1")

    hatchet = ScriptedEngine(get_version=version).client(request_timeout=0.05)
    with pytest.raises(DeadlineExceeded):
        await hatchet.aio_get_engine_version()
    from hatchet.transport.retry import within

    async with within(5, "version"):  # as `with_options(timeout=5)` has it
        assert await hatchet.io.run(hatchet.gateway.engine_version()) == "v1"


def batch_of(outputs: dict[str, int]) -> tuple[Assignment, Outcome]:
    members = {run_id: BatchMember(run_id, {}) for run_id in outputs}
    assignment = Assignment(
        kind=AssignmentKind.BATCH,
        task_run_id="b",
        workflow_run_id="b",
        action_id="t:t",
        task_name="t",
        task_id="t",
        payload="",
        retry_count=0,
        batch=Batch("b", None, members),
    )
    done = {run_id: Outcome(OutcomeKind.COMPLETED, b"x" * size) for run_id, size in outputs.items()}
    return assignment, Outcome(OutcomeKind.COMPLETED, members=done)


@pytest.mark.parametrize("own_limit", [100 * KIB, 16 * KIB * KIB])
async def test_one_output_of_a_batch_that_is_too_large_fails_its_own_run(own_limit: int) -> None:
    told: dict[str, tuple[str, bool]] = {}

    async def batch(request: dispatcher.BatchActionEvent, context: Any) -> dispatcher.ActionEventResponse:
        kind = dispatcher.StepActionEventType.Name(request.event_type).removeprefix("STEP_EVENT_TYPE_")
        for item in request.items:
            told[item.task_run_external_id] = (kind, item.should_not_retry)
            if kind == "FAILED":
                assert "PayloadTooLarge" in item.event_payload
        return dispatcher.ActionEventResponse()

    # With a larger limit here than there, only the engine finds that it is too large.
    engine = ScriptedEngine(send_batch_action_event=batch, message_limit=100 * KIB)
    hatchet = engine.client(grpc_max_send_message_length=own_limit)
    assignment, outcome = batch_of({str(n): 1 * KIB for n in range(50)} | {"large": 200 * KIB, "huge": 300 * KIB})
    await hatchet.io.run(hatchet.gateway.report(assignment, "worker", outcome, 5.0))
    assert {run_id for run_id, (kind, _) in told.items() if kind == "FAILED"} == {"large", "huge"}
    assert told["large"] == ("FAILED", True)
    assert len(told) == 52


async def test_a_batch_that_is_too_large_together_is_sent_in_parts() -> None:
    told: list[int] = []

    async def batch(request: dispatcher.BatchActionEvent, context: Any) -> dispatcher.ActionEventResponse:
        told.append(len(request.items))
        return dispatcher.ActionEventResponse()

    engine = ScriptedEngine(send_batch_action_event=batch, message_limit=100 * KIB)
    hatchet = engine.client(grpc_max_send_message_length=16 * KIB * KIB)
    await hatchet.io.run(hatchet.gateway.report(*_reported(batch_of({str(n): 10 * KIB for n in range(50)}))))
    assert sum(told) == 50


def _reported(of: tuple[Assignment, Outcome]) -> tuple[Assignment, str, Outcome, float]:
    return of[0], "worker", of[1], worker_calls.HEARTBEAT_TIMEOUT


async def test_a_call_that_finds_no_engine_was_not_sent() -> None:
    engine = ScriptedEngine()
    hatchet = engine.client()
    await engine.restart()

    async def gone(request: Any, context: Any) -> Any:
        raise CallError(StatusCode.UNAVAILABLE, "failed to connect to all addresses")

    engine.handlers["push"] = gone
    with pytest.raises(Unavailable) as raised:
        await hatchet.io.run(hatchet.gateway.push_event(Event("k", b"{}")))
    assert not raised.value.sent
    assert raised.value.repeatable
