"""What changes is sent to the browser, and nothing else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from hatchet import Context, EmptyModel, Hatchet
from hatchet.page import live
from tests.page.visitor import Visitor, words


@asynccontextmanager
async def followed(visitor: Visitor, path: str) -> AsyncIterator[AsyncIterator[tuple[str, dict[str, str]]]]:
    """The events of a view as they come."""

    async def events(lines: AsyncIterator[str]) -> AsyncIterator[tuple[str, dict[str, str]]]:
        kind = ""
        async for line in lines:
            if line.startswith("event: "):
                kind = line.removeprefix("event: ")
            elif line.startswith("data: "):
                yield kind, json.loads(line.removeprefix("data: "))

    async with asyncio.timeout(30), visitor.http.stream("GET", path, headers={"accept": "text/event-stream"}) as answer:
        assert answer.status_code == 200
        yield events(answer.aiter_lines())


async def test_a_run_is_followed_from_its_start_to_its_end(hatchet: Hatchet, visitor: Visitor) -> None:
    go = asyncio.Event()

    @hatchet.task(name="streams")
    async def streams(input: EmptyModel, ctx: Context) -> str:
        await go.wait()
        await ctx.aio_log("half of it")
        for number in range(3):
            await ctx.aio_put_stream(f"<{number}>")
        return "done"

    async with hatchet.worker("w", workflows=[streams]):
        ref = await streams.aio_run_no_wait()
        chunks, states, logs = "", [""], [""]
        async with followed(visitor, f"/runs/{ref.workflow_run_id}") as events:
            async for kind, data in events:
                if kind == "chunk":
                    chunks += data["text"]
                elif data.get("name") == "head":
                    states.append(words(data["html"]).partition("Workflow")[0])
                    if "running" in states[-1]:
                        hatchet.io.loop.call_soon_threadsafe(go.set)
                        go.set()
                elif data.get("name") == "log":
                    logs.append(words(data["html"]))
                assert data.get("name") not in ("chunks", "filters")
                if "completed" in states[-1] and "half of it" in logs[-1] and "<2>" in chunks:
                    break
        assert chunks == "<0><1><2>"
        assert "State ◐ running" in " ".join(states)


async def test_what_stays_is_sent_once(hatchet: Hatchet, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "BEAT", 0.0)
    names: list[str] = []
    async with followed(visitor, "/events") as events:
        await hatchet.event.aio_push("first", {})
        pushed = False
        async for kind, data in events:
            assert kind == "part"
            names.append(data["name"])
            if "first" in data["html"] and not pushed:
                pushed = True
                await hatchet.event.aio_push("second", {})
            if "second" in data["html"]:
                break
    assert set(names) == {"list"}  # the form, in which somebody may write, is never sent
    assert 2 <= len(names) <= 3


async def test_an_engine_that_goes_away_is_told_while_the_view_stays(hatchet: Hatchet, visitor: Visitor) -> None:
    async with followed(visitor, "/workers") as events:
        assert (await anext(events))[0] == "part"
        hatchet.stop_embedded()
        kind, data = await anext(events)
        assert (kind, "engine" in data["text"]) == ("trouble", True)


def test_an_engine_that_is_slow_is_asked_less_often() -> None:
    assert [live.pause(1.0, took) for took in (0.01, 0.5, 60.0)] == [1.0, 5.0, live.RAREST]


async def test_a_later_page_of_a_list_does_not_change_by_itself(visitor: Visitor) -> None:
    async with followed(visitor, "/runs?page=2") as events:
        assert [kind async for kind, _ in events] == ["part", "part", "end"]


async def test_no_more_views_are_followed_than_are_good_for_the_engine(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "STREAMS", 1)
    async with followed(visitor, "/workers") as events:
        await anext(events)
        refused = await visitor.http.get("/runs", headers={"accept": "text/event-stream"})
        assert (refused.status_code, "too many" in refused.text) == (503, True)


async def test_a_browser_that_is_gone_is_followed_no_more(visitor: Visitor) -> None:
    async with followed(visitor, "/workers") as events:
        await anext(events)
        assert visitor.page.live.count == 1
    async with asyncio.timeout(20):
        while visitor.page.live.count:
            await asyncio.sleep(0.02)
