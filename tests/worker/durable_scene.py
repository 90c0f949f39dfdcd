"""A worker's stream of durable tasks beside an engine that says what a test wants it to say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any, cast

from hatchet import EvictionPolicy
from hatchet.context.durable_session import Act, DurableSession
from hatchet.context.outcomes import Wait
from hatchet.errors import Unavailable
from hatchet.options.conditions import SleepCondition
from hatchet.wire.durable_values import Invocation
from hatchet.wire.gateway import Gateway
from hatchet.worker.durable_stream import DurableStream
from hatchet_api.grpc.v1 import dispatcher_pb2 as v1
from tests.jumping import HereLoop

RUN = "4f5c0d5e-0000-4000-8000-000000000001"
INVOCATION = Invocation(RUN, 1)


class Engine:
    """What a gateway has of the engine: requests come in, a test answers."""

    def __init__(self) -> None:
        self.io = HereLoop()
        self.asked: asyncio.Queue[Any] = asyncio.Queue()
        self.says: asyncio.Queue[Any] = asyncio.Queue()
        self.restored: list[str] = []
        self.connections = 0

    async def durable_tasks(self, requests: AsyncGenerator[Any, None]) -> AsyncGenerator[Any, None]:
        """One connection; an error that is said ends it."""
        self.connections += 1

        async def read() -> None:
            async for request in requests:
                if request.WhichOneof("message") == "register_worker":
                    self.says.put_nowait(
                        v1.DurableTaskResponse(register_worker=v1.DurableTaskResponseRegisterWorker(worker_id="w"))
                    )
                else:
                    self.asked.put_nowait(request)

        reading = asyncio.ensure_future(read())
        try:
            while True:
                said = await self.says.get()
                if isinstance(said, Exception):
                    raise said
                yield said
        finally:
            reading.cancel()
            await asyncio.wait([reading])

    async def restore_evicted(self, task_run_id: str) -> None:
        """Bring a task back."""
        self.restored.append(task_run_id)

    async def request(self, kind: str) -> Any:
        """The next request of a kind; statuses that come before are passed over."""
        async with asyncio.timeout(20):
            while True:
                request = await self.asked.get()
                if request.WhichOneof("message") == kind:
                    return getattr(request, kind)
                assert request.WhichOneof("message") == "worker_status", request

    def say(self, **message: Any) -> None:
        """Answer something."""
        self.says.put_nowait(v1.DurableTaskResponse(**message))

    def ack_wait(self, node: int) -> None:
        """A wait has its entry."""
        self.say(wait_for_ack=v1.DurableTaskEventWaitForAckResponse(ref=ref(node)))

    def complete(self, node: int, order: int | None = None) -> None:
        """An entry is completed; `order` counts the completions of the task, where an engine does so."""
        self.say(
            entry_completed=v1.DurableTaskEventLogEntryCompletedResponse(
                ref=ref(node), payload=b"{}", satisfied_order=order
            )
        )

    def cut(self) -> None:
        """The connection breaks."""
        self.says.put_nowait(Unavailable("cut", code="UNAVAILABLE", call="DurableTask"))


def ref(node: int) -> v1.DurableEventLogEntryRef:
    return v1.DurableEventLogEntryRef(durable_task_external_id=RUN, invocation_count=1, branch_id=1, node_id=node)


class Scene:
    """A worker with one durable task that runs."""

    def __init__(self) -> None:
        self.engine = Engine()
        self.over: list[Invocation] = []
        gateway = cast("Gateway", self.engine)  # the part of it that a stream uses
        self.stream = DurableStream(gateway, "test", self.over.append)
        self.session = DurableSession(INVOCATION, self, is_async=True, message_limit=1_000_000)
        self.stream.open(self.session, "w", EvictionPolicy(ttl=timedelta(milliseconds=1)))

    def post(self, session: DurableSession, act: Act) -> None:
        asyncio.get_running_loop().call_soon(self.stream.act, session, act)

    def sleep(self) -> asyncio.Task[bytes]:
        """The code of the task sleeps."""

        async def code() -> bytes:
            return await self.session.wait(Wait.of([SleepCondition("1h")], "test", str), None)

        return asyncio.get_running_loop().create_task(code())

    async def waiting(self) -> asyncio.Task[bytes]:
        """The code of the task sleeps, and the engine knows."""
        sleeping = self.sleep()
        await self.engine.request("wait_for")
        self.engine.ack_wait(1)
        async with asyncio.timeout(20):
            while not self.stream.lines[0].log.is_idle:
                await asyncio.sleep(0)
        return sleeping
