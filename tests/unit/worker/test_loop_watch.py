"""A loop that is kept from running is told of each time that it is, and counted."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Iterator

import pytest

from hatchet.worker.loop_watch import LoopWatch


@pytest.fixture
def watched() -> Iterator[asyncio.AbstractEventLoop]:
    """A loop that runs in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield loop
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


async def test_every_block_is_told_of_once_and_so_is_its_end(
    watched: asyncio.AbstractEventLoop, caplog: pytest.LogCaptureFixture
) -> None:
    names = ["the first", "the second", "the third"]
    current: list[str] = [""]
    release = threading.Event()

    def block() -> None:
        release.wait(20)

    async def identity() -> int:
        return threading.get_ident()

    thread = asyncio.run_coroutine_threadsafe(identity(), watched).result(20)
    watch = LoopWatch(watched, thread, 0.05, lambda: current[0])
    running = asyncio.create_task(watch.run())

    def said(words: str) -> list[str]:
        return [record.getMessage() for record in caplog.records if words in record.getMessage()]

    async def until(words: str, number: int) -> None:
        deadline = time.monotonic() + 20
        while len(said(words)) < number:
            assert time.monotonic() < deadline, words
            await asyncio.sleep(0.01)

    with caplog.at_level(logging.WARNING, "hatchet"):
        for number, name in enumerate(names, start=1):
            current[0] = name
            release.clear()
            watched.call_soon_threadsafe(block)
            await until("has kept the worker's loop from running", number)
            assert watch.is_blocked
            assert watch.blocked == number
            release.set()
            await until("the worker's loop runs again", number)
    running.cancel()
    assert [text.partition(" has kept")[0] for text in said("has kept")] == names
    assert ["in block" in text or " block" in text for text in said("has kept")] == [True] * 3
    assert len(said("runs again")) == 3


async def test_a_loop_that_is_closed_is_watched_no_longer() -> None:
    loop = asyncio.new_event_loop()
    loop.close()
    watch = LoopWatch(loop, threading.get_ident(), 0.05, lambda: "nobody")
    await asyncio.wait_for(watch.run(), 20)
    assert watch.blocked == 0
