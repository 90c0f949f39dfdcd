"""Where schemas stand: in a document, and inside of each other. Everything else in them is data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from codegen.documents import Node, is_list, is_map

MAPS = frozenset({"properties", "patternProperties", "$defs", "dependentSchemas"})
LISTS = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
SINGLE = frozenset(
    {"items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"}
    | {"unevaluatedProperties", "unevaluatedItems", "contentSchema"}
)


def children(schema: Node) -> Iterator[Any]:
    """The schemas right below a schema."""
    for key, value in schema.items():
        if key in MAPS and is_map(value):
            yield from value.values()
        elif key in LISTS and is_list(value):
            yield from value
        elif key in SINGLE:
            yield value


def inside(schema: Any) -> Iterator[Node]:
    """The schema and all schemas below it, outermost first; references are not followed."""
    if is_map(schema):
        yield schema
        for child in children(schema):
            yield from inside(child)
