"""A dispatcher that only floods: it keeps a worker's slots full of no-op tasks, and counts what comes back.

Run as a process of its own, so that its CPU is not the worker's: `python -m tests.bench.flood TASKS`. It prints its
address, serves one worker, and prints the seconds from the first assignment to the last outcome.
"""

from __future__ import annotations

import asyncio
import sys
import time
import uuid
from collections.abc import AsyncIterator
from typing import Any

import grpc
import grpc.aio

from hatchet_api.grpc import dispatcher_pb2 as pb
from hatchet_api.grpc.v1 import workflows_pb2 as v1

IN_FLIGHT = 100
ACTION = "noop:noop"


class Flood:
    """The few calls that a worker makes."""

    def __init__(self, tasks: int) -> None:
        self.tasks = tasks
        self.sent = self.completed = 0
        self.room = asyncio.Semaphore(IN_FLIGHT)
        self.done = asyncio.Event()
        self.began = 0.0
        self.ids = [str(uuid.uuid4()) for _ in range(tasks)]

    async def register(self, request: pb.WorkerRegisterRequest, context: Any) -> pb.WorkerRegisterResponse:
        return pb.WorkerRegisterResponse(tenant_id="t", worker_id=str(uuid.uuid4()), worker_name=request.worker_name)

    async def put_workflow(self, request: v1.CreateWorkflowVersionRequest, context: Any) -> Any:
        return v1.CreateWorkflowVersionResponse(id="v", workflow_id="w")

    async def get_version(self, request: pb.GetVersionRequest, context: Any) -> pb.GetVersionResponse:
        return pb.GetVersionResponse(version="v0.101.27")

    async def heartbeat(self, request: pb.HeartbeatRequest, context: Any) -> pb.HeartbeatResponse:
        return pb.HeartbeatResponse()

    async def unsubscribe(self, request: pb.WorkerUnsubscribeRequest, context: Any) -> pb.WorkerUnsubscribeResponse:
        return pb.WorkerUnsubscribeResponse()

    async def listen_v2(self, request: pb.WorkerListenRequest, context: Any) -> AsyncIterator[pb.AssignedAction]:
        self.began = time.perf_counter()
        for run_id in self.ids:
            await self.room.acquire()
            yield pb.AssignedAction(
                tenant_id="t", workflow_run_id=run_id, job_id="s", job_name="noop", job_run_id=run_id, task_id="s",
                task_run_external_id=run_id, action_id=ACTION, action_type=pb.START_STEP_RUN, task_name="noop",
                action_payload='{"input": {}, "parents": {}, "triggers": {}, "triggered_by": "manual"}',
                additional_metadata="{}", priority=1,
            )  # fmt: skip
        await self.done.wait()

    async def send_step_action_event(self, request: pb.StepActionEvent, context: Any) -> pb.ActionEventResponse:
        if request.event_type == pb.STEP_EVENT_TYPE_COMPLETED:
            self.room.release()
            self.completed += 1
            if self.completed == self.tasks:
                print(time.perf_counter() - self.began, flush=True)
                self.done.set()
        return pb.ActionEventResponse(tenant_id="t", worker_id=request.worker_id)


def _unary(function: Any, request: Any) -> Any:
    return grpc.unary_unary_rpc_method_handler(
        function,
        request_deserializer=request.FromString,
        response_serializer=lambda message: message.SerializeToString(),
    )


async def serve(tasks: int) -> None:
    """Serve until all outcomes are there and standard input is closed."""
    flood = Flood(tasks)
    server = grpc.aio.server()
    dispatcher = {
        "Register": _unary(flood.register, pb.WorkerRegisterRequest),
        "GetVersion": _unary(flood.get_version, pb.GetVersionRequest),
        "Heartbeat": _unary(flood.heartbeat, pb.HeartbeatRequest),
        "Unsubscribe": _unary(flood.unsubscribe, pb.WorkerUnsubscribeRequest),
        "SendStepActionEvent": _unary(flood.send_step_action_event, pb.StepActionEvent),
        "ListenV2": grpc.unary_stream_rpc_method_handler(
            flood.listen_v2,
            request_deserializer=pb.WorkerListenRequest.FromString,
            response_serializer=pb.AssignedAction.SerializeToString,
        ),
    }
    admin = {"PutWorkflow": _unary(flood.put_workflow, v1.CreateWorkflowVersionRequest)}
    server.add_generic_rpc_handlers(
        (
            grpc.method_handlers_generic_handler("Dispatcher", dispatcher),
            grpc.method_handlers_generic_handler("v1.AdminService", admin),
        )
    )
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(f"127.0.0.1:{port}", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await server.stop(0)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
