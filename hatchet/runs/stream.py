"""What happens in a run while it runs: its events, and the chunks that its tasks send."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Final, Generic, Self, overload

from typing_extensions import TypeVar

from hatchet._lazy import Deferred
from hatchet.errors import ChunkError, HatchetError, TlsError, Unavailable
from hatchet.transport.io_loop import IoLoop, blocking
from hatchet.transport.retry import Backoff
from hatchet.transport.stream import OUTAGE_LIMIT
from hatchet.wire.gateway import Gateway

if TYPE_CHECKING:
    from hatchet.options import payload as payloads
    from hatchet.wire.values import RunEvent
else:
    # pydantic takes longer to load than all of this package; it is needed with the first typed stream.
    payloads = Deferred("hatchet.options.payload")

logger: Final = logging.getLogger("hatchet")

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
TRaw = TypeVar("TRaw")
TChunk_co = TypeVar("TChunk_co", covariant=True, default=str)

LINGER = 10.0  # s; an engine holds chunks back for up to 5 s to bring them in order, and tells of the end 2 s later
RECONNECT: Final = Backoff(first=0.2, limit=5.0)


class Subscription(Generic[TRaw, T_co]):
    """Values that come as they arise, in order; iterate over it with `async for`, or with `for` in sync code.

    It listens from the first step of the iteration on; what happened before is not repeated.
    """

    def __init__(self, io: IoLoop, source: Callable[[], AsyncGenerator[TRaw]], read: Callable[[TRaw], T_co]) -> None:
        self._io = io
        self._source = source
        self._read = read  # called by whoever iterates: it may be the user's code, which must not hold up the loop
        self._values: AsyncGenerator[TRaw] | None = None
        self._following: asyncio.Task[TRaw] | None = None
        self._ended = False

    @property
    def io(self) -> IoLoop:
        """The loop that it listens on."""
        return self._io

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T_co:
        values = await self._io.run(self._next())
        if not values:
            raise StopAsyncIteration
        return self._read(values[0])

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> T_co:
        values = self._io.block(self._next())
        if not values:
            raise StopIteration
        return self._read(values[0])

    async def _next(self) -> tuple[()] | tuple[TRaw]:
        """The next value, in a tuple; empty at the end, since StopAsyncIteration cannot cross from loop to loop."""
        if self._following is not None:
            raise HatchetError("this is iterated elsewhere already; subscribe once for each who listens")
        if self._ended:
            return ()
        if self._values is None:
            self._values = self._source()
        # A task of its own, so that `close` can end the wait of somebody else and only then the generator.
        self._following = asyncio.ensure_future(anext(self._values))
        try:
            return (await self._following,)
        except StopAsyncIteration:
            self._ended = True
            return ()
        except BaseException:
            if self._ended:  # closed, while this waited
                return ()
            self._ended = True
            raise
        finally:
            self._following = None

    async def aio_close(self) -> None:
        """Listen no more; whoever waits for the next value finds the end."""
        await self._io.run(self._close())

    async def _close(self) -> None:
        self._ended = True
        if self._following is not None:
            self._following.cancel()
            await asyncio.wait([self._following])
        if self._values is not None:
            await self._values.aclose()

    close: Final = blocking(aio_close)


class RunEventListener(Subscription["RunEvent", "RunEvent"]):
    """The events of a run, or of all runs whose metadata has a pair."""

    @classmethod
    def of_run(cls, gateway: Gateway, run_id: str) -> RunEventListener:
        """Listens to one run."""
        return cls(gateway.io, lambda: run_events(gateway, run_id), _itself)

    @classmethod
    def of_metadata(cls, gateway: Gateway, key: str, value: str) -> RunEventListener:
        """Listens to all runs whose metadata has a pair."""
        what = f"{key}={value}"
        return cls(gateway.io, lambda: _reconnecting(lambda: gateway.metadata_events(key, value), what), _itself)


class ChunkStream(Subscription["RunEvent", TChunk_co], Generic[TChunk_co]):
    """The chunks that the tasks of a run send with `ctx.put_stream`, those of each task in order.

    A chunk that is not of the type that was asked for raises ChunkError in its place; the ones after it can be read.
    """


@overload
def chunks_of(gateway: Gateway, run_id: str, chunk_type: None) -> ChunkStream: ...
@overload
def chunks_of(gateway: Gateway, run_id: str, chunk_type: type[T]) -> ChunkStream[T]: ...
def chunks_of(gateway: Gateway, run_id: str, chunk_type: Any) -> Any:
    """Listens to the chunks of one run: texts, or values of a type."""
    return ChunkStream(gateway.io, lambda: _chunks(gateway, run_id), _reader(str if chunk_type is None else chunk_type))


def _itself(event: RunEvent) -> RunEvent:
    return event


def _reader(chunk_type: Any) -> Callable[[RunEvent], Any]:
    if chunk_type is str:
        return lambda event: event.payload
    payload = payloads.payload_of(chunk_type)  # a type that pydantic does not know is refused here

    def read(event: RunEvent) -> Any:
        try:
            return payload.load_chunk(event.payload)
        except ValueError as error:  # pydantic's ValidationError is one
            raise ChunkError(
                f"chunk {event.index} of task run {event.task_run_id} (run {event.workflow_run_id}) "
                f"is no {payload.type_name}: {error}",
                run_id=event.workflow_run_id,
                chunk=event.payload,
            ) from error

    return read


async def run_events(gateway: Gateway, run_id: str) -> AsyncGenerator[RunEvent]:
    """The events of a run until it ends; a lost connection is made again. Runs on the I/O loop.

    Raises:
        NotFound: the engine has no such run.
        Unavailable: the engine stayed away for too long.
    """
    # An engine that is asked just when the run ends may tell of nothing, not even of the end; the result does.
    ended = asyncio.ensure_future(_ended(gateway, run_id))
    try:
        while True:
            events = _reconnecting(lambda: gateway.run_events(run_id), f"run {run_id}")
            async with aclosing(until_ended(events, ended)) as until:
                async for event in until:
                    yield event
                    if event.is_last:
                        return
            # An engine that closes the stream without a last event knows the run as ended, or ends itself.
            if ended.done() or (await gateway.run_details(run_id)).done:
                return
    finally:
        ended.cancel()


async def _ended(gateway: Gateway, run_id: str) -> None:
    """Wait until a run has ended; where that cannot be known, the events themselves have to say it."""
    try:
        await gateway.results.wait(run_id)
    except HatchetError as error:  # a client that was closed is told by the events
        logger.info("the end of run %s is not known from its result: %s", run_id, error)
        await asyncio.get_running_loop().create_future()


async def until_ended(
    events: AsyncGenerator[T_co], ended: asyncio.Future[None], linger: float = LINGER
) -> AsyncGenerator[T_co]:
    """The events, for a while longer than until the run has ended."""
    following: asyncio.Task[T_co] | None = None
    try:
        while True:
            following = asyncio.ensure_future(anext(events))
            if not ended.done():
                either: list[asyncio.Future[Any]] = [following, ended]
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if not following.done():
                await asyncio.wait([following], timeout=linger)
            if not following.done():
                return
            try:
                yield following.result()
            except StopAsyncIteration:
                return
    finally:
        if following is not None and not following.done():
            following.cancel()
            await asyncio.wait([following])
        await events.aclose()


async def _reconnecting(connect: Callable[[], AsyncGenerator[RunEvent]], what: str) -> AsyncGenerator[RunEvent]:
    failures, since = 0, 0.0
    clock = asyncio.get_running_loop().time
    while True:
        try:
            async with aclosing(connect()) as events:
                async for event in events:
                    failures = 0
                    yield event
        except Unavailable as error:
            failures += 1
            if failures == 1:
                since = clock()
                logger.warning("the events of %s were interrupted, what happens meanwhile is missed: %s", what, error)
            if isinstance(error, TlsError) or clock() - since > OUTAGE_LIMIT:
                raise
            await asyncio.sleep(RECONNECT.wait(failures))
        else:
            return


async def _chunks(gateway: Gateway, run_id: str) -> AsyncGenerator[RunEvent]:
    from hatchet.wire.values import StepRunEventType  # with the first run that is listened to

    async with aclosing(run_events(gateway, run_id)) as events:
        async for event in events:
            if event.type is StepRunEventType.STEP_RUN_EVENT_TYPE_STREAM:
                yield event
