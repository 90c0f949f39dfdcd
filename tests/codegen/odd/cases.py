"""Odd specifications that are turned into clients, how these are called, and what has to come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from tests.codegen.odd.making import Client, asked, get, post

NOON = datetime(2026, 1, 2, 12, tzinfo=timezone.utc)
LIST = "schema: { type: array, items: { type: string } }"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


@dataclass(frozen=True)
class Sent:
    """A specification, how its client is called, and what a server has to read."""

    name: str
    paths: str
    call: Callable[[Client], Any]
    read: dict[str, Any]
    schemas: str = ""
    is_alone: bool = False
    """Whether its schemas keep their names, when many are joined."""


def ask(**given: Any) -> Callable[[Client], Any]:
    """Call the operation with parameters."""
    return lambda client: client.function("ask").build(**given)


def make(model: str, **given: Any) -> Callable[[Client], Any]:
    """Send the operation a model."""
    return lambda client: client.function("make").build(client.named(model)(**given))


def send(body: Any, **given: Any) -> Callable[[Client], Any]:
    """Send the operation a value."""
    return lambda client: client.function("make").build(body, **given)


SENT = [
    Sent(
        "header",
        asked("{ name: X-Request-Id, in: header, schema: { type: string } }"),
        ask(x_request_id="a b"),
        {"X-Request-Id": "a b"},
    ),
    Sent(
        "header that must be given",
        asked("{ name: X-N, in: header, required: true, schema: { type: integer } }"),
        ask(x_n=3),
        {"X-N": 3},
    ),
    Sent("list in a header", asked(f"{{ name: X-L, in: header, {LIST} }}"), ask(x_l=["a", "b"]), {"X-L": ["a", "b"]}),
    Sent(
        "header that is none by the standard",
        asked(
            "{ name: Accept, in: header, schema: { type: string } }\n{ name: a, in: query, schema: { type: string } }"
        ),
        ask(a="b"),
        {"Accept": "*/*", "a": "b"},
    ),
    Sent(
        "cookie",
        asked(
            "{ name: session, in: cookie, schema: { type: string } }\n{ name: n, in: cookie, schema: { type: integer } }"
        ),
        ask(session="abc", n=1),
        {"session": "abc", "n": 1},
    ),
    Sent(
        "list by commas",
        asked(f"{{ name: a, in: query, explode: false, {LIST} }}"),
        ask(a=["x", "y z"]),
        {"a": ["x", "y z"]},
    ),
    Sent(
        "list by spaces",
        asked(f"{{ name: a, in: query, style: spaceDelimited, explode: false, {LIST} }}"),
        ask(a=["x", "y"]),
        {"a": ["x", "y"]},
    ),
    Sent(
        "list by pipes",
        asked(f"{{ name: a, in: query, style: pipeDelimited, explode: false, {LIST} }}"),
        ask(a=["x", "y"]),
        {"a": ["x", "y"]},
    ),
    Sent(
        "list in the path",
        asked(f"{{ name: a, in: path, required: true, {LIST} }}", "/things/{a}/x"),
        ask(a=["x", "y z"]),
        {"a": ["x", "y z"]},
    ),
    Sent(
        "deep object",
        asked(
            "{ name: f, in: query, style: deepObject, schema: { type: object, properties: { minAge: { type: integer }, name: { type: string } } } }"
        ),
        lambda c: c.function("ask").build(f=c.named("ThingAskF")(min_age=3, name="x")),
        {"f": {"minAge": 3, "name": "x"}},
    ),
    Sent(
        "deep object that is a map",
        asked(
            "{ name: f, in: query, style: deepObject, schema: { type: object, additionalProperties: { type: integer } } }"
        ),
        ask(f={"a": 1}),
        {"f": {"a": 1}},
    ),
    Sent(
        "object that is spread",
        asked(
            "{ name: f, in: query, schema: { type: object, properties: { a: { type: boolean }, b: { type: string } } } }"
        ),
        lambda c: c.function("ask").build(f=c.named("ThingAskF")(a=True)),
        {"f": {"a": True}},
    ),
    Sent(
        "JSON in the query",
        asked(
            "{ name: f, in: query, content: { application/json: { schema: { type: object, properties: { a: { type: array, items: { type: integer } } } } } } }"
        ),
        lambda c: c.function("ask").build(f=c.named("ThingAskF")(a=[1, 2])),
        {"f": {"a": [1, 2]}},
    ),
    Sent(
        "one name at two places",
        asked(
            "{ name: id, in: path, required: true, schema: { type: string } }\n{ name: id, in: query, schema: { type: integer } }",
            "/things/{id}",
        ),
        lambda c: c.function("ask").build("x", id_query=3),
        {"id": 3},
    ),
    Sent(
        "parameters named by keywords",
        asked(
            "{ name: class, in: query, schema: { type: string } }\n{ name: from, in: query, schema: { type: string } }\n{ name: None, in: query, schema: { type: string } }\n{ name: body, in: query, schema: { type: string } }\n{ name: client, in: query, schema: { type: string } }\n{ name: operation, in: query, schema: { type: string } }"
        ),
        ask(class_="a", from_="b", none="c", body_="d", client_="e", operation_="f"),
        {"class": "a", "from": "b", "None": "c", "body": "d", "client": "e", "operation": "f"},
    ),
    Sent(
        "parameters with odd names",
        asked(
            "{ name: 'filter[a]', in: query, schema: { type: string } }\n{ name: $top, in: query, schema: { type: integer } }\n{ name: 2fa, in: query, schema: { type: string } }"
        ),
        ask(filter_a="x", top=1, field_2fa="y"),
        {"filter[a]": "x", "$top": 1, "2fa": "y"},
    ),
    Sent(
        "path with odd characters",
        asked(
            "{ name: user-id, in: path, required: true, schema: { type: string } }\n{ name: e, in: path, required: true, schema: { type: string } }",
            "/a'b/{user-id}.{e}:run",
        ),
        ask(user_id="u/1", e="json"),
        {"user-id": "u/1", "e": "json"},
    ),
    Sent(
        "numbers and truths",
        asked("{ name: a, in: query, schema: { type: number } }\n{ name: b, in: query, schema: { type: boolean } }"),
        ask(a=1e20, b=False),
        {"a": 1e20, "b": False},
    ),
    Sent(
        "enum of integers",
        asked("{ name: a, in: query, schema: { type: integer, enum: [1, 2] } }"),
        lambda c: c.function("ask").build(a=c.named("ThingAskA").VALUE_2),
        {"a": 2},
    ),
    Sent(
        "choice of numbers and texts",
        asked("{ name: a, in: query, schema: { type: [integer, string] } }"),
        ask(a=7),
        {"a": 7},
    ),
    Sent(
        "form in the body",
        post(
            "{ type: object, required: [a], properties: { a: { type: string }, b: { type: boolean }, c: { type: array, items: { type: integer } } } }",
            FORM,
        ),
        make("ThingMakeRequest", a="x & y", b=True, c=[1, 2]),
        {"body": {"a": "x & y", "b": True, "c": [1, 2]}},
    ),
    Sent(
        "JSON in a field of a form",
        post(
            "{ type: object, properties: { a: { type: object, properties: { n: { type: integer } } } } }",
            FORM,
            "{ a: { contentType: application/json } }",
        ),
        lambda c: c.function("make").build(c.named("ThingMakeRequest")(a=c.named("ThingMakeRequestA")(n=1))),
        {"body": {"a": {"n": 1}}},
    ),
    Sent(
        "form of many kinds",
        post(
            "{ type: object, properties: { file: { type: string, format: binary }, flag: { type: boolean }, at: { type: string, format: date-time }, tags: { type: array, items: { type: string } }, meta: { type: object, properties: { n: { type: integer } } } } }",
            MULTIPART,
        ),
        lambda c: c.function("make").build(
            c.named("ThingMakeRequest")(
                file=b"\xff\x00", flag=True, at=NOON, tags=["a", "b"], meta=c.named("ThingMakeRequestMeta")(n=1)
            )
        ),
        {
            "body": {
                "file": b"\xff\x00",
                "flag": True,
                "at": "2026-01-02T12:00:00.000000Z",
                "tags": ["a", "b"],
                "meta": {"n": 1},
            }
        },
    ),
    Sent(
        "several files",
        post(
            "{ type: object, properties: { files: { type: array, items: { type: string, format: binary } } } }",
            MULTIPART,
        ),
        make("ThingMakeRequest", files=[b"1", b"2"]),
        {"body": {"files": [b"1", b"2"]}},
    ),
    Sent(
        "JSON of another name",
        post("{ type: object, properties: { a: { type: integer } } }", "application/merge-patch+json"),
        make("ThingMakeRequest", a=1),
        {"body": {"a": 1}},
    ),
    Sent("text", post("{ type: string }", "text/plain"), send("grüß"), {"body": "grüß"}),
    Sent(
        "bytes of a range of types",
        post("{ type: string, format: binary }", "image/*").replace("image/*:", '"image/*":'),
        send(b"1", content_type="image/png"),
        {"body": b"1"},
    ),
    Sent(
        "null where it is allowed",
        post("{ type: [array, 'null'], items: { type: integer } }"),
        send(None),
        {"body": None},
    ),
    Sent(
        "null is kept where it is a value",
        post("{ type: object, properties: { a: { type: [string, 'null'] }, b: { type: string } } }"),
        make("ThingMakeRequest", a=None),
        {"body": {"a": None}},
    ),
    Sent(
        "property that is only read",
        post(
            "{ type: object, required: [id, a], properties: { id: { type: string, readOnly: true }, a: { type: string } } }"
        ).replace("required: [id, a]", "required: [a]"),
        make("ThingMakeRequest", a="x"),
        {"body": {"a": "x"}},
    ),
    Sent(
        "list of objects in itself",
        post("{ $ref: '#/components/schemas/Tree' }"),
        lambda c: c.function("make").build([[], [[]]]),
        {"body": [[], [[]]]},
        "Tree: { type: array, items: { $ref: '#/components/schemas/Tree' } }",
    ),
    Sent(
        "tuple",
        post("{ type: array, prefixItems: [{ type: string }, { type: integer }], items: false, minItems: 2 }"),
        send(("a", 1)),
        {"body": ["a", 1]},
    ),
    Sent(
        "properties with odd names",
        post(
            "{ type: object, properties: { class: { type: string }, _id: { type: string }, 2fa: { type: string }, model_config: { type: string }, json: { type: string }, fooBar: { type: string }, foo_bar: { type: string }, list: { type: array, items: { type: string } }, date: { type: string, format: date } } }"
        ),
        make(
            "ThingMakeRequest",
            class_="1",
            field_id="2",
            field_2fa="3",
            model_config_="4",
            json_="5",
            foo_bar_2="6",
            foo_bar="7",
            list_=["8"],
            date="2026-01-02",
        ),
        {
            "body": {
                "class": "1",
                "_id": "2",
                "2fa": "3",
                "model_config": "4",
                "json": "5",
                "fooBar": "6",
                "foo_bar": "7",
                "list": ["8"],
                "date": "2026-01-02",
            }
        },
    ),
    Sent(
        "enum values that differ in capitals",
        post(
            "{ type: object, properties: { a: { type: array, items: { enum: [red, RED, Red, '+1', '-1', '', '1st'] } } } }"
        ),
        lambda c: c.function("make").build(
            c.named("ThingMakeRequest")(
                a=[
                    c.named("ThingMakeRequestAItem")[n]
                    for n in ("RED_2", "RED", "RED_3", "PLUS_1", "MINUS_1", "EMPTY", "VALUE_1ST")
                ]
            )
        ),
        {"body": {"a": ["red", "RED", "Red", "+1", "-1", "", "1st"]}},
    ),
]


@dataclass(frozen=True)
class Answered:
    """A specification, what a server answers, and what its client makes of it."""

    name: str
    schema: str
    body: str
    check: Callable[[Any], bool]
    schemas: str = ""
    media: str = "application/json"
    content: str = ""
    """The whole content of the answer as YAML on one line, where it is not one JSON schema."""
    is_alone: bool = False
    """Whether its schemas keep their names, when many are joined."""

    @property
    def paths(self) -> str:
        """The paths of its one operation."""
        paths = get(self.schema or "{}")
        return paths[: paths.index("        content:")] + f"        content: {self.content}" if self.content else paths


CAT_OR_DOG = "oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }]"
PETS = """
Cat: { type: object, required: [kind, name], properties: { kind: { type: string }, name: { type: string } } }
Dog: { type: object, required: [kind, name], properties: { kind: { type: string }, name: { type: string } } }
"""
TWO = "{ application/json: { schema: { type: object, properties: { n: { type: integer } } } }, text/csv: { schema: { type: string } } }"
XML = "{ application/xml: { schema: { type: object } }, application/json: { schema: { type: integer } } }"
THING = "{ $ref: '#/components/schemas/Thing' }"

ANSWERED = [
    Answered("JSON of two types", "", '{"n": 1}', lambda it: it.n == 1, content=TWO),
    Answered("text of two types", "", "n\n1", lambda it: it == "n\n1", content=TWO, media="text/csv; charset=utf-8"),
    Answered("JSON beside XML", "", "3", lambda it: it == 3, content=XML),
    Answered(
        "bytes",
        "",
        "\x00",
        lambda it: it == b"\x00",
        media="image/png",
        content="{ image/png: { schema: { type: string, format: binary } } }",
    ),
    Answered(
        "choice told by a discriminator",
        f"{{ {CAT_OR_DOG}, discriminator: {{ propertyName: kind, mapping: {{ miau: '#/components/schemas/Cat', wuff: '#/components/schemas/Dog' }} }} }}",
        '{"kind": "wuff", "name": "x"}',
        lambda it: type(it).__name__.endswith("Dog"),
        PETS,
    ),
    Answered(
        "choice told by names",
        "{ oneOf: [{ $ref: '#/components/schemas/Lark' }, { $ref: '#/components/schemas/Wolf' }], discriminator: { propertyName: kind } }",
        '{"kind": "Wolf", "name": "x"}',
        lambda it: type(it).__name__ == "Wolf",
        PETS.replace("Cat", "Lark").replace("Dog", "Wolf"),
        is_alone=True,
    ),
    Answered(
        "choice told by constants",
        f"{{ {CAT_OR_DOG} }}",
        '{"kind": "dog", "name": "x"}',
        lambda it: type(it).__name__.endswith("Dog"),
        PETS.replace("{ type: string }, name", "{ const: cat }, name", 1).replace(
            "{ type: string }, name", "{ const: dog }, name", 1
        ),
    ),
    Answered(
        "both of anyOf",
        "{ anyOf: [{ $ref: '#/components/schemas/A' }, { $ref: '#/components/schemas/B' }] }",
        '{"a": 1, "b": 2}',
        lambda it: it.model_dump() == {"a": 1, "b": 2},
        "A: { type: object, properties: { a: { type: integer } } }\nB: { type: object, properties: { b: { type: integer } } }",
    ),
    Answered(
        "allOf that narrows",
        THING,
        '{"kind": "x", "n": 1}',
        lambda it: (it.kind, it.n) == ("x", 1),
        "Base: { type: object, properties: { kind: { type: string }, n: { type: number } } }\nThing: { allOf: [{ $ref: '#/components/schemas/Base' }, { required: [kind], properties: { n: { type: integer, minimum: 1 } } }] }",
    ),
    Answered(
        "allOf of one",
        "{ type: object, properties: { a: { allOf: [{ $ref: '#/components/schemas/C' }], description: x } } }",
        '{"a": "RED"}',
        lambda it: it.a == "RED" and it.a.is_known,
        "C: { type: string, enum: [RED, BLUE] }",
    ),
    Answered(
        "oneOf beside properties",
        THING,
        '{"id": 1, "b": 2}',
        lambda it: (it.id, it.b) == (1, 2),
        "Thing: { type: object, required: [id], properties: { id: { type: integer } }, oneOf: [{ required: [a], properties: { a: { type: integer } } }, { required: [b], properties: { b: { type: integer } } }] }",
    ),
    Answered(
        "defaults of dates and enums",
        THING,
        "{}",
        lambda it: (it.at, it.day.year, it.c.name, it.l, it.n) == (NOON, 2026, "BLUE", ["x"], 1.0),
        "C: { type: string, enum: [RED, BLUE] }\nThing: { type: object, properties: { at: { type: string, format: date-time, default: '2026-01-02T12:00:00Z' }, day: { type: string, format: date, default: '2026-01-02' }, c: { $ref: '#/components/schemas/C', default: BLUE }, l: { type: array, items: { type: string }, default: [x] }, n: { type: number, default: 1 } } }",
    ),
    Answered(
        "default of an object",
        THING,
        "{}",
        lambda it: it.a.n == 3,
        "A: { type: object, properties: { n: { type: integer } } }\nThing: { type: object, properties: { a: { $ref: '#/components/schemas/A', default: { n: 3 } } } }",
    ),
    Answered(
        "tuple that is answered",
        "{ type: array, prefixItems: [{ type: string }, { type: integer }], minItems: 2, maxItems: 2 }",
        '["a", 1]',
        lambda it: it == ("a", 1),
    ),
    Answered(
        "places of any number",
        "{ type: array, prefixItems: [{ type: string }], items: { type: integer } }",
        '["a", 1, 2]',
        lambda it: it == ["a", 1, 2],
    ),
    Answered(
        "tree",
        THING,
        '{"kids": [{"kids": []}]}',
        lambda it: it.kids[0].kids == [],
        "Thing: { type: object, properties: { kids: { type: array, items: { $ref: '#/components/schemas/Thing' } } } }",
    ),
    Answered(
        "recursive map",
        THING,
        '{"a": {"b": {}}}',
        lambda it: it == {"a": {"b": {}}},
        "Thing: { type: object, additionalProperties: { $ref: '#/components/schemas/Thing' } }",
    ),
    Answered(
        "circle of aliases",
        THING,
        '[{"a": [1, [2]]}]',
        lambda it: it[0]["a"][1] == [2],
        "Thing: { type: array, items: { anyOf: [{ type: integer }, { $ref: '#/components/schemas/Other' }, { $ref: '#/components/schemas/Thing' }] } }\nOther: { type: object, additionalProperties: { $ref: '#/components/schemas/Thing' } }",
    ),
    Answered(
        "more properties with a type",
        THING,
        '{"a": 1, "x": 2}',
        lambda it: it.a == 1 and it.model_extra == {"x": 2},
        "Thing: { type: object, properties: { a: { type: integer } }, additionalProperties: { type: integer } }",
    ),
    Answered(
        "property that is only sent",
        THING,
        '{"a": "x"}',
        lambda it: it.a == "x",
        "Thing: { type: object, required: [a, pin], properties: { a: { type: string }, pin: { type: string, writeOnly: true } } }",
    ),
    Answered(
        "schemas named like words of Python",
        "{ type: array, items: { oneOf: [{ $ref: '#/components/schemas/None' }, { $ref: '#/components/schemas/list' }] } }",
        '[{"n": 1}, {"l": {"s": "x"}}]',
        lambda it: (it[0].n, it[1].l.s) == (1, "x"),
        "None: { type: object, required: [n], properties: { n: { type: integer } } }\nlist: { type: object, required: [l], properties: { l: { $ref: '#/components/schemas/Any' } } }\nAny: { type: object, properties: { s: { type: string } } }",
        is_alone=True,
    ),
    Answered(
        "schemas with dots and dashes",
        "{ $ref: '#/components/schemas/io.x.Page-Of_Thing' }",
        '{"n": 1}',
        lambda it: it.n == 1,
        '"io.x.Page-Of_Thing": { type: object, properties: { n: { type: integer } } }',
    ),
    Answered(
        "unknown value of an enum of numbers",
        "{ type: object, properties: { a: { type: integer, enum: [1, 2] } } }",
        '{"a": 7}',
        lambda it: it.a == 7 and not it.a.is_known,
    ),
    Answered(
        "address that is kept as it is",
        "{ type: object, properties: { a: { type: string, format: uri }, b: { type: string, format: password }, c: { type: string, format: duration }, d: { type: string, format: byte } } }",
        '{"a": "http://x", "b": "s", "c": "P1D", "d": "eA=="}',
        lambda it: (it.a, it.b, it.c, it.d) == ("http://x", "s", "P1D", "eA=="),
    ),
    Answered(
        "nullable enum",
        "{ type: object, properties: { a: { enum: [x, y, null] } } }",
        '{"a": null}',
        lambda it: it.a is None,
    ),
    Answered(
        "several types",
        "{ type: object, properties: { a: { type: [integer, string, 'null'] } } }",
        '{"a": "5"}',
        lambda it: it.a == "5",
    ),
    Answered(
        "merge keys of YAML",
        "{ <<: { type: object }, properties: { a: { type: integer } } }",
        '{"a": 1}',
        lambda it: it.a == 1,
    ),
]
