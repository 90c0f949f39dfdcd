"""Which tests run a line, and how long they take."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict
from functools import cache
from pathlib import Path

from coverage import CoverageData

from tests.mutants import record

LEFT_OUT = ("tests/typing", "tests/mutants", "tests/docs/test_blocks.py")
"""Tests that start checkers or other processes: what a checker says is asked of it once."""


class Reach:
    """What one run of the whole suite has shown.

    Args:
        folder: where it is kept.
    """

    def __init__(self, folder: Path) -> None:
        self._durations: dict[str, float] = json.loads((folder / "durations.json").read_text())
        self._data = CoverageData(str(folder / "coverage"))
        self._data.read()
        self._paths = {Path(name).relative_to(Path.cwd()).as_posix(): name for name in self._data.measured_files()}

    @classmethod
    def measure(cls, folder: Path) -> Reach:
        """Run the suite; minutes."""
        folder.mkdir(parents=True, exist_ok=True)
        environment = os.environ | {
            record.VARIABLE: str(folder / "durations.json"),
            "COVERAGE_FILE": str(folder / "coverage"),
        }
        command = [sys.executable, "-m", "pytest", "-q", "-n2", "--dist=loadgroup", "-p", "tests.mutants.record"]
        command += ["--cov=hatchet", "--cov=codegen", "--cov-context=test", "--cov-report="]
        command += [f"--ignore={each}" for each in LEFT_OUT]
        # Some tests fail under a tracer, which is slow: those are not asked afterwards.
        subprocess.run([*command, "-W", "ignore::coverage.exceptions.CoverageWarning"], env=environment, check=False)
        return cls(folder)

    @cache  # noqa: B019  # one value, for as long as the run
    def _tests_of(self, path: str) -> dict[int, set[str]]:
        found = defaultdict[int, set[str]](set)
        if path in self._paths:
            for line, contexts in self._data.contexts_by_lineno(self._paths[path]).items():
                found[line] = {each.rpartition("|")[0] for each in contexts if each}
        return found

    def tests(self, path: str, first: int, last: int) -> list[str]:
        """The tests that run any of the lines, the quickest first; of lines that run on import those of the module."""
        lines = self._tests_of(path)
        running = set[str]().union(*(lines.get(line, ()) for line in range(first, last + 1)))
        running = running or set[str]().union(*lines.values())
        return sorted((each for each in running if self.seconds(each) < 60), key=self.seconds)

    def seconds(self, test: str) -> float:
        """How long a test took."""
        return self._durations.get(test, float("inf"))
