"""Which version brought what is data of the package, and stands in its docstrings."""

from __future__ import annotations

import runpy
from typing import Any

import pytest

from trials import toys
from wirewright.errors import SpecError

REST = """\
overlay: 1.0.0
info: { title: Ours, version: "1" }
x-since: { "toy:get": v1.1.0, NewToy.weight: v1.2.0 }
actions:
  - target: $.components.schemas.NewToy.properties
    x-since: v1.4.0
    update: { maker: { type: string, description: Who made it. } }
  - target: $.paths
    x-since: unknown
    update:
      /toys/{toy}/parts:
        get:
          operationId: toy:parts
          description: The parts of a toy.
          parameters: [{ name: toy, in: path, required: true, schema: { type: string } }]
          responses: { "204": { description: Done. } }
"""
PROTOS = """\
[since]
"Greeter.SayHello" = "v1.0.0"

[comments]
"Hello.tone" = "How it was said."
"v2.More" = "More of it."

[[message]]
name = "More"
file = "v2/shared/mood.proto"
since = "v1.5.0"

[[field]]
message = "Hello"
name = "tone"
number = 9
type = "string"
since = "v1.4.0"
"""


def _made(project: toys.Project) -> dict[str, Any]:
    assert project.run("lock") == 0
    assert project.run() == 0
    return runpy.run_path(str(project.output / "since.py"))


def test_entries_of_the_overlay_are_data_and_words(project: toys.Project) -> None:
    toys.write(project.specs, {"overlay/openapi.yaml": REST, "overlay/protos.toml": PROTOS})
    made = _made(project)
    assert made["GRPC"] == {"Greeter.SayHello": "v1.0.0", "Hello.tone": "v1.4.0", "v2.More": "v1.5.0"}
    rest = {"NewToy.maker": "v1.4.0", "NewToy.weight": "v1.2.0", "toy:get": "v1.1.0", "toy:parts": None}
    assert made["REST"] == rest
    assert "Who made it. Since v1.4.0." in (project.output / "rest/models/new_toy.py").read_text()
    assert "The version that brought it is not known." in (project.output / "rest/api/toy/parts.py").read_text()
    stub = (project.output / "grpc/greeter_pb2.pyi").read_text()
    assert "How it was said.\n\n    Since v1.4.0." in stub.replace("        ", "    ")


@pytest.mark.parametrize(
    ("file", "text", "reason"),
    [
        ("overlay/protos.toml", '[since]\n"Greeter.SayBye" = "v1"\n', "Greeter has no SayBye any more"),
        ("overlay/openapi.yaml", REST.replace("toy:get", "toy:got"), "dates 'toy:got', and there is no such"),
        ("overlay/openapi.yaml", REST.replace('{ "toy:get": v1.1.0, NewToy.weight: v1.2.0 }', "3"), "maps names"),
    ],
)
def test_a_date_of_nothing_is_a_fault(project: toys.Project, file: str, text: str, reason: str) -> None:
    toys.write(project.specs, {file: text})
    with pytest.raises(SpecError, match=reason):
        project.read()


def test_without_dates_there_is_no_module(project: toys.Project) -> None:
    assert project.run() == 0
    assert not (project.output / "since.py").exists()
