"""What publishes to topics, and reads them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from hatchet._lazy import Deferred
from hatchet.errors import Unavailable, Unsupported
from hatchet.wire.calls import FRAME_SLACK, Calls, TranslatedErrors

if TYPE_CHECKING:
    from hatchet.wire import decode, encode_runs, versions
    from hatchet.wire.values import StoredMessages
else:
    # As in `calls`.
    decode = Deferred("hatchet.wire.decode")
    encode_runs = Deferred("hatchet.wire.encode_runs")
    versions = Deferred("hatchet.wire.versions")

INLINE: Final = 4 * 1024 * 1024 - FRAME_SLACK
"""Bytes of a message that the engine takes at once; more is uploaded first."""


class TopicCalls(Calls):
    """Durable streams."""

    @property
    def inline_limit(self) -> int:
        """Bytes that a message may have; a larger one is uploaded first."""
        return min(INLINE, self.config.grpc_max_send_message_length - FRAME_SLACK)

    async def publish(
        self, namespace: str, topic: str, payload: bytes, producer: str, number: int, ref: str = ""
    ) -> None:
        """Store a message; by its producer and number the engine knows one that is sent again."""
        request = encode_runs.topic_message(namespace, topic, payload, producer, number, ref)
        with _dated():
            await self._call(lambda channel: channel.topics.publish, request, f"Publish {topic}")

    async def topic_messages(self, namespace: str, topic: str, cursor: str | None) -> AsyncGenerator[StoredMessages]:
        """What a topic holds behind a place, and what comes, until the stream ends; one connection."""
        token = self._credential.current
        request = encode_runs.topic_question(namespace, topic, cursor)
        stream = self.channel.topics.subscribe(request, metadata=token.metadata)
        try:
            with _dated(), self.channel.opened(stream), TranslatedErrors(self, f"Subscribe {topic}", token):
                async for message in stream:
                    yield decode.stored_messages(message)
        except Unavailable as error:
            await self._explain(error)
            raise


@contextmanager
def _dated() -> Generator[None]:
    """Around a call: an engine that does not know it is told to be too old, by the version that brought it."""
    try:
        yield
    except Unsupported as error:
        needed = versions.text(versions.since("v1.V1Streams"))
        error.args = (f"durable streams need an engine of about {needed} or newer, where they are enabled: {error}",)
        raise
