"""What the template of an endpoint is told: names, types and texts, as Python source."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties.any import AnyProperty
from openapi_python_client.parser.properties.boolean import BooleanProperty
from openapi_python_client.parser.properties.const import ConstProperty
from openapi_python_client.parser.properties.date import DateProperty
from openapi_python_client.parser.properties.datetime import DateTimeProperty
from openapi_python_client.parser.properties.enum_property import EnumProperty
from openapi_python_client.parser.properties.file import FileProperty
from openapi_python_client.parser.properties.float import FloatProperty
from openapi_python_client.parser.properties.int import IntProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.model_property import ModelProperty
from openapi_python_client.parser.properties.none import NoneProperty
from openapi_python_client.parser.properties.protocol import PropertyProtocol
from openapi_python_client.parser.properties.string import StringProperty
from openapi_python_client.parser.properties.union import UnionProperty
from openapi_python_client.parser.properties.uuid import UuidProperty
from openapi_python_client.parser.responses import BYTES_SOURCE, NONE_SOURCE, TEXT_SOURCE, Response
from openapi_python_client.strings import ClassName

from codegen.documents import Node, render
from codegen.errors import SpecError
from codegen.models import module_of
from codegen.references import ENTRY

_PREFIX = "field_"
_WIDTH = 108
# What a module needs these names for itself.
_RESERVED = frozenset(
    {"aiterate", "asyncio", "body", "build", "client", "httpx", "page_size", "runtime", "sync", "timeout"}
)
_SIMPLE: tuple[tuple[type[object], str, str | None], ...] = (
    (StringProperty, "str", None),
    (BooleanProperty, "bool", None),
    (IntProperty, "int", None),
    (FloatProperty, "float", None),
    (DateTimeProperty, "datetime", "from datetime import datetime"),
    (DateProperty, "date", "from datetime import date"),
    (UuidProperty, "str", None),
    (FileProperty, "bytes", None),
    (NoneProperty, "None", None),
    (AnyProperty, "Any", "from typing import Any"),
)


class Names:
    """The models' names by those that the parser of endpoints gave them, which differ in capitals."""

    def __init__(self, schemas: Iterable[str]) -> None:
        self._schemas: dict[str, str] = {}
        for schema in schemas:
            other = self._schemas.setdefault(ClassName(schema, _PREFIX), schema)
            if other != schema:
                place = render(("components", "schemas", schema))
                raise SpecError(ENTRY, place, f"{schema} and {other} differ in capitals only; rename one")

    def __getitem__(self, parsed: str) -> str:
        return self._schemas[parsed]


class _Types:
    """Properties as annotations, and the imports that these need."""

    def __init__(self, names: Names, where: str) -> None:
        self._names = names
        self._where = where
        self.imports: set[str] = set()

    def annotation(self, prop: PropertyProtocol, *, given: bool = False) -> str:
        """The annotation of a value; of one that is given by the caller, as wide as can be sent."""
        if isinstance(prop, ModelProperty | EnumProperty):
            name = self._names[prop.class_info.name]
            self.imports.add(f"from ...models.{module_of(name)} import {name}")
            return name
        if isinstance(prop, ListProperty):
            inner = self.annotation(prop.inner_property, given=given)
            if given:
                self.imports.add("from collections.abc import Sequence")
            return f"Sequence[{inner}]" if given else f"list[{inner}]"
        if isinstance(prop, UnionProperty):
            return " | ".join(dict.fromkeys(self.annotation(part, given=given) for part in prop.inner_properties))
        if isinstance(prop, ConstProperty):
            self.imports.add("from typing import Literal")
            return f"Literal[{prop.value.python_code.as_unembedded_code()}]"
        for kind, name, needed in _SIMPLE:
            if isinstance(prop, kind):
                if given and isinstance(prop, UuidProperty):
                    self.imports.add("from uuid import UUID")
                    return "UUID | str"
                self.imports |= {needed} if needed else set()
                return name
        raise SpecError(ENTRY, self._where, f"a value of the kind {type(prop).__name__} is not understood")


@dataclass(frozen=True)
class Argument:
    """A parameter of the generated functions."""

    name: str
    wire: str
    annotation: str
    required: bool
    keyword: bool
    doc: str


@dataclass(frozen=True)
class PageView:
    """The rows of an operation that lists."""

    row: str
    expression: str
    arguments: list[Argument]
    doc: str


@dataclass(frozen=True)
class View:
    """One operation."""

    name: str
    method: str
    path: str
    title: str
    doc: str
    result: str
    answers: list[tuple[int, str]]
    arguments: list[Argument]
    query: list[Argument]
    body: str | None
    page: PageView | None
    imports: list[str]

    @property
    def has_keywords(self) -> bool:
        """Whether `build` has keyword-only parameters."""
        return any(argument.keyword for argument in self.arguments)

    @classmethod
    def of(cls, endpoint: Endpoint, path: str, operation: Node, names: Names) -> View:
        """The view of an endpoint; what cannot be expressed is a SpecError."""
        where = render(("paths", path, endpoint.method))
        types = _Types(names, where)
        if endpoint.header_parameters or endpoint.cookie_parameters:
            raise SpecError(ENTRY, where, "parameters in headers or cookies are not supported; set an override")
        docs = {parameter["name"]: parameter.get("description", "") for parameter in operation.get("parameters", [])}
        paths = [_argument(prop, types, docs, keyword=False) for prop in endpoint.path_parameters]
        query = [_argument(prop, types, docs, keyword=True) for prop in endpoint.query_parameters]
        body, body_arguments = _body(endpoint, operation, types, where)
        arguments = [*sorted(paths, key=lambda argument: path.index(f"{{{argument.wire}}}")), *body_arguments]
        arguments += sorted(query, key=lambda argument: not argument.required)
        result, answers = _answers(endpoint, types, where)
        page = _page(endpoint, arguments, types, operation)
        title = _summary(operation)
        imports = {"from collections.abc import Mapping", "import httpx", "from ... import runtime", *types.imports}
        if page:
            imports.add("from collections.abc import AsyncIterator, Iterator")
        return cls(
            name=operation["operationId"],
            method=endpoint.method.upper(),
            path=_path(path, paths),
            title=docstring(title, 0),
            doc=docstring(_description(operation), 4),
            result=result,
            answers=answers,
            arguments=arguments,
            query=query,
            body=body,
            page=page,
            imports=_sorted(imports),
        )


def docstring(text: str, indent: int) -> str:
    """Text, wrapped and escaped to stand in a docstring."""
    safe = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"').strip()
    safe = f"{safe[:-1]}\\{safe[-1]}" if safe.endswith('"') else safe
    return textwrap.fill(" ".join(safe.split()), _WIDTH, subsequent_indent=" " * indent)


def _description(operation: Node) -> str:
    return str(operation.get("description") or operation.get("summary") or f"Call {operation['operationId']}.")


def _summary(operation: Node) -> str:
    first, stop, _ = " ".join(_description(operation).split()).partition(". ")
    return first + stop.strip()


def _argument(prop: PropertyProtocol, types: _Types, docs: dict[str, str], *, keyword: bool) -> Argument:
    wire = prop.name.get_untrusted_value()
    name = f"{prop.python_name}_" if prop.python_name in _RESERVED else str(prop.python_name)
    annotation = types.annotation(prop, given=True)
    if not prop.required and "None" not in annotation.split(" | "):
        annotation += " | None"
    text = " ".join(docs.get(wire, "").split())
    doc = docstring(f"{name}: {text}", 12) if text else ""
    return Argument(name, wire, annotation, prop.required, keyword, doc)


def _body(endpoint: Endpoint, operation: Node, types: _Types, where: str) -> tuple[str | None, list[Argument]]:
    if not endpoint.bodies:
        return None, []
    if len(endpoint.bodies) > 1:
        raise SpecError(ENTRY, where, "the request body has several media types; choose one with an override")
    body = endpoint.bodies[0]
    kinds = {"json": "runtime.json_body(body)", "files": "runtime.form_body(body)"}
    media = json.dumps(body.content_type.get_untrusted_value())
    expression = kinds.get(body.body_type.value, f"runtime.raw_body(body, {media})")
    if body.body_type.value == "data":
        raise SpecError(ENTRY, where, "a form that is not multipart is not supported; set an override")
    raw = body.body_type.value == "content"
    annotation = "bytes" if raw else types.annotation(body.prop, given=True)
    required = bool(operation["requestBody"].get("required", False))
    text = " ".join(str(operation["requestBody"].get("description") or "What to send.").split())
    optional = "" if required else " | None"
    return expression, [Argument("body", "", annotation + optional, required, False, docstring(f"body: {text}", 12))]


def _answers(endpoint: Endpoint, types: _Types, where: str) -> tuple[str, list[tuple[int, str]]]:
    """The type of what comes back, and how to read it for each good status."""
    results: dict[str, None] = {}
    answers: list[tuple[int, str]] = []
    for response in endpoint.responses.patterns:
        low, high = response.status_code.range or (0, 0)
        if not 200 <= low < 300:
            continue
        result, reader = _reader(response, types)
        results[result] = None
        answers.append((low if low == high else low // 100, reader))
    if not answers:
        raise SpecError(ENTRY, where, "no answer has a status that means success")
    return " | ".join(results), answers


def _reader(response: Response, types: _Types) -> tuple[str, str]:
    if response.source == NONE_SOURCE:
        return "None", "runtime.nothing"
    if response.source == TEXT_SOURCE:
        return "str", "runtime.text"
    if response.source == BYTES_SOURCE:
        return "bytes", "runtime.content"
    result = types.annotation(response.prop)
    return result, f"runtime.Json[{result}]({result})"


def _page(endpoint: Endpoint, arguments: list[Argument], types: _Types, operation: Node) -> PageView | None:
    """How to go through all rows, where the operation takes an offset and a limit and gives one kind of answer."""
    answers = [r for r in endpoint.responses.patterns if r.status_code.range and 200 <= r.status_code.range[0] < 300]
    if not {"offset", "limit"} <= {argument.wire for argument in arguments} or len(answers) != 1:
        return None
    prop = answers[0].prop
    expression = "runtime.Page(answer)"
    if isinstance(prop, ModelProperty):
        fields = {part.name.get_untrusted_value(): part for part in prop.optional_properties or []}
        if not isinstance(rows := fields.get("rows"), ListProperty):
            return None
        pagination = ", answer.pagination" if "pagination" in fields else ""
        prop, expression = rows, f"runtime.Page(answer.rows or (){pagination})"
    if not isinstance(prop, ListProperty):
        return None
    doc = docstring(f"{_summary(operation)} Go through all rows, asking for a page at a time.", 4)
    rest = [argument for argument in arguments if argument.wire not in {"offset", "limit"}]
    return PageView(types.annotation(prop.inner_property), expression, rest, doc)


def _path(path: str, arguments: list[Argument]) -> str:
    """The path as a Python expression."""
    if not arguments:
        return json.dumps(path)
    result = json.dumps(path)
    for argument in arguments:
        call = f"{{runtime.segment('{argument.name}', {argument.name})}}"
        result = result.replace(f"{{{argument.wire}}}", call)
    return f"f{result}"


def _sorted(imports: set[str]) -> list[str]:
    """Import lines in the order that isort gives them, with those of one module joined."""
    joined: dict[str, list[str]] = {}
    for line in imports:
        module, _, name = line.removeprefix("from ").partition(" import ")
        joined.setdefault(module if name else "", []).append(name or line)
    groups: list[list[str]] = [[], [], []]
    for module, names in sorted(joined.items()):
        if not module:
            groups[1] += sorted(names)
        else:
            merged = f"from {module} import {', '.join(sorted(set(names)))}"
            groups[2 if module.startswith(".") else 0].append(merged)
    return [entry for group in groups if group for entry in [*group, ""]][:-1]
