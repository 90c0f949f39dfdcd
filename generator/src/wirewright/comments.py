"""overlay/protos.toml: what is ours of the gRPC API, over the server's own descriptors.

`[comments]` describes services, methods, messages, fields, enums and their values by their full names. `[[file]]`,
`[[message]]`, `[[service]]`, `[[field]]`, `[[value]]` and `[[method]]` add what newer servers brought (`since`).
`[since]` dates what the contracts have: full name = version. An entry without a target is a fault.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
)

from wirewright.errors import SpecError

NAME = "overlay/protos.toml"
KINDS = ("file", "message", "service", "field", "value", "method")
UNKNOWN = "unknown"
"""What an entry says of a version that nobody has seen."""
_OF_FILES = frozenset({"message", "service"})
_STREAMS = frozenset({"", "client", "server", "both"})
_OWNERS = {"field": "message", "value": "enum", "method": "service"}
_TYPES = {name.removeprefix("TYPE_").lower(): number for name, number in FieldDescriptorProto.Type.items()}
# Field numbers of the descriptors, which make up the path of a declaration (see SourceCodeInfo.Location).
_MESSAGE, _ENUM, _SERVICE, _METHOD, _FIELD, _NESTED, _NESTED_ENUM, _VALUE = 4, 5, 6, 2, 2, 3, 4, 2

_SYNTAX = 12

_Node = tuple[FileDescriptorProto, Any, tuple[int, ...]]


def read(overlay: Path) -> dict[str, Any]:
    """The overlay in a folder; without one it is empty."""
    path = overlay / Path(NAME).name
    if not path.is_file():
        return {}
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SpecError(NAME, "", f"the file cannot be read: {error}") from error
    unknown = sorted(data.keys() - {"comments", "since", *KINDS})
    if unknown:
        raise SpecError(NAME, unknown[0], "this key means nothing here")
    return data


def apply(files: FileDescriptorSet, overlay: dict[str, Any]) -> list[str]:
    """Change the set in place, additions first; give back the names of comments whose target is not there."""
    for kind in KINDS:
        for entry in overlay.get(kind, []):
            try:
                _add(kind, entry, files)
            except KeyError as error:
                raise SpecError(NAME, f"[[{kind}]]", f"an entry lacks its {error.args[0]!r}") from error
    known = dict(_declared(files))
    lost: list[str] = []
    dated = _dated(overlay, files)
    for name, text in overlay.get("comments", {}).items():
        if name in known:
            file, _, path = known[name]
            _comment(file, path, f"{str(text).strip()}\n\n{words(dated[name])}" if name in dated else str(text))
        else:
            lost.append(name)
    return lost


def without(overlay: Path, lost: list[str]) -> None:
    """Write the overlay in a folder again without the comments of some names."""
    path = overlay / Path(NAME).name
    text = path.read_text(encoding="utf-8")
    for name in lost:
        entry = rf'^"{re.escape(name)}" = ("(?:[^"\\\n]|\\.)*"|""".*?""")\n'
        text = re.sub(entry, "", text, count=1, flags=re.MULTILINE | re.DOTALL)
    path.write_text(text, encoding="utf-8", newline="\n")


def refuse(lost: list[str], files: FileDescriptorSet) -> None:
    """Raise the fault of the first comment without a target, if there is one."""
    for name in lost:
        raise SpecError(NAME, f'"{name}"', became(name, files))


def became(name: str, files: FileDescriptorSet) -> str:
    """What became of a name that is not there."""
    known = dict(_declared(files))
    parent = name.rpartition(".")[0]
    near = difflib.get_close_matches(name, known, 1, 0.8)
    gone = f"{parent} has no {name.rpartition('.')[2]} any more" if parent in known else "it is not there any more"
    return gone + (f"; there is {near[0]}" if near else "")


def undescribed(files: FileDescriptorSet) -> Iterator[str]:
    """What has no comment."""
    described: dict[str, set[tuple[int, ...]]] = {}
    for file in files.file:
        located = file.source_code_info.location
        described[file.name] = {tuple(each.path) for each in located if each.leading_comments or each.trailing_comments}
    for name, (file, _, path) in _declared(files):
        if path not in described[file.name] and path != (_SYNTAX,):
            yield name


def names(files: FileDescriptorSet) -> Iterator[str]:
    """The full name of everything that is declared."""
    return (name for name, _ in _declared(files))


def added(kind: str, entry: dict[str, Any], files: FileDescriptorSet) -> str:
    """The full name of what an entry adds."""
    return full_name(kind, entry, {file.name: file.package for file in files.file})


def full_name(kind: str, entry: dict[str, Any], packages: dict[str, str]) -> str:
    """The full name of what an entry adds, given the packages of files."""
    if kind == "file":
        return str(entry["name"])
    if kind in _OF_FILES:
        return f"{packages.get(entry['file'], '')}.{entry['name']}".lstrip(".")
    return f"{entry[_OWNERS[kind]]}.{entry['name']}"


def _dated(overlay: dict[str, Any], files: FileDescriptorSet) -> dict[str, str]:
    """Full name → version, of what entries add, but for parts of what is new as a whole."""
    found = {added(kind, entry, files): str(entry["since"]) for kind in KINDS for entry in overlay.get(kind, [])}
    return {name: version for name, version in found.items() if name.rpartition(".")[0] not in found}


def words(since: str) -> str:
    """What a docstring says of a version."""
    return "The version that brought it is not known." if since == UNKNOWN else f"Since {since}."


def _declared(files: FileDescriptorSet) -> Iterator[tuple[str, _Node]]:
    """Full name → what is declared by it, with its path in its file."""
    for file in files.file:
        if file.name.startswith("google/protobuf/"):
            continue
        yield file.name, (file, file, (_SYNTAX,))
        prefix = f"{file.package}." if file.package else ""
        for index, service in enumerate(file.service):
            yield prefix + service.name, (file, service, (_SERVICE, index))
            for number, method in enumerate(service.method):
                yield f"{prefix}{service.name}.{method.name}", (file, method, (_SERVICE, index, _METHOD, number))
        for index, message in enumerate(file.message_type):
            yield from _of_message(file, message, prefix, (_MESSAGE, index))
        for index, enum in enumerate(file.enum_type):
            yield from _of_enum(file, enum, prefix, (_ENUM, index))


def _of_message(
    file: FileDescriptorProto, message: DescriptorProto, prefix: str, path: tuple[int, ...]
) -> Iterator[tuple[str, _Node]]:
    if message.options.map_entry:
        return
    yield prefix + message.name, (file, message, path)
    inner = f"{prefix}{message.name}."
    for index, field in enumerate(message.field):
        yield inner + field.name, (file, field, (*path, _FIELD, index))
    for index, nested in enumerate(message.nested_type):
        yield from _of_message(file, nested, inner, (*path, _NESTED, index))
    for index, enum in enumerate(message.enum_type):
        yield from _of_enum(file, enum, inner, (*path, _NESTED_ENUM, index))


def _of_enum(
    file: FileDescriptorProto, enum: EnumDescriptorProto, prefix: str, path: tuple[int, ...]
) -> Iterator[tuple[str, _Node]]:
    yield prefix + enum.name, (file, enum, path)
    for index, value in enumerate(enum.value):
        yield f"{prefix}{enum.name}.{value.name}", (file, value, (*path, _VALUE, index))


def describe_entries(file: FileDescriptorProto) -> None:
    """Say of the entries of maps what they are; nobody writes them down, so nobody can describe them."""
    for index, message in enumerate(file.message_type):
        _describe_entries(file, message, (_MESSAGE, index))


def _describe_entries(file: FileDescriptorProto, message: DescriptorProto, path: tuple[int, ...]) -> None:
    maps = {field.type_name.rpartition(".")[2]: field.name for field in message.field}
    for index, nested in enumerate(message.nested_type):
        inner = (*path, _NESTED, index)
        if nested.options.map_entry:
            name = maps.get(nested.name, nested.name)
            _comment(file, inner, f"One entry of the map `{name}`.")
            _comment(file, (*inner, _FIELD, 0), f"Key of an entry of `{name}`.")
            _comment(file, (*inner, _FIELD, 1), f"Value of an entry of `{name}`.")
        else:
            _describe_entries(file, nested, inner)


def _comment(file: FileDescriptorProto, path: tuple[int, ...], text: str) -> None:
    for location in file.source_code_info.location:
        if tuple(location.path) == path:
            break
    else:
        location = file.source_code_info.location.add(path=path, span=[0, 0, 0])
    location.leading_comments = "".join(f" {line}\n" if line else "\n" for line in text.strip().splitlines())


def _add(kind: str, entry: dict[str, Any], files: FileDescriptorSet) -> None:
    known = dict(_declared(files))
    since, name = entry["since"], entry["name"]
    if kind == "file":
        _refuse_known(name, known, since)
        present = {file.name for file in files.file}
        for path in entry.get("imports", []):
            if path not in present:
                raise SpecError(NAME, f"[[file]] {name}", f"it imports {path}, which the contracts do not have")
        files.file.add(
            name=name, package=entry.get("package", ""), syntax="proto3", dependency=entry.get("imports", [])
        )
        return
    if kind in _OF_FILES:
        file = next((each for each in files.file if each.name == entry["file"]), None)
        if file is None:
            raise SpecError(NAME, f"[[{kind}]] {name}", f"there is no file {entry['file']}")
        _refuse_known(full_name(kind, entry, {file.name: file.package}), known, since)
        (file.message_type if kind == "message" else file.service).add(name=name)
        return
    owner: str = entry[_OWNERS[kind]]
    if owner not in known:
        near = difflib.get_close_matches(owner, known, 1)
        raise SpecError(
            NAME, f"[[{kind}]] {owner}.{name}", f"{owner} is not there{f'; there is {near[0]}' if near else ''}"
        )
    _refuse_known(f"{owner}.{name}", known, since)
    _, node, _ = known[owner]
    if kind == "value":
        node.value.add(name=name, number=entry["number"])
    elif kind == "field":
        _field(node, entry, known)
    else:
        method = node.method.add(name=name, input_type=f".{entry['request']}", output_type=f".{entry['response']}")
        streams = entry.get("stream", "")
        if streams not in _STREAMS:
            raise SpecError(
                NAME, f"[[method]] {owner}.{name}", f"stream is {streams!r}, and not client, server or both"
            )
        method.client_streaming, method.server_streaming = streams in {"client", "both"}, streams in {"server", "both"}


def _refuse_known(name: str, known: dict[str, _Node], since: str) -> None:
    if name in known:
        raise SpecError(NAME, name, f"the API's own contracts have it now, as {since} brought it; remove the addition")


def _field(message: DescriptorProto, entry: dict[str, Any], known: dict[str, _Node]) -> None:
    taken = next((field for field in message.field if field.number == entry["number"]), None)
    if taken is not None:
        raise SpecError(
            NAME, f"[[field]] {entry['message']}.{entry['name']}", f"number {taken.number} is {taken.name!r}"
        )
    field = message.field.add(name=entry["name"], number=entry["number"], json_name=_json_name(entry["name"]))
    kind, label = entry["type"], entry.get("label", "singular")
    if kind in _TYPES:
        field.type = FieldDescriptorProto.Type.ValueType(_TYPES[kind])
    else:
        is_enum = kind in known and isinstance(known[kind][1], EnumDescriptorProto)
        field.type, field.type_name = (field.TYPE_ENUM if is_enum else field.TYPE_MESSAGE), f".{kind}"
    field.label = field.LABEL_REPEATED if label == "repeated" else field.LABEL_OPTIONAL
    if label == "optional":
        # As protoc writes it: a oneof of its own, behind all others.
        field.proto3_optional, field.oneof_index = True, len(message.oneof_decl)
        message.oneof_decl.add(name=f"_{field.name}")


def _json_name(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)
