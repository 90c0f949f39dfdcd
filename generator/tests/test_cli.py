"""The command `wirewright`: what it understands, what it says, and with which status it ends."""

from __future__ import annotations

import argparse
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from trials import toys
from wirewright import build, update
from wirewright.cli import main, parser
from wirewright.errors import SpecError
from wirewright.lock import NAME, Lock
from wirewright.settings import Settings

PLAIN: dict[str, Any] = {"settings": Path("wirewright.toml"), "check": False, "command": None}
TAKEN = {"command": "update-specs", "source": Path("x"), "describes": None, "dry_run": False, "drop_lost": False}


@pytest.mark.parametrize(
    ("line", "understood"),
    [
        ("", {}),
        ("--check", {"check": True}),
        ("--settings a/b.toml", {"settings": Path("a/b.toml")}),
        ("init acme", {"command": "init", "package": "acme", "openapi": None, "protos": None}),
        (
            "init acme --openapi a --protos b",
            {"command": "init", "package": "acme", "openapi": Path("a"), "protos": Path("b")},
        ),
        ("lock", {"command": "lock", "describes": None}),
        ("lock --describes v1", {"command": "lock", "describes": "v1"}),
        ("update-specs x", TAKEN),
        ("update-specs x --describes v1 --dry-run", {**TAKEN, "describes": "v1", "dry_run": True}),
        ("update-specs x --drop-lost", {**TAKEN, "drop_lost": True}),
    ],
)
def test_a_command_is_understood_with_its_options(line: str, understood: dict[str, Any]) -> None:
    assert vars(parser().parse_args(line.split())) == {**PLAIN, **understood}


HELP = {
    "": """usage: wirewright [-h] [--version] [--settings FILE] [--check] {init,lock,update-specs} ...
        Turn specs into a typed Python package.
        options:
        -h, --help show this help message and exit
        --version show program's version number and exit
        --settings FILE the settings of the API (default: wirewright.toml)
        --check compare with the package, name what differs, write nothing
        other commands:
        {init,lock,update-specs}
        init write settings for specs that lie here
        lock accept the specs as they are now
        update-specs report how newer specs differ, then take them over and generate""",
    "init": """usage: wirewright init [-h] [--openapi FOLDER] [--protos FOLDER] package
        positional arguments:
        package import name of the package, such as `acme_api`
        options:
        -h, --help show this help message and exit
        --openapi FOLDER where openapi.yaml lies
        --protos FOLDER where the .proto files lie""",
    "lock": """usage: wirewright lock [-h] [--describes VERSION]
        options:
        -h, --help show this help message and exit
        --describes VERSION the version that they describe (default: as before)""",
    "update-specs": """usage: wirewright update-specs [-h] [--describes VERSION] [--dry-run] [--drop-lost] FROM
        positional arguments:
        FROM the folder of newer specs, as it is upstream
        options:
        -h, --help show this help message and exit
        --describes VERSION the version that they describe
        --dry-run only report
        --drop-lost drop entries of the overlay whose target is gone""",
}


@pytest.mark.parametrize("command", HELP)
def test_help_says_what_there_is(
    command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("NO_COLOR", "1")
    with pytest.raises(SystemExit) as ended:
        main([*command.split(), "--help"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.split() == HELP[command].split()


def test_the_version_is_that_of_the_distribution(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"wirewright {version('wirewright')}\n"
    assert isinstance(parser(), argparse.ArgumentParser)


@pytest.fixture
def tree(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """What is generated of any specs."""
    made = {"__init__.py": b"", "a/b.py": b"B = 1\n", "py.typed": b""}
    monkeypatch.setattr(build, "tree", lambda specs: made)
    return made


def test_a_package_is_written_and_compared(
    project: toys.Project, tree: dict[str, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    assert project.run() == 0
    assert capsys.readouterr() == ("toy_api/: 3 files, 3 changed\n", "")
    assert toys.content(project.output) == tree
    assert (project.run(), project.run("--check")) == (0, 0)
    assert capsys.readouterr() == ("toy_api/: 3 files, 0 changed\n", "")

    tree["c.py"] = b"C = 1\n"
    tree["a/b.py"] = b"B = 2\n"
    del tree["py.typed"]
    assert project.run("--check") == 1
    said = "toy_api/ is not what the specs give: 3 files; run `make specs` again\n"
    assert capsys.readouterr() == ("differs: a/b.py\nmissing: c.py\nextra: py.typed\n", said)
    assert (project.output / "a" / "b.py").read_bytes() == b"B = 1\n"
    assert project.run() == 0
    assert capsys.readouterr().out == "toy_api/: 3 files, 3 changed\n"
    assert toys.content(project.output) == tree


def test_a_project_without_a_lock_is_generated_and_cannot_be_locked(
    project: toys.Project, tree: dict[str, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    project.file.write_text(toys.SETTINGS.replace('lock = "specs"\n', ""))
    (project.specs / NAME).unlink()
    assert project.run() == 0
    capsys.readouterr()
    assert project.run("lock") == 1
    assert capsys.readouterr() == ("", "wirewright: the settings: inputs.lock: they name no folder to lock\n")
    assert not (project.specs / NAME).exists()


@pytest.mark.parametrize(
    ("before", "options", "after"),
    [
        ("v1.2.3", (), "v1.2.3"),
        ("v1.2.3", ("--describes", "v2"), "v2"),
        (None, (), "unknown"),
        (None, ("--describes", "v2"), "v2"),
    ],
)
def test_a_lock_is_renewed_with_the_version_that_is_given_or_was_there(
    project: toys.Project,
    before: str | None,
    options: tuple[str, ...],
    after: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if before is None:
        (project.specs / NAME).unlink()
    assert project.run("lock", *options) == 0
    assert capsys.readouterr().out == f"specs/{NAME}: version {after}, 5 files\n"
    lock = Lock.read(project.specs)
    assert (lock.version, sorted(lock.sha256)) == (
        after,
        sorted([*toys.OPENAPI, *(f"proto/{name}" for name in toys.PROTOS)]),
    )
    head = (project.specs / NAME).read_text().splitlines()[0]
    assert (
        head == "# What these specs hold. Written by `make specs lock` and by `make specs update-specs`; not by hand."
    )


@pytest.mark.parametrize(
    ("options", "given"),
    [
        ((), {"version": None, "dry_run": False, "drop_lost": False}),
        (("--describes", "v2"), {"version": "v2", "dry_run": False, "drop_lost": False}),
        (("--dry-run",), {"version": None, "dry_run": True, "drop_lost": False}),
        (("--drop-lost",), {"version": None, "dry_run": False, "drop_lost": True}),
    ],
)
def test_newer_specs_are_taken_over_as_it_is_told(
    project: toys.Project, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], given: dict[str, Any]
) -> None:
    seen: list[Any] = []

    def run(settings: Settings, source: Path, **told: Any) -> None:
        seen.append((settings.package, source, told))

    monkeypatch.setattr(update, "run", run)
    assert project.run("update-specs", "newer", *options) == 0
    assert seen == [("toy_api", Path("newer"), given)]


def test_a_fault_is_one_line_and_the_status_1(
    project: toys.Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*given: object) -> None:
        raise SpecError("a.yaml", "line 3", "it is odd")

    monkeypatch.setattr(build, "tree", fail)
    assert project.run() == 1
    assert capsys.readouterr() == ("", "wirewright: a.yaml: line 3: it is odd\n")


INITIAL = """\
package = "{package}"  # import name of what is generated
server = "server"  # how docstrings call what serves the API

[inputs]  # paths from this file
{inputs}

[output]
folder = "{folder}"  # replaced whole by each run
"""


@pytest.mark.parametrize(
    ("files", "options", "inputs", "said"),
    [
        (("openapi.yaml",), (), {"openapi": "."}, "openapi of ."),
        (("x/z/openapi.yaml", "x/a/openapi.yaml"), (), {"openapi": "x/a"}, "openapi of x/a"),
        (("b/a.proto", "p/a.proto"), (), {"protos": "b"}, "protos of b"),
        (("p/q/a.proto",), (), {"protos": "p"}, "protos of p"),
        (("a.proto",), (), {"protos": "."}, "protos of ."),
        (
            ("r/openapi.yaml", "p/a.proto"),
            (),
            {"openapi": "r", "protos": "p"},
            "openapi of r, protos of p",
        ),
        ((".r/openapi.yaml", "r/.s/openapi.yaml", "r/t/openapi.yaml"), (), {"openapi": "r/t"}, "openapi of r/t"),
        ((".p/a.proto", "p/.q/a.proto", "q/a.proto"), (), {"protos": "q"}, "protos of q"),
        (("r/openapi.yaml", "p/a.proto"), ("openapi=r",), {"openapi": "r"}, "openapi of r"),
        (("r/openapi.yaml", "p/a.proto"), ("protos=p",), {"protos": "p"}, "protos of p"),
    ],
)
def test_settings_are_written_for_what_lies_here(
    tmp_path: Path,
    files: tuple[str, ...],
    options: tuple[str, ...],
    inputs: dict[str, str],
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    toys.write(tmp_path, dict.fromkeys(files, ""))
    target = tmp_path / "own.toml"
    given = [part for each in options for part in (f"--{each.split('=')[0]}", str(tmp_path / each.split("=")[1]))]
    assert main(["--settings", str(target), "init", "acme.api", *given]) == 0
    assert capsys.readouterr() == (f"own.toml: {said}\n", "")
    listed = "\n".join(f'{key} = "{path}"' for key, path in inputs.items())
    assert target.read_bytes().decode() == INITIAL.format(package="acme.api", inputs=listed, folder="acme/api")


def test_a_folder_elsewhere_is_named_whole(tmp_path: Path) -> None:
    toys.write(tmp_path, {"other/a.proto": "", "here/b.txt": ""})
    assert main(["--settings", str(tmp_path / "here/w.toml"), "init", "a", "--protos", str(tmp_path / "other")]) == 0
    assert f'protos = "{(tmp_path / "other").as_posix()}"\n' in (tmp_path / "here/w.toml").read_text()


@pytest.mark.parametrize(
    ("files", "package", "told"),
    [
        (("w.toml", "openapi.yaml"), "a", "w.toml: it is there already; change it, or name another with --settings"),
        (
            ("x.yaml", ".a/openapi.yaml"),
            "a",
            "{}: neither an openapi.yaml nor a .proto file is here; say where with --openapi, --protos",
        ),
        (("openapi.yaml",), "a-b", "w.toml: package: 'a-b' is no name that a package can be imported by"),
    ],
)
def test_settings_that_cannot_be_written_are_not(
    tmp_path: Path, files: tuple[str, ...], package: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = toys.content(toys.write(tmp_path, dict.fromkeys(files, "")))
    assert main(["--settings", str(tmp_path / "w.toml"), "init", package]) == 1
    assert capsys.readouterr() == ("", f"wirewright: {told.format(tmp_path.name)}\n")
    assert toys.content(tmp_path) == before
