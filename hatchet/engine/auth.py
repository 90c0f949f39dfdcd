"""The API token: what clients read their settings from, and what proves that a request comes from one of them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import field

from hatchet._dataclasses import dataclass
from hatchet.engine.state.jsontext import JsonValue

FAR_AWAY = 100 * 365 * 86_400
"""Lifetime of a token, in seconds: an engine on loopback gains nothing from expiry."""

ISSUED_AT = 1_704_067_200
"""Issue time of every token: a fixed moment in the past, so that the token of a data folder stays the same text."""

MAX_REMEMBERED = 64


@dataclass(slots=True)
class Auth:
    """Issues and checks the tokens of one data folder; earlier ones stay valid when the addresses change."""

    tenant_id: str
    token_id: str
    secret: bytes = field(repr=False)
    now: Callable[[], float] = time.time
    """Seconds since 1970, by the clock on the wall."""
    _accepted: dict[str, float] = field(default_factory=dict[str, float], repr=False)
    """Tokens that were checked, and when each expires."""

    def issue(self, grpc_address: str, server_url: str) -> str:
        """The token for clients that reach the engine at these addresses."""
        claims: dict[str, str | int] = {
            "sub": self.tenant_id,
            "server_url": server_url,
            "grpc_broadcast_address": grpc_address,
            "token_id": self.token_id,
            "iss": server_url,
            "aud": server_url,
            "iat": ISSUED_AT,
            "exp": ISSUED_AT + FAR_AWAY,
        }
        head = f"{_encoded({'alg': 'HS256', 'typ': 'JWT'})}.{_encoded(claims)}"
        return f"{head}.{self._signature(head)}"

    def accepts(self, token: str) -> bool:
        """Whether this engine, or an earlier one on the same data folder, issued the token."""
        expiry = self._accepted.get(token)
        if expiry is None:
            head, _, signature = token.rpartition(".")
            expected = self._signature(head).encode()
            if not head or not hmac.compare_digest(expected, signature.encode("utf-8", "surrogatepass")):
                return False
            expiry = self._expiry(head)
            if len(self._accepted) >= MAX_REMEMBERED:
                self._accepted.clear()
            self._accepted[token] = expiry
        return self.now() < expiry

    def _expiry(self, head: str) -> float:
        """When a signed token expires; at once when it is for another tenant, or says neither."""
        try:
            text = head.partition(".")[2]
            claims: JsonValue = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        except ValueError:
            return 0.0
        if not isinstance(claims, dict) or claims.get("sub") != self.tenant_id:
            return 0.0
        expiry = claims.get("exp")
        return float(expiry) if isinstance(expiry, int | float) and not isinstance(expiry, bool) else 0.0

    def accepts_header(self, value: str | bytes | None, *, any_case: bool) -> bool:
        """Whether an authorization header holds an accepted token; REST insists on the spelling `Bearer`."""
        if value is None:
            return False
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        scheme, _, token = text.partition(" ")
        wanted = scheme.lower() == "bearer" if any_case else scheme == "Bearer"
        return wanted and self.accepts(token.strip())

    def _signature(self, head: str) -> str:
        return _plain(hmac.new(self.secret, head.encode("utf-8", "surrogatepass"), hashlib.sha256).digest())


def _plain(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _encoded(value: Mapping[str, str | int]) -> str:
    return _plain(json.dumps(value, separators=(",", ":"), sort_keys=True).encode())
