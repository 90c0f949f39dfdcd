"""What a route answers with when it succeeds is what the specification names for its operation."""

from __future__ import annotations

import re
from typing import Final

import pytest

from hatchet.engine.hub import Hub
from hatchet.engine.rest import app
from tests import specification

PARAMETER: Final = re.compile(r"\{[^}]*\}")
EITHER: Final = ("POST", "/api/v1/stable/tenants/{}/webhooks/{}")
"""The one operation with two successes: webhooks answer with their event, or with nothing."""

Call = tuple[str, str]


def nameless(path: str) -> str:
    """A path in which parameters have no names: the routes call some otherwise, and say what they match."""
    return PARAMETER.sub("{}", path)


def specified() -> dict[Call, list[int]]:
    """The successes of each operation, by method and path."""
    return {
        (method.upper(), nameless(path)): [int(status) for status in operation["responses"] if str(status)[0] == "2"]
        for path, operations in specification.document()["paths"].items()
        for method, operation in operations.items()
    }


def test_each_route_succeeds_with_the_status_of_its_operation(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    served: dict[Call, int] = {}
    route, everyone = app._Gate.route, app._Gate.open

    def noted(
        gate: app._Gate,
        method: str,
        path: str,
        handler: app.Handler,
        *,
        status: int = 200,
        limit: app._Limit | None = None,
    ) -> app._Served:
        served[method, nameless(path)] = status
        return route(gate, method, path, handler, status=status, limit=limit)

    def noted_for_everyone(
        gate: app._Gate, path: str, handler: app.Handler, *, method: str = "GET", limit: app._Limit | None = None
    ) -> app._Served:
        served[method, nameless(path)] = 200
        return everyone(gate, path, handler, method=method, limit=limit)

    monkeypatch.setattr(app._Gate, "route", noted)
    monkeypatch.setattr(app._Gate, "open", noted_for_everyone)
    routes = app.application(hub).routes
    assert len(served) == len(routes) - 1 > 70  # the last one is for all that is not served
    known = specified()
    assert served.keys() <= known.keys()
    assert {call: known[call] for call in served} == {
        call: [200, 204] if call == EITHER else [status] for call, status in served.items()
    }
