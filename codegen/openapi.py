"""specs/openapi → one valid document: references resolved, overrides set, operations chosen, faults named."""

from __future__ import annotations

from pathlib import Path

from codegen import inline, lint, overlay
from codegen.documents import Documents, Node, is_list
from codegen.overlay import Overlay
from codegen.references import SCHEMAS, Bundler
from codegen.selection import Selection, operations

SELECT = Path(__file__).parent / "select.toml"


def load(folder: Path, select: Path = SELECT) -> Node:
    """The document that models and operations are generated from; any fault in it is a SpecError.

    The folder holds openapi.yaml, whole or split over files that refer to each other. In the result every operation
    has an `x-module` (folder and module), only referenced schemas remain, and every object or enum is a named schema.
    """
    documents = Documents(folder)
    bundler = Bundler(documents)
    document = bundler.bundle()
    overlay.refuse(Overlay.read(folder.parent, documents).apply(document), document)
    Selection.read(select).apply(document, documents)
    _spread_path_parameters(document)
    _prune(document)
    lint.check(document, documents, bundler.faults)
    for part in lint.walk(document):
        _settle(part)
    inline.hoist(document, documents)
    return document


def _spread_path_parameters(document: Node) -> None:
    """Parameters of a path belong to each of its operations, unless one declares its own of the same name."""
    for path, _, operation in operations(document):
        own = {(parameter.get("in"), parameter.get("name")) for parameter in operation.get("parameters", [])}
        shared = document["paths"][path].get("parameters", [])
        missing = [parameter for parameter in shared if (parameter.get("in"), parameter.get("name")) not in own]
        if missing:
            operation["parameters"] = [*missing, *operation.get("parameters", [])]
    for item in document["paths"].values():
        item.pop("parameters", None)


def _settle(schema: Node) -> None:
    """Say in one way what can be said in several."""
    if isinstance(schema.get("$ref"), str) and isinstance(schema.get("type"), str):
        del schema["type"]  # the schema that is named has it
    values = schema.get("enum")
    if "type" not in schema and is_list(values) and all(isinstance(value, str) for value in values):
        schema["type"] = "string"
    if schema.get("type") == "object" and not schema.keys() & {"properties", "additionalProperties", "allOf"}:
        schema["additionalProperties"] = True


def _prune(document: Node) -> None:
    """Drop the schemas that no operation reaches."""
    schemas: Node = document["components"]["schemas"]
    reached = reachable(schemas, [operation for _, _, operation in operations(document)])
    document["components"]["schemas"] = {name: schema for name, schema in schemas.items() if name in reached}


def reachable(schemas: Node, starts: list[Node]) -> set[str]:
    """The names of the schemas that the given nodes refer to, directly or through others."""
    found: set[str] = set()
    waiting = list(starts)
    while waiting:
        for part in lint.walk(waiting.pop()):
            reference = part.get("$ref")
            if isinstance(reference, str) and reference.startswith(SCHEMAS):
                name = reference.removeprefix(SCHEMAS)
                if name in schemas and name not in found:
                    found.add(name)
                    waiting.append(schemas[name])
    return found
