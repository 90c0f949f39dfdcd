"""Engines and worker processes; `--engine=env` takes the engine that HATCHET_CLIENT_* names."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from hatchet import ClientConfig, Hatchet
from hatchet.engine import EmbeddedEngine, EngineSettings
from hatchet.transport.io_loop import shared_io_loop
from tests.e2e.programs import DevEngine, GivenEngine, Program, Restartable, settings_for
from tests.forking import Programs
from tests.reach import config_of


@pytest.fixture
def given(request: pytest.FixtureRequest) -> bool:
    """Whether the engine is one that was started for the tests."""
    return bool(request.config.getoption("--engine") == "env")


@pytest.fixture
def namespace() -> str:
    """Names of its own for each test, so that runs on a shared engine do not meet."""
    return f"e{uuid.uuid4().hex[:8]}"


@pytest.fixture
def hatchet(request: pytest.FixtureRequest, given: bool, namespace: str) -> Generator[Hatchet, None, None]:
    """A client; the embedded engine takes a worker for lost after `lost_after` seconds, default 8 instead of 30."""
    if given:
        client = Hatchet(ClientConfig(namespace=namespace))
        yield client
        client.io.block(client.gateway.close())
        return
    marker = request.node.get_closest_marker("lost_after")
    settings = EngineSettings(lost_after_heartbeat=marker.args[0] if marker else 8.0)
    io = shared_io_loop()
    engine = EmbeddedEngine(None, settings=settings)
    client = Hatchet(config_of(io.block(engine.start())))
    yield client
    client.io.block(client.gateway.close())
    io.block(engine.stop())


@pytest.fixture
def start_program(tmp_path: Path, programs: Programs) -> Generator[Callable[..., Program], None, None]:
    """Start a worker process with settings, and wait until it listens; a fresh one where its memory is looked at."""
    started: list[Program] = []

    def start(environment: dict[str, str], ready: bool = True, fresh: bool = False) -> Program:
        one = Program(tmp_path / f"log-{len(started)}", environment, None if fresh else programs)
        started.append(one)
        if ready:
            one.wait_for("ready")
        return one

    yield start
    for one in started:
        one.close()


@pytest.fixture
def program(hatchet: Hatchet, start_program: Callable[..., Program]) -> Callable[..., Program]:
    """Start a worker process of `hatchet`'s engine."""

    def start(ready: bool = True, **environment: str) -> Program:
        return start_program({**settings_for(hatchet), **environment}, ready)

    return start


@pytest.fixture
def dev(tmp_path: Path, programs: Programs) -> Generator[DevEngine, None, None]:
    """`hatchet-py dev`."""
    engine = DevEngine(tmp_path / "data", programs=programs)
    yield engine
    engine.kill()


@pytest.fixture
def restartable(request: pytest.FixtureRequest, given: bool, namespace: str) -> Restartable:
    """An engine to kill and start again."""
    if not given:
        engine: Restartable = request.getfixturevalue("dev")
        return engine
    kill, start = request.config.getoption("--engine-kill"), request.config.getoption("--engine-start")
    if not kill or not start:
        pytest.skip("to restart an engine that is given, say how: --engine-kill=… --engine-start=…")
    return GivenEngine(kill, start, namespace)
