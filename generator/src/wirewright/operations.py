"""Operations → typed httpx functions, one module each, that read and write the models of models.py."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from openapi_python_client import Project
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError, ParseError
from openapi_python_client.parser.openapi import Endpoint

from wirewright.annotations import Types
from wirewright.auth import Rules, Security
from wirewright.documents import Node
from wirewright.emit import Tree
from wirewright.endpoints import Reading, content_of, docstring, good_answers, view
from wirewright.errors import SpecError
from wirewright.openapi import Specification
from wirewright.parameters import is_json, listed, schema_of, told_as
from wirewright.references import ENTRY
from wirewright.schemas import NULLABLE, REFERENCE, is_class, is_simple, reachable, target
from wirewright.selection import MODULE, operations

FOLDER = "rest/api"
TEMPLATES = Path(__file__).parent / "templates" / "operations"

# Their templates' names on the left, where ours of the same name go on the right.
_STATIC = {
    "package_init.py.jinja": "rest/__init__.py",
    "client.py.jinja": "rest/runtime.py",
    "errors.py.jinja": "rest/errors.py",
}
# Of a model the endpoints need to know that it is one, and whether it is a page of rows.
_PAGE = ("rows", "pagination")
_ANSWER = {"description": "An answer."}


def generate(specification: Specification, rules: Rules | None = None) -> Tree:
    """rest/api, rest/runtime.py and rest/errors.py."""
    security = Security.of(specification, rules or Rules())
    document = _Document(specification)
    parsed = GeneratorData.from_dict(document.whole(), config=_config())
    if isinstance(parsed, GeneratorError):
        raise SpecError(ENTRY, "/", "the document cannot be read as OpenAPI 3.1")
    endpoints = {
        str(endpoint.name): endpoint
        for collection in parsed.endpoint_collections_by_tag.values()
        for endpoint in collection.endpoints
    }
    environment = Project(openapi=parsed, config=_config(), custom_template_path=TEMPLATES).env
    filters: dict[str, Any] = environment.filters  # Any: jinja2 lists its own filters as the only types
    filters["docs"] = _docs
    filters["indented"] = docstring
    template = environment.get_template("endpoint_module.py.jinja")
    modules: dict[str, list[str]] = {}
    tree: Tree = {}
    for number, (path, method, operation) in enumerate(operations(specification.document)):
        types = Types(
            specification.document["components"]["schemas"],
            specification.documents,
            specification.place(operation),
            document.names,
        )
        reading = document.reading(number, operation, endpoints, parsed)
        folder, module = operation[MODULE]
        modules.setdefault(folder, []).append(module)
        source = template.render(
            view=view(reading, path, method, operation, types), security=security.wanted[operation["operationId"]]
        )
        tree[f"{FOLDER}/{folder}/{module}.py"] = source.encode()
    init = environment.get_template("endpoint_init.py.jinja")
    for folder, members in sorted(modules.items()):
        title = folder.replace("_", " ").strip()
        tree[f"{FOLDER}/{folder}/__init__.py"] = init.render(title=title, modules=sorted(members)).encode()
    tree[f"{FOLDER}/__init__.py"] = (
        environment.get_template("api_init.py.jinja").render(folders=sorted(modules)).encode()
    )
    for source, path in _STATIC.items():
        tree[path] = environment.get_template(source).render(schemes=security.schemes).encode()
    if security.schemes:
        tree["rest/auth.py"] = environment.get_template("auth.py.jinja").render(schemes=security.schemes).encode()
    return dict(sorted(tree.items()))


def _config() -> Config:
    return Config.from_sources(
        ConfigFile(post_hooks=[]), MetaType.NONE, Path(ENTRY), file_encoding="utf-8", overwrite=True, output_path=Path()
    )


class _Document:
    """The document as the parser needs it: names that it leaves alone, and of each class only that it is one.

    It knows one JSON answer of a status and one place of a parameter's name; more of the same go beside it.
    """

    def __init__(self, specification: Specification) -> None:
        self._specification = specification
        self._schemas: Node = specification.document["components"]["schemas"]
        self._labels = {name: f"Schema{number}" for number, name in enumerate(self._schemas)}
        self.names = {label: name for name, label in self._labels.items()}
        self._opaque = {name for name in self._schemas if self._is_opaque(name)}
        self._others: dict[str, tuple[int, str, str]] = {}
        """Operation that stands beside another → the other's number, and the status and media type it answers."""

    def whole(self) -> Node:
        """The document."""
        paths: Node = {}
        for number, (_, method, operation) in enumerate(operations(self._specification.document)):
            paths[f"/{_id(number)}"] = {method: self._operation(number, method, operation)}
        for identifier, (number, status, media) in self._others.items():
            content = self._operations[number]["responses"][status]["content"]
            answer = {"operationId": identifier, "responses": {"200": self._answer(content[media])}}
            paths[f"/{identifier}"] = {"get": answer}
        schemas = {self._labels[name]: self._class(name) for name in self._opaque}
        info = {"title": "operations", "version": "1"}
        return {"openapi": "3.1.0", "info": info, "paths": paths, "components": {"schemas": schemas}}

    def reading(self, number: int, operation: Node, endpoints: dict[str, Endpoint], parsed: GeneratorData) -> Reading:
        """What became of an operation; one that was left out is a fault."""
        others = {(status, media): name for name, (owner, status, media) in self._others.items() if owner == number}
        for name in (_id(number), *others.values()):
            if name not in endpoints or name in _faulty(parsed):
                raise self._specification.place(operation).fault(
                    f"no function can be made of {operation['operationId']!r}: a parameter, the body or an answer "
                    "has a shape that is not understood"
                )
        return Reading(
            endpoints[_id(number)],
            {(status, media): endpoints[name].responses.patterns[0].prop for (status, media), name in others.items()},
        )

    @property
    def _operations(self) -> list[Node]:
        return self._specification.operations

    def _operation(self, number: int, method: str, operation: Node) -> Node:
        result: Node = {"operationId": _id(number), "responses": {}}
        # One name may stand at several places, and lists and objects at each of them.
        result["parameters"] = [
            {"name": f"p{place}", "in": "query", "required": True, "schema": self._schema(schema_of(parameter))}
            for place, parameter in enumerate(listed(operation))
        ]
        body: Node = operation.get("requestBody") or {}
        given: Node = body.get("content", {})
        if known := told_as(given):
            content = {name: {"schema": self._schema(given[media]["schema"])} for media, name in known.items()}
            result["requestBody"] = {"required": True, "content": content}
        for status, answer in good_answers(operation).items():
            content = content_of(status, answer, method)
            first, *more = [media for media in content if is_json(media)] or [""]
            result["responses"][status] = self._answer(content[first]) if first else _ANSWER
            for media in more:
                self._others[f"{_id(number)}_{len(self._others)}"] = (number, status, media)
        return result

    def _answer(self, content: Node) -> Node:
        return {**_ANSWER, "content": {"application/json": {"schema": self._schema(content["schema"])}}}

    def _is_opaque(self, name: str) -> bool:
        """Whether the parser is only told the name: of classes, and of aliases that it could not write out."""
        schema: Node = self._schemas[name]
        return is_class(schema) or not is_simple(schema) or name in reachable(self._schemas, [schema])

    def _class(self, name: str) -> Node:
        properties: Node = self._schemas[name].get("properties", {})
        pages = {key: self._schema(value) for key, value in properties.items() if key in _PAGE}
        return {"type": "object", "properties": pages}

    def _schema(self, schema: Node) -> Node:
        """A schema as the parser reads it right: an alias in the place of its name, null as a type."""
        told: Node
        if "$ref" in schema:
            name = target(schema["$ref"])
            told = (
                {"$ref": REFERENCE + self._labels[name]} if name in self._opaque else self._schema(self._schemas[name])
            )
        elif "anyOf" in schema:
            told = {"anyOf": [self._schema(part) for part in schema["anyOf"]]}
        elif schema.get("type") == "array" and "items" in schema:
            told = {"type": "array", "items": self._schema(schema["items"])}
        elif "enum" in schema:
            told = {"const": schema["enum"][0]}
        else:
            told = {key: schema[key] for key in ("type", "format") if key in schema}
        return {"anyOf": [told, {"type": "null"}]} if schema.get(NULLABLE) else told


def _id(number: int) -> str:
    return f"operation_{number}"


def _faulty(parsed: GeneratorData) -> set[str]:
    """The operations of which the parser left something out; here nothing may be missing silently."""
    errors: list[ParseError | GeneratorError] = [*parsed.errors]
    for collection in parsed.endpoint_collections_by_tag.values():
        errors += collection.parse_errors
    return {
        name for error in errors for name in re.findall(r"operation_\d+(?:_\d+)?", f"{error.header} {error.detail}")
    }


def _docs(lines: list[str], summary: str) -> str:
    """A docstring with a summary and, under Args, a line for each parameter."""
    rows = "".join(f"\n        {docstring(line, 12)}" for line in lines)
    return f'    """{summary}' + (f"\n\n    Args:{rows}\n" if rows else "\n") + '    """'
