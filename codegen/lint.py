"""Faults of a document that a validator of OpenAPI does not explain well, and then the validator's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from openapi_spec_validator import OpenAPIV31SpecValidator

from codegen.documents import Documents, Node, Place, is_list, is_map
from codegen.errors import SpecError
from codegen.references import SCHEMAS
from codegen.selection import operations

_PATH_PARAMETER = re.compile(r"{([^}]*)}")


def check(document: Node, documents: Documents, faults: dict[int, SpecError]) -> None:
    """Raise the first fault of the document, if there is one."""
    for node in walk(document):
        if fault := faults.get(id(node)):
            raise fault
    for path, _, operation in operations(document):
        _operation(path, operation, documents)
    for name, schema in document["components"]["schemas"].items():
        if not name.isidentifier():
            raise documents.place(schema).fault(f"the schema is called {name!r}, which no class can be called")
        for part in walk(schema):
            _schema(part, documents)
    for error in OpenAPIV31SpecValidator(document).iter_errors():
        where = [str(part) for part in error.absolute_path]
        raise _holder(document, where, error.instance, documents).fault(str(error.message))


def walk(node: Any) -> Iterator[Node]:
    """Every map in a document, outermost first."""
    if is_map(node):
        yield node
        for value in node.values():
            yield from walk(value)
    elif is_list(node):
        for item in node:
            yield from walk(item)


def _operation(path: str, operation: Node, documents: Documents) -> None:
    place = documents.place(operation)
    name = operation["operationId"]
    declared: set[str] = set()
    for parameter in operation.get("parameters", []):
        here = documents.place(parameter)
        if not is_map(parameter) or not parameter.get("name"):
            raise here.fault(f"a parameter of {name!r} has no name")
        if not is_map(parameter.get("schema")):
            raise here.fault(f"the parameter {parameter['name']!r} of {name!r} has no schema")
        if parameter.get("in") == "path":
            declared.add(parameter["name"])
    expected = set(_PATH_PARAMETER.findall(path))
    if expected != declared:
        odd = ", ".join(sorted(expected ^ declared))
        raise place.fault(f"{name!r} and its path {path} do not agree on the path parameters: {odd}")
    if not operation.get("responses"):
        raise place.fault(f"{name!r} has no responses")
    if "requestBody" in operation:
        body = operation["requestBody"]
        here = documents.place(body) if is_map(body) else place
        if not is_map(body) or not body.get("content"):
            raise here.fault(f"the request body of {name!r} is empty: it has no content")
        _content(body["content"], f"the request body of {name!r}", documents)
    for status, response in operation["responses"].items():
        if is_map(response) and response.get("content"):
            _content(response["content"], f"the answer {status} of {name!r}", documents)


def _content(content: Node, what: str, documents: Documents) -> None:
    for kind, media in content.items():
        if not is_map(media) or not is_map(media.get("schema")):
            raise documents.place(content).fault(f"{what} has no schema for {kind}")


def _schema(schema: Node, documents: Documents) -> None:
    place = documents.place(schema)
    reference = schema.get("$ref")
    if isinstance(reference, str) and not reference.startswith(SCHEMAS):
        raise place.fault(f"the reference {reference!r} does not lead to a schema")
    if schema.get("type") == "array" and not is_map(schema.get("items")):
        raise place.fault("the array does not say what its items are")
    values = schema.get("enum")
    if is_list(values):
        if not values:
            raise place.fault("the enum has no values")
        if len({repr(value) for value in values}) != len(values):
            raise place.fault("the enum has a value twice")


def _holder(document: Node, path: list[str], value: object, documents: Documents) -> Place:
    """The place of what a validator complains about; its paths start at the document, or at some part of it."""
    if path and path[0] in document:
        node: Any = document
        place = documents.place(document)
        for part in path:
            node = node.get(part) if is_map(node) else node[int(part)] if is_list(node) and part.isdigit() else None
            place = documents.place(node) if is_map(node) or is_list(node) else place
        return place
    for start in walk(document):
        node = start
        place = documents.place(start)
        for part in path:
            if is_map(node) and part in node:
                node = node[part]
            elif is_list(node) and part.isdigit() and int(part) < len(node):
                node = node[int(part)]
            else:
                break
            if is_map(node) or is_list(node):
                place = documents.place(node)
        else:
            if node == value:
                return place
    return documents.place(document)
