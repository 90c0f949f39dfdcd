"""Compiles the tests once, before `make test` starts its processes: in a fresh clone each would compile all of them.

That is 11 s of CPU for each process. Where nothing has changed, this looks at the files and does nothing.
"""

from __future__ import annotations

import subprocess
import sys
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from tests.alone import FOLDERS, SETTINGS, files

AT_ONCE = 2


def compiled(file: Path) -> Path:
    """Where pytest keeps the byte code of a test file, which it has changed."""
    plain = Path(cache_from_source(str(file)))
    return plain.with_name(f"{plain.stem}-pytest-{pytest.__version__}.pyc")


def missing() -> list[str]:
    """The test files that are not compiled as they are now."""
    return [
        file
        for file in files(FOLDERS)
        if not compiled(Path(file)).exists() or compiled(Path(file)).stat().st_mtime < Path(file).stat().st_mtime
    ]


def main() -> None:
    """Have them collected, in two processes. What is wrong with a file, the run of the tests says."""
    found = missing()
    command = [sys.executable, "-m", "pytest", *SETTINGS, "--collect-only", "-qq", "-p", "no:cacheprovider"]
    started = [
        subprocess.Popen([*command, *part], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for part in (found[start::AT_ONCE] for start in range(AT_ONCE))
        if part
    ]
    for process in started:
        process.wait()


if __name__ == "__main__":
    main()
