"""Starting the measured programs, and what the parts of the benchmark share."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_BYTE_CODE = tempfile.TemporaryDirectory(prefix="bench-byte-code-")
TIMEOUT = 120  # s; a program that hangs ends the benchmark with an error


def environment() -> dict[str, str]:
    """The environment without settings of a client, without gRPC's own log, and with byte code of its own.

    A machine may forbid Python to write byte code; then imports would be measured with the time to compile them.
    """
    clean = {key: value for key, value in os.environ.items() if not key.startswith("HATCHET_")}
    clean.pop("PYTHONDONTWRITEBYTECODE", None)
    paths = os.pathsep.join([str(ROOT), str(ROOT / "generated")])
    return {**clean, "GRPC_VERBOSITY": "NONE", "PYTHONPATH": paths, "PYTHONPYCACHEPREFIX": _BYTE_CODE.name}


def start(*arguments: str) -> subprocess.Popen[str]:
    """A Python program with pipes to its input and output."""
    return subprocess.Popen(
        [sys.executable, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=environment(),
    )


def run(*arguments: str, settings: Mapping[str, str] | None = None, timeout: float = TIMEOUT) -> str:
    """What a Python program prints, given settings of a client, in so many seconds at most."""
    return subprocess.run(
        [sys.executable, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**environment(), **(settings or {})},
        timeout=timeout,
        check=True,
    ).stdout


def say(what: str) -> None:
    """Progress, on a terminal only: the table is all that is left."""
    if sys.stderr.isatty():
        print(f"\r\033[K{what} …", end="", file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Figure:
    """The middle of some measurements, and the best of them: how far apart they are is the noise."""

    median: float
    best: float

    @classmethod
    def of(cls, values: Sequence[float], *, more_is_better: bool = False) -> Figure:
        """Of one figure for each round."""
        return cls(statistics.median(values), max(values) if more_is_better else min(values))
