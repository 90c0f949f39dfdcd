"""The loop and thread on which channels, streams and heartbeats live, and `blocking`, which writes the sync twins.

One loop serves every client of the process: grpc.aio has one poller for each process, and loops that share it wake each
other up for nothing (docs/decisions/0001-one-io-loop.md).
"""

from __future__ import annotations

import asyncio
import atexit
import contextvars
import logging
import os
import threading
import weakref
from collections.abc import Callable, Coroutine, Generator, Hashable
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager, suppress
from types import MethodType
from typing import Any, Concatenate, Final, ParamSpec, Protocol, TypeVar, cast

from hatchet.errors import BlockingCallError, ClientClosed, HatchetError
from hatchet.scope import current_scope
from hatchet.transport.binding import BlockingMethod, spellings
from hatchet.transport.callers import Callers
from hatchet.transport.closing import end_tasks, finish_all
from hatchet.transport.threads import FORKED, STRANGER, Threads
from hatchet.transport.weak import Finish, WeakFinish

logger: Final = logging.getLogger("hatchet")

P = ParamSpec("P")
T = TypeVar("T")

CLOSE_TIMEOUT = 15.0  # s; and this long for all of it, an embedded engine's grace for its calls included
CLOSED = "this client was closed; make a new one with Hatchet()"


class IoLoop:
    """An event loop in a thread of its own, started on first use; a process forked before that starts its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._pid = 0
        self._background: set[asyncio.Task[Any]] = set()
        self._leaving: list[Finish] = []
        self._closing: list[Finish] = []
        self._clients: weakref.WeakKeyDictionary[ClientLoop, None] = weakref.WeakKeyDictionary()  # in order
        self.hosted: dict[tuple[asyncio.AbstractEventLoop, Hashable], list[str]] = {}
        """Names of the workers that run on a loop, by loop and engine."""
        self.always_replay: bool = False
        """Whether durable tasks begin anew at each wait; drawn by explorations."""
        self.callers: Callers = Callers()
        self.threads: Threads | None = None
        """What calls the sync functions of workers, where this loop has its own."""

    def for_engine(self, engine: Hashable) -> ClientLoop:
        """This loop, as a client of an engine uses it."""
        client = ClientLoop(self, engine)
        self._clients[client] = None
        return client

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The running loop."""
        loop = self._loop
        if loop is not None:
            if self._pid != os.getpid():
                raise HatchetError(FORKED)
            return loop
        with self._lock:
            if self._loop is None:
                self._start()
            assert self._loop is not None
            return self._loop

    def _start(self) -> None:
        loop = asyncio.new_event_loop()
        started = threading.Event()

        def run() -> None:
            asyncio.set_event_loop(loop)
            loop.call_soon(started.set)
            loop.run_forever()

        self._background, self._leaving, self._closing = set(), [], []
        self._thread = threading.Thread(target=run, name="hatchet-io", daemon=True)
        self._thread.start()
        started.wait()
        self._loop, self._pid = loop, os.getpid()

    def here(self) -> bool:
        """Whether the caller runs on this loop."""
        return self._thread is not None and threading.get_ident() == self._thread.ident

    async def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Await on this loop from any other; cancellation and context variables follow the call."""
        if self.here():
            return await coroutine
        self._check_loop(coroutine)
        self.callers.add(asyncio.get_running_loop())
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(coroutine, self.loop))

    def block(self, coroutine: Coroutine[Any, Any, T], owner: object = None) -> T:
        """Wait in this thread for a coroutine that runs on this loop.

        Args:
            coroutine: what to wait for.
            owner: the object whose method was called, for the words of the error.

        Raises:
            BlockingCallError: when this thread's loop is one that the call needs to go on.
            HatchetError: the program ended while it waited.
        """
        reason = self._would_wait_for_itself()
        if reason:
            call, instead = spellings(coroutine, owner)
            coroutine.close()
            raise BlockingCallError(f"{call} {reason}; {instead}")
        self._check_loop(coroutine)
        with self.callers.blocking():
            return self.wait(coroutine)

    def wait(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Wait in this thread, which the loop can do without."""
        future: Future[T] = asyncio.run_coroutine_threadsafe(coroutine, self.loop)
        try:
            return future.result()
        except CancelledError as error:  # nobody else can cancel it
            raise HatchetError(
                "the call was given up, because the program ends and the client's loop with it"
            ) from error
        except BaseException:
            future.cancel()
            raise

    def needs_this_thread(self) -> bool:
        """Whether a call that blocks the caller's thread would wait for itself."""
        return self.here()

    def check_own_loop(self) -> None:
        """Refuse a worker a loop of its own, where there can be only one."""

    def _check_loop(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        """Refuse a client of one loop where another one stands for all."""
        other = stand_in.get()
        if other is not None and other.loop is not self.loop:
            coroutine.close()
            raise HatchetError(STRANGER)

    def _would_wait_for_itself(self) -> str | None:
        if self.needs_this_thread():
            return "on the client's own loop would wait for itself"
        workers = self.workers_here()
        if not workers:
            return None
        scope = current_scope.get()
        where = "" if scope is None else f" in the async task of run {scope.task_run_id}"
        return f"{where} would block the event loop that runs worker {', '.join(workers)}, and wait for itself".strip()

    def workers_here(self) -> list[str]:
        """The workers that the caller would hold up if it blocked; of no engine in particular there are none."""
        return []

    def spawn(self, coroutine: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Start a background task on this loop (call it there); a failure is logged with its name, never lost."""
        # A context of its own: what runs in the background belongs to no task run.
        task = asyncio.get_running_loop().create_task(coroutine, name=name, context=contextvars.Context())
        self._background.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._background.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("background task %s failed", task.get_name(), exc_info=error)

    def post(self, callback: Callable[[], object]) -> None:
        """Run a callback on this loop soon, from any thread."""
        self.loop.call_soon_threadsafe(callback)

    def before_close(self, finish: Finish, *, connected: bool = False) -> None:
        """Run this when the program ends, while the loop still runs; with `connected` while connections do, too."""
        chosen = self._leaving if connected else self._closing
        if finish not in chosen:
            chosen.append(finish)

    def closed_before(self, finish: Finish) -> None:
        """What `before_close` was given has been done."""
        for each in (self._leaving, self._closing):
            if finish in each:
                each.remove(finish)

    def check_open(self) -> None:
        """Refuse what a client that was closed cannot do; the loop itself is always open."""

    async def finish(self) -> None:
        """Do what `before_close` was given. Runs on this loop."""
        await finish_all(self._leaving)
        await finish_all(self._closing)

    async def end_all(self) -> None:
        """End the clients, and whatever else runs on this loop, where this is called."""
        # An embedded engine, which is the loop's own, ends after its clients.
        await asyncio.gather(*(client.finish() for client in list(self._clients)))
        await self.finish()
        await end_tasks()
        await asyncio.get_running_loop().shutdown_asyncgens()

    def when_dropped(self, owner: object, finish: Finish) -> weakref.finalize[[Finish], object]:
        """Run this on the loop once nobody holds an object any more; it must not hold the object itself.

        What is returned can be told to `detach`, when it has been done.
        """
        return self._finalizer(owner, finish)

    def _finalizer(self, owner: object, finish: Finish) -> weakref.finalize[[Finish], object]:
        loop = self._loop  # what belongs to this one cannot be ended on another

        def dropped(finish: Finish) -> None:
            # In any thread, and in the middle of anything: this is called by the garbage collector.
            running = self._loop
            if running is None or self._pid != os.getpid() or (loop is not None and running is not loop):
                return
            with suppress(RuntimeError):  # it is being closed, and ends what it has by itself
                running.call_soon_threadsafe(lambda: self.spawn(finish(), "the end of a client that was dropped"))

        finalizer = weakref.finalize(owner, dropped, finish)
        finalizer.atexit = False
        return finalizer

    def close(self) -> None:
        """Cancel what runs, and stop the loop; the next use starts it anew."""
        with self._lock:
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
        if loop is None or thread is None or self._pid != os.getpid():
            return

        asyncio.run_coroutine_threadsafe(self.end_all(), loop).add_done_callback(
            lambda _: loop.call_soon_threadsafe(loop.stop)
        )
        thread.join(CLOSE_TIMEOUT)
        if not thread.is_alive():
            loop.close()


class ClientLoop(IoLoop):
    """The I/O loop as one client uses it: what ends with the client, and on which loops workers of its engine run.

    The thread, and all that runs on it, are those of the loop that it stands for.
    """

    def __init__(self, shared: IoLoop, engine: Hashable) -> None:
        super().__init__()
        self.threads: Threads | None = shared.threads
        self.callers: Callers = shared.callers
        self.always_replay: bool = shared.always_replay
        self._shared = shared
        self._engine = engine
        self._end: asyncio.Task[None] | None = None
        self.closed: bool = False
        """Whether the client was closed."""

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The running loop."""
        return self._shared.loop

    def here(self) -> bool:
        """Whether the caller runs on this loop."""
        return self._shared.here()

    def needs_this_thread(self) -> bool:
        """Whether a call that blocks the caller's thread would wait for itself."""
        return self._shared.needs_this_thread()

    def check_own_loop(self) -> None:
        """Refuse a worker a loop of its own, where there can be only one."""
        self._shared.check_own_loop()

    def wait(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Wait in this thread, which the loop can do without."""
        return self._shared.wait(coroutine)

    def spawn(self, coroutine: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Start a background task on this loop (call it there)."""
        return self._shared.spawn(coroutine, name)

    def check_open(self) -> None:
        """Refuse what a client that was closed cannot do.

        Raises:
            ClientClosed: it was.
        """
        if self.closed:
            raise ClientClosed(CLOSED)

    def before_close(self, finish: Finish, *, connected: bool = False) -> None:
        """Run this when the client is closed, or the program ends.

        Raises:
            ClientClosed: it was.
        """
        self.check_open()
        # Of methods, the objects are not kept: a client that is dropped goes at once, with all that it has here.
        super().before_close(WeakFinish(finish) if isinstance(finish, MethodType) else finish, connected=connected)

    def closed_before(self, finish: Finish) -> None:
        """What `before_close` was given has been done."""
        super().closed_before(WeakFinish(finish) if isinstance(finish, MethodType) else finish)

    def when_dropped(self, owner: object, finish: Finish) -> weakref.finalize[[Finish], object]:
        """Run this on the loop once nobody holds an object any more; it must not hold the object itself."""
        return self._shared.when_dropped(owner, finish)

    async def close_client(self) -> None:
        """Do what `before_close` was given, for good; who comes later waits for the same end. Runs on this loop."""
        if not self.closed and self._end is None:
            self._end = self.spawn(self._close_client(), "the end of a client")
        if self._end is not None:
            await asyncio.shield(self._end)

    async def _close_client(self) -> None:
        try:
            await finish_all(self._leaving)  # with calls of their own
        finally:
            self.closed = True
            await self.finish()
            self._end = None

    def close(self) -> None:
        """Cancel what runs, and stop the loop; the next use starts it anew."""
        self._shared.close()

    def for_engine(self, engine: Hashable) -> ClientLoop:
        """The same loop, as clients of another engine use it."""
        return self._shared.for_engine(engine)

    @contextmanager
    def hosting(self, worker: str) -> Generator[None, None, None]:
        """While a worker of this engine runs on the running loop."""
        key = (asyncio.get_running_loop(), self._engine)
        workers = self._shared.hosted.setdefault(key, [])
        workers.append(worker)
        try:
            yield
        finally:
            workers.remove(worker)
            if not workers:
                self._shared.hosted.pop(key, None)

    def workers_here(self) -> list[str]:
        """The workers of this engine that run on the caller's loop, by name; most threads have no loop, and none."""
        if not self._shared.hosted:
            return []
        try:
            running = asyncio.get_running_loop()
        except RuntimeError:
            return []
        return self._shared.hosted.get((running, self._engine), [])


_shared = IoLoop()  # one for each process, for the reason in this module's docstring
atexit.register(_shared.close)


#: Where an exploration runs: the loop of its clients, in place of the process's.
stand_in: Final[contextvars.ContextVar[IoLoop | None]] = contextvars.ContextVar("hatchet_io", default=None)


def shared_io_loop() -> IoLoop:
    """The process's I/O loop."""
    return stand_in.get() or _shared


class HasIo(Protocol):
    """An object whose async methods run on an I/O loop."""

    @property
    def io(self) -> IoLoop: ...


S = TypeVar("S", bound=HasIo)


def blocking(method: Callable[Concatenate[S, P], Coroutine[Any, Any, T]]) -> BlockingMethod[S, P, T]:
    """The synchronous twin of an async method: same parameters, same result, same docstring."""

    def call(self: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self.io.block(method(self, *args, **kwargs), self)

    call.__doc__ = method.__doc__
    call.__name__ = method.__name__.removeprefix("aio_")
    call.__qualname__ = method.__qualname__.replace("aio_", "", 1)
    call.__module__ = method.__module__
    call.__wrapped__ = method  # type: ignore[attr-defined]  # what inspect.signature follows; functions take attributes
    return cast(BlockingMethod[S, P, T], call)  # typeshed's type of a function binds to no particular object
