# Generated from specs/ by `python -m codegen`; do not edit.
"""Credentials for the API: given once to a client, and sent with the operations that want them."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Final, TypeAlias

import httpx

Secret: TypeAlias = str | Callable[[], str]
"""A credential, or what gives the one of now: it is asked before each request."""

EXTENSION: Final = "security"
"""Where a request says which credentials it wants (httpx's `extensions`)."""


class MissingCredentials(ValueError):
    """An operation wants credentials that the client was not given; nothing was sent."""


class Auth(httpx.Auth):
    """Credentials of a client: `httpx.Client(base_url=…, auth=Auth(…))`, or of an `AsyncClient`.

    Each operation is sent those that its specification wants: the first of its alternatives for which all were given.
    An operation that wants none is sent none. A request that is no operation is sent as it is.

    Args:
        bearer_auth: the token, sent as `Authorization: Bearer`.
    """

    def __init__(
        self,
        *,
        bearer_auth: Secret | None = None,
    ) -> None:
        given: dict[str, Callable[[httpx.Request], None]] = {}
        if bearer_auth is not None:
            given["bearer_auth"] = _bearer("bearer_auth", "Authorization", bearer_auth)
        self._given: Mapping[str, Callable[[httpx.Request], None]] = given

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send a request with what it wants; what was not given for it is MissingCredentials."""
        wanted: Sequence[Sequence[str]] = request.extensions.get(EXTENSION, ())
        fitting = [names for names in wanted if all(name in self._given for name in names)]
        if wanted and not fitting:
            listed = " or ".join(" and ".join(names) for names in wanted)
            raise MissingCredentials(f"{request.method} {request.url.path} wants {listed}; give it to Auth")
        # Without credentials only where there are none for any other way.
        for name in next((names for names in fitting if names), ()):
            self._given[name](request)
        yield request


def _now(name: str, secret: Secret) -> str:
    found = secret if isinstance(secret, str) else secret()
    if not found or not found.isascii() or not found.isprintable() or found != found.strip():
        # It is not shown: it may be nearly right.
        raise ValueError(f"{name} has to be printable ASCII without space around it")
    return found


def _bearer(name: str, key: str, secret: Secret) -> Callable[[httpx.Request], None]:
    def put(request: httpx.Request) -> None:
        request.headers[key] = f"Bearer {_now(name, secret)}"

    return put
