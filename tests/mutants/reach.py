"""Which tests run a line, and how long they take.

What is measured is kept, for each test file with the text that it had then: after a change only the test files that
changed are measured again. Lines of sources that changed since are found by comparison with what they were.
"""

from __future__ import annotations

import ast
import difflib
import hashlib
import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from coverage import CoverageData

from tests.alone import SETTINGS
from tests.mutants import record

LEFT_OUT = (
    "tests/typing",
    "tests/mutants",
    "tests/docs",
    "tests/fuzz",
    "tests/congruence",
    "tests/bench",
    "tests/soak",
)
"""Tests that start checkers or other processes: what a checker says is asked of it once."""
AT_ONCE = 20
"""Test files of one run; what one has measured is kept when the next is interrupted."""
SOURCES = ("hatchet", "generator/src")
WHOLE = (0, 1)
"""How a run of all tests ends: all passed, or some failed. Any other was stopped, and has seen only a part."""


class Measured(NamedTuple):
    """What a test file has shown."""

    durations: dict[str, float]
    """Seconds by test."""
    lines: dict[str, dict[str, list[int]]]
    """By source file and test, the lines that it ran; under the test file itself what any of its fixtures ran."""
    sources: dict[str, str]
    """The names under which the sources were kept, by their paths."""


class Reach:
    """What runs of the suite have shown.

    Args:
        folder: where it is kept.
        tests: the test files, or folders of them, that are asked.
    """

    def __init__(self, folder: Path, tests: list[str]) -> None:
        self._folder = folder
        (folder / "sources").mkdir(parents=True, exist_ok=True)
        files = sorted(file for each in tests for file in _files(Path(each)))
        missing = [file for file in files if not self._place(file).exists()]
        for start in range(0, len(missing), AT_ONCE):
            print(f"measuring test files: {start} of {len(missing)}", flush=True)
            self._measure(missing[start : start + AT_ONCE])
        self._measured = [Measured(*json.loads(self._place(file).read_text())) for file in files]
        self._durations = {test: each for measured in self._measured for test, each in measured.durations.items()}

    def _place(self, file: Path) -> Path:
        return self._folder / f"{file.as_posix().replace('/', '.')}.{_digest(file.read_bytes())}.json"

    def _measure(self, files: list[Path]) -> None:
        """Run some test files; minutes."""
        coverage = self._folder / "coverage"
        coverage.unlink(missing_ok=True)
        notes = self._folder / "durations.json"
        environment = os.environ | {record.VARIABLE: str(notes), "COVERAGE_FILE": str(coverage)}
        command = [
            sys.executable,
            "-m",
            "pytest",
            *SETTINGS,
            "-q",
            "-n2",
            "--dist=loadfile",
            "-p",
            "tests.mutants.record",
        ]
        if any(file.parts[0] == "tests" for file in files):  # whose conftest.py knows it
            command += ["--engine=embedded-in-process"]  # of the ways to an engine the shorter
        command += [*(f"--cov={each}" for each in SOURCES), "--cov-context=test", "--cov-report=", *map(str, files)]
        # Some tests fail under a tracer, which is slow: those are not asked afterwards.
        command += ["-W", "ignore::coverage.exceptions.CoverageWarning"]
        ended = subprocess.run(command, env=environment, check=False).returncode
        if ended not in WHOLE:
            sys.exit(f"the tests could not be measured: pytest ended with {ended}")
        durations: dict[str, float] = json.loads(notes.read_text())
        kept = {source.as_posix(): self._keep(source) for each in SOURCES for source in Path(each).rglob("*.py")}
        lines = dict(_lines(coverage))
        for file in files:
            own = {test: seconds for test, seconds in durations.items() if test.split("::")[0] == file.as_posix()}
            shown = {
                source: found
                for source, of_source in lines.items()
                if (found := {of: numbers for of, numbers in of_source.items() if of in own or of == file.as_posix()})
            }
            measured = Measured(own, shown, {source: kept[source] for source in shown})
            self._place(file).write_text(json.dumps(measured))

    def _keep(self, source: Path) -> str:
        text = source.read_bytes()
        name = _digest(text)
        (self._folder / "sources" / name).write_bytes(text)
        return name

    @cache  # noqa: B019  # one value, for as long as the run
    def _tests_of(self, path: str) -> dict[int, set[str]]:
        found = defaultdict[int, set[str]](set)
        for measured in self._measured:
            if path in measured.lines:
                now = self._today(path, measured.sources[path])
                for test, lines in measured.lines[path].items():
                    for line in lines:
                        if line in now:
                            found[now[line]].add(test)
        return found

    @cache  # noqa: B019  # as above
    def _today(self, path: str, name: str) -> dict[int, int]:
        """Where the lines of a source are now that were there when it was measured, counted from 1."""
        before = (self._folder / "sources" / name).read_text().splitlines()
        blocks = difflib.SequenceMatcher(None, before, Path(path).read_text().splitlines(), autojunk=False)
        return {a + n + 1: b + n + 1 for a, b, size in blocks.get_matching_blocks() for n in range(size)}

    def tests(self, path: str, first: int, last: int) -> list[str]:
        """The tests that run any of the lines, the quickest first.

        What runs on import, runs in whichever test imports it first. So of the head of a function it is the tests that
        run its body; of a constant or a class, those that run a line of any module which has its name, and those of
        test files that have it; where there are none, those of the module. Of a function it is also those of the
        constants that are made with it.
        """
        lines = self._tests_of(path)
        place = _place(path, first)
        if isinstance(place, range):
            running = self._tests_with(_made_with(path, first))
            running = running.union(*(lines.get(line, ()) for line in {*place, *range(first, last + 1)}))
        else:
            running = self._tests_with(place)
        running = running or set[str]().union(*lines.values())
        files = {each for each in running if "::" not in each}
        running |= {test for test in self._durations if test.split("::")[0] in files}
        return sorted((each for each in running if self.seconds(each) < 60), key=self.seconds)

    def _tests_with(self, names: list[str]) -> set[str]:
        """The tests that run a line with one of these names, or whose file has it."""
        if not names:
            return set()
        pattern = re.compile(rf"\b({'|'.join(map(re.escape, names))})\b")
        found = {test for test in self._durations if pattern.search(_text(test.split("::")[0]))}
        for each in SOURCES:
            for source in Path(each).rglob("*.py"):
                if pattern.search(_text(source.as_posix())):
                    lines = self._tests_of(source.as_posix())
                    numbered = enumerate(_text(source.as_posix()).splitlines(), 1)
                    found |= set[str]().union(*(lines.get(n, ()) for n, line in numbered if pattern.search(line)))
        return found

    def seconds(self, test: str) -> float:
        """How long a test took."""
        return self._durations.get(test, float("inf"))


def _place(path: str, line: int) -> range | list[str]:
    """The lines that run when a line takes effect; or the names of the class or constants that it is a part of."""
    tree = ast.parse(_text(path))
    if around := _around(tree, line):
        inner = around[-1]
        is_head = line < inner.body[0].lineno
        return range(inner.body[0].lineno, (inner.end_lineno or 0) + 1) if is_head else range(line, line + 1)
    for node in tree.body:
        if node.lineno <= line <= (node.end_lineno or 0):
            return [node.name] if isinstance(node, ast.ClassDef) else _stored(node)
    return []


def _around(tree: ast.Module, line: int) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The functions that a line is in, the innermost last."""
    functions = [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]
    around = [each for each in functions if _first(each) <= line <= (each.end_lineno or 0)]
    return sorted(around, key=lambda each: each.lineno)


def _made_with(path: str, line: int) -> list[str]:
    """The constants of any module that are made, on import, with the function that a line is in."""
    names = {each.name for each in _around(ast.parse(_text(path)), line)}
    made: list[str] = []
    for source in (source for each in SOURCES for source in Path(each).rglob("*.py")):
        if any(name in _text(source.as_posix()) for name in names):
            for node in ast.parse(_text(source.as_posix())).body:
                if any(isinstance(each, ast.Name) and each.id in names for each in ast.walk(node)):
                    made += _stored(node)
    return made


def _stored(node: ast.stmt) -> list[str]:
    """The constants that a statement makes; not what its comprehensions count with."""
    if not isinstance(node, ast.Assign | ast.AnnAssign):
        return []
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)]


def _first(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return min([function.lineno, *(each.lineno for each in function.decorator_list)])


@cache
def _text(path: str) -> str:
    return Path(path).read_text() if Path(path).exists() else ""


def _files(place: Path) -> Iterator[Path]:
    for file in [place] if place.is_file() else place.rglob("test_*.py"):
        if not file.as_posix().startswith(LEFT_OUT):
            yield file


def _lines(coverage: Path) -> Iterator[tuple[str, dict[str, list[int]]]]:
    data = CoverageData(str(coverage))
    data.read()
    for name in data.measured_files():
        if not name.endswith(".py"):  # a template, which Jinja compiles
            continue
        of_tests = defaultdict[str, list[int]](list)
        for line, contexts in data.contexts_by_lineno(name).items():
            # A fixture of a file runs for the first of its tests, and all of them may show what went wrong in it.
            for each in {_whose(each) for each in contexts if each}:
                of_tests[each].append(line)
        yield Path(name).relative_to(Path.cwd()).as_posix(), of_tests


def _whose(context: str) -> str:
    test, _, part = context.rpartition("|")
    return test.split("::")[0] if part == "setup" else test


def _digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()[:16]
