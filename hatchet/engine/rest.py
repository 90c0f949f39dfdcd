"""The REST application."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hatchet.engine.hub import Hub


def application(hub: Hub) -> Starlette:
    """The routes of one engine."""

    async def ready(request: Request) -> Response:
        return JSONResponse({})

    return Starlette(routes=[Route("/api/ready", ready), Route("/api/live", ready)])
