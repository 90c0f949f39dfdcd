"""What newer specs have of the overlay's additions becomes a date; its words stay, and the update goes through."""

from __future__ import annotations

import runpy
from pathlib import Path

from trials import toys

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
