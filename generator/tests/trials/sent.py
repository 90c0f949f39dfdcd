"""Odd specifications of what is sent: how their clients are called, and what a server has to read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from trials.making import Client, asked, post

NOON = datetime(2026, 1, 2, 12, tzinfo=timezone.utc)
LIST = "schema: { type: array, items: { type: string } }"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


BARE_BYTES = (
    "/things:\n  post:\n    operationId: thing:make\n    requestBody:\n      required: true\n"
    "      content: { application/zip: {} }\n    responses:\n      '204': { description: Done. }"
)


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
    Sent("JSON of its older name", post("{ type: integer }", "text/json"), send(1), {"body": 1}),
    Sent("JSON in capitals", post("{ type: integer }", "Application/JSON"), send(1), {"body": 1}),
    Sent(
        "form in capitals",
        post("{ type: object, properties: { a: { type: string } } }", "Application/X-WWW-Form-URLEncoded"),
        make("ThingMakeRequest", a="é"),
        {"body": {"a": "é"}},
    ),
    Sent(
        "files in capitals",
        post("{ type: object, properties: { a: { type: string, format: binary } } }", "Multipart/Form-Data"),
        make("ThingMakeRequest", a=b"\xff"),
        {"body": {"a": b"\xff"}},
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
    Sent(
        "body of a GET",
        post("{ type: object, properties: { a: { type: integer } } }").replace("  post:", "  get:"),
        make("ThingMakeRequest", a=1),
        {"body": {"a": 1}},
    ),
    Sent(
        "body of a DELETE that is a list",
        post("{ type: array, items: { type: string, format: uuid } }").replace("  post:", "  delete:"),
        send(["5c0c1f39-5a1c-4f2f-9d0a-111111111111"]),
        {"body": ["5c0c1f39-5a1c-4f2f-9d0a-111111111111"]},
    ),
    Sent(
        "times and days",
        asked(
            "{ name: at, in: query, schema: { type: string, format: date-time } }\n{ name: X-Day, in: header, schema: { type: string, format: date } }\n{ name: day, in: path, required: true, schema: { type: string, format: date } }",
            "/x/{day}",
        ),
        ask(at=NOON, x_day=NOON.date(), day=NOON.date()),
        {"at": "2026-01-02T12:00:00.000000Z", "X-Day": "2026-01-02", "day": "2026-01-02"},
    ),
    Sent(
        "list of enum values in a header",
        asked("{ name: X-C, in: header, schema: { type: array, items: { type: string, enum: [a b, c] } } }"),
        lambda c: c.function("ask").build(x_c=[c.named("ThingAskXCItem").A_B, c.named("ThingAskXCItem").C]),
        {"X-C": ["a b", "c"]},
    ),
    Sent(
        "enum of fractions",
        asked("{ name: a, in: query, schema: { type: number, enum: [0.5, 1.5] } }"),
        lambda c: c.function("ask").build(a=c.named("ThingAskA")(1.5)),
        {"a": 1.5},
    ),
    Sent(
        "constant in the query",
        asked("{ name: v, in: query, required: true, schema: { type: integer, const: 2 } }"),
        ask(v=2),
        {"v": 2},
    ),
    Sent(
        "limits where the type is a reference",
        asked("{ name: a, in: query, schema: { $ref: '#/components/schemas/Few', maximum: 2 } }"),
        ask(a=2),
        {"a": 2},
        "Few: { type: integer, minimum: 1 }",
    ),
    Sent(
        "allOf in the query",
        asked("{ name: a, in: query, schema: { allOf: [{ type: string }, { minLength: 1 }] } }"),
        ask(a="x"),
        {"a": "x"},
    ),
    Sent(
        "file as OpenAPI 3.1 says it",
        post(
            "{ type: object, required: [f], properties: { f: { type: string, contentMediaType: application/octet-stream }, n: { type: integer } } }",
            MULTIPART,
        ),
        make("ThingMakeRequest", f=b"\x00\xff", n=1),
        {"body": {"f": b"\x00\xff", "n": 1}},
    ),
    Sent("bytes without a schema", BARE_BYTES, send(b"\x00"), {"body": b"\x00"}),
    Sent(
        "text that is JSON in base64",
        post(
            "{ type: object, properties: { a: { type: string, contentEncoding: base64 }, b: { type: string, format: byte } } }"
        ),
        make("ThingMakeRequest", a="eA==", b="eQ=="),
        {"body": {"a": "eA==", "b": "eQ=="}},
    ),
    Sent(
        "secret that is sent as it is",
        post("{ type: object, properties: { p: { type: string, format: password } } }"),
        make("ThingMakeRequest", p="s3cret"),
        {"body": {"p": "s3cret"}},
    ),
    Sent(
        "what is required and only read",
        post(
            "{ type: object, required: [a, id], properties: { id: { type: string, readOnly: true }, a: { type: string } } }"
        ).replace("required: [a, id]", "required: [a]"),
        make("ThingMakeRequest", a="x"),
        {"body": {"a": "x"}},
    ),
    Sent(
        "choice of shapes with constants",
        post("{ oneOf: [{ $ref: '#/components/schemas/ByMail' }, { $ref: '#/components/schemas/ByPost' }] }"),
        lambda c: c.function("make").build(c.named("ByPost")(kind="post", street="x")),
        {"body": {"kind": "post", "street": "x"}},
        "ByMail: { type: object, required: [kind], properties: { kind: { const: mail } } }\nByPost: { type: object, required: [kind, street], properties: { kind: { const: post }, street: { type: string } } }",
    ),
    Sent(
        "map of lists of objects",
        post(
            "{ type: object, additionalProperties: { type: array, items: { type: object, properties: { n: { type: integer } } } } }"
        ),
        lambda c: c.function("make").build({"a": [c.named("ThingMakeRequestValueItem")(n=1)]}),
        {"body": {"a": [{"n": 1}]}},
    ),
    Sent(
        "more properties beside those that are named",
        post("{ type: object, properties: { a: { type: integer } }, additionalProperties: true }"),
        make("ThingMakeRequest", a=1, x=[2]),
        {"body": {"a": 1, "x": [2]}},
    ),
    Sent(
        "properties named like keywords of schemas",
        post(
            "{ type: object, required: [type], properties: { type: { type: string }, properties: { type: object, properties: { items: { type: integer } } }, enum: { type: array, items: { type: string } }, default: { type: boolean }, allOf: { type: string }, $ref: { type: string }, nullable: { type: boolean } } }"
        ),
        lambda c: c.function("make").build(
            c.named("ThingMakeRequest")(
                type="a",
                properties=c.named("ThingMakeRequestProperties")(items=1),
                enum=["x"],
                default=True,
                all_of="b",
                field_ref="c",
                nullable=False,
            )
        ),
        {
            "body": {
                "type": "a",
                "properties": {"items": 1},
                "enum": ["x"],
                "default": True,
                "allOf": "b",
                "$ref": "c",
                "nullable": False,
            }
        },
    ),
    Sent(
        "several types of one value",
        post(
            "{ type: object, properties: { a: { type: [string, integer, array, 'null'], items: { type: integer }, maxLength: 3, minimum: 2 } } }"
        ),
        make("ThingMakeRequest", a=[1]),
        {"body": {"a": [1]}},
    ),
    Sent(
        "list of values that may be null",
        post("{ type: array, items: { type: [integer, 'null'] } }"),
        send([1, None]),
        {"body": [1, None]},
    ),
    Sent(
        "JSON with a charset",
        post("{ type: object, properties: { a: { type: string } } }", '"application/json; charset=utf-8"'),
        make("ThingMakeRequest", a="ä"),
        {"body": {"a": "ä"}},
    ),
    Sent(
        "property of a name that Python mangles",
        post(
            "{ type: object, properties: { __typename: { type: string }, self: { type: string }, mro: { type: string }, model_dump: { type: string }, model_x: { type: string } } }"
        ),
        lambda c: c.function("make").build(
            c.named("ThingMakeRequest").model_validate(
                {"__typename": "a", "self": "b", "mro": "c", "model_dump": "d", "model_x": "e"}
            )
        ),
        {"body": {"__typename": "a", "self": "b", "mro": "c", "model_dump": "d", "model_x": "e"}},
    ),
    Sent(
        "parameters named like types",
        asked(
            "\n".join(
                f"{{ name: {name}, in: query, schema: {kind} }}"
                for name, kind in {
                    "date": "{ type: string, format: date }",
                    "datetime": "{ type: string, format: date-time }",
                    "list": "{ type: array, items: { type: integer } }",
                    "str": "{ type: string, minLength: 1 }",
                    "type": "{ type: string, enum: [a, b] }",
                    "Any": "{ type: boolean }",
                    "self": "{ type: integer, minimum: 1 }",
                }.items()
            )
        ),
        lambda c: c.function("ask").build(
            date=NOON.date(), datetime=NOON, list=[1, 2], str="x", type=c.named("ThingAskType").A, any=True, self=3
        ),
        {
            "date": "2026-01-02",
            "datetime": "2026-01-02T12:00:00.000000Z",
            "list": [1, 2],
            "str": "x",
            "type": "a",
            "Any": True,
            "self": 3,
        },
    ),
]
