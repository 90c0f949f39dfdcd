"""What happens in a run while it runs: its events, and the chunks that its tasks send."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Final, Generic, overload

from typing_extensions import TypeVar

from hatchet._lazy import Deferred
from hatchet.errors import ApiError, ChunkError, HatchetError
from hatchet.runs.subscription import Feed, Subscription
from hatchet.transport.retry import STEADY, Backoff, RetryPolicy, StreamClosed, Tries
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
TChunk_co = TypeVar("TChunk_co", covariant=True, default=str)

LINGER = 10.0  # s; an engine holds chunks back for up to 5 s to bring them in order, and tells of the end 2 s later
RECONNECT: Final = RetryPolicy(
    attempts=None, backoff=Backoff(first=0.2, limit=5.0), outage_limit=OUTAGE_LIMIT, steady=STEADY
)


class RunEventListener(Subscription["RunEvent", "RunEvent"]):
    """The events of a run, or of all runs whose metadata has a pair.

    Where the connection was lost, an event of type `StreamEventType.STREAM_EVENT_TYPE_GAP` says that others may be
    missing.
    """

    @classmethod
    def of_run(cls, gateway: Gateway, run_id: str) -> RunEventListener:
        """Listens to one run."""
        return cls(gateway.io, lambda feed: _run_events(gateway, run_id, _Events(feed, run_id)), _itself)

    @classmethod
    def of_metadata(cls, gateway: Gateway, key: str, value: str) -> RunEventListener:
        """Listens to all runs whose metadata has a pair."""
        what = f"SubscribeToWorkflowEvents {key}={value}"
        return cls(
            gateway.io,
            lambda feed: _follow(lambda: gateway.metadata_events(key, value), what, _Events(feed, "")),
            _itself,
        )


class ChunkStream(Subscription["RunEvent", TChunk_co], Generic[TChunk_co]):
    """The chunks that the tasks of a run send with `ctx.put_stream`, those of each task in order.

    A chunk that is not of the type that was asked for raises ChunkError in its place; the ones after it can be read.
    Where the connection was lost, `interruptions` grows, and chunks that were sent meanwhile are missing.
    """


@overload
def chunks_of(gateway: Gateway, run_id: str, chunk_type: None) -> ChunkStream: ...
@overload
def chunks_of(gateway: Gateway, run_id: str, chunk_type: type[T]) -> ChunkStream[T]: ...
def chunks_of(gateway: Gateway, run_id: str, chunk_type: Any) -> Any:
    """Listens to the chunks of one run: texts, or values of a type."""
    return ChunkStream(
        gateway.io,
        lambda feed: _run_events(gateway, run_id, _Chunks(feed, run_id)),
        _reader(str if chunk_type is None else chunk_type),
    )


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


class _Events:
    """Hands on the events of a stream, and says where some may be missing."""

    def __init__(self, feed: Feed[RunEvent], run_id: str) -> None:
        self._feed = feed
        self._run_id = run_id
        self._gap_is_told = False
        self.count: int = 0
        """Events that have come."""

    @property
    def is_waiting(self) -> bool:
        """Whether the next event waits for the reader."""
        return self._feed.is_waiting

    async def take(self, event: RunEvent) -> None:
        """One more has come."""
        self.count += 1
        self._gap_is_told = False
        await self._hand_on(event)

    async def _hand_on(self, event: RunEvent) -> None:
        await self._feed.put(event)

    def lost(self, error: ApiError, tries: Tries) -> None:
        """The connection is lost: until the next event everything may be missing, which is told once."""
        if not self._gap_is_told:
            self._gap_is_told = True
            self._feed.interruptions += 1
            of = f"run {self._run_id}" if self._run_id else "runs with certain metadata"
            logger.warning("the events of %s were interrupted, what happens meanwhile is missed: %s", of, error)
            self._tell_gap(error)

    def _tell_gap(self, error: ApiError) -> None:
        from hatchet.wire.values import RunEvent, StreamEventType  # loaded, as there are events

        self._feed.put_now(
            RunEvent(
                workflow_run_id=self._run_id,
                type=StreamEventType.STREAM_EVENT_TYPE_GAP,
                payload=str(error),
                task_run_id=None,
                index=None,
                retry_count=None,
                is_last=False,
            )
        )


class _Chunks(_Events):
    """Hands on the chunks among the events; they can hold no word of a gap, so that it is only counted."""

    async def _hand_on(self, event: RunEvent) -> None:
        from hatchet.wire.values import StepRunEventType  # with the first run that is listened to

        if event.type is StepRunEventType.STEP_RUN_EVENT_TYPE_STREAM:
            await self._feed.put(event)

    def _tell_gap(self, error: ApiError) -> None:
        return None


async def _follow(
    connect: Callable[[], AsyncGenerator[RunEvent]],
    what: str,
    events: _Events,
    has_ended: Callable[[], Awaitable[bool]] | None = None,
) -> None:
    """Take events over as many connections as it takes. Runs on the I/O loop.

    Args:
        connect: opens a connection.
        what: the call, in words.
        events: what takes them.
        has_ended: whether there is nothing more to come, where that can be; asked when the engine closes the stream.

    Raises:
        ApiError: the engine refused for good, or stayed away for too long.
    """

    async def attempt(tries: Tries) -> None:
        async with aclosing(connect()) as received:
            async for event in received:
                tries.progress()
                await events.take(event)
                if event.is_last and has_ended is not None:
                    return
        if has_ended is None or not await has_ended():
            raise StreamClosed(what)

    await RECONNECT.run(attempt, on_failure=events.lost)


async def _run_events(gateway: Gateway, run_id: str, events: _Events, linger: float | None = None) -> None:
    """Take the events of a run until it ends.

    Raises:
        NotFound: the engine has no such run.
        Unavailable: the engine stayed away for too long.
    """
    # An engine that is asked just when the run ends may tell of nothing, not even of the end; the result does.
    ended = asyncio.ensure_future(_ended(gateway, run_id))

    async def has_ended() -> bool:
        # An engine that closes the stream without a last event knows the run as ended, or ends itself.
        return ended.done() or (await gateway.run_details(run_id, once=True)).done

    following = asyncio.ensure_future(
        _follow(lambda: gateway.run_events(run_id), f"SubscribeToWorkflowEvents {run_id}", events, has_ended)
    )
    try:
        await asyncio.wait([following, ended], return_when=asyncio.FIRST_COMPLETED)
        while not following.done():
            before = events.count
            await asyncio.wait([following], timeout=LINGER if linger is None else linger)
            if events.count == before and not events.is_waiting:
                break
        if following.done():
            following.result()
    finally:
        left = [task for task in (following, ended) if task.cancel()]
        if left:
            await asyncio.wait(left)


async def _ended(gateway: Gateway, run_id: str) -> None:
    """Wait until a run has ended; where that cannot be known, the events themselves have to say it."""
    try:
        await gateway.results.wait(run_id)
    except HatchetError as error:  # a client that was closed is told by the events
        logger.info("the end of run %s is not known from its result: %s", run_id, error)
        await asyncio.get_running_loop().create_future()
