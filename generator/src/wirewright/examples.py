"""Values that a schema in the canonical form allows, each part in each of its shapes, and some that it does not."""

from __future__ import annotations

import itertools
from typing import Any, TypeAlias

from wirewright.documents import Node, is_map
from wirewright.schemas import LIMITS, NULLABLE, TAGS, target

Json: TypeAlias = Any
"""A value as JSON has it."""

_DEPTH = 4
_MOST = 60
_TEXTS = {
    "date-time": "2026-01-02T12:30:00Z",
    "date": "2026-01-02",
    "uuid": "5c0c1f39-5a1c-4f2f-9d0a-111111111111",
}
_ANYTHING: tuple[Json, ...] = ("x", 1, None, [1, "a"], {"a": 1})


class Examples:
    """Makes values of the named schemas of a document."""

    def __init__(self, schemas: Node) -> None:
        self._schemas = schemas

    def right(self, name: str) -> list[Json]:
        """Values of a named schema; none where they cannot be made up, such as of a pattern."""
        return self._values(self._schemas[name], 0)[:_MOST]

    def wrong(self, name: str) -> list[Json]:
        """Values that lack what a named object requires, or go beyond one limit of it."""
        schema: Node = self._schemas[name]
        if schema.get("type") != "object" or not schema.get("properties"):
            return []
        found: list[Json] = []
        for value in self._values(schema, 0)[:1]:
            known = [key for key in schema.get("required", ()) if key in schema["properties"] and key in value]
            found += [{each: part for each, part in value.items() if each != key} for key in known]
        return found

    def beyond(self, name: str) -> list[Json]:
        """Values of a named object that go beyond a limit of one of its properties."""
        schema: Node = self._schemas[name]
        found: list[Json] = []
        if schema.get("type") != "object":
            return found
        for value in self._values(schema, 0)[:1]:
            for key, part in schema.get("properties", {}).items():
                found += [{**value, key: odd} for odd in _beyond(part)]
        return found

    def _values(self, schema: Node, depth: int) -> list[Json]:
        """Values, the plainest first; an object's first has what is required alone."""
        if depth > 4 * _DEPTH:
            return []
        found = self._some(schema, depth)
        return [*found, None] if schema.get(NULLABLE) and found and None not in found else found

    def _some(self, schema: Node, depth: int) -> list[Json]:
        if TAGS in schema:
            return list(schema[TAGS])
        if "$ref" in schema:
            return self._values(self._schemas[target(schema["$ref"])], depth + 1)
        if "anyOf" in schema:
            each = [self._values(part, depth + 1)[:4] for part in schema["anyOf"]]
            return [value for values in each for value in values]
        if "enum" in schema:
            return list(schema["enum"])
        match schema.get("type"):
            case "string":
                return _texts(schema)
            case "integer" | "number":
                return _numbers(schema)
            case "boolean":
                return [True, False]
            case "null":
                return [None]
            case "array":
                return self._lists(schema, depth)
            case "object":
                return self._objects(schema, depth)
            case _:
                return list(_ANYTHING)

    def _lists(self, schema: Node, depth: int) -> list[Json]:
        least, most = schema.get("minItems", 0), schema.get("maxItems", 5)
        if "prefixItems" in schema:
            places = [self._values(part, depth + 1)[:3] for part in schema["prefixItems"]]
            return [list(row) for row in itertools.islice(itertools.product(*places), 5)]
        empty: list[Json] = [] if least else [[]]
        items = self._values(schema["items"], depth + 1) if depth < _DEPTH else []
        if not items:
            return empty
        if schema.get("uniqueItems"):
            return [*empty, items[: max(least, 1)]] if len(items) >= least else empty
        whole = (items * max(1, least))[: max(most, least)]
        return [*empty, whole]

    def _objects(self, schema: Node, depth: int) -> list[Json]:
        properties: Node = schema.get("properties", {})
        required = schema.get("required", ())
        parts: dict[str, list[Json]] = {}
        for key, part in properties.items():
            values = self._values(part, depth + 1) if key in required or depth < _DEPTH else []
            if key in required and not values:
                return []
            if values:
                parts[key] = values
        least = {key: values[0] for key, values in parts.items() if key in required}
        full = {key: values[-1] for key, values in parts.items()}
        found: list[Json] = [least] if not schema.get("minProperties") else []
        if properties:
            found.append(full)
            found += [{**full, key: value} for key, values in parts.items() for value in values[:-1]]
        more = schema.get("additionalProperties")
        if is_map(more) and depth < _DEPTH:
            found += [{**least, "x": value} for value in self._values(more, depth + 1)[:5]]
        return found


def _texts(schema: Node) -> list[Json]:
    if "pattern" in schema:
        return []  # a text that matches would have to be found
    if schema.get("format") in _TEXTS:
        return [_TEXTS[schema["format"]]]
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    sizes = [max(least, 1), least] if most is None or most >= max(least, 1) else [least]
    return list(dict.fromkeys("x" * size for size in sizes))


def _numbers(schema: Node) -> list[Json]:
    step = schema.get("multipleOf", 1)
    low = schema.get("minimum", schema.get("exclusiveMinimum", None))
    high = schema.get("maximum", schema.get("exclusiveMaximum", None))
    start = low if low is not None else high - 5 * step if high is not None else 0
    found = [(start // step + index) * step for index in range(4)]
    fits = [
        number
        for number in found
        if number >= schema.get("minimum", number)
        and number <= schema.get("maximum", number)
        and number > schema.get("exclusiveMinimum", number - 1)
        and number < schema.get("exclusiveMaximum", number + 1)
    ]
    whole = [int(number) if float(number).is_integer() else number for number in fits]
    if schema["type"] == "number" and not LIMITS & schema.keys():
        whole.append(1.5)
    return [number for number in whole if schema["type"] == "number" or isinstance(number, int)]


def _beyond(schema: Node) -> list[Json]:
    """Values beyond the limits of a schema that is no reference."""
    if schema.get("format") in _TEXTS or "enum" in schema:
        return []
    found: list[Json] = []
    kind = schema.get("type")
    if kind == "string" and schema.get("minLength", 0) > 0 and "pattern" not in schema:
        found.append("")
    if kind == "string" and "maxLength" in schema and "pattern" not in schema:
        found.append("x" * (schema["maxLength"] + 1))
    if kind in {"integer", "number"}:
        found += [schema["minimum"] - 1] if "minimum" in schema else []
        found += [schema["maximum"] + 1] if "maximum" in schema else []
        found += [schema[key] for key in ("exclusiveMinimum", "exclusiveMaximum") if key in schema]
    if kind == "array" and "items" in schema and not schema["items"]:
        found += [[1] * (schema["maxItems"] + 1)] if "maxItems" in schema else []
        found += [[1, 1]] if schema.get("uniqueItems") else []
    return found
