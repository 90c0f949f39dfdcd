"""What select.toml says: operations left out, overrides, and the folders that operations live in."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from wirewright import naming
from wirewright.documents import Documents, Node, is_list, is_map, parse
from wirewright.errors import SpecError

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

# Our own specification leaves these operations out by itself and says so with this key in `info`.
ALREADY_SELECTED = "x-already-selected"
# Where an operation's module goes: [folder, module], set on every operation.
MODULE = "x-module"

_VERBS = frozenset({"get", "list"})


@dataclass(frozen=True)
class LeaveOut:
    """Operations to leave out, as patterns of operation ids, and why."""

    operations: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Override:
    """A value to set in the document: at a pointer, or at a pointer below one operation."""

    at: str
    value: Any  # whatever the specification holds there
    reason: str
    operation: str | None


@dataclass(frozen=True)
class Selection:
    """The rules of one select.toml."""

    file: str
    left_out: tuple[LeaveOut, ...]
    overrides: tuple[Override, ...]
    folders: dict[str, str]
    versions: tuple[str, ...] = ()
    """First parts of operation ids that belong to the resource behind them."""

    @classmethod
    def read(cls, path: Path | None, versions: tuple[str, ...] = ()) -> Selection:
        """Read the rules; a key that is not understood is an error, because it would have no effect."""
        if path is None:
            return cls("the settings", (), (), {}, versions)
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise SpecError(path.name, "/", f"the file cannot be read: {error}") from error
        try:
            left_out = tuple(
                LeaveOut(tuple(entry.pop("operations")), entry.pop("reason")) for entry in _tables(data, "leave-out")
            )
            overrides = tuple(
                Override(entry.pop("at"), entry.pop("value"), entry.pop("reason"), entry.pop("operation", None))
                for entry in _tables(data, "override")
            )
        except KeyError as error:
            raise SpecError(path.name, "/", f"an entry lacks its {error.args[0]!r}") from error
        folders = dict(data.pop("folders", {}))
        if data:
            raise SpecError(path.name, f"/{min(data)}", "this key means nothing here")
        return cls(path.name, left_out, overrides, folders, versions)

    def amend(self, document: Node, documents: Documents) -> None:
        """Set the overrides in the document, in place."""
        for override in self.overrides:
            if override.operation is None:
                self._override(override, document)
        _refuse_unnamed(document, documents)
        for override in self.overrides:
            if override.operation is not None:
                self._override(override, document)

    def select(self, document: Node, documents: Documents) -> None:
        """Leave out what is to be left out, and say at each operation which module it goes to; in place."""
        self._leave_out(document, documents)
        self._place(document, documents)

    def _override(self, override: Override, document: Node) -> None:
        target: Any = document
        if override.operation is not None:
            found = [op for _, _, op in operations(document) if op["operationId"] == override.operation]
            if not found:
                raise SpecError(self.file, "/override", f"no operation is called {override.operation!r}")
            target = found[0]
        *parents, last = parse(override.at) or ("",)
        for part in parents:
            target = _step(target, part)
        if not is_map(target) or not last:
            name = f"{override.operation or ''} {override.at}".strip()
            raise SpecError(self.file, "/override", f"nothing is found at {name}; correct or remove the override")
        target[last] = override.value

    def _leave_out(self, document: Node, documents: Documents) -> None:
        selected = bool(document.get("info", {}).get(ALREADY_SELECTED))
        for rule in self.left_out:
            for pattern in rule.operations:
                hits = [hit for hit in operations(document) if fnmatchcase(hit[2]["operationId"], pattern)]
                if selected and hits:
                    raise documents.place(hits[0][2]).fault(
                        f"{self.file} leaves {hits[0][2]['operationId']!r} out, and this specification says that "
                        f"it has left everything out already ({ALREADY_SELECTED})"
                    )
                if not selected and not hits:
                    raise SpecError(self.file, "/leave-out", f"no operation matches {pattern!r}; remove the pattern")
                for path, method, _ in hits:
                    del document["paths"][path][method]
        for path in [
            path for path, item in document.get("paths", {}).items() if not _methods(item) and "x-fault" not in item
        ]:
            del document["paths"][path]

    def _place(self, document: Node, documents: Documents) -> None:
        taken: dict[tuple[str, str], str] = {}
        resources: set[str] = set()
        for _, _, operation in operations(document):
            identifier: str = operation["operationId"]
            tags = operation.get("tags")
            resource, action = _split(identifier, str(tags[0]) if tags else None, self.versions)
            resources.add(resource)
            module = (self.folders.get(resource, naming.module(resource)), naming.module(action))
            if other := taken.get(module):
                raise documents.place(operation).fault(
                    f"{identifier!r} and {other!r} would both be {'.'.join(module)}; set [folders] in {self.file}"
                )
            taken[module] = identifier
            operation[MODULE] = list(module)
        unknown = sorted(set(self.folders) - resources)
        # Other versions have more or fewer resources; a misspelling shows on our own specification.
        if unknown and document.get("info", {}).get(ALREADY_SELECTED):
            raise SpecError(self.file, "/folders", f"no operation is about {unknown[0]!r}")


def operations(document: Node) -> Iterator[tuple[str, str, Node]]:
    """All operations with path and method, in the order of the document."""
    for path, item in list(document.get("paths", {}).items()):
        for method in _methods(item):
            yield path, method, item[method]


def _refuse_unnamed(document: Node, documents: Documents) -> None:
    seen: set[str] = set()
    for _, _, operation in operations(document):
        identifier = operation.get("operationId")
        if not isinstance(identifier, str) or not identifier:
            raise documents.place(operation).fault("the operation has no operationId, which names its function")
        if identifier in seen:
            raise documents.place(operation).fault(f"the operationId {identifier!r} stands at two operations")
        seen.add(identifier)


def _methods(item: Any) -> list[str]:
    return [method for method in METHODS if is_map(item) and is_map(item.get(method))]


def _tables(data: dict[str, Any], key: str) -> list[dict[str, Any]]:
    return [dict(entry) for entry in data.pop(key, [])]


def _step(target: Any, part: str) -> Any:
    if is_map(target):
        return target.get(part)
    if is_list(target) and part.isdigit() and int(part) < len(target):
        return target[int(part)]
    return None


def _split(identifier: str, tag: str | None, versions: tuple[str, ...]) -> tuple[str, str]:
    """`v1-workflow-run:list` → the resource and what is done to it; `v1:event-key:list` is a v1-event-key.

    An id without a colon does not name its resource; then the first tag does.
    """
    if ":" not in identifier and tag:
        return tag, identifier
    parts = [part for part in identifier.split(":") if part]
    if len(parts) > 2 and parts[0] in versions:
        parts = [f"{parts[0]}-{parts[1]}", *parts[2:]]
    action = parts[1:] or ["call"]
    if action[-1] in _VERBS and action[0] not in _VERBS:
        action = [action[-1], *action[:-1]]
    return parts[0], "-".join(action)
