"""The application: one table of views, one of actions, and the gate before both."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from importlib.resources import files
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from hatchet import errors
from hatchet.client import Hatchet
from hatchet.page import frame, lists, run, runs, workflows
from hatchet.page.actions import ACTIONS, Action
from hatchet.page.gate import Gate, Refused, refusing
from hatchet.page.live import Live
from hatchet.page.parts import Ask, Part, View, notice
from hatchet.page.session import Session, Sessions

logger: Final = logging.getLogger("hatchet")

Look = Callable[[Ask], Awaitable[View]]

VIEWS: Final[dict[str, Look]] = {
    "/runs": runs.runs,
    "/runs/{run:uuid}": run.run,
    "/workflows": workflows.workflows,
    "/workflows/{workflow:uuid}": workflows.workflow,
    "/workers": lists.workers,
    "/events": lists.events,
    "/crons": lists.crons,
    "/schedules": lists.schedules,
    "/rate-limits": lists.rate_limits,
    "/webhooks": lists.webhooks,
}
"""Every view, by its address."""

STATIC: Final = {"page.css": "text/css", "page.js": "text/javascript", "icon.svg": "image/svg+xml"}

FAILED: Final = "That did not work"
REFUSED: Final = "The engine refused that"
AWAY: Final = "The engine does not answer"
FAILURES: Final[list[tuple[type[errors.HatchetError], int, str]]] = [
    (errors.NotFound, 404, "There is no such thing"),
    (errors.InputError, 400, FAILED),
    (errors.InvalidRequest, 400, FAILED),
    (errors.AlreadyExists, 409, FAILED),
    (errors.Unsupported, 501, FAILED),
    (errors.Unauthenticated, 502, REFUSED),
    (errors.PermissionDenied, 502, REFUSED),
    (errors.RateLimited, 502, REFUSED),
    (errors.Unavailable, 502, AWAY),
    (errors.DeadlineExceeded, 502, AWAY),
    (errors.ServerError, 502, "The engine failed"),
    (errors.HatchetError, 502, FAILED),
]
"""The status and the title of an error; the first that fits."""


class Page:
    """The page of one engine."""

    def __init__(self, hatchet: Hatchet, sessions: Sessions, engine: str) -> None:
        """`engine` is what people call it."""
        self._hatchet = hatchet
        self._gate = Gate(sessions)
        self._engine = engine
        self.live: Live = Live()
        self.app: Starlette = Starlette(
            routes=[
                Route("/", refusing(self._root)),
                Route("/enter", refusing(self._enter), methods=["GET", "POST"]),
                Route("/static/{name}", refusing(self._static)),
                Route("/find", refusing(self._find)),
                Route("/tasks/{task:uuid}", refusing(self._task)),
                *(Route(path, refusing(partial(self._view, look))) for path, look in VIEWS.items()),
                *(
                    Route(path, refusing(partial(self._act, action)), methods=["POST"])
                    for path, action in ACTIONS.items()
                ),
                Route("/{rest:path}", refusing(self._nothing), methods=["GET", "POST"]),
            ]
        )
        # A redirect would name the host that the request claims to be for.
        self.app.router.redirect_slashes = False

    async def _root(self, request: Request) -> Response:
        self._gate.session(request)
        return RedirectResponse("/runs", status_code=303)

    async def _enter(self, request: Request) -> Response:
        """Let a browser in, by the code of a link or by one that was written."""
        session = self._gate.session(request)
        code = request.query_params.get("code", "")
        if request.method == "POST":
            code = (await self._gate.form(request, None)).get("code", [""])[0].strip()
        elif session is not None:
            return RedirectResponse("/runs", status_code=303)
        return self._gate.let_in(code) or HTMLResponse(frame.entrance(refused=bool(code)), status_code=401)

    async def _static(self, request: Request) -> Response:
        self._gate.session(request)
        name = str(request.path_params["name"])
        if name not in STATIC:
            raise Refused(404, "there is no such file")
        return Response((files("hatchet.page") / "static" / name).read_bytes(), media_type=STATIC[name])

    async def _nothing(self, request: Request) -> Response:
        self._gate.session(request)
        raise Refused(404, "there is no such page")

    async def _find(self, request: Request) -> Response:
        return await self._answer(request, self._gate.session(request), runs.found)

    async def _task(self, request: Request) -> Response:
        session = self._gate.session(request)
        return await self._answer(request, session, lambda ask: runs.place_of(ask.hatchet, ask.path("task")))

    async def _view(self, look: Look, request: Request) -> Response:
        if "text/event-stream" in request.headers.get("accept", ""):
            return self._followed(look, request)
        return await self._answer(request, self._gate.session(request), look)

    async def _act(self, action: Action, request: Request) -> Response:
        session = self._gate.session(request)
        form = await self._gate.form(request, session)
        return await self._answer(request, session, lambda ask: action(ask, form))

    def _followed(self, look: Look, request: Request) -> Response:
        session = self._gate.session(request)
        if session is None:
            raise Refused(401, "this session has ended; open the newest link")
        if self.live.is_full:
            raise Refused(503, "too many views are followed already")
        events = self.live.follow(partial(look, Ask(self._hatchet, request, session.proof)), self._hatchet)
        return StreamingResponse(events, media_type="text/event-stream")

    async def _answer(
        self, request: Request, session: Session | None, do: Callable[[Ask], Awaitable[View | str]]
    ) -> Response:
        """A view, or where to go on; nothing is done for those who have no session."""
        if session is None:
            return HTMLResponse(frame.entrance(refused=False), status_code=401)
        ask = Ask(self._hatchet, request, session.proof)
        try:
            found = await do(ask)
        except errors.HatchetError as error:
            found = failed(error)
        except Exception:
            logger.exception("the page failed to answer %s %s", request.method, request.url.path)
            found = _trouble("The page is at fault", "Something went wrong here; the terminal says what.", 500)
        if isinstance(found, str):
            return RedirectResponse(found, status_code=303)
        return HTMLResponse(frame.document(found, ask, self._engine), status_code=found.status)


def failed(error: errors.HatchetError) -> View:
    """What is shown of an error: what happened, in a word and as it says itself."""
    status, title = next((status, title) for kind, status, title in FAILURES if isinstance(error, kind))
    return _trouble(title, str(error), status)


def _trouble(title: str, text: str, status: int) -> View:
    return View(title, "", [Part("trouble", notice(text, kind="bad"))], every=None, status=status)
