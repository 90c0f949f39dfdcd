"""The gRPC channel and the typed stubs on it."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from typing import Protocol

import grpc
import grpc.aio

from hatchet.config import ClientConfig, TlsStrategy
from hatchet.transport.io_loop import IoLoop
from hatchet_api.services.admin import AdminServiceStub
from hatchet_api.services.dispatcher import DispatcherStub
from hatchet_api.services.events import EventsServiceStub
from hatchet_api.services.workflows import WorkflowServiceStub

KEEPALIVE_TIME_MS = 10_000  # a dead peer is noticed within this and the next figure
KEEPALIVE_TIMEOUT_MS = 20_000
CLOSE_GRACE = 1.0  # s; calls under way are answered in it, and a server has less to give up
RECONNECT_LIMIT_MS = 5_000  # gRPC's own default of two minutes would outlast an engine's restart


class Stream(Protocol):
    """A call with many answers."""

    def cancel(self) -> bool:
        """Read no more."""
        ...


class Channel:
    """One gRPC channel for a client, made on first use on the I/O loop."""

    def __init__(self, config: ClientConfig, io: IoLoop) -> None:
        self._config = config
        self._io = io
        self._loop: object = None
        self._channel: grpc.aio.Channel | None = None
        self._streams: set[Stream] = set()

    def _connected(self) -> grpc.aio.Channel:
        # A channel belongs to the loop it was made on; when that was closed, make it anew.
        if self._channel is None or self._loop is not self._io.loop:
            self._channel = open_channel(self._config)
            self._loop = self._io.loop
            self._io.before_close(self.close)
            self._dispatcher = DispatcherStub(self._channel)
            self._events = EventsServiceStub(self._channel)
            self._workflows = WorkflowServiceStub(self._channel)
            self._admin = AdminServiceStub(self._channel)
        return self._channel

    @property
    def dispatcher(self) -> DispatcherStub:
        """Workers and results."""
        self._connected()
        return self._dispatcher

    @property
    def events(self) -> EventsServiceStub:
        """Events, logs and stream chunks."""
        self._connected()
        return self._events

    @property
    def workflows(self) -> WorkflowServiceStub:
        """Triggers, schedules and rate limits."""
        self._connected()
        return self._workflows

    @property
    def admin(self) -> AdminServiceStub:
        """Registration and run details."""
        self._connected()
        return self._admin

    @contextmanager
    def opened(self, stream: Stream) -> Generator[None]:
        """While answers of a stream are read; it ends with the reading, or before the channel does."""
        self._streams.add(stream)
        try:
            yield
        finally:
            self._streams.discard(stream)
            stream.cancel()

    async def renew(self) -> None:
        """Leave a connection that has gone silent: the next call opens a new one, those that wait on this one fail."""
        silent, self._channel = self._channel, None
        if silent is not None:
            self._io.closed_before(self.close)
            await silent.close()

    async def close(self) -> None:
        """Close the channel; the next use makes it anew."""
        if self._channel is not None and self._loop is asyncio.get_running_loop():
            channel, self._channel = self._channel, None
            self._io.closed_before(self.close)
            for stream in list(self._streams):
                stream.cancel()
            await channel.close(CLOSE_GRACE)


def open_channel(config: ClientConfig) -> grpc.aio.Channel:
    """A channel to the configured engine, with its token on every call."""
    options: list[tuple[str, str | int]] = [
        ("grpc.max_send_message_length", config.grpc_max_send_message_length),
        ("grpc.max_receive_message_length", config.grpc_max_recv_message_length),
        ("grpc.keepalive_time_ms", KEEPALIVE_TIME_MS),
        ("grpc.keepalive_timeout_ms", KEEPALIVE_TIMEOUT_MS),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.max_pings_without_data", 0),
        ("grpc.max_reconnect_backoff_ms", RECONNECT_LIMIT_MS),
        # Two clients with the same address must not share a connection: it carries one client's options.
        ("grpc.use_local_subchannel_pool", 1),
        # gRPC's own reading of the variables would send loopback through a proxy, and knows them in lower case only.
        ("grpc.enable_http_proxy", int(config.grpc_proxy is not None)),
    ]
    if config.grpc_proxy is not None:
        options.append(("grpc.http_proxy", config.grpc_proxy.url))
        if config.grpc_proxy.authorization:
            # Not in the URL: older versions take it apart at every `@`, also at one of the password.
            options.append(("grpc.http_connect_headers", f"Proxy-Authorization:{config.grpc_proxy.authorization}"))
    tls = config.tls_config
    if tls.strategy is TlsStrategy.NONE:
        return grpc.aio.insecure_channel(config.host_port, options=options)
    if config.tls_server_name:
        options.append(("grpc.ssl_target_name_override", config.tls_server_name))
    credentials = grpc.ssl_channel_credentials(tls.root_ca(), tls.key(), tls.certificate())
    return grpc.aio.secure_channel(config.host_port, credentials, options=options)
