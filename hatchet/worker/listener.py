"""One id of a worker at the engine: its registration, assignments and heartbeats. Lives on the I/O loop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing, suppress
from typing import Final

from hatchet.errors import (
    ApiError,
    DeadlineExceeded,
    FailedPrecondition,
    NotFound,
    PermissionDenied,
    TlsError,
    Unauthenticated,
    Unsupported,
    WorkerError,
)
from hatchet.transport.io_loop import IoLoop
from hatchet.transport.retry import Backoff, RetryPolicy, StreamClosed, Tries
from hatchet.version import __version__
from hatchet.wire.gateway import Gateway
from hatchet.wire.values import Assignment, AssignmentKind, AttemptKey

logger: Final = logging.getLogger("hatchet")

HEARTBEAT_PERIOD = 4.0  # s; the engine stops giving work to a worker that was silent for 5
#: The engine will not change its mind about these: the worker ends with them.
REFUSED = (Unauthenticated, PermissionDenied, Unsupported)
#: Anything else may pass: a worker stays for as long as it takes.
CONNECTION: Final = RetryPolicy(attempts=None, backoff=Backoff(first=0.1, limit=5.0), ends_it=REFUSED)
#: Heartbeats without an answer after which the connection is taken for dead (half-open) and made anew. The engine hands
#: a worker's tasks to others after 30 s of silence, and two beats take 14 s at most.
SILENT_HEARTBEATS = 2


class Listener:
    """Keeps a worker registered and connected, through restarts of the engine and losses of the network."""

    def __init__(
        self,
        gateway: Gateway,
        io: IoLoop,
        *,
        name: str,
        actions: Sequence[str],
        slots: Mapping[str, int],
        labels: Mapping[str, str | int],
        on_assignment: Callable[[Assignment, str], None],
        unsettled: Callable[[str], frozenset[AttemptKey]],
        on_worker_id: Callable[[str], None],
    ) -> None:
        self._gateway = gateway
        self._io = io
        self._name = name
        self._actions = actions
        self._slots = slots
        self._labels = labels
        self._on_assignment = on_assignment
        self._unsettled = unsettled
        self._on_worker_id = on_worker_id
        self._stream: asyncio.Task[None] | None = None
        self._lost_at: float | None = None
        self._leaving = False
        self._ended = False
        """Whether the stream has ended after the goodbye: nothing is on its way then."""
        self._received = asyncio.Event()
        self._forgotten = False
        self._has_work = False
        """Whether the engine has sent something by this stream, also if it has not confirmed a heartbeat yet."""
        self.worker_id: str = ""
        self.connected: asyncio.Event = asyncio.Event()
        self.lost: asyncio.Event = asyncio.Event()
        """The connection was lost; whoever acts on it clears it."""
        self.retired: bool = False
        """Whether another one has taken over, and this one stays only for what it has."""
        self.reconnects: int = 0
        """How often the connection was lost."""
        self.beat_at: float | None = None
        """When the engine took the last heartbeat, on this loop's clock."""

    async def register(self) -> None:
        """Introduce the worker; the engine gives it an id."""
        self.worker_id = await self._gateway.register_worker(
            self._name, self._actions, self._slots, self._labels, __version__
        )
        self._on_worker_id(self.worker_id)

    async def run(self) -> None:
        """Listen until cancelled.

        Raises:
            WorkerError: the engine refuses the worker for good.
        """
        heartbeats: asyncio.Task[None] | None = None

        def first_beat() -> None:
            nonlocal heartbeats
            heartbeats = self._io.spawn(self._heartbeats(), f"heartbeats of worker {self._name}")

        # After the stream's request has gone out: the engine looks for work when the first beat comes.
        asyncio.get_running_loop().call_soon(first_beat)
        try:
            await self._listen()
        finally:
            if heartbeats is not None:
                heartbeats.cancel()

    async def _listen(self) -> None:
        try:
            await CONNECTION.run(self._connect, on_failure=self._failed)
        except REFUSED as error:
            raise WorkerError(f"the engine refuses worker {self._name!r} for good: {error}") from error

    async def _connect(self, tries: Tries) -> None:
        """Listen to one stream until it ends; any end is a failure."""
        if self._forgotten:
            if self.retired:
                return  # the engine has forgotten the id, and with it all that it could send
            await self.register()  # a restart without its data: introduce the worker once more
            self._forgotten = False
        error = await self._end_of_stream()
        if self._leaving:
            self._ended = True
            self._received.set()
            await asyncio.Event().wait()  # until this listener is cancelled; its heartbeats go on
        if (self.connected.is_set() or self._has_work) and not isinstance(error, REFUSED):
            tries.progress()
            self._lost(error)
        self._forgotten = isinstance(error, NotFound)
        raise error

    async def _end_of_stream(self) -> ApiError:
        """Receive assignments until the stream ends; the error for its end."""
        self._has_work = False
        self._stream = asyncio.create_task(self._receive(), name=f"assignments of worker {self._name}")
        try:
            await self._stream
        except asyncio.CancelledError:
            # Either this listener is cancelled, or the heartbeats have ended a stream that is of no use any more.
            self._stream.cancel()
            current = asyncio.current_task()
            if current is not None and current.cancelling():
                raise
        except ApiError as error:
            return error
        return StreamClosed("ListenV2")

    def _failed(self, error: ApiError, tries: Tries) -> None:
        logger.debug("worker %s has no connection after %d tries: %s", self._name, tries.failures, error)

    async def leave(self) -> None:
        """Say goodbye; what the engine had sent before is still received, and heartbeats go on until the end."""
        if not self.worker_id:
            return
        self._leaving = True
        try:
            await self._gateway.unsubscribe(self.worker_id)
        except ApiError as error:
            logger.info("the farewell of worker %s did not arrive: %s", self._name, error)

    async def silence(self, seconds: float) -> None:
        """After the goodbye: wait until the engine has ended the stream, or no assignment has come for so long."""
        with suppress(TimeoutError):
            while not self._ended:
                self._received.clear()
                async with asyncio.timeout(seconds):
                    await self._received.wait()

    def _lost(self, error: ApiError) -> None:
        self.connected.clear()
        self._lost_at = asyncio.get_running_loop().time()
        self.reconnects += 1
        logger.warning("worker %s lost its connection and is reconnecting: %s", self._name, error)
        self.lost.set()

    async def _receive(self) -> None:
        # A restarted engine sends again, to the worker that it had sent it to, what it does not know to have begun. The
        # outcome may be delivered while that is on its way, so these are known beyond their end: on this stream only.
        known = self._unsettled(self.worker_id)
        async with aclosing(self._gateway.listen(self.worker_id)) as assignments:
            async for assignment in assignments:
                self._has_work = True
                self._received.set()
                if assignment.kind is AssignmentKind.CANCEL or assignment.key not in known:
                    self._on_assignment(assignment, self.worker_id)

    async def _heartbeats(self) -> None:
        """Send heartbeats at fixed times, however long the last one took: the engine tolerates one second of delay."""
        clock = asyncio.get_running_loop().time
        due, silent, warned = clock(), 0, False
        while True:
            try:
                await self._gateway.heartbeat(self.worker_id)
                silent = 0
                self._confirmed()
            except DeadlineExceeded as error:
                silent += 1
                logger.debug("a heartbeat of worker %s got no answer: %s", self._name, error)
                if silent % SILENT_HEARTBEATS == 0:
                    await self._gateway.reconnect()
                    self._end_stream()
            except FailedPrecondition:  # the engine takes the stream for closed, so nothing will come by it
                self._end_stream()
            except ApiError as error:  # no connection: gRPC is at it, and the stream ends by itself
                hopeless = isinstance(error, TlsError) and not warned  # until somebody changes a setting
                warned = warned or hopeless
                logger.log(
                    logging.WARNING if hopeless else logging.DEBUG,
                    "a heartbeat of worker %s failed: %s", self._name, error,
                )  # fmt: skip
            due = max(due + HEARTBEAT_PERIOD, clock())
            await asyncio.sleep(due - clock())

    def _end_stream(self) -> None:
        if self._stream is not None:
            self._stream.cancel()

    def _confirmed(self) -> None:
        """The engine took a heartbeat, so it has the stream: it refuses heartbeats of workers without one."""
        now = asyncio.get_running_loop().time()
        self.beat_at = now
        if not self.connected.is_set() and self._stream is not None and not self._stream.done():
            self.connected.set()
            if self._lost_at is None or self.retired:
                logger.info("worker %s (%s) listens", self._name, self.worker_id)
            else:
                logger.info(
                    "worker %s (%s) listens again, after %.1f s", self._name, self.worker_id, now - self._lost_at
                )
