"""Odd specifications of what is answered: what a server answers, and what their clients make of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from trials.making import get
from trials.sent import NOON


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
    Answered("null", "{ type: [object, 'null'], properties: { n: { type: integer } } }", "null", lambda it: it is None),
    Answered(
        "null for a schema with a name",
        "{ type: array, items: { $ref: '#/components/schemas/Maybe' } }",
        '[null, {"n": 1}]',
        lambda it: it[0] is None and it[1].n == 1,
        "Maybe: { type: [object, 'null'], properties: { n: { type: integer } } }",
    ),
    Answered(
        "choice by types",
        "{ oneOf: [{ type: integer }, { type: boolean }, { type: array, items: { type: string } }] }",
        "true",
        lambda it: it is True,
    ),
    Answered(
        "text that looks like a time",
        "{ type: object, properties: { a: { anyOf: [{ type: string, format: date-time }, { type: string }] } } }",
        '{"a": "2026"}',
        lambda it: it.a == "2026",
    ),
    Answered(
        "discriminator that is an enum, several values to one schema",
        "{ oneOf: [{ $ref: '#/components/schemas/Bird' }, { $ref: '#/components/schemas/Fish' }], discriminator: { propertyName: kind, mapping: { lark: '#/components/schemas/Bird', crow: '#/components/schemas/Bird', cod: '#/components/schemas/Fish' } } }",
        '{"kind": "crow"}',
        lambda it: type(it).__name__.endswith("Bird") and it.kind == "crow",
        "Kind: { type: string, enum: [lark, crow, cod] }\nBird: { type: object, required: [kind], properties: { kind: { $ref: '#/components/schemas/Kind' } } }\nFish: { type: object, required: [kind], properties: { kind: { $ref: '#/components/schemas/Kind' } } }",
    ),
    Answered(
        "discriminator of one choice with null",
        "{ type: object, properties: { a: { oneOf: [{ $ref: '#/components/schemas/Ant' }, { $ref: '#/components/schemas/Bee' }, { type: 'null' }], discriminator: { propertyName: t } } } }",
        '{"a": null}',
        lambda it: it.a is None,
        "Ant: { type: object, required: [t], properties: { t: { const: ant } } }\nBee: { type: object, required: [t], properties: { t: { const: bee } } }",
    ),
    Answered(
        "allOf of three with inheritance",
        THING,
        '{"a": 1, "b": 2, "c": 3}',
        lambda it: (it.a, it.b, it.c) == (1, 2, 3),
        "One: { type: object, required: [a], properties: { a: { type: integer } } }\nTwo: { allOf: [{ $ref: '#/components/schemas/One' }, { type: object, properties: { b: { type: integer } } }] }\nThing: { allOf: [{ $ref: '#/components/schemas/Two' }, { type: object, required: [c], properties: { c: { type: integer } } }] }",
    ),
    Answered(
        "allOf of a choice and an object",
        THING,
        '{"id": 1, "b": "x"}',
        lambda it: it.id == 1 and it.b == "x",
        "A: { type: object, required: [a], properties: { a: { type: integer } } }\nB: { type: object, required: [b], properties: { b: { type: string } } }\nThing: { allOf: [{ oneOf: [{ $ref: '#/components/schemas/A' }, { $ref: '#/components/schemas/B' }] }, { type: object, required: [id], properties: { id: { type: integer } } }] }",
    ),
    Answered(
        "values of a map that are closed",
        "{ type: object, additionalProperties: { type: object, additionalProperties: false, properties: { a: { type: integer } } } }",
        '{"x": {"a": 1, "new": 2}}',
        lambda it: it["x"].a == 1,
    ),
    Answered(
        "enum with a value of every kind",
        "{ type: object, properties: { a: { enum: [1, x, 2.5, true, null] } } }",
        '{"a": 2.5}',
        lambda it: it.a == 2.5,
    ),
    Answered(
        "enum values like words of Python",
        "{ type: array, items: { type: string, enum: [None, 'True', class, mro, name, value, '__init__', 'a-b', a_b, a b, 'ä', '✓', '1', '-1', '1.0'] } }",
        '["None", "mro", "a b", "\\u2713", "new"]',
        lambda it: (
            [str(each) for each in it] == ["None", "mro", "a b", "✓", "new"] and it[0].is_known and not it[4].is_known
        ),
    ),
    Answered(
        "names of enum values that are given",
        "{ type: object, properties: { a: { type: integer, enum: [0, 1], x-enum-varnames: ['Off', 'On'] } } }",
        '{"a": 1}',
        lambda it: it.a.name == "ON",
    ),
    Answered(
        "numbers beyond what doubles hold",
        "{ type: object, properties: { a: { type: integer, format: int64 }, b: { type: number } } }",
        '{"a": 9223372036854775807, "b": 1}',
        lambda it: it.a == 9223372036854775807 and it.b == 1,
    ),
    Answered(
        "limits that a newer server has moved",
        "{ type: object, properties: { a: { type: string, maxLength: 1, pattern: '^x$' }, b: { type: array, maxItems: 1, uniqueItems: true, items: { type: integer, maximum: 1 } } } }",
        '{"a": "long", "b": [5, 5]}',
        lambda it: it.a == "long" and it.b == [5, 5],
    ),
    Answered(
        "map by a pattern",
        "{ type: object, patternProperties: { '^x-': { type: integer } } }",
        '{"x-a": 1}',
        lambda it: it == {"x-a": 1},
    ),
    Answered(
        "schema that is true",
        "{ type: object, properties: { a: true } }",
        '{"a": [1, null]}',
        lambda it: it.a == [1, None],
    ),
    Answered(
        "schemas inside of schemas",
        "{ $ref: '#/components/schemas/Outer/properties/deep/items' }",
        '{"n": 1}',
        lambda it: it.n == 1,
        "Outer: { type: object, properties: { deep: { type: array, items: { type: object, properties: { n: { type: integer } } } } } }",
        is_alone=True,
    ),
    Answered(
        "lines of JSON are bytes",
        "",
        '{"a": 1}\n{"a": 2}\n',
        lambda it: it == b'{"a": 1}\n{"a": 2}\n',
        media="application/x-ndjson",
        content="{ application/x-ndjson: { schema: { type: object } } }",
    ),
    Answered(
        "JSON of a vendor",
        "",
        '{"n": 1}',
        lambda it: it.n == 1,
        media="application/vnd.api+json",
        content="{ application/vnd.api+json: { schema: { type: object, properties: { n: { type: integer } } } } }",
    ),
    Answered(
        "two kinds of JSON",
        "",
        '{"b": 1}',
        lambda it: it.b == 1,
        media="application/hal+json",
        content="{ application/json: { schema: { type: object, properties: { a: { type: integer } } } }, application/hal+json: { schema: { type: object, properties: { b: { type: integer } } } } }",
    ),
    Answered(
        "trees of two kinds",
        THING,
        '{"left": {"kids": [{"left": null}]}}',
        lambda it: it.left.kids[0].left is None,
        "Thing: { type: object, properties: { left: { anyOf: [{ $ref: '#/components/schemas/Node' }, { type: 'null' }] } } }\nNode: { type: object, required: [kids], properties: { kids: { type: array, items: { $ref: '#/components/schemas/Thing' } } } }",
    ),
    Answered(
        "defaults of every kind",
        THING,
        "{}",
        lambda it: (
            (it.i.name, it.e.name, it.d, it.u.year, [x.name for x in it.l], it.m, it.t, it.b)
            == ("VALUE_2", "RED_2", "2026-01-01", 2026, ["RED"], {"x": 1}, "x", False)
        ),
        "Thing: { type: object, properties: { i: { type: integer, enum: [1, 2], default: 2 }, e: { enum: [red, RED], default: red }, d: { type: string, format: date, enum: ['2026-01-01', '2026-01-02'], default: '2026-01-01' }, u: { anyOf: [{ type: integer }, { type: string, format: date }], default: '2026-01-01' }, l: { type: array, items: { enum: [RED, BLUE] }, default: [RED] }, m: { type: object, additionalProperties: { type: integer }, default: { x: 1 } }, t: { type: string, default: x }, b: { type: boolean, default: false } } }",
    ),
    Answered(
        "discriminator of objects that inherit it",
        f"{{ {CAT_OR_DOG}, discriminator: {{ propertyName: kind, mapping: {{ c: '#/components/schemas/Cat', d: '#/components/schemas/Dog' }} }} }}",
        '{"kind": "d", "b": 1}',
        lambda it: type(it).__name__.endswith("Dog") and it.b == 1,
        "Base: { type: object, required: [kind], properties: { kind: { type: string } } }\nCat: { allOf: [{ $ref: '#/components/schemas/Base' }, { type: object, properties: { a: { type: integer } } }] }\nDog: { allOf: [{ $ref: '#/components/schemas/Base' }, { type: object, properties: { b: { type: integer } } }] }",
    ),
    Answered(
        "names that differ in style",
        "{ type: object, properties: { userId: { type: integer }, user_id: { type: string }, a1: { type: integer }, a_1: { type: integer }, A1: { type: integer } } }",
        '{"user_id": "x", "a_1": 2, "A1": 3}',
        lambda it: (
            it.user_id == "x"
            and it.a_1 == 2
            and it.model_dump(by_alias=True, exclude_unset=True) == {"user_id": "x", "a_1": 2, "A1": 3}
        ),
    ),
    Answered("moment", "{ type: string, format: date-time }", '"2026-01-02T12:00:00Z"', lambda it: it == NOON),
    Answered(
        "choice that may be a list of itself",
        THING,
        '["a", ["b", []]]',
        lambda it: it == ["a", ["b", []]],
        "Thing: { oneOf: [{ type: string }, { type: array, items: { $ref: '#/components/schemas/Thing' } }] }",
    ),
    Answered(
        "discriminator of a tree",
        THING,
        '{"k": "node", "kids": [{"k": "leaf"}, {"k": "node", "kids": []}]}',
        lambda it: [type(kid).__name__[-4:] for kid in it.kids] == ["Leaf", "Node"],
        "Thing: { oneOf: [{ $ref: '#/components/schemas/Leaf' }, { $ref: '#/components/schemas/Node' }], discriminator: { propertyName: k, mapping: { leaf: '#/components/schemas/Leaf', node: '#/components/schemas/Node' } } }\nLeaf: { type: object, required: [k], properties: { k: { type: string } } }\nNode: { type: object, required: [k, kids], properties: { k: { type: string }, kids: { type: array, items: { $ref: '#/components/schemas/Thing' } } } }",
    ),
    Answered(
        "one of two properties",
        "{ type: object, properties: { a: { type: integer }, b: { type: integer } }, oneOf: [{ required: [a] }, { required: [b] }] }",
        '{"b": 1}',
        lambda it: it.b == 1 and it.a is None,
    ),
    Answered(
        "lists that may be null in lists that may be null",
        "{ type: array, items: { type: [array, 'null'], items: { type: [integer, 'null'] } } }",
        "[null, [1, null]]",
        lambda it: it == [None, [1, None]],
    ),
]
