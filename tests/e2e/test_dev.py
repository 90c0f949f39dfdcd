"""`dev MODULE`: an engine and a worker that begins anew when a file changes, in a folder that `init` made."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hatchet.cli.starting import FILES
from tests.e2e.developing import developing, environment, until

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def dev(folder: Path) -> Iterator[subprocess.Popen[str]]:
    with developing(folder) as process:
        yield process


def greeted(folder: Path) -> str:
    command = [
        sys.executable,
        "-m",
        "hatchet",
        "runs",
        "trigger",
        "greet",
        "--input",
        '{"name": "Ada"}',
        "--wait",
        "--json",
    ]
    done = subprocess.run(
        command, cwd=folder, env=environment(), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    text: str = json.loads(done.stdout)["output"]["greet"]["text"]
    return text


def test_a_change_of_a_file_is_in_the_next_run(folder: Path, dev: subprocess.Popen[str]) -> None:
    until(dev, "greet: greet")
    assert greeted(folder) == "Hello, Ada!"
    tasks = folder / "tasks.py"
    tasks.write_text(tasks.read_text().replace("Hello", "Good morning"))
    assert "changed: tasks.py; the worker begins anew" in until(dev, "greet: greet")
    assert greeted(folder) == "Good morning, Ada!"
    tasks.write_text("this is no Python")
    until(dev, "it begins anew when a file changes")
    tasks.write_text(FILES["tasks.py"])
    until(dev, "greet: greet")
    assert greeted(folder) == "Hello, Ada!"
    dev.send_signal(signal.SIGTERM)
    assert dev.wait(60) == 0
