"""Contracts in shape only: without comments and descriptions, which are their authors', and without keys of tools."""

from __future__ import annotations

import re
from typing import Any

import yaml

from wirewright.documents import is_list, is_map
from wirewright.errors import SpecError
from wirewright.schemas import MAPS, MEMBER_NAMES
from wirewright.selection import ALREADY_SELECTED

# Texts, and block comments of protos; a line comment ends at its line.
_PROTO = re.compile(r'("(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\')|/\*.*?\*/|//[^\n]*', re.DOTALL)
_WORDS = frozenset({"description", "summary", "title", "example", "examples", "externalDocs", "tags"})
_ANSWER = "An answer."
_NAMED = MAPS | {"schemas", "parameters", "responses", "paths", "mapping", "headers", "content", "requestBodies"}
_KEPT = frozenset({MEMBER_NAMES})


def proto(text: str) -> str:
    """A .proto file without its comments and the lines that these leave empty."""
    bare = _PROTO.sub(lambda match: match[1] or "", text)
    lines = [line.rstrip() for line in bare.splitlines()]
    kept = [
        line
        for line, before in zip(lines, ["", *lines], strict=False)
        if line or not (before == "" or before[-1] == "{")
    ]
    return "\n".join(kept) + "\n"


def document(text: str, file: str) -> str:
    """A file of an OpenAPI document without its sentences; one that is no YAML is a SpecError."""
    try:
        node = yaml.load(text, _Texts)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "/"
        raise SpecError(file, where, f"this is not YAML: {error.problem or error.context}") from error
    return yaml.safe_dump(_bare(node), sort_keys=False, allow_unicode=True, width=120)


class _Texts(yaml.SafeLoader):
    """Reads dates as the texts that they are in JSON, and keys as texts."""


_Texts.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: str(node.value))


def _bare(node: Any, names: str = "", *, is_response: bool = False) -> Any:
    """The node without sentences; `names` is the key of a map whose own keys are others' choosing."""
    if is_list(node):
        return [_bare(each) for each in node]
    if not is_map(node):
        return node
    result: dict[str, Any] = {}
    if is_response and "$ref" not in node:
        result["description"] = _ANSWER  # which OpenAPI demands
    for name, value in node.items():
        if names:
            result[name] = _bare(value, is_response=names == "responses")
        elif name in _WORDS or (name.startswith("x-") and name not in _KEPT):
            continue
        elif name == "info":
            result[name] = {part: value[part] for part in ("title", "version", ALREADY_SELECTED) if part in value}
        elif name in {"enum", "default", "const", "required"}:
            result[name] = value
        else:
            result[name] = _bare(value, name if name in _NAMED else "")
    return result
