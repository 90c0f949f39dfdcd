"""OpenAPI 3.0 → 3.1, so that everything after this knows one of them."""

from __future__ import annotations

from typing import Any

from wirewright.documents import Documents, Node, is_list, is_map
from wirewright.schemas import NULLABLE, holders, inside
from wirewright.selection import operations


def to_31(document: Node, documents: Documents) -> None:
    """Change a document of OpenAPI 3.0 in place; of a version that is neither 3.0 nor 3.1, raise a SpecError."""
    place = documents.place(document)
    if "swagger" in document:
        raise place.fault("this is Swagger 2.0; convert it to OpenAPI 3 first")
    version = str(document.get("openapi", ""))
    if not version.startswith(("3.0.", "3.1.")):
        found = f"OpenAPI {version}" if version else "no version"
        raise place.fault(f"the document says {found} at `openapi`; 3.0 and 3.1 are understood")
    is_older = version.startswith("3.0.")
    for holder, key in holders(document, [operation for _, _, operation in operations(document)]):
        for schema in list(inside(holder[key])):
            if is_older:
                _convert(schema)
            elif NULLABLE in schema and not is_map(schema[NULLABLE]):
                raise documents.place(schema).fault(
                    f"`nullable` means nothing in OpenAPI {version}; write `type: [string, 'null']`, or an anyOf"
                )
            if NULLABLE in schema:
                _nullable(schema)
    if is_older:
        document["openapi"] = "3.1.0"


def _convert(schema: Node) -> None:
    for exclusive, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if schema.get(exclusive) is True and limit in schema:
            schema[exclusive] = schema.pop(limit)
        elif isinstance(schema.get(exclusive), bool):
            del schema[exclusive]


def _nullable(schema: Node) -> None:
    if not schema.pop(NULLABLE):
        return
    kind: Any = schema.get("type")
    if is_list(schema.get("enum")) and None not in schema["enum"]:
        schema["enum"].append(None)
    if isinstance(kind, str):
        schema["type"] = [kind, "null"]
    elif kind is None:
        # Without a type of its own it is a reference or a combination: null beside what it says.
        said = {key: schema.pop(key) for key in list(schema) if key not in {"description", "default", "deprecated"}}
        schema["anyOf"] = [said, {"type": "null"}] if said else [{}]
