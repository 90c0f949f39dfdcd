"""Type tests: what must be accepted by mypy and pyright, and what both must reject, where and why."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
MARK = re.compile(r"# reject: (\S+) (\S+)$")

pytestmark = pytest.mark.timeout(240)  # a checker reads pydantic and grpc first


def run(*command: str) -> str:
    """What a checker says."""
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr or done.stdout
    return done.stdout


def mypy_errors(path: Path) -> dict[int, set[str]]:
    """Error codes by line."""
    found: dict[int, set[str]] = defaultdict(set)
    output = run("mypy", "--strict", "--hide-error-context", "--no-error-summary", str(path.relative_to(ROOT)))
    for line in output.splitlines():
        if match := re.match(r"(\S+?):(\d+): error: .*\[([a-z-]+)\]$", line):
            assert match[1] == str(path.relative_to(ROOT)), line
            found[int(match[2])].add(match[3])
    return found


def pyright_errors(path: Path, *options: str) -> dict[int, set[str]]:
    """Rules by line."""
    found: dict[int, set[str]] = defaultdict(set)
    report = json.loads(run("pyright", "--outputjson", "--pythonpath", sys.executable, *options))
    assert report["summary"]["filesAnalyzed"] > 0
    for diagnostic in report["generalDiagnostics"]:
        if diagnostic["severity"] == "error":
            assert diagnostic["file"] == str(path), diagnostic
            found[diagnostic["range"]["start"]["line"] + 1].add(diagnostic["rule"])
    return found


def expectations(path: Path) -> dict[int, tuple[str, str]]:
    """Marked lines, with the mypy code and the pyright rule that they name."""
    lines = enumerate(path.read_text().splitlines(), 1)
    return {number: (match[1], match[2]) for number, line in lines if (match := MARK.search(line))}


ACCEPTED = HERE / "accepted" / "declarations.py"
REJECTED = HERE / "rejected" / "misuse.py"


def test_mypy_strict_accepts_what_an_application_writes() -> None:
    assert mypy_errors(ACCEPTED) == {}


def test_pyright_strict_accepts_what_an_application_writes() -> None:
    assert pyright_errors(ACCEPTED, str(ACCEPTED.relative_to(ROOT))) == {}


def test_mypy_rejects_each_misuse_and_nothing_else() -> None:
    expected = {line: {code} for line, (code, _) in expectations(REJECTED).items()}
    assert len(expected) > 20
    assert {line: codes & expected.get(line, codes) for line, codes in mypy_errors(REJECTED).items()} == expected


def test_pyright_rejects_each_misuse_and_nothing_else() -> None:
    expected = {line: {rule} for line, (_, rule) in expectations(REJECTED).items()}
    found = pyright_errors(REJECTED, "--project", str(REJECTED.parent / "pyrightconfig.json"))
    assert {line: rules & expected.get(line, rules) for line, rules in found.items()} == expected
