"""Tests that are to wait for each other do so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.queues import FIRST, QUEUES, queue_of, turn_of

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("pattern", [*QUEUES, *FIRST])
def test_a_pattern_is_that_of_tests_that_there_are(pattern: str) -> None:
    folders = (ROOT / "tests", ROOT / "generator" / "tests")
    files = [path.relative_to(ROOT).as_posix() for folder in folders for path in folder.rglob("test_*.py")]
    assert any(re.match(pattern, f"{file}::test_it[{name}]") for file in files for name in ("mypy", "grpc"))


def test_tests_share_a_queue_by_file_or_by_what_they_share() -> None:
    assert queue_of("tests/e2e/test_guests.py::test_a[1]") == queue_of("tests/e2e/test_processes.py::test_b")
    assert queue_of("tests/typing/test_types.py::test_a[mypy]") == queue_of("tests/typing/test_types.py::test_b[mypy]")
    assert queue_of("tests/typing/test_types.py::test_a[ty]") != queue_of("tests/typing/test_types.py::test_a[mypy]")
    assert queue_of("tests/unit/test_calls.py::test_a[a::b]") == queue_of("tests/unit/test_calls.py::test_b")
    assert queue_of("tests/unit/test_calls.py::test_a") != queue_of("tests/unit/test_clock.py::test_a")


def test_what_takes_long_begins_first() -> None:
    files = ["e2e/test_kills.py", "e2e/test_soak.py", "unit/test_calls.py", "unit/test_clock.py"]
    turns = [turn_of(f"tests/{file}::test_a[1]") for file in files]
    assert turns == [0, 2, len(FIRST), len(FIRST)]
