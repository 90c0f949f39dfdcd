"""Credentials reach a server as its specification says, and what cannot be sent is refused with its place."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.responses import Response

from trials.making import Client, imported, text, written
from trials.served import Received, Server
from wirewright import emit, models, openapi, operations
from wirewright.auth import Rules
from wirewright.emit import Tree
from wirewright.errors import SpecError

PATHS = "\n".join(
    f"/{name}:\n  get:\n    operationId: thing:{name}\n    security: {wanted}\n"
    "    responses: { '204': { description: Done. } }"
    for name, wanted in {
        "token": "[{ token: [] }]",
        "login": "[{ login: [] }]",
        "header": "[{ X-Key: [] }]",
        "query": "[{ asked: [] }]",
        "cookie": "[{ session: [] }]",
        "both": "[{ token: [], session: [] }]",
        "either": "[{ login: [] }, { asked: [] }]",
        "perhaps": "[{}, { token: [] }]",
        "open": "[]",
        "oauth": "[{ class: [read] }]",
    }.items()
)
SCHEMES = """
  securitySchemes:
    token: { type: http, scheme: Bearer, description: The token of a robot. }
    login: { type: http, scheme: basic }
    X-Key: { type: apiKey, in: header, name: X-API-Key }
    asked: { type: apiKey, in: query, name: api key }
    session: { type: apiKey, in: cookie, name: sid }
    class: { type: openIdConnect, openIdConnectUrl: "https://x/y" }
"""


def _specification(paths: str = PATHS, schemes: str = SCHEMES) -> str:
    return text(paths) + f"components:{schemes}"


def _tree(folder: Path, specification: str, rules: Rules, package: str = "odd") -> Tree:
    written(folder, specification)
    found = openapi.load(folder, folder / "select.toml")
    return emit.merge({"__init__.py": b""}, models.generate(found, package), operations.generate(found, rules))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    folder = tmp_path_factory.mktemp("credentials")
    tree = _tree(folder / "spec", _specification(), Rules(bearer=("class",)), "odd_auth")
    with imported(tree, folder, "odd_auth") as package:
        yield Client(package)


def _asked(made: Client, server: Server, name: str, **given: Any) -> Received:
    server.answer = lambda received: Response(status_code=204)
    auth = made.part("auth").Auth(**given)
    with httpx.Client(base_url=server.url, auth=auth, cookies={"own": "1"}, verify=False) as client:
        made.function(name).sync(client)

    async def again() -> None:
        async with httpx.AsyncClient(base_url=server.url, auth=auth, cookies={"own": "1"}, verify=False) as client:
            await made.function(name).asyncio(client)

    asyncio.run(again())
    first, second = server.received
    assert (first.target, first.headers.get("authorization")) == (second.target, second.headers.get("authorization"))
    assert first.headers.get("cookie") == second.headers.get("cookie")
    return first


EVERY = {"token": "t", "login": ("ada", "p:w"), "x_key": "k", "asked": "a b", "session": "s", "class_": lambda: "c"}
BASIC = "Basic " + base64.b64encode(b"ada:p:w").decode()


@pytest.mark.parametrize(
    ("name", "header", "key", "query", "cookie"),
    [
        ("token", "Bearer t", None, [], "own=1"),
        ("login", BASIC, None, [], "own=1"),
        ("header", None, "k", [], "own=1"),
        ("query", None, None, [("api key", "a b")], "own=1"),
        ("cookie", None, None, [], "own=1; sid=s"),
        ("both", "Bearer t", None, [], "own=1; sid=s"),
        ("either", BASIC, None, [], "own=1"),
        ("perhaps", "Bearer t", None, [], "own=1"),
        ("open", None, None, [], "own=1"),
        ("oauth", "Bearer c", None, [], "own=1"),
    ],
)
def test_an_operation_is_sent_what_it_wants_and_no_more(
    made: Client, server: Server, name: str, header: str | None, key: str | None, query: list[Any], cookie: str
) -> None:
    received = _asked(made, server, name, **EVERY)
    assert (received.headers.get("authorization"), received.headers.get("x-api-key")) == (header, key)
    assert (received.query, received.headers["cookie"]) == (query, cookie)


def test_of_several_ways_the_one_is_taken_that_is_given(made: Client, server: Server) -> None:
    assert _asked(made, server, "either", asked="a").query == [("api key", "a")]


def test_what_needs_nothing_is_sent_without(made: Client, server: Server) -> None:
    assert "authorization" not in _asked(made, server, "perhaps").headers


def test_missing_credentials_are_told_and_nothing_is_sent(made: Client, server: Server) -> None:
    with (
        httpx.Client(base_url=server.url, auth=made.part("auth").Auth(session="s"), verify=False) as client,
        pytest.raises(made.part("auth").MissingCredentials, match="GET /either wants login or asked; give it to Auth"),
    ):
        made.function("either").sync(client)
    assert server.received == []


def test_a_secret_is_asked_for_each_request(made: Client, server: Server) -> None:
    server.answer = lambda received: Response(status_code=204)
    secrets = iter(["one", "two"])
    with httpx.Client(base_url=server.url, auth=made.part("auth").Auth(token=lambda: next(secrets))) as client:
        made.function("token").sync(client)
        made.function("token").sync(client)
    assert [each.headers["authorization"] for each in server.received] == ["Bearer one", "Bearer two"]


@pytest.mark.parametrize(
    ("name", "given", "reason"),
    [
        ("token", {"token": "a\nb"}, "token has to be printable ASCII"),
        ("cookie", {"session": "a;b"}, "session cannot be a cookie"),
        ("header", {"x_key": ""}, "x_key has to be printable"),
    ],
)
def test_what_cannot_be_sent_is_told_without_the_secret(
    made: Client, server: Server, name: str, given: dict[str, str], reason: str
) -> None:
    with (
        httpx.Client(base_url=server.url, auth=made.part("auth").Auth(**given)) as client,
        pytest.raises(ValueError, match=reason) as caught,
    ):
        made.function(name).sync(client)
    assert not any(secret and secret in str(caught.value) for secret in given.values())
    assert server.received == []


def test_a_name_with_a_colon_is_refused(made: Client) -> None:
    with pytest.raises(ValueError, match="login has a colon in the name"):
        made.part("auth").Auth(login=("a:b", "p"))


def _one(scheme: str, wanted: str = "x") -> str:
    paths = (
        f"/a:\n  get:\n    operationId: thing:a\n    security: [{{ {wanted}: [] }}]\n"
        "    responses: { '204': { description: Done. } }"
    )
    return _specification(paths, f"\n  securitySchemes:\n    x: {scheme}\n")


@pytest.mark.parametrize(
    ("specification", "rules", "line", "reason"),
    [
        (_one("{ type: http, scheme: digest }"), Rules(), 13, "the security scheme 'x' is 'digest'"),
        (_one("{ type: mutualTLS }"), Rules(), 13, "is of the type mutualTLS, which clients cannot send; leave it out"),
        (
            _one("{ type: oauth2, flows: { implicit: { authorizationUrl: 'https://x', scopes: {} } } }"),
            Rules(),
            13,
            "is of the type oauth2, which clients cannot send; where its token is sent as a bearer token, name it",
        ),
        (_one("{ type: apiKey, in: header, name: 'a b' }"), Rules(), 13, "is called 'a b', which no header can be"),
        (_one("{ type: http, scheme: basic }", "y"), Rules(), 9, "wants the security scheme 'y', which is not there"),
        (_one("{ type: http, scheme: basic }"), Rules(use=()), 8, "'thing:a' wants x, and the settings use none of it"),
    ],
)
def test_what_clients_cannot_send_is_refused_with_its_line(
    tmp_path: Path, specification: str, rules: Rules, line: int, reason: str
) -> None:
    with pytest.raises(SpecError) as caught:
        _tree(tmp_path, specification, rules)
    assert f"(line {line})" in caught.value.place
    assert reason in caught.value.reason


def test_the_settings_name_only_schemes_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"auth\.bearer: the specification has no scheme 'z'"):
        _tree(tmp_path, _one("{ type: http, scheme: basic }"), Rules(bearer=("z",)))


def test_what_no_operation_wants_is_no_fault(tmp_path: Path) -> None:
    tree = _tree(tmp_path, _one("{ type: http, scheme: basic }\n    y: { type: mutualTLS }"), Rules())
    assert b"mutual" not in tree["rest/auth.py"]


def test_an_api_without_credentials_has_no_auth(tmp_path: Path) -> None:
    paths = "/a:\n  get:\n    operationId: thing:a\n    responses: { '204': { description: Done. } }"
    assert "rest/auth.py" not in _tree(tmp_path, text(paths), Rules())
