"""`MemoryEngine`: the engine of a test. It takes the place of the one that the program's clients are meant for."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Literal, Self, TypeVar

from typing_extensions import Unpack

from hatchet._lifetime import takeovers
from hatchet.client import Hatchet
from hatchet.config import in_memory
from hatchet.definitions.standalone import Standalone
from hatchet.definitions.workflow import Workflow
from hatchet.embedded import Local, check_extra
from hatchet.engine import EmbeddedEngine, EngineSettings, MovableClock
from hatchet.errors import HatchetError
from hatchet.options.moments import in_utc
from hatchet.testing.clock import AutomaticTime, TimeWords
from hatchet.testing.line import Line
from hatchet.testing.looking import LookingWords
from hatchet.testing.report import Leftovers, Recorder, left_by
from hatchet.testing.settling import Stillness
from hatchet.testing.store import MemoryStore
from hatchet.testing.takeover import EnginesOfTest
from hatchet.testing.trouble import TroubleWords
from hatchet.transport.io_loop import IoLoop, blocking, shared_io_loop

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hatchet._lifetime import ClientWays, Engagement
    from hatchet.engine.hub import Hub
    from hatchet.hooks import Hook
    from hatchet.testing.options import WorkerOptions
    from hatchet.transport.connection import App, Scope
    from hatchet.wire.gateway import Gateway
    from hatchet.worker.worker import Worker
    from hatchet_api.calls import Channel

Time = Literal["flowing", "automatic"]

SETTINGS: Final = EngineSettings(retained_for=None, retained_runs=None, retained_bytes=None)
"""Nothing is deleted for its age: a test may look at a run of last year."""

RUN_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LISTS: Final = ("/workflow-runs", "/tasks")

T = TypeVar("T")


class MemoryEngine(TimeWords, LookingWords, TroubleWords):
    """An engine in memory, which the clients of this process have in place of theirs until the `with` block ends.

    ::

        from shop.orders import bill          # a task of the module's own Hatchet()

        with MemoryEngine() as engine, engine.worker(bill):
            assert bill.run(Order(items=2)) == "6 EUR"
            engine.skip(timedelta(days=30))

    The first client of the program that is used has this engine, and each further one an engine of its own, which
    `of` gives. It is the fixture `engine` of the pytest plugin. Each word is there for blocking and, as `aio_…`, for
    async code; a test whose worker runs on the test's own event loop awaits the latter.

    Args:
        time: `flowing`: as on the wall, and `skip` lets more of it pass. `automatic`: whenever a test waits for a run
            and nothing else goes on, the time is at once that of what is due next.
        start: the time at which it begins, with a time zone; default: that of the machine. With crons in it, a test
            that skips some hours depends on the time of day.

    Raises:
        InputError: `start` has no time zone.
    """

    def __init__(self, *, time: Time = "flowing", start: datetime | None = None) -> None:
        if time not in ("flowing", "automatic"):
            raise HatchetError(f"time is {time!r}; write 'flowing' or 'automatic'")
        self._time: Time = time
        self._io = shared_io_loop()
        self._client_io: IoLoop | None = None
        self._lock = threading.Lock()
        self._local: _Local | None = None
        self._began_at = start
        self._clock = MovableClock()
        if start is not None:
            self._clock.set_by(in_utc(start, "start").timestamp() - self._clock.now())
        self._gateways: list[Gateway] = []
        self._engagements: list[Engagement] = []
        self._recorder = Recorder()
        self._line = Line(lambda limit: self._running.connect_directly(limit))
        self._stillness = Stillness(self._line, self._gateways, self._io)
        self._automatic: AutomaticTime | None = None
        self._engines: EnginesOfTest[MemoryEngine] = EnginesOfTest(self, self._another)
        self._stack: ExitStack | None = None
        self._is_on = False
        self._is_over = False

    def _another(self) -> MemoryEngine:
        """One for a further client of the program."""
        other = MemoryEngine(time=self._time, start=self._began_at)
        other._engines, other._is_on = self._engines, True
        return other

    # -- its life

    def __enter__(self) -> Self:
        """From now on the clients of this process have it; it starts when it is first used."""
        if self._is_on or self._is_over:
            raise HatchetError("this engine was entered before; make a new MemoryEngine()")
        self._is_on = True
        self._stack = ExitStack()
        self._stack.enter_context(takeovers.put(self._engines))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._leaving():
            self._io.block(self._end_all())

    async def __aenter__(self) -> Self:
        """The same in async code."""
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._leaving():
            await self._io.run(self._end_all())

    def _leaving(self) -> ExitStack:
        """Until its end the clients have it."""
        stack, self._stack = self._stack, None
        assert stack is not None
        return stack

    async def _end_all(self) -> None:
        for engine in self._engines.engines:
            engine._is_over = True
            if engine._local is not None:
                await engine._end()

    async def _end(self) -> None:
        if self._automatic is not None:
            await self._automatic.stop()
        for engagement in self._engagements:
            await engagement.close()
        await self._running.end()

    # -- who uses it

    def client(self, *, namespace: str = "", hooks: Sequence[Hook] = ()) -> Hatchet:
        """A client of this engine, for what a test declares by itself.

        Args:
            namespace: prefix of workflow, worker and event names.
            hooks: code around triggers and tasks; see `Hook`.
        """
        config = in_memory(None, namespace=namespace)
        self._engines.invite(config, self)
        return Hatchet(config, hooks=hooks)

    def of(self, client: Hatchet) -> MemoryEngine:
        """The engine that a client of the program has meanwhile: this one, or one of its own."""
        return self._engines.engine_of(client._ways)  # pyright: ignore[reportPrivateUsage]  # its way to one

    def worker(
        self,
        *workflows: Workflow[Any] | Standalone[Any, Any] | Sequence[Workflow[Any] | Standalone[Any, Any]],
        name: str = "test-worker",
        **options: Unpack[WorkerOptions],
    ) -> Worker:
        """A worker of the client that has declared these workflows and tasks: `with engine.worker(bill, notify): …`.

        Args:
            workflows: what it executes, one after the other or as lists.
            name: shown in lists of workers.
            options: as of `Hatchet.worker`.

        Raises:
            HatchetError: none is given.
            DefinitionError: clients of different engines have declared them.
        """
        chosen: list[Workflow[Any] | Standalone[Any, Any]] = []
        for each in workflows:
            chosen += [each] if isinstance(each, Workflow | Standalone) else each
        if not chosen:
            raise HatchetError("the worker has nothing to execute; name workflows or tasks: worker(bill, notify)")
        client = chosen[0].client
        assert isinstance(client, Hatchet)  # which alone declares any
        return client.worker(name, workflows=chosen, **options)

    def engage(self, ways: ClientWays) -> Engagement:
        """Give a client its way to this engine; for `EnginesOfTest`."""
        self._start()
        config = in_memory(ways.given)
        self._running.reach(config)
        engagement = ways.engage(config, self._running, hooks=[self._recorder])
        engagement.gateway.now = self.now
        self._gateways.append(engagement.gateway)
        self._engagements.append(engagement)
        return engagement

    # -- its parts, for the words

    @property
    def io(self) -> IoLoop:
        """The loop that it lives on."""
        self._start()
        return self._client_io or self._io

    @property
    def _store(self) -> MemoryStore:
        return self._running.store

    @property
    def _running(self) -> _Local:
        if self._local is None:
            raise HatchetError("this engine has not been used yet, and does not run")
        return self._local

    @property
    def _hub(self) -> Hub:
        return self._running.hub

    def _start(self) -> None:
        """Start it, if it does not run yet; from any thread."""
        if self._local is not None and not self._is_over:
            return
        if self._is_over:
            raise HatchetError("the test of this engine has ended, and the engine with it")
        if not self._is_on:
            raise HatchetError("this engine is not on; use it in `with MemoryEngine() as engine:`")
        with self._lock:
            if self._local is None:
                check_extra()
                local = _Local(self._clock, self._line, self._io)
                self._io.block(local.open())
                self._local = local
                self._client_io = self._io.for_engine(("", local.hub.tenant_id))
                if self._time == "automatic":
                    automatic = self._automatic = AutomaticTime(self._clock, self._stillness, lambda: local.hub)
                    self._io.block(automatic.start())

    async def _do(self, act: Coroutine[Any, Any, T]) -> T:
        self._start()
        return await self._io.run(act)

    async def aio_restart(self) -> None:
        """Kill the engine and start it again, as if by `kill -9`: what it had accepted is there.

        What was on its way is lost, streams break, and workers and clients connect again. Its clock goes on.
        """
        await self._do(self._restart())

    restart: Final = blocking(aio_restart)

    async def _restart(self) -> None:
        await self._running.restart()

    @property
    def leftovers(self) -> Leftovers:
        """What the test has left: runs that go on, and failures that nobody has asked for."""
        if self._local is None or self._is_over:
            return Leftovers()
        return self._io.block(self._left())

    async def _left(self) -> Leftovers:
        return left_by(self._hub, self._stillness.working(self._hub), self._line)

    @property
    def failures(self) -> Sequence[str]:
        """What tasks of this process have raised so far, each with its traceback."""
        return self._recorder.failures


class _Local(Local):
    """The engine as its clients reach it: by a line that faults can happen on."""

    def __init__(self, clock: MovableClock, line: Line, io: IoLoop) -> None:
        self._clock = clock
        self._line = line
        self._app: tuple[App, App] | None = None
        super().__init__(self._make(MemoryStore), None, io)

    def _make(
        self, store: Callable[[Path | None, str], MemoryStore], grpc_port: int = 0, api_port: int = 0
    ) -> EmbeddedEngine:
        return EmbeddedEngine(grpc_port=grpc_port, api_port=api_port, clock=self._clock, settings=SETTINGS, store=store)

    @property
    def hub(self) -> Hub:
        """The inside of the engine."""
        return self._running().hub

    @property
    def store(self) -> MemoryStore:
        """What it keeps."""
        store = self.hub.store
        assert isinstance(store, MemoryStore)
        return store

    def connect(self, message_limit: int) -> Channel:
        """A channel on which it answers."""
        return self._line.channel(message_limit)

    def connect_directly(self, message_limit: int) -> Channel:
        """A channel without the line."""
        return self._running().connect(message_limit)

    def rest_app(self) -> App | None:
        """Its REST side, which notes what is looked at."""
        inner = super().rest_app()
        if inner is None:
            return None
        if self._app is None or self._app[0] is not inner:
            self._app = inner, partial(self._answer, inner)
        return self._app[1]

    async def _answer(self, inner: App, scope: Scope, receive: Any, send: Any) -> None:  # Any: as ASGI has it
        line, path = self._line, str(scope.get("path", ""))
        line.passed += 1
        line.looked_at.update(RUN_ID.findall(path))
        if path.endswith(LISTS):
            line.lists_were_read = True
        try:
            await inner(scope, receive, send)
        finally:
            line.passed += 1

    async def left(self) -> None:
        """It is the test that ends it."""

    async def restart(self) -> None:
        """End it as a kill does, and start it with what it had stored."""
        engine = self._running()
        ports: tuple[int, ...] = ()
        if self._has_ports:
            ports = _port(engine.endpoint.grpc_address), _port(engine.endpoint.server_url)
        image = self.store.image()
        await engine.stop(grace=0.0)
        self._engine = fresh = self._make(partial(MemoryStore, image=image), *ports)
        await fresh.open()
        if self._has_ports:
            await fresh.serve()

    async def end(self) -> None:
        """The test is over."""
        engine, self._engine = self._engine, None
        self._io.closed_before(self.stop)
        if engine is not None:
            await engine.stop(grace=0.0)


def _port(address: str) -> int:
    return int(address.rpartition(":")[2])
