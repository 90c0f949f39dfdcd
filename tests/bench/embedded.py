"""Embedded engines with workers in one process, reached in it and over gRPC: prints figures as one JSON object."""

from __future__ import annotations

import asyncio
import json
import resource
import time
from collections.abc import Awaitable, Callable
from typing import Any

import grpc
import grpc.aio

from hatchet import Context, EmptyModel, Hatchet
from hatchet.engine import EmbeddedEngine
from hatchet_api.grpc import dispatcher_pb2 as pb
from tests.reach import config_of

ROUNDS, CALLS = 3, 60
RUNS = 500  # of one run_many


async def _timed(call: Callable[[], Awaitable[object]]) -> list[float]:
    taken: list[float] = []
    for _ in range(CALLS):
        began = time.perf_counter()
        await call()
        taken.append(time.perf_counter() - began)
    return taken


class RoundTrips:
    """The floor: a bare grpc.aio server and its client on one loop, as the embedded engine and its client are."""

    async def open(self) -> None:
        """Serve and connect."""

        async def beat(request: pb.HeartbeatRequest, context: Any) -> pb.HeartbeatResponse:
            return pb.HeartbeatResponse()

        method = grpc.unary_unary_rpc_method_handler(
            beat,
            request_deserializer=pb.HeartbeatRequest.FromString,
            response_serializer=pb.HeartbeatResponse.SerializeToString,
        )
        self._server = grpc.aio.server()
        self._server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("Bare", {"Beat": method}),))
        port = self._server.add_insecure_port("127.0.0.1:0")
        await self._server.start()
        self._channel = grpc.aio.insecure_channel(f"127.0.0.1:{port}")
        self._call: Any = self._channel.unary_unary(
            "/Bare/Beat",
            request_serializer=pb.HeartbeatRequest.SerializeToString,
            response_deserializer=pb.HeartbeatResponse.FromString,
        )

    async def measure(self) -> list[float]:
        """Seconds of some round trips, one after the other."""
        return await _timed(lambda: self._call(pb.HeartbeatRequest(worker_id="w")))

    async def close(self) -> None:
        """Stop both sides."""
        await self._channel.close()
        await self._server.stop(None)


class Way:
    """One way to an embedded engine: what it takes, round by round."""

    def __init__(self, hatchet: Hatchet) -> None:
        self.hatchet = hatchet
        self.awaited, self.blocked, self.rates = list[float](), list[float](), list[float]()

        @hatchet.task()
        async def noop(input: EmptyModel, ctx: Context) -> None:
            return None

        self.noop = noop
        self.worker = hatchet.worker("bench", workflows=[noop])

    def measure(self, *, keep: bool) -> None:
        """One round."""
        noop = self.noop
        awaited = asyncio.run(_timed(noop.aio_run))
        blocked: list[float] = []
        for _ in range(CALLS):
            began = time.perf_counter()
            noop.run()
            blocked.append(time.perf_counter() - began)
        began = time.perf_counter()
        noop.run_many([noop.create_bulk_run_item() for _ in range(RUNS)])
        rate = RUNS / (time.perf_counter() - began)
        if keep:
            self.awaited += awaited
            self.blocked += blocked
            self.rates.append(rate)


def main() -> None:
    """Measure in turns, so that drift of the machine hits all alike."""
    began = time.perf_counter()
    hatchet = Hatchet.from_embedded(None)
    engine_start = time.perf_counter() - began
    io = hatchet.io
    served = EmbeddedEngine()
    local, remote = Way(hatchet), Way(Hatchet(config_of(io.block(served.start()))))
    bare = list[float]()
    floor = RoundTrips()
    io.block(floor.open())
    with local.worker, remote.worker:
        for round_ in range(ROUNDS + 1):
            keep = round_ > 0  # the first round warms up
            trips = io.block(floor.measure())
            bare += trips if keep else []
            local.measure(keep=keep)
            remote.measure(keep=keep)
    io.block(floor.close())
    io.block(remote.hatchet.gateway.close())
    io.block(served.stop())
    hatchet.stop_embedded()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures = {"start": [engine_start], "bare": bare, "memory": [memory]}
    for name, way in (("local", local), ("grpc", remote)):
        figures |= {f"{name} aio_run": way.awaited, f"{name} run": way.blocked, f"{name} run_many": way.rates}
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
