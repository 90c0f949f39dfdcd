"""What a spec promises, one by one: what an update compares."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.text_format import Parse

from wirewright import facts
from wirewright.facts import Fact

TYPES: list[tuple[Any, str]] = [
    ({"type": "string"}, "string"),
    ({"type": "string", "format": "uuid"}, "string (uuid)"),
    ({"type": "string", "format": "date", "nullable": True}, "string | null (date)"),
    ({"type": "integer", "nullable": False}, "integer"),
    ({}, "anything"),
    (True, "anything"),
    ({"nullable": True}, "anything | null"),
    ({"$ref": "#/components/schemas/Lamp", "nullable": True}, "Lamp"),
    ({"$ref": "#/components/schemas/Made", "x-stood": {"type": "boolean"}}, "boolean"),
    ({"anyOf": [{"type": "string"}, {"$ref": "#/components/schemas/Lamp"}]}, "string | Lamp"),
    ({"enum": ["a", 1], "type": "string"}, "'a' | 1"),
    ({"type": "array", "items": {"type": "integer"}}, "array of integer"),
    ({"type": "array", "prefixItems": []}, "array of anything"),
    ({"type": "object", "additionalProperties": {"type": "integer"}}, "map to integer"),
    ({"type": "object", "additionalProperties": {}}, "object"),
    ({"type": "object", "additionalProperties": True}, "object"),
    ({"type": "object"}, "object"),
    ({"type": "string", "additionalProperties": {"type": "integer"}}, "string"),
]


@pytest.mark.parametrize(("schema", "words"), TYPES)
def test_a_type_has_words(schema: Any, words: str) -> None:
    document: Any = {"components": {"schemas": {"Lamp": {"properties": {"a": schema}}}}}
    found = facts.of_document(document)[("property", "Lamp.a")]
    assert found.traits == {"type": words, "presence": "optional"}


def test_a_document_promises_each_of_its_parts() -> None:
    document: Any = {
        "paths": {
            "/lamps/{n}": {
                "put": {
                    "operationId": "lamp:put",
                    "parameters": [
                        {"name": "n", "in": "path", "required": True, "schema": {"type": "integer"}},
                        {"name": "q", "in": "query", "schema": {"type": "string"}},
                    ],
                    "requestBody": {
                        "required": True,
                        "content": {
                            "text/plain": {"schema": {"type": "string"}},
                            "application/json": {"schema": {"$ref": "#/components/schemas/Lamp"}},
                        },
                    },
                    "responses": {"204": {}, "400": {"content": {"application/json": {}}}},
                },
                "get": {"operationId": "lamp:get", "requestBody": {"content": {"a/b": {}}}, "responses": {}},
            }
        },
        "components": {
            "schemas": {
                "Lamp": {
                    "type": "object",
                    "properties": {"a": {}, "b": {}},
                    "required": ["b"],
                    "additionalProperties": {"type": "string"},
                },
                "Hue": {"type": "string", "enum": ["RED"]},
                "Made": {"type": "string", "x-stood": True},
            }
        },
    }
    put, get, lamp, hue = ("operation", "lamp:put"), ("operation", "lamp:get"), ("schema", "Lamp"), ("schema", "Hue")
    expected = [
        Fact("operation", "lamp:get", {"call": "GET /lamps/{n}"}),
        Fact("request body", "lamp:get", {"content": "a/b anything", "presence": "optional"}, get),
        Fact("operation", "lamp:put", {"call": "PUT /lamps/{n}"}),
        Fact("parameter", "lamp:put path n", {"type": "integer", "presence": "required"}, put),
        Fact("parameter", "lamp:put query q", {"type": "string", "presence": "optional"}, put),
        Fact(
            "request body",
            "lamp:put",
            {"content": "application/json Lamp, text/plain string", "presence": "required"},
            put,
        ),
        Fact("response", "lamp:put 204", {"content": "none"}, put),
        Fact("response", "lamp:put 400", {"content": "application/json anything"}, put),
        Fact("schema", "Lamp", {"type": "object"}),
        Fact("property", "Lamp.a", {"type": "anything", "presence": "optional"}, lamp),
        Fact("property", "Lamp.b", {"type": "anything", "presence": "required"}, lamp),
        Fact("schema", "Hue", {"type": "string"}),
        Fact("enum value", "Hue RED", {}, hue),
    ]
    found = facts.of_document(document)
    assert list(found.values()) == expected
    assert list(found) == [fact.key for fact in expected]
    assert facts.counted(found) == {
        "enum values": 1,
        "operations": 2,
        "parameters": 2,
        "properties": 2,
        "request bodies": 2,
        "responses": 2,
        "schemas": 2,
    }


PROTO = """
file {
  name: "lamps.proto"
  package: "lamps.v1"
  service {
    name: "Lamps"
    method { name: "Watch" input_type: ".lamps.v1.Lamp" output_type: ".lamps.v1.Hue" server_streaming: true }
    method { name: "Send" input_type: ".lamps.v1.Lamp" output_type: ".lamps.v1.Hue" client_streaming: true }
  }
  enum_type { name: "Mode" value { name: "OFF" number: 0 } }
  message_type {
    name: "Lamp"
    field { name: "room" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }
    field { name: "hue" number: 2 type: TYPE_MESSAGE type_name: ".lamps.v1.Hue" label: LABEL_REPEATED }
    field { name: "ids" number: 3 type: TYPE_MESSAGE type_name: ".lamps.v1.Lamp.IdsEntry" label: LABEL_REPEATED }
    field { name: "a" number: 4 type: TYPE_INT32 label: LABEL_OPTIONAL oneof_index: 0 }
    field { name: "b" number: 5 type: TYPE_BOOL label: LABEL_OPTIONAL oneof_index: 1 proto3_optional: true }
    oneof_decl { name: "kind" }
    oneof_decl { name: "_b" }
    nested_type {
      name: "IdsEntry"
      options { map_entry: true }
      field { name: "key" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }
      field { name: "value" number: 2 type: TYPE_MESSAGE type_name: ".lamps.v1.Hue" label: LABEL_OPTIONAL }
    }
    nested_type { name: "Inner" enum_type { name: "Deep" value { name: "X" number: 7 } } }
  }
}
file { name: "google/protobuf/empty.proto" package: "google.protobuf" message_type { name: "Empty" } }
file { name: "bare.proto" message_type { name: "Bare" } }
"""


def test_protos_promise_each_of_their_parts() -> None:
    found = facts.of_protos(Parse(PROTO, FileDescriptorSet()))
    service, lamp, inner = (
        ("service", "lamps.v1.Lamps"),
        ("message", "lamps.v1.Lamp"),
        ("message", "lamps.v1.Lamp.Inner"),
    )
    ends = {"request": "lamps.v1.Lamp", "response": "lamps.v1.Hue"}

    def field(number: int, name: str, kind: str, label: str, oneof: str = "none") -> Fact:
        traits = {"name": name, "type": kind, "label": label, "oneof": oneof}
        return Fact("field", f"lamps.v1.Lamp #{number}", traits, lamp)

    assert list(found.values()) == [
        Fact(*service),
        Fact(
            "method",
            "/lamps.v1.Lamps/Watch",
            ends | {"request stream": "False", "response stream": "True"},
            service,
        ),
        Fact("method", "/lamps.v1.Lamps/Send", ends | {"request stream": "True", "response stream": "False"}, service),
        Fact("enum", "lamps.v1.Mode"),
        Fact("enum value", "lamps.v1.Mode #0", {"name": "OFF"}, ("enum", "lamps.v1.Mode")),
        Fact(*lamp),
        field(1, "room", "string", "singular"),
        field(2, "hue", "lamps.v1.Hue", "repeated"),
        field(3, "ids", "string to lamps.v1.Hue", "map"),
        field(4, "a", "int32", "singular", "kind"),
        field(5, "b", "bool", "optional"),
        Fact(*inner, parent=lamp),
        Fact("enum", "lamps.v1.Lamp.Inner.Deep", parent=inner),
        Fact("enum value", "lamps.v1.Lamp.Inner.Deep #7", {"name": "X"}, ("enum", "lamps.v1.Lamp.Inner.Deep")),
        Fact("message", "Bare"),
    ]
