"""What can be written in the form of an input, read from its JSON schema. Pure.

What a form cannot show, such as a union of objects or a mapping with keys of any name, is written as JSON in a field of
its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final, TypeGuard

from hatchet._dataclasses import dataclass
from hatchet.rows import is_object

JSON = Any
"""JSON of any shape."""

DEEPEST: Final = 6
"""Objects within objects; what is deeper, or without an end, is written as JSON."""


class Kind(Enum):
    """What is written in a field."""

    TEXT = "text"
    WHOLE = "whole number"
    NUMBER = "number"
    TRUTH = "truth"
    CHOICE = "choice"
    OBJECT = "object"
    LIST = "list"
    JSON = "JSON"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Field:
    """What is written at one place of an input."""

    kind: Kind
    title: str
    hint: str = ""
    is_required: bool = True
    is_nullable: bool = False
    choices: tuple[JSON, ...] = ()
    format: str = ""
    """Of a text: `date`, `date-time`, `email`, …"""
    least: float | None = None
    most: float | None = None
    has_default: bool = False
    default: JSON = None
    fields: tuple[tuple[str, Field], ...] = ()
    """Of an object."""
    item: Field | None = None
    """Of a list."""

    @property
    def may_be_absent(self) -> bool:
        """Whether nothing need be given."""
        return not self.is_required or self.is_nullable

    @property
    def is_switched(self) -> bool:
        """Whether it has a switch beside it that says whether it is given: a list without items says that itself."""
        is_loose = self.kind is Kind.OBJECT and not self.is_required and not self.has_default
        return self.kind in (Kind.OBJECT, Kind.LIST) and (self.is_nullable or is_loose)


def field_of(schema: Mapping[str, JSON]) -> Field:
    """The form of an input."""
    return _Reader(schema).field(schema, "Input", is_required=True, depth=0)


class _Reader:
    def __init__(self, schema: Mapping[str, JSON]) -> None:
        definitions: JSON = schema.get("$defs") or schema.get("definitions")
        self._definitions: dict[str, JSON] = definitions if is_object(definitions) else {}

    def field(self, schema: JSON, name: str, *, is_required: bool, depth: int) -> Field:
        """The field of a schema."""
        if not is_object(schema):
            return Field(Kind.JSON, name, is_required=is_required)
        whole, is_nullable = self._plain(schema)
        common: dict[str, Any] = {
            "title": _text(schema.get("title")) or _text(whole.get("title")) or _words(name),
            "hint": _text(schema.get("description")) or _text(whole.get("description")),
            "is_required": is_required,
            "is_nullable": is_nullable,
            "has_default": "default" in schema,
            "default": schema.get("default"),
        }
        choices = _choices(whole)
        if choices:
            return Field(Kind.CHOICE, choices=choices, **common)
        kind = _KINDS.get(_text(whole.get("type")), Kind.JSON)
        if kind in (Kind.OBJECT, Kind.LIST) and depth >= DEEPEST:
            kind = Kind.JSON
        if kind is Kind.OBJECT:
            return self._object(whole, common, depth)
        if kind is Kind.LIST:
            items: JSON = whole.get("items")
            if not is_object(items) or not items or "prefixItems" in whole:
                return Field(Kind.JSON, **common)
            return Field(kind, item=self.field(items, "Item", is_required=True, depth=depth + 1), **common)
        least, most = _number(whole, "minimum"), _number(whole, "maximum")
        return Field(kind, format=_text(whole.get("format")), least=least, most=most, **common)

    def _object(self, whole: dict[str, JSON], common: dict[str, Any], depth: int) -> Field:
        properties: JSON = whole.get("properties")
        # Keys of any name have no fields.
        if not is_object(properties) or whole.get("additionalProperties") not in (None, False):
            return Field(Kind.JSON, **common)
        needed: JSON = whole.get("required") or ()
        fields = tuple(
            (name, self.field(each, name, is_required=name in needed, depth=depth + 1))
            for name, each in properties.items()
        )
        return Field(Kind.OBJECT, fields=fields, **common)

    def _plain(self, schema: dict[str, JSON]) -> tuple[dict[str, JSON], bool]:
        """A schema without its references, and without the null that it may be besides."""
        is_nullable = False
        for _ in range(DEEPEST * 2):
            reference = _text(schema.get("$ref"))
            if reference:
                found: JSON = self._definitions.get(reference.rpartition("/")[2])
                schema = found if is_object(found) else {}
                continue
            ways = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
            if not is_list(ways):
                break
            others = [each for each in ways if not (is_object(each) and each.get("type") == "null")]
            is_nullable = is_nullable or len(others) < len(ways)
            if len(others) != 1 or not is_object(others[0]):
                return {}, is_nullable
            schema = others[0]
        types: JSON = schema.get("type")
        if is_list(types) and len(types) == 2 and "null" in types:
            return {**schema, "type": next(each for each in types if each != "null")}, True
        return schema, is_nullable


_KINDS: Final = {
    "string": Kind.TEXT,
    "integer": Kind.WHOLE,
    "number": Kind.NUMBER,
    "boolean": Kind.TRUTH,
    "object": Kind.OBJECT,
    "array": Kind.LIST,
    "null": Kind.NOTHING,
}


def is_list(value: object) -> TypeGuard[list[JSON]]:
    """Whether JSON is a list."""
    return isinstance(value, list)


def _choices(schema: Mapping[str, JSON]) -> tuple[JSON, ...]:
    if "const" in schema:
        return (schema["const"],)
    given: JSON = schema.get("enum")
    return tuple(given) if is_list(given) else ()


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(schema: Mapping[str, JSON], name: str) -> float | None:
    value: JSON = schema.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize() if name.isidentifier() else name
