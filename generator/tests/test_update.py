"""update-specs: a report first, then everything or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from trials import toys
from wirewright import build, emit
from wirewright.errors import SpecError
from wirewright.lock import NAME, verify

GREETER, TOYS, SCHEMAS = "greeter/greeter.proto", "openapi/paths/toys.yaml", "openapi/components/schemas.yaml"


def test_the_report_tells_what_came_went_and_changed_and_what_can_break(project: toys.Project, upstream: Path) -> None:
    toys.contracts(
        upstream,
        (GREETER, "  LOUD = 1;\n", "  LOUD = 1;\n  LOUDER = 2;\n"),
        (GREETER, "repeated string titles = 3;", "repeated bytes titles = 3;\n  string accent = 9;"),
        (GREETER, "\n  rpc Watch(v2.Mood) returns (stream Hello);\n", ""),
        (SCHEMAS, "enum: [RED, BLUE]", "enum: [RED, GREEN]"),
        (SCHEMAS, "required: [id, colour]", "required: [colour]"),
        (
            SCHEMAS,
            "    weight:\n      type: integer\n",
            "    weight:\n      type: number\n    maker:\n      type: string\n",
        ),
        (TOYS, "operationId: toy:create", "operationId: toy:make"),
    )

    report, _ = toys.take_over(project, upstream, dry_run=True)

    assert [str(change) for change in report.grpc] == [
        "  added   enum value Volume #2: LOUDER",
        "  added   field HelloRequest #9: accent, string, singular",
        "! changed field HelloRequest #3: type string -> bytes",
        "! removed method /Greeter/Watch: v2.Mood, Hello, True",
    ]
    assert [str(change) for change in report.rest] == [
        "  added   enum value Colour GREEN",
        "  added   operation toy:make: POST /toys",
        "  added   property NewToy.maker: string, optional",
        "! changed property NewToy.weight: type integer -> number",
        "! changed property Toy.id: presence required -> optional",
        "! removed enum value Colour BLUE",
        "! removed operation toy:create: POST /toys",
    ]


def test_the_report_ends_with_nothing_where_nothing_changes(project: toys.Project, upstream: Path) -> None:
    report, _ = toys.take_over(project, toys.contracts(upstream), dry_run=True)
    assert str(report).splitlines()[:2] == ["gRPC API: nothing changes", "REST API: nothing changes"]
    assert (report.grpc, report.rest, report.lost) == ([], [], [])


def test_a_field_that_leaves_its_oneof_and_a_schema_that_becomes_another_type_are_told(
    project: toys.Project, upstream: Path
) -> None:
    toys.contracts(
        upstream,
        (GREETER, "    bool now = 6;\n  }\n", "  }\n  bool now = 6;\n"),
        (
            SCHEMAS,
            "  type: string\n  description: A colour.\n  enum: [RED, BLUE]",
            "  type: integer\n  description: A colour.",
        ),
    )

    report, _ = toys.take_over(project, upstream, dry_run=True)

    assert [str(change) for change in report.grpc] == ["! changed field HelloRequest #6: oneof when -> none"]
    assert "! changed schema Colour: type string -> integer" in [str(change) for change in report.rest]


def test_a_parameter_that_must_be_given_breaks_and_one_that_may_does_not(project: toys.Project, upstream: Path) -> None:
    parameter = "      - name: {0}\n        in: query\n        required: {1}\n        schema:\n          type: string\n"
    more = parameter.format("must", "true") + parameter.format("may", "false")
    toys.contracts(upstream, (TOYS, '    responses:\n      "200"', f'{more}    responses:\n      "200"'))

    report, _ = toys.take_over(project, upstream, dry_run=True)

    assert [str(change) for change in report.rest] == [
        "  added   parameter toy:get query may: string, optional",
        "! added   parameter toy:get query must: string, required",
    ]


def test_a_dry_run_only_prints(project: toys.Project, upstream: Path) -> None:
    before = toys.content(project.root)
    _, said = toys.take_over(project, toys.contracts(upstream, (GREETER, "LOUD", "NOISY")), dry_run=True)
    assert "changed enum value Volume #1: name LOUD -> NOISY" in said[0]
    assert toys.content(project.root) == before


def test_newer_contracts_become_the_specs_locked_and_generated(project: toys.Project, upstream: Path) -> None:
    toys.contracts(upstream, (GREETER, "string text = 1;", "string text = 1;\n  string tongue = 2;"))
    toys.write(upstream, {"README.md": "not a spec"})

    _, said = toys.take_over(project, upstream)

    assert said[0].startswith("gRPC API: 1 added")
    assert verify(project.specs).version == "v1.3.0"
    assert sorted(toys.content(project.specs)) == [
        NAME,
        *(name for name in sorted(toys.OPENAPI)),
        *(f"proto/{name}" for name in sorted(toys.PROTOS)),
    ]
    assert "tongue" in (project.output / "grpc" / "greeter_pb2.pyi").read_text()
    assert emit.compare(build.tree(project.read()), project.output) == []
    assert sorted(path.name for path in project.root.iterdir()) == [
        "docs",
        "generated",
        "select.toml",
        "specs",
        "wirewright.toml",
    ]


FAULTS: dict[str, tuple[toys.Edit, str, str, str]] = {
    "duplicate field number": (
        (GREETER, "string text = 1;", "string text = 1;\n  int32 size = 1;"),
        "proto/greeter/greeter.proto",
        "line 47",
        "already been used",
    ),
    "missing schema": (
        (SCHEMAS, "NewToy:", "OldToy:"),
        "paths/toys.yaml",
        "/all/post/requestBody/content/application~1json/schema",
        "NewToy",
    ),
    "operation without id": (
        (TOYS, "    operationId: toy:create\n", ""),
        "paths/toys.yaml",
        "/all/post",
        "operationId",
    ),
    "empty request body": (
        (
            TOYS,
            """
      required: true
      content:
        application/json:
          schema:
            $ref: "../components/schemas.yaml#/NewToy"
""",
            " {}\n",
        ),
        "paths/toys.yaml",
        "/all/post",
        "request body",
    ),
    "bad reference": (
        ("openapi/openapi.yaml", "./paths/toys.yaml#/all", "./paths/gone.yaml#/all"),
        "openapi.yaml",
        "/paths/~1toys",
        "gone.yaml",
    ),
    "broken yaml": (
        (SCHEMAS, "enum: [RED, BLUE]", "enum: [RED, BLUE"),
        "components/schemas.yaml",
        "line",
        "not YAML",
    ),
    # Not visible in the protos alone: it takes the step that names modules.
    "clash in what is generated": (
        ("v2/shared/mood.proto", "// A mood.", "service Greeter { rpc Nod(Mood) returns (Mood); }"),
        "proto/greeter/greeter.proto",
        "service Greeter",
        "services/greeter.py",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_and_changes_nothing(project: toys.Project, upstream: Path, fault: str) -> None:
    edit, file, place, reason = FAULTS[fault]
    toys.write(project.output, {"kept.py": "KEPT = True\n"})
    before = toys.content(project.root)

    with pytest.raises(SpecError) as caught:
        toys.take_over(project, toys.contracts(upstream, edit))

    assert caught.value.file.removeprefix("openapi/") == file
    assert caught.value.place.startswith(place)
    assert reason in caught.value.reason
    assert toys.content(project.root) == before


@pytest.mark.parametrize("fault", ["duplicate field number", "missing schema"])
def test_a_fault_in_the_projects_own_specs_leaves_generated_alone(
    project: toys.Project, fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (name, old, new), *_, reason = FAULTS[fault]
    path = project.specs / (name if name in toys.OPENAPI else f"proto/{name}")
    path.write_text(path.read_text().replace(old, new))
    toys.write(project.output, {"kept.py": "KEPT = True\n"})
    before = toys.content(project.root)

    assert project.run("lock") == 1, "what cannot be counted is not locked"

    assert reason in capsys.readouterr().err
    assert toys.content(project.root) == before


@pytest.mark.parametrize(
    ("missing", "reason"),
    [
        (tuple(toys.PROTOS), "no .proto file"),
        (tuple(toys.OPENAPI), "openapi/ holds no openapi.yaml"),
        ((), "no such folder"),
    ],
)
def test_a_folder_that_is_no_contracts_folder_is_refused(
    project: toys.Project, upstream: Path, missing: tuple[str, ...], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if missing:
        toys.contracts(upstream)
    for name in missing:
        (upstream / name).unlink()
    assert project.run("update-specs", str(upstream)) == 1
    assert reason in capsys.readouterr().err


def test_the_command_reports_without_writing(
    project: toys.Project, upstream: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    toys.contracts(upstream)
    before = toys.content(project.root)
    assert project.run("update-specs", str(upstream), "--dry-run") == 0
    assert "nothing changes" in capsys.readouterr().out
    assert toys.content(project.root) == before
