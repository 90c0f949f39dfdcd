"""Who reads which topic, and is to be told when there is more."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from contextlib import contextmanager

Key = tuple[str, str]
"""Namespace and name of a topic."""


class Reader:
    """One stream that reads a topic: it asks the store for what comes, and holds nothing itself."""

    def __init__(self) -> None:
        self.is_over: bool = False
        """Whether the engine stops."""
        self.news: asyncio.Event = asyncio.Event()
        """There may be more than when it looked last."""


class TopicReaders:
    """The streams that read topics."""

    def __init__(self) -> None:
        self._readers: dict[Key, dict[Reader, None]] = {}  # in order

    @contextmanager
    def reading(self, key: Key) -> Generator[Reader]:
        """While a stream reads a topic."""
        reader = Reader()
        of_topic = self._readers.setdefault(key, {})
        of_topic[reader] = None
        try:
            yield reader
        finally:
            del of_topic[reader]
            if not of_topic and self._readers.get(key) is of_topic:
                del self._readers[key]

    def published(self, key: Key) -> None:
        """A message of a topic is stored."""
        for reader in self._readers.get(key, ()):
            reader.news.set()

    def end_all(self) -> None:
        """Let all streams end."""
        for readers in self._readers.values():
            for reader in readers:
                reader.is_over = True
                reader.news.set()
