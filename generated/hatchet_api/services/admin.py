# Generated from specs/ by `python -m codegen`; do not edit.
"""Client stub and servicer protocol of the engine's `v1.AdminService` service."""

from __future__ import annotations

from typing import Any, Final, Protocol

import grpc
import grpc.aio

from hatchet_api.grpc.v1 import workflows_pb2

SERVICE: Final = "v1.AdminService"
"""Full name of the service on the wire."""


class AdminServiceStub:
    """Registers workflows, reads runs, and acts on tasks that were started already."""

    put_workflow: grpc.aio.UnaryUnaryMultiCallable[
        workflows_pb2.CreateWorkflowVersionRequest, workflows_pb2.CreateWorkflowVersionResponse
    ]
    """Register a workflow. An unchanged definition gives the version that exists; a changed one becomes the newest
    version, while runs already started stay on theirs.
    """

    cancel_tasks: grpc.aio.UnaryUnaryMultiCallable[workflows_pb2.CancelTasksRequest, workflows_pb2.CancelTasksResponse]
    """Cancel tasks, by id or by filter. Takes effect after the answer."""

    replay_tasks: grpc.aio.UnaryUnaryMultiCallable[workflows_pb2.ReplayTasksRequest, workflows_pb2.ReplayTasksResponse]
    """Run tasks again from the start, by id or by filter. Takes effect after the answer; durable tasks keep what
    they recorded.
    """

    trigger_workflow_run: grpc.aio.UnaryUnaryMultiCallable[
        workflows_pb2.TriggerWorkflowRunRequest, workflows_pb2.TriggerWorkflowRunResponse
    ]
    """Start one run, outside of any task."""

    get_run_details: grpc.aio.UnaryUnaryMultiCallable[
        workflows_pb2.GetRunDetailsRequest, workflows_pb2.GetRunDetailsResponse
    ]
    """Read how a run stands. A run that was just started may be NOT_FOUND for a moment."""

    branch_durable_task: grpc.aio.UnaryUnaryMultiCallable[
        workflows_pb2.BranchDurableTaskRequest, workflows_pb2.BranchDurableTaskResponse
    ]
    """Run a durable task again from one entry of its log on, forgetting what came after."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
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
        self,
        request: workflows_pb2.CreateWorkflowVersionRequest,
        context: grpc.aio.ServicerContext[
            workflows_pb2.CreateWorkflowVersionRequest, workflows_pb2.CreateWorkflowVersionResponse
        ],
    ) -> workflows_pb2.CreateWorkflowVersionResponse:
        """Register a workflow. An unchanged definition gives the version that exists; a changed one becomes the
        newest version, while runs already started stay on theirs.
        """
        ...

    async def cancel_tasks(
        self,
        request: workflows_pb2.CancelTasksRequest,
        context: grpc.aio.ServicerContext[workflows_pb2.CancelTasksRequest, workflows_pb2.CancelTasksResponse],
    ) -> workflows_pb2.CancelTasksResponse:
        """Cancel tasks, by id or by filter. Takes effect after the answer."""
        ...

    async def replay_tasks(
        self,
        request: workflows_pb2.ReplayTasksRequest,
        context: grpc.aio.ServicerContext[workflows_pb2.ReplayTasksRequest, workflows_pb2.ReplayTasksResponse],
    ) -> workflows_pb2.ReplayTasksResponse:
        """Run tasks again from the start, by id or by filter. Takes effect after the answer; durable tasks keep what
        they recorded.
        """
        ...

    async def trigger_workflow_run(
        self,
        request: workflows_pb2.TriggerWorkflowRunRequest,
        context: grpc.aio.ServicerContext[
            workflows_pb2.TriggerWorkflowRunRequest, workflows_pb2.TriggerWorkflowRunResponse
        ],
    ) -> workflows_pb2.TriggerWorkflowRunResponse:
        """Start one run, outside of any task."""
        ...

    async def get_run_details(
        self,
        request: workflows_pb2.GetRunDetailsRequest,
        context: grpc.aio.ServicerContext[workflows_pb2.GetRunDetailsRequest, workflows_pb2.GetRunDetailsResponse],
    ) -> workflows_pb2.GetRunDetailsResponse:
        """Read how a run stands. A run that was just started may be NOT_FOUND for a moment."""
        ...

    async def branch_durable_task(
        self,
        request: workflows_pb2.BranchDurableTaskRequest,
        context: grpc.aio.ServicerContext[
            workflows_pb2.BranchDurableTaskRequest, workflows_pb2.BranchDurableTaskResponse
        ],
    ) -> workflows_pb2.BranchDurableTaskResponse:
        """Run a durable task again from one entry of its log on, forgetting what came after."""
        ...


def add_admin_service_servicer(server: grpc.aio.Server, servicer: AdminServiceServicer) -> None:
    """Serve `v1.AdminService` under the name that every client of the engine calls."""
    handlers: dict[str, grpc.RpcMethodHandler[Any, Any]] = {
        "PutWorkflow": grpc.unary_unary_rpc_method_handler(
            servicer.put_workflow,
            request_deserializer=workflows_pb2.CreateWorkflowVersionRequest.FromString,
            response_serializer=workflows_pb2.CreateWorkflowVersionResponse.SerializeToString,
        ),
        "CancelTasks": grpc.unary_unary_rpc_method_handler(
            servicer.cancel_tasks,
            request_deserializer=workflows_pb2.CancelTasksRequest.FromString,
            response_serializer=workflows_pb2.CancelTasksResponse.SerializeToString,
        ),
        "ReplayTasks": grpc.unary_unary_rpc_method_handler(
            servicer.replay_tasks,
            request_deserializer=workflows_pb2.ReplayTasksRequest.FromString,
            response_serializer=workflows_pb2.ReplayTasksResponse.SerializeToString,
        ),
        "TriggerWorkflowRun": grpc.unary_unary_rpc_method_handler(
            servicer.trigger_workflow_run,
            request_deserializer=workflows_pb2.TriggerWorkflowRunRequest.FromString,
            response_serializer=workflows_pb2.TriggerWorkflowRunResponse.SerializeToString,
        ),
        "GetRunDetails": grpc.unary_unary_rpc_method_handler(
            servicer.get_run_details,
            request_deserializer=workflows_pb2.GetRunDetailsRequest.FromString,
            response_serializer=workflows_pb2.GetRunDetailsResponse.SerializeToString,
        ),
        "BranchDurableTask": grpc.unary_unary_rpc_method_handler(
            servicer.branch_durable_task,
            request_deserializer=workflows_pb2.BranchDurableTaskRequest.FromString,
            response_serializer=workflows_pb2.BranchDurableTaskResponse.SerializeToString,
        ),
    }
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))
