"""A client's connection to its engine: a channel, whatever carries its calls, and the typed stubs on it."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Awaitable, Callable, Generator, MutableMapping
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from hatchet.transport.io_loop import IoLoop
from hatchet_api.calls import Channel
from hatchet_api.services.admin import AdminServiceStub
from hatchet_api.services.dispatcher import DispatcherStub
from hatchet_api.services.events import EventsServiceStub
from hatchet_api.services.workflows import WorkflowServiceStub

if TYPE_CHECKING:
    from hatchet_api.services.v1_dispatcher import V1DispatcherStub
    from hatchet_api.services.v1_streams import V1StreamsStub

Scope: TypeAlias = MutableMapping[str, Any]  # Any: what the ASGI specification makes of it
App: TypeAlias = Callable[[Scope, Callable[[], Awaitable[Scope]], Callable[[Scope], Awaitable[None]]], Awaitable[None]]

CLOSE_GRACE = 1.0  # s; calls under way are answered in it, and a server has less to give up


class Stream(Protocol):
    """A call with many answers."""

    def cancel(self) -> bool:
        """Read no more."""
        ...


class LocalEngine(Protocol):
    """An engine in this process, which is reached without a socket. Its methods are called on the I/O loop."""

    def connect(self, message_limit: int) -> Channel:
        """A channel on which it answers; `message_limit` is the largest message that the client takes, in bytes."""
        ...

    def rest_app(self) -> App | None:
        """Its REST side as an ASGI application; None once it has stopped."""
        ...


class Connection:
    """One channel for a client, opened on first use on the I/O loop."""

    def __init__(self, open_channel: Callable[[], Channel], io: IoLoop) -> None:
        self._open = open_channel
        self._io = io
        self._loop: object = None
        self._channel: Channel | None = None
        self._streams: dict[Stream, None] = {}  # in order
        self._dropped: weakref.finalize[..., object] | None = None

    def _connected(self) -> Channel:
        # A channel belongs to the loop it was made on; when that was closed, make it anew.
        if self._channel is None or self._loop is not self._io.loop:
            self._io.before_close(self.close)
            self._leave()
            self._channel = channel = self._open()
            self._loop = self._io.loop
            self._dropped = self._io.when_dropped(self, partial(channel.close, CLOSE_GRACE))
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

    @property
    def durable(self) -> V1DispatcherStub:
        """Durable tasks; made for each call, which is one for each connection of a worker that has some."""
        from hatchet_api.services.v1_dispatcher import V1DispatcherStub

        return V1DispatcherStub(self._connected())

    @property
    def topics(self) -> V1StreamsStub:
        """Durable streams; made for each call, as few programs have any."""
        from hatchet_api.services.v1_streams import V1StreamsStub

        return V1StreamsStub(self._connected())

    @contextmanager
    def opened(self, stream: Stream) -> Generator[None]:
        """While answers of a stream are read; it ends with the reading, or before the channel does."""
        self._streams[stream] = None
        try:
            yield
        finally:
            self._streams.pop(stream, None)
            stream.cancel()

    async def renew(self) -> None:
        """Leave a connection that has gone silent: the next call opens a new one, those that wait on this one fail."""
        silent = self._leave()
        if silent is not None:
            self._io.closed_before(self.close)
            await silent.close()

    async def close(self) -> None:
        """Close the channel; the next use makes it anew."""
        if self._loop is asyncio.get_running_loop() and (channel := self._leave()) is not None:
            self._io.closed_before(self.close)
            for stream in list(self._streams):
                stream.cancel()
            await channel.close(CLOSE_GRACE)

    def _leave(self) -> Channel | None:
        """The channel that there was, for its end; the next call opens another."""
        channel, self._channel = self._channel, None
        if self._dropped is not None:
            self._dropped.detach()
        return channel
