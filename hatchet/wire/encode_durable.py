"""What goes over the stream of durable tasks, as messages, and what comes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from hatchet.options.conditions import PlacedCondition, SleepCondition, UserEventCondition
from hatchet.options.durations import render_duration
from hatchet.wire import encode_runs
from hatchet.wire.durable_values import (
    Completed,
    EvictionAck,
    Invocation,
    MemoAck,
    MemoRequest,
    MemoValue,
    Message,
    Over,
    Place,
    Refused,
    Request,
    StartAck,
    StartRequest,
    WaitAck,
    WaitRequest,
)
from hatchet.wire.encode_definitions import user_event_condition
from hatchet_api.grpc import dispatcher_pb2 as dispatcher
from hatchet_api.grpc.v1 import dispatcher_pb2 as v1
from hatchet_api.grpc.v1.shared import condition_pb2 as conditions_pb
from hatchet_api.grpc.v1.shared import trigger_pb2 as shared

Outgoing = v1.DurableTaskRequest
Incoming = v1.DurableTaskResponse


def register(worker_id: str) -> Outgoing:
    """Whose stream it is."""
    return Outgoing(register_worker=v1.DurableTaskRequestRegisterWorker(worker_id=worker_id))


def request(invocation: Invocation, asked: Request | MemoValue) -> Outgoing:
    """What an invocation asks for."""
    task, number = invocation
    match asked:
        case WaitRequest(conditions, label):
            wait = v1.DurableTaskWaitForRequest(
                durable_task_external_id=task, invocation_count=number, wait_for_conditions=_conditions(conditions)
            )
            if label is not None:
                wait.label = label
            return Outgoing(wait_for=wait)
        case StartRequest():
            start = v1.DurableTaskTriggerRunsRequest(
                durable_task_external_id=task, invocation_count=number, trigger_opts=children(asked)
            )
            return Outgoing(trigger_runs=start)
        case MemoRequest(key, value):
            memo = v1.DurableTaskMemoRequest(durable_task_external_id=task, invocation_count=number, key=key)
            if value is not None:
                memo.payload = value
            return Outgoing(memo=memo)
        case MemoValue(place, key, value):
            ref = v1.DurableEventLogEntryRef(
                durable_task_external_id=task, invocation_count=number, branch_id=place.branch, node_id=place.node
            )
            return Outgoing(complete_memo=v1.DurableTaskCompleteMemoRequest(ref=ref, payload=value, memo_key=key))


def children(asked: StartRequest) -> list[shared.TriggerWorkflowRequest]:
    """Runs to start. The engine knows whose children they are; it finds those with a key again by an index, too."""
    messages: list[shared.TriggerWorkflowRequest] = []
    for index, run in enumerate(asked.runs, asked.index):
        message = encode_runs.trigger(replace(run, parent_run_id=None, parent_task_run_id=None, child_index=None))
        if run.options.child_key is not None:
            message.child_index = index
        messages.append(message)
    return messages


def _conditions(conditions: Sequence[PlacedCondition]) -> conditions_pb.DurableEventListenerConditions:
    message = conditions_pb.DurableEventListenerConditions()
    for placed in conditions:
        base = conditions_pb.BaseMatchCondition(
            readable_data_key=placed.data_key, action=conditions_pb.CREATE, or_group_id=placed.group_id
        )
        if isinstance(placed.condition, SleepCondition):
            text = render_duration(placed.condition.duration, "the duration of a SleepCondition")
            message.sleep_conditions.add(base=base, sleep_for=text)
        elif isinstance(placed.condition, UserEventCondition):
            message.user_event_conditions.append(user_event_condition(base, placed.condition))
    return message


def eviction(invocation: Invocation, reason: str) -> Outgoing:
    """Let go of an invocation that only waits."""
    task, number = invocation
    return Outgoing(
        evict_invocation=v1.DurableTaskEvictInvocationRequest(
            durable_task_external_id=task, invocation_count=number, reason=reason
        )
    )


def status(
    worker_id: str, waiting: Iterable[tuple[Invocation, Place]], received: Iterable[tuple[Invocation, int]]
) -> Outgoing:
    """What a worker waits for, and how far it has come."""
    return Outgoing(
        worker_status=v1.DurableTaskWorkerStatusRequest(
            worker_id=worker_id,
            waiting_entries=[
                v1.DurableTaskAwaitedCompletedEntry(
                    durable_task_external_id=task, invocation_count=number, branch_id=place.branch, node_id=place.node
                )
                for (task, number), place in waiting
            ],
            received_satisfied_orders=[
                v1.DurableTaskReceivedSatisfiedOrder(
                    durable_task_external_id=task, invocation_count=number, highest_received_satisfied_order=order
                )
                for (task, number), order in received
            ],
        )
    )


def restore(task_run_id: str) -> dispatcher.RestoreEvictedTaskRequest:
    """Bring an evicted task back."""
    return dispatcher.RestoreEvictedTaskRequest(task_run_external_id=task_run_id)


# -- what comes


def is_registration(response: Incoming) -> bool:
    """Whether the engine knows by now whose stream it is."""
    return response.WhichOneof("message") == "register_worker"


def message(response: Incoming) -> tuple[Invocation, Message] | None:
    """What the engine says of an invocation; None for what is about none, or of a kind that is not known."""
    match response.WhichOneof("message"):
        case "wait_for_ack":
            wait = response.wait_for_ack.ref
            return _invocation(wait), WaitAck(_place(wait))
        case "trigger_runs_ack":
            start = response.trigger_runs_ack
            entries = tuple(
                (Place(entry.branch_id, entry.node_id), entry.workflow_run_external_id) for entry in start.run_entries
            )
            return Invocation(start.durable_task_external_id, start.invocation_count), StartAck(entries)
        case "memo_ack":
            memo = response.memo_ack
            value = memo.memo_result_payload if memo.HasField("memo_result_payload") else None
            return _invocation(memo.ref), MemoAck(_place(memo.ref), value or None)
        case "entry_completed":
            return _invocation(response.entry_completed.ref), _completed(response.entry_completed)
        case "error":
            error = response.error
            diverged = error.error_type == v1.DURABLE_TASK_ERROR_TYPE_NONDETERMINISM
            return _invocation(error.ref), Refused(_place(error.ref), error.error_message, diverged)
        case "eviction_ack":
            ack = response.eviction_ack
            return Invocation(ack.durable_task_external_id, ack.invocation_count), EvictionAck()
        case "server_evict":
            notice = response.server_evict
            return Invocation(notice.durable_task_external_id, notice.invocation_count), Over(notice.reason)
        case _:
            return None


def _completed(entry: v1.DurableTaskEventLogEntryCompletedResponse) -> Completed:
    return Completed(
        _place(entry.ref),
        entry.payload,
        entry.error_message if entry.is_failure else None,
        entry.satisfied_order if entry.HasField("satisfied_order") else None,
    )


def _invocation(ref: v1.DurableEventLogEntryRef) -> Invocation:
    return Invocation(ref.durable_task_external_id, ref.invocation_count)


def _place(ref: v1.DurableEventLogEntryRef) -> Place:
    return Place(ref.branch_id, ref.node_id)
