"""The same specs give the same bytes, and drift is found."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from codegen import build
from codegen.__main__ import main
from tests.codegen import toys

ROOT = Path(__file__).resolve().parents[2]


def _generate(project: build.Project, folder: Path, **environment: str) -> str:
    program = (
        "import sys, pathlib; from codegen.__main__ import main; sys.exit(main([], root=pathlib.Path(sys.argv[1])))"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, str(project.root)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_working_folder_locale_and_hash_seed_do_not_matter(project: build.Project, tmp_path: Path) -> None:
    # A folder with settings of its own, which must not reach the output.
    odd = toys.write(
        tmp_path / "odd", {"ruff.toml": "line-length = 40\n", "pyproject.toml": "[tool.black]\nline-length = 40\n"}
    )
    _generate(project, ROOT, LC_ALL="C", PYTHONHASHSEED="1")
    first = toys.content(project.output)
    said = _generate(project, odd, LC_ALL="C.UTF-8", PYTHONHASHSEED="2", TZ="Asia/Tokyo")
    assert toys.content(project.output) == first
    assert said.endswith("0 changed\n")


def test_check_accepts_what_was_generated_and_names_what_drifted(
    project: build.Project, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([], root=project.root) == 0
    assert main(["--check"], root=project.root) == 0
    (project.output / "services" / "greeter.py").write_text("# mine now\n")
    (project.output / "py.typed").unlink()
    before = toys.content(project.output)
    capsys.readouterr()

    assert main(["--check"], root=project.root) == 1

    assert capsys.readouterr().out.splitlines() == ["missing: py.typed", "differs: services/greeter.py"]
    assert toys.content(project.output) == before, "checking must not write"


def test_what_is_committed_is_what_the_specs_give(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["--check"])
    assert status == 0, "".join(capsys.readouterr())
