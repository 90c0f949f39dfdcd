"""`dev MODULE`: an engine and a worker that begins anew when a file changes, in a folder that `init` made."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hatchet.cli.starting import FILES
from tests.e2e.developing import developing, until
from tests.forking import Programs

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


TRIGGER = ("-m", "hatchet", "runs", "trigger", "greet", "--input", '{"name": "Ada"}', "--wait", "--json")


@pytest.fixture
def greeted(folder: Path, programs: Programs) -> Callable[[], str]:
    def greeted() -> str:
        done = programs.run(*TRIGGER, folder=folder)
        assert done.code == 0, done.complained
        text: str = json.loads(done.said)["output"]["greet"]["text"]
        return text

    return greeted


def test_a_change_of_a_file_is_in_the_next_run(
    folder: Path, dev: subprocess.Popen[str], greeted: Callable[[], str]
) -> None:
    until(dev, "greet: greet")
    assert greeted() == "Hello, Ada!"
    tasks = folder / "tasks.py"
    tasks.write_text(tasks.read_text().replace("Hello", "Good morning"))
    assert "changed: tasks.py; the worker begins anew" in until(dev, "greet: greet")
    assert greeted() == "Good morning, Ada!"
    tasks.write_text("this is no Python")
    until(dev, "it begins anew when a file changes")
    tasks.write_text(FILES["tasks.py"])
    until(dev, "greet: greet")
    assert greeted() == "Hello, Ada!"
    dev.send_signal(signal.SIGTERM)
    assert dev.wait(60) == 0
