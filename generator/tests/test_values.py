"""Values that are made up of schemas, to prove the models: such as they allow, and such as they do not."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from wirewright.examples import Examples

OTHERS: dict[str, Any] = {
    "Loop": {
        "type": "object",
        "required": ["n"],
        "properties": {
            "n": {"type": "boolean"},
            "l": {"type": "array", "items": {"$ref": "#/components/schemas/Loop"}},
        },
    },
    "Flag": {"type": "boolean"},
}

ARRAY, MAP = "{ type: array, items: ", "{ type: object, additionalProperties: "
PLACE, CHOICE, FIELD = "{ type: array, prefixItems: [", "{ anyOf: [", "{ type: object, properties: { a: "
RIGHT: list[tuple[str, list[Any]]] = [
    ("{ type: string }", ["x", ""]),
    ("{ type: string, minLength: 2, maxLength: 3 }", ["xx"]),
    ("{ type: string, maxLength: 0 }", [""]),
    ("{ type: string, maxLength: 1 }", ["x", ""]),
    ("{ type: string, minLength: 1 }", ["x"]),
    ("{ type: string, pattern: x }", []),
    ("{ type: string, format: date-time }", ["2026-01-02T12:30:00Z"]),
    ("{ type: string, format: date, minLength: 2 }", ["2026-01-02"]),
    ("{ type: string, format: uuid }", ["5c0c1f39-5a1c-4f2f-9d0a-111111111111"]),
    ("{ type: string, format: email }", ["x", ""]),
    ("{ type: integer }", [0, 1, 2, 3]),
    ("{ type: number }", [0, 1, 2, 3, 1.5]),
    ("{ type: integer, minimum: 3 }", [3, 4, 5, 6]),
    ("{ type: integer, exclusiveMinimum: 3, maximum: 5 }", [4, 5]),
    ("{ type: integer, maximum: 5 }", [0, 1, 2, 3]),
    ("{ type: integer, maximum: 20 }", [15, 16, 17, 18]),
    ("{ type: integer, exclusiveMaximum: 20 }", [15, 16, 17, 18]),
    ("{ type: integer, minimum: 3, exclusiveMaximum: 5 }", [3, 4]),
    ("{ type: number, minimum: 0.5, maximum: 2 }", [1, 2]),
    ("{ type: integer, multipleOf: 5, minimum: 6 }", [10, 15, 20]),
    ("{ type: number, multipleOf: 0.5, maximum: 1 }", [-1.5, -1, -0.5, 0]),
    ("{ type: integer, minimum: 1, maximum: 1 }", [1]),
    ("{ type: boolean, nullable: true }", [True, False, None]),
    ("{ type: 'null' }", [None]),
    ("{ type: 'null', nullable: true }", [None]),
    ("{}", ["x", 1, None, [1, "a"], {"a": 1}]),
    ("{ enum: [a, b], type: string }", ["a", "b"]),
    ("{ x-tags: [t] , type: string }", ["t"]),
    ("{ anyOf: [{ type: boolean }, { type: integer }] }", [True, False, 0, 1, 2, 3]),
    ("{ type: array, items: { type: boolean } }", [[], [True, False]]),
    ("{ type: array, items: { type: boolean }, minItems: 3 }", [[True, False, True, False, True]]),
    ("{ type: array, items: { type: integer }, maxItems: 2 }", [[], [0, 1]]),
    ("{ type: array, items: { type: boolean }, uniqueItems: true }", [[], [True]]),
    ("{ type: array, items: { type: boolean }, uniqueItems: true, minItems: 2 }", [[True, False]]),
    ("{ type: array, items: { type: boolean }, uniqueItems: true, minItems: 3 }", []),
    ("{ type: array, items: { type: string, pattern: x } }", [[]]),
    ("{ type: array, items: { type: string, pattern: x }, minItems: 1 }", []),
    (
        "{ type: array, prefixItems: [{ type: boolean }, { type: integer }] }",
        [[True, 0], [True, 1], [True, 2], [False, 0], [False, 1]],
    ),
    (
        "{ type: object, additionalProperties: {} }",
        [{}, {"x": "x"}, {"x": 1}, {"x": None}, {"x": [1, "a"]}, {"x": {"a": 1}}],
    ),
    ("{ type: object, additionalProperties: { type: boolean }, minProperties: 1 }", [{"x": True}, {"x": False}]),
    ("{ type: object, additionalProperties: false }", [{}]),
    (
        "{ type: object, required: [a], "
        "properties: { a: { type: boolean }, b: { type: integer, minimum: 1, maximum: 2 } } }",
        [{"a": True}, {"a": False, "b": 2}, {"a": True, "b": 2}, {"a": False, "b": 1}],
    ),
    ("{ type: object, properties: { a: { type: string, pattern: x }, b: { type: boolean } }, required: [a] }", []),
    (
        "{ type: object, properties: { a: { type: string, pattern: x }, b: { type: boolean } }, required: [b] }",
        [{"b": True}, {"b": False}, {"b": True}],
    ),
    (
        "{ $ref: Loop }",
        [
            {"n": True},
            {"n": False, "l": [{"n": True}, {"n": False}, {"n": True}]},
            {"n": True, "l": [{"n": True}, {"n": False}, {"n": True}]},
            {"n": False, "l": []},
        ],
    ),
    ("{ $ref: Flag }", [True, False]),
    # Of what holds itself or many others there is an end.
    (ARRAY * 4 + "{ type: boolean }" + " }" * 4, [[], [[], [[], [[], [True, False]]]]]),
    (ARRAY * 5 + "{ type: boolean }" + " }" * 5, [[], [[], [[], [[], [[]]]]]]),
    (
        MAP * 4 + "{ type: 'null' }" + " }" * 4,
        [{}, {"x": {}}, {"x": {"x": {}}}, {"x": {"x": {"x": {}}}}, {"x": {"x": {"x": {"x": None}}}}],
    ),
    (
        MAP * 5 + "{ type: 'null' }" + " }" * 5,
        [{}, {"x": {}}, {"x": {"x": {}}}, {"x": {"x": {"x": {}}}}, {"x": {"x": {"x": {"x": {}}}}}],
    ),
    (PLACE * 3 + ARRAY + "{ type: 'null' }" + " }" + "] }" * 3, [[[[[]]]], [[[[None]]]]]),
    (PLACE * 4 + ARRAY + "{ type: 'null' }" + " }" + "] }" * 4, [[[[[[]]]]]]),
    (CHOICE * 3 + ARRAY + "{ type: 'null' }" + " }" + "] }" * 3, [[], [None]]),
    (CHOICE * 4 + ARRAY + "{ type: 'null' }" + " }" + "] }" * 4, [[]]),
    (
        FIELD * 3 + ARRAY + "{ type: 'null' }" + " }" + " } }" * 3,
        [{}, {"a": {"a": {"a": [None]}}}, {"a": {}}, {"a": {"a": {"a": []}}}, {"a": {"a": {}}}],
    ),
    (
        FIELD * 5 + "{ type: 'null' }" + " } }" * 5,
        [
            {},
            {"a": {"a": {"a": {}}}},
            {"a": {}},
            {"a": {"a": {"a": {"a": {}}}}},
            {"a": {"a": {}}},
            {"a": {"a": {"a": {"a": {}}}}},
        ],
    ),
]
WRONG: list[tuple[str, list[Any]]] = [
    ("{ a: { type: boolean }, b: { type: integer } }", [{"b": 0}, {"a": True}]),
    ("{ a: { type: boolean } }", [{}]),
    ("{ a: { type: string, pattern: x }, b: { type: integer } }", []),
    ("{}", []),
]
BEYOND: list[tuple[str, list[Any]]] = [
    ("{ type: string, minLength: 1 }", [""]),
    ("{ type: string, minLength: 0 }", []),
    ("{ type: string, minLength: 1, maxLength: 3 }", ["", "xxxx"]),
    ("{ type: string, minLength: 1, maxLength: 3, pattern: x }", []),
    ("{ type: string, minLength: 1, format: uuid }", []),
    ("{ type: string, maxLength: 1, enum: [a] }", []),
    ("{ type: string, maxLength: 2, format: email }", ["xxx"]),
    ("{ type: integer, minimum: 1, maximum: 3 }", [0, 4]),
    ("{ type: number, exclusiveMinimum: 1, exclusiveMaximum: 3 }", [1, 3]),
    ("{ type: array, items: {}, maxItems: 2 }", [[1, 1, 1]]),
    ("{ type: array, items: {}, uniqueItems: true }", [[1, 1]]),
    ("{ type: array, items: { type: integer }, maxItems: 2, uniqueItems: true }", []),
    ("{ type: boolean }", []),
]


def _node(text: str) -> dict[str, Any]:
    node: dict[str, Any] = yaml.safe_load(re.sub(r"\$ref: (\w+)", r"$ref: '#/components/schemas/\1'", text))
    return node


@pytest.mark.parametrize(("schema", "values"), RIGHT)
def test_a_schema_allows_these(schema: str, values: list[Any]) -> None:
    found = Examples({**OTHERS, "X": _node(schema)}).right("X")
    assert [(type(each), each) for each in found] == [(type(each), each) for each in values]


@pytest.mark.parametrize(("properties", "values"), WRONG)
def test_what_lacks_something_required_is_wrong(properties: str, values: list[Any]) -> None:
    whole = {"type": "object", "required": ["a", "b", "c"], "properties": _node(properties)}
    assert Examples({"X": whole}).wrong("X") == values
    assert Examples({"X": {**whole, "type": "array", "items": {}}}).wrong("X") == []
    assert Examples({"X": {"type": "object", "required": ["a"]}}).wrong("X") == []


@pytest.mark.parametrize(("schema", "values"), BEYOND)
def test_what_is_beyond_a_limit_is_wrong(schema: str, values: list[Any]) -> None:
    whole = {"type": "object", "required": ["r"], "properties": {"p": _node(schema), "r": {"type": "null"}}}
    assert Examples({"X": whole}).beyond("X") == [{"r": None, "p": value} for value in values]
    assert Examples({"X": _node(schema)}).beyond("X") == []


def test_there_are_no_more_of_them_than_are_quick_to_try() -> None:
    assert Examples({"X": {"enum": [*range(61)]}}).right("X") == [*range(60)]


@pytest.mark.parametrize(("length", "values"), [(16, [None]), (17, [])])
def test_a_value_is_looked_for_behind_so_many_references(length: int, values: list[Any]) -> None:
    chain = {str(number): _node(f"{{ $ref: _{number + 1} }}".replace("_", "")) for number in range(length)}
    chain |= {str(length): {"type": "null"}}
    assert Examples(chain).right("0") == values
