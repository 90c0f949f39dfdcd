"""Starting and stopping the embedded engine, and the ways to reach it."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
import sqlite3
import uuid
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from hatchet._dataclasses import NamedTuple
from hatchet.engine.auth import Auth
from hatchet.engine.delivery import histories
from hatchet.engine.endpoint import Endpoint, FolderLock, check_host, port_of, reserve
from hatchet.engine.grpc import validate
from hatchet.engine.grpc.services import methods_of
from hatchet.engine.hub import Hub
from hatchet.engine.state.clock import Clock, SystemClock
from hatchet.engine.state.errors import EngineStartError
from hatchet.engine.state.settings import MAX_MESSAGE_BYTES, EngineSettings
from hatchet.engine.storage.opening import in_words
from hatchet.engine.storage.store import Store
from hatchet_api.calls.in_process import Channel, Server

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from hatchet.engine.grpc.server import GrpcServer
    from hatchet.engine.rest.server import RestServer

logger: logging.Logger = logging.getLogger(__name__)


class Ports(NamedTuple):
    """Sockets that are bound to the ports of an engine until it serves on them."""

    grpc: socket.socket
    rest: socket.socket


class EmbeddedEngine:
    """A server for Hatchet's wire on the event loop it is started on; it has no threads of its own.

    `start` serves on ports. A program that only talks to its own engine may `open` it instead, and reach it by
    `connect` and `rest_app` on the same event loop, without a socket; `serve` adds the ports later.

    `data` is the folder that keeps everything, None for an engine that forgets when it stops. Ports that are 0 are
    chosen by the system; a data folder keeps its ports from one start to the next as long as they are free. A `host`
    that other machines reach needs `allow_remote`, and is warned of: the engine speaks without encryption.

    Raises:
        EngineStartError: `host` is not a loopback address and `allow_remote` is not set.
    """

    def __init__(
        self,
        data: Path | None = None,
        *,
        grpc_port: int = 0,
        api_port: int = 0,
        host: str = "127.0.0.1",
        allow_remote: bool = False,
        clock: Clock | None = None,
        settings: EngineSettings | None = None,
        store: Callable[[Path | None, str], Store] = Store,
    ) -> None:
        check_host(host, allow_remote)
        self._data = data
        self._grpc_port = grpc_port
        self._api_port = api_port
        self._host = host
        self._clock = clock if clock is not None else SystemClock()
        self._settings = settings if settings is not None else EngineSettings()
        self._make_store = store
        self._lock: FolderLock | None = None
        self._store: Store | None = None
        self._hub: Hub | None = None
        self._local: Server | None = None
        self._grpc: GrpcServer | None = None
        self._rest: RestServer | None = None
        self._app: ASGIApp | None = None
        self._ports: Ports | None = None
        self._serving = asyncio.Lock()
        self._endpoint: Endpoint | None = None

    @property
    def endpoint(self) -> Endpoint:
        """Where other processes reach it once it serves; raises EngineStartError when it has no ports."""
        if self._endpoint is None:
            raise EngineStartError("the embedded engine is not running; await start() first")
        return self._endpoint

    @property
    def tenant_id(self) -> str:
        """The only tenant, a UUID."""
        return self._opened().tenant_id

    @property
    def hub(self) -> Hub:
        """Its inside, for those who look after it on its event loop; no part of it may be kept."""
        return self._opened()

    def token(self, grpc_address: str, server_url: str) -> str:
        """An API token for clients that reach the engine at these addresses."""
        return self._opened().auth.issue(grpc_address, server_url)

    async def start(self) -> Endpoint:
        """Start on the current event loop; raises EngineStartError when the folder or a port is taken."""
        try:
            await self.open()
            return await self.serve()
        except BaseException:
            await self.stop(grace=0.0)
            raise

    async def open(self, answered: Callable[[], None] | None = None) -> None:
        """Start on the current event loop without ports; raises EngineStartError when the folder is taken.

        Args:
            answered: called when the first call has been answered.
        """
        if self._hub is not None:
            return
        try:
            if self._data is not None:
                self._lock = FolderLock(self._data)
            self._store = store = self._make_store(self._data, self._settings.synchronous)
            self._hub = hub = self._read(store)
            self._local = Server(methods_of(hub, answered), message_limit=MAX_MESSAGE_BYTES)
            if self._data is not None:
                self._ports = ports = self._reserve(store)
                self._endpoint = self._at(hub, port_of(ports.grpc), port_of(ports.rest))
        except BaseException:
            await self.stop(grace=0.0)
            raise
        hub.turns.soon()

    async def serve(self) -> Endpoint:
        """Serve on ports, too, which other processes may reach; raises EngineStartError when one is taken."""
        async with self._serving:
            hub = self._opened()
            if self._grpc is None:
                ports = self._ports = self._ports or self._reserve(hub.store)
                self._endpoint = await self._serve(hub, ports)
            return self.endpoint

    def connect(self, message_limit: int) -> Channel:
        """A channel to the engine from its own event loop, for messages of at most so many bytes."""
        if self._local is None:
            raise EngineStartError("the embedded engine is not running; await open() first")
        return self._local.connect(message_limit=message_limit)

    def rest_app(self) -> ASGIApp | None:
        """The REST side as an application for its own event loop; None when the engine is not running."""
        if self._hub is None:
            return None
        if self._app is None:
            from hatchet.engine.rest.app import application  # with starlette: most programs never need it

            self._app = application(self._hub)
        return self._app

    def history(self, task_run_id: str) -> list[str] | None:
        """What a durable task has asked for, and what came of it, as JSON lines; None where there is no such task."""
        hub = self._opened()
        task = hub.core.find_task(task_run_id)
        if task is None or not task.definition.durable:
            return None
        log = hub.event_logs.of(task)
        children = [entry.child_id for entry in log.entries.values() if entry.child_id is not None]
        inputs = {run.id: run.input for run in hub.core.look_at_runs(children)}
        return histories.history(task, log, inputs)

    async def stop(self, grace: float = 5.0) -> None:
        """Stop serving; open calls have `grace` seconds to end. What was accepted stays in the data folder."""
        async with self._serving:  # what has begun to listen is closed, too
            await self._stop(grace)

    async def _stop(self, grace: float) -> None:
        hub = self._hub
        if hub is not None:
            hub.turns.stop_handing_out()
            hub.turns.run()
            hub.end_streams()
        if self._local is not None:
            await self._local.stop(grace)
            self._local = None
        if self._grpc is not None:
            await self._grpc.stop(grace)
            self._grpc = None
        if self._rest is not None:
            await self._rest.stop()
            self._rest = None
        if self._ports is not None:
            for reserved in self._ports:
                reserved.close()
            self._ports = None
        if hub is not None:
            hub.turns.close()
            self._hub = self._app = None
        if self._store is not None:
            self._store.close()
            self._store = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None
        self._endpoint = None

    def _read(self, store: Store) -> Hub:
        try:
            auth = Auth(
                tenant_id=store.once("tenant_id", _new_id),
                token_id=store.once("token_id", _new_id),
                secret=bytes.fromhex(store.once("secret", lambda: secrets.token_hex(32))),
            )
            return Hub(store, auth, self._settings, self._clock, validate.stored)
        except sqlite3.Error as error:
            raise EngineStartError(f"{in_words(error, store.name)}, then start again") from error
        except Exception as error:  # whatever a file can hold that is a database in itself
            raise EngineStartError(
                f"{store.name} holds what this engine cannot read ({type(error).__name__}: {error}); put a copy in its"
                " place, or move it away to start with an empty folder"
            ) from error

    def _opened(self) -> Hub:
        if self._hub is None:
            raise EngineStartError("the embedded engine is not running; await start() first")
        return self._hub

    async def _serve(self, hub: Hub, ports: Ports) -> Endpoint:
        # In a thread: gRPC and uvicorn take a while to load, and this loop may be at work already.
        await asyncio.to_thread(_load_servers)
        from hatchet.engine.grpc.server import GrpcServer
        from hatchet.engine.rest.server import RestServer

        wanted = port_of(ports.grpc)
        ports.grpc.close()  # gRPC takes no socket, only a number
        self._grpc = GrpcServer(methods_of(hub), self._host)
        grpc_port = await self._grpc.start(wanted, insist=self._grpc_port != 0)
        if grpc_port != wanted:
            logger.warning("port %d was taken in the meantime; the gRPC side listens on %d", wanted, grpc_port)
        app = self.rest_app()
        assert app is not None
        self._rest = RestServer(app)
        await self._rest.start(ports.rest)
        endpoint = self._at(hub, grpc_port, port_of(ports.rest))
        try:
            hub.store.set_meta("grpc_port", str(grpc_port))
            hub.store.set_meta("api_port", str(port_of(ports.rest)))
        except sqlite3.Error as error:
            logger.warning("the ports are others after the next start: %s", in_words(error, hub.store.name))
        if self._lock is not None:
            self._lock.publish(endpoint)
        logger.info("the embedded engine serves %s and %s", endpoint.grpc_address, endpoint.server_url)
        return endpoint

    def _reserve(self, store: Store) -> Ports:
        grpc = reserve(self._host, self._grpc_port, _former(store, "grpc_port"), "gRPC")
        try:
            rest = reserve(self._host, self._api_port, _former(store, "api_port"), "REST")
        except EngineStartError:
            grpc.close()
            raise
        rest.listen()  # who comes before it is served waits, and need not come again
        return Ports(grpc, rest)

    def _at(self, hub: Hub, grpc_port: int, api_port: int) -> Endpoint:
        grpc_address, server_url = f"{self._host}:{grpc_port}", f"http://{self._host}:{api_port}"
        return Endpoint(
            token=hub.auth.issue(grpc_address, server_url),
            tenant_id=hub.tenant_id,
            grpc_address=grpc_address,
            server_url=server_url,
            pid=os.getpid(),
        )


def _load_servers() -> None:
    for name in ("hatchet.engine.grpc.server", "hatchet.engine.rest.server"):
        import_module(name)


def _new_id() -> str:
    return str(uuid.uuid4())


def _former(store: Store, key: str) -> int | None:
    text = store.get_meta(key)
    return int(text) if text is not None else None
