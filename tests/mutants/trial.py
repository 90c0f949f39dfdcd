"""One mutant: the tests that run its lines, then the checkers."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests.alone import SETTINGS
from tests.mutants.reach import Reach
from tests.mutants.sites import Site

FIRST = 15.0  # s of tests that are tried together first: most mutants end there
ALL = 120.0  # s of tests that are tried at most
SLOWER = 6.0  # times that a test may take what it took when it was measured, before it counts as hanging
LEAST = 20.0  # s that each test may take
ALWAYS = ["tests/architecture"]  # tests of the text, which run no lines
LIMIT = 300.0  # s after which a run of tests, or of a checker, counts as hanging


class Mutant(NamedTuple):
    """A change of a file."""

    path: str
    site: Site


class Verdict(NamedTuple):
    """What became of a mutant."""

    mutant: Mutant
    caught_by: str
    """`tests`, a checker, or nothing."""


class Workshop:
    """A copy of the project in which mutants are tried, one after the other.

    Args:
        folder: the copy; made anew.
        reach: which tests run which lines.
    """

    def __init__(self, folder: Path, reach: Reach) -> None:
        self._folder = folder
        self._reach = reach
        folder.mkdir(parents=True)
        archive = subprocess.run(["git", "archive", "HEAD"], stdout=subprocess.PIPE, check=True).stdout
        subprocess.run(["tar", "-x", "-C", str(folder)], input=archive, check=True)
        (folder / ".venv").symlink_to(Path(sys.prefix))

    def ready(self) -> None:
        """The checkers accept what is not changed; and know it, so that they are quick from then on."""
        for name, command in self._checkers("hatchet/__init__.py"):
            if self._run(command) != 0:
                raise SystemExit(f"{name} refuses the project as it is")

    def judge(self, mutant: Mutant) -> Verdict:
        """Try it; the file is as it was afterwards."""
        file = self._folder / mutant.path
        original = file.read_bytes()
        file.write_bytes(mutant.site.apply(original))
        try:
            return Verdict(mutant, self._caught_by(mutant))
        finally:
            file.write_bytes(original)

    def _caught_by(self, mutant: Mutant) -> str:
        quick, slow = self._parts(self._reach.tests(mutant.path, mutant.site.first, mutant.site.last))
        if self._is_caught(quick):
            return "tests"
        for name, command in self._checkers(mutant.path):
            if self._run(command) != 0:
                return name
        return "tests" if self._is_caught(slow) or self._is_caught(ALWAYS) else ""

    def _parts(self, tests: list[str]) -> tuple[list[str], list[str]]:
        quick: list[str] = []
        slow: list[str] = []
        spent = 0.0
        for test in tests:
            spent += self._reach.seconds(test)
            if spent < ALL:
                (slow if spent > FIRST else quick).append(test)
        return quick, slow

    def _is_caught(self, tests: list[str]) -> bool:
        if not tests:
            return False
        listed = self._folder / "mutants.tests"
        listed.write_text("\n".join(tests))
        longest = max((self._reach.seconds(test) for test in tests if test not in ALWAYS), default=LEAST)
        timeout = f"--timeout={max(LEAST, SLOWER * longest):.0f}"
        command = [sys.executable, "-m", "pytest", *SETTINGS, "-x", "-q", "-n0", timeout, f"@{listed}"]
        return self._run(command) != 0

    def _checkers(self, path: str) -> list[tuple[str, list[str]]]:
        found = [("mypy", [sys.executable, "-m", "mypy", "hatchet", "generator/src"])]
        if path.startswith("hatchet/"):
            found.append(("pyright", [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, path]))
        else:
            found.append(("the generated code", [sys.executable, "-m", "codegen", "--check"]))
        return found

    def _run(self, command: list[str]) -> int:
        # What is started, also by a test elsewhere, imports the copy and not what is installed.
        paths = os.pathsep.join(str(self._folder / each) for each in ("", "generated", "generator/src"))
        # A group of its own: what a test has started ends with it.
        process = subprocess.Popen(
            command,
            cwd=self._folder,
            env=os.environ | {"PYTHONPATH": paths},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            return process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            return -1
        finally:
            with contextlib.suppress(ProcessLookupError):  # nothing is left of it
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
