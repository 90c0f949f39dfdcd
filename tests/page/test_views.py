"""What the views show of an engine that works."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from html.parser import HTMLParser

import pytest

from hatchet import Hatchet
from hatchet.page import lists
from hatchet.page.app import VIEWS
from tests.page.programs import EVIL, Order, Shop
from tests.page.visitor import Visitor, words

MISSING = "00000000-0000-4000-8000-000000000000"


async def seen(look: Callable[[], Awaitable[str]], *expected: str) -> str:
    """Look until all of this is to be read; what is read then."""
    async with asyncio.timeout(20):
        while True:
            text = words(await look())
            if all(each in text for each in expected):
                return text
            await asyncio.sleep(0.02)


async def ended(hatchet: Hatchet, run_id: str) -> None:
    """Wait for the end of a run, whatever it is."""
    await hatchet.runs.aio_wait_for([run_id])


async def test_a_run_shows_its_tasks_their_attempts_errors_output_and_log(shop: Shop, visitor: Visitor) -> None:
    ref = await shop.flow.aio_run_no_wait(Order(customer="Ada"), additional_metadata={"team": "tea"})
    await ref.aio_result()
    text = await seen(lambda: visitor.see(f"/runs/{ref.workflow_run_id}"), "completed", "counting for Ada")
    assert "Task pack" in text
    assert '"packed for Ada"' in text
    assert "ValueError: no box for Ada" in text
    assert '"team": "tea"' in text
    html = await visitor.see(f"/runs/{ref.workflow_run_id}")
    assert len(re.findall(r'class="ran (failed|completed)"', html)) == 3  # count, and pack twice
    picture = re.search(r"<svg[^>]*class=\"tasks\".*?</svg>", html, re.DOTALL)
    assert picture is not None
    assert words(picture[0]).split() == ["count", "completed", "pack", "completed", "sorry-on-failure", "skipped"]
    box = r'task=([0-9a-f-]+)#task"><g class="task completed"><rect[^>]*><text[^>]*>count'
    [task] = set(re.findall(box, html))
    assert "Task count" in words(await visitor.see(f"/runs/{ref.workflow_run_id}?task={task}"))
    await visitor.see(f"/tasks/{task}")
    assert visitor.where == f"/runs/{ref.workflow_run_id}?task={task}"


async def test_a_failed_run_shows_the_traceback_of_the_task_that_failed(shop: Shop, visitor: Visitor) -> None:
    ref = await shop.flow.aio_run_no_wait(Order(customer="Nobody"))
    text = await seen(
        lambda: visitor.see(f"/runs/{ref.workflow_run_id}"), "Task pack", "Traceback (most recent call last)"
    )
    assert "in pack" in text
    assert "__hatchet_error_metadata__" not in text


async def test_the_list_is_filtered_and_counted(shop: Shop, visitor: Visitor) -> None:
    for customer, team in (("Ada", "tea"), ("Nobody", "coffee"), ("Bob", "tea")):
        ref = await shop.flow.aio_run_no_wait(Order(customer=customer), additional_metadata={"team": team})
        await ended(shop.hatchet, ref.workflow_run_id)
    await shop.greet.aio_run("Ada")

    async def listed(query: str) -> list[str]:
        return re.findall(r'<tr><th scope="row"><a href="/runs/[0-9a-f-]+">(\w+)', await visitor.see(f"/runs?{query}"))

    assert await listed("") == ["greet", "order", "order", "order"]
    assert await listed("status=FAILED") == ["order"]
    assert await listed("metadata=team:tea") == ["order", "order"]
    assert await listed("metadata=team:tea&status=FAILED") == []
    assert await listed(f"workflow={await shop.greet.aio_get_id()}") == ["greet"]
    assert await listed("name=ree") == ["greet"]
    assert await listed("past=15m&before=2026-01-01T00:00") == []
    assert await listed("page=2") == []
    assert "all 4 ○ queued 0 ◐ running 0 ✓ completed 3 ✕ failed 1 ⊘ cancelled 0" in words(await visitor.see("/runs"))
    assert "team: tea" in words(await visitor.see("/runs"))
    for wrong in ("status=UNHEARD", "metadata=x", "before=never", "name=unheard"):
        assert "No runs" not in await visitor.see(f"/runs?{wrong}", 400)


async def test_many_runs_are_shown_page_by_page(shop: Shop, visitor: Visitor) -> None:
    await shop.greet.aio_run_many([shop.greet.create_bulk_run_item(str(number)) for number in range(120)])
    first, last = await visitor.see("/runs"), await visitor.see("/runs?page=3")
    assert (first.count('<tr><th scope="row">'), last.count('<tr><th scope="row">')) == (50, 20)
    assert ("page 1 of 3" in first, "Newer" in first, "Older" in first) == (True, False, True)
    assert ("page 3 of 3" in last, "Newer" in last, "Older" in last) == (True, True, False)


async def test_a_list_that_goes_on_says_so(hatchet: Hatchet, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MOST", 2)
    for number in range(3):
        await hatchet.rate_limits.aio_put(f"limit {number}", 1)
        text = words(await visitor.see("/rate-limits"))
        assert ("Only the first 2 are shown" in text) == (number == 2)
        assert text.count("Delete") == min(number + 1, 2)


async def test_search_finds_runs_by_id_of_run_and_task_by_metadata_and_by_workflow(
    shop: Shop, visitor: Visitor
) -> None:
    ref = await shop.flow.aio_run_no_wait(Order(customer="Ada"), additional_metadata={"team": "tea"})
    await ref.aio_result()
    run = await shop.hatchet.runs.aio_get(ref.workflow_run_id)
    await visitor.see(f"/find?q={ref.workflow_run_id.upper()}")
    assert visitor.where == f"/runs/{ref.workflow_run_id}"
    task = run.tasks[0].task_external_id
    await visitor.see(f"/find?q={task}")
    assert visitor.where == f"/runs/{ref.workflow_run_id}?task={task}"
    assert ref.workflow_run_id in await visitor.see("/find?q=team:tea")
    assert ref.workflow_run_id in await visitor.see("/find?q=rde")
    assert "There is no such thing" in await visitor.see(f"/find?q={MISSING}", 404)


async def test_a_durable_task_shows_its_log_and_the_runs_that_it_started(shop: Shop, visitor: Visitor) -> None:
    ref = await shop.asks.aio_run_no_wait()
    text = await seen(lambda: visitor.see(f"/runs/{ref.workflow_run_id}"), "an answer", "Created greet ✓ completed")
    assert re.search(r"1 1 run run of greet ✓ completed", text)
    assert re.search(r"2 1 wait for an answer ◐ running", text)
    children = await visitor.see(f"/runs?parent={ref.workflow_run_id}&past=all")
    assert re.findall(r'<th scope="row"><a href="/runs/[0-9a-f-]+">(\w+)', children) == ["greet"]


async def test_workflows_workers_and_all_that_starts_runs_are_listed(shop: Shop, visitor: Visitor) -> None:
    hatchet = shop.hatchet
    await hatchet.cron.aio_create("greet", "yearly", "0 0 1 1 *", {})
    await hatchet.rate_limits.aio_put("calls", 7)
    await hatchet.event.aio_push("made:here", {"n": 1})
    assert "order active takes orders" in words(await visitor.see("/workflows"))
    assert "the shop's ✓ active default 0/100" in words(await visitor.see("/workers"))
    assert "greet yearly 0 0 1 1 * yes" in words(await visitor.see("/crons"))
    assert "calls 7 7" in words(await visitor.see("/rate-limits"))
    assert "made:here" in words(await visitor.see("/events"))
    assert "No scheduled runs." in words(await visitor.see("/schedules"))
    assert "No webhooks" in words(await visitor.see("/webhooks"))


async def test_what_there_is_not_is_told(visitor: Visitor) -> None:
    for path in VIEWS:
        if "{" in path:
            assert "There is no such thing" in await visitor.see(re.sub(r"\{\w+:uuid\}", MISSING, path), 404)
    await visitor.see("/nowhere", 404)
    await visitor.see("/static/nothing.js", 404)
    await visitor.see("/static/..%2fapp.py", 404)
    await visitor.see("/runs/no-id", 404)


async def test_an_engine_that_is_away_is_told(hatchet: Hatchet, visitor: Visitor) -> None:
    hatchet.stop_embedded()
    assert "The engine does not answer" in await visitor.see("/workers", 502)


async def test_whatever_people_write_stays_text(hatchet: Hatchet, visitor: Visitor) -> None:
    from hatchet import Context

    flow = hatchet.workflow("evil", input_validator=dict[str, str], description=EVIL)

    @flow.task(name="first")
    async def first(input: dict[str, str], ctx: Context) -> str:
        await ctx.aio_log(EVIL)
        return EVIL

    @flow.task(name="second", parents=[first])
    async def second(input: dict[str, str], ctx: Context) -> None:
        raise RuntimeError(EVIL)

    async with hatchet.worker(EVIL, workflows=[flow], labels={"x": EVIL}):
        ref = await flow.aio_run_no_wait({EVIL: EVIL}, additional_metadata={"evil": EVIL})
        await ended(hatchet, ref.workflow_run_id)
        await hatchet.event.aio_push("evil", {EVIL: EVIL}, scope=EVIL)
        await hatchet.rate_limits.aio_put(EVIL, 3)
        await hatchet.cron.aio_create("evil", EVIL, "0 0 1 1 *", {EVIL: EVIL})
        run = f"/runs/{ref.workflow_run_id}"
        tasks = [task.task_external_id for task in (await hatchet.runs.aio_get(ref.workflow_run_id)).tasks]
        evil = await flow.aio_get_id()
        form = f"/workflows/{evil}"
        pages = [
            run, *(f"{run}?task={task}" for task in tasks), "/runs", form, f"{form}?from={ref.workflow_run_id}",
            f"{form}?as=json", "/workflows", "/workers", "/events", "/rate-limits", "/crons",
        ]  # fmt: skip
        for path in pages:
            html = await visitor.see(path)
            assert_plain(html)
            assert "alert(1)" in html, path
    for path in (
        f"/runs?metadata={EVIL}",
        f"/runs?workflow={EVIL}",
        f"/runs?status={EVIL}",
        f"/runs?name={EVIL}",
        f"/find?q={EVIL}",
        f"/runs?done={EVIL}",
        f"/enter?code={EVIL}",
    ):
        answer = await visitor.http.get(path, follow_redirects=True)
        assert_plain(answer.text)


class Attributes(HTMLParser):
    """The names of all attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names |= {name for name, _ in attrs}


def assert_plain(html: str) -> None:
    """Nothing in it but what the page itself has: one script, no handler, no style."""
    assert re.findall(r"<script[^>]*>", html) in ([], ['<script src="/static/page.js" defer>'])
    reader = Attributes()
    reader.feed(html)
    assert not [name for name in reader.names if name == "style" or name.startswith("on")]
    assert "<img" not in html
    assert html.count("</title>") == 1
