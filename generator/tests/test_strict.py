"""What is generated passes the checkers that users have, all at once: most of their time they read what it imports.

That is the examples with the programs that use them, the package and the program of the README, and what becomes of all
the odd specifications.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from contextlib import chdir
from pathlib import Path

import pytest

from trials import examples
from trials.answered import ANSWERED, Answered
from trials.making import joined, post, tree, written
from trials.sent import SENT, Sent
from wirewright import emit
from wirewright.cli import main

pytestmark = [pytest.mark.checkers, pytest.mark.timeout(300)]

PROGRAMS = ("use_petstore.py", "use_health.py", "use_readme.py")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All packages and their programs."""
    folder = tmp_path_factory.mktemp("strict")
    for example in examples.KINDS:
        examples.made(folder, example)
    _as_the_readme_says(folder)
    emit.write({**emit.finished(tree(written(folder / "odd_specs", _odd())), "Odd."), "py.typed": b""}, folder / "odd")
    for package in ("made/petstore", "made/health", "petstore", "odd"):
        assert (folder / package / "py.typed").exists()
    settings = {
        "typeCheckingMode": "strict",
        "include": [*PROGRAMS, "odd"],
        # As for every package of others, whose own parts use each other.
        "executionEnvironments": [
            {"root": "odd", "extraPaths": ["."], "reportPrivateUsage": "none", "reportUnnecessaryIsInstance": "none"},
            {"root": "."},
        ],
    }
    (folder / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    return folder


def _as_the_readme_says(folder: Path) -> None:
    (folder / "use_readme.py").write_text(f'address = "http://x"\n{examples.blocks("python")[0]}', encoding="utf-8")
    (folder / "specs").mkdir()
    shutil.copy(examples.EXAMPLES / "petstore" / "openapi.yaml", folder / "specs")
    with chdir(folder):
        assert main(["init", "petstore"]) == 0
        assert main([]) == 0


def _odd() -> str:
    """One specification of all odd ones; what is answered is sent as well."""
    cases: list[Sent | Answered] = [*SENT, *ANSWERED]
    cases += [
        Sent(case.name, post(case.schema), lambda client: None, {}, case.schemas)
        for case in ANSWERED
        if case.schema and not case.is_alone
    ]
    return joined(cases)


@pytest.mark.parametrize(
    "checker",
    [
        ["mypy", "--strict", "--explicit-package-bases", "--cache-dir", ".cache", *PROGRAMS, "made", "petstore", "odd"],
        ["pyright", "--pythonpath", sys.executable],
        ["basedpyright", "--pythonpath", sys.executable, "--level", "error", *PROGRAMS],
        ["ty", "check", "--python", sys.executable, *PROGRAMS],
        ["pyrefly", "check", "--python-interpreter-path", sys.executable, *PROGRAMS],
    ],
    ids=lambda checker: str(checker[0]),
)
def test_a_checker_accepts_all_of_it(folder: Path, checker: list[str]) -> None:
    found = Path(sys.executable).with_name(checker[0])
    result = subprocess.run([found, *checker[1:]], cwd=folder, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
