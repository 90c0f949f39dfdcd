"""Discriminators: each value that they name leads to one of the choices, and each choice has a value."""

from __future__ import annotations

from typing import Any

from wirewright.documents import Documents, Node, is_map
from wirewright.schemas import BASES, REFERENCE, TAGS, holders, inside, target
from wirewright.selection import operations


def settle(document: Node, documents: Documents) -> None:
    """Write out which value means which schema, in place; a discriminator that leads nowhere is a fault."""
    schemas: Node = document["components"]["schemas"]
    for holder, key in holders(document, [operation for _, _, operation in operations(document)]):
        for part in inside(holder[key]):
            if "discriminator" in part:
                tags = _tags(part, schemas, documents)
                wire: str = part["discriminator"]["propertyName"]
                part["discriminator"] = {
                    "propertyName": wire,
                    "mapping": {value: REFERENCE + name for value, name in tags.items()},
                }
                for name in set(tags.values()):
                    _narrow(schemas[name], wire, tags, name, documents)


def _narrow(schema: Node, wire: str, tags: dict[str, str], name: str, documents: Documents) -> None:
    """Say at the property which values it has as one of the choices; it is then no other object's property."""
    found: Node = schema["properties"][wire]
    values = [value for value, owner in tags.items() if owner == name]
    schema["properties"][wire] = documents.moved({**found, TAGS: values}, found)
    schema.pop(BASES, None)


def _tags(schema: Node, schemas: Node, documents: Documents) -> dict[str, str]:
    """Value of the discriminator → name of the schema that it means."""
    place = documents.place(schema)
    discriminator: Any = schema["discriminator"]
    wire: Any = discriminator.get("propertyName") if is_map(discriminator) else None
    if not isinstance(wire, str):
        raise place.fault("the discriminator names no property (propertyName)")
    names = [target(option["$ref"]) for option in schema["anyOf"] if "$ref" in option]
    if len(names) != len(schema["anyOf"]) or any(schemas[name].get("type") != "object" for name in names):
        raise place.fault(
            f"the discriminator {wire!r} can tell only named objects apart, and one of the choices is none"
        )
    mapping: dict[str, str] = {}
    meant: Any = discriminator.get("mapping") or {}
    if not is_map(meant):
        raise place.fault("the `mapping` of the discriminator has to be a map")
    for value, reference in meant.items():
        name = target(str(reference))
        if name not in names:
            raise place.fault(f"the discriminator leads {value!r} to {reference!r}, which is none of the choices")
        mapping[value] = name
    tags = dict(mapping)
    owners: dict[str, str] = {}
    for name in names:
        values = _values_of(name, wire, schemas, documents)
        for value in values if name not in mapping.values() else ():
            if (other := owners.setdefault(value, name)) != name:
                raise place.fault(f"the discriminator {wire!r} is {value!r} of both {other} and {name}")
        if name not in mapping.values():
            tags.update(dict.fromkeys(values or [name], name))
        elif odd := [value for value, owner in mapping.items() if owner == name and values and value not in values]:
            raise place.fault(f"the discriminator leads {odd[0]!r} to {name}, whose {wire!r} is never that")
    return tags


def _values_of(name: str, wire: str, schemas: Node, documents: Documents) -> list[str]:
    """The values that a schema allows its discriminator; none where it allows all."""
    found: Node = schemas[name]
    part: Any = found.get("properties", {}).get(wire)
    if part is None or wire not in found.get("required", ()):
        raise documents.place(found).fault(f"{name} is told by {wire!r}, which is no property that it requires")
    while "$ref" in part:
        part = schemas[target(part["$ref"])]
    if part.get("type") != "string":
        raise documents.place(found).fault(f"{name} is told by {wire!r}, which is no text")
    return list(part.get("enum", ()))
