"""What newer specs have of the overlay's additions becomes a date; its words stay, and the update goes through."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
import yaml
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from trials import toys
from wirewright import arrived
from wirewright.documents import Documents

GREETER, TOYS, SCHEMAS = "greeter/greeter.proto", "openapi/openapi.yaml", "openapi/components/schemas.yaml"
REST = """\
# Ours.
overlay: 1.0.0
info: { title: Ours, version: "1" }
actions:
  - target: $.components.schemas.NewToy.properties
    x-since: v1.4.0
    update:
      maker: { type: string, description: Who made it. }
      shape: { type: string, description: How it looks. }
  - target: $.paths
    x-since: v1.5.0
    update:
      /parts:
        get:
          operationId: part:list
          description: All parts.
          parameters: [{ name: size, in: query, description: How large., schema: { type: integer } }]
          responses: { "204": { description: Done. } }
"""
PROTOS = """\
[[file]]
name = "v2/more.proto"
package = "v2"
since = "v1.6.0"

[[message]]
name = "More"
file = "v2/more.proto"
since = "v1.6.0"

[[field]]
message = "Hello"
name = "tone"
number = 9
type = "string"
since = "v1.4.0"

[[field]]
message = "Hello"
name = "accent"
number = 10
type = "string"
since = "v1.7.0"

[comments]
"Hello.tone" = "How it was said."
"v2.More" = "More of it."
"""
PARTS = """\
  /parts:
    get:
      operationId: part:list
      parameters: [{ name: size, in: query, schema: { type: integer } }]
      responses: { "204": { description: Theirs. } }
"""


def test_what_has_arrived_is_dated_and_still_described(project: toys.Project, upstream: Path) -> None:
    toys.write(project.specs, {"overlay/openapi.yaml": REST, "overlay/protos.toml": PROTOS})
    assert project.run("lock") == 0
    toys.contracts(
        upstream,
        (GREETER, "string text = 1;", "string text = 1;\n  string tone = 9;"),
        (SCHEMAS, "    weight:\n", "    maker:\n      type: string\n    weight:\n"),
        (TOYS, "  /toys:\n", f"{PARTS}  /toys:\n"),
    )
    toys.write(upstream, {"v2/more.proto": 'syntax = "proto3";\npackage v2;\nmessage More {}\n'})

    report, _ = toys.take_over(project, upstream)

    assert sorted(report.arrived) == ["Hello.tone", "NewToy.maker", "part:list", "v2.More", "v2/more.proto"]
    assert report.lost == []
    made = runpy.run_path(str(project.output / "since.py"))
    assert made["GRPC"] == {
        "Hello.accent": "v1.7.0", "Hello.tone": "v1.4.0", "v2.More": "v1.6.0", "v2/more.proto": "v1.6.0",
    }  # fmt: skip
    assert made["REST"] == {"NewToy.maker": "v1.4.0", "NewToy.shape": "v1.4.0", "part:list": "v1.5.0"}
    assert "Who made it." in (project.output / "rest/models/new_toy.py").read_text()
    listed = (project.output / "rest/api/part/list.py").read_text()
    assert "All parts." in listed
    assert "size: How large." in listed
    assert "How it was said." in (project.output / "grpc/greeter_pb2.pyi").read_text()
    overlay = (project.specs / "overlay" / "openapi.yaml").read_text()
    assert overlay.startswith("# Ours.\n")
    assert project.run("--check") == 0
    again, _ = toys.take_over(project, upstream)
    assert (again.arrived, again.grpc, again.rest, again.lost) == ([], [], [], [])


def test_what_has_not_arrived_leaves_the_overlay_as_it_is(project: toys.Project, upstream: Path) -> None:
    toys.write(project.specs, {"overlay/openapi.yaml": REST, "overlay/protos.toml": PROTOS})
    assert project.run("lock") == 0
    report, _ = toys.take_over(project, toys.contracts(upstream))
    assert report.arrived == []
    kept = {name: (project.specs / "overlay" / name).read_text() for name in ("openapi.yaml", "protos.toml")}
    assert kept == {"openapi.yaml": REST, "protos.toml": PROTOS}


def _files(*names: str) -> FileDescriptorSet:
    """Two messages of a package, with a field each that is called as one of the names."""
    files = FileDescriptorSet()
    file = files.file.add(name="a.proto", package="p")
    for name in ("One", "Two"):
        message = file.message_type.add(name=name)
        for field in names:
            message.field.add(name=field)
    return files


FIELD = '[[field]]\nmessage = "p.%s"\nname = "%s"\nnumber = 1\ntype = "string"\nsince = "%s"\n\n'
OTHER = FIELD % ("Two", "é", "v3")
WORDS = '[comments]\n"p.One.a" = "Say."\n'


@pytest.mark.usefixtures("locale_c")
@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        # The date goes behind those that there are, else before the words, else to the end.
        (
            "# é\n" + FIELD % ("One", "a", "v1") + OTHER + '[since]\n"p.Two.a" = "v0"\n\n\n' + WORDS,
            "# é\n" + OTHER + '[since]\n"p.Two.a" = "v0"\n"p.One.a" = "v1"\n\n' + WORDS,
            ["p.One.a"],
        ),
        (
            OTHER + FIELD % ("One", "a", "v1") + WORDS,
            OTHER + '[since]\n"p.One.a" = "v1"\n\n' + WORDS,
            ["p.One.a"],
        ),
        (FIELD % ("One", "a", "v1") + OTHER, OTHER + '\n[since]\n"p.One.a" = "v1"\n', ["p.One.a"]),
        # Whose version nobody knows has no date.
        (FIELD % ("One", "a", "unknown") + OTHER + WORDS, OTHER + WORDS, ["p.One.a"]),
        (
            FIELD % ("Two", "a", "v2") + FIELD % ("One", "a", "v1") + WORDS + "[since]\n",
            WORDS.replace("[comments]", '[since]\n"p.Two.a" = "v2"\n"p.One.a" = "v1"\n\n[comments]') + "[since]\n\n",
            ["p.Two.a", "p.One.a"],
        ),
        (
            '[[file]]\nname = "a.proto"\npackage = "p"\nsince = "v1"\n\n'
            '[[message]]\nname = "One"\nfile = "a.proto"\nsince = "v2"\n',
            '\n[since]\n"a.proto" = "v1"\n"p.One" = "v2"\n',
            ["a.proto", "p.One"],
        ),
        (
            '[[file]]\nname = "b.proto"\npackage = "p"\nsince = "v1"\n\n'
            '[[message]]\nname = "Two"\nfile = "b.proto"\nsince = "v2"\n',
            '[[file]]\nname = "b.proto"\npackage = "p"\nsince = "v1"\n\n\n[since]\n"p.Two" = "v2"\n',
            ["p.Two"],
        ),
        (OTHER + WORDS, OTHER + WORDS, []),
    ],
)
def test_an_addition_to_protos_becomes_a_date(tmp_path: Path, before: str, after: str, found: list[str]) -> None:
    (tmp_path / "protos.toml").write_bytes(before.encode())
    assert arrived.in_protos(tmp_path, _files("a")) == found
    assert (tmp_path / "protos.toml").read_bytes().decode() == after


DOCUMENT = """\
paths:
  /a: { get: { operationId: a:get } }
  /b: { get: { operationId: b:get } }
components:
  schemas:
    A: { type: object, properties: { x: { type: string }, y: {} } }
    B: { type: object, properties: { y: {} } }
"""
ADDS = """\
# é
overlay: 1.0.0
actions:
- target: $.components.schemas.A
  update: { description: Ours. }
- target: $.components.schemas['A'].properties
  x-since: v1
  update:
    x:
      description: é
      properties: { deep-er: { description: Deep. } }
      items: [{ name: n, in: query, description: Listed. }]
      parameters: { parameters: [{ name: n, in: query, description: Deeper. }] }
    z: { description: To come. }
- target: $.components.schemas
  x-since: v2
  update:
    B: { type: object, x-enum-descriptions: { a: First. } }
- target: $.paths
  x-since: unknown
  update:
    /a:
      get:
        operationId: a:get
        description: Get it.
        parameters:
        - { name: p, in: query, description: Which. }
        - { name: q, in: header }
        - { in: query, description: Nameless. }
        - 7
        responses: { '200': { description: It. } }
- target: $.components.schemas.B.properties
  x-since: v3
  update:
    y: true
- target: $.paths
  x-since: v7
  update: [/a]
- target: $.components.schemas[*].properties
  x-since: v4
  update:
    x: { description: Not in both. }
- target: $.components.schemas.A.properties.y
  x-reason: It is a text.
  update:
    type: string
- target: $.components.schemas.Gone
  x-since: v5
  update:
    properties: {}
- target: $.components.schemas.A.properties.x
  remove: true
  x-reason: It is not ours.
- target: $.components.schemas.A.properties.y
  x-since: v6
  update: {}
x-since: { C: v0 }
"""
DATED = """\
# é
overlay: 1.0.0
actions:
- target: $.components.schemas.A
  update:
    description: Ours.
- target: $.components.schemas['A'].properties.x
  update:
    description: é
    properties:
      deep-er:
        description: Deep.
- target: $.components.schemas['A'].properties.x.parameters.parameters[?(@.in=='query' && @.name=='n')]
  update:
    description: Deeper.
- target: $.components.schemas['A'].properties
  x-since: v1
  update:
    z:
      description: To come.
- target: $.components.schemas.B
  update:
    x-enum-descriptions:
      a: First.
- target: $.paths['/a']
  update:
    get:
      description: Get it.
      responses:
        '200':
          description: It.
- target: $.paths['/a'].get.parameters[?(@.in=='query' && @.name=='p')]
  update:
    description: Which.
"""


@pytest.mark.usefixtures("locale_c")
def test_an_addition_to_a_document_becomes_a_date_and_its_words_stay(tmp_path: Path) -> None:
    (tmp_path / "openapi.yaml").write_bytes(ADDS.encode())
    found = arrived.in_document(tmp_path, Documents(tmp_path), yaml.safe_load(DOCUMENT))
    assert found == ["A.x", "B", "a:get", "B.y"]
    rest = yaml.safe_load(ADDS)["actions"][5:]
    written = (tmp_path / "openapi.yaml").read_bytes().decode()
    assert written.startswith(DATED)
    kept = yaml.safe_load(written)
    assert kept["actions"][7:] == rest
    assert kept["x-since"] == {"C": "v0", "A.x": "v1", "B": "v2", "B.y": "v3"}


def test_an_overlay_that_adds_nothing_new_is_left_as_it_is(tmp_path: Path) -> None:
    assert arrived.in_document(tmp_path, Documents(tmp_path), yaml.safe_load(DOCUMENT)) == []
    assert list(tmp_path.iterdir()) == []
    odd = "overlay:   1.0.0\nactions: []\n"
    (tmp_path / "openapi.yaml").write_text(odd)
    assert arrived.in_document(tmp_path, Documents(tmp_path), yaml.safe_load(DOCUMENT)) == []
    assert (tmp_path / "openapi.yaml").read_text() == odd
