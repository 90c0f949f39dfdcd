"""Tokens: what they say, which are accepted, how long, and in which header."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest

from hatchet.engine.auth import FAR_AWAY, ISSUED_AT, MAX_REMEMBERED, Auth

TENANT, SECRET = "tenant", b"secret"


def auth(now: float = 0.0) -> Auth:
    return Auth(TENANT, "token id", SECRET, now=lambda: now)


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(claims: object, secret: bytes = SECRET) -> str:
    head = f"{encoded(b'{}')}.{encoded(json.dumps(claims).encode())}"
    return f"{head}.{encoded(hmac.new(secret, head.encode(), hashlib.sha256).digest())}"


def test_a_token_says_where_the_engine_is_and_whose_it_is() -> None:
    token = auth().issue("127.0.0.1:1", "http://127.0.0.1:2")
    head, claims, _ = (base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in token.split("."))
    assert json.loads(head) == {"alg": "HS256", "typ": "JWT"}
    assert json.loads(claims) == {
        "sub": TENANT, "server_url": "http://127.0.0.1:2", "grpc_broadcast_address": "127.0.0.1:1",
        "token_id": "token id", "iss": "http://127.0.0.1:2", "aud": "http://127.0.0.1:2", "iat": ISSUED_AT,
        "exp": ISSUED_AT + FAR_AWAY,
    }  # fmt: skip
    assert token == auth().issue("127.0.0.1:1", "http://127.0.0.1:2")
    assert auth().accepts(token)
    assert auth().accepts(auth().issue("elsewhere:1", "http://elsewhere:2"))
    assert not Auth(TENANT, "token id", b"other").accepts(token)
    assert not Auth("another tenant", "token id", SECRET).accepts(token)


@pytest.mark.parametrize(
    ("claims", "accepted"),
    [
        ({"sub": TENANT, "exp": 100}, True),
        ({"sub": TENANT, "exp": 99.5}, True),
        ({"sub": TENANT, "exp": 99}, False),
        ({"sub": TENANT}, False),
        ({"sub": TENANT, "exp": "100"}, False),
        ({"sub": TENANT, "exp": True}, False),
        ({"sub": "other", "exp": 100}, False),
        ({"exp": 100}, False),
        ([], False),
        (None, False),
    ],
)
def test_a_token_holds_for_its_tenant_and_until_it_expires(claims: object, accepted: bool) -> None:
    keeper, token = auth(99.0), signed(claims)
    assert [keeper.accepts(token), keeper.accepts(token)] == [accepted, accepted]  # read, and remembered
    assert not keeper.accepts(signed(claims, b"other"))


def test_what_is_no_token_is_refused() -> None:
    head = f"{encoded(b'{}')}.{encoded(b'no json')}"
    broken = f"{head}.{encoded(hmac.new(SECRET, head.encode(), hashlib.sha256).digest())}"
    for token in (
        "",
        ".",
        "..",
        "a.b.c",
        "\udfff",
        f".{encoded(hmac.new(SECRET, b'', hashlib.sha256).digest())}",
        broken,
    ):
        assert not auth().accepts(token)


def test_no_more_tokens_are_remembered_than_a_few() -> None:
    keeper = auth()
    tokens = [signed({"sub": TENANT, "exp": 100 + number}) for number in range(MAX_REMEMBERED + 1)]
    assert [keeper.accepts(token) for token in tokens[:-1]] == [True] * MAX_REMEMBERED
    assert list(keeper._accepted) == tokens[:-1]
    assert keeper.accepts(tokens[-1])
    assert list(keeper._accepted) == tokens[-1:]


@pytest.mark.parametrize(
    ("header", "grpc", "rest"),
    [
        ("Bearer {}", True, True), ("bearer {}", True, False), ("BEARER {}", True, False), ("Bearer  {} ", True, True),
        ("{}", False, False), ("Basic {}", False, False), ("Bearer{}", False, False), ("Bearer", False, False),
        ("Bearer x{}", False, False),
    ],
)  # fmt: skip
def test_a_header_is_spelled_as_each_side_wants_it(header: str, grpc: bool, rest: bool) -> None:
    text = header.format(signed({"sub": TENANT, "exp": 100}))
    for value in (text, text.encode()):
        assert auth().accepts_header(value, any_case=True) is grpc
        assert auth().accepts_header(value, any_case=False) is rest
    assert not auth().accepts_header(None, any_case=True)
