"""What messages of the engine become, field by field, and what stands for what they leave out."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from hatchet.wire import decode
from hatchet.wire.values import (
    Assignment,
    AssignmentKind,
    Batch,
    BatchMember,
    FinishedRun,
    PushedEvent,
    RunDetails,
    RunEvent,
    RunStatus,
    ScheduledRun,
    StepRunEventType,
    StoredMessage,
    StoredMessages,
    TaskResult,
    TaskRunDetails,
    WorkflowRunEventType,
)
from hatchet_api.grpc import dispatcher_pb2 as dispatcher
from hatchet_api.grpc import events_pb2 as events
from hatchet_api.grpc import workflows_pb2 as workflows
from hatchet_api.grpc.v1 import streams_pb2 as streams
from hatchet_api.grpc.v1 import workflows_pb2 as v1

AT = Timestamp(seconds=1_900_000_000, nanos=250_000_000)
MOMENT = datetime(2030, 3, 17, 17, 46, 40, 250_000, tzinfo=timezone.utc)


def test_an_assignment_has_every_field_or_nothing_in_its_place() -> None:
    full = dispatcher.AssignedAction(
        action_type=dispatcher.START_STEP_RUN, action_id="w:t", task_id="task", task_name="name",
        task_run_external_id="run", workflow_run_id="workflow run", retry_count=2, action_payload="{}",
        additional_metadata='{"a": 1}', priority=3, child_workflow_index=0, child_workflow_key="key",
        parent_workflow_run_id="parent", workflow_id="workflow", workflow_version_id="version",
        durable_task_invocation_count=4, triggering_event_external_id="event", triggering_event_key="event key",
        task_inserted_at=AT,
    )  # fmt: skip
    assert decode.assignment(full) == Assignment(
        kind=AssignmentKind.START, action_id="w:t", task_id="task", task_name="name", task_run_id="run",
        workflow_run_id="workflow run", retry_count=2, payload="{}", additional_metadata='{"a": 1}', priority=3,
        child_index=0, child_key="key", parent_run_id="parent", workflow_id="workflow", workflow_version_id="version",
        invocation_count=4, event_id="event", event_key="event key", queued_at=MOMENT,
    )  # fmt: skip
    nothing = decode.assignment(dispatcher.AssignedAction())
    assert nothing == Assignment(
        kind=AssignmentKind.START, action_id="", task_id="", task_name="", task_run_id="", workflow_run_id="",
        retry_count=0, payload="", additional_metadata="", priority=None, child_index=None, child_key=None,
        parent_run_id=None, workflow_id=None, workflow_version_id=None, invocation_count=None, event_id=None,
        event_key=None, queued_at=None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (dispatcher.START_STEP_RUN, AssignmentKind.START),
        (dispatcher.CANCEL_STEP_RUN, AssignmentKind.CANCEL),
        (dispatcher.START_GET_GROUP_KEY, AssignmentKind.OTHER),
        (99, AssignmentKind.OTHER),
    ],
)
def test_an_assignment_of_an_unknown_kind_is_another(number: Any, kind: AssignmentKind) -> None:
    assert decode.assignment(dispatcher.AssignedAction(action_type=number)).kind is kind


def test_a_batch_has_its_members_in_order() -> None:
    payload = {
        "r1": {"workflow_run_id": "w1", "payload": {"input": {"n": 1}}},
        "r2": {"payload": {"input": {}}},
        "r3": {"workflow_run_id": "w3", "payload": 5},
        "r4": "odd",
    }
    message = dispatcher.AssignedAction(
        action_type=dispatcher.START_BATCH, action_id="w:t", task_id="task", batchId="b", batchKey="k",
        action_payload=json.dumps(payload), retry_count=5,
    )  # fmt: skip
    members = {
        "r1": BatchMember("w1", {"input": {"n": 1}}),
        "r2": BatchMember("r2", {"input": {}}),
        "r3": BatchMember("w3", {}),
        "r4": BatchMember("r4", {}),
    }
    assert decode.assignment(message) == Assignment(
        kind=AssignmentKind.BATCH, action_id="w:t", task_id="task", task_name="t", task_run_id="r1",
        workflow_run_id="w1", retry_count=0, batch=Batch("b", "k", members),
    )  # fmt: skip
    message.action_payload = "{}"
    message.batchKey = ""
    message.task_name = "named"
    empty = decode.assignment(message)
    assert (empty.task_run_id, empty.workflow_run_id, empty.task_name) == ("", "", "named")
    assert empty.batch == Batch("b", None, {})


def test_the_end_of_a_run_tells_an_empty_output_from_none() -> None:
    message = dispatcher.WorkflowRunEvent(
        workflow_run_id="run",
        results=[
            dispatcher.StepRunResult(task_name="a", task_run_external_id="1", output=""),
            dispatcher.StepRunResult(task_name="b", task_run_external_id="2", error=""),
            dispatcher.StepRunResult(task_name="c", task_run_external_id="3"),
        ],
    )
    assert decode.finished_run(message) == FinishedRun(
        run_id="run",
        tasks=(
            TaskResult(task_name="a", task_run_id="1", output="", error=None),
            TaskResult(task_name="b", task_run_id="2", output=None, error=""),
            TaskResult(task_name="c", task_run_id="3", output=None, error=None),
        ),
    )


@pytest.mark.parametrize(
    ("number", "status"),
    [
        (0, RunStatus.QUEUED),
        (1, RunStatus.RUNNING),
        (2, RunStatus.COMPLETED),
        (3, RunStatus.FAILED),
        (4, RunStatus.CANCELLED),
        (5, RunStatus.RUNNING),
        (99, RunStatus.RUNNING),
    ],
)
def test_a_status_that_is_not_known_counts_as_running(number: int, status: RunStatus) -> None:
    assert decode.status(number) is status


def test_details_of_a_run_tell_an_empty_error_from_none() -> None:
    message = v1.GetRunDetailsResponse(
        status=v1.FAILED,
        done=True,
        input=b'{"n": 1}',
        additional_metadata=b'{"a": "b"}',
        task_runs={
            "x": v1.TaskRunDetail(external_id="1", readable_id="x", status=v1.COMPLETED, output=b'{"o": 1}'),
            "y": v1.TaskRunDetail(external_id="2", readable_id="y", status=v1.FAILED, error=""),
        },
    )
    assert decode.run_details("run", message) == RunDetails(
        run_id="run",
        status=RunStatus.FAILED,
        done=True,
        input_text='{"n": 1}',
        additional_metadata={"a": "b"},
        tasks={
            "x": TaskRunDetails("1", "x", RunStatus.COMPLETED, output_text='{"o": 1}', error=None, sent='{"o": 1}'),
            "y": TaskRunDetails("2", "y", RunStatus.FAILED, output_text=None, error="", sent=None),
        },
    )


OF_TASK, OF_RUN = dispatcher.RESOURCE_TYPE_STEP_RUN, dispatcher.RESOURCE_TYPE_WORKFLOW_RUN
KINDS = ["STARTED", "COMPLETED", "FAILED", "CANCELLED", "TIMED_OUT", "STREAM"]


@pytest.mark.parametrize("name", KINDS)
def test_what_happens_in_a_run_is_of_a_task_or_of_the_run(name: str) -> None:
    message = dispatcher.WorkflowEvent(
        workflow_run_id="run", resource_type=OF_TASK, resource_id="task", event_payload="text", retry_count=0,
        event_index=0, event_type=dispatcher.ResourceEventType.Value(f"RESOURCE_EVENT_TYPE_{name}"),
    )  # fmt: skip
    assert decode.run_event(message) == RunEvent(
        workflow_run_id="run", type=StepRunEventType[f"STEP_RUN_EVENT_TYPE_{name}"], payload="text",
        task_run_id="task", index=0, retry_count=0, is_last=False,
    )  # fmt: skip
    message.resource_type = OF_RUN
    of_run = decode.run_event(message)
    wanted = WorkflowRunEventType.__members__.get(f"WORKFLOW_RUN_EVENT_TYPE_{name}")
    assert (of_run.type, of_run.task_run_id) == (wanted, None)


def test_what_is_not_known_to_happen_has_no_type() -> None:
    bare = decode.run_event(dispatcher.WorkflowEvent(resource_type=OF_RUN, hangup=True))
    assert (bare.type, bare.index, bare.retry_count, bare.is_last) == (None, None, None, True)


def test_messages_of_a_topic_have_their_places_and_times() -> None:
    entry = streams.StreamEntry(payload=b"x", payload_ref="ref", cursor="7", created_at=AT)
    message = streams.StreamMessage(entries=[entry], cursor="8", hangup=True)
    assert decode.stored_messages(message) == StoredMessages((StoredMessage(b"x", "ref", "7", MOMENT),), "8", True)


def test_a_scheduled_run_and_a_pushed_event() -> None:
    version = workflows.WorkflowVersion(
        workflow_id="w", scheduled_workflows=[workflows.ScheduledWorkflow(id="s", trigger_at=AT)]
    )
    assert decode.scheduled_run(version) == ScheduledRun("s", MOMENT, "w")
    event = events.Event(event_id="e", key="k", payload="{}", event_timestamp=AT, additional_metadata='{"a": 1}')
    assert decode.pushed_event(event) == PushedEvent(
        event_id="e", key="k", payload="{}", created_at=MOMENT, additional_metadata='{"a": 1}'
    )
