"""Every call to the engine over gRPC: values in, values out, with its deadline, its retries and its errors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from hatchet._lazy import Deferred
from hatchet.errors import ApiError, BulkProgress
from hatchet.hooks import tell
from hatchet.options.values import RateLimitDuration
from hatchet.transport.progress import half_done
from hatchet.wire.run_calls import RunCalls
from hatchet.wire.topic_calls import TopicCalls
from hatchet.wire.worker_calls import WorkerCalls

if TYPE_CHECKING:
    from hatchet.wire import decode, encode_runs
    from hatchet.wire.values import Event, PushedEvent
else:
    # As in `calls`.
    decode = Deferred("hatchet.wire.decode")
    encode_runs = Deferred("hatchet.wire.encode_runs")

BULK_EVENTS = 1000  # events in one message: the engine's limit
STORED_EVENT = 160  # bytes that a stored event has besides what was sent: ids, a time, tags and lengths


class Gateway(RunCalls, WorkerCalls, TopicCalls):
    """The engine, as the rest of the client sees it. Its methods run on the I/O loop."""

    async def rest(self) -> None:
        """Keep nothing open that only a further call would use: the client is gone."""
        self.results.rest()

    async def push_event(self, event: Event) -> PushedEvent:
        """Push one event."""
        request = encode_runs.event(event)
        reply = await self._call(lambda channel: channel.events.push, request, f"Push {event.key}", idempotent=False)
        return self._pushed(decode.pushed_event(reply))

    def _pushed(self, event: PushedEvent) -> PushedEvent:
        self.recent.add((event.event_id,))
        if self.hooks.event_pushed:
            tell(self.hooks.event_pushed, lambda hook: hook.event_pushed(event))
        return event

    async def bulk_push(self, events: Sequence[Event]) -> list[PushedEvent]:
        """Push many events, in as few messages as their number and size allow.

        Raises:
            ApiError: some were not stored; `.progress` says which were.
        """
        pushed: list[PushedEvent] = []
        requests = [encode_runs.event(event) for event in events]
        # The answer has every event in it, with its ids.
        for chunk in self._chunks(requests, BULK_EVENTS, "BulkPush", echo=STORED_EVENT):
            request = encode_runs.bulk_event(chunk)
            try:
                reply = await self._call(
                    lambda channel: channel.events.bulk_push, request, "BulkPush", idempotent=False
                )
            except ApiError as error:
                uncertain = len(chunk) if error.sent else 0
                ids = tuple(event.event_id for event in pushed)
                half_done(error, BulkProgress(len(events), ids, uncertain=uncertain), "events were stored")
                raise
            pushed += [self._pushed(decode.pushed_event(message)) for message in reply.events]
        return pushed

    async def put_rate_limit(self, key: str, limit: int, duration: RateLimitDuration) -> None:
        """Create or change a rate limit."""
        request = encode_runs.rate_limit(key, limit, duration)
        await self._call(lambda channel: channel.workflows.put_rate_limit, request, f"PutRateLimit {key}")

    async def pause_rate_limit(self, key: str, until: datetime) -> datetime:
        """Let nothing start that uses a rate limit; when the pause ends, which is never earlier than it was."""
        request = encode_runs.rate_limit_pause(key, until)
        reply = await self._call(lambda channel: channel.workflows.pause_rate_limit, request, f"PauseRateLimit {key}")
        return decode.moment(reply.paused_until)
