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
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError, Future
from typing import Any, Concatenate, Final, ParamSpec, Protocol, TypeVar

from hatchet.errors import BlockingCallError, HatchetError
from hatchet.scope import current_scope

logger: Final = logging.getLogger("hatchet")

P = ParamSpec("P")
T = TypeVar("T")

STOP_TIMEOUT = 5.0  # s; an exiting program waits this long for open calls to be cancelled
CLOSE_TIMEOUT = 15.0  # s; and this long for all of it, an embedded engine's grace for its calls included


FORKED = (
    "this process was forked from one that was connected to an engine already, and gRPC does not survive that; "
    "fork before the first call, or start the process with multiprocessing's method 'spawn'"
)


class IoLoop:
    """An event loop in a thread of its own, started on first use; a process forked before that starts its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._pid = 0
        self._background: set[asyncio.Task[Any]] = set()
        self._closing: list[Callable[[], Coroutine[Any, Any, None]]] = []

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

        self._background, self._closing = set(), []
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
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(coroutine, self.loop))

    def block(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Wait in this thread for a coroutine that runs on this loop.

        Raises:
            BlockingCallError: when this thread's loop is one that the call needs to go on.
            HatchetError: the program ended while it waited.
        """
        reason = self._would_wait_for_itself()
        if reason:
            coroutine.close()
            raise BlockingCallError(reason)
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

    def _would_wait_for_itself(self) -> str | None:
        if self.here():
            return "a blocking call on the client's own loop would wait for itself; await the `aio_` method"
        scope = current_scope.get()
        if scope is not None and scope.handler_loop is not None:
            try:
                running = asyncio.get_running_loop()
            except RuntimeError:
                return None
            if running is scope.handler_loop:
                return (
                    f"a blocking call in the async task of run {scope.task_run_id} would stop its worker's loop; "
                    "await the `aio_` method"
                )
        return None

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

    def before_close(self, finish: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run this when the program ends, while the loop still runs."""
        self._closing.append(finish)

    def closed_before(self, finish: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """What `before_close` was given has been done."""
        if finish in self._closing:
            self._closing.remove(finish)

    def close(self) -> None:
        """Cancel what runs, and stop the loop; the next use starts it anew."""
        with self._lock:
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
        if loop is None or thread is None or self._pid != os.getpid():
            return

        async def finish() -> None:
            for each in self._closing[::-1]:
                try:
                    await each()
                except Exception:  # what else runs here has to be ended all the same
                    logger.exception("what was to be done at the end of the program failed")
            await _end_tasks()
            await loop.shutdown_asyncgens()

        asyncio.run_coroutine_threadsafe(finish(), loop).add_done_callback(
            lambda _: loop.call_soon_threadsafe(loop.stop)
        )
        thread.join(CLOSE_TIMEOUT)
        if not thread.is_alive():
            loop.close()


async def _end_tasks() -> None:
    """Cancel what runs until nothing does: what ends may start something, and gRPC's calls end a step at a time."""
    deadline = asyncio.get_running_loop().time() + STOP_TIMEOUT
    while tasks := [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]:
        left = deadline - asyncio.get_running_loop().time()
        if left <= 0:
            logger.warning("at the end of the program these went on: %s", ", ".join(str(task) for task in tasks))
            return
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=left)


_shared = IoLoop()  # one for each process, for the reason in this module's docstring
atexit.register(_shared.close)


def shared_io_loop() -> IoLoop:
    """The process's I/O loop."""
    return _shared


class HasIo(Protocol):
    """An object whose async methods run on an I/O loop."""

    @property
    def io(self) -> IoLoop: ...


S = TypeVar("S", bound=HasIo)


def blocking(method: Callable[Concatenate[S, P], Coroutine[Any, Any, T]]) -> Callable[Concatenate[S, P], T]:
    """The synchronous twin of an async method: same parameters, same result, same docstring."""

    def call(self: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self.io.block(method(self, *args, **kwargs))

    call.__doc__ = method.__doc__
    call.__name__ = method.__name__.removeprefix("aio_")
    call.__qualname__ = method.__qualname__.replace("aio_", "", 1)
    call.__module__ = method.__module__
    call.__wrapped__ = method  # type: ignore[attr-defined]  # what inspect.signature follows; functions take attributes
    return call
