"""Where schemas stand, and what kind each is."""

from __future__ import annotations

from typing import Any

import pytest

from wirewright import schemas

FIELDS: dict[str, Any] = {"type": "object", "properties": {"a": {"type": "string"}}}
MAP: dict[str, Any] = {"type": "object", "additionalProperties": {"type": "string"}}
NAMED: dict[str, Any] = {
    "Class": {"type": "object", "properties": {"a": {"type": "string", "minLength": 1}}},
    "Text": {"type": "string", "minLength": 1},
    "Plain": {"type": "string"},
    "Loop": {"type": "array", "items": {"$ref": "#/components/schemas/Loop"}},
}


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


@pytest.mark.parametrize(
    ("schema", "is_class", "is_enum", "is_simple"),
    [
        (FIELDS, True, False, False),
        (MAP, False, False, False),
        ({"type": "object", "properties": {}}, False, False, False),
        ({"type": "object", "x-bases": ["A"]}, True, False, False),
        ({"type": "array", "items": {}, "x-bases": ["A"]}, False, False, True),
        ({"properties": {"a": {}}}, False, False, True),
        ({"type": "string", "enum": ["a", "b"]}, True, True, False),
        ({"type": "integer", "enum": [1, 2]}, True, True, False),
        ({"type": "number", "enum": [1.5, 2]}, True, True, False),
        ({"type": "string", "enum": ["a"]}, True, True, True),
        ({"type": "boolean", "enum": [True, False]}, False, False, False),
        ({"enum": ["a", 1]}, False, False, False),
        ({"type": "string"}, False, False, True),
        ({}, False, False, True),
        (ref("Class"), False, False, True),
        ({"type": "array", "items": {"type": "string"}}, False, False, True),
        ({"type": "array", "items": FIELDS}, False, False, False),
        ({"type": "array", "prefixItems": []}, False, False, False),
        ({"anyOf": [{"type": "string"}, ref("Class")]}, False, False, True),
        ({"anyOf": [{"type": "string"}, MAP]}, False, False, False),
        ({"anyOf": [ref("Class")], "discriminator": {}}, False, False, False),
    ],
)
def test_a_schema_is_of_a_kind(schema: dict[str, Any], is_class: bool, is_enum: bool, is_simple: bool) -> None:
    assert (schemas.is_class(schema), schemas.is_enum(schema), schemas.is_simple(schema)) == (
        is_class,
        is_enum,
        is_simple,
    )


@pytest.mark.parametrize(
    ("schema", "has_limits"),
    [
        ({"type": "string"}, False),
        ({"type": "string", "minLength": 1}, True),
        ({"type": "string", "minLength": 1, "format": "email"}, True),
        ({"type": "string", "minLength": 1, "format": "uuid"}, False),
        ({"type": "string", "minLength": 1, "format": "date-time"}, False),
        ({"type": "string", "minLength": 1, "format": "date"}, False),
        (ref("Class"), False),
        (ref("Plain"), False),
        (ref("Text"), True),
        (ref("Loop"), False),
        ({"type": "array", "items": ref("Text")}, True),
        ({"type": "array", "items": ref("Plain")}, False),
        ({"type": "array", "items": {}, "uniqueItems": True}, True),
        ({"type": "array", "prefixItems": [], "items": False}, False),
        ({"anyOf": [{"type": "integer"}, ref("Text")]}, True),
        ({"anyOf": [{"type": "integer"}, ref("Plain")]}, False),
        *(
            ({"type": "x", key: 1}, True)
            for key in ("maxLength", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
        ),
        *(({"type": "x", key: 1}, True) for key in ("multipleOf", "minItems", "maxItems")),
        *(({"type": "x", key: 1}, True) for key in ("minProperties", "maxProperties")),
    ],
)
def test_a_value_is_held_to_limits(schema: dict[str, Any], has_limits: bool) -> None:
    assert schemas.has_limits(schema, NAMED) is has_limits


@pytest.mark.parametrize(("value", "kind"), [(True, "boolean"), ("a", "string"), (1, "integer"), (1.5, "number")])
def test_a_scalar_has_a_type(value: object, kind: str) -> None:
    assert schemas.kind_of(value) == kind


SINGLE = (
    *("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"),
    *("unevaluatedProperties", "unevaluatedItems", "contentSchema"),
)
"""Keywords whose value is one schema."""


def test_schemas_are_found_where_they_stand_and_nowhere_else() -> None:
    def of(number: int) -> dict[str, Any]:
        return {"const": number}

    schema: dict[str, Any] = {
        "properties": {"a": of(1), "default": of(2)},
        "patternProperties": {"a": of(3)},
        "$defs": {"a": of(4)},
        "dependentSchemas": {"a": of(5)},
        "allOf": [of(6)],
        "anyOf": [of(7)],
        "oneOf": [of(8)],
        "prefixItems": [of(9)],
        **{key: of(10 + number) for number, key in enumerate(SINGLE)},
        "default": of(90),
        "example": {"properties": {"a": of(91)}},
        "enum": [of(92)],
    }
    found = [each["const"] for each in schemas.inside(schema) if "const" in each]
    assert sorted(found) == [*range(1, 10), *range(10, 10 + len(SINGLE))]
    assert next(schemas.inside(schema)) is schema
    assert list(schemas.inside(True)) == []
    odd: dict[str, Any] = {"items": True, "properties": [of(1)], "allOf": {"a": of(2)}, "anyOf": True}
    assert list(schemas.inside(odd)) == [odd]


def test_the_schemas_of_a_document_are_found_with_their_holders() -> None:
    operation: dict[str, Any] = {
        "parameters": [{"schema": 1}, {"content": {"a/b": {"schema": 2}}}, {}],
        "requestBody": {"content": {"a/b": {"schema": 3}, "c/d": {}, "e/f": 1}},
        "responses": {"200": {"content": {"a/b": {"schema": 4}}}, "204": {}},
    }
    document = {"components": {"schemas": {"A": 5}}}
    assert [holder[key] for holder, key in schemas.holders(document, [operation, {}])] == [5, 1, 2, 3, 4]
    assert [holder[key] for holder, key in schemas.of_body(operation)] == [3]
    assert list(schemas.of_operation({"requestBody": None})) == []


def test_what_schemas_refer_to_is_reached() -> None:
    named = {
        "A": {"properties": {"b": ref("B")}},
        "B": {"items": ref("A")},
        "C": {"items": ref("D")},
        "D": {},
    }
    assert schemas.reachable(named, [ref("A")]) == {"A", "B"}
    assert schemas.reachable(named, [ref("C"), {"$ref": "#/other"}, {"$ref": 1}, ref("Gone")]) == {"C", "D"}
    assert schemas.reachable(named, []) == set()
