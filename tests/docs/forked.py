"""Runs programs as `python FILE` does, each in a child of one process that has loaded what they all load.

Loading pydantic and this package takes five times as long as most programs of the guides.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
import traceback
import types
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

PATIENCE = 90  # s for one program
COMMON = """
from pydantic import BaseModel
from hatchet import Context, Hatchet
hatchet = Hatchet.from_embedded(None)
class Name(BaseModel):
    name: str
@hatchet.task()
async def greet(input: Name, ctx: Context) -> str:
    return input.name
with hatchet.worker("first", workflows=[greet]):
    greet.run(Name(name="Ada"))
"""
"""What it loads, nearly all load."""


class Ended(NamedTuple):
    """How a program ended."""

    code: int
    said: str
    complained: str


class Programs:
    """The process that is forked; it ends with its standard input."""

    def __init__(self, root: Path) -> None:
        path = f"{root}{os.pathsep}{root / 'generated'}"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.docs.forked"],
            cwd=root,
            env={**os.environ, "PYTHONPATH": path},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, program: Path) -> Ended:
        """Run a file in its own folder."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(str(program)), file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        assert answer, f"the process that runs programs has ended: {self._process.wait()}"
        said, complained = (program.with_suffix(kind).read_text() for kind in (".out", ".err"))
        return Ended(json.loads(answer), said, complained)

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(PATIENCE)
        self._process.stdout.close()


def _load_what_all_load() -> None:
    reader, writer = os.pipe()
    if (child := os.fork()) == 0:
        exec(compile(COMMON, "common", "exec"), {"__name__": "__main__"})
        os.write(writer, json.dumps(list(sys.modules)).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as names:
        loaded: list[str] = json.load(names)
    os.waitpid(child, 0)
    for name in loaded:
        with suppress(ImportError):  # modules that were made, and not loaded
            importlib.import_module(name)


def _serve() -> Path | None:
    """Fork for each line; gives the program, in the child."""
    for line in sys.stdin:
        program = Path(json.loads(line))
        if (child := os.fork()) == 0:
            return program
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)
    return None


def _become(program: Path) -> types.ModuleType:
    """Be the process of a program: its streams, folder, arguments and time."""
    signal.alarm(PATIENCE)
    sys.stdin.close()
    for stream, kind in ((1, ".out"), (2, ".err")):
        file = os.open(program.with_suffix(kind), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, stream)
        os.close(file)
    os.chdir(program.parent)
    sys.argv, sys.path[0] = [str(program)], str(program.parent)
    main = types.ModuleType("__main__")
    main.__file__ = str(program)
    sys.modules["__main__"] = main
    return main


if __name__ == "__main__":
    _load_what_all_load()
    if (given := _serve()) is not None:
        module = _become(given)
        try:
            exec(compile(given.read_text(), str(given), "exec"), module.__dict__)
        except Exception:
            traceback.print_exc()
            sys.exit(1)
