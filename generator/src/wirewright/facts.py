"""What a spec promises, flattened: one entry per method, field, operation, property …, so that two can be compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
)

from wirewright.descriptors import own_files
from wirewright.documents import Node
from wirewright.schemas import REFERENCE, STOOD
from wirewright.selection import operations


@dataclass(frozen=True)
class Fact:
    """One thing a spec promises."""

    kind: str
    """Such as `field` or `operation`."""
    name: str
    """What people call it; unique among facts of its kind and API."""
    traits: dict[str, str] = field(default_factory=dict[str, str])
    """What may change about it, such as its type."""
    parent: tuple[str, str] | None = None
    """Kind and name of the fact it is part of; when that one comes or goes, its parts go without saying."""

    @property
    def key(self) -> tuple[str, str]:
        """What identifies it in its API."""
        return self.kind, self.name


Facts = dict[tuple[str, str], Fact]

_TYPES = FieldDescriptorProto.Type
_LABELS = FieldDescriptorProto.Label


def of_protos(files: FileDescriptorSet) -> Facts:
    """What the gRPC API promises. A field or an enum value is known by its number, as it is on the wire."""
    return _keyed(fact for file in own_files(files) for fact in _file(file))


def of_document(document: Node) -> Facts:
    """What the REST API promises, from the document that `wirewright.openapi.load` gives."""
    return _keyed(_document(document))


def counted(facts: Facts) -> dict[str, int]:
    """How many things of each kind, in the plural."""
    kinds = Counter(fact.kind for fact in facts.values())
    return {f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s": kinds[kind] for kind in sorted(kinds)}


def _keyed(facts: Iterator[Fact]) -> Facts:
    return {fact.key: fact for fact in facts}


def _file(file: FileDescriptorProto) -> Iterator[Fact]:
    prefix = f"{file.package}." if file.package else ""
    for service in file.service:
        parent = Fact("service", f"{prefix}{service.name}")
        yield parent
        for method in service.method:
            traits = {
                "request": method.input_type[1:],
                "response": method.output_type[1:],
                "request stream": str(method.client_streaming),
                "response stream": str(method.server_streaming),
            }
            yield Fact("method", f"/{parent.name}/{method.name}", traits, parent.key)
    for enum in file.enum_type:
        yield from _enum(enum, prefix, None)
    for message in file.message_type:
        yield from _message(message, prefix, None)


def _message(message: DescriptorProto, prefix: str, parent: tuple[str, str] | None) -> Iterator[Fact]:
    fact = Fact("message", prefix + message.name, parent=parent)
    yield fact
    maps = {f".{fact.name}.{nested.name}": nested for nested in message.nested_type if nested.options.map_entry}
    for item in message.field:
        yield Fact("field", f"{fact.name} #{item.number}", _field_traits(message, item, maps), fact.key)
    for nested in message.nested_type:
        if not nested.options.map_entry:
            yield from _message(nested, f"{fact.name}.", fact.key)
    for enum in message.enum_type:
        yield from _enum(enum, f"{fact.name}.", fact.key)


def _field_traits(
    message: DescriptorProto, item: FieldDescriptorProto, maps: dict[str, DescriptorProto]
) -> dict[str, str]:
    label = _LABELS.Name(item.label).removeprefix("LABEL_").lower()
    if label == "optional" and not item.proto3_optional:
        label = "singular"
    kind = _field_type(item)
    if item.type_name in maps:
        key, value = maps[item.type_name].field
        label, kind = "map", f"{_field_type(key)} to {_field_type(value)}"
    in_oneof = item.HasField("oneof_index") and not item.proto3_optional
    oneof = message.oneof_decl[item.oneof_index].name if in_oneof else "none"
    return {"name": item.name, "type": kind, "label": label, "oneof": oneof}


def _field_type(item: FieldDescriptorProto) -> str:
    return item.type_name[1:] or _TYPES.Name(item.type).removeprefix("TYPE_").lower()


def _enum(enum: EnumDescriptorProto, prefix: str, parent: tuple[str, str] | None) -> Iterator[Fact]:
    fact = Fact("enum", prefix + enum.name, parent=parent)
    yield fact
    for value in enum.value:
        yield Fact("enum value", f"{fact.name} #{value.number}", {"name": value.name}, fact.key)


def _document(document: Node) -> Iterator[Fact]:
    for path, method, operation in operations(document):
        fact = Fact("operation", operation["operationId"], {"call": f"{method.upper()} {path}"})
        yield fact
        for parameter in operation.get("parameters", []):
            traits = {"type": _type(parameter["schema"]), "presence": _presence(bool(parameter.get("required")))}
            yield Fact("parameter", f"{fact.name} {parameter['in']} {parameter['name']}", traits, fact.key)
        if body := operation.get("requestBody"):
            traits = {"content": _content(body), "presence": _presence(bool(body.get("required")))}
            yield Fact("request body", fact.name, traits, fact.key)
        for status, response in operation["responses"].items():
            yield Fact("response", f"{fact.name} {status}", {"content": _content(response)}, fact.key)
    for name, schema in document["components"]["schemas"].items():
        if STOOD not in schema:
            yield from _schema(name, schema)


def _schema(name: str, schema: Node) -> Iterator[Fact]:
    properties: Node = schema.get("properties", {})
    fact = Fact("schema", name, {"type": "object" if properties else _type({**schema, "enum": None})})
    yield fact
    for key, value in properties.items():
        traits = {"type": _type(value), "presence": _presence(key in schema.get("required", ()))}
        yield Fact("property", f"{name}.{key}", traits, fact.key)
    for value in _list(schema.get("enum")):
        yield Fact("enum value", f"{name} {value}", parent=fact.key)


def _presence(required: bool) -> str:
    return "required" if required else "optional"


def _content(holder: Node) -> str:
    content: Node = holder.get("content") or {}
    return ", ".join(f"{kind} {_type(media.get('schema', {}))}" for kind, media in sorted(content.items())) or "none"


def _type(schema: Any) -> str:
    if not _is_node(schema):
        return "anything"
    if STOOD in schema:
        return _type(schema[STOOD])
    if reference := schema.get("$ref"):
        return str(reference).removeprefix(REFERENCE)
    if parts := schema.get("anyOf"):
        return " | ".join(_type(part) for part in parts)
    if values := _list(schema.get("enum")):
        return " | ".join(repr(value) for value in values)
    kinds = [_kind(str(kind), schema) for kind in _list(schema.get("type")) or ["anything"]]
    kinds += ["null"] if schema.get("nullable") else []
    return " | ".join(kinds) + (f" ({schema['format']})" if schema.get("format") else "")


def _kind(kind: str, schema: Node) -> str:
    if kind == "array":
        return f"array of {_type(schema.get('items'))}"
    values = schema.get("additionalProperties")
    return f"map to {_type(values)}" if kind == "object" and _is_node(values) and values else kind


def _list(value: Any) -> list[Any]:
    """A list as it is; anything else as a list of itself; nothing as an empty one."""
    return [*value] if isinstance(value, list) else [] if value is None else [value]


def _is_node(value: Any) -> TypeGuard[Node]:
    return isinstance(value, dict)
