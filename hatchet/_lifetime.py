"""The beginning and the end of a client: its connection, and the engine that it may have in this process."""

from __future__ import annotations

from typing import Final, Self

from hatchet.config import ClientConfig
from hatchet.definitions.services import Services
from hatchet.hooks import Hooks
from hatchet.transport.io_loop import blocking, shared_io_loop
from hatchet.wire.gateway import Gateway


class ClosableClient(Services):
    """A client that opens what it uses, and closes it."""

    def __init__(self, config: ClientConfig, hooks: Hooks) -> None:
        local, is_new = None, False
        if config.embedded:
            from hatchet.embedded import engines  # the engine is loaded only when it is asked for

            local, is_new = engines.start(config, shared_io_loop())
        self._embedded = local if is_new else None  # what `stop_embedded` stops
        super().__init__(config, Gateway(config, shared_io_loop(), hooks=hooks, local=local))
        self._local = local
        self._in_use = None if local is None else self.io.when_dropped(self._gateway, local.left)

    async def aio_stop_embedded(self) -> None:
        """Stop the engine that `from_embedded` started; nothing where it joined one, or where there is none."""
        started, self._embedded = self._embedded, None
        await self.io.run(self._gateway.close())
        if started is not None:
            await self.io.run(started.stop())

    stop_embedded: Final = blocking(aio_stop_embedded)

    async def aio_close(self) -> None:
        """End the client: what it has open and what waits in it. `with Hatchet() as hatchet:` does so at the end.

        Its workers that still run are told to stop, and have 2 s to drain. Then its streams and connections are closed:
        waits for results, and calls that have no answer yet, raise `ClientClosed`, and so does every later call. An
        embedded engine stops when the last client of this process that uses it is closed or dropped.

        A second call does nothing. A client that is dropped without it leaves nothing open either, but only once
        nothing refers to it: no task, worker or reference to a run.
        """
        await self.io.run(self._close())

    close: Final = blocking(aio_close)

    async def _close(self) -> None:
        await self._gateway.io.close_client()
        if self._local is not None and self._in_use is not None and self._in_use.detach() is not None:
            await self._local.left()

    def __enter__(self) -> Self:
        """The client; the end of the `with` block closes it."""
        self._gateway.io.check_open()
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        """The client; the end of the `async with` block closes it."""
        self._gateway.io.check_open()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.aio_close()
