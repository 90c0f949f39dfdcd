"""Starts the embedded engine for a client, or joins the one that serves the same folder."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final
from weakref import WeakSet, WeakValueDictionary

from hatchet.config import IN_PROCESS, MEMORY, ClientConfig, ClientTLSConfig, Route, TlsStrategy
from hatchet.errors import HatchetError
from hatchet.transport.io_loop import IoLoop

if TYPE_CHECKING:
    from hatchet.engine import EmbeddedEngine, Endpoint
    from hatchet.transport.connection import App
    from hatchet_api.calls import Channel

logger: Final = logging.getLogger("hatchet")

EXTRA = ("re2", "starlette", "uvicorn")  # what the extra `embedded` brings
SERVE_AFTER = 1.0  # s; a program that makes no call is found by others after this
SERVE_LIMIT = 30.0  # s; an engine that has no ports by then has failed
JOIN_LOOK = 0.02  # s between two looks at whether it does


class Local:
    """An engine in this process, which the clients of its folder share. Its methods run on the I/O loop."""

    def __init__(self, engine: EmbeddedEngine, data: Path | None, io: IoLoop) -> None:
        self._engine: EmbeddedEngine | None = engine
        self._data = data
        self._io = io
        self._due: asyncio.TimerHandle | None = None
        self._has_ports = False
        self._without_ports: WeakSet[ClientConfig] = WeakSet()
        self._users = 1

    async def open(self) -> None:
        """Start it; a folder is served to other processes when the first call is done, or after a while without one."""
        assert self._engine is not None
        await self._engine.open(None if self._data is None else self._serve_soon)
        self._io.before_close(self.stop)
        if self._data is not None:
            self._due = asyncio.get_running_loop().call_later(SERVE_AFTER, self._serve_soon)

    def _serve_soon(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None
            self._io.spawn(self._serve(), f"serving {self._data} to other processes")

    async def _serve(self) -> None:
        from hatchet.engine import EngineStartError  # loaded, as the engine runs

        try:
            await self._running().serve()
        except (EngineStartError, HatchetError) as error:
            if self._engine is not None:
                logger.error("other processes cannot reach the engine of %s: %s", self._data, error)

    def reach(self, config: ClientConfig) -> None:
        """Make the settings of a client lead here."""
        engine = self._running()
        if self._data is None and not self._has_ports:
            token = engine.token(IN_PROCESS.grpc_address, IN_PROCESS.server_url)
            _lead(config, token, engine.tenant_id, IN_PROCESS.grpc_address, IN_PROCESS.server_url)
            config.open_ports = self._open_ports
            self._without_ports.add(config)
        else:
            _lead_to(config, engine.endpoint)

    def _open_ports(self) -> None:
        """Serve an engine in memory on ports as well; its own clients go on without."""
        if self._engine is None or self._io.here():
            return
        # Not by `block`, which would refuse it on a loop that runs a worker: this waits for none.
        endpoint = asyncio.run_coroutine_threadsafe(self._engine.serve(), self._io.loop).result(SERVE_LIMIT)
        self._has_ports = True
        for config in list(self._without_ports):
            config.open_ports = None
            _lead_to(config, endpoint)

    def connect(self, message_limit: int) -> Channel:
        """A channel on which it answers."""
        return self._running().connect(message_limit)

    def history(self, task_run_id: str) -> list[str] | None:
        """The lines of a durable task's history; None where there is no such task."""
        return self._running().history(task_run_id)

    def rest_app(self) -> App | None:
        """Its REST side as an ASGI application; None once it has stopped."""
        return None if self._engine is None else self._engine.rest_app()

    async def joined(self) -> bool:
        """One more client uses it; False where it has been stopped."""
        self._users += self._engine is not None
        return self._engine is not None

    async def left(self) -> None:
        """A client uses it no longer; it stops with the last one."""
        self._users -= 1
        if not self._users:
            await self.stop()

    async def stop(self) -> None:
        """Stop it; its clients find it unavailable from now on."""
        engine, self._engine = self._engine, None
        if engine is not None:
            if self._due is not None:
                self._due.cancel()
            self._io.closed_before(self.stop)
            await engine.stop()

    def _running(self) -> EmbeddedEngine:
        if self._engine is None:
            raise HatchetError("the embedded engine was stopped; make a new client to start it again")
        return self._engine


class Engines:
    """The engines of this process by their folders."""

    def __init__(self) -> None:
        # Two threads that start an engine on the same folder must end with one.
        self._lock = threading.Lock()
        # An engine that runs is kept by its I/O loop.
        self._by_folder: WeakValueDictionary[Path, Local] = WeakValueDictionary()
        # Clients that are made with the settings of another share its engine, also one that only memory has.
        self._by_tenant: WeakValueDictionary[str, Local] = WeakValueDictionary()

    def start(self, config: ClientConfig, io: IoLoop) -> tuple[Local | None, bool]:
        """The engine that a client's settings ask for, running, and whether it was started for this client.

        None when another process serves the folder; the settings lead there.
        """
        check_extra()
        data = None if config.embedded == MEMORY else Path(config.embedded).resolve()
        with self._lock:
            known = self._by_tenant.get(config.tenant_id) if data is None else self._by_folder.get(data)
            if known is not None and io.block(known.joined()):
                known.reach(config)
                return known, False
            local = _open_or_join(data, config, io)
            if local is None:
                return None, False
            if data is not None:
                self._by_folder[data] = local
            self._by_tenant[config.tenant_id] = local
            return local, True


def _open_or_join(data: Path | None, config: ClientConfig, io: IoLoop) -> Local | None:
    from hatchet.engine import EmbeddedEngine, EngineStartError, FolderTaken, running

    how = config.embedded_start
    deadline = time.monotonic() + how.patience
    if how.log_level:
        logging.getLogger("hatchet.engine").setLevel(how.log_level)
    while True:
        if data is not None and (found := running(data)) is not None:
            _lead_to(config, found)
            return None
        engine = EmbeddedEngine(
            data, grpc_port=how.grpc_port, api_port=how.api_port, settings=config.embedded_options.settings()
        )
        local = Local(engine, data, io)
        try:
            io.block(local.open())
        except FolderTaken as error:  # and not served yet, or it was only looked at
            if time.monotonic() > deadline:
                raise HatchetError(f"the embedded engine did not start: {error}") from error
            time.sleep(JOIN_LOOK)
            continue
        except EngineStartError as error:
            raise HatchetError(f"the embedded engine did not start: {error}") from error
        local.reach(config)
        return local


def _lead_to(config: ClientConfig, endpoint: Endpoint) -> None:
    """Make settings lead to an embedded engine that serves on ports."""
    _lead(config, endpoint.token, endpoint.tenant_id, endpoint.grpc_address, endpoint.server_url)


def _lead(config: ClientConfig, token: str, tenant_id: str, host_port: str, server_url: str) -> None:
    """Make settings lead to an embedded engine, whatever else they say."""
    config.token, config.tenant_id, config.route = token, tenant_id, Route(host_port, server_url)
    config.tls_config = ClientTLSConfig(strategy=TlsStrategy.NONE)
    config.grpc_proxy = config.rest_proxy = None  # it is on this machine


def check_extra() -> None:
    """Say at once what is missing; most of it is loaded only when it is needed."""
    for name in EXTRA:
        if find_spec(name) is None:
            raise HatchetError(
                f"the embedded engine needs {name}; install it with: pip install 'hatchet-typed[embedded]'"
            )


engines: Final = Engines()  # one for each process, as the I/O loop that they run on
