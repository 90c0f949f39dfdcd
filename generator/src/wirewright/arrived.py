"""What the overlay added, and newer specs have by now: the addition becomes a date, and its words stay."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path as File
from typing import Any

import yaml
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from wirewright import comments, overlay, since
from wirewright.documents import Documents, Node, is_list, is_map
from wirewright.overlay import Action, Overlay
from wirewright.paths import quoted
from wirewright.schemas import MEMBER_DOCS

_TABLE = re.compile(r"(?m)^(?=\[)")


def in_protos(folder: File, files: FileDescriptorSet) -> list[str]:
    """Write the overlay for protos anew where the files have what it adds; the full names of that."""
    given, known = comments.read(folder), set(comments.names(files))
    packages = {file.name: file.package for file in files.file}
    packages |= {entry["name"]: entry.get("package", "") for entry in given.get("file", [])}
    found: dict[str, str] = {}
    gone: list[tuple[str, dict[str, Any]]] = []
    for kind in comments.KINDS:
        for entry in given.get(kind, []):
            name = comments.full_name(kind, entry, packages)
            if name in known:
                found[name] = str(entry["since"])
                gone.append((kind, entry))
    if found:
        path = folder / File(comments.NAME).name
        path.write_text(_dated(path.read_text(encoding="utf-8"), gone, found), encoding="utf-8", newline="\n")
    return list(found)


def _dated(text: str, gone: list[tuple[str, dict[str, Any]]], found: dict[str, str]) -> str:
    """The overlay without some tables, and with their dates."""
    rows = "".join(f'"{name}" = "{version}"\n' for name, version in found.items() if version != comments.UNKNOWN)
    tables: list[str] = []
    for table in _TABLE.split(text):
        kind = table[2:].partition("]")[0] if table.startswith("[[") else ""
        if kind and (kind, tomllib.loads(table)[kind][0]) in gone:
            continue
        if table.startswith("[since]"):
            table, rows = f"{table.rstrip()}\n{rows}\n", ""
        if table.startswith("[comments]") and rows:
            table, rows = f"[since]\n{rows}\n{table}", ""
        tables.append(table)
    return "".join(tables) + (f"\n[since]\n{rows}" if rows else "")


def in_document(folder: File, documents: Documents, document: Node) -> list[str]:
    """Write the overlay for OpenAPI anew where the document has what it adds; operations, schemas and properties."""
    ours = Overlay.read(folder, documents)
    found: dict[str, str] = {}
    actions: list[Any] = []
    path = folder / File(overlay.NAME).name
    data: Any = yaml.safe_load(path.read_text(encoding="utf-8")) if ours.actions else {"actions": []}
    for entry, action in zip(data["actions"], ours.actions, strict=True):
        there = _there(action, document)
        for key in there:
            part = replace(action, update={key: action.update[key]})
            found |= dict.fromkeys(since.added(part), str(action.since))
            actions += _words(f"{entry['target']}{quoted(key)}", entry["update"].pop(key))
        if entry.get("update") != {} or not there:
            actions.append(entry)
    if found:
        dates = {name: version for name, version in found.items() if version != comments.UNKNOWN}
        data["actions"], data[since.ROOT] = actions, {**data.get(since.ROOT, {}), **dates}
        overlay.write(path, data)
    return list(found)


def _there(action: Action, document: Node) -> list[str]:
    if action.since is None or not is_map(action.update):
        return []
    nodes = [node for node in action.path.find(document) if is_map(node)]
    return [key for key in action.update if nodes and all(key in node for node in nodes)]


def _words(target: str, added: Any) -> Iterator[Node]:
    """Entries for the descriptions in an addition."""
    said = _said(added)
    if said:
        yield {"target": target, "update": said}
    yield from _parameters(target, added)


def _said(node: Any) -> Node:
    found: Node = {}
    for key, value in node.items() if is_map(node) else ():
        if key == "description" or key == MEMBER_DOCS:
            found[key] = value
        elif said := _said(value):
            found[key] = said
    return found


def _parameters(target: str, node: Any) -> Iterator[Node]:
    """Those of parameters stand in a list, where each is found by its name."""
    for key, value in node.items() if is_map(node) else ():
        if key == "parameters" and is_list(value):
            for each in value:
                if is_map(each) and "name" in each and "description" in each:
                    test = f"[?(@.in=='{each['in']}' && @.name=='{each['name']}')]"
                    yield {"target": f"{target}.parameters{test}", "update": {"description": each["description"]}}
        elif is_map(value):
            yield from _parameters(target + quoted(key), value)
