"""update-specs: what it says, whole; which files it takes; and how a fault leaves all folders as they were."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from trials import toys
from wirewright import build, update
from wirewright.changes import Change
from wirewright.errors import SpecError
from wirewright.facts import Fact
from wirewright.lock import NAME, Lock
from wirewright.settings import Settings
from wirewright.update import Report

ADDED = Change("added", Fact("method", "/A/B"), "x", False)
REMOVED = Change("removed", Fact("schema", "Toy"), "", True)
CHANGED = Change("changed", Fact("field", "M #1"), "type a -> b", True)


def test_a_report_is_said_and_written_with_each_of_its_parts() -> None:
    report = Report([CHANGED, ADDED], [REMOVED], ["a: b", "c: d"], ["e"], ["f", "g", "h"])
    assert str(report) == (
        "gRPC API: 1 added, 1 changed; 1 can break a program (marked !)\n"
        "  ! changed field M #1: type a -> b\n"
        "    added   method /A/B: x\n"
        "REST API: 1 removed; 1 can break a program (marked !)\n"
        "  ! removed schema Toy\n"
        "2 entries of the overlay have lost their target:\n  a: b\n  c: d\n"
        "1 things have no description:\n  e\n"
        "3 additions have arrived, and are dates now:\n  f\n  g\n  h"
    )
    assert report.markdown("What v2 changes") == (
        "# What v2 changes\n\n"
        "## Can break a program\n\n- gRPC: changed field M #1: type a -> b\n- REST: removed schema Toy\n\n"
        "## Other changes\n\n- gRPC: added method /A/B: x\n\n"
        "## Descriptions that were dropped\n\n- a: b\n- c: d\n\n"
        "## Without a description\n\n- e\n\n"
        "## Additions that have arrived\n\n- f\n- g\n- h\n"
    )


def test_a_report_of_nothing_says_so() -> None:
    assert str(Report([], [])) == "gRPC API: nothing changes\nREST API: nothing changes"
    assert Report([], []).markdown("T") == "# T\n\nNothing changes.\n"
    assert str(Report([ADDED], [])).splitlines()[0] == "gRPC API: 1 added; 0 can break a program"


@pytest.fixture(autouse=True)
def _generated(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is generated is the same of any specs."""
    monkeypatch.setattr(build, "tree", lambda specs: {"__init__.py": b""})


REST = {name: text for name, text in toys.OPENAPI.items() if name != "openapi/openapi.yaml"}
ENTRY = toys.OPENAPI["openapi/openapi.yaml"]
SETTINGS = 'package = "a"\n[inputs]\nopenapi = "{openapi}"\n{more}\n[output]\nfolder = "made"\n[update]\n{update}\n'
NESTED = "a/ holds it, and would be replaced whole; give each input its folder"


def _project(folder: Path, openapi: str, more: str = "", keys: str = "") -> Settings:
    """A project of REST alone, and a folder of the same specs that says what it was told."""
    written = {f"{openapi}/{name.removeprefix('openapi/')}": text for name, text in toys.OPENAPI.items()}
    made = toys.write(
        folder / "project", {**written, "w.toml": SETTINGS.format(openapi=openapi, more=more, update=keys)}
    )
    return Settings.read(made / "w.toml")


def _run(settings: Settings, source: Path, **given: Any) -> list[str]:
    said: list[str] = []
    update.run(settings, source, tell=said.append, **given)
    return said


def test_only_specifications_are_taken_and_with_their_sentences(tmp_path: Path) -> None:
    settings = _project(tmp_path, "rest")
    other = {"openapi/read.md": "x", "openapi/more.yml": "a: 1\n", "openapi/deep/er.json": "{}", "x.proto": "no"}
    source = toys.write(tmp_path / "newer", {**toys.OPENAPI, **other})

    said = _run(settings, source)

    assert said == [
        "gRPC API: nothing changes\nREST API: nothing changes\n8 things have no description:\n"
        "  operation toy:get\n  operation toy:create\n  enum value Colour RED\n  enum value Colour BLUE\n"
        "  property NewToy.colour\n  property NewToy.weight\n  property Toy.id\n  property Toy.colour",
        "the specs are replaced; made/: 1 files, 1 changed",
    ]
    found = toys.content(tmp_path / "project/rest")
    assert sorted(found) == [
        "components/schemas.yaml",
        "deep/er.json",
        "more.yml",
        "openapi.yaml",
        "paths/toys.yaml",
    ]
    assert found["openapi.yaml"].decode() == ENTRY
    assert sorted(path.name for path in (tmp_path / "project").iterdir()) == ["made", "rest", "w.toml"]


def test_a_folder_that_is_given_in_the_settings_is_where_newer_specs_lie(tmp_path: Path) -> None:
    settings = _project(tmp_path, "rest", keys='openapi = "."\ndescriptions = false')
    source = toys.write(
        tmp_path / "newer", {name.removeprefix("openapi/"): text for name, text in toys.OPENAPI.items()}
    )
    _run(settings, source)
    assert "A toy" not in (tmp_path / "project/rest/components/schemas.yaml").read_text()
    assert "Get a toy" not in (tmp_path / "project/rest/paths/toys.yaml").read_text()
    with pytest.raises(SpecError) as caught:
        _run(settings, tmp_path)
    assert str(caught.value) == f"{tmp_path}: it holds no openapi.yaml; give the folder of the newer specs"


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("gone", "{}/gone: there is no such folder; give the folder of the newer specs"),
        ("newer", "{}/newer: openapi/ holds no openapi.yaml; give the folder of the newer specs"),
    ],
)
def test_a_source_without_specs_is_told_whole(tmp_path: Path, source: str, told: str) -> None:
    settings = _project(tmp_path, "rest")
    toys.write(tmp_path / "newer", REST)
    with pytest.raises(SpecError) as caught:
        _run(settings, tmp_path / source)
    assert str(caught.value) == told.format(tmp_path)


@pytest.mark.parametrize(
    ("version", "named", "last"),
    [
        ("v2", "v2", []),
        (None, "unknown", [f"{NAME} does not know the version; run `wirewright lock --describes VERSION`"]),
    ],
)
def test_the_version_is_written_into_the_lock_and_the_report(
    tmp_path: Path, version: str | None, named: str, last: list[str]
) -> None:
    settings = _project(tmp_path, "rest", 'lock = "rest"', 'report = "docs/news"')
    source = toys.write(tmp_path / "newer", toys.OPENAPI)
    said = _run(settings, source, version=version)
    assert said[1:] == ["the specs are replaced; made/: 1 files, 1 changed", f"news/{named}.md is the report", *last]
    lock = Lock.read(tmp_path / "project/rest")
    assert (lock.version, sorted(lock.sha256)) == (
        named,
        sorted(name.removeprefix("openapi/") for name in toys.OPENAPI),
    )
    assert lock.counts == {"rest enum values": 2, "rest operations": 2, "rest schemas": 3} | lock.counts
    page = (tmp_path / "project/docs/news" / f"{named}.md").read_text()
    assert page.startswith(
        f"# What {version or 'this version'} changes\n\n## Without a description\n\n- operation toy:get\n"
    )


def test_a_dry_run_says_so_and_writes_nothing(tmp_path: Path) -> None:
    settings = _project(tmp_path, "rest", 'lock = "rest"', 'report = "docs/news"')
    before = toys.content(tmp_path / "project")
    source = toys.write(tmp_path / "newer", toys.OPENAPI)
    assert _run(settings, source, dry_run=True)[1:] == ["dry run: nothing was written"]
    assert toys.content(tmp_path / "project") == before


@pytest.mark.parametrize(
    ("openapi", "key", "other", "told"),
    [
        ("a", "overlay", "a/own", f"own: {NESTED}"),
        ("a/rest", "overlay", "a", f"rest: {NESTED}"),
        ("a", "protos", "a", "a: two inputs share this folder; give each its own"),
    ],
)
def test_folders_that_would_replace_each_other_are_refused(
    tmp_path: Path, openapi: str, key: str, other: str, told: str
) -> None:
    proto = {"x.proto": 'syntax = "proto3";\n'}
    toys.write(tmp_path / "project" / other, proto)
    settings = _project(tmp_path, openapi, f'{key} = "{other}"')
    before = toys.content(tmp_path / "project")
    source = toys.write(tmp_path / "newer", {**toys.OPENAPI, **proto})
    with pytest.raises(SpecError) as caught:
        _run(settings, source)
    assert str(caught.value) == told
    assert toys.content(tmp_path / "project") == before


@pytest.mark.parametrize("number", range(4))
def test_a_fault_of_the_disk_leaves_every_folder_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    settings = _project(tmp_path, "rest", 'overlay = "own"')
    # What a run that was killed has left does no harm.
    left = {".rest-old/x": "", ".rest-new/x": "", ".own-new/x": ""}
    toys.write(tmp_path / "project", {"own/protos.toml": "", **left})
    before = {name: text for name, text in toys.content(tmp_path / "project").items() if name not in left}
    source = toys.write(tmp_path / "newer", {**toys.OPENAPI, "openapi/more.yaml": "a: 1\n"})
    rename, calls = Path.rename, list[Path]()

    def failing(self: Path, target: Path) -> Path:
        calls.append(self)
        if len(calls) == number + 1:
            raise OSError("full")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(OSError, match="full"):
        _run(settings, source)
    assert toys.content(tmp_path / "project") == before

    monkeypatch.setattr(Path, "rename", rename)
    _run(settings, source)
    assert {path.name for path in (tmp_path / "project").iterdir()} == {"made", "rest", "own", "w.toml"}
    assert (tmp_path / "project/rest/more.yaml").read_text() == "a: 1\n"


@pytest.mark.usefixtures("locale_c")
def test_texts_are_utf_8_in_every_locale(tmp_path: Path) -> None:
    overlay = {
        "own/openapi.yaml": "# é\noverlay: 1.0.0\nactions:\n"
        "- { target: $.components.schemas.Toy, update: { description: é } }\n"
        "- { target: $.components.schemas.NewToy.properties.weight, update: { description: é } }\n",
        "own/protos.toml": "[comments]\n# é\n",
    }
    toys.write(tmp_path / "project", overlay)
    more = 'overlay = "own"\nselection = "select.toml"\nlock = "rest"'
    toys.write(tmp_path / "project", {"select.toml": "# é\n"})
    weight = "    weight:\n      type: integer\n"
    edited = {name: f"# é\n{text}".replace(weight, "") for name, text in toys.OPENAPI.items()}
    source = toys.write(tmp_path / "newer", edited)
    settings = _project(tmp_path, "rest", more, 'report = "news"\n# é')
    said = _run(settings, source, version="é", drop_lost=True)
    assert update.counted(tmp_path / "project/rest", build.Specs.read(settings), "é").version == "é"
    assert Lock.read(tmp_path / "project/rest").version == "é"
    assert said[-1] == "news/é.md is the report"
    written = toys.content(tmp_path / "project")
    assert written["rest/components/schemas.yaml"].decode() == edited["openapi/components/schemas.yaml"]
    assert written["news/é.md"].decode().startswith("# What é changes\n")
    assert written["own/openapi.yaml"].decode() == (
        "# é\noverlay: 1.0.0\nactions:\n- target: $.components.schemas.Toy\n  update:\n    description: é\n"
    )
    assert 'version = "é"' in written[f"rest/{NAME}"].decode()
