"""Which version of the server brought what: the overlay's entries as data of the package."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from google.protobuf.descriptor_pb2 import FileDescriptorSet

from wirewright import comments
from wirewright.comments import UNKNOWN
from wirewright.documents import Node, is_map
from wirewright.errors import SpecError
from wirewright.overlay import Action, Overlay
from wirewright.selection import operations

ROOT = "x-since"
"""At the root of an overlay for OpenAPI: operation or `Schema.property` → version, of what the contracts have."""

_MODULE = '''\
"""Which version of the {server} brought what, by the names of the specs. What is not listed is older."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

GRPC: Final[Mapping[str, str | None]] = {{
{grpc}}}
"""Full name of a method, message, field or value → version; None where it is not known."""

REST: Final[Mapping[str, str | None]] = {{
{rest}}}
"""Operation id, schema or `Schema.property` → version; None where it is not known."""
'''


def module(server: str, grpc: Mapping[str, str], rest: Mapping[str, str]) -> bytes:
    """since.py of a package."""
    return _MODULE.format(server=server, grpc=_rows(grpc), rest=_rows(rest)).encode()


def of_protos(overlay: Path | None, files: FileDescriptorSet) -> dict[str, str]:
    """Full name → version, of what the overlay adds and of what it dates."""
    given = comments.read(overlay) if overlay else {}
    found: dict[str, str] = {}
    for kind in comments.KINDS:
        for entry in given.get(kind, []):
            found[comments.added(kind, entry, files)] = entry["since"]
    known = set(comments.names(files))
    for name, version in given.get("since", {}).items():
        if name not in known:
            raise SpecError(comments.NAME, f"[since] {name}", comments.became(name, files))
        found[name] = str(version)
    return dict(sorted(found.items()))


def of_document(overlay: Overlay, document: Node) -> dict[str, str]:
    """Operation id, schema or `Schema.property` → version, of what the overlay adds and of what it dates."""
    found: dict[str, str] = {}
    for action in overlay.actions:
        if action.since is not None:
            found |= dict.fromkeys(added(action), action.since)
    for name, version in overlay.since.items():
        if not _is_there(name, document):
            raise overlay.place.fault(f"{ROOT} dates {name!r}, and there is no such operation, schema or property")
        found[name] = version
    return dict(sorted(found.items()))


def added(action: Action) -> Iterator[str]:
    """What an action adds: the operations in it, else schemas or properties."""
    found = list(_operation_ids(action.update))
    path = [segment.name for segment in action.path.segments]
    if found:
        yield from found
    elif path[:2] == ["components", "schemas"] and is_map(action.update):
        owner = f"{path[2]}." if len(path) > 2 else ""
        yield from (owner + str(key) for key in action.update)
    else:
        raise action.place.fault("x-since is understood at operations, schemas and properties of schemas")


def _operation_ids(node: Any) -> Iterator[str]:
    if is_map(node):
        if isinstance(identifier := node.get("operationId"), str):
            yield identifier
        for value in node.values():
            yield from _operation_ids(value)


def _is_there(name: str, document: Node) -> bool:
    schemas: Node = document["components"]["schemas"]
    owner, _, part = name.partition(".")
    if name in schemas or part in schemas.get(owner, {}).get("properties", {}):
        return True
    return any(operation.get("operationId") == name for _, _, operation in operations(document))


def _rows(found: Mapping[str, str]) -> str:
    return "".join(
        f"    {name!r}: {None if version == UNKNOWN else version!r},\n" for name, version in sorted(found.items())
    )
