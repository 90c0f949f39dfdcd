"""Odd specifications whose clients do what they say: sent to a real server that reads by the same specification."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.responses import Response

from trials.answered import ANSWERED, Answered
from trials.making import Client, asked, client, get, imported, joined, post, prefix, text, tree, written
from trials.reading import Reader
from trials.sent import FORM, LIST, SENT, Sent
from trials.served import Server


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Client]]:
    """Name of a case → its client."""
    folder = tmp_path_factory.mktemp("right")
    cases: list[Sent | Answered] = [*SENT, *ANSWERED]
    with imported(tree(written(folder / "spec", joined(cases)), "odd_all"), folder, "odd_all") as package:
        yield {case.name: Client(package, prefix(number)) for number, case in enumerate(cases)}


@pytest.mark.parametrize("case", SENT, ids=lambda case: case.name)
def test_the_server_reads_what_was_given(
    clients: dict[str, Client], case: Sent, server: Server, http: httpx.Client
) -> None:
    server.answer = lambda received: Response(status_code=204)
    given = clients[case.name]
    assert given.part("runtime").send(http, case.call(given)) is None
    (received,) = server.received
    below = received.target.removeprefix(f"/{given.prefix.lower()}")
    reader = Reader(text(case.paths, case.schemas))
    assert reader.read(replace(received, target=below)) == case.read


@pytest.mark.parametrize("case", ANSWERED, ids=lambda case: case.name)
def test_the_client_reads_what_was_answered(
    clients: dict[str, Client], case: Answered, server: Server, http: httpx.Client
) -> None:
    server.answer = lambda received: Response(case.body.encode(), media_type=case.media)
    given = clients[case.name]
    assert case.check(given.part("runtime").send(http, given.function("get").build()))
    if case.content:
        assert "xml" not in server.received[0].headers["accept"]


def test_an_answer_of_a_type_that_was_not_asked_for_is_told(
    clients: dict[str, Client], server: Server, http: httpx.Client
) -> None:
    server.answer = lambda received: Response(b"<a/>", media_type="application/xml")
    given = clients["JSON beside XML"]
    unexpected = given.part("errors").UnexpectedResponse
    with pytest.raises(unexpected, match="its content type is application/xml, which is none of application/json"):
        given.part("runtime").send(http, given.function("get").build())


REFUSED: list[tuple[str, Any, str]] = [
    ("{ name: a, in: query, schema: { type: integer, minimum: 1 } }", 0, "a cannot be 0: Input should be greater"),
    ("{ name: a, in: query, schema: { type: string, pattern: '^x' } }", "y", "a cannot be 'y': .*match pattern"),
    ("{ name: a, in: query, schema: { type: string, pattern: '^(?=x)' } }", "y", "a cannot be 'y': .*match pattern"),
    (
        r"{ name: a, in: query, schema: { type: string, pattern: '^(a)\1$' } }",
        "ab",
        "a cannot be 'ab': .*match pattern",
    ),
    ("{ name: a, in: query, schema: { type: number, multipleOf: 0.1 } }", 0.25, "multiple of 0.1"),
    (
        "{ name: a, in: query, schema: { type: array, uniqueItems: true, items: { type: string } } }",
        ["x", "x"],
        "twice",
    ),
    ("{ name: a, in: query, schema: { type: array, items: { type: string, minLength: 2 } } }", ["x"], "at least 2"),
    (f"{{ name: a, in: query, explode: false, {LIST} }}", ["x,y"], "',' sets its values apart"),
    ("{ name: a, in: header, schema: { type: string } }", "x\r\ny: z", "a is a header and cannot be"),
    ("{ name: a, in: cookie, schema: { type: string } }", "x; y=z", "a is a cookie and cannot be"),
    ("{ name: a, in: query, schema: { type: number } }", float("nan"), "no number that can be sent"),
]


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Client]]:
    """Parameter → the client of an operation that has it."""
    folder = tmp_path_factory.mktemp("refusing")
    cases = [Sent(parameter, asked(parameter), lambda given: None, {}) for parameter, _, _ in REFUSED]
    with imported(tree(written(folder / "spec", joined(cases)), "odd_refusing"), folder, "odd_refusing") as package:
        yield {case.name: Client(package, prefix(number)) for number, case in enumerate(cases)}


@pytest.mark.parametrize(("parameter", "given", "reason"), REFUSED)
def test_what_a_parameter_cannot_be_is_an_error_before_it_is_sent(
    refusing: dict[str, Client], parameter: str, given: Any, reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        refusing[parameter].function("ask").build(a=given)


def test_a_body_is_written_as_the_type_that_is_chosen(tmp_path: Path, server: Server, http: httpx.Client) -> None:
    kinds = "\n".join(
        f"        {kind}:\n          schema: {{ $ref: '#/components/schemas/Thing' }}"
        for kind in ("application/json", FORM)
    )
    paths = post("{}").replace("        application/json:\n          schema: {}\n          encoding: {}", kinds)
    specification = text(paths, "Thing: { type: object, properties: { a: { type: string } } }")
    server.answer = lambda received: Response(status_code=204)
    with client(tmp_path, specification) as given:
        thing = given.named("Thing")(a="x")
        for chosen in ({}, {"content_type": FORM}):
            given.part("runtime").send(http, given.function("make").build(thing, **chosen))
    reader = Reader(specification)
    assert [reader.read(received) for received in server.received] == [{"body": {"a": "x"}}] * 2
    assert [received.headers["content-type"] for received in server.received] == ["application/json", FORM]


def test_operations_named_by_keywords_are_modules_all_the_same(tmp_path: Path) -> None:
    names = ["import", "class:import", "None", "try:except:finally", "con:aux", "a.b:c/d", "9:1", "__init__:x"]
    paths = "\n".join(get("{}", f"'{name}'").replace("/things", f"/{number}") for number, name in enumerate(names))
    with client(tmp_path, text(paths)) as given:
        built = [
            given.part(f"api.{folder}.{module}").build().name
            for folder in given.part("api").__all__
            for module in given.part(f"api.{folder}").__all__
        ]
    assert sorted(built) == sorted(names)


NEEDED = [
    "Annotated",
    "Any",
    "AsyncIterator",
    "AwareDatetime",
    "ConfigDict",
    "Decimal",
    "Dict",
    "Enum",
    "Field",
    "Id",
    "IntEnum",
    "Iterator",
    "List",
    "Literal",
    "Mapping",
    "Model",
    "OpenEnum",
    "OpenIntEnum",
    "Optional",
    "Sequence",
    "TypeAliasType",
    "UUID",
    "Union",
    "ValidationInfo",
]
"""What modules of models import, or call something themselves."""


def test_schemas_named_as_what_their_modules_need_are_models_all_the_same(tmp_path: Path) -> None:
    own = ", ".join(f"{name}: {{ $ref: '#/components/schemas/{name}' }}" for name in NEEDED)
    fields = """
        one: { type: object, required: [kind], properties: { kind: { const: x } } }, id: { type: string, format: uuid },
        at: { type: string, format: date-time }, short: { type: string, maxLength: 2 }, any: {},
        map: { type: object, additionalProperties: { type: integer } }, kind: { type: string, enum: [a, b] },
        number: { type: integer, enum: [1, 2] }, either: { oneOf: [{ type: integer }, { type: string }] }
    """
    schemas = f"Thing: {{ type: object, properties: {{ {own}, {fields} }} }}\n"
    schemas += "".join(
        f"{name}: {{ type: object, required: [a], properties: {{ a: {{ type: string, enum: [x] }} }} }}\n"
        for name in NEEDED
    )
    value = {name: {"a": "x"} for name in NEEDED} | {
        "one": {"kind": "x"},
        "id": "6f3b7a52-9f0e-4b07-8f9a-5a7f8b5f9d01",
        "at": "2026-01-01T00:00:00Z",
        "short": "ab",
        "any": [1],
        "map": {"a": 1},
        "kind": "a",
        "number": 2,
        "either": 3,
    }
    with client(tmp_path, text(get("{ $ref: '#/components/schemas/Thing' }"), schemas)) as given:
        thing = given.named("Thing")
        assert thing.model_validate(value).model_dump(mode="json", by_alias=True, exclude_unset=True) == value
        assert {f"{name}Model" for name in NEEDED} <= set(given.part("models").__all__)


def test_a_specification_of_openapi_30_is_read_by_its_own_rules(tmp_path: Path) -> None:
    thing = (
        "Thing: { type: object, properties: { a: { type: string, nullable: true, example: x }, b: { type: integer, "
        "minimum: 0, exclusiveMinimum: true }, c: { allOf: [{ $ref: '#/components/schemas/C' }], nullable: true }, "
        "d: { type: string, enum: [x, y], nullable: true } } }\n"
        "C: { type: object, properties: { n: { type: integer } } }"
    )
    with client(tmp_path, text(post("{ $ref: '#/components/schemas/Thing' }"), thing, "3.0.3")) as given:
        model = given.named("Thing")
        with pytest.raises(ValueError, match="greater than 0"):
            model(b=0)
        sent = model(a=None, c=None, d=None, b=1)
        body = given.function("make").build(sent).body
    assert body.content == b'{"a":null,"b":1,"c":null,"d":null}'


def test_a_number_that_json_does_not_have_is_an_error_and_not_null(tmp_path: Path) -> None:
    with client(tmp_path, text(post("{ type: object, properties: { a: {}, b: { type: number } } }"))) as given:
        for field in ("a", "b"):
            thing = given.named("ThingMakeRequest")(**{field: float("inf")})
            with pytest.raises(ValueError, match="not JSON compliant"):
                given.function("make").build(thing)


def test_a_default_answer_is_read_where_no_other_is_good(tmp_path: Path, server: Server, http: httpx.Client) -> None:
    server.answers({"n": 1}, status=202)
    paths = get("{ type: object, properties: { n: { type: integer } } }").replace("'200'", "default")
    with client(tmp_path, text(paths)) as given:
        operation = given.function("get").build()
        assert given.part("runtime").send(http, operation).n == 1
        server.answers({"n": 1}, status=500)
        with pytest.raises(given.part("errors").ServerError):
            given.part("runtime").send(http, operation)
