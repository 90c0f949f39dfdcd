"""Processes of the tests beside it: workers, and engines that are killed and started again."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from hatchet import ClientConfig, ClientTLSConfig, Hatchet, NotFound
from hatchet.options.specs import RunSpec
from hatchet.wire.requests import Trigger
from tests import forking

ROOT = Path(__file__).parents[2]


def wait_until(condition: Callable[[], bool], what: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        threading.Event().wait(0.02)


class Program:
    """A worker process, and what it has written; without `programs` nothing was loaded before it began."""

    def __init__(self, log: Path, environment: dict[str, str], programs: forking.Programs | None) -> None:
        self.log = log
        log.touch()
        what, settings = ("-m", "tests.e2e.program"), {**environment, "LOG": str(log)}
        self.process: subprocess.Popen[str] | forking.Program
        if programs is None:
            command = [sys.executable, *what]
            environment = {**os.environ, **settings}
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
        else:
            self.process = programs.start(*what, environment=settings)

    def lines(self, start: str = "") -> list[str]:
        return [line for line in self.log.read_text().splitlines() if line.startswith(start)]

    def wait_for(self, what: str, seconds: float = 60, times: int = 1) -> None:
        wait_until(lambda: len(self.lines(what)) >= times, f"{what!r} {times} times in {self.log}", seconds)

    def end(self, seconds: float = 30) -> int:
        code = self.process.wait(seconds)
        self.close()
        return code

    def close(self) -> None:
        if isinstance(self.process, forking.Program):
            self.process.close()
            return
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)
        if self.process.stderr is not None:
            self.process.stderr.close()


def settings_for(hatchet: Hatchet) -> dict[str, str]:
    config = hatchet.config
    return {
        "HATCHET_CLIENT_TOKEN": config.token,
        "HATCHET_CLIENT_TLS_STRATEGY": "none",
        "HATCHET_CLIENT_HOST_PORT": config.host_port,
        "HATCHET_CLIENT_SERVER_URL": config.server_url,
        "HATCHET_CLIENT_NAMESPACE": config.namespace,
    }


def trigger(hatchet: Hatchet, name: str, seconds: float = 0, workflow: str = "job") -> str:
    """Start a run of the program's task; its id. Waits for the program to have registered it."""
    return trigger_many(hatchet, [name], seconds, workflow)[0]


def trigger_many(hatchet: Hatchet, names: list[str], seconds: float = 0, workflow: str = "job") -> list[str]:
    """Start runs of the program's task, as `trigger` does."""
    target = hatchet.config.apply_namespace(workflow)
    runs = [Trigger(target, f'{{"name": "{name}", "seconds": {seconds}}}'.encode(), RunSpec()) for name in names]
    deadline = time.monotonic() + 60
    while True:
        try:
            if len(runs) == 1:
                return [hatchet.io.block(hatchet.gateway.trigger(runs[0]))]
            return hatchet.io.block(hatchet.gateway.bulk_trigger(runs))
        except NotFound:
            assert time.monotonic() < deadline
            threading.Event().wait(0.05)


class Restartable(Protocol):
    """An engine that can be killed and started again, with the data that it had."""

    def client(self) -> Hatchet: ...

    def kill(self) -> None: ...

    def start(self) -> None:
        """Returns when it serves."""
        ...


class DevEngine:
    """`hatchet-py dev` as a process, always on the same ports and data."""

    def __init__(self, data: Path, module: str = "hatchet.cli", programs: forking.Programs | None = None) -> None:
        self.data = data
        self._module = module
        self._programs = programs
        self.ports: list[str] = []
        self.token = ""
        self.start()

    def client(self) -> Hatchet:
        return Hatchet(ClientConfig(token=self.token, tls_config=ClientTLSConfig(strategy="none")))

    def start(self) -> None:
        command = ["-m", self._module, "dev", "--data", str(self.data), *self.ports]
        self.process: subprocess.Popen[str] | forking.Program
        if self._programs is None:
            self.process = subprocess.Popen([sys.executable, *command], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        else:
            self.process = self._programs.start(*command, stderr=2)
        assert self.process.stdout is not None
        said = ""
        while "TLS_STRATEGY" not in said:
            line = self.process.stdout.readline()
            assert line, f"hatchet-py dev ended: {said}"
            said += line
        match = re.search(r"gRPC \S+:(\d+), REST \S+:(\d+)", said)
        token = re.search(r"HATCHET_CLIENT_TOKEN=(\S+)", said)
        assert match
        assert token
        self.ports = ["--grpc-port", match[1], "--api-port", match[2]]
        self.token = token[1]

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(10)
        if isinstance(self.process, forking.Program):
            self.process.close()
        elif self.process.stdout is not None:
            self.process.stdout.close()


class GivenEngine:
    """The engine that HATCHET_CLIENT_* names, killed and started by commands that the test run was given."""

    def __init__(self, kill: str, start: str, namespace: str) -> None:
        self._kill, self._start, self._namespace = kill, start, namespace

    def client(self) -> Hatchet:
        return Hatchet(ClientConfig(namespace=self._namespace))

    def kill(self) -> None:
        subprocess.run(shlex.split(self._kill), check=True, timeout=60)

    def start(self) -> None:
        subprocess.run(shlex.split(self._start), check=True, timeout=120)
        probe = self.client()
        probe.io.block(probe.gateway.engine_version())
        probe.io.block(probe.gateway.close())
