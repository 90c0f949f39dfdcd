"""The beginning and the end of a client: its way to an engine, and the engine that it may have in this process."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol, Self

from hatchet._modules import modules
from hatchet.config import MEMORY, ClientConfig, check, in_memory
from hatchet.definitions.services import Bound, Services, Ways
from hatchet.errors import ClientClosed
from hatchet.hooks import Hook, Hooks
from hatchet.scope import current_recorder
from hatchet.transport.io_loop import CLOSED, shared_io_loop
from hatchet.wire.gateway import Gateway

if TYPE_CHECKING:
    from hatchet.embedded import Local


class Engagement(Bound):
    """A client's way to one engine, from its first use to its end."""

    def __init__(self, config: ClientConfig, hooks: Hooks, local: Local | None, *, is_new: bool) -> None:
        """`local` is the engine in this process, if it is there; `is_new` tells whether it was started for this."""
        gateway = Gateway(config, shared_io_loop(), hooks=hooks, local=local)
        super().__init__(config, gateway)
        self._local = local
        self._started = local if is_new else None  # what `stop_embedded` stops
        self._in_use = None if local is None else gateway.io.when_dropped(gateway, local.left)

    async def stop_embedded(self) -> None:
        """Stop the engine that was started for it. Runs on the I/O loop."""
        started, self._started = self._started, None
        await self.gateway.close()
        if started is not None:
            await started.stop()

    async def close(self) -> None:
        """End it. Runs on the I/O loop."""
        await self.gateway.io.close_client()
        if self._local is not None and self._in_use is not None and self._in_use.detach() is not None:
            await self._local.left()


async def _rest_of(dropped: weakref.ref[Gateway]) -> None:
    gateway = dropped()
    if gateway is not None:
        await gateway.rest()


class Takeover(Protocol):
    """Gives the clients of this process other engines than their settings name, as tests do."""

    def engagement(self, ways: ClientWays) -> Engagement:
        """The way of a client to the engine that it has meanwhile; the same with each call. From any thread."""
        ...

    def engaged(self, ways: ClientWays) -> Engagement | None:
        """The same, if the client has been used."""
        ...


class Takeovers:
    """Those that are in force; the last one counts."""

    def __init__(self) -> None:
        self.current: Takeover | None = None

    @contextmanager
    def put(self, takeover: Takeover | None) -> Generator[None]:
        """While this one is in force; with None each client has the engine that it is meant for."""
        before, self.current = self.current, takeover
        try:
            yield
        finally:
            self.current = before


takeovers: Final = Takeovers()  # one for each process: it is about the clients that modules have


class ClientWays(Ways):
    """The ways of one client to its engines, and how they are found."""

    def __init__(
        self, client: Services, read: Callable[[], ClientConfig], hooks: Hooks, given: ClientConfig | None
    ) -> None:
        """`read` reads the settings when they are needed; `given` is what the program has made of them by itself."""
        self._client = weakref.ref(client)
        self._read = read
        self._hooks = hooks
        self.given: ClientConfig | None = given
        """The settings that the program has made, if it has."""
        self.made_under: Takeover | None = takeovers.current
        """Who gave clients other engines when it was made."""
        self._lock = threading.Lock()
        self._config: ClientConfig | None = None
        self._in_test: ClientConfig | None = None
        self._own: Engagement | None = None
        self._mocked: Engagement | None = None
        self._is_closed = False

    @property
    def settings(self) -> ClientConfig:
        """The settings for what needs no engine, such as names; a token may be missing."""
        engaged = self.engaged
        if engaged is not None:
            return engaged.config
        if takeovers.current is not None:
            if self._in_test is None:
                self._in_test = in_memory(self.given)
            return self._in_test
        if self._config is None:
            self._config = self._read()
        return self._config

    @property
    def bound(self) -> Engagement:
        """The one to the engine that it has now; it begins with this."""
        if current_recorder() is not None:
            return self._unsent()
        takeover = takeovers.current
        if takeover is not None:
            return takeover.engagement(self)
        return self._own or self.bind()

    def bind(self) -> Engagement:
        """Begin the one to the engine that is meant, if there is none yet."""
        with self._lock:
            if self._own is None:
                if self._is_closed:
                    raise ClientClosed(CLOSED)
                config = self.settings
                check(config)
                local, is_new = None, False
                if config.embedded:
                    from hatchet.embedded import engines  # the engine is loaded only when it is asked for

                    local, is_new = engines.start(config, shared_io_loop())
                self._own = self.engage(config, local, is_new=is_new)
            return self._own

    def _unsent(self) -> Engagement:
        """What stands in place of an engine in a mock run, where nothing is sent."""
        if self._mocked is None:
            self._mocked = self.engage(in_memory(self.settings), None)
        return self._mocked

    @property
    def engaged(self) -> Engagement | None:
        """Its way to an engine, if it has used one yet."""
        takeover = takeovers.current
        return self._own if takeover is None else takeover.engaged(self)

    def engage(
        self, config: ClientConfig, local: Local | None, *, is_new: bool = False, hooks: Sequence[Hook] = ()
    ) -> Engagement:
        """A way of the client to an engine.

        Args:
            config: where it is.
            local: the engine, if it is in this process.
            is_new: whether it was started for this client.
            hooks: some besides the client's own.
        """
        every = Hooks([*self._hooks.all, *hooks]) if hooks else self._hooks
        engagement = Engagement(config, every, local, is_new=is_new)
        # References to runs keep the gateway, and an open stream does for a while; neither keeps the client.
        if (client := self._client()) is not None:
            engagement.gateway.io.when_dropped(client, partial(_rest_of, weakref.ref(engagement.gateway)))
        return engagement

    async def close(self) -> None:
        """End the one that there is, or refuse to begin any."""
        engaged = self.engaged
        if engaged is None:
            self._is_closed = True
        else:
            await engaged.gateway.io.run(engaged.close())


class ClosableClient(Services):
    """A client that opens what it uses when it first uses it, and closes it."""

    _ways: ClientWays

    def __init__(self, read: Callable[[], ClientConfig], hooks: Hooks, given: ClientConfig | None) -> None:
        """As of `ClientWays`."""
        ways = ClientWays(self, read, hooks, given)
        super().__init__(ways)
        # A folder may be there for other processes, of which this one may never make a call.
        is_of_folder = given is not None and given.embedded not in ("", MEMORY)
        if is_of_folder and takeovers.current is None and not modules.are_collected:
            ways.bind()

    def __repr__(self) -> str:
        # It neither reads settings nor begins an engagement: a debugger shows what is there, and changes nothing.
        engaged = self._ways.engaged
        return f"{type(self).__name__}({'not used yet' if engaged is None else engaged.config.where})"

    async def aio_stop_embedded(self) -> None:
        """Stop the engine that `from_embedded` started; nothing where it joined one, or where there is none."""
        engaged = self._ways.engaged
        if engaged is not None:
            await engaged.gateway.io.run(engaged.stop_embedded())

    async def aio_close(self) -> None:
        """End the client: what it has open and what waits in it. `with Hatchet() as hatchet:` does so at the end.

        Its workers that still run are told to stop, and have 2 s to drain. Then its streams and connections are closed:
        waits for results, and calls that have no answer yet, raise `ClientClosed`, and so does every later call. An
        embedded engine stops when the last client of this process that uses it is closed or dropped.

        A second call does nothing. A client that is dropped without it leaves nothing open either, but only once
        nothing refers to it: no task, worker or reference to a run.
        """
        await self._ways.close()

    # Of a client that has used no engine yet there is nothing to end: it must not look for one to do so.

    def stop_embedded(self) -> None:
        """Stop the engine that `from_embedded` started; blocks until it has, otherwise as `aio_stop_embedded`."""
        if (engaged := self._ways.engaged) is not None:
            engaged.gateway.io.block(self.aio_stop_embedded(), self)

    def close(self) -> None:
        """End the client; blocks until it has, otherwise as `aio_close`."""
        io = shared_io_loop() if (engaged := self._ways.engaged) is None else engaged.gateway.io
        io.block(self.aio_close(), self)

    def __enter__(self) -> Self:
        """The client; the end of the `with` block closes it."""
        self._ways.gateway.io.check_open()
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        """The client; the end of the `async with` block closes it."""
        self._ways.gateway.io.check_open()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.aio_close()
