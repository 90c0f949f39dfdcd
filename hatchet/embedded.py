"""Starts the embedded engine for `Hatchet.from_embedded`, or joins the one that serves the same folder."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hatchet.config import ClientConfig, ClientTLSConfig, TlsStrategy
from hatchet.errors import HatchetError
from hatchet.transport.io_loop import IoLoop

if TYPE_CHECKING:
    from hatchet.engine import EmbeddedEngine, Endpoint

_lock = threading.Lock()  # two threads that start an engine on the same folder must end with one


@dataclass
class EmbeddedHandle:
    """A running embedded engine, of this process or of another."""

    endpoint: Endpoint
    engine: EmbeddedEngine | None
    """None when another process runs it."""
    io: IoLoop

    async def stop(self) -> None:
        """Stop it, if this process runs it. Runs on the I/O loop."""
        engine, self.engine = self.engine, None
        if engine is not None:
            self.io.closed_before(self.stop)
            await engine.stop()

    def config(self, namespace: str | None) -> ClientConfig:
        """Settings that lead to it."""
        return ClientConfig(
            token=self.endpoint.token,
            tenant_id=self.endpoint.tenant_id,
            host_port=self.endpoint.grpc_address,
            server_url=self.endpoint.server_url,
            namespace=namespace,
            tls_config=ClientTLSConfig(strategy=TlsStrategy.NONE),
        )


def start(data: Path | None, io: IoLoop) -> EmbeddedHandle:
    """The engine for a data folder, running."""
    try:
        from hatchet.engine import EmbeddedEngine, EngineStartError, running
    except ImportError as error:
        raise HatchetError(
            f"the embedded engine needs {error.name}; install it with: pip install 'hatchet-typed[embedded]'"
        ) from error
    with _lock:
        if data is not None and (endpoint := running(data)) is not None:
            return EmbeddedHandle(endpoint, None, io)
        engine = EmbeddedEngine(data)
        try:
            handle = EmbeddedHandle(io.block(engine.start()), engine, io)
        except EngineStartError as error:
            raise HatchetError(f"the embedded engine did not start: {error}") from error
        io.before_close(handle.stop)
        return handle
