"""A hostile page in the same browser, while the page is open: it starts nothing, reads nothing, and gets no cookie."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page

from hatchet import Context, EmptyModel, Hatchet
from tests.page.browser.people import Person, Served

pytestmark = pytest.mark.timeout(120)

ATTACK = """<!doctype html><title>kittens</title>
<form id="f" method="post" action="{target}" target="frame"><input name="key" value="k">
<input name="payload" value="{{}}"><input name="json" value="{{}}"><input name="proof" value="guessed"></form>
<form id="t" method="post" enctype="text/plain" action="{target}" target="frame2">
<input name="key=k&payload=" value="{{}}"></form>
<iframe name="frame"></iframe><iframe name="frame2"></iframe><iframe id="seen" src="{origin}/runs"></iframe>
<img src="{origin}/runs"><script src="{origin}/runs"></script><link rel="stylesheet" href="{origin}/runs">
<object data="{origin}/runs"></object>
<script>
window.read = [];
document.getElementById("f").submit();
document.getElementById("t").submit();
const body = new URLSearchParams({{ key: "k", payload: "{{}}", json: "{{}}" }});
const tries = ["cors", "no-cors"].flatMap((mode) => [
  fetch("{target}", {{ method: "POST", mode, credentials: "include", body }}),
  fetch("{origin}/runs", {{ mode, credentials: "include" }}),
  fetch("{origin}/runs", {{ mode, credentials: "include", headers: {{ accept: "text/event-stream" }} }}),
]);
navigator.sendBeacon("{target}", body);
const source = new EventSource("{origin}/runs", {{ withCredentials: true }});
source.addEventListener("part", (event) => window.read.push(event.data));
const opened = window.open("{origin}/runs");
window.done = Promise.allSettled(tries).then(async (answers) => {{
  for (const answer of answers)
    if (answer.status === "fulfilled") window.read.push(await answer.value.text());
  for (const frame of document.querySelectorAll("iframe"))
    try {{ window.read.push(frame.contentDocument.body.innerText); }} catch {{ }}
  try {{ window.read.push(opened.document.body.innerText); }} catch {{ }}
  await new Promise((done) => setTimeout(done, 500));
}});
</script>"""


class Hostile:
    """A server of somebody else on this machine."""

    def __init__(self, host: str) -> None:
        self.html = ""
        self.cookies: list[str] = []
        self.hits = 0
        hostile = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                hostile.hits += 1
                hostile.cookies += self.headers.get_all("cookie") or []
                content = hostile.html.encode()
                self.send_response(200)
                self.send_header("content-type", "text/html")
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:
                """Nobody reads it."""

        self.server = ThreadingHTTPServer((host, 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def origin(self) -> str:
        return f"http://{self.server.server_address[0]!s}:{self.server.server_address[1]}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(10)


@pytest.fixture(params=["another address", "another port"])
def hostile(request: pytest.FixtureRequest, page_of: Served) -> Iterator[Hostile]:
    """One on the usual address, and one that has found out the address of the page: browsers give it the cookie."""
    own = urlsplit(page_of.origin).hostname
    assert own is not None
    made = Hostile("127.0.0.1" if request.param == "another address" else own)
    yield made
    made.close()


def test_a_hostile_page_starts_nothing_and_reads_nothing(
    hatchet: Hatchet, person: Person, page_of: Served, context: BrowserContext, hostile: Hostile
) -> None:
    @hatchet.task(name="secret-name")
    async def secret(input: EmptyModel, ctx: Context) -> None: ...

    with hatchet.worker("w", workflows=[secret]):
        secret.run()
        for target in (f"/workflows/{secret.id}/start", "/events/push"):
            hostile.html = ATTACK.format(target=f"{page_of.origin}{target}", origin=page_of.origin)
            window = context.new_page()
            window.goto(hostile.origin)
            window.evaluate("window.done")
            read = window.evaluate("window.read")
            assert not [each for each in read if "secret-name" in each or "proof" in each]
            for frame in window.frames[1:]:
                assert "secret-name" not in frame.content()
            window.close()
        assert len(hatchet.runs.list().rows) == 1
        assert not hatchet.event.list().rows
        if urlsplit(hostile.origin).hostname == "127.0.0.1":
            assert hostile.hits
            assert hostile.cookies == []
    # The page itself goes on as if nothing had been.
    person.go("/runs")
    assert "secret-name" in person.window.content()


def test_a_link_of_another_page_leads_to_the_door(context: BrowserContext, person: Person, page_of: Served) -> None:
    hostile = Hostile("127.0.0.1")
    try:
        hostile.html = f'<title>x</title><a href="{page_of.origin}/runs">see</a>'
        window: Page = context.new_page()
        window.goto(hostile.origin)
        window.get_by_text("see").click()
        # The cookie is not sent along with what others have led to; a reload is one's own doing.
        assert "Who is there?" in window.content()
        window.goto(f"{page_of.origin}/runs")
        assert window.get_by_role("form", name="Filters").is_visible()
    finally:
        hostile.close()
