"""Which credentials operations want is read as the specification says it, and each fault is told whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from trials.making import text, written
from wirewright import openapi
from wirewright.auth import Rules, Scheme, Security
from wirewright.errors import SpecError

SCHEMES = """\
  securitySchemes:
    unused: { type: apiKey, in: header, name: unused }
    X-Token: { type: mutualTLS }
    token: { type: http, scheme: BEARER, description: " The token\\n  of a robot. " }
    login: { type: http, scheme: basic }
    head: { type: apiKey, in: header, name: X-Key!#$%&'*+.^_`|~09 }
    asked: { type: apiKey, in: query, name: "a key" }
    self: { type: apiKey, in: cookie, name: sid, description: It. }
    2fa: { type: openIdConnect, openIdConnectUrl: 'https://x', description: Theirs. }
"""


def _read(folder: Path, paths: str, rules: Rules, schemes: str = SCHEMES, head: str = "") -> Security:
    written(folder, f"{text(paths)}{head}components:\n{schemes}")
    return Security.of(openapi.read(folder, folder / "select.toml"), rules)


def _paths(*wanted: str) -> str:
    """Operations that are called by the numbers of what they want."""
    return "\n".join(
        f"/{number}:\n  get:\n    operationId: thing:{number}\n    {security}\n"
        "    responses: { '204': { description: Done. } }"
        for number, security in enumerate(wanted)
    )


WANTED = (
    "security: [{ token: [] }]",
    "security: [{ login: [], asked: [] }, { head: [] }, {}]",
    "security: []",
    "x-none: 1",
    "security: [{ self: [], 2fa: [read] }]",
)


def test_each_scheme_is_a_parameter_and_each_operation_has_its_alternatives(tmp_path: Path) -> None:
    found = _read(tmp_path, _paths(*WANTED), Rules(bearer=("2fa",)), head="security: [{ login: [] }]\n")
    assert found.schemes == (
        Scheme("token", "token", "bearer", "Authorization", "The token of a robot."),
        Scheme("login", "login", "basic", "Authorization", ""),
        Scheme("head", "head", "header", "X-Key!#$%&'*+.^_`|~09", ""),
        Scheme("asked", "asked", "query", "a key", ""),
        Scheme("self", "self_2", "cookie", "sid", "It."),
        Scheme("2fa", "key_2fa", "bearer", "Authorization", "Theirs."),
    )
    assert found.wanted == {
        "thing:0": (("token",),),
        "thing:1": (("login", "asked"), ("head",), ()),
        "thing:2": (),
        "thing:3": (("login",),),
        "thing:4": (("self_2", "key_2fa"),),
    }
    assert [scheme.annotation for scheme in found.schemes] == ["Secret", "tuple[str, str]", *["Secret"] * 4]
    assert [scheme.doc for scheme in found.schemes] == [
        "token: the token, sent as `Authorization: Bearer`. The token of a robot.",
        "login: name and password, sent as `Authorization: Basic`.",
        "head: the key, sent in the header as `X-Key!#$%&'*+.^_`|~09`.",
        "asked: the key, sent in the query as `a key`.",
        "self_2: the key, sent in the cookie as `sid`. It.",
        "key_2fa: the token, sent as `Authorization: Bearer`. Theirs.",
    ]


def test_only_what_the_settings_use_is_read(tmp_path: Path) -> None:
    found = _read(tmp_path, _paths(WANTED[1], WANTED[2]), Rules(use=("login", "asked", "unused")))
    assert [scheme.name for scheme in found.schemes] == ["login", "asked"]
    assert found.wanted == {"thing:0": (("login", "asked"), ()), "thing:1": ()}


def test_without_schemes_nothing_is_wanted(tmp_path: Path) -> None:
    assert _read(tmp_path, _paths("x-none: 1"), Rules(), "  schemas: {}\n") == Security((), {"thing:0": ()})


ONE = "the security scheme 'x'"
SENT = "which clients cannot send"
FLOWS = "flows: { implicit: { authorizationUrl: 'https://x', scopes: {} } }"


@pytest.mark.parametrize(
    ("scheme", "told"),
    [
        ("{ type: http, scheme: digest }", f"{ONE} is 'digest'; of HTTP's own, bearer and basic are supported"),
        ("{ type: apiKey, in: query, name: '' }", f"{ONE} has an empty `name`"),
        ("{ type: apiKey, in: body, name: a }", '`in`: "body" is not one of "query", "header" or "cookie"'),
        ("{ type: http }", '`x`: "scheme" is a required property'),
        ("{ type: apiKey, in: header, name: 'a:b' }", f"{ONE} is called 'a:b', which no header can be"),
        ("{ type: apiKey, in: cookie, name: 'a=b' }", f"{ONE} is called 'a=b', which no cookie can be"),
        ("{ type: mutualTLS }", f"{ONE} is of the type mutualTLS, {SENT}; leave it out in the settings (auth.use)"),
        *(
            (
                f"{{ type: {kind}, {more} }}",
                f"{ONE} is of the type {kind}, {SENT}; where its token is sent as a bearer token, "
                "name it in the settings (auth.bearer)",
            )
            for kind, more in (("oauth2", FLOWS), ("openIdConnect", "openIdConnectUrl: 'https://x'"))
        ),
    ],
)
def test_what_cannot_be_sent_is_told(tmp_path: Path, scheme: str, told: str) -> None:
    with pytest.raises(SpecError) as caught:
        _read(tmp_path, _paths("security: [{ x: [] }]"), Rules(), f"  securitySchemes:\n    x: {scheme}\n")
    assert str(caught.value) == f"openapi.yaml: /components/securitySchemes/x (line 13): {told}"


@pytest.mark.parametrize(
    ("wanted", "rules", "told"),
    [
        (
            "security: [{ login: [], head: [] }, { token: [] }]",
            Rules(use=("head",)),
            "openapi.yaml: /paths/~10/get (line 8): 'thing:0' wants login and head or token, "
            "and the settings use none of it (auth.use)",
        ),
        (
            "security: [{ login: [] }, { gone: [] }]",
            Rules(),
            "openapi.yaml: /paths/~10/get/security/1 (line 9): 'thing:0' wants the security scheme 'gone', "
            "which is not there",
        ),
        ("x-none: 1", Rules(use=("gone",)), "the settings: auth.use: the specification has no scheme 'gone'"),
        ("x-none: 1", Rules(bearer=("gone",)), "the settings: auth.bearer: the specification has no scheme 'gone'"),
    ],
)
def test_what_is_wanted_and_not_there_is_told(tmp_path: Path, wanted: str, rules: Rules, told: str) -> None:
    with pytest.raises(SpecError) as caught:
        _read(tmp_path, _paths(wanted), rules)
    assert str(caught.value) == told
