"""Starting and stopping the embedded engine."""

from __future__ import annotations

import os
import secrets
import uuid
from pathlib import Path

from hatchet.engine.auth import Auth
from hatchet.engine.endpoint import Endpoint, FolderLock
from hatchet.engine.grpc import validate
from hatchet.engine.grpc.server import GrpcServer
from hatchet.engine.hub import Hub
from hatchet.engine.rest.server import RestServer
from hatchet.engine.state.clock import Clock, SystemClock
from hatchet.engine.state.errors import EngineStartError
from hatchet.engine.state.settings import EngineSettings
from hatchet.engine.storage.store import Store


class EmbeddedEngine:
    """A server for Hatchet's wire on the event loop it is started on; it has no threads of its own.

    `data` is the folder that keeps everything, None for an engine that forgets when it stops. Ports that are 0 are
    chosen by the system; a data folder keeps its ports from one start to the next as long as they are free.
    """

    def __init__(
        self,
        data: Path | None = None,
        *,
        grpc_port: int = 0,
        api_port: int = 0,
        host: str = "127.0.0.1",
        clock: Clock | None = None,
        settings: EngineSettings | None = None,
    ) -> None:
        self._data = data
        self._grpc_port = grpc_port
        self._api_port = api_port
        self._host = host
        self._clock = clock if clock is not None else SystemClock()
        self._settings = settings if settings is not None else EngineSettings()
        self._lock: FolderLock | None = None
        self._store: Store | None = None
        self._hub: Hub | None = None
        self._grpc: GrpcServer | None = None
        self._rest: RestServer | None = None
        self._endpoint: Endpoint | None = None

    @property
    def endpoint(self) -> Endpoint:
        """Where the engine can be reached; raises EngineStartError when it is not running."""
        if self._endpoint is None:
            raise EngineStartError("the embedded engine is not running; await start() first")
        return self._endpoint

    async def start(self) -> Endpoint:
        """Start on the current event loop; raises EngineStartError when the folder or a port is taken."""
        if self._endpoint is not None:
            return self._endpoint
        try:
            self._endpoint = await self._start()
        except BaseException:
            await self.stop(grace=0.0)
            raise
        return self._endpoint

    async def stop(self, grace: float = 5.0) -> None:
        """Stop serving; open calls have `grace` seconds to end. What was accepted stays in the data folder."""
        hub = self._hub
        if hub is not None:
            hub.turns.run()
            hub.end_streams()
        if self._grpc is not None:
            await self._grpc.stop(grace)
            self._grpc = None
        if self._rest is not None:
            await self._rest.stop()
            self._rest = None
        if hub is not None:
            hub.turns.close()
            self._hub = None
        if self._store is not None:
            self._store.close()
            self._store = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None
        self._endpoint = None

    async def _start(self) -> Endpoint:
        if self._data is not None:
            self._lock = FolderLock(self._data)
        self._store = store = Store(self._data, self._settings.retained_runs)
        auth = Auth(
            tenant_id=store.once("tenant_id", _new_id),
            token_id=store.once("token_id", _new_id),
            secret=bytes.fromhex(store.once("secret", lambda: secrets.token_hex(32))),
        )
        self._hub = hub = Hub(store, auth, self._settings, self._clock, validate.stored)
        self._grpc = GrpcServer(hub, self._host)
        grpc_port = await self._grpc.start(self._grpc_port, _former(store, "grpc_port"))
        self._rest = RestServer(hub, self._host)
        api_port = await self._rest.start(self._api_port, _former(store, "api_port"))
        store.set_meta("grpc_port", str(grpc_port))
        store.set_meta("api_port", str(api_port))
        grpc_address = f"{self._host}:{grpc_port}"
        server_url = f"http://{self._host}:{api_port}"
        endpoint = Endpoint(
            token=auth.issue(grpc_address, server_url),
            tenant_id=auth.tenant_id,
            grpc_address=grpc_address,
            server_url=server_url,
            pid=os.getpid(),
        )
        hub.turns.soon()
        if self._lock is not None:
            self._lock.publish(endpoint)
        return endpoint


def _new_id() -> str:
    return str(uuid.uuid4())


def _former(store: Store, key: str) -> int | None:
    text = store.get_meta(key)
    return int(text) if text is not None else None
