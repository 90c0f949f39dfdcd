"""What is made of all the odd specifications passes the strict checkers, all at once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from trials.answered import ANSWERED, Answered
from trials.making import joined, post, tree, written
from trials.sent import SENT, Sent
from wirewright import emit

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package that all of them become; what is answered is sent as well."""
    folder = tmp_path_factory.mktemp("strict")
    cases: list[Sent | Answered] = [*SENT, *ANSWERED]
    cases += [
        Sent(case.name, post(case.schema), lambda client: None, {}, case.schemas)
        for case in ANSWERED
        if case.schema and not case.is_alone
    ]
    made = tree(written(folder / "spec", joined(cases)))
    emit.write({**emit.finished(made, "Odd."), "py.typed": b""}, folder / "made" / "odd")
    return folder / "made"


def test_mypy_accepts_all_of_it(package: Path) -> None:
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(package.parent / "cache"), "odd"]
    result = subprocess.run(command, cwd=package, capture_output=True, text=True, encoding="utf-8", check=False)
    assert result.returncode == 0, result.stdout


def test_pyright_accepts_all_of_it(package: Path) -> None:
    settings = {
        "typeCheckingMode": "strict",
        "include": ["odd"],
        "reportPrivateUsage": "none",
        "reportUnnecessaryIsInstance": "none",
    }
    (package / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "--outputjson"]
    result = subprocess.run(command, cwd=package, capture_output=True, text=True, encoding="utf-8", check=False)
    found = json.loads(result.stdout)["generalDiagnostics"]
    faults = [f"{fault['file'].rpartition('/odd/')[2]}: {fault['message']}" for fault in found]
    assert not faults, "\n".join(faults)
