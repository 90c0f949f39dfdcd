"""Schemas in one canonical form, of which a type can be made; what has none is a fault with its place.

In that form a schema has at most one `type`, says that null is allowed by `nullable`, holds no allOf, and has its
choices in `anyOf`. A reference has nothing beside it but notes and `nullable`.
"""

from __future__ import annotations

from typing import Any

from wirewright.documents import Documents, Node, is_list, is_map
from wirewright.merging import NOTES, OVERLAPPING, Merger, refuse_crossing
from wirewright.schemas import BASES, LIMITS, MEMBER_DOCS, MEMBER_NAMES, NULLABLE, holders, inside, target
from wirewright.selection import operations

_SHAPE = frozenset(
    {"$ref", "type", "format", "enum", "const", "properties", "required", "additionalProperties", "patternProperties"}
    | {"items", "prefixItems", "allOf", "anyOf", "oneOf", "discriminator"}
)
# What these say is said elsewhere, or concerns other readers.
_IDLE = frozenset(
    {"$comment", "$schema", "$id", "$defs", "definitions", "externalDocs", "xml", "contentMediaType", "contentEncoding"}
)
_UNDERSTOOD = NOTES | LIMITS | _SHAPE | _IDLE
_REFUSED = {
    "not": "a type cannot say what a value is not",
    "if": "a type cannot hang on a condition; write the cases as a oneOf",
    "then": "a type cannot hang on a condition; write the cases as a oneOf",
    "else": "a type cannot hang on a condition; write the cases as a oneOf",
    "dependentSchemas": "a type cannot hang on a condition; write the cases as a oneOf",
    "dependentRequired": "a type cannot hang on a condition; write the cases as a oneOf",
}
_KINDS: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}
# Which keywords tell something of which type; the rest of a list of types goes without them.
_OF_TYPE = {
    "string": {"minLength", "maxLength", "pattern", "format", "enum"},
    "integer": {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "format", "enum"},
    "boolean": {"enum"},
    "array": {"items", "prefixItems", "minItems", "maxItems", "uniqueItems"},
    "object": {"properties", "required", "additionalProperties", "patternProperties", "minProperties", "maxProperties"},
}
_OF_TYPE["number"] = _OF_TYPE["integer"]


def normalise(document: Node, documents: Documents) -> None:
    """Bring every schema of the document into the canonical form, in place.

    A class cannot be null: where a named object or enum may be, null is allowed wherever it is referred to instead.
    """
    shapes = _Shapes(document["components"]["schemas"], documents)
    held = list(holders(document, [operation for _, _, operation in operations(document)]))
    for holder, key in held:
        if holder is shapes.schemas:
            shapes.named(key)
        else:
            holder[key] = shapes.of(holder[key], holder)
    classes = {name for name, schema in shapes.schemas.items() if schema.get("type") == "object" or "enum" in schema}
    empty = {name for name in classes if shapes.schemas[name].pop(NULLABLE, False)}
    for holder, key in held:
        for part in inside(holder[key]):
            if target(str(part.get("$ref", ""))) in empty:
                part[NULLABLE] = True


class _Shapes:
    def __init__(self, schemas: Node, documents: Documents) -> None:
        self.schemas = schemas
        self._documents = documents
        self._done: dict[str, Node] = {}
        self._open: set[str] = set()
        self._merger = Merger(documents, self._resolve)

    def named(self, name: str) -> Node:
        """The canonical form of a schema of `components`."""
        if name in self._done:
            return self._done[name]
        schema = self.schemas[name]
        if name in self._open:
            raise self._documents.place(schema).fault(f"{name} is made of itself (allOf or $ref)")
        self._open.add(name)
        self._done[name] = self.schemas[name] = self.of(schema, self.schemas)
        self._open.discard(name)
        return self._done[name]

    def _resolve(self, reference: str) -> Node:
        found = self.named(target(reference))
        return (
            {**self._resolve(found["$ref"]), **{k: v for k, v in found.items() if k != "$ref"}}
            if "$ref" in found
            else found
        )

    def of(self, schema: Any, holder: Any) -> Node:
        """The canonical form of a schema."""
        if schema is True:
            return self._documents.moved({}, holder)
        place = self._documents.place(schema if is_map(schema) else holder)
        if schema is False:
            raise place.fault("no value fits the schema `false`")
        self._refuse(schema)
        # First what does not depend on the other keywords, then those that combine.
        if "contentMediaType" in schema and "contentEncoding" not in schema and "format" not in schema:
            schema["format"] = "binary"  # bytes as they are, which is how OpenAPI 3.1 says it
        own = {
            k: v
            for k, v in schema.items()
            if (k not in _IDLE and not k.startswith("x-")) or k in {MEMBER_NAMES, MEMBER_DOCS}
        }
        if "$ref" in own:
            own.pop("type", None)  # the schema that is named has it
        parts = [self.of(part, schema) for part in own.pop("allOf", [])]
        choices = [(key, own.pop(key)) for key in ("oneOf", "anyOf") if key in own]
        discriminator = own.pop("discriminator", None)
        if discriminator is not None and not choices:
            raise place.fault("the discriminator stands beside no oneOf, so that nothing says what it tells apart")
        if "$ref" in own and len({k for k in own if k not in NOTES}) > 1:
            parts.insert(0, self._documents.moved({"$ref": own.pop("$ref")}, schema))
        notes = {key: own.pop(key) for key in NOTES & own.keys()}
        bare = self._documents.moved(own, schema)
        if "$ref" not in bare:
            bare = self._typed(bare, place)
        union = [self._union(key, value, discriminator, schema) for key, value in choices]
        merged = self._merger.merged([*parts, bare, *union, notes], place)
        if schema.get("unevaluatedProperties") is False and merged.get("type") == "object":
            merged.setdefault("additionalProperties", False)
        if bases := self._bases(merged, parts):
            merged[BASES] = bases
        return self._checked(self._documents.moved(merged, schema), place)

    def _bases(self, merged: Node, parts: list[Node]) -> list[str]:
        """The objects that the parts of an allOf name, where the whole only adds properties to theirs."""
        known: set[str] = set()
        names = [target(part["$ref"]) for part in parts if part.keys() - NOTES == {"$ref"}]
        if merged.get("type") != "object" or not names or "additionalProperties" in merged:
            return []
        for name in names:
            base: Node = self.named(name)
            properties: Node = base.get("properties", {})
            same = all(_bare(merged["properties"].get(key, {})) == _bare(part) for key, part in properties.items())
            required = {key for key in merged.get("required", ()) if key in properties}
            is_whole = base.keys() - NOTES <= {"type", "properties", "required", BASES}
            if not (properties and same and is_whole and required == set(base.get("required", ()))):
                return []
            if known & properties.keys():
                return []
            known |= properties.keys()
        return names if set(merged.get("required", ())) <= merged["properties"].keys() else []

    def _refuse(self, schema: Node) -> None:
        place = self._documents.place(schema)
        for key, value in schema.items():
            if key in _REFUSED:
                raise place.fault(f"`{key}` is not supported: {_REFUSED[key]}")
            if key in {"unevaluatedProperties", "unevaluatedItems"} and not is_map(value):
                continue
            if key not in _UNDERSTOOD and not key.startswith("x-"):
                raise place.fault(f"the keyword `{key}` is not supported here; remove it or correct its spelling")

    def _typed(self, schema: Node, place: Any) -> Node:
        """The schema with one type, or a choice of several; null apart."""
        kinds = schema.get("type")
        listed: list[str] = [*kinds] if is_list(kinds) else [kinds] if kinds else []
        if "null" in listed and len(listed) > 1:
            schema[NULLABLE] = True
            listed.remove("null")
        if {"integer", "number"} <= set(listed):
            listed.remove("integer")
        if "const" in schema:
            schema["enum"] = [schema.pop("const")]
        if "enum" in schema:
            schema.pop("format", None)  # the values say it all
        self._values(schema, listed, place)
        if len(listed) > 1:
            return self._several(schema, listed)
        kind = listed[0] if listed else self._inferred(schema)
        if kind:
            schema["type"] = kind
        if kind == "object":
            self._object(schema, place)
        if kind == "array":
            self._array(schema, place)
        return schema

    def _several(self, schema: Node, kinds: list[str]) -> Node:
        shapes: list[Node] = []
        for kind in kinds:
            only = {key: schema[key] for key in _OF_TYPE[kind] & schema.keys()}
            if "enum" in only:
                only["enum"] = [value for value in only["enum"] if value is None or _is_of(value, kind)]
                if not only["enum"]:
                    continue
            shapes.append(self.of(self._documents.moved({"type": kind, **only}, schema), schema))
        union = shapes[0] if len(shapes) == 1 else {"anyOf": shapes}
        return self._documents.moved({**union, **{key: True for key in (NULLABLE,) if key in schema}}, schema)

    def _values(self, schema: Node, kinds: list[str], place: Any) -> None:
        values = schema.get("enum")
        if not is_list(values):
            return
        if len({(type(value).__name__, repr(value)) for value in values}) != len(values):
            raise place.fault("the enum has a value twice")
        if None in values and len(values) > 1:
            schema[NULLABLE] = True
            schema["enum"] = values = [value for value in values if value is not None]
        elif NULLABLE in schema:
            del schema[NULLABLE]  # null is none of the values
        for value in values:
            if is_map(value) or is_list(value):
                raise place.fault("a constant or an enum of objects or lists is not supported")
            if kinds and value is not None and not any(_is_of(value, kind) for kind in kinds):
                hint = "; on, off, yes and no are booleans in YAML unless quoted" if isinstance(value, bool) else ""
                raise place.fault(f"the enum is of type {' or '.join(kinds)} and lists {value!r}, which is not{hint}")

    @staticmethod
    def _inferred(schema: Node) -> str | None:
        if schema.keys() & {"properties", "additionalProperties", "patternProperties"}:
            return "object"
        if schema.keys() & {"items", "prefixItems"}:
            return "array"
        values = schema.get("enum", [])
        found = [
            kind
            for kind in ("string", "boolean", "integer", "number")
            if values and all(_is_of(v, kind) for v in values)
        ]
        return found[0] if found else "null" if values == [None] else None

    def _object(self, schema: Node, place: Any) -> None:
        for name, part in schema.get("properties", {}).items():
            schema["properties"][name] = self.of(part, schema["properties"])
        more = schema.get("additionalProperties")
        patterns = schema.pop("patternProperties", None)
        if patterns:
            if schema.get("properties") or len(patterns) > 1 or (more not in (None, False)):
                raise place.fault(
                    "patternProperties are supported alone and with one pattern; use additionalProperties"
                )
            more = schema["additionalProperties"] = next(iter(patterns.values()))
        if more == {}:
            more = True
        if is_map(more):
            schema["additionalProperties"] = self.of(more, schema)
        elif not schema.get("properties") and more is not False:
            schema["additionalProperties"] = self._documents.moved(dict[str, Any](), schema)
        elif more is not None:
            schema["additionalProperties"] = more

    def _array(self, schema: Node, place: Any) -> None:
        first = [self.of(part, schema) for part in schema.get("prefixItems", [])]
        rest = schema.get("items")
        if rest is None and not first:
            raise place.fault("the array does not say what its items are")
        size = len(first)
        most = size if rest is False else schema.get("maxItems")
        if first and schema.get("minItems") == size == most:
            schema["prefixItems"] = first
            for key in ("items", "minItems", "maxItems"):
                schema.pop(key, None)
            return
        if first:
            # Any length is allowed, and then every place of the list may hold any of these.
            shapes = [*first, *([self.of(rest, schema)] if rest not in (None, False) else [])]
            shapes = [dict[str, Any]()] if rest is None else shapes
            if rest is False:
                schema["maxItems"] = min(size, schema.get("maxItems", size))
            del schema["prefixItems"]
            schema["items"] = _one_of(shapes)
        else:
            schema["items"] = self.of(rest, schema)
        self._documents.moved(schema["items"], schema)

    def _union(self, key: str, options: list[Any], discriminator: Any, schema: Node) -> Node:
        shapes: list[Node] = []
        is_nullable = False
        for option in options:
            shape = self.of(option, schema)
            if shape.get("type") == "null":
                is_nullable = True
                continue
            is_nullable |= bool(shape.get(NULLABLE))
            shape.pop(NULLABLE, None)
            if shape not in shapes:
                shapes += [shape] if not self._is_plain_union(shape) else shape["anyOf"]
        if {"type": "string"} in [_bare(shape) for shape in shapes]:
            # Any text is allowed, so that one which looks like a time stays as it is.
            shapes = [shape for shape in shapes if not (shape.get("type") == "string" and "format" in shape)]
        result: Node = dict(shapes[0]) if len(shapes) == 1 else {"anyOf": shapes}
        if len(shapes) > 1 and key == "anyOf" and discriminator is None:
            result[OVERLAPPING] = True
        if discriminator is not None and len(shapes) > 1:
            result["discriminator"] = discriminator
        if is_nullable:
            result[NULLABLE] = True
        return self._documents.moved(result if shapes else {"type": "null"}, schema)

    @staticmethod
    def _is_plain_union(shape: Node) -> bool:
        return shape.keys() - NOTES == {"anyOf"}

    def _checked(self, schema: Node, place: Any) -> Node:
        refuse_crossing(schema, place)
        kind = schema.get("type")
        for limit in LIMITS & schema.keys():
            fits = any(limit in keys for name, keys in _OF_TYPE.items() if name == kind)
            if kind and not fits:
                raise place.fault(f"`{limit}` says nothing about a value of type {kind}")
        return schema


def _is_of(value: object, kind: str) -> bool:
    if isinstance(value, bool) and kind != "boolean":
        return False
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _KINDS.get(kind, object)) if kind != "null" else value is None


def _one_of(shapes: list[Node]) -> Node:
    distinct: list[Node] = []
    for shape in shapes:
        if not shape:
            return {}
        if shape not in distinct:
            distinct.append(shape)
    return distinct[0] if len(distinct) == 1 else {"anyOf": distinct}


def _bare(schema: Node) -> Node:
    return {key: value for key, value in schema.items() if key not in NOTES}
