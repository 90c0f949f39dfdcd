"""Names of protos that Python has another use for get an underscore, in the descriptor set; the wire has numbers."""

from __future__ import annotations

import keyword
from collections.abc import Iterable

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
)
from google.protobuf.empty_pb2 import Empty
from google.protobuf.internal.containers import RepeatedCompositeFieldContainer
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper

# Packages that the stubs name in full, inside of classes too.
_PACKAGES = {
    "abc",
    "builtins",
    "collections",
    "google",
    "sys",
    "typing",
    "typing_extensions",
    "warnings",
}
# What a field would hide of the message that has it, or be hidden by.
_OF_MESSAGES = frozenset({*_PACKAGES, "self", *(name for name in dir(Empty) if not name.startswith("_"))})
_OF_ENUMS = frozenset({name for name in dir(EnumTypeWrapper) if not name.startswith("_")} | {"DESCRIPTOR"})
_OPTIONS = ".google.protobuf."


def path(original: str) -> str:
    """The path of a file, of whose parts each can be imported."""
    *folders, name = original.split("/")
    return "/".join([*(_importable(folder) for folder in folders), _importable(name.removesuffix(".proto")) + ".proto"])


def spell(file: FileDescriptorProto, package: str) -> None:
    """Rename what is declared in a file, in place. References to types are the caller's to follow."""
    names = _names(file.message_type, file.enum_type)
    taken = _OF_MESSAGES | {package.partition(".")[0]}
    for message in file.message_type:
        message.name = _free(message.name, taken, names)
        _message(message, taken)
    for enum in file.enum_type:
        _enum(enum, names, taken)


def without_options(file: FileDescriptorProto) -> None:
    """Take away custom options and their definitions: no client reads them, and a process may define each only once."""
    file.DiscardUnknownFields()
    _drop_options(file.extension)
    for message in file.message_type:
        _drop_in(message)


def _importable(name: str) -> str:
    found = "".join(c if c.isalnum() and c.isascii() else "_" for c in name)
    found = f"_{found}" if found[:1].isdigit() else found
    return f"{found}_" if keyword.iskeyword(found) else found


def _free(name: str, taken: frozenset[str], siblings: set[str]) -> str:
    """The name, with an underscore behind where it cannot be had. Two in front would hide it in a class."""
    found, number = name, 1
    while keyword.iskeyword(found) or found in taken or found.startswith("__") or (found != name and found in siblings):
        # A number, because names that differ in underscores only are the same in JSON, which protoc refuses.
        found = name.strip("_") + ("_" if number == 1 else f"_{number}")
        number += 1
    siblings.add(found)
    return found


def _names(
    messages: Iterable[DescriptorProto],
    enums: Iterable[EnumDescriptorProto],
    fields: Iterable[FieldDescriptorProto] = (),
) -> set[str]:
    """What is declared in one place; the values of an enum stand beside it."""
    listed = list(enums)
    values = {value.name for enum in listed for value in enum.value}
    return {m.name for m in messages} | {e.name for e in listed} | {f.name for f in fields} | values


def _message(message: DescriptorProto, taken: frozenset[str]) -> None:
    names = _names(message.nested_type, message.enum_type, message.field)
    for field in message.field:
        field.name = _free(field.name, taken, names)
    for nested in message.nested_type:
        # The entry of a map is named after its field, and nobody else.
        if not nested.options.map_entry:
            nested.name = _free(nested.name, taken, names)
            _message(nested, taken)
    for enum in message.enum_type:
        _enum(enum, names, taken)


def _enum(enum: EnumDescriptorProto, names: set[str], taken: frozenset[str]) -> None:
    enum.name = _free(enum.name, taken, names)
    for value in enum.value:
        value.name = _free(value.name, _OF_ENUMS, names)


def _drop_in(message: DescriptorProto) -> None:
    _drop_options(message.extension)
    for nested in message.nested_type:
        _drop_in(nested)


def _drop_options(extensions: RepeatedCompositeFieldContainer[FieldDescriptorProto]) -> None:
    for extension in [each for each in extensions if each.extendee.startswith(_OPTIONS)]:
        extensions.remove(extension)
