"""Schemas in the canonical form → as the tools read them: JSON Schema of OpenAPI 3.1, without what they misread."""

from __future__ import annotations

import copy
import re
import textwrap
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from wirewright.documents import Documents, Node, Place, is_list, is_map
from wirewright.merging import OVERLAPPING
from wirewright.naming import identifier, members, pascal, unique
from wirewright.openapi import Specification
from wirewright.schemas import (
    BASES,
    LIMITS,
    MEMBER_DOCS,
    MEMBER_NAMES,
    NULLABLE,
    REFERENCE,
    STOOD,
    TAGS,
    holders,
    inside,
    is_enum,
    kind_of,
    of_body,
    of_operation,
    reachable,
    target,
)

ID = "Id"
"""The type of ids that are sent; its module is a template."""
MEMBERS, DOCS, UNIQUE = "members", "docs", "unique_items"

_DOC_WIDTH = 100
# What pydantic has types for that give back what they took. Others are texts: `http://x` stays without a slash behind.
_FORMATS = frozenset({"date-time", "date", "uuid", "int32", "int64", "float", "double"})
_IDLE = frozenset(
    {OVERLAPPING, BASES, STOOD, TAGS, "title", "example", "examples", "deprecated", MEMBER_NAMES, MEMBER_DOCS}
)


@dataclass(frozen=True)
class Uses:
    """Which schemas are met where."""

    received: set[str]
    sent: set[str]
    in_forms: set[str]
    choices: set[str]
    """Objects that stand in a choice, so that the single value of a property may be all that tells them apart."""
    overlapping: set[str]
    """Objects of which a value may be several at once, so that what one does not know belongs to another."""

    @classmethod
    def of(cls, specification: Specification) -> Uses:
        """The uses of all named schemas."""
        schemas: Node = specification.document["components"]["schemas"]
        operations = specification.operations
        sent = [holder[key] for operation in operations for holder, key in of_body(operation)]
        answers = [{"responses": operation["responses"]} for operation in operations]
        received = [holder[key] for answer in answers for holder, key in of_operation(answer)]
        forms = [
            media["schema"]
            for operation in operations
            for kind, media in operation.get("requestBody", {}).get("content", {}).items()
            if kind.lower().startswith("multipart/")
        ]
        choices: set[str] = set()
        overlapping: set[str] = set()
        for holder, key in holders(specification.document, operations):
            for part in inside(holder[key]):
                objects = {_object_of(option, schemas) for option in part.get("anyOf", ())} - {""}
                choices |= objects if "discriminator" not in part else set()
                overlapping |= objects if part.get(OVERLAPPING) and len(objects) > 1 else set()
        return cls(
            _with_bases(reachable(schemas, received), schemas),
            _with_bases(reachable(schemas, sent), schemas),
            reachable(schemas, forms),
            choices,
            overlapping,
        )


@dataclass
class Dialect:
    """The named schemas as datamodel-code-generator is given them, and what it is told besides."""

    schemas: Node = field(default_factory=dict[str, Any])
    aliases: dict[str, str] = field(default_factory=dict[str, str])
    """`Class.property` → name of its field, where the tool would give two of them one name."""
    data: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    """Class → what its template is told: the names of an enum's members, lists that hold nothing twice."""


def of(specification: Specification) -> Dialect:
    """The schemas as the models need them: what a server sends is taken as it is, what we send is checked."""
    made = _Maker(specification)
    for name in list(made.canonical):
        made.schema(name)
    return made.dialect


def _with_bases(names: set[str], schemas: Node) -> set[str]:
    waiting, found = [*names], set(names)
    while waiting:
        bases = set(schemas[waiting.pop()].get(BASES, ()))
        more = reachable(schemas, [{"$ref": REFERENCE + base} for base in bases]) - found
        found |= more
        waiting += more
    return found


def _object_of(option: Node, schemas: Node) -> str:
    """The name of the object that a choice refers to, if it is one."""
    name = ""
    while "$ref" in option:
        name = target(option["$ref"])
        option = schemas[name]
    return name if option.get("type") == "object" else ""


class _Maker:
    def __init__(self, specification: Specification) -> None:
        self.canonical: Node = copy.deepcopy(specification.document["components"]["schemas"])
        self._written: Node = specification.document["components"]["schemas"]
        self._documents: Documents = specification.documents
        self._uses = Uses.of(specification)
        self.dialect = Dialect()
        self.literal = set(self._circular_choices())
        """Objects that are told apart by the values of a property alone."""

    def schema(self, name: str) -> None:
        """Bring one named schema into the dialect."""
        schema = self.canonical[name]
        is_received = name in self._uses.received
        if not is_received:
            for each in inside(self._written[name]):
                self._check(each)
        part = _Part(
            name,
            is_received=is_received,
            is_sent=name in self._uses.sent,
            is_form=name in self._uses.in_forms,
            is_choice=name in self._uses.choices,
            place=self._documents.place(self._written[name]),
            maker=self,
        )
        if schema.get("type") == "object" and schema.get("properties"):
            self._fields(name, schema, part)
        if "enum" in schema and schema.get("type") in {"string", "integer"}:
            self._members(name, schema)
        if name in self._uses.overlapping:
            schema["additionalProperties"] = True
        result = part.named(schema)
        if schema.get("type") == "array" and name in reachable(self._written, [self._written[name]]):
            # Of a list of itself the tool would make a list of anything.
            result = {"anyOf": [result], **({"description": result["description"]} if "description" in result else {})}
        self.dialect.schemas[name] = result

    def is_circular(self, schema: Node) -> bool:
        """Whether what a schema refers to refers to itself."""
        schemas = self._written
        return any(name in reachable(schemas, [schemas[name]]) for name in reachable(schemas, [schema]))

    def _circular_choices(self) -> Iterator[str]:
        for schema in self._written.values():
            for part in inside(schema):
                if "discriminator" in part and self.is_circular(part):
                    yield from (target(option["$ref"]) for option in part["anyOf"])

    def hoisted(self, schema: Node, name: str) -> Node:
        """A reference to a schema that is only made of limits, under a name that is free."""
        number = 1
        wish = name
        while name in self.canonical or name in self.dialect.schemas:
            number += 1
            name = f"{wish}{number}"
        self.dialect.schemas[name] = {**schema, "description": schema.get("description", f"A part of `{wish}`.")}
        return {"$ref": REFERENCE + name}

    def _check(self, schema: Node) -> None:
        """Refuse what nobody could send."""
        place = self._documents.place(schema)
        if "pattern" in schema and not _is_pattern(schema["pattern"]):
            raise place.fault(f"the pattern {schema['pattern']!r} means nothing in Python")
        if schema.get("properties") and schema.keys() & {"minProperties", "maxProperties"}:
            raise place.fault("how many properties there are cannot be checked beside those that have names")
        for part in (schema.get("items"), schema.get("additionalProperties"), *schema.get("anyOf", ())):
            if is_map(part) and self._resolved(part).get("uniqueItems"):
                raise place.fault("a list that holds nothing twice (uniqueItems) is supported as a property of its own")
        if LIMITS & schema.keys() and not schema.keys() & {"type", "enum", "$ref", "anyOf"}:
            raise place.fault("limits without a type cannot be checked; add the type")
        missing = sorted(set(schema.get("required", ())) - schema.get("properties", {}).keys())
        if missing and schema.get("additionalProperties", True) is not False and "properties" in schema:
            raise place.fault(f"{missing[0]!r} is required of what is sent, and is no property; add it")

    def _resolved(self, schema: Node) -> Node:
        while "$ref" in schema:
            schema = self._written[target(schema["$ref"])]
        return schema

    def _members(self, name: str, schema: Node) -> None:
        values = members(schema["enum"], schema.get(MEMBER_NAMES))
        if values is None:
            raise self._documents.place(self._written[name]).fault(
                "`x-enum-varnames` does not give each value a name of its own"
            )
        said: Any = schema.get(MEMBER_DOCS) or {}
        told: Node = dict(zip(map(str, schema["enum"]), said, strict=False)) if is_list(said) else said
        self.dialect.data[name] = {
            MEMBERS: {repr(value): label for value, label in values.items()},
            DOCS: {repr(value): str(told[str(value)]) for value in values if told.get(str(value))},
        }

    def _fields(self, name: str, schema: Node, part: _Part) -> None:
        """Names of fields, where two properties would have the same, and what the template has to know of them."""
        properties: Node = schema["properties"]
        wishes = {wire: identifier(wire) for wire in properties}
        # A name that is another's spelling on the wire would take that one's value as well.
        for wire, label in unique(wishes.items()).items():
            if label != wishes[wire] or list(wishes.values()).count(label) > 1:
                self.dialect.aliases[f"{name}.{wire}"] = label
        repeated = [wire for wire, value in properties.items() if self._resolved(value).get("uniqueItems")]
        if repeated and not part.is_received:
            self.dialect.data[name] = {UNIQUE: repeated}


@dataclass(frozen=True)
class _Part:
    """Brings what is inside of one named schema into the dialect."""

    name: str
    is_received: bool
    is_sent: bool
    is_form: bool
    is_choice: bool
    place: Place
    maker: _Maker

    def named(self, schema: Node) -> Node:
        """The schema that has the name."""
        if BASES in schema:
            return self._with_bases(schema)
        if schema.get("type") == "number" and "enum" in schema and self.is_received:
            schema = {key: value for key, value in schema.items() if key != "enum"}
        return self._of(schema, self.name, is_named=True)

    def _with_bases(self, schema: Node) -> Node:
        bases: list[str] = schema[BASES]
        known = {key for base in bases for key in self.maker.canonical[base].get("properties", {})}
        own = {key: value for key, value in schema.items() if key not in {BASES, "description"}}
        own["properties"] = {key: value for key, value in schema["properties"].items() if key not in known}
        own["required"] = [key for key in schema.get("required", ()) if key not in known]
        parts = [*({"$ref": REFERENCE + base} for base in bases), self._of(own, self.name)]
        described = _description(schema)
        return {"allOf": parts, **({"description": described} if described else {})}

    def _of(self, schema: Node, path: str, *, is_named: bool = False) -> Node:
        """A schema inside; `path` is what it would be called."""
        result = {key: value for key, value in schema.items() if key not in _IDLE}
        if described := _description(schema):
            result["description"] = described
        if "discriminator" in result and self.maker.is_circular(result):
            del result["discriminator"]  # the tool finds the way only where it does not lead back
        if TAGS in schema and self.name in self.maker.literal:
            shapes = [_constant(value) for value in schema[TAGS]]
            return shapes[0] if len(shapes) == 1 else {"anyOf": shapes}
        self._limits(result)
        self._formats(result, is_named=is_named)
        self._values(result, is_named=is_named)
        if is_map(result.get("properties")):
            result["properties"] = {
                key: self._property(value, path + pascal(key)) for key, value in result["properties"].items()
            }
            result["required"] = [key for key in schema.get("required", ()) if self._is_required(key, schema)]
            if not result["required"]:
                del result["required"]
        if result.get("additionalProperties") is False and self.is_received:
            del result["additionalProperties"]
        for key, suffix in (("items", "Item"), ("additionalProperties", "Value")):
            if is_map(result.get(key)):
                result[key] = self._inner(result[key], path + suffix)
        for key, suffix in (("anyOf", "Option"), ("prefixItems", "Place")):
            if key in result:
                result[key] = [
                    self._inner(each, f"{path}{suffix}{index + 1}") for index, each in enumerate(result[key])
                ]
        if "prefixItems" in result:
            result |= {"items": False, "minItems": len(result["prefixItems"]), "maxItems": len(result["prefixItems"])}
        return _with_null(result)

    def _property(self, schema: Node, path: str) -> Node:
        return self._of(schema, path)

    def _inner(self, schema: Node, path: str) -> Node:
        """A value in a list, a map or a choice: one with limits has a name of its own, or the tool would invent it."""
        result = self._of(schema, path)
        return self.maker.hoisted(result, path) if LIMITS & result.keys() else result

    def _is_required(self, key: str, schema: Node) -> bool:
        found: Any = schema["properties"].get(key)
        if found is None or (found.get("writeOnly") and self.is_received):
            return False
        return not (found.get("readOnly") and (self.is_sent or not self.is_received))

    def _limits(self, schema: Node) -> None:
        if self.is_received or schema.get("format") in {"uuid", "date-time", "date"} or schema.get("type") == "boolean":
            for limit in LIMITS & schema.keys():
                del schema[limit]

    def _formats(self, schema: Node, *, is_named: bool) -> None:
        kind = schema.get("format")
        if kind == "uuid":
            # Ids are text everywhere, so that those of two answers compare; where one is given it may be a UUID.
            del schema["format"]
            if not self.is_received and not is_named and "enum" not in schema:
                del schema["type"]
                schema["$ref"] = f"{REFERENCE}{ID}"
        elif kind is not None and kind not in _FORMATS and not (kind == "binary" and self.is_form):
            del schema["format"]

    def _values(self, schema: Node, *, is_named: bool) -> None:
        values = schema.get("enum")
        if values is None or (is_named and is_enum(schema)):
            return
        if schema.get("type") is None and len(values) > 1:
            # Values of several types: each by itself where it is sent, any of these types where it is received.
            del schema["enum"]
            kinds = [{"type": kind_of(value)} if self.is_received else _constant(value) for value in values]
            schema["anyOf"] = [kind for index, kind in enumerate(kinds) if kind not in kinds[:index]]
        elif schema.get("type") == "boolean" and len(values) == 2:
            del schema["enum"]
        elif len(values) == 1:
            # The one value of a discriminator: ours to get right when sent, anything when received.
            del schema["enum"]
            if self.is_choice or not self.is_received:
                schema |= _constant(values[0])


def _constant(value: Any) -> Node:
    # Python's literals have no fractions.
    return {"type": "number", "minimum": value, "maximum": value} if isinstance(value, float) else {"const": value}


def _is_pattern(pattern: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what later versions of Python may mean by it
        try:
            re.compile(pattern)
        except re.error:
            return False
    return True


def _description(schema: Node) -> str:
    text = schema.get("description")
    if not isinstance(text, str):
        return ""
    return "\n".join(textwrap.fill(line, _DOC_WIDTH) for line in text.strip().splitlines())


def _with_null(schema: Node) -> Node:
    """The schema with null said as JSON Schema does."""
    if not schema.pop(NULLABLE, False):
        return schema
    if "anyOf" in schema and "discriminator" not in schema:
        schema["anyOf"] = [*schema["anyOf"], {"type": "null"}]
        return schema
    if isinstance(schema.get("type"), str) and "const" not in schema:
        schema["type"] = [schema["type"], "null"]
        return schema
    notes: Node = {key: schema.pop(key) for key in ("description", "default") if key in schema}
    return {"anyOf": [schema, {"type": "null"}], **notes} if schema else {**schema, **notes}
