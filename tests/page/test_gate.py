"""Who may use the page, and what a page of others can do: nothing."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from ipaddress import ip_address

import httpx
import pytest

from hatchet import Hatchet
from hatchet.errors import InputError
from hatchet.page.actions import ACTIONS
from hatchet.page.app import VIEWS
from hatchet.page.serving import bound
from hatchet.page.session import CODES, LASTS, Session, Sessions
from tests.page.visitor import Visitor

ID = "00000000-0000-4000-8000-000000000000"
ANY = re.compile(r"\{\w+:uuid\}")


def test_a_link_lets_one_browser_in() -> None:
    sessions = Sessions("token")
    code = sessions.new_code()
    found = [sessions.session(sessions.enter(each)) for each in ("another", code, code)]
    assert [each is not None for each in found] == [False, True, False]


def test_a_session_ends_after_a_week_and_is_of_one_engine() -> None:
    now = 1_000_000.0
    sessions = Sessions("token", lambda: now)
    cookie = sessions.enter(sessions.new_code()) or ""
    first = sessions.session(cookie)
    assert isinstance(first, Session)
    assert Sessions("token", lambda: now + LASTS - 1).session(cookie) == first
    assert Sessions("token", lambda: now + LASTS).session(cookie) is None
    assert Sessions("other", lambda: now).session(cookie) is None
    for broken in (None, "", "..", f"{cookie}x", cookie.replace(".", ".x", 1), f"9{cookie}", "é"):
        assert sessions.session(broken) is None


def test_two_sessions_have_proofs_of_their_own() -> None:
    sessions = Sessions("token")
    first, second = (sessions.session(sessions.enter(sessions.new_code())) for _ in range(2))
    assert isinstance(first, Session)
    assert isinstance(second, Session)
    assert first.proof != second.proof


def test_no_more_links_are_good_than_a_few() -> None:
    sessions = Sessions("token")
    codes = [sessions.new_code() for _ in range(CODES + 1)]
    assert [sessions.enter(code) is not None for code in codes] == [False, *[True] * CODES]


def test_an_engine_has_an_address_and_a_cookie_of_its_own() -> None:
    made = [Sessions(f"token {number}") for number in range(200)]
    assert [each.address for each in made if not ip_address(each.address).is_loopback] == []
    assert len({each.address for each in made}) == len({each.cookie for each in made}) == 200
    assert Sessions("token").address == Sessions("token").address


@pytest.mark.parametrize("address", ["0.0.0.0", "192.168.0.1", "example.com", ""])
def test_the_page_is_served_to_this_machine_alone(hatchet: Hatchet, address: str) -> None:
    with pytest.raises(InputError, match="no loopback address"):
        bound(hatchet, address)


def test_a_port_that_is_taken_is_left_for_another_unless_it_is_asked_for(hatchet: Hatchet) -> None:
    with bound(hatchet, "127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            bound(hatchet, "127.0.0.1", port)
    with bound(hatchet) as usual, bound(hatchet) as other:
        assert usual.getsockname() != other.getsockname()


def test_where_there_is_one_loopback_address_it_is_taken(hatchet: Hatchet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Sessions, "address", "192.0.2.1")  # of documentation: no machine has it
    with bound(hatchet, port=0) as listener:
        assert listener.getsockname()[0] == "127.0.0.1"


async def test_the_terminal_shows_another_link_when_one_was_used(visitor: Visitor) -> None:
    assert len(visitor.links) == 2
    async with httpx.AsyncClient(trust_env=False, verify=False) as other:
        used = await other.get(visitor.links[0])
        assert (used.status_code, "not good any more" in used.text, used.cookies) == (401, True, httpx.Cookies())
        written = await other.post(
            f"{visitor.origin}/enter", data={"code": visitor.links[1].partition("=")[2]},
            headers={"origin": visitor.origin},
        )  # fmt: skip
        assert (written.status_code, len(other.cookies)) == (303, 1)


async def test_the_cookie_is_for_this_page_alone_and_no_token_stands_anywhere(
    hatchet: Hatchet, visitor: Visitor
) -> None:
    async with httpx.AsyncClient(trust_env=False, verify=False) as fresh:
        answer = await fresh.get(visitor.links[-1])
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "domain" not in cookie
    token = hatchet.config.token
    assert token not in cookie + visitor.links[-1] + answer.headers["location"]
    for path in VIEWS:
        if "{" not in path:
            assert token not in await visitor.see(path)


async def test_every_answer_forbids_what_the_page_does_not_do(visitor: Visitor) -> None:
    for path in ["/", *VIEWS, "/find", "/enter", "/static/page.css", "/nowhere"]:
        answer = await visitor.http.get(ANY.sub(ID, path))
        policy = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
        assert policy.pop("default-src") == "'none'"
        assert policy.pop("base-uri") == policy.pop("frame-ancestors") == "'none'"
        assert set(policy.values()) == {"'self'"}
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"


async def test_without_a_session_nothing_is_seen(visitor: Visitor) -> None:
    async with httpx.AsyncClient(base_url=visitor.origin, trust_env=False, verify=False) as other:
        for path in [*VIEWS, "/find?q=x", f"/tasks/{ID}"]:
            answer = await other.get(ANY.sub(ID, path))
            assert (answer.status_code, "Who is there?" in answer.text) == (401, True), path
        for path in VIEWS:
            followed = await other.get(ANY.sub(ID, path), headers={"accept": "text/event-stream"})
            assert (followed.status_code, "session" in followed.text) == (401, True), path


HOSTILE: Mapping[str, dict[str, str]] = {
    "of another origin": {"origin": "http://127.0.0.1:1"},
    "of another port": {"origin": "http://localhost:1"},
    "of a frame without an origin": {"origin": "null"},
    "without an origin": {},
}


@pytest.mark.parametrize("headers", HOSTILE.values(), ids=HOSTILE)
async def test_a_form_of_another_page_does_nothing(visitor: Visitor, headers: dict[str, str]) -> None:
    for action in ACTIONS:
        answer = await visitor.http.post(ANY.sub(ID, action), data={"proof": visitor.proof}, headers=headers)
        assert (answer.status_code, answer.text) == (403, "this form does not come from the page\n"), action


async def test_a_form_without_the_proof_of_the_session_does_nothing(visitor: Visitor) -> None:
    headers = {"origin": visitor.origin}
    for action in ACTIONS:
        for proof in ("", "x", "é"):
            form = {"key": "k", "payload": "{}", "proof": proof}
            answer = await visitor.http.post(ANY.sub(ID, action), data=form, headers=headers)
            assert (answer.status_code, "not of this session" in answer.text) == (403, True), action
    assert "No events yet." in await visitor.see("/events")


async def test_a_form_without_a_session_does_nothing(visitor: Visitor) -> None:
    async with httpx.AsyncClient(base_url=visitor.origin, trust_env=False, verify=False) as other:
        form = {"key": "k", "payload": "{}", "proof": visitor.proof}
        answer = await other.post("/events/push", data=form, headers={"origin": visitor.origin})
        assert answer.status_code == 401
    assert "No events yet." in await visitor.see("/events")


@pytest.mark.parametrize("site", ["cross-site", "same-site", "unheard-of"])
async def test_other_pages_can_lead_here_and_do_nothing_else(visitor: Visitor, site: str) -> None:
    for kind in ("iframe", "image", "script", "empty", "object", ""):
        headers = {"sec-fetch-site": site, "sec-fetch-dest": kind}
        assert (await visitor.http.get("/runs", headers=headers)).status_code == 403
    led = await visitor.http.get("/runs", headers={"sec-fetch-site": site, "sec-fetch-dest": "document"})
    assert led.status_code == 200
    sent = await visitor.http.post(
        "/events/push", data={"key": "k", "proof": visitor.proof},
        headers={"origin": visitor.origin, "sec-fetch-site": site, "sec-fetch-dest": "document"},
    )  # fmt: skip
    assert sent.status_code == 403


async def test_a_name_that_others_lead_here_is_not_served(visitor: Visitor) -> None:
    for host in (
        "evil.example",
        "evil.example:8733",
        "127.0.0.1.evil.example",
        "localhost.evil",
        "x@127.0.0.1",
        "",
        "[::2]",
    ):
        for path in ("/runs", "/enter", "/static/page.js", "/nowhere"):
            assert (await visitor.http.get(path, headers={"host": host})).status_code == 421, (host, path)


async def test_whatever_name_this_machine_has_is_served(visitor: Visitor) -> None:
    for host in ("localhost:80", "127.0.0.1", "[::1]:9", "127.9.9.9:8733"):
        assert (await visitor.http.get("/static/page.js", headers={"host": host})).status_code == 200, host


async def test_a_form_that_is_too_large_or_no_form_is_refused(visitor: Visitor) -> None:
    headers = {"origin": visitor.origin, "content-type": "application/x-www-form-urlencoded"}
    too_large = await visitor.http.post("/events/push", content=b"a" * (8 * 1024 * 1024 + 1), headers=headers)
    assert too_large.status_code == 413
    no_text = await visitor.http.post("/events/push", content=b"\xff", headers=headers)
    assert no_text.status_code == 400
    too_many = await visitor.http.post("/events/push", content=b"a=&" * 20_001, headers=headers)
    assert too_many.status_code == 400


async def test_an_action_is_nothing_to_look_at(visitor: Visitor) -> None:
    for action in ACTIONS:
        assert (await visitor.http.get(ANY.sub(ID, action))).status_code == 404, action


async def test_the_streams_end_with_the_page(visitor: Visitor) -> None:
    async with visitor.http.stream("GET", "/runs", headers={"accept": "text/event-stream"}) as answer:
        lines = answer.aiter_lines()
        assert await anext(lines) == "retry: 1000"
        visitor.page.live.end()
        async with asyncio.timeout(10):
            assert [line async for line in lines][-1] == ""
