"""What a browser that follows a view is sent, event by event."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest

from hatchet import Hatchet, HatchetError
from hatchet.page import live
from hatchet.page.live import Live
from hatchet.page.parts import Part, View


def view(*parts: tuple[str, str], every: float | None = 0.0, run_id: str | None = None) -> View:
    shown = [Part(name, text, is_live=name != "form") for name, text in parts]
    return View("Title", "Runs", shown, every=every, run_id=run_id)


def looks(*seen: View | Exception) -> Callable[[], Awaitable[View]]:
    """A view that changes with each look, and stays as it is at last."""
    left = [*seen]

    async def look() -> View:
        now = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(now, Exception):
            raise now
        return now

    return look


class Runs:
    """The chunks of runs, as a client gives them."""

    def __init__(self, **chunks: Sequence[str | Exception]) -> None:
        self.chunks = chunks
        self.listened: list[str] = []
        self.closed: list[str] = []
        self.goes_on = asyncio.Event()

    async def subscribe_to_stream(self, run_id: str) -> AsyncIterator[str]:
        self.listened.append(run_id)
        try:
            for chunk in self.chunks[run_id]:
                if isinstance(chunk, Exception):
                    raise chunk
                yield chunk
            await self.goes_on.wait()
        finally:
            self.closed.append(run_id)

    @property
    def hatchet(self) -> Hatchet:
        return cast(Hatchet, SimpleNamespace(runs=self))  # as far as it is used


async def sent(given: Live, look: Callable[[], Awaitable[View]], runs: Runs, until: str) -> list[tuple[str, Any]]:
    """The events up to the one that holds a text."""
    found: list[tuple[str, Any]] = []
    stream = given.follow(look, runs.hatchet)
    try:
        async with asyncio.timeout(20):
            assert await anext(stream) == "retry: 1000\n\n"
            async for text in stream:
                assert text.endswith("\n\n")
                for event in text.removesuffix("\n\n").split("\n\n"):
                    kind, _, data = event.partition("\ndata: ")
                    found.append((kind.removeprefix("event: "), json.loads(data or "null")))
                if until in text:
                    break
    finally:
        await stream.aclose()
    return found


def part(name: str, text: str) -> tuple[str, dict[str, str]]:
    return "part", {"name": name, "html": f'<div id="{name}" class="part">{text}</div>'}


async def test_parts_are_sent_when_they_change_and_a_form_never() -> None:
    first, second = view(("a", "1"), ("b", "1"), ("form", "1")), view(("a", "1"), ("b", "2"), ("form", "2"))
    given = Live()
    seen = looks(first, first, second, view(("a", "end"), every=None))
    found = await sent(given, seen, Runs(), "event: end")
    assert found == [part("a", "1"), part("b", "1"), part("b", "2"), part("a", "end"), ("end", {})]
    assert given.count == 0


async def test_trouble_is_told_once_and_its_end_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "TROUBLED", 0.0)
    seen = looks(view(("a", "1")), HatchetError("away"), HatchetError("away"), view(("a", "1")), HatchetError("again"))
    found = await sent(Live(), seen, Runs(), "again")
    assert found == [part("a", "1"), ("trouble", {"text": "away"}), ("fine", {}), ("trouble", {"text": "again"})]


async def test_an_engine_in_trouble_is_asked_again_in_two_seconds() -> None:
    followed = live._Followed(looks(HatchetError("away"), view(("a", "1"), every=7.0, run_id="r")))
    assert await followed.news() == ['event: trouble\ndata: {"text": "away"}\n\n']
    assert (followed.every, followed.run_id) == (2.0, None)
    assert [each.partition("\n")[0] for each in await followed.news()] == ["event: fine", "event: part"]
    assert (followed.every, followed.run_id) == (7.0, "r")


async def test_chunks_of_the_run_are_sent_as_they_come() -> None:
    runs = Runs(r=["a", "<b>"])
    seen = looks(view(every=60.0, run_id="r"))
    assert await sent(Live(), seen, runs, "<b>") == [("chunk", {"text": "a"}), ("chunk", {"text": "<b>"})]
    assert (runs.listened, runs.closed) == (["r"], ["r"])


async def test_chunks_that_nobody_takes_are_left_out_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "CHUNKS", 2)
    runs = Runs(r=["a", "b", "c", "d"], s=["e"])
    chunks = live._Chunks(runs.hatchet)
    chunks.listen(None)
    chunks.listen("r")
    await chunks.come.wait()
    assert chunks.taken() == ["a", "b", "\n[more has come than could be shown]\n"]
    assert (chunks.taken(), chunks.come.is_set()) == ([], False)
    chunks.listen("r")
    chunks.listen("s")
    await chunks.come.wait()
    assert chunks.taken() == ["e"]
    assert runs.listened == ["r", "s"]
    await chunks.close()
    await chunks.close()
    assert "s" in runs.closed
    runs.goes_on.set()
    await asyncio.sleep(0)


async def test_a_stream_of_chunks_that_has_ended_is_listened_to_again() -> None:
    runs = Runs(r=["a", HatchetError("lost")])
    chunks = live._Chunks(runs.hatchet)
    chunks.listen("r")
    task = chunks._task
    assert task is not None
    await asyncio.wait([task])
    chunks.listen("r")
    assert chunks._task is not task
    await asyncio.wait([cast("asyncio.Task[None]", chunks._task)])
    assert (chunks.taken(), runs.listened) == (["a", "a"], ["r", "r"])
    await chunks.close()


async def test_a_stream_without_news_says_something_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "BEAT", -1.0)
    given = Live()
    stream = given.follow(looks(view(every=0.0)), Runs().hatchet)
    assert [await anext(stream) for _ in range(3)] == ["retry: 1000\n\n", ":\n\n", ":\n\n"]
    assert given.count == 1
    await stream.aclose()
    assert given.count == 0


@pytest.mark.parametrize("ends", ["time", "page"])
async def test_a_stream_ends_in_time_and_with_the_page(monkeypatch: pytest.MonkeyPatch, ends: str) -> None:
    given = Live()
    if ends == "time":
        monkeypatch.setattr(live, "LASTS", 0.0)
    stream = given.follow(looks(view(("a", "1"), every=60.0)), Runs().hatchet)
    assert await anext(stream) == "retry: 1000\n\n"
    if ends == "page":
        assert (await anext(stream)).startswith("event: part")
        given.end()
    async with asyncio.timeout(10):
        assert [text async for text in stream] == []
    assert given.count == 0


def test_as_many_as_there_may_be_are_followed() -> None:
    given = Live()
    for count, is_full in ((live.STREAMS - 1, False), (live.STREAMS, True)):
        given.count = count
        assert given.is_full == is_full
    bounds = (live.STREAMS, live.LASTS, live.BEAT, live.SPARED, live.RAREST, live.TROUBLED, live.CHUNKS)
    assert bounds == (64, 600.0, 15.0, 10, 15.0, 2.0, 1000)
