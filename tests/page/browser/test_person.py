"""What people do: start a run by its form, watch it, look at the task that fails, run it again."""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pydantic import BaseModel

from hatchet import Context, EmptyModel, Hatchet
from tests.e2e.developing import developing, environment, until
from tests.page.browser.people import Person

pytestmark = pytest.mark.timeout(120)


class Item(BaseModel):
    name: str
    amount: int = 1


class Order(BaseModel):
    customer: str
    items: list[Item]
    note: str | None = None


def test_a_run_is_started_by_its_form_watched_and_replayed(hatchet: Hatchet, person: Person, window: Page) -> None:
    broken = threading.Event()
    broken.set()
    go = asyncio.Event()
    flow = hatchet.workflow("order", input_validator=Order)

    @flow.task()
    async def pack(input: Order, ctx: Context) -> str:
        await ctx.aio_log(f"packing {len(input.items)} items")
        await ctx.aio_put_stream("half ")
        await go.wait()
        await ctx.aio_put_stream("whole")
        return "a box"

    @flow.task(parents=[pack])
    async def send(input: Order, ctx: Context) -> str:
        if broken.is_set():
            raise ConnectionError("the post is closed")
        return f"sent to {input.customer}"

    with hatchet.worker("w", workflows=[flow]):
        person.choose("order")
        window.get_by_label("Customer").fill("Ada & <b>Bob</b>")
        for number, name in enumerate(("tea", "milk")):
            window.get_by_role("button", name="Add an item to Items").click()
            window.get_by_label("Name").nth(number).fill(name)
        window.get_by_role("button", name="Remove item 1 of Items").click()
        expect(window.get_by_label("Name")).to_have_value("milk")
        window.get_by_label("Amount").fill("3")
        window.get_by_role("button", name="Start", exact=True).click()

        expect(window).to_have_url(re.compile("/runs/[0-9a-f-]+$"))
        expect(window.get_by_text("The run has started.")).to_be_visible()
        person.state("running")
        expect(window.get_by_role("region", name="Log")).to_contain_text("packing 1 items")
        hatchet.io.loop.call_soon_threadsafe(go.set)
        person.state("failed")
        expect(window.get_by_role("link", name="send failed")).to_be_visible()
        expect(window.get_by_role("region", name="Chunks")).to_contain_text("whole")
        expect(window.locator("#task")).to_contain_text("ConnectionError: the post is closed")
        expect(window.get_by_role("region", name="Traceback of send")).to_contain_text("in send")

        broken.clear()
        window.get_by_role("button", name="Replay", exact=True).click()
        person.state("completed")
        window.get_by_role("link", name="send completed").click()
        expect(window.get_by_role("region", name="Output of send")).to_contain_text("sent to Ada & <b>Bob</b>")

        window.get_by_role("link", name="Run with another input").click()
        expect(window.get_by_label("Customer")).to_have_value("Ada & <b>Bob</b>")
        expect(window.get_by_label("Amount")).to_have_value("3")


def test_a_run_is_started_and_cancelled_by_the_keyboard_alone(hatchet: Hatchet, person: Person, window: Page) -> None:
    @hatchet.task(name="sleeps", execution_timeout="1h")
    async def sleeps(input: Item, ctx: Context) -> None:
        await asyncio.sleep(3600)

    def tab_to(name: str) -> None:
        for _ in range(60):
            window.keyboard.press("Tab")
            if window.evaluate("document.activeElement.innerText || document.activeElement.name || ''") == name:
                return
        pytest.fail(f"no way to {name}")

    with hatchet.worker("w", workflows=[sleeps], drain_timeout=0.1):
        window.keyboard.press("Tab")
        window.keyboard.press("Enter")
        assert window.evaluate("document.activeElement.id") == "main"
        person.go("/workflows")
        tab_to("sleeps")
        window.keyboard.press("Enter")
        expect(window.get_by_role("heading", level=1)).to_have_text("sleeps")
        tab_to("input/name")
        window.keyboard.type("Ada")
        window.keyboard.press("Enter")  # as in every form
        person.state("running")
        tab_to("Cancel")
        # The part is replaced meanwhile, again and again; the keyboard stays where it is.
        for _ in range(2):
            took = window.locator("#head").inner_text()
            expect(window.locator("#head")).not_to_have_text(took, use_inner_text=True)
        assert window.evaluate("document.activeElement.innerText") == "Cancel"
        window.keyboard.press("Enter")
        person.state("cancelled")


def test_the_list_changes_while_it_is_looked_at(hatchet: Hatchet, person: Person, window: Page) -> None:
    @hatchet.task(name="quick")
    async def quick(input: EmptyModel, ctx: Context) -> None: ...

    with hatchet.worker("w", workflows=[quick]):
        expect(window.get_by_text("No runs here.")).to_be_visible()
        quick.run()
        expect(window.get_by_role("row")).to_have_count(2)
        quick.run()
        expect(window.get_by_role("row")).to_have_count(3)
        window.get_by_role("link", name="failed").click()
        expect(window.get_by_text("No runs here.")).to_be_visible()


@pytest.fixture
def dev(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "hatchet", "init", "shop"]
    subprocess.run(command, cwd=tmp_path, env=environment(), check=True, capture_output=True)
    with developing(tmp_path / "shop") as process:
        yield process


def test_from_an_empty_folder_to_a_mended_task(
    tmp_path: Path, dev: subprocess.Popen[str], context: BrowserContext
) -> None:
    """`init`, `dev`, the page, a run by the form, a task that fails, an edit, the reload, a replay."""
    person = Person(context.new_page())
    person.open(until(dev, "page http").splitlines()[-1].split()[1])
    until(dev, "greet: greet")
    tasks = tmp_path / "shop" / "tasks.py"
    right = tasks.read_text()
    tasks.write_text(right.replace('return Greeting(text=f"Hello, {input.name}!")', "return Greeting(text=input.nmae)"))
    until(dev, "greet: greet")

    person.choose("greet")
    person.window.get_by_label("Name").fill("Ada")
    person.window.get_by_role("button", name="Start", exact=True).click()
    person.state("failed")
    traceback = person.window.get_by_role("region", name="Traceback of greet")
    expect(traceback).to_contain_text("return Greeting(text=input.nmae)")
    expect(person.window.locator("#task")).to_contain_text("AttributeError")

    tasks.write_text(right)
    until(dev, "greet: greet")
    person.window.get_by_role("button", name="Replay", exact=True).click()
    person.state("completed")
    expect(person.window.get_by_role("region", name="Output of greet")).to_contain_text("Hello, Ada!")
    expect(person.window.get_by_role("region", name="Log")).to_contain_text("greeting Ada")
    person.check()
    dev.send_signal(signal.SIGTERM)
    assert dev.wait(60) == 0
