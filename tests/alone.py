"""Runs each test file in a process of its own: `make alone [ARGS="tests/unit"]`. One that needs another first fails."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
FOLDERS = ("tests", "generator/tests")
"""Where test files are."""
SETTINGS = ("-c", "pyproject.toml")
"""For pytest, which takes those of generator/ else, and other names, where all tests are from there."""
NO_TESTS = 5  # how pytest ends when it has found none


class Outcome(NamedTuple):
    """What became of a file."""

    file: str
    code: int
    output: str
    seconds: float


def files(paths: Iterable[str]) -> Iterator[str]:
    """The test files below some folders, and those that are given."""
    for path in map(Path, paths):
        yield from map(str, [path] if path.is_file() else sorted(path.rglob("test_*.py")))


def alone(file: str) -> Outcome:
    """Run one of them."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *SETTINGS, "-n0", "-p", "no:cacheprovider", file],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return Outcome(file, done.returncode, done.stdout + done.stderr, time.monotonic() - began)


def main() -> int:
    """Run them, some at a time; ends with 1 when one fails."""
    parser = argparse.ArgumentParser(prog="python -m tests.alone", description=__doc__)
    parser.add_argument("paths", nargs="*", default=FOLDERS)
    parser.add_argument("--jobs", type=int, default=2, help="how many at a time")
    chosen = parser.parse_args()
    failed: list[str] = []
    with ThreadPoolExecutor(chosen.jobs) as pool:
        for file, code, output, seconds in pool.map(alone, files(chosen.paths)):
            is_fine = code in (0, NO_TESTS)
            print(f"{'ok' if is_fine else 'FAILED'} {seconds:6.1f} s  {file}", flush=True)
            if not is_fine:
                print(output, flush=True)
                failed.append(file)
    print(f"{len(failed)} failed: {' '.join(failed)}" if failed else "each passes alone")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
