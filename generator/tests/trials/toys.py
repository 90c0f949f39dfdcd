"""A contracts folder small enough to read, and a project that was made from it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from wirewright import build, emit, update
from wirewright.cli import main
from wirewright.lock import Lock
from wirewright.settings import Settings

PROTOS = {
    "greeter/greeter.proto": """\
syntax = "proto3";

import "google/protobuf/timestamp.proto";
import "v2/shared/mood.proto";

// Says hello, in `many` \\ ways.
service Greeter {
  // Greet one person.
  //
  // The answer comes at once.
  rpc SayHello(HelloRequest) returns (Hello);

  rpc SayHelloV2(stream HelloRequest) returns (stream Hello);

  // Greet whoever comes by.
  rpc Import(stream HelloRequest) returns (v2.Mood);

  rpc Watch(v2.Mood) returns (stream Hello);
}

// How loud.
enum Volume {
  // Hardly to be heard.
  QUIET = 0;
  LOUD = 1;
}

// Whom to greet.
message HelloRequest {
  // The name, as spoken.
  string name = 1;
  optional Volume volume = 2;
  repeated string titles = 3;
  map<string, v2.Mood> moods = 4;
  oneof when {
    google.protobuf.Timestamp at = 5;
    bool now = 6;
  }
  message Inner {
    int64 depth = 1;
  }
  Inner inner = 7;
}

message Hello {
  string text = 1;
}
""",
    "v2/shared/mood.proto": """\
syntax = "proto3";

package v2;

// A mood.
message Mood {
  string name = 1;
}
""",
}

OPENAPI = {
    "openapi/openapi.yaml": """\
openapi: 3.1.0
info:
  title: Toys
  version: 1.0.0
paths:
  /toys/{toy}:
    $ref: "./paths/toys.yaml#/one"
  /toys:
    $ref: "./paths/toys.yaml#/all"
components:
  schemas:
    $ref: "./components/schemas.yaml"
""",
    "openapi/paths/toys.yaml": """\
one:
  get:
    operationId: toy:get
    tags: [Toys]
    summary: Get a toy
    parameters:
      - name: toy
        in: path
        required: true
        description: Which toy.
        schema:
          type: string
    responses:
      "200":
        description: The toy.
        content:
          application/json:
            schema:
              $ref: "../components/schemas.yaml#/Toy"
all:
  post:
    operationId: toy:create
    tags: [Toys]
    summary: Make a toy
    requestBody:
      required: true
      content:
        application/json:
          schema:
            $ref: "../components/schemas.yaml#/NewToy"
    responses:
      "201":
        description: The toy.
        content:
          application/json:
            schema:
              $ref: "../components/schemas.yaml#/Toy"
""",
    "openapi/components/schemas.yaml": """\
Toy:
  type: object
  description: A toy.
  required: [id, colour]
  properties:
    id:
      type: string
    colour:
      $ref: "#/Colour"
Colour:
  type: string
  description: A colour.
  enum: [RED, BLUE]
NewToy:
  type: object
  description: A toy to make.
  required: [colour]
  properties:
    colour:
      $ref: "#/Colour"
    weight:
      type: integer
""",
}

CONTRACTS = PROTOS | OPENAPI

Edit = tuple[str, str, str]
"""A file, a text in it, and what stands there instead."""


def write(root: Path, files: dict[str, str]) -> Path:
    """Write files below a folder and return the folder."""
    for name, text in files.items():
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    return root


SETTINGS = """\
package = "toy_api"
command = "make specs"

[inputs]
protos = "specs/proto"
openapi = "specs/openapi"
overlay = "specs/overlay"
selection = "select.toml"
lock = "specs"

[output]
folder = "generated/toy_api"

[names]
versions = ["v1"]

[update]
descriptions = false
report = "docs/api-changes"
"""


@dataclass(frozen=True)
class Project:
    """A folder with settings, specs, and in the end a package."""

    root: Path

    @property
    def file(self) -> Path:
        """The settings file."""
        return self.root / "wirewright.toml"

    @property
    def specs(self) -> Path:
        """The folder of all inputs, and of the lock."""
        return self.root / "specs"

    @property
    def select(self) -> Path:
        """The file of what is left out."""
        return self.root / "select.toml"

    @property
    def output(self) -> Path:
        """The package."""
        return self.root / "generated" / "toy_api"

    @property
    def settings(self) -> Settings:
        """What the settings file says."""
        return Settings.read(self.file)

    def read(self) -> build.Specs:
        """The inputs as they are."""
        return build.Specs.read(self.settings)

    def run(self, *arguments: str) -> int:
        """Run the command with the settings of this project."""
        return main(["--settings", str(self.file), *arguments])


def contracts(root: Path, *edits: Edit) -> Path:
    """The contracts folder, with edits made to it."""
    files = dict(CONTRACTS)
    for name, old, new in edits:
        assert files[name].count(old) == 1, f"{old!r} does not stand once in {name}"
        files[name] = files[name].replace(old, new)
    return write(root, files)


def project(root: Path) -> Project:
    """A project whose specs are the toys, locked; nothing is generated yet."""
    made = Project(root)
    write(root / "specs", {(name if name in OPENAPI else f"proto/{name}"): text for name, text in CONTRACTS.items()})
    write(root, {"select.toml": "", "wirewright.toml": SETTINGS})
    Lock.of(made.specs, "v1.2.3").write(made.specs)
    return made


def content(root: Path) -> emit.Tree:
    """Every file below a folder."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def take_over(
    made: Project, source: Path, *, dry_run: bool = False, drop_lost: bool = False
) -> tuple[update.Report, list[str]]:
    """Run update-specs and return its report with everything it said."""
    said: list[str] = []
    report = update.run(made.settings, source, version="v1.3.0", dry_run=dry_run, drop_lost=drop_lost, tell=said.append)
    return report, said
