"""A worker process of a soak, which is started again when it ends by itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from hatchet import Hatchet
from tests.e2e.programs import ROOT, settings_for


class SupervisedWorker:
    """The worker of a module, as a supervisor keeps it.

    A worker that starts while the engine is away gives up after a few tries, and so ends. `tend` starts it again.
    """

    def __init__(self, module: str, hatchet: Hatchet, log: Path, errors: Path) -> None:
        """`log` is the file LOG of the module; what the worker writes to standard error is added to `errors`."""
        self._module = module
        self._environment = {**os.environ, **settings_for(hatchet), "LOG": str(log)}
        self._errors = errors
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        with self._errors.open("ab") as file:
            return subprocess.Popen([sys.executable, "-m", self._module], cwd=ROOT, env=self._environment, stderr=file)

    def tend(self) -> None:
        """Start it again if it has ended."""
        if self._process.poll() is not None:
            self._process = self._start()

    def restart(self) -> None:
        """Kill it, and start it again."""
        self.kill()
        self._process = self._start()

    def kill(self) -> None:
        """It ends at once, whatever it does."""
        self._process.kill()
        self._process.wait(10)
