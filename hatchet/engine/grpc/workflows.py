"""The WorkflowService: starting runs."""

from __future__ import annotations

from hatchet.engine.delivery import messages
from hatchet.engine.grpc import details
from hatchet.engine.grpc.validate import wanted_labels
from hatchet.engine.hub import Hub
from hatchet.engine.rules.idempotency import Collided
from hatchet.engine.rules.triggering import Trigger
from hatchet.engine.state import jsontext
from hatchet.engine.state.definitions import Window
from hatchet.engine.state.errors import invalid, not_found, unserved
from hatchet_api import calls
from hatchet_api.grpc import workflows_pb2
from hatchet_api.grpc.v1.shared import trigger_pb2

MAX_BULK = 1000


class WorkflowService:
    """Serves `/WorkflowService/*`."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def put_workflow(
        self,
        request: workflows_pb2.PutWorkflowRequest,
        context: calls.Context,
    ) -> workflows_pb2.WorkflowVersion:
        """Refused: the first form of registration."""
        raise unserved("WorkflowService.PutWorkflow", "register by v1.AdminService.PutWorkflow")

    async def schedule_workflow(
        self,
        request: workflows_pb2.ScheduleWorkflowRequest,
        context: calls.Context,
    ) -> workflows_pb2.WorkflowVersion:
        """Want runs at times; a parent is checked and, as by the real engine, not linked to them."""
        hub = self._hub
        workflow = hub.core.workflows.get(request.name)
        if workflow is None:
            raise not_found("workflow not found")
        if request.HasField("parent_id"):
            if not request.HasField("parent_task_run_external_id"):
                raise invalid("parent task run id is required when parent id is provided")
            if not request.HasField("child_index"):
                raise invalid("child index is required when parent id is provided")
        if request.HasField("priority") and not 1 <= request.priority <= 3:
            raise invalid(f"priority must be between 1 and 3, got {request.priority}")
        if not request.schedules:
            raise invalid("Invalid request: no times to run at; give at least one in schedules")
        try:
            jsontext.parse_object(request.additional_metadata, "additionalMetadata")
            jsontext.parse_object(request.input, "payload")
        except ValueError as error:
            raise invalid(f"Invalid request: {error}") from None
        schedules = [
            hub.schedules.create(
                workflow,
                at.seconds + at.nanos / 1e9,
                request.input or "{}",
                request.additional_metadata or "{}",
                request.priority if request.HasField("priority") else None,
                hub.now(),
            )
            for at in request.schedules
        ]
        await hub.turns.stored()
        version = workflow.current
        return workflows_pb2.WorkflowVersion(
            id=version.id,
            created_at=messages.timestamp(version.created_at),
            updated_at=messages.timestamp(version.created_at),
            order=version.order,
            workflow_id=workflow.id,
            scheduled_workflows=[
                workflows_pb2.ScheduledWorkflow(id=each.id, trigger_at=messages.timestamp(each.trigger_at))
                for each in schedules
            ],
        )

    async def trigger_workflow(
        self,
        request: trigger_pb2.TriggerWorkflowRequest,
        context: calls.Context,
    ) -> workflows_pb2.TriggerWorkflowResponse:
        """Start one run."""
        try:
            [run_id] = self._hub.triggering.trigger([trigger_of(request)], self._hub.now())
        except Collided as collided:
            raise details.of_one(collided) from collided
        await self._hub.turns.stored()
        return workflows_pb2.TriggerWorkflowResponse(workflow_run_id=run_id)

    async def bulk_trigger_workflow(
        self,
        request: workflows_pb2.BulkTriggerWorkflowRequest,
        context: calls.Context,
    ) -> workflows_pb2.BulkTriggerWorkflowResponse:
        """Start several runs, all or none but for held idempotency keys; the ids come in the order of the request."""
        if not request.workflows:
            raise invalid("Invalid request: no workflows to trigger")
        if len(request.workflows) > MAX_BULK:
            raise invalid(f"Invalid request: at most {MAX_BULK} runs at once, got {len(request.workflows)}")
        triggers = [trigger_of(item) for item in request.workflows]
        try:
            run_ids = self._hub.triggering.trigger(triggers, self._hub.now())
        except Collided as collided:
            await self._hub.turns.stored()
            raise details.of_many(collided) from collided
        await self._hub.turns.stored()
        return workflows_pb2.BulkTriggerWorkflowResponse(workflow_run_ids=run_ids)

    async def put_rate_limit(
        self,
        request: workflows_pb2.PutRateLimitRequest,
        context: calls.Context,
    ) -> workflows_pb2.PutRateLimitResponse:
        """Create a budget of units per window, or change it."""
        try:
            window = Window(request.duration)
        except ValueError:
            raise invalid(f"Invalid request: {request.duration} is no window of a rate limit") from None
        self._hub.rate_limits.put(request.key, request.limit, window, self._hub.now())
        await self._hub.turns.stored()
        return workflows_pb2.PutRateLimitResponse()

    async def pause_rate_limit(
        self,
        request: workflows_pb2.PauseRateLimitRequest,
        context: calls.Context,
    ) -> workflows_pb2.PauseRateLimitResponse:
        """Grant nothing from a key until a moment; the answer tells the one that holds."""
        wanted = request.paused_until.seconds + request.paused_until.nanos / 1e9
        if not 0 <= wanted <= messages.LAST_MOMENT:
            raise invalid(f"Invalid request: paused_until is no time: {request.paused_until.seconds} s")
        until = self._hub.rate_limits.pause(request.key, wanted, self._hub.now())
        await self._hub.turns.stored()
        return workflows_pb2.PauseRateLimitResponse(paused_until=messages.timestamp(until))


def trigger_of(request: trigger_pb2.TriggerWorkflowRequest) -> Trigger:
    """The wish that a trigger request expresses."""
    return Trigger(
        workflow=request.name,
        input=request.input,
        metadata=request.additional_metadata,
        parent_task_id=request.parent_task_run_external_id or None,
        child_index=request.child_index if request.HasField("child_index") else None,
        child_key=request.child_key if request.HasField("child_key") else None,
        priority=request.priority if request.HasField("priority") else None,
        desired_worker_id=request.desired_worker_id or None,
        desired_labels=wanted_labels(request.desired_worker_labels) if request.desired_worker_labels else (),
    )
