"""The floor: a bare grpc.aio loop that does the same calls as a worker, and nothing else."""

from __future__ import annotations

import asyncio
import resource
import sys
from typing import Any

import grpc.aio

from hatchet_api.grpc import dispatcher_pb2 as pb


async def work(address: str, tasks: int) -> None:
    """Take `tasks` assignments; report each as started and completed."""
    async with grpc.aio.insecure_channel(address) as channel:
        send: Any = channel.unary_unary(
            "/Dispatcher/SendStepActionEvent",
            request_serializer=pb.StepActionEvent.SerializeToString,
            response_deserializer=pb.ActionEventResponse.FromString,
        )
        listen: Any = channel.unary_stream(
            "/Dispatcher/ListenV2",
            request_serializer=pb.WorkerListenRequest.SerializeToString,
            response_deserializer=pb.AssignedAction.FromString,
        )

        def event(action: pb.AssignedAction, kind: Any) -> pb.StepActionEvent:
            return pb.StepActionEvent(
                worker_id="w", job_id=action.job_id, job_run_id=action.job_run_id, task_id=action.task_id,
                task_run_external_id=action.task_run_external_id, action_id=action.action_id, event_type=kind,
                event_payload="", retry_count=action.retry_count,
            )  # fmt: skip

        async def handle(action: pb.AssignedAction) -> None:
            await send(event(action, pb.STEP_EVENT_TYPE_STARTED))
            await send(event(action, pb.STEP_EVENT_TYPE_COMPLETED))

        running: set[asyncio.Task[None]] = set()
        taken = 0
        async for action in listen(pb.WorkerListenRequest(worker_id="w")):
            task = asyncio.create_task(handle(action))
            running.add(task)
            task.add_done_callback(running.discard)
            taken += 1
            if taken == tasks:
                break
        await asyncio.gather(*running)


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], int(sys.argv[2])))
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
