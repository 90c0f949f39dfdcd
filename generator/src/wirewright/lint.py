"""Faults of a document that a validator of OpenAPI does not explain well, and then the validator's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, UnknownType
from openapi_spec_validator import OpenAPIV31SpecValidator

from wirewright.documents import Documents, Node, Place, is_list, is_map
from wirewright.errors import SpecError
from wirewright.schemas import REFERENCE, holders, inside, target
from wirewright.selection import operations

_PATH_PARAMETER = re.compile(r"{([^}]*)}")
_TYPES = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})
_FORM: Any = Draft202012Validator(Draft202012Validator.META_SCHEMA)  # Any: its stubs leave one overload open
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_STATUS = re.compile(r"[1-5](\d\d|XX)|default")
_PLACES = frozenset({"path", "query", "header", "cookie"})


def check(document: Node, documents: Documents, faults: dict[int, SpecError]) -> None:
    """Raise the first fault of the document, if there is one."""
    for node in walk(document):
        if fault := faults.get(id(node)):
            raise fault
    for path, item in document["paths"].items():
        if "servers" in item:
            raise documents.place(item).fault("a path with servers of its own is not supported: all calls go to one")
        if set(path) & set("?#") or not path.startswith("/"):
            raise documents.place(item).fault(f"the path {path!r} has to begin with `/` and hold no `?` or `#`")
    for path, _, operation in operations(document):
        _operation(path, operation, documents)
    for holder, key in holders(document, [operation for _, _, operation in operations(document)]):
        for part in inside(holder[key]):
            _schema(part, document, documents)
        for error in _FORM.iter_errors(holder[key]):
            place = _place(holder[key], [str(part) for part in error.absolute_path], documents)
            raise place.fault(_in_words(_innermost(error)))
    for name, schema in document["components"]["schemas"].items():
        if not _NAME.fullmatch(name):
            raise documents.place(schema).fault(f"the schema is called {name!r}; OpenAPI allows A-Z a-z 0-9 . _ -")
    _refuse_circles(document["components"]["schemas"], documents)
    check_form(document, documents)


def check_form(document: Node, documents: Documents) -> None:
    """Raise the first fault of the form, as a validator of OpenAPI tells it; its other checks are those above."""
    for error in OpenAPIV31SpecValidator.schema_validator.iter_errors(document):
        found = _innermost(error)
        where = [str(part) for part in found.absolute_path]
        raise _place(document, where, documents).fault(_in_words(found))


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
    if "servers" in operation:
        raise place.fault(f"{name!r} has servers of its own, which is not supported: all calls go to one")
    declared: set[str] = set()
    seen: set[tuple[str, str]] = set()
    for parameter in operation.get("parameters", []):
        here = documents.place(parameter)
        if not is_map(parameter) or not parameter.get("name"):
            raise here.fault(f"a parameter of {name!r} has no name")
        if parameter.get("in") not in _PLACES:
            raise here.fault(
                f"the parameter {parameter['name']!r} of {name!r} has to be in path, query, header or cookie"
            )
        if not is_map(parameter.get("schema")) and not parameter.get("content"):
            raise here.fault(f"the parameter {parameter['name']!r} of {name!r} has no schema")
        key = (parameter["in"], parameter["name"])
        if key in seen:
            raise here.fault(f"the parameter {parameter['name']!r} of {name!r} stands there twice")
        if "schema" not in parameter:
            _content(parameter["content"], f"the parameter {parameter['name']!r} of {name!r}", documents)
        seen.add(key)
        if parameter["in"] == "path":
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
        if not _STATUS.fullmatch(status):
            raise documents.place(operation["responses"]).fault(f"{status!r} is no HTTP status, such as 200 or 2XX")
        if is_map(response) and response.get("content"):
            _content(response["content"], f"the answer {status} of {name!r}", documents)


def _content(content: Node, what: str, documents: Documents) -> None:
    for kind, media in content.items():
        if is_map(media) and "schema" not in media and not kind.lower().partition(";")[0].strip().endswith("json"):
            media["schema"] = documents.moved(dict[str, Any](), content)  # bytes of that type
        if not is_map(media) or not (is_map(media.get("schema")) or isinstance(media.get("schema"), bool)):
            raise documents.place(content).fault(f"{what} has no schema for {kind}")


def _schema(schema: Node, document: Node, documents: Documents) -> None:
    place = documents.place(schema)
    reference = schema.get("$ref")
    if isinstance(reference, str) and not reference.startswith(REFERENCE):
        raise place.fault(f"the reference {reference!r} does not lead to a schema")
    kinds = schema.get("type")
    for kind in kinds if is_list(kinds) else [kinds]:
        if isinstance(kind, str) and kind not in _TYPES:
            raise place.fault(f"the type {kind!r} is not known; those of JSON are {', '.join(sorted(_TYPES))}")
    values = schema.get("enum")
    if is_list(values) and not values:
        raise place.fault("the enum has no values")
    if "default" in schema:
        _default(schema, document, place)


def _default(schema: Node, document: Node, place: Place) -> None:
    whole = {**schema, "components": document["components"]}
    validator: Any = Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)
    try:
        error = next(iter(validator.iter_errors(schema["default"])), None)
    except (SchemaError, UnknownType, RecursionError, TypeError, AttributeError):
        return  # the schema has a fault of its own, and is told so
    if error is not None:
        raise place.fault(f"the default {schema['default']!r} is none of the values allowed here: {error.message}")


def _refuse_circles(schemas: Node, documents: Documents) -> None:
    """A schema that is nothing but itself, by references, allOf or a choice, has no values that could be written."""
    bases = {name: {target(ref) for ref in _same_value(schema)} for name, schema in schemas.items()}
    for name in schemas:
        waiting, seen = [*bases[name]], set[str]()
        while waiting:
            other = waiting.pop()
            if other == name:
                raise documents.place(schemas[name]).fault(f"{name} is made of itself (by $ref, allOf, anyOf or oneOf)")
            if other not in seen and other in bases:
                seen.add(other)
                waiting += bases[other]


def _same_value(schema: Any) -> Iterator[str]:
    if not is_map(schema):
        return
    if isinstance(schema.get("$ref"), str):
        yield schema["$ref"]
    for key in ("allOf", "anyOf", "oneOf"):
        for part in schema.get(key) or ():
            yield from _same_value(part)


def _innermost(error: Any) -> Any:
    """Of the reasons why none of several forms fits, that of the form which fits the furthest."""
    while error.context:
        furthest = max(error.context, key=lambda each: len(each.absolute_path))
        if len(furthest.absolute_path) <= len(error.absolute_path):
            break
        error = furthest
    return error


def _in_words(error: Any) -> str:
    """A validator's message with the keyword that it is about, without the whole of what it looked at."""
    message = str(error.message).strip().partition("\n")[0]
    shown = message if len(message) < 200 else f"{message[:120]} … {message[-70:]}"
    keys = [part for part in error.absolute_path if isinstance(part, str)]
    return f"`{keys[-1]}`: {shown}" if keys else shown


def _place(document: Node, path: list[str], documents: Documents) -> Place:
    """The place of the innermost map or list on a path."""
    node: Any = document
    place = documents.place(document)
    for part in path:
        node = node.get(part) if is_map(node) else node[int(part)] if is_list(node) and part.isdigit() else None
        place = documents.place(node) if is_map(node) or is_list(node) else place
    return place
