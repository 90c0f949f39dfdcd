"""`hatchet-py dev` on a module, as a person runs it in a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.programs import ROOT


def environment() -> dict[str, str]:
    """Without the settings of whoever runs the tests."""
    given = {name: value for name, value in os.environ.items() if not name.startswith("HATCHET_CLIENT_")}
    return {**given, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'generated'}"}


@contextmanager
def developing(folder: Path) -> Generator[subprocess.Popen[str]]:
    """`dev tasks` in a folder, killed at the end if it still runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "hatchet", "dev", "tasks"],
        cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=30)


def until(process: subprocess.Popen[str], words: str) -> str:
    """What it says until it says this."""
    assert process.stdout is not None
    said = ""
    while words not in said:
        line = process.stdout.readline()
        assert line, f"it ended: {said}"
        said += line
    return said
