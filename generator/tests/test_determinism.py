"""The same specs give the same bytes, and drift is found."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from trials import toys


def _generate(project: toys.Project, folder: Path, **environment: str) -> str:
    result = subprocess.run(
        [sys.executable, "-m", "wirewright", "--settings", str(project.file)],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_working_folder_locale_and_hash_seed_do_not_matter(project: toys.Project, tmp_path: Path) -> None:
    # A folder with settings of its own, which must not reach the output.
    odd = toys.write(
        tmp_path / "odd", {"ruff.toml": "line-length = 40\n", "pyproject.toml": "[tool.black]\nline-length = 40\n"}
    )
    _generate(project, project.root, LC_ALL="C", PYTHONHASHSEED="1")
    first = toys.content(project.output)
    said = _generate(project, odd, LC_ALL="C.UTF-8", PYTHONHASHSEED="2", TZ="Asia/Tokyo")
    assert toys.content(project.output) == first
    assert said.endswith("0 changed\n")


def test_check_accepts_what_was_generated_and_names_what_drifted(
    project: toys.Project, capsys: pytest.CaptureFixture[str]
) -> None:
    assert project.run() == 0
    assert project.run("--check") == 0
    (project.output / "services" / "greeter.py").write_text("# mine now\n")
    (project.output / "py.typed").unlink()
    before = toys.content(project.output)
    capsys.readouterr()

    assert project.run("--check") == 1

    assert capsys.readouterr().out.splitlines() == ["missing: py.typed", "differs: services/greeter.py"]
    assert toys.content(project.output) == before, "checking must not write"
