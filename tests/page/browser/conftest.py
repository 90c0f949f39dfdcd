"""One browser for all tests here, of the system's: playwright's own is never fetched.

`BROWSER=required` makes a missing browser a failure: CI has one, and a test that is left out there would say nothing.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from hatchet import Hatchet
from tests.page.browser.people import ARGUMENTS, NAMES, Person, Served, served

PATIENCE = 20_000
"""Milliseconds that something may take to appear: the machine may be busy."""


@pytest.fixture(scope="package")  # while it is there no other test can run a loop in this process
def browser() -> Iterator[Browser]:
    """The browser."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        why = f"there is no browser here ({', '.join(NAMES)}): make browser"
        if os.environ.get("BROWSER") == "required":
            pytest.fail(why)
        pytest.skip(why)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser without a past."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def page_of(hatchet: Hatchet) -> Iterator[Served]:
    """The page of this test's engine."""
    with served(hatchet) as page:
        yield page


@pytest.fixture
def person(context: BrowserContext, page_of: Served) -> Iterator[Person]:
    """Somebody who has opened the link of the terminal."""
    person = Person(context.new_page())
    person.open(page_of.links[-1])
    yield person
    person.check()


@pytest.fixture
def window(person: Person) -> Page:
    """What they look at."""
    return person.window
