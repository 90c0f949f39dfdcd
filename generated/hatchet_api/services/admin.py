# Generated from specs/ by `python -m codegen`; do not edit.
"""Client stub and servicer protocol of the engine's `v1.AdminService` service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from hatchet_api import calls
from hatchet_api.grpc.v1 import workflows_pb2

if TYPE_CHECKING:
    import grpc.aio

SERVICE: Final = "v1.AdminService"
"""Full name of the service on the wire."""


class AdminServiceStub:
    """Registers workflows, reads runs, and acts on tasks that were started already."""

    put_workflow: calls.UnaryUnary[
        workflows_pb2.CreateWorkflowVersionRequest, workflows_pb2.CreateWorkflowVersionResponse
    ]
    """Register a workflow. An unchanged definition gives the version that exists; a changed one becomes the newest
    version, while runs already started stay on theirs.
    """

    cancel_tasks: calls.UnaryUnary[workflows_pb2.CancelTasksRequest, workflows_pb2.CancelTasksResponse]
    """Cancel tasks, by id or by filter. Takes effect after the answer."""

    replay_tasks: calls.UnaryUnary[workflows_pb2.ReplayTasksRequest, workflows_pb2.ReplayTasksResponse]
    """Run tasks again from the start, by id or by filter. Takes effect after the answer; durable tasks keep what
    they recorded.
    """

    trigger_workflow_run: calls.UnaryUnary[
        workflows_pb2.TriggerWorkflowRunRequest, workflows_pb2.TriggerWorkflowRunResponse
    ]
    """Start one run, outside of any task."""

    get_run_details: calls.UnaryUnary[workflows_pb2.GetRunDetailsRequest, workflows_pb2.GetRunDetailsResponse]
    """Read how a run stands. A run that was just started may be NOT_FOUND for a moment."""

    branch_durable_task: calls.UnaryUnary[
        workflows_pb2.BranchDurableTaskRequest, workflows_pb2.BranchDurableTaskResponse
    ]
    """Run a durable task again from one entry of its log on, forgetting what came after."""

    def __init__(self, channel: calls.Channel) -> None:
        """Bind every method to a channel, which stays the caller's to close."""
        self.put_workflow = channel.unary_unary(
            "/v1.AdminService/PutWorkflow",
            request_serializer=workflows_pb2.CreateWorkflowVersionRequest.SerializeToString,
            response_deserializer=workflows_pb2.CreateWorkflowVersionResponse.FromString,
        )
        self.cancel_tasks = channel.unary_unary(
            "/v1.AdminService/CancelTasks",
            request_serializer=workflows_pb2.CancelTasksRequest.SerializeToString,
            response_deserializer=workflows_pb2.CancelTasksResponse.FromString,
        )
        self.replay_tasks = channel.unary_unary(
            "/v1.AdminService/ReplayTasks",
            request_serializer=workflows_pb2.ReplayTasksRequest.SerializeToString,
            response_deserializer=workflows_pb2.ReplayTasksResponse.FromString,
        )
        self.trigger_workflow_run = channel.unary_unary(
            "/v1.AdminService/TriggerWorkflowRun",
            request_serializer=workflows_pb2.TriggerWorkflowRunRequest.SerializeToString,
            response_deserializer=workflows_pb2.TriggerWorkflowRunResponse.FromString,
        )
        self.get_run_details = channel.unary_unary(
            "/v1.AdminService/GetRunDetails",
            request_serializer=workflows_pb2.GetRunDetailsRequest.SerializeToString,
            response_deserializer=workflows_pb2.GetRunDetailsResponse.FromString,
        )
        self.branch_durable_task = channel.unary_unary(
            "/v1.AdminService/BranchDurableTask",
            request_serializer=workflows_pb2.BranchDurableTaskRequest.SerializeToString,
            response_deserializer=workflows_pb2.BranchDurableTaskResponse.FromString,
        )


class AdminServiceServicer(Protocol):
    """Registers workflows, reads runs, and acts on tasks that were started already."""

    async def put_workflow(
        self, request: workflows_pb2.CreateWorkflowVersionRequest, context: calls.Context
    ) -> workflows_pb2.CreateWorkflowVersionResponse:
        """Register a workflow. An unchanged definition gives the version that exists; a changed one becomes the
        newest version, while runs already started stay on theirs.
        """
        ...

    async def cancel_tasks(
        self, request: workflows_pb2.CancelTasksRequest, context: calls.Context
    ) -> workflows_pb2.CancelTasksResponse:
        """Cancel tasks, by id or by filter. Takes effect after the answer."""
        ...

    async def replay_tasks(
        self, request: workflows_pb2.ReplayTasksRequest, context: calls.Context
    ) -> workflows_pb2.ReplayTasksResponse:
        """Run tasks again from the start, by id or by filter. Takes effect after the answer; durable tasks keep what
        they recorded.
        """
        ...

    async def trigger_workflow_run(
        self, request: workflows_pb2.TriggerWorkflowRunRequest, context: calls.Context
    ) -> workflows_pb2.TriggerWorkflowRunResponse:
        """Start one run, outside of any task."""
        ...

    async def get_run_details(
        self, request: workflows_pb2.GetRunDetailsRequest, context: calls.Context
    ) -> workflows_pb2.GetRunDetailsResponse:
        """Read how a run stands. A run that was just started may be NOT_FOUND for a moment."""
        ...

    async def branch_durable_task(
        self, request: workflows_pb2.BranchDurableTaskRequest, context: calls.Context
    ) -> workflows_pb2.BranchDurableTaskResponse:
        """Run a durable task again from one entry of its log on, forgetting what came after."""
        ...


def admin_service_methods(servicer: AdminServiceServicer) -> calls.Methods:
    """The methods of `v1.AdminService` by their paths, answered by a servicer."""
    return {
        "/v1.AdminService/PutWorkflow": calls.UnaryUnaryMethod(
            servicer.put_workflow,
            workflows_pb2.CreateWorkflowVersionRequest.FromString,
            workflows_pb2.CreateWorkflowVersionResponse.SerializeToString,
        ),
        "/v1.AdminService/CancelTasks": calls.UnaryUnaryMethod(
            servicer.cancel_tasks,
            workflows_pb2.CancelTasksRequest.FromString,
            workflows_pb2.CancelTasksResponse.SerializeToString,
        ),
        "/v1.AdminService/ReplayTasks": calls.UnaryUnaryMethod(
            servicer.replay_tasks,
            workflows_pb2.ReplayTasksRequest.FromString,
            workflows_pb2.ReplayTasksResponse.SerializeToString,
        ),
        "/v1.AdminService/TriggerWorkflowRun": calls.UnaryUnaryMethod(
            servicer.trigger_workflow_run,
            workflows_pb2.TriggerWorkflowRunRequest.FromString,
            workflows_pb2.TriggerWorkflowRunResponse.SerializeToString,
        ),
        "/v1.AdminService/GetRunDetails": calls.UnaryUnaryMethod(
            servicer.get_run_details,
            workflows_pb2.GetRunDetailsRequest.FromString,
            workflows_pb2.GetRunDetailsResponse.SerializeToString,
        ),
        "/v1.AdminService/BranchDurableTask": calls.UnaryUnaryMethod(
            servicer.branch_durable_task,
            workflows_pb2.BranchDurableTaskRequest.FromString,
            workflows_pb2.BranchDurableTaskResponse.SerializeToString,
        ),
    }


def add_admin_service_servicer(server: grpc.aio.Server, servicer: AdminServiceServicer) -> None:
    """Serve `v1.AdminService` by gRPC, under the name that every client of the engine calls."""
    from hatchet_api.calls.over_grpc import serve  # loads gRPC, which calls in the process do without

    serve(server, admin_service_methods(servicer))
