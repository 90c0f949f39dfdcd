"""What goes over the stream of durable tasks, and what comes: message by message, each as a whole."""

from __future__ import annotations

from typing import Any

import pytest

from hatchet.options.conditions import ConditionAction, PlacedCondition, SleepCondition, UserEventCondition
from hatchet.options.specs import RunSpec
from hatchet.wire import encode_durable
from hatchet.wire.durable_values import (
    Completed,
    EvictionAck,
    Invocation,
    MemoAck,
    MemoRequest,
    MemoValue,
    Over,
    Place,
    Refused,
    StartAck,
    StartRequest,
    WaitAck,
    WaitRequest,
)
from hatchet.wire.requests import Trigger
from hatchet_api.grpc import dispatcher_pb2 as dispatcher
from hatchet_api.grpc.v1 import dispatcher_pb2 as v1
from hatchet_api.grpc.v1.shared import condition_pb2 as conditions
from hatchet_api.grpc.v1.shared import trigger_pb2 as shared

RUN = Invocation("run", 3)
OF_RUN: Any = {"durable_task_external_id": "run", "invocation_count": 3}
REF = v1.DurableEventLogEntryRef(**OF_RUN, branch_id=2, node_id=7)
PLACE = Place(2, 7)
PLAIN, KEYED = Trigger("a", b"1", RunSpec(), "parent", "task", 9), Trigger("b", b"2", RunSpec(child_key="k"))


def base(key: str, group: str) -> conditions.BaseMatchCondition:
    return conditions.BaseMatchCondition(readable_data_key=key, action=conditions.CREATE, or_group_id=group)


WAITS = (
    PlacedCondition(SleepCondition("90s"), ConditionAction.WAIT_FOR, "g1", "nap"),
    PlacedCondition(UserEventCondition("order:paid", "input.ok"), ConditionAction.WAIT_FOR, "g2", "paid"),
)
REQUESTS: list[tuple[Any, v1.DurableTaskRequest]] = [
    (
        WaitRequest(WAITS),
        v1.DurableTaskRequest(wait_for=v1.DurableTaskWaitForRequest(
            **OF_RUN, wait_for_conditions=conditions.DurableEventListenerConditions(
                sleep_conditions=[conditions.SleepMatchCondition(base=base("nap", "g1"), sleep_for="90s")],
                user_event_conditions=[conditions.UserEventMatchCondition(
                    base=conditions.BaseMatchCondition(
                        readable_data_key="paid", action=conditions.CREATE, or_group_id="g2", expression="input.ok"
                    ),
                    user_event_key="order:paid",
                )],
            ),
        )),
    ),
    (
        WaitRequest((), ""),
        v1.DurableTaskRequest(wait_for=v1.DurableTaskWaitForRequest(
            **OF_RUN, wait_for_conditions=conditions.DurableEventListenerConditions(), label=""
        )),
    ),
    (
        StartRequest((PLAIN, KEYED), 5),
        v1.DurableTaskRequest(trigger_runs=v1.DurableTaskTriggerRunsRequest(
            **OF_RUN, trigger_opts=[
                shared.TriggerWorkflowRequest(name="a", input="1", additional_metadata="{}"),
                shared.TriggerWorkflowRequest(
                    name="b", input="2", additional_metadata="{}", child_key="k", child_index=6
                ),
            ],
        )),
    ),
    (MemoRequest(b"key"), v1.DurableTaskRequest(memo=v1.DurableTaskMemoRequest(**OF_RUN, key=b"key"))),
    (
        MemoRequest(b"key", b""),
        v1.DurableTaskRequest(memo=v1.DurableTaskMemoRequest(**OF_RUN, key=b"key", payload=b"")),
    ),
    (
        MemoValue(PLACE, b"key", b"value"),
        v1.DurableTaskRequest(
            complete_memo=v1.DurableTaskCompleteMemoRequest(ref=REF, payload=b"value", memo_key=b"key")
        ),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "message"), REQUESTS, ids=lambda each: type(each).__name__)
def test_what_a_task_asks_for_is_sent_as_a_whole(asked: Any, message: v1.DurableTaskRequest) -> None:
    assert encode_durable.request(RUN, asked) == message


def test_what_a_worker_says_of_itself_is_sent_as_a_whole() -> None:
    assert encode_durable.register("w") == v1.DurableTaskRequest(
        register_worker=v1.DurableTaskRequestRegisterWorker(worker_id="w")
    )
    assert encode_durable.eviction(RUN, "Wait TTL") == v1.DurableTaskRequest(
        evict_invocation=v1.DurableTaskEvictInvocationRequest(**OF_RUN, reason="Wait TTL")
    )
    assert encode_durable.status("w", [(RUN, PLACE)], [(RUN, 4)]) == v1.DurableTaskRequest(
        worker_status=v1.DurableTaskWorkerStatusRequest(
            worker_id="w", waiting_entries=[v1.DurableTaskAwaitedCompletedEntry(**OF_RUN, branch_id=2, node_id=7)],
            received_satisfied_orders=[
                v1.DurableTaskReceivedSatisfiedOrder(**OF_RUN, highest_received_satisfied_order=4)
            ],
        )
    )  # fmt: skip
    assert encode_durable.restore("run") == dispatcher.RestoreEvictedTaskRequest(task_run_external_id="run")


def completed(**given: Any) -> dict[str, Any]:
    return {"entry_completed": v1.DurableTaskEventLogEntryCompletedResponse(ref=REF, payload=b"{}", **given)}


def memo(**given: Any) -> dict[str, Any]:
    return {"memo_ack": v1.DurableTaskEventMemoAckResponse(ref=REF, **given)}


def refused(kind: Any) -> dict[str, Any]:
    return {"error": v1.DurableTaskErrorResponse(ref=REF, error_message="no", error_type=kind)}


ANSWERS: list[tuple[dict[str, Any], Any]] = [
    ({"wait_for_ack": v1.DurableTaskEventWaitForAckResponse(ref=REF)}, WaitAck(PLACE)),
    (
        {"trigger_runs_ack": v1.DurableTaskEventTriggerRunsAckResponse(**OF_RUN, run_entries=[
            v1.DurableTaskRunAckEntry(branch_id=2, node_id=node, workflow_run_external_id=f"child {node}")
            for node in (7, 8)
        ])},
        StartAck(((PLACE, "child 7"), (Place(2, 8), "child 8"))),
    ),
    (memo(), MemoAck(PLACE, None)),
    (memo(memo_result_payload=b""), MemoAck(PLACE, None)),
    (memo(memo_result_payload=b"1"), MemoAck(PLACE, b"1")),
    (completed(), Completed(PLACE, b"{}", None, None)),
    (completed(is_failure=True, error_message=""), Completed(PLACE, b"{}", "", None)),
    (completed(is_failure=False, error_message="no"), Completed(PLACE, b"{}", None, None)),
    (completed(satisfied_order=0), Completed(PLACE, b"{}", None, 0)),
    (refused(v1.DURABLE_TASK_ERROR_TYPE_NONDETERMINISM), Refused(PLACE, "no", is_nondeterminism=True)),
    (refused(v1.DURABLE_TASK_ERROR_TYPE_UNSPECIFIED), Refused(PLACE, "no")),
    ({"eviction_ack": v1.DurableTaskEvictionAckResponse(**OF_RUN)}, EvictionAck()),
    ({"server_evict": v1.DurableTaskServerEvictNotice(**OF_RUN, reason="stale")}, Over("stale")),
]  # fmt: skip


@pytest.mark.parametrize(("said", "message"), ANSWERS, ids=lambda each: str(each)[:30])
def test_what_the_engine_says_is_read_as_a_whole(said: dict[str, Any], message: Any) -> None:
    response = v1.DurableTaskResponse(**said)
    assert encode_durable.message(response) == (RUN, message)
    assert not encode_durable.is_registration(response)


def test_what_is_about_no_invocation_is_told_apart() -> None:
    registered = v1.DurableTaskResponse(register_worker=v1.DurableTaskResponseRegisterWorker(worker_id="w"))
    assert (encode_durable.message(registered), encode_durable.is_registration(registered)) == (None, True)
    unknown = v1.DurableTaskResponse()
    assert (encode_durable.message(unknown), encode_durable.is_registration(unknown)) == (None, False)
