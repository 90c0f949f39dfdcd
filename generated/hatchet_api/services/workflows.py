# Generated from specs/ by `python -m codegen`; do not edit.
"""Client stub and servicer protocol of the engine's `WorkflowService` service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from hatchet_api import calls
from hatchet_api.grpc.v1.shared import trigger_pb2
from hatchet_api.grpc import workflows_pb2

if TYPE_CHECKING:
    import grpc.aio

SERVICE: Final = "WorkflowService"
"""Full name of the service on the wire."""


class WorkflowServiceStub:
    """Starts and schedules runs, and sets rate limits."""

    put_workflow: calls.UnaryUnary[workflows_pb2.PutWorkflowRequest, workflows_pb2.WorkflowVersion]
    """Register a workflow in the older form. New programs use `AdminService.PutWorkflow` of v1."""

    schedule_workflow: calls.UnaryUnary[workflows_pb2.ScheduleWorkflowRequest, workflows_pb2.WorkflowVersion]
    """Plan runs of a workflow at given times. NOT_FOUND: no workflow has this name."""

    trigger_workflow: calls.UnaryUnary[trigger_pb2.TriggerWorkflowRequest, workflows_pb2.TriggerWorkflowResponse]
    """Start one run and return its id, perhaps before the run can be read. A child that its parent has already
    spawned under the same index or key is not started again: its id is returned. ALREADY_EXISTS: an idempotency
    key collides.
    """

    bulk_trigger_workflow: calls.UnaryUnary[
        workflows_pb2.BulkTriggerWorkflowRequest, workflows_pb2.BulkTriggerWorkflowResponse
    ]
    """Start up to 1000 runs. ALREADY_EXISTS is partial: what did not collide was started, and the status details
    name it.
    """

    put_rate_limit: calls.UnaryUnary[workflows_pb2.PutRateLimitRequest, workflows_pb2.PutRateLimitResponse]
    """Make or change a rate limit."""

    pause_rate_limit: calls.UnaryUnary[workflows_pb2.PauseRateLimitRequest, workflows_pb2.PauseRateLimitResponse]
    """Let nothing that uses a rate limit start before a given time. Pauses are only ever made longer. Newer than
    v0.101.27, which answers UNIMPLEMENTED.

    Since v0.114.2.
    """

    def __init__(self, channel: calls.Channel) -> None:
        """Bind every method to a channel, which stays the caller's to close."""
        self.put_workflow = channel.unary_unary(
            "/WorkflowService/PutWorkflow",
            request_serializer=workflows_pb2.PutWorkflowRequest.SerializeToString,
            response_deserializer=workflows_pb2.WorkflowVersion.FromString,
        )
        self.schedule_workflow = channel.unary_unary(
            "/WorkflowService/ScheduleWorkflow",
            request_serializer=workflows_pb2.ScheduleWorkflowRequest.SerializeToString,
            response_deserializer=workflows_pb2.WorkflowVersion.FromString,
        )
        self.trigger_workflow = channel.unary_unary(
            "/WorkflowService/TriggerWorkflow",
            request_serializer=trigger_pb2.TriggerWorkflowRequest.SerializeToString,
            response_deserializer=workflows_pb2.TriggerWorkflowResponse.FromString,
        )
        self.bulk_trigger_workflow = channel.unary_unary(
            "/WorkflowService/BulkTriggerWorkflow",
            request_serializer=workflows_pb2.BulkTriggerWorkflowRequest.SerializeToString,
            response_deserializer=workflows_pb2.BulkTriggerWorkflowResponse.FromString,
        )
        self.put_rate_limit = channel.unary_unary(
            "/WorkflowService/PutRateLimit",
            request_serializer=workflows_pb2.PutRateLimitRequest.SerializeToString,
            response_deserializer=workflows_pb2.PutRateLimitResponse.FromString,
        )
        self.pause_rate_limit = channel.unary_unary(
            "/WorkflowService/PauseRateLimit",
            request_serializer=workflows_pb2.PauseRateLimitRequest.SerializeToString,
            response_deserializer=workflows_pb2.PauseRateLimitResponse.FromString,
        )


class WorkflowServiceServicer(Protocol):
    """Starts and schedules runs, and sets rate limits."""

    async def put_workflow(
        self, request: workflows_pb2.PutWorkflowRequest, context: calls.Context
    ) -> workflows_pb2.WorkflowVersion:
        """Register a workflow in the older form. New programs use `AdminService.PutWorkflow` of v1."""
        ...

    async def schedule_workflow(
        self, request: workflows_pb2.ScheduleWorkflowRequest, context: calls.Context
    ) -> workflows_pb2.WorkflowVersion:
        """Plan runs of a workflow at given times. NOT_FOUND: no workflow has this name."""
        ...

    async def trigger_workflow(
        self, request: trigger_pb2.TriggerWorkflowRequest, context: calls.Context
    ) -> workflows_pb2.TriggerWorkflowResponse:
        """Start one run and return its id, perhaps before the run can be read. A child that its parent has already
        spawned under the same index or key is not started again: its id is returned. ALREADY_EXISTS: an
        idempotency key collides.
        """
        ...

    async def bulk_trigger_workflow(
        self, request: workflows_pb2.BulkTriggerWorkflowRequest, context: calls.Context
    ) -> workflows_pb2.BulkTriggerWorkflowResponse:
        """Start up to 1000 runs. ALREADY_EXISTS is partial: what did not collide was started, and the status details
        name it.
        """
        ...

    async def put_rate_limit(
        self, request: workflows_pb2.PutRateLimitRequest, context: calls.Context
    ) -> workflows_pb2.PutRateLimitResponse:
        """Make or change a rate limit."""
        ...

    async def pause_rate_limit(
        self, request: workflows_pb2.PauseRateLimitRequest, context: calls.Context
    ) -> workflows_pb2.PauseRateLimitResponse:
        """Let nothing that uses a rate limit start before a given time. Pauses are only ever made longer. Newer than
        v0.101.27, which answers UNIMPLEMENTED.

        Since v0.114.2.
        """
        ...


def workflow_service_methods(servicer: WorkflowServiceServicer) -> calls.Methods:
    """The methods of `WorkflowService` by their paths, answered by a servicer."""
    return {
        "/WorkflowService/PutWorkflow": calls.UnaryUnaryMethod(
            servicer.put_workflow,
            workflows_pb2.PutWorkflowRequest.FromString,
            workflows_pb2.WorkflowVersion.SerializeToString,
        ),
        "/WorkflowService/ScheduleWorkflow": calls.UnaryUnaryMethod(
            servicer.schedule_workflow,
            workflows_pb2.ScheduleWorkflowRequest.FromString,
            workflows_pb2.WorkflowVersion.SerializeToString,
        ),
        "/WorkflowService/TriggerWorkflow": calls.UnaryUnaryMethod(
            servicer.trigger_workflow,
            trigger_pb2.TriggerWorkflowRequest.FromString,
            workflows_pb2.TriggerWorkflowResponse.SerializeToString,
        ),
        "/WorkflowService/BulkTriggerWorkflow": calls.UnaryUnaryMethod(
            servicer.bulk_trigger_workflow,
            workflows_pb2.BulkTriggerWorkflowRequest.FromString,
            workflows_pb2.BulkTriggerWorkflowResponse.SerializeToString,
        ),
        "/WorkflowService/PutRateLimit": calls.UnaryUnaryMethod(
            servicer.put_rate_limit,
            workflows_pb2.PutRateLimitRequest.FromString,
            workflows_pb2.PutRateLimitResponse.SerializeToString,
        ),
        "/WorkflowService/PauseRateLimit": calls.UnaryUnaryMethod(
            servicer.pause_rate_limit,
            workflows_pb2.PauseRateLimitRequest.FromString,
            workflows_pb2.PauseRateLimitResponse.SerializeToString,
        ),
    }


def add_workflow_service_servicer(server: grpc.aio.Server, servicer: WorkflowServiceServicer) -> None:
    """Serve `WorkflowService` by gRPC, under the name that every client of the engine calls."""
    from hatchet_api.calls.over_grpc import serve  # loads gRPC, which calls in the process do without

    serve(server, workflow_service_methods(servicer))
