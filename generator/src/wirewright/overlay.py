"""overlay/openapi.yaml: what is ours of the REST API, as an OpenAPI Overlay 1.0 over the server's own shape.

An action describes (`update` of a description), adds (`update` with `x-since`, the version that brought it) or corrects
(`update` or `remove` with `x-reason`). One whose target is not there is a fault that says what became of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path as File
from typing import Any

import yaml

from wirewright.comments import words
from wirewright.documents import Documents, Node, Place, is_list, is_map
from wirewright.errors import SpecError
from wirewright.paths import Path
from wirewright.schemas import MEMBER_DOCS, inside, is_enum
from wirewright.selection import operations

NAME = "overlay/openapi.yaml"
_KEYS = frozenset({"target", "description", "update", "remove", "x-since", "x-reason"})


@dataclass(frozen=True)
class Action:
    """One entry."""

    path: Path
    place: Place
    update: Any
    remove: bool
    since: str | None
    reason: str | None


@dataclass(frozen=True)
class Overlay:
    """All entries of a file, in its order."""

    actions: tuple[Action, ...]
    documents: Documents
    since: dict[str, str] = field(default_factory=dict[str, str])
    """`x-since` at the root: operation id, schema or `Schema.property` → version, of what the contracts have."""
    place: Place = field(default_factory=lambda: Place(NAME, (), 1))
    """Where the root stands."""

    @classmethod
    def read(cls, overlay: File, documents: Documents) -> Overlay:
        """The overlay in a folder; without one it is empty."""
        path = overlay / File(NAME).name
        if not path.is_file():
            return cls((), documents)
        root = documents.root(path)
        listed = root.get("actions") if is_map(root) else None
        if not is_list(listed) or root.get("overlay") not in {"1.0.0", "1.1.0"}:
            raise SpecError(NAME, "/", "this is no OpenAPI Overlay 1.0 with a list of `actions`")
        dated: object = root.get("x-since", {})
        if not is_map(dated):
            raise SpecError(NAME, "/x-since", "this maps names to versions")
        since = {name: str(version) for name, version in dated.items()}
        return cls(tuple(_action(each, documents) for each in listed), documents, since, documents.place(root))

    def apply(self, document: Node) -> list[Action]:
        """Change the document in place; give back those whose target is not there."""
        lost: list[Action] = []
        for action in self.actions:
            found = action.path.find(document)
            if not found:
                lost.append(action)
            elif action.remove:
                action.path.remove(document)
            else:
                for node in found:
                    _merge(node, action.update, action, self.documents)
        return lost


def without(overlay: File, lost: list[Action]) -> None:
    """Write the overlay in a folder again without some of its entries."""
    path = overlay / File(NAME).name
    data: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    gone = {int(action.place.pointer[-1]) for action in lost}
    data["actions"] = [entry for index, entry in enumerate(data["actions"]) if index not in gone]
    write(path, data)


def write(path: File, data: Any) -> None:
    """Write an overlay again, with the comments before it."""
    head = "".join(line for line in path.read_text(encoding="utf-8").splitlines(keepends=True) if line.startswith("#"))
    text = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=118)
    path.write_text(head + text, encoding="utf-8", newline="\n")


def refuse(lost: list[Action], document: Node) -> None:
    """Raise the fault of the first entry that has no target, if there is one."""
    for action in lost:
        raise action.place.fault(f"{action.path.text}: {action.path.missing(document)}")


def undescribed(document: Node) -> Iterator[str]:
    """Operations, parameters, schemas and properties that no entry describes."""
    for _, _, operation in operations(document):
        name = operation["operationId"]
        if not operation.get("description"):
            yield f"operation {name}"
        for parameter in operation.get("parameters", []):
            if is_map(parameter) and not parameter.get("description"):
                yield f"parameter {parameter.get('in')} {parameter.get('name')} of {name}"
    for name, schema in document["components"]["schemas"].items():
        if is_map(schema) and "$ref" not in schema and not schema.get("description"):
            yield f"schema {name}"
        if is_map(schema) and is_enum(schema):
            told: Any = schema.get(MEMBER_DOCS) or {}
            yield from (f"enum value {name} {value}" for value in schema["enum"] if value not in told)
        for part in inside(schema):
            for key, value in part.get("properties", {}).items():
                if is_map(value) and not value.get("description"):
                    yield f"property {name}.{key}"


def unmatched(document: Node) -> Iterator[str]:
    """Descriptions of enum values that the enum does not have."""
    for name, schema in document["components"]["schemas"].items():
        told: Any = schema.get(MEMBER_DOCS) or {}
        yield from (f"{name}: the enum has no {value} any more" for value in told if value not in schema["enum"])


def _action(entry: Any, documents: Documents) -> Action:
    place = documents.place(entry)
    if not is_map(entry) or not isinstance(entry.get("target"), str):
        raise place.fault("an action names no target")
    unknown = sorted(entry.keys() - _KEYS)
    if unknown:
        raise place.fault(f"the key {unknown[0]!r} of an action means nothing here")
    if ("update" in entry) == ("remove" in entry):
        raise place.fault("an action has either `update` or `remove: true`")
    try:
        path = Path.read(entry["target"])
    except ValueError as error:
        raise place.fault(str(error)) from error
    if entry.get("remove") and not path.segments:
        raise place.fault("the whole document cannot be removed")
    said = [entry.get(key) for key in ("x-since", "x-reason")]
    return Action(path, place, entry.get("update"), entry.get("remove") is True, *said)


def _merge(node: Any, update: Any, action: Action, documents: Documents) -> None:
    """Put the update into the node: maps key by key, lists behind; as the standard says."""
    if is_list(node):
        node.extend(_copy(update, documents) if is_list(update) else [_copy(update, documents)])
        return
    if not is_map(node) or not is_map(update):
        raise action.place.fault(f"{action.path.text} is no map or list, and only those can be updated")
    for key, value in update.items():
        if key in node and is_map(node[key]) and is_map(value):
            if action.since is not None:
                raise action.place.fault(
                    f"{action.path.text} has {key!r} already; what {action.since} brought is there"
                )
            _merge(node[key], value, action, documents)
        elif key in node and is_list(node[key]) and is_list(value):
            node[key].extend(_copy(value, documents))
        else:
            node[key] = _copy(value, documents)
            _date(node[key], action.since)


def _date(added: Any, since: str | None) -> None:
    """Say of what an action adds which version brought it: at operations, schemas and properties."""
    if since is None or not is_map(added):
        return
    if "description" in added:
        added["description"] = f"{str(added['description']).strip()} {words(since)}"
        return
    for part in added.values():
        _date(part, since)


def _copy(value: Any, documents: Documents) -> Any:
    """A value of its own for each target, at the place of the overlay."""
    if is_map(value):
        return documents.moved({key: _copy(part, documents) for key, part in value.items()}, value)
    if is_list(value):
        return documents.moved([_copy(part, documents) for part in value], value)
    return value
