"""What is made of all the odd specifications passes the strict checkers, all at once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from codegen import emit
from tests.codegen.odd.making import get, post, tree, written
from tests.codegen.odd.test_right import ANSWERED, SENT

# One process makes the packages for both checkers.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.xdist_group("odd-strict")]
SHARED = ("base", "checks", "errors", "runtime")


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a package for each specification that is turned into one."""
    folder = tmp_path_factory.mktemp("strict")
    given = [(case.paths, case.schemas) for case in SENT]
    for case in ANSWERED:
        paths = get(case.schema or "{}")
        if case.content:
            paths = paths[: paths.index("        content:")] + f"        content: {case.content}"
        given.append((paths, case.schemas))
        if case.schema:
            given.append((post(case.schema), case.schemas))
    for number, (paths, schemas) in enumerate(given):
        made = tree(written(folder / "specs" / str(number), paths, schemas))
        if number:
            # They are the same in each, and one is enough to look at.
            made |= {f"rest/{name}.py": f"from odd_0.rest.{name} import *\n".encode() for name in SHARED}
        emit.write({"__init__.py": b"", "py.typed": b"", **made}, folder / "made" / f"odd_{number}")
    return folder / "made"


def test_mypy_accepts_all_of_it(packages: Path) -> None:
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(packages.parent / "cache"), "."]
    result = subprocess.run(command, cwd=packages, capture_output=True, text=True, encoding="utf-8", check=False)
    assert result.returncode == 0, result.stdout


def test_pyright_accepts_all_of_it(packages: Path) -> None:
    settings = {
        "typeCheckingMode": "strict",
        "include": ["."],
        "reportPrivateUsage": "none",
        "reportUnnecessaryIsInstance": "none",
    }
    (packages / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "--outputjson"]
    result = subprocess.run(command, cwd=packages, capture_output=True, text=True, encoding="utf-8", check=False)
    found = json.loads(result.stdout)["generalDiagnostics"]
    assert [f"{fault['file'].rpartition('/odd_')[2]}: {fault['message']}" for fault in found] == []
