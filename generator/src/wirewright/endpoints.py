"""What the template of an operation is told: names, types and texts, as Python source."""

from __future__ import annotations

import json
import re
import textwrap
from dataclasses import dataclass

from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.model_property import ModelProperty
from openapi_python_client.parser.properties.protocol import PropertyProtocol

from wirewright.annotations import Types, options
from wirewright.documents import Node
from wirewright.parameters import Argument, arguments, body, is_json, plain
from wirewright.schemas import target

_WIDTH = 108
_PATH_PARAMETER = re.compile(r"{([^}]*)}")
# Good answers that carry no body, whatever a specification says about it.
_BODILESS = frozenset({"204", "205"})


@dataclass(frozen=True)
class PageView:
    """The rows of an operation that lists."""

    row: str
    expression: str
    arguments: list[Argument]
    doc: str


@dataclass(frozen=True)
class Reading:
    """One operation as openapi-python-client read it."""

    endpoint: Endpoint
    """Parameters, bodies, and for each status the first answer that is JSON."""
    others: dict[tuple[str, str], PropertyProtocol]
    """Status and media type → what further JSON answers hold."""


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
    accept: str | None
    arguments: list[Argument]
    in_order: list[Argument]
    body: str | None
    page: PageView | None
    imports: list[str]

    @property
    def has_keywords(self) -> bool:
        """Whether `build` has keyword-only parameters."""
        return any(argument.keyword for argument in self.arguments)

    @property
    def checked(self) -> list[Argument]:
        """The parameters that have limits."""
        return [argument for argument in self.arguments if argument.check]

    def of(self, place: str) -> list[Argument]:
        """The parameters of one place, in the order of the specification."""
        return [argument for argument in self.in_order if argument.place == place]


def view(reading: Reading, path: str, method: str, operation: Node, types: Types) -> View:
    """The view of an operation; what cannot be expressed is a SpecError."""
    given = arguments(operation, reading.endpoint, types)
    in_path = sorted((a for a in given if not a.keyword), key=lambda argument: path.index(f"{{{argument.wire}}}"))
    expression, body_arguments = body(operation, reading.endpoint, types)
    # What must be given comes first; a body that may be left out stands behind the path all the same.
    keywords = [argument for argument in [*given, *body_arguments] if argument.keyword]
    ordered = [*in_path, *(argument for argument in body_arguments if not argument.keyword)]
    ordered += sorted(keywords, key=lambda argument: not argument.required)
    result, answers, accept = _answers(reading, operation, method, types)
    page = _page(reading, ordered, types, operation)
    imports = {"from collections.abc import Mapping", "import httpx", "from ... import runtime", *types.imports}
    if page:
        imports.add("from collections.abc import AsyncIterator, Iterator")
    return View(
        name=operation["operationId"],
        method=method.upper(),
        path=_path(path, in_path),
        title=docstring(_summary(operation), 0),
        doc=docstring(_description(operation), 4),
        result=result,
        answers=answers,
        accept=accept,
        arguments=ordered,
        in_order=given,
        body=expression,
        page=page,
        imports=_sorted(imports),
    )


def good_answers(operation: Node) -> dict[str, Node]:
    """Status → answer of those that mean success; `default` where no other does."""
    good = {status: answer for status, answer in operation["responses"].items() if status.upper()[:1] == "2"}
    # Beside a good answer that is named, `default` describes the others, which are errors.
    if not good and "default" in operation["responses"]:
        return {"2XX": operation["responses"]["default"]}
    return good


def content_of(status: str, answer: Node, method: str) -> Node:
    """Media type → content of an answer; none where none is sent."""
    content: Node = {} if status in _BODILESS or method == "head" else answer.get("content") or {}
    return content


def docstring(text: str, indent: int) -> str:
    """Text, wrapped and escaped to stand in a docstring."""
    safe = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"').strip()
    safe = f"{safe[:-1]}\\{safe[-1]}" if safe.endswith('"') else safe
    return textwrap.fill(" ".join(safe.split()), _WIDTH, subsequent_indent=" " * indent)


def _description(operation: Node) -> str:
    text = str(operation.get("description") or operation.get("summary") or f"Call `{operation['operationId']}`.")
    return f"{text} Deprecated." if operation.get("deprecated") else text


def _summary(operation: Node) -> str:
    first, stop, _ = " ".join(_description(operation).split()).partition(". ")
    return first + stop.strip()


def _answers(
    reading: Reading, operation: Node, method: str, types: Types
) -> tuple[str, list[tuple[int, str]], str | None]:
    """The type of what comes back, how to read it for each good status, and what to ask for."""
    good = good_answers(operation)
    if not good:
        raise types.place.fault(f"no answer of {operation['operationId']!r} has a status that means success")
    read = {answer.status_code.pattern: answer.prop for answer in reading.endpoint.responses.patterns}
    results: dict[str, None] = {}
    answers: list[tuple[int, str]] = []
    asked: dict[str, None] = {}
    for status, answer in good.items():
        content = content_of(status, answer, method)
        first = next((media for media in content if is_json(media)), "")
        props = {media: reading.others.get((status, media)) for media in content}
        texts, reader, kinds = _reader(content, {**props, first: read.get(status)}, types)
        results |= dict.fromkeys(texts)
        asked |= dict.fromkeys(kinds)
        answers.append((int(status) if status.isdigit() else int(status[0]), reader))
    is_chosen = len(asked) > 1 or any(len(answer.get("content") or {}) > 1 for answer in good.values())
    return " | ".join(results), answers, ", ".join(asked) or None if is_chosen else None


def _reader(content: Node, props: dict[str, PropertyProtocol | None], types: Types) -> tuple[list[str], str, list[str]]:
    """What an answer may be, how it is read, and the media types that can be."""
    readers: dict[str, tuple[str, str]] = {}
    structured = [
        kind for kind in content if not is_json(kind) and _is_structured(content[kind]["schema"], types.schemas)
    ]
    for kind, media in content.items():
        if plain(kind) == "text/event-stream":
            raise types.place.fault("an answer of type text/event-stream is not supported: it may never end")
        if kind in structured and len(structured) < len(content):
            continue  # XML, say, beside JSON: it is not asked for
        readers[kind] = _read_as(kind, media["schema"], props[kind], types)
    if not readers:
        return ["None"], "runtime.nothing", []
    texts = list(dict.fromkeys(part for text, _ in readers.values() for part in options(text)))
    if len(content) == 1:
        return texts, next(iter(readers.values()))[1], list(readers)
    rows = ", ".join(f"{json.dumps(plain(kind))}: {reader}" for kind, (_, reader) in readers.items())
    return texts, f"runtime.ByType[{' | '.join(texts)}]({{{rows}}})", list(readers)


def _read_as(kind: str, schema: Node, prop: PropertyProtocol | None, types: Types) -> tuple[str, str]:
    bare = plain(kind)
    if is_json(kind) and prop is not None:
        text = types.of(prop)
        return text, f"runtime.Json[{text}]({text})"
    if bare.startswith("text/") and schema.get("format") != "binary":
        return "str", "runtime.text"
    return "bytes", "runtime.content"


def _is_structured(schema: Node, schemas: Node) -> bool:
    while "$ref" in schema:
        schema = schemas[target(schema["$ref"])]
    return "anyOf" in schema or schema.get("type") not in {None, "string"}


def _page(reading: Reading, given: list[Argument], types: Types, operation: Node) -> PageView | None:
    """How to go through all rows, where the operation takes an offset and a limit and gives one kind of answer."""
    numbers = {argument.wire for argument in given if argument.annotation == "int | None" and not argument.required}
    answers = reading.endpoint.responses.patterns
    if not {"offset", "limit"} <= numbers or len(answers) != 1 or reading.others:
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
    rest = [argument for argument in given if argument.wire not in {"offset", "limit"}]
    return PageView(types.of(prop.inner_property), expression, rest, doc)


def _path(path: str, given: list[Argument]) -> str:
    """The path as a Python expression."""
    sent = {argument.wire: argument for argument in given}
    pieces: list[str] = []
    position = 0
    for match in _PATH_PARAMETER.finditer(path):
        argument = sent[match[1]]
        value = argument.sent
        call = value if value.startswith("runtime.") else f"runtime.segment('{argument.name}', {value})"
        pieces += [_literal(path[position : match.start()], bool(given)), f"{{{call}}}".replace('"', "'")]
        position = match.end()
    pieces.append(_literal(path[position:], bool(given)))
    return ("f" if given else "") + '"' + "".join(pieces) + '"'


def _literal(text: str, in_fstring: bool) -> str:
    escaped = json.dumps(text, ensure_ascii=False)[1:-1]
    return escaped.replace("{", "{{").replace("}", "}}") if in_fstring else escaped


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
