"""A spec that is not the locked one is refused until the lock is renewed by command."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from trials import toys
from wirewright.errors import LockError
from wirewright.lock import NAME, Lock, verify

GREETER = "proto/greeter/greeter.proto"


def _change(specs: Path) -> None:
    (specs / GREETER).write_text("// changed\n" + toys.CONTRACTS["greeter/greeter.proto"])


def _remove(specs: Path) -> None:
    (specs / GREETER).unlink()


def _add(specs: Path) -> None:
    (specs / "proto" / "more.proto").write_text('syntax = "proto3";\n')


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (_change, f"specs/{GREETER} was changed"),
        (_remove, f"specs/{GREETER} is missing"),
        (_add, "specs/proto/more.proto is not listed"),
    ],
)
def test_generating_from_specs_that_are_not_locked_is_refused(
    project: toys.Project, edit: Callable[[Path], None], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(project.specs)

    assert project.run() == 1

    refusal = capsys.readouterr().err
    assert said in refusal
    assert "make specs lock" in refusal
    assert not project.output.exists()


def test_checking_is_refused_as_well(project: toys.Project, capsys: pytest.CaptureFixture[str]) -> None:
    _change(project.specs)
    assert project.run("--check") == 1
    assert "was changed" in capsys.readouterr().err


def test_the_lock_command_accepts_the_specs_and_keeps_the_version(project: toys.Project) -> None:
    _change(project.specs)
    assert project.run("lock") == 0
    assert verify(project.specs).version == "v1.2.3"


def test_the_lock_command_can_name_another_version(project: toys.Project) -> None:
    assert project.run("lock", "--describes", "v9.0.0") == 0
    assert verify(project.specs).version == "v9.0.0"


@pytest.mark.parametrize("text", ["version = ", 'version = "v1"\n', '[sha256]\n"a" = "b"\n'])
def test_a_broken_lock_says_how_to_write_a_new_one(project: toys.Project, text: str) -> None:
    (project.specs / NAME).write_text(text)
    with pytest.raises(LockError, match="run `wirewright lock --describes VERSION`"):
        verify(project.specs)
    assert project.run("lock", "--describes", "v2") == 0
    verify(project.specs)


def test_a_missing_lock_is_said(project: toys.Project) -> None:
    (project.specs / NAME).unlink()
    with pytest.raises(LockError, match=r"LOCK\.toml is missing"):
        verify(project.specs)


def test_files_of_an_editor_are_no_specs(project: toys.Project) -> None:
    (project.specs / "proto" / ".swap").write_text("")
    verify(project.specs)


def test_a_lock_reads_as_it_was_written(project: toys.Project) -> None:
    assert Lock.read(project.specs) == Lock.of(project.specs, "v1.2.3")
