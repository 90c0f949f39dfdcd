"""Somebody with a browser, and the page that they look at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Page, expect

from hatchet import Hatchet
from hatchet.page.serving import bound, serving

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@dataclass
class Served:
    """A page that is served."""

    links: list[str] = field(default_factory=list)

    @property
    def origin(self) -> str:
        """Where."""
        return self.links[0].partition("/enter")[0]


@contextmanager
def served(hatchet: Hatchet) -> Iterator[Served]:
    """Serve the page of an engine on the I/O loop, while a test drives a browser."""
    made = Served()
    serve = serving(hatchet, "an engine", bound(hatchet, port=0), made.links.append)
    hatchet.io.block(serve.__aenter__())
    try:
        yield made
    finally:
        hatchet.io.block(serve.__aexit__(None, None, None))


class Person:
    """Somebody who looks at a window, and notices what is not as it should be."""

    def __init__(self, window: Page) -> None:
        self.window = window
        self.origin = ""
        self._complaints: list[str] = []
        window.on("console", lambda message: self._complain(message.type, message.text))
        window.on("pageerror", lambda error: self._complaints.append(str(error)))
        window.on("request", lambda request: self._requested(request.url))

    def _complain(self, kind: str, text: str) -> None:
        # A status that is no success is what some tests are about; the browser calls it an error.
        if kind in ("error", "warning") and "the server responded with a status" not in text:
            self._complaints.append(text)

    def _requested(self, url: str) -> None:
        if self.origin and not url.startswith((self.origin, "data:", "about:")):
            self._complaints.append(f"asked for {url}")

    def open(self, link: str) -> None:
        """Open the link of the terminal."""
        self.origin = link.partition("/enter")[0]
        self.window.goto(link)
        expect(self.window).to_have_url(f"{self.origin}/runs")

    def go(self, path: str) -> None:
        """Go to an address."""
        self.window.goto(f"{self.origin}{path}")

    def choose(self, workflow: str) -> None:
        """Open the form of a workflow, by the menu."""
        self.window.get_by_role("link", name="Workflows").click()
        self.window.get_by_role("link", name=workflow, exact=True).click()
        expect(self.window.get_by_role("heading", level=1)).to_have_text(workflow)

    def is_live(self) -> bool:
        """Whether what is looked at changes by itself."""
        return bool(self.window.evaluate("Boolean(document.body.dataset.live)"))

    def state(self, state: str) -> None:
        """Wait until the run that is looked at is in a state."""
        expect(self.window.locator("#state")).to_contain_text(state)

    def check(self) -> None:
        """Nothing was asked of others, nothing was forbidden, nothing failed in the script."""
        assert self._complaints == []
