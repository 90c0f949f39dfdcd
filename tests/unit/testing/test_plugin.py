"""The pytest plugin, as a project that uses the package meets it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROJECT = """
from pydantic import BaseModel
from hatchet import Context, RunFailed
import pytest

class Name(BaseModel):
    name: str

def test_a_task(hatchet, worker):
    @hatchet.task()
    def greet(input: Name, ctx: Context) -> str:
        return f"hello {input.name}"

    with worker(greet, slots=2):
        assert greet.run(Name(name="Ada")) == "hello Ada"

def test_engines_are_apart(hatchet, worker):
    assert hatchet.workflows.list().rows == []

"""


def test_a_project_s_tests_get_an_engine_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "test_project.py").write_text(PROJECT)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", str(tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "2 passed" in done.stdout, done.stdout + done.stderr
