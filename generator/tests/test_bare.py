"""Contracts in shape only: what is someone's sentence goes, what a program reads stays."""

from __future__ import annotations

import pytest
import yaml

from wirewright import bare
from wirewright.errors import SpecError

WHOLE = """
openapi: 3.0.0
info: { title: Lamps, version: "1", description: D, x-own: 1, contact: { name: N } }
tags: [{ name: lamps }]
externalDocs: { url: u }
x-more: 1
paths:
  /lamps:
    summary: S
    post:
      operationId: lamp:make
      tags: [lamps]
      description: D
      requestBody: { description: D, content: { application/json: { schema: { $ref: "#/r" }, example: 1 } } }
      parameters:
        - { name: description, in: query, description: D, schema: { type: string, example: e, default: { title: d } } }
      responses:
        200: { description: D, headers: { summary: { description: D, schema: { type: string } } } }
        default: { $ref: "#/components/responses/Error", description: D }
components:
  responses: { Error: { description: D } }
  schemas:
    title:
      title: T
      description: D
      x-enum-varnames: [A]
      x-other: [A]
      enum: [description, { title: kept }]
      required: [title]
      const: { title: kept }
      properties: { title: { title: T, type: string }, tags: { items: { description: D, type: string } } }
      discriminator: { propertyName: k, mapping: { summary: x } }
      examples: [1]
      born: 2026-01-02
"""
BARE = """
openapi: 3.0.0
info: { title: Lamps, version: "1" }
paths:
  /lamps:
    post:
      operationId: lamp:make
      requestBody: { content: { application/json: { schema: { $ref: "#/r" } } } }
      parameters: [{ name: description, in: query, schema: { type: string, default: { title: d } } }]
      responses:
        200: { description: An answer., headers: { summary: { schema: { type: string } } } }
        default: { $ref: "#/components/responses/Error" }
components:
  responses: { Error: { description: An answer. } }
  schemas:
    title:
      x-enum-varnames: [A]
      enum: [description, { title: kept }]
      required: [title]
      const: { title: kept }
      properties: { title: { type: string }, tags: { items: { type: string } } }
      discriminator: { propertyName: k, mapping: { summary: x } }
      born: "2026-01-02"
"""


def test_a_document_keeps_its_shape_alone() -> None:
    found = bare.document(WHOLE, "openapi.yaml")
    assert yaml.safe_load(found) == yaml.safe_load(BARE)
    assert list(yaml.safe_load(found)) == ["openapi", "info", "paths", "components"]
    assert bare.document(found, "openapi.yaml") == found


def test_letters_of_any_language_stay_and_long_lines_are_broken() -> None:
    assert bare.document("b: é\na: [" + "word, " * 30 + "]\n", "x") == "b: é\na:\n" + "- word\n" * 30
    long = yaml.safe_dump({"pattern": " ".join(["a"] * 70)}, width=120)
    assert bare.document(long, "x") == long
    assert len(long.splitlines()) == 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: [", "x.yaml: line 1, column 5: this is not YAML: expected the node content, but found '<stream end>'"),
        ("a: 1\nb: [}", "x.yaml: line 2, column 5: this is not YAML: expected the node content, but found '}'"),
    ],
)
def test_what_is_no_yaml_is_told_with_its_place(text: str, told: str) -> None:
    with pytest.raises(SpecError) as caught:
        bare.document(text, "x.yaml")
    assert str(caught.value) == told


def test_a_proto_loses_its_comments_and_no_text() -> None:
    text = """\
// A file.
syntax = "proto3"; // version

/* of
   several lines */

message Lamp {

  // The room.
  string room = 1 [default = "// none"];

  string other = 2 [default = '/* "none" */'];


  int32 n = 3;
}
"""
    assert (
        bare.proto(text)
        == """\
syntax = "proto3";

message Lamp {
  string room = 1 [default = "// none"];

  string other = 2 [default = '/* "none" */'];

  int32 n = 3;
}
"""
    )
