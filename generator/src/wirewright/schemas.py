"""Where schemas stand: in a document, and inside of each other. Everything else in them is data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from wirewright.documents import Node, is_list, is_map

REFERENCE = "#/components/schemas/"
NULLABLE = "nullable"
"""Set where null is allowed as well; a word of OpenAPI 3.0, and of no document once it is read."""
BASES = "x-bases"
"""The objects of `components` that an object adds properties to, and changes nothing of."""
MEMBER_NAMES, MEMBER_DOCS = "x-enum-varnames", "x-enum-descriptions"
"""Keys that other tools know as well: names of an enum's values, and what they mean, by the value or in order."""
STOOD = "x-stood"
"""At a reference: the schema that stood there before it was given a name; at that schema: true."""
TAGS = "x-tags"
"""The values by which a property tells an object from the other choices of a discriminator."""
LIMITS = frozenset(
    {"minLength", "maxLength", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
    | {"minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties"}
)
"""What holds a value to less than its type allows."""

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


def holders(document: Node, operations: list[Node]) -> Iterator[tuple[Node, str]]:
    """Each map with the key in it that holds a schema which is not inside of another."""
    schemas: Node = document["components"]["schemas"]
    for name in list(schemas):
        yield schemas, name
    for operation in operations:
        yield from of_operation(operation)


def of_operation(operation: Node) -> Iterator[tuple[Node, str]]:
    """The same for one operation: its parameters, what it is sent and what it answers."""
    for parameter in operation.get("parameters", []):
        if "schema" in parameter:
            yield parameter, "schema"
        yield from _media(parameter)
    yield from of_body(operation)
    for response in operation.get("responses", {}).values():
        yield from _media(response)


def of_body(operation: Node) -> Iterator[tuple[Node, str]]:
    """The same for what an operation is sent."""
    yield from _media(operation.get("requestBody"))


def _media(holder: Any) -> Iterator[tuple[Node, str]]:
    content = holder.get("content") if is_map(holder) else None
    for media in content.values() if is_map(content) else ():
        if is_map(media) and "schema" in media:
            yield media, "schema"


def target(reference: str) -> str:
    """The name of the schema that a reference names."""
    return reference.removeprefix(REFERENCE)


def reachable(schemas: Node, starts: list[Any]) -> set[str]:
    """The names of the schemas that the given schemas refer to, directly or through others."""
    found: set[str] = set()
    waiting = list(starts)
    while waiting:
        for part in inside(waiting.pop()):
            name = target(str(part.get("$ref")))
            if name in schemas and name not in found:
                found.add(name)
                waiting.append(schemas[name])
    return found


def is_class(schema: Node) -> bool:
    """Whether a class is made of a named schema in the canonical form."""
    has_fields = schema.get("type") == "object" and (bool(schema.get("properties")) or BASES in schema)
    return has_fields or is_enum(schema)


def is_enum(schema: Node) -> bool:
    """Whether a class with a member for each value is made of a named schema in the canonical form."""
    return "enum" in schema and schema.get("type") in {"string", "integer", "number"}


def kind_of(value: object) -> str:
    """The type that JSON Schema gives to a scalar."""
    if isinstance(value, bool):
        return "boolean"
    return "string" if isinstance(value, str) else "integer" if isinstance(value, int) else "number"


def is_simple(schema: Node) -> bool:
    """Whether a schema in the canonical form can be written where it stands: a reference, a scalar, lists of these."""
    if "anyOf" in schema:
        return "discriminator" not in schema and all(is_simple(part) for part in schema["anyOf"])
    if schema.get("type") == "array":
        return "prefixItems" not in schema and is_simple(schema["items"])
    return schema.get("type") != "object" and len(schema.get("enum", ())) < 2


def has_limits(schema: Node, schemas: Node, seen: frozenset[str] = frozenset()) -> bool:
    """Whether a value is held to limits beyond its type, apart from those that classes hold theirs to."""
    if "$ref" in schema:
        name = target(schema["$ref"])
        return not is_class(schemas[name]) and name not in seen and has_limits(schemas[name], schemas, seen | {name})
    if schema.get("format") in {"uuid", "date-time", "date"}:
        return False
    parts = [*schema.get("anyOf", ()), *([schema["items"]] if is_map(schema.get("items")) else [])]
    return bool(LIMITS & schema.keys()) or any(has_limits(part, schemas, seen) for part in parts)
