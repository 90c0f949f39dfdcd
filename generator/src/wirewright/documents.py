"""Read YAML files so that every node remembers the file, pointer and line it came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeGuard, TypeVar

import yaml

from wirewright.errors import SpecError

# A specification is arbitrary YAML until it is linted, hence Any: this is where it enters.
Node = dict[str, Any]
Pointer = tuple[str, ...]
_T = TypeVar("_T")

# The C parser is part of most wheels of PyYAML and ten times faster; both give the same nodes.
_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SCALARS = {"int": int, "float": float}


def is_map(node: object) -> TypeGuard[Node]:
    """Whether a node is a map; its keys are texts, because this module made it."""
    return isinstance(node, dict)


def is_list(node: object) -> TypeGuard[list[Any]]:
    """Whether a node is a list."""
    return isinstance(node, list)


def render(pointer: Pointer) -> str:
    """A JSON pointer (RFC 6901) as text."""
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in pointer)


def parse(pointer: str) -> Pointer:
    """The parts of a JSON pointer (RFC 6901)."""
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])


@dataclass(frozen=True)
class Place:
    """Where in a specification something stands."""

    file: str
    pointer: Pointer
    line: int

    def fault(self, reason: str) -> SpecError:
        """The error that says what is wrong here."""
        return SpecError(self.file, f"{render(self.pointer) or '/'} (line {self.line})", reason)


@dataclass
class Documents:
    """The YAML files below one folder, each read once; maps and lists keep their places."""

    folder: Path
    _roots: dict[Path, Any] = field(default_factory=dict[Path, Any])
    # By identity, because equal maps occur at many places; the roots keep every key alive.
    _places: dict[int, Place] = field(default_factory=dict[int, Place])

    def root(self, path: Path) -> Any:
        """The content of a file; a missing or unreadable one is a SpecError."""
        path = path.resolve()
        if path not in self._roots:
            self._roots[path] = self._read(path)
        return self._roots[path]

    def name(self, path: Path) -> str:
        """The path of a file as people know it: relative to the folder of specifications."""
        root = self.folder.resolve()
        return (
            path.resolve().relative_to(root).as_posix()
            if path.resolve().is_relative_to(root)
            else f"{path.parent.name}/{path.name}"
        )

    def place(self, node: object) -> Place:
        """Where a map or list was read."""
        return self._places.get(id(node)) or Place("openapi.yaml", (), 1)

    def moved(self, node: _T, origin: object) -> _T:
        """The node, from now on at the place of its origin."""
        self._places[id(node)] = self.place(origin)
        return node

    def _read(self, path: Path) -> Any:
        name = self.name(path)
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SpecError(name, "/", f"the file cannot be read: {error.__class__.__name__}") from error
        try:
            tree = yaml.compose(text, Loader=_LOADER)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "/"
            raise SpecError(name, where, f"this is not YAML: {error.problem or error.context}") from error
        except yaml.YAMLError as error:
            raise SpecError(name, "/", f"this is not YAML: {error}") from error
        if tree is None:
            raise SpecError(name, "/", "the file is empty")
        try:
            return self._value(tree, name, ())
        except RecursionError:
            raise SpecError(
                name, "/", "an alias of YAML leads back to itself, or the file is nested too deeply"
            ) from None

    def _value(self, node: yaml.Node, file: str, pointer: Pointer) -> Any:
        place = Place(file, pointer, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            items = [self._value(item, file, (*pointer, str(index))) for index, item in enumerate(node.value)]
            self._places[id(items)] = place
            return items
        return _scalar(node, place)

    def _mapping(self, node: yaml.MappingNode, place: Place) -> Node:
        result: Node = {}
        merged: Node = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key_node.tag.endswith(":merge"):
                sources = value_node.value if isinstance(value_node, yaml.SequenceNode) else [value_node]
                for source in reversed(sources):
                    merged |= self._value(source, place.file, place.pointer)
                continue
            if key in result:
                here = Place(place.file, place.pointer, key_node.start_mark.line + 1)
                raise here.fault(f"the key {key!r} stands here twice")
            result[key] = self._value(value_node, place.file, (*place.pointer, key))
        # What stands here counts before what is merged in (`<<`).
        result |= {key: value for key, value in merged.items() if key not in result}
        self._places[id(result)] = place
        return result


def _scalar(node: yaml.Node, place: Place) -> Any:
    kind = node.tag.rpartition(":")[2]
    text = str(node.value)
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() in {"true", "yes", "on"}
    if kind in _SCALARS:
        try:
            return _SCALARS[kind](text.replace("_", ""))
        except ValueError as error:
            raise place.fault(f"{text!r} is no number that JSON has too") from error
    return text  # a date in YAML is a text in JSON, and OpenAPI means JSON
