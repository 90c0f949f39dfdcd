"""What the page's door says to the letter: headers, cookies, links, files and refusals."""

from __future__ import annotations

import asyncio
import re
import socket
from pathlib import Path
from typing import Any

import httpx
import pytest

import hatchet.page
from hatchet import Hatchet
from hatchet.page import app, serving
from hatchet.page.session import CODES, LASTS, Sessions
from tests.canned import CannedEngine
from tests.page.answers import NONE
from tests.page.test_golden import visited

ORIGIN = {"origin": "http://127.0.0.1:8733"}
FORM = {**ORIGIN, "content-type": "application/x-www-form-urlencoded"}
FILES = Path(hatchet.page.__file__).parent / "static"


def test_cookie_and_address_of_an_engine_stay_what_they_are() -> None:
    made = Sessions("token")
    assert (made.cookie, made.address) == ("hatchet_page_5aeec91545a32d09", "127.179.70.5")
    assert (LASTS, CODES) == (604_800, 16)


def test_a_session_is_signed_and_has_a_proof_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets.token_urlsafe", lambda size: f"secret of {size}")
    used: list[int] = []
    made = Sessions("token", lambda: 1000.9)
    code = made.new_code()
    assert code == "secret of 24"
    assert made.enter("") is None
    made.used = lambda: used.append(1)
    cookie = made.enter(code)
    assert cookie == "605800.secret of 12.033u-sgkyVOBGhFUOJEfiJx5fnBf5UZfUllashPP48E"
    assert used == [1]
    found = made.session(cookie)
    assert found is not None
    assert found.proof == "0NKdenMKXw8niwy0IAVIps5YHm0goxtjYT1GjPyOLmc"


async def test_every_answer_has_the_same_headers() -> None:
    async with visited(CannedEngine(NONE)) as http:
        answers = [await http.get(path) for path in ("/workers", "/static/page.css", "/nowhere", "/")]
        answers.append(await http.post("/events/push"))
    for answer in answers:
        kept = {
            name: value
            for name, value in answer.headers.items()
            if name not in ("content-length", "content-type", "location")
        }
        assert kept == {
            "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
            "referrer-policy": "same-origin",
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
            "cache-control": "no-store",
        }


async def test_a_good_link_gives_a_cookie_and_leads_on() -> None:
    with CannedEngine(NONE).client() as hatchet:
        sessions = Sessions("token")
        page = app.Page(hatchet, sessions, "an engine").app
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=page), base_url="http://127.0.0.1:8733") as http:
            answer = await http.get("/enter", params={"code": sessions.new_code()})
            written = await http.post("/enter", data={"code": f" {sessions.new_code()} "}, headers=ORIGIN)
            empty = await http.post("/enter", data={}, headers=ORIGIN)
    for each in (answer, written):
        assert (each.status_code, each.headers["location"]) == (303, "/runs")
        assert re.fullmatch(
            r"hatchet_page_5aeec91545a32d09=\d+\.[\w-]{16}\.[\w-]{43};"
            r" HttpOnly; Max-Age=604800; Path=/; SameSite=strict",
            each.headers["set-cookie"],
        )
    assert (empty.status_code, "not good any more" in empty.text) == (401, False)


@pytest.mark.parametrize(
    ("name", "kind"), [("page.css", "text/css"), ("page.js", "text/javascript"), ("icon.svg", "image/svg+xml")]
)
async def test_files_are_those_of_the_package(name: str, kind: str) -> None:
    async with visited(CannedEngine({})) as http:
        answer = await http.get(f"/static/{name}")
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, kind)
    assert answer.content == (FILES / name).read_bytes()
    assert {path.name for path in FILES.iterdir()} == {*app.STATIC}


REFUSALS: list[tuple[str, str, dict[str, Any], int, str]] = [
    ("GET", "/static/none.js", {}, 404, "there is no such file"),
    ("GET", "/nowhere/at/all", {}, 404, "there is no such page"),
    ("POST", "/nowhere", {}, 404, "there is no such page"),
    ("GET", "/runs/", {}, 404, "there is no such page"),
    ("GET", "/events/push", {}, 404, "there is no such page"),
    ("GET", "/runs", {"headers": {"host": "evil.example"}}, 421, "this page is only served to this machine"),
    ("GET", "/runs", {"headers": {"sec-fetch-site": "cross-site"}}, 403, "another page made this request"),
    ("POST", "/events/push", {}, 403, "this form does not come from the page"),
    ("POST", "/events/push", {"headers": FORM}, 403, "this form is not of this session; reload the page"),
    ("POST", "/events/push", {"headers": FORM, "content": b"a" * (8 * 1024 * 1024)}, 403,
     "this form is not of this session; reload the page"),
    ("POST", "/events/push", {"headers": FORM, "content": b"a" * (8 * 1024 * 1024 + 1)}, 413, "a form may have 8 MB"),
    ("POST", "/events/push", {"headers": FORM, "content": b"&".join([b"a=b"] * 20_000)}, 403,
     "this form is not of this session; reload the page"),
    ("POST", "/events/push", {"headers": FORM, "content": b"&".join([b"a=b"] * 20_001)}, 400,
     "this is no form: Max number of fields exceeded"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "given", "status", "text"), REFUSALS)
async def test_a_refusal_says_why(method: str, path: str, given: dict[str, Any], status: int, text: str) -> None:
    async with visited(CannedEngine(NONE)) as http:
        answer = await http.request(method, path, **given)
    assert (answer.status_code, answer.text) == (status, f"{text}\n")


async def test_streams_are_for_those_with_a_session_and_room(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = {"accept": "text/event-stream"}
    async with visited(CannedEngine(NONE)) as http:
        monkeypatch.setattr("hatchet.page.live.STREAMS", 0)
        full = await http.get("/workers", headers=wanted)
        http.cookies.clear()
        stranger = await http.get("/workers", headers=wanted)
    assert (full.status_code, full.text) == (503, "too many views are followed already\n")
    assert (stranger.status_code, stranger.text) == (401, "this session has ended; open the newest link\n")


async def test_a_view_that_stays_is_followed_to_its_end() -> None:
    async with visited(CannedEngine(NONE)) as http:
        answer = await http.get("/runs?metadata=x", headers={"accept": "text/html, text/event-stream"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    kinds = re.findall(r"event: (\w+)", answer.text)
    assert (answer.text.startswith("retry: 1000\n\n"), kinds) == (True, ["part", "end"])


async def test_a_fault_of_the_page_itself_is_told_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    broken = CannedEngine({"GET /api/v1/tenants/t/worker": {"rows": []}})
    async with visited(broken) as http:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr("hatchet.page.lists.rows.worker", None)
            patched.setattr("hatchet.page.lists._listed", lambda *given: 1 / 0)
            answer = await http.get("/workers")
    assert answer.status_code == 500
    assert "<h1>The page is at fault</h1>" in answer.text
    assert "Something went wrong here; the terminal says what." in answer.text
    assert caplog.messages == ["the page failed to answer GET /workers"]


def test_a_link_of_a_form_without_a_session_does_nothing() -> None:
    async def sent() -> httpx.Response:
        async with visited(engine) as http:
            http.cookies.clear()
            return await http.post("/events/push", data={"key": "k"}, headers=ORIGIN)

    engine = CannedEngine(NONE)
    answer = asyncio.run(sent())
    assert (answer.status_code, "Who is there?" in answer.text, engine.asked) == (401, True, [])


# -- where it is served


@pytest.fixture
def hatchet_client() -> Hatchet:
    return CannedEngine(NONE).client()


async def test_links_are_of_the_address_that_is_served(hatchet_client: Hatchet) -> None:
    links: list[str] = []
    listener = serving.bound(hatchet_client, "127.0.0.1", 0)
    host, port = listener.getsockname()
    assert listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
    async with serving.serving(hatchet_client, "an engine", listener, links.append) as page:
        assert [re.sub(r"=[\w-]{32}$", "=CODE", link) for link in links] == [f"http://{host}:{port}/enter?code=CODE"]
        assert page.live.count == 0
        async with httpx.AsyncClient(trust_env=False) as http:
            await http.get(links[0])
        assert len(links) == 2
    assert page.live._ended.is_set()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((host, port), 1)


def test_the_port_and_the_address_are_tried_in_their_order(
    hatchet_client: Hatchet, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[tuple[str, int]] = []

    def refused(host: str, port: int) -> socket.socket:
        tried.append((host, port))
        raise OSError(f"no {host}:{port}")

    monkeypatch.setattr(serving, "_listener", refused)
    own = serving._sessions(hatchet_client).address
    for given, expected in (
        ((), [(own, 8733), ("127.0.0.1", 8733), (own, 0), ("127.0.0.1", 0)]),
        (("127.0.0.2",), [("127.0.0.2", 8733), ("127.0.0.2", 0)]),
        ((None, 5), [(own, 5), ("127.0.0.1", 5)]),
        (("::1", 5), [("::1", 5)]),
    ):
        tried.clear()
        with pytest.raises(OSError, match=f"^no {re.escape(expected[0][0])}:{expected[0][1]}$"):
            serving.bound(hatchet_client, *given)
        assert tried == expected
