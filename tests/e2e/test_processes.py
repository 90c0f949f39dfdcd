"""Workers and engines as processes: signals, kills, restarts."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import IO

import pytest

from hatchet import ClientConfig, ClientTLSConfig, Hatchet, RunStatus
from hatchet.embedded import EmbeddedHandle
from hatchet.engine import EmbeddedEngine, EngineSettings
from hatchet.transport.io_loop import shared_io_loop

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.timeout(120), pytest.mark.xdist_group("processes")]


class Program:
    """A worker process, and what it has written."""

    def __init__(self, log: Path, environment: dict[str, str]) -> None:
        self.log = log
        log.touch()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.program"],
            cwd=ROOT,
            env={**os.environ, **environment, "LOG": str(log)},
            stderr=subprocess.PIPE,
            text=True,
        )

    def lines(self) -> list[str]:
        return self.log.read_text().splitlines()

    def wait_for(self, what: str, seconds: float = 60) -> None:
        wait_until(lambda: any(line.startswith(what) for line in self.lines()), f"{what!r} in {self.log}", seconds)

    def end(self, seconds: float = 30) -> int:
        code = self.process.wait(seconds)
        self.close()
        return code

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)
        stderr: IO[str] | None = self.process.stderr
        if stderr is not None:
            stderr.close()


def wait_until(condition: Callable[[], bool], what: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        threading.Event().wait(0.02)


def settings_for(hatchet: Hatchet) -> dict[str, str]:
    return {"HATCHET_CLIENT_TOKEN": hatchet.config.token, "HATCHET_CLIENT_TLS_STRATEGY": "none"}


@pytest.fixture
def hatchet() -> Generator[Hatchet, None, None]:
    """An engine that takes a worker for lost after two seconds instead of thirty."""
    io = shared_io_loop()
    engine = EmbeddedEngine(None, settings=EngineSettings(lost_after_heartbeat=2.0))
    handle = EmbeddedHandle(io.block(engine.start()), engine, io)
    client = Hatchet(handle.config(None))
    yield client
    client.io.block(client.gateway.close())
    io.block(handle.stop())


@pytest.fixture
def program(hatchet: Hatchet, tmp_path: Path) -> Generator[Callable[..., Program], None, None]:
    started: list[Program] = []

    def start(**environment: str) -> Program:
        one = Program(tmp_path / f"log-{len(started)}", {**settings_for(hatchet), **environment})
        started.append(one)
        return one

    yield start
    for one in started:
        one.close()


def trigger(hatchet: Hatchet, name: str, seconds: float = 0, workflow: str = "job") -> str:
    """Start a run of the program's task; its id. Waits for the program to have registered it."""
    from hatchet import NotFound
    from hatchet.options.specs import RunSpec
    from hatchet.wire.requests import Trigger

    data = f'{{"name": "{name}", "seconds": {seconds}}}'.encode()
    deadline = time.monotonic() + 60
    while True:
        try:
            return hatchet.io.block(hatchet.gateway.trigger(Trigger(workflow, data, RunSpec())))
        except NotFound:
            assert time.monotonic() < deadline
            threading.Event().wait(0.05)


@pytest.mark.parametrize("workflow", ["job", "sync_job"])
def test_sigterm_drains_the_running_task_finishes_and_its_result_arrives(
    hatchet: Hatchet, program: Callable[..., Program], workflow: str
) -> None:
    worker = program()
    run = trigger(hatchet, "long", 1.5, workflow)
    worker.wait_for("began long")
    worker.process.send_signal(signal.SIGTERM)
    result = hatchet.runs.get_run_ref(run).result(timeout=30)
    assert str(result[workflow]).startswith("long")
    assert worker.end() == 0
    assert worker.lines()[-2:] == ["ended long 0", "stopped 0"]


def test_a_draining_worker_takes_nothing_new_and_the_next_one_does(
    hatchet: Hatchet, program: Callable[..., Program]
) -> None:
    first = program(SLOTS="1")
    running = trigger(hatchet, "running", 1.5)
    first.wait_for("began running")
    waiting = trigger(hatchet, "waiting")
    first.process.send_signal(signal.SIGTERM)
    assert first.end() == 0
    assert "began waiting 0" not in first.lines()
    second = program()
    assert str(hatchet.runs.get_run_ref(waiting).result(timeout=60)["job"]) == f"waiting by {second.process.pid}"
    assert hatchet.runs.get_run_ref(running).status() is RunStatus.COMPLETED


@pytest.mark.parametrize("workflow", ["job", "sync_job"])
def test_a_second_signal_forces(hatchet: Hatchet, program: Callable[..., Program], workflow: str) -> None:
    worker = program()
    trigger(hatchet, "endless", 100, workflow)
    worker.wait_for("began endless")
    worker.process.send_signal(signal.SIGTERM)
    shown = [row.metadata.id for row in hatchet.workers.list().rows or []]

    def is_paused() -> bool:
        return any(
            seen.status is not None and seen.status.value == "PAUSED" for seen in map(hatchet.workers.get, shown)
        )

    wait_until(is_paused, "the worker to drain")
    worker.process.send_signal(signal.SIGTERM)
    assert worker.end(20) == 1
    assert "ended endless 0" not in worker.lines()


def test_a_killed_worker_s_task_is_handed_to_another(hatchet: Hatchet, program: Callable[..., Program]) -> None:
    first = program()
    run = trigger(hatchet, "handed-over", 3)
    first.wait_for("began handed-over 0")
    first.process.kill()
    second = program()
    result = hatchet.runs.get_run_ref(run).result(timeout=60)
    assert result["job"] == f"handed-over by {second.process.pid}"
    assert second.lines().count("ended handed-over 1") == 1


def test_a_worker_without_an_engine_ends_with_the_reason(program: Callable[..., Program], tmp_path: Path) -> None:
    worker = program(HATCHET_CLIENT_HOST_PORT="127.0.0.1:9")
    assert worker.process.stderr is not None
    words = worker.process.stderr.read()
    assert worker.end(60) == 1
    assert "WorkerError" in words
    assert "cannot be reached" in words


def test_a_worker_with_a_refused_token_ends_with_the_reason(hatchet: Hatchet, program: Callable[..., Program]) -> None:
    worker = program(HATCHET_CLIENT_TOKEN=hatchet.config.token[:-4] + "AAAA")
    assert worker.process.stderr is not None
    words = worker.process.stderr.read()
    assert worker.end(60) == 1
    assert "refused the token" in words


class Engine:
    """`hatchet dev` as a process, always on the same ports and data."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.ports: list[str] = []
        self.token = ""
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "hatchet.cli", "dev", "--data", str(self.data), *self.ports]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        said = ""
        while "TLS_STRATEGY" not in said:
            line = self.process.stdout.readline()
            assert line, f"hatchet dev ended: {said}"
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
        if self.process.stdout is not None:
            self.process.stdout.close()


@pytest.fixture
def dev(tmp_path: Path) -> Generator[Engine, None, None]:
    engine = Engine(tmp_path / "data")
    yield engine
    engine.kill()


def test_an_engine_that_was_killed_goes_on_with_what_it_had_accepted(dev: Engine, tmp_path: Path) -> None:
    hatchet = Hatchet(ClientConfig(token=dev.token, tls_config=ClientTLSConfig(strategy="none")))
    worker = Program(tmp_path / "log", {**settings_for(hatchet), "SLOTS": "3"})
    try:
        runs = [trigger(hatchet, f"job{number}", 1.0) for number in range(8)]
        worker.wait_for("began job2")
        dev.kill()
        dev.start()
        for number, run in enumerate(runs):
            result = hatchet.runs.get_run_ref(run).result(timeout=60)
            assert result["job"] == f"job{number} by {worker.process.pid}"
        lines = worker.lines()
        assert sorted(line for line in lines if line.startswith("ended")) == sorted(
            f"ended job{number} 0" for number in range(8)
        ), lines
        worker.process.send_signal(signal.SIGTERM)
        assert worker.end() == 0
    finally:
        worker.close()
        hatchet.io.block(hatchet.gateway.close())


def test_a_result_is_waited_for_across_a_restart_of_the_engine(dev: Engine, tmp_path: Path) -> None:
    hatchet = Hatchet(ClientConfig(token=dev.token, tls_config=ClientTLSConfig(strategy="none")))
    worker = Program(tmp_path / "log", settings_for(hatchet))
    try:
        run = trigger(hatchet, "survives", 2)
        worker.wait_for("began survives")
        outcome: list[object] = []
        waiter = threading.Thread(
            target=lambda: outcome.append(hatchet.runs.get_run_ref(run).result(timeout=60)["job"])
        )
        waiter.start()
        for _ in range(2):
            dev.kill()
            dev.start()
        waiter.join(60)
        assert outcome == [f"survives by {worker.process.pid}"]
    finally:
        worker.close()
        hatchet.io.block(hatchet.gateway.close())


def test_a_fork_before_the_first_call_works_and_one_after_it_is_told_what_to_do(dev: Engine) -> None:
    program = """
import os, sys
from hatchet import ClientConfig, ClientTLSConfig, Hatchet, HatchetError
hatchet = Hatchet(ClientConfig(token=sys.argv[1], tls_config=ClientTLSConfig(strategy="none")))
def ask(who):
    try:
        print(who, hatchet.io.block(hatchet.gateway.engine_version()), flush=True)
    except HatchetError as error:
        print(who, error, flush=True)
for who in ("early", "late"):
    if (child := os.fork()) == 0:
        ask(who)
        os._exit(0)
    os.waitpid(child, 0)
    ask("parent")
"""
    done = subprocess.run(
        [sys.executable, "-c", program, dev.token], capture_output=True, text=True, timeout=60, check=True
    )
    early, parent, late, again = done.stdout.splitlines()
    assert early.startswith("early v")
    assert parent.startswith("parent v")
    assert "forked from one that was connected" in late
    assert "spawn" in late
    assert again == parent


def test_two_programs_share_the_engine_of_one_folder(dev: Engine) -> None:
    joined = Hatchet.from_embedded(dev.data)
    assert joined.config.host_port.endswith(dev.ports[1])
    joined.stop_embedded()
    assert dev.process.poll() is None
