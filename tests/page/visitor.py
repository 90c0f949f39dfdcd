"""A browser of few words: keeps the cookie, knows the proof of its session, and sends forms as a browser does."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx

from hatchet import Hatchet
from hatchet.page.app import Page
from hatchet.page.serving import bound, serving


@dataclass
class Visitor:
    """Someone who looks at the page of an engine."""

    http: httpx.AsyncClient
    page: Page
    links: list[str]
    """Those that the terminal has shown."""
    proof: str = ""
    where: str = field(default="", repr=False)
    """The address after the last answer."""

    async def enter(self) -> None:
        """Open the newest link."""
        answer = await self.http.get(self.links[-1])
        assert (answer.status_code, answer.headers["location"]) == (303, "/runs")
        [self.proof] = set(re.findall(r'name="proof" value="([^"]+)"', await self.see("/events")))

    async def see(self, path: str, status: int = 200) -> str:
        """What a view says, as HTML."""
        return await self._followed(await self.http.get(path), status)

    async def send(self, path: str, status: int = 200, /, **fields: str) -> str:
        """Send a form as a page of this session does; what is seen then."""
        form = {"proof": self.proof, **fields}
        return await self._followed(await self.http.post(path, data=form, headers={"origin": self.origin}), status)

    async def _followed(self, answer: httpx.Response, status: int) -> str:
        while answer.status_code == 303:
            answer = await self.http.get(answer.headers["location"])
        assert answer.status_code == status, words(answer.text)
        self.where = str(answer.url).removeprefix(self.origin)
        return answer.text

    @property
    def origin(self) -> str:
        """Where the page is."""
        return str(self.http.base_url).rstrip("/")


@asynccontextmanager
async def visiting(hatchet: Hatchet) -> AsyncIterator[Visitor]:
    """Serve the page of an engine, and visit it."""
    links: list[str] = []
    async with serving(hatchet, "an engine", bound(hatchet, port=0), links.append) as page:
        base = links[0].partition("/enter")[0]
        async with httpx.AsyncClient(base_url=base, trust_env=False, verify=False, timeout=20) as http:
            visitor = Visitor(http, page, links)
            await visitor.enter()
            yield visitor


def words(text: str) -> str:
    """What a person reads in HTML."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())
