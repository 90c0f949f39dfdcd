"""The embedded engine with a worker in one process: prints its figures as one JSON object."""

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
from hatchet_api.grpc import dispatcher_pb2 as pb

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


def main() -> None:
    """Measure in turns, so that drift of the machine hits all alike."""
    began = time.perf_counter()
    hatchet = Hatchet.from_embedded(None)
    engine_start = time.perf_counter() - began

    @hatchet.task()
    async def noop(input: EmptyModel, ctx: Context) -> None:
        return None

    bare, awaited, blocked, rates = list[float](), list[float](), list[float](), list[float]()
    floor = RoundTrips()
    hatchet.io.block(floor.open())
    with hatchet.worker("bench", workflows=[noop]):
        for round_ in range(ROUNDS + 1):
            trips = hatchet.io.block(floor.measure())
            results = asyncio.run(_timed(noop.aio_run))
            sync: list[float] = []
            for _ in range(CALLS):
                began = time.perf_counter()
                noop.run()
                sync.append(time.perf_counter() - began)
            began = time.perf_counter()
            noop.run_many([noop.create_bulk_run_item() for _ in range(RUNS)])
            rate = RUNS / (time.perf_counter() - began)
            if round_:  # the first round warms up
                bare += trips
                awaited += results
                blocked += sync
                rates.append(rate)
    hatchet.io.block(floor.close())
    hatchet.stop_embedded()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures = {"start": [engine_start], "bare": bare, "aio_run": awaited, "run": blocked, "run_many": rates}
    print(json.dumps({**figures, "memory": [memory]}))


if __name__ == "__main__":
    main()
