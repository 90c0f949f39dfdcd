"""The type checkers that users have, each as a function from files to what it refuses in them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


class Finding(NamedTuple):
    """An error that a checker reports."""

    path: Path
    line: int
    rule: str
    message: str


Checker = Callable[[Sequence[Path]], list[Finding]]


def said(*command: str | Path) -> str:
    """What a checker writes; it ends with 1 where it found something."""
    done = subprocess.run([str(part) for part in command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr or done.stdout
    return done.stdout


def mypy(files: Sequence[Path]) -> list[Finding]:
    """mypy, strict."""
    reports = filter(None, said(BIN / "mypy", "--strict", "--output", "json", *files).splitlines())
    errors = [report for report in map(json.loads, reports) if report["severity"] == "error"]
    return [Finding(ROOT / e["file"], e["line"], e["code"] or "", e["message"]) for e in errors]


def pyright(files: Sequence[Path]) -> list[Finding]:
    """pyright, strict."""
    return _pyright("pyright", files)


def basedpyright(files: Sequence[Path]) -> list[Finding]:
    """basedpyright, with the settings of pyright."""
    return _pyright("basedpyright", files)


def _pyright(program: str, files: Sequence[Path]) -> list[Finding]:
    report = json.loads(said(BIN / program, "--outputjson", "--pythonpath", sys.executable, *files))
    assert report["summary"]["filesAnalyzed"] >= len(files)
    errors = [each for each in report["generalDiagnostics"] if each["severity"] == "error"]
    return [Finding(Path(e["file"]), e["range"]["start"]["line"] + 1, e.get("rule", ""), e["message"]) for e in errors]


def ty(files: Sequence[Path]) -> list[Finding]:
    """ty, as it comes."""
    reports: list[Any] = json.loads(
        said(BIN / "ty", "check", "--python", sys.executable, "--output-format=gitlab", *files)
    )
    errors = [each for each in reports if each["severity"] in {"major", "critical", "blocker"}]
    return [Finding(ROOT / e["location"]["path"], _begin(e), e["check_name"], e["description"]) for e in errors]


def _begin(report: Any) -> int:  # Any: JSON
    line: int = report["location"]["positions"]["begin"]["line"]
    return line


def pyrefly(files: Sequence[Path]) -> list[Finding]:
    """pyrefly, strict; but classes need no `@override`."""
    options = ("--preset=strict", "--ignore=missing-override-decorator", "--output-format=json")
    report = json.loads(said(BIN / "pyrefly", "check", *options, "--python-interpreter-path", sys.executable, *files))
    errors = [each for each in report["errors"] if each["severity"] == "error"]
    return [Finding(ROOT / e["path"], e["line"], e["name"], e["description"]) for e in errors]


CHECKERS: tuple[Checker, ...] = (mypy, pyright, basedpyright, ty, pyrefly)
