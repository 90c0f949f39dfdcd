"""What stands before every view and action: whose requests are taken, and what every answer forbids the browser.

Docs: docs/decisions/0084-who-may-use-the-page.md.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from hmac import compare_digest
from ipaddress import ip_address
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from hatchet.page.session import LASTS, Session, Sessions

PROOF: Final = "proof"
"""The field of a form that holds the session's proof."""

MOST: Final = 8 * 1024 * 1024
"""Bytes of a form; an input travels in one, and engines take 4 MB."""

FIELDS: Final = 20_000

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # With no-referrer browsers would not tell where a form comes from.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}

Form = dict[str, list[str]]
"""The values of a form by the names of its fields."""


class Refused(Exception):  # an answer, which need not be an error
    """A request that is not taken."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class Gate:
    """Takes requests of this machine's browser that come from the page itself."""

    def __init__(self, sessions: Sessions) -> None:
        self.sessions: Sessions = sessions

    def session(self, request: Request) -> Session | None:
        """The session that a request belongs to, if it does.

        Raises:
            Refused: the request is not for this page, or another page made it.
        """
        _check_host(request)
        _check_maker(request)
        return self.sessions.session(request.cookies.get(self.sessions.cookie))

    async def form(self, request: Request, session: Session | None) -> Form:
        """The form that a request holds.

        Raises:
            Refused: it is not one that a page of this session showed, or it is too large.
        """
        if request.headers.get("origin") != f"http://{request.headers['host']}":
            raise Refused(403, "this form does not come from the page")
        body = bytearray()
        async for part in request.stream():
            body += part
            if len(body) > MOST:
                raise Refused(413, f"a form may have {MOST // 1024 // 1024} MB")
        try:
            pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=FIELDS)
        except ValueError as error:
            raise Refused(400, f"this is no form: {error}") from error
        form: Form = {}
        for name, value in pairs:
            form.setdefault(name, []).append(value)
        given = form.pop(PROOF, [""])[0]
        if session is not None and not compare_digest(given.encode(), session.proof.encode()):
            raise Refused(403, "this form is not of this session; reload the page")
        return form

    def let_in(self, code: str) -> Response | None:
        """The answer to a browser that has a good link: its cookie, and on to the page."""
        value = self.sessions.enter(code)
        if value is None:
            return None
        answer = RedirectResponse("/runs", status_code=303)
        answer.set_cookie(self.sessions.cookie, value, max_age=LASTS, httponly=True, samesite="strict")
        return answer


def guarded(answer: Response) -> Response:
    """The answer, with what it forbids the browser."""
    for name, value in HEADERS.items():
        answer.headers[name] = value
    return answer


def refusing(handler: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """A handler whose refusals are answers, and whose answers are guarded."""

    async def endpoint(request: Request) -> Response:
        try:
            return guarded(await handler(request))
        except Refused as refusal:
            return guarded(PlainTextResponse(f"{refusal}\n", status_code=refusal.status))

    return endpoint


def _check_host(request: Request) -> None:
    """A name of another's that leads to this machine, as of a page that rebinds its own, is not ours."""
    hosts = request.headers.getlist("host")
    name = urlsplit(f"//{hosts[0]}").hostname if len(hosts) == 1 and "@" not in hosts[0] else None
    if name is None or not _is_loopback(name):
        raise Refused(421, "this page is only served to this machine")


def _is_loopback(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def _check_maker(request: Request) -> None:
    """Other pages may lead here, by a link or an address; they may not send, embed or fetch."""
    maker = request.headers.get("sec-fetch-site", "none")
    if maker in ("same-origin", "none"):
        return
    is_link = request.method == "GET" and request.headers.get("sec-fetch-dest") == "document"
    if not is_link:
        raise Refused(403, "another page made this request")
