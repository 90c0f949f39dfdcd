"""What stands in front of an engine and counts its calls: a proxy, or a channel in the process."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import grpc
import grpc.aio

from hatchet import Hatchet
from hatchet.transport.connection import App, LocalEngine
from hatchet_api.calls import Channel
from tests.conformance.helpers import another

MAX_MESSAGE = 16 * 1024 * 1024


class CountingProxy(grpc.GenericRpcHandler):
    """Hands every call on as it is: on the wire a unary call is a stream of one message each way."""

    def __init__(self, channel: Any) -> None:  # Any: grpc's stubs know no calls of plain bytes
        self._channel = channel
        self.calls: Counter[str] = Counter()

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> Any:
        method = handler_call_details.method
        name = method.rpartition("/")[2]

        async def forward(requests: AsyncIterator[bytes], context: Any) -> AsyncIterator[bytes]:
            self.calls[name] += 1
            metadata = [pair for pair in context.invocation_metadata() if pair[0] == "authorization"]
            call = self._channel.stream_stream(method)(requests, metadata=metadata)
            try:
                async for answer in call:
                    yield answer
            except grpc.aio.AioRpcError as error:
                await context.abort(error.code(), error.details() or "", error.trailing_metadata() or ())
            finally:
                call.cancel()

        return grpc.stream_stream_rpc_method_handler(forward)


class Counting:
    """An engine in this process whose calls are counted by their names."""

    def __init__(self, engine: LocalEngine) -> None:
        self._engine = engine
        self.calls: Counter[str] = Counter()

    def connect(self, message_limit: int) -> Channel:
        """A channel that counts."""
        return cast(
            "Channel", CountingChannel(self._engine.connect(message_limit), self.calls)
        )  # has all by __getattr__

    def history(self, task_run_id: str) -> list[str] | None:
        """It tells of none."""
        return None

    def rest_app(self) -> App | None:
        """Its REST side, of which nothing is counted."""
        return self._engine.rest_app()


class CountingChannel:
    """Hands every call on as it is."""

    def __init__(self, channel: Channel, calls: Counter[str]) -> None:
        self._channel = channel
        self._calls = calls

    def __getattr__(self, name: str) -> Any:  # Any: methods of four kinds and of many types
        bind = getattr(self._channel, name)
        if name == "close":
            return bind

        def counted(method: str, **encoding: Any) -> Any:
            inner = bind(method, **encoding)

            def call(*request: Any, **options: Any) -> Any:
                self._calls[method.rpartition("/")[2]] += 1
                return inner(*request, **options)

            return call

        return counted


@asynccontextmanager
async def counting_proxy(target: str) -> AsyncIterator[tuple[str, Counter[str]]]:
    """The address of a proxy in front of `target`, and its counts by the name of the call."""
    options = [("grpc.max_receive_message_length", MAX_MESSAGE), ("grpc.max_send_message_length", MAX_MESSAGE)]
    async with grpc.aio.insecure_channel(target, options=options) as channel:
        proxy = CountingProxy(channel)
        server = grpc.aio.server(options=options)
        server.add_generic_rpc_handlers([proxy])
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        try:
            yield f"127.0.0.1:{port}", proxy.calls
        finally:
            await server.stop(None)


@asynccontextmanager
async def counted_client(hatchet: Hatchet) -> AsyncIterator[tuple[Hatchet, Counter[str]]]:
    """A second client of an engine whose calls are counted by their names, whichever way leads there."""
    if hatchet.gateway.local is not None:
        client = another(hatchet)
        client.gateway.local = counting = Counting(hatchet.gateway.local)
        yield client, counting.calls
        await client.io.run(client.gateway.close())
        return
    async with counting_proxy(hatchet.config.host_port) as (address, calls):
        client = another(hatchet, host_port=address)
        yield client, calls
        await client.io.run(client.gateway.close())
