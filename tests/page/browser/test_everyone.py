"""For everyone: axe objects to nothing in any view, and each fits a narrow window, in the light and in the dark."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it has no types
from playwright.sync_api import Browser, Page, ViewportSize, expect

from hatchet import Hatchet
from hatchet_api.rest import models
from tests.page.browser.people import Person, Served
from tests.page.programs import Order, Shop

pytestmark = pytest.mark.timeout(180)

NARROW: ViewportSize = {"width": 360, "height": 740}
WIDE: ViewportSize = {"width": 1280, "height": 900}


@pytest.fixture
def addresses(hatchet: Hatchet) -> Iterator[list[str]]:
    """Every view, of an engine that has something of everything."""
    shop = Shop(hatchet)
    with shop.worker():
        runs = [
            shop.flow.run_no_wait(Order(customer=name), additional_metadata={"team": "tea"})
            for name in ("Ada", "Nobody")
        ]
        hatchet.runs.wait_for([run.workflow_run_id for run in runs])
        asks, sleeps = shop.asks.run_no_wait(), shop.sleeps.run_no_wait()
        order, greet = shop.flow.id, shop.greet.id
        hatchet.cron.create("greet", "yearly", "0 0 1 1 *", {})
        hatchet.scheduled.create("greet", datetime(2099, 1, 1, tzinfo=timezone.utc), {})
        hatchet.rate_limits.put("calls", 7)
        hatchet.event.push("made:here", {"a-rather-long-name-without-a-break": "x" * 80}, scope="s")
        hatchet.webhooks.create("GENERIC", "hook", "input.key", models.V1WebhookBasicAuth(username="u", password="p"))
        yield [
            "/runs", "/runs?status=UNHEARD", "/runs?metadata=team:tea&status=FAILED", "/workflows", "/workers",
            "/events", "/crons", "/schedules", "/rate-limits", "/webhooks", f"/workflows/{order}",
            f"/workflows/{order}?as=json", f"/workflows/{greet}",
            *(f"/runs/{run.workflow_run_id}" for run in (*runs, asks, sleeps)),
            "/runs/00000000-0000-4000-8000-000000000000",
        ]  # fmt: skip


def open_all(window: Page) -> None:
    """Open what is folded."""
    window.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")


@pytest.mark.parametrize(("scheme", "size"), [("light", WIDE), ("dark", NARROW)], ids=["light-wide", "dark-narrow"])
def test_axe_objects_to_nothing_and_every_view_fits(
    addresses: list[str], person: Person, window: Page, scheme: Literal["light", "dark"], size: ViewportSize
) -> None:
    window.emulate_media(color_scheme=scheme)
    window.set_viewport_size(size)
    axe = Axe()
    for path in addresses:
        person.go(path)
        expect(window.locator("#live")).to_have_text("live" if person.is_live() else "")
        assert beyond(window) == 0, (path, widest(window))
        open_all(window)
        found = axe.run(window)
        assert found.violations_count == 0, (path, found.generate_report())
        assert beyond(window) == 0, (path, widest(window))


def beyond(window: Page) -> int:
    """How many pixels of the view do not fit beside the others."""
    return int(window.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def widest(window: Page) -> object:
    """What is too wide."""
    return window.evaluate(
        "[...document.querySelectorAll('main *')].filter((each) => each.getBoundingClientRect().right > innerWidth)"
        ".slice(0, 5).map((each) => each.outerHTML.slice(0, 200))"
    )


def test_the_door_is_for_everyone_too(person: Person, window: Page) -> None:
    window.context.clear_cookies()
    for path in ("/runs", "/enter?code=x"):
        person.go(path)
        assert "Who is there?" in window.content()
        assert Axe().run(window).violations_count == 0


def test_the_page_works_without_its_script(hatchet: Hatchet, browser: Browser, page_of: Served) -> None:
    shop = Shop(hatchet)
    with shop.worker(), browser.new_context(java_script_enabled=False) as context:
        person = Person(context.new_page())
        person.open(page_of.links[-1])
        person.choose("order")
        person.window.get_by_label("Customer").fill("Ada")
        person.window.get_by_role("button", name="Add an item to Items").click()
        person.window.get_by_label("Name").fill("tea")
        person.window.get_by_role("button", name="Start", exact=True).click()
        [run] = hatchet.runs.list().rows
        hatchet.runs.wait_for([run.workflow_run_external_id])
        person.window.reload()
        person.state("completed")
