"""Who may use the page: a link that is good once, the cookie that it is exchanged for, and the proof of its forms."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from ipaddress import IPv4Address
from typing import Final

from hatchet._dataclasses import dataclass

LASTS: Final = 7 * 86_400
"""Seconds that a session lasts."""

CODES: Final = 16
"""Links that are good at a time; the oldest goes when there are more."""


@dataclass(frozen=True)
class Session:
    """A browser that was let in."""

    proof: str
    """What every form that changes something has to carry: only pages of this session have it."""


class Sessions:
    """The sessions of one engine. Their key is made of its token, so that they survive a restart of the page."""

    def __init__(self, token: str, now: Callable[[], float] = time.time) -> None:
        self._key = hmac.digest(token.encode(), b"hatchet page", hashlib.sha256)
        self._now = now
        self._codes: dict[str, None] = {}
        self.used: Callable[[], None] = _nothing
        """Called when a code has been used."""

    @property
    def cookie(self) -> str:
        """The cookie's name; browsers do not tell ports apart, so each engine has one of its own."""
        return f"hatchet_page_{self._digest('cookie')[:8].hex()}"

    @property
    def address(self) -> str:
        """A loopback address of its own: browsers give the cookies of an address to all of its ports."""
        number = int.from_bytes(self._digest("address")[:4], "big")
        return str(IPv4Address(0x7F010001 + number % 0xFD_FFFD))

    def new_code(self) -> str:
        """The secret of a link that lets one browser in."""
        code = secrets.token_urlsafe(24)
        self._codes[code] = None
        while len(self._codes) > CODES:
            del self._codes[next(iter(self._codes))]
        return code

    def enter(self, code: str) -> str | None:
        """The value of a cookie for the code of a link, which is good no longer; None for any other text."""
        found = next((each for each in self._codes if hmac.compare_digest(each.encode(), code.encode())), None)
        if found is None:
            return None
        del self._codes[found]
        self.used()
        said = f"{int(self._now()) + LASTS}.{secrets.token_urlsafe(12)}"
        return f"{said}.{self._signed('session', said)}"

    def session(self, cookie: str | None) -> Session | None:
        """The session of a cookie's value; None for one that is no cookie of this engine, or has expired."""
        said, _, signature = (cookie or "").rpartition(".")
        if not hmac.compare_digest(self._signed("session", said).encode(), signature.encode()):
            return None
        return Session(self._signed("proof", said)) if int(said.partition(".")[0]) > self._now() else None

    def _signed(self, purpose: str, text: str) -> str:
        return base64.urlsafe_b64encode(self._digest(f"{purpose} {text}")).rstrip(b"=").decode()

    def _digest(self, text: str) -> bytes:
        return hmac.digest(self._key, text.encode(), hashlib.sha256)


def _nothing() -> None:
    """Nobody wants to know."""
