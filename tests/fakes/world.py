"""What the test engine does when nothing is wrong, and what it has done: every effect is counted."""

from __future__ import annotations

import asyncio
import json
import threading
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from google.protobuf.timestamp_pb2 import Timestamp

from hatchet_api.grpc import dispatcher_pb2 as dispatcher
from hatchet_api.grpc import events_pb2 as events
from hatchet_api.grpc import workflows_pb2 as workflows
from hatchet_api.grpc.v1 import workflows_pb2 as v1
from hatchet_api.grpc.v1.shared import trigger_pb2 as trigger

TENANT = "707d0855-80ab-4e1f-a156-f1c4546cbf52"
VERSION = "v0.101.27"
ROWS = 7  # of every list
MOMENT = "2026-01-01T00:00:00Z"

Answers = Callable[[AsyncIterator[bytes]], AsyncIterator[bytes]]
"""One method: requests in, answers out."""


class World:
    """The state of the engine for one script. Runs end as soon as they are started, with their input as output."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.effects: Counter[str] = Counter()
        """What was done, and how often: `trigger 3`, `event 5`, `filter a`, `filter gone a`."""
        self.outcomes: Counter[str] = Counter()
        """What workers have reported, by task run and kind."""
        self.lines: list[events.PutLogRequest] = []
        self.registrations: list[dispatcher.WorkerRegisterRequest] = []
        self.assignments: list[dispatcher.AssignedAction] = []
        """What is sent to the first worker that listens."""
        self.farewell = threading.Event()
        self.inputs: dict[str, str] = {}
        self.filters: set[str] = set()
        self.grpc: dict[str, Answers] = {
            "GetVersion": _one(dispatcher.GetVersionRequest.FromString, self._version),
            "TriggerWorkflow": _one(trigger.TriggerWorkflowRequest.FromString, self._trigger),
            "BulkTriggerWorkflow": _one(workflows.BulkTriggerWorkflowRequest.FromString, self._bulk_trigger),
            "Push": _one(events.PushEventRequest.FromString, self._push),
            "BulkPush": _one(events.BulkPushEventRequest.FromString, self._bulk_push),
            "GetRunDetails": _one(v1.GetRunDetailsRequest.FromString, self._details),
            "PutWorkflow": _one(v1.CreateWorkflowVersionRequest.FromString, self._put_workflow),
            "Register": _one(dispatcher.WorkerRegisterRequest.FromString, self._register),
            "Heartbeat": _one(dispatcher.HeartbeatRequest.FromString, lambda _: dispatcher.HeartbeatResponse()),
            "Unsubscribe": _one(dispatcher.WorkerUnsubscribeRequest.FromString, self._unsubscribe),
            "SendStepActionEvent": _one(dispatcher.StepActionEvent.FromString, self._outcome),
            "SendBatchActionEvent": _one(dispatcher.BatchActionEvent.FromString, self._batch_outcome),
            "PutLog": _one(events.PutLogRequest.FromString, self._line),
            "SubscribeToWorkflowRuns": self._results,
            "SubscribeToWorkflowEvents": self._run_events,
            "ListenV2": self._listen,
        }

    def did(self, effect: str) -> None:
        """Count an effect."""
        with self._lock:
            self.effects[effect] += 1

    @property
    def doubled(self) -> dict[str, int]:
        """Effects that there were more than one of."""
        return {effect: number for effect, number in self.effects.items() if number > 1}

    # -- calls over gRPC

    def _version(self, request: dispatcher.GetVersionRequest) -> dispatcher.GetVersionResponse:
        return dispatcher.GetVersionResponse(version=VERSION)

    def _start(self, request: trigger.TriggerWorkflowRequest) -> str:
        self.did(f"trigger {json.loads(request.input)['id']}")
        run_id = str(uuid.uuid4())
        self.inputs[run_id] = request.input
        return run_id

    def _trigger(self, request: trigger.TriggerWorkflowRequest) -> workflows.TriggerWorkflowResponse:
        return workflows.TriggerWorkflowResponse(workflow_run_id=self._start(request))

    def _bulk_trigger(self, request: workflows.BulkTriggerWorkflowRequest) -> workflows.BulkTriggerWorkflowResponse:
        return workflows.BulkTriggerWorkflowResponse(workflow_run_ids=[self._start(each) for each in request.workflows])

    def _push(self, request: events.PushEventRequest) -> events.Event:
        self.did(f"event {json.loads(request.payload)['id']}")
        return events.Event(
            event_id=str(uuid.uuid4()), key=request.key, payload=request.payload, event_timestamp=Timestamp(seconds=1)
        )

    def _bulk_push(self, request: events.BulkPushEventRequest) -> events.Events:
        return events.Events(events=[self._push(each) for each in request.events])

    def _details(self, request: v1.GetRunDetailsRequest) -> v1.GetRunDetailsResponse:
        output = self.inputs.get(request.external_id, "{}")
        task = v1.TaskRunDetail(
            external_id=request.external_id, readable_id="echo", status=v1.COMPLETED, output=output.encode()
        )
        return v1.GetRunDetailsResponse(status=v1.COMPLETED, done=True, input=output.encode(), task_runs={"echo": task})

    def _put_workflow(self, request: v1.CreateWorkflowVersionRequest) -> v1.CreateWorkflowVersionResponse:
        return v1.CreateWorkflowVersionResponse(id=str(uuid.uuid4()), workflow_id=str(uuid.uuid4()))

    def _register(self, request: dispatcher.WorkerRegisterRequest) -> dispatcher.WorkerRegisterResponse:
        self.registrations.append(request)
        return dispatcher.WorkerRegisterResponse(
            tenant_id=TENANT, worker_id=str(uuid.uuid4()), worker_name=request.worker_name
        )

    def _unsubscribe(self, request: dispatcher.WorkerUnsubscribeRequest) -> dispatcher.WorkerUnsubscribeResponse:
        self.farewell.set()
        return dispatcher.WorkerUnsubscribeResponse(tenant_id=TENANT, worker_id=request.worker_id)

    def _outcome(self, request: dispatcher.StepActionEvent) -> dispatcher.ActionEventResponse:
        kind = dispatcher.StepActionEventType.Name(request.event_type).removeprefix("STEP_EVENT_TYPE_")
        with self._lock:
            self.outcomes[f"{request.task_run_external_id} {kind}"] += 1
        return dispatcher.ActionEventResponse(tenant_id=TENANT, worker_id=request.worker_id)

    def _batch_outcome(self, request: dispatcher.BatchActionEvent) -> dispatcher.ActionEventResponse:
        kind = dispatcher.StepActionEventType.Name(request.event_type).removeprefix("STEP_EVENT_TYPE_")
        with self._lock:
            self.outcomes.update(f"{item.task_run_external_id} {kind}" for item in request.items)
        return dispatcher.ActionEventResponse(tenant_id=TENANT, worker_id=request.worker_id)

    def _line(self, request: events.PutLogRequest) -> events.PutLogResponse:
        self.lines.append(request)
        return events.PutLogResponse()

    async def _results(self, requests: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for request in requests:
            run_id = dispatcher.SubscribeToWorkflowRunsRequest.FromString(request).workflow_run_id
            result = dispatcher.StepRunResult(
                task_run_external_id=run_id, task_name="echo", output=self.inputs.get(run_id, "{}")
            )
            yield dispatcher.WorkflowRunEvent(workflow_run_id=run_id, results=[result]).SerializeToString()

    async def _run_events(self, requests: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        request = dispatcher.SubscribeToWorkflowEventsRequest.FromString(await anext(requests))
        kinds = (dispatcher.RESOURCE_EVENT_TYPE_STARTED, dispatcher.RESOURCE_EVENT_TYPE_COMPLETED)
        for kind in kinds:
            yield dispatcher.WorkflowEvent(
                workflow_run_id=request.workflow_run_id,
                resource_type=dispatcher.RESOURCE_TYPE_STEP_RUN,
                event_type=kind,
                resource_id=request.workflow_run_id,
                hangup=kind == kinds[-1],
            ).SerializeToString()

    async def _listen(self, requests: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        await anext(requests)
        while not self.farewell.is_set():
            while self.assignments:
                yield self.assignments.pop(0).SerializeToString()
            await asyncio.sleep(0.005)


def task_run_id(number: int) -> str:
    """The id of a task run that `assignment` makes."""
    return str(uuid.UUID(int=number))


def assignment(
    number: int, action_id: str, payload: object = None, *, kind: str = "START_STEP_RUN", retry_count: int = 0
) -> dispatcher.AssignedAction:
    """One attempt of a task run for a worker."""
    run_id = task_run_id(number)
    return dispatcher.AssignedAction(
        tenant_id=TENANT,
        workflow_run_id=run_id,
        task_id=run_id,
        job_run_id=run_id,
        task_run_external_id=run_id,
        action_id=action_id,
        task_name=action_id.rpartition(":")[2],
        action_type=dispatcher.ActionType.Value(kind),
        action_payload=json.dumps({"input": payload or {}, "triggered_by": "manual"}),
        retry_count=retry_count,
    )


def cancellation(number: int, action_id: str, *, retry_count: int = 0) -> dispatcher.AssignedAction:
    """The end of such an attempt."""
    return assignment(number, action_id, kind="CANCEL_STEP_RUN", retry_count=retry_count)


def batch(name: str, numbers: list[int], action_id: str) -> dispatcher.AssignedAction:
    """Some task runs as one batch."""
    runs = {
        task_run_id(number): {"workflow_run_id": task_run_id(number), "payload": {"input": {"id": number}}}
        for number in numbers
    }
    return dispatcher.AssignedAction(
        tenant_id=TENANT,
        action_id=action_id,
        action_type=dispatcher.ActionType.Value("START_BATCH"),
        action_payload=json.dumps(runs),
        batchId=name,
    )


def _one(read: Callable[[bytes], Any], answer: Callable[[Any], Any]) -> Answers:
    """A method with one request and one answer; any messages, each as its own method has them."""

    async def answers(requests: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for request in requests:
            yield answer(read(request)).SerializeToString()
            return

    return answers


# -- calls over REST


def rest_answer(world: World, method: str, path: str, body: bytes) -> object:
    """The answer to a request; None where there is no such object."""
    parts = urlsplit(path)
    query = parse_qs(parts.query)
    if method == "POST" and parts.path.endswith("/filters"):
        scope = str(json.loads(body)["scope"])
        world.did(f"filter {scope}")
        world.filters.add(scope)
        return _filter(scope)
    if "/filters/" in parts.path:
        scope = str(uuid.UUID(parts.path.rpartition("/")[2]).int)
        if scope not in world.filters:
            return None
        if method == "DELETE":
            world.did(f"filter gone {scope}")
            world.filters.discard(scope)
        return _filter(scope)
    if "/workers/" in parts.path:
        worker_id = parts.path.rpartition("/")[2]
        meta = {"id": worker_id, "createdAt": MOMENT, "updatedAt": MOMENT}
        return {"metadata": meta, "name": "w", "type": "SELFHOSTED", "status": "ACTIVE"}
    offset, limit = int(query.get("offset", ["0"])[0]), int(query.get("limit", ["50"])[0])
    rows = [_filter(str(number)) for number in range(ROWS)][offset : offset + limit]
    return {"rows": rows, "pagination": {"current_page": 1, "next_page": 1, "num_pages": 1}}


def filter_id(scope: str) -> str:
    """The id of the filter of a scope, which is a number."""
    return str(uuid.UUID(int=int(scope)))


def _filter(scope: str) -> dict[str, object]:
    return {
        "metadata": {"id": filter_id(scope), "createdAt": MOMENT, "updatedAt": MOMENT},
        "tenantId": TENANT,
        "workflowId": str(uuid.UUID(int=1)),
        "scope": scope,
        "expression": "true",
        "payload": {},
    }
