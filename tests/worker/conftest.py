"""A worker on an embedded engine of its own, seen from inside the process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from typing import Any

import pytest

from hatchet import Hatchet
from hatchet.engine import EmbeddedEngine, EngineSettings
from hatchet.transport.io_loop import shared_io_loop
from tests.reach import config_of


def wait_until(condition: Callable[[], bool], what: str | Callable[[], str], seconds: float = 30) -> None:
    """Wait for something that other threads bring about."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s for {what if isinstance(what, str) else what()}"
        threading.Event().wait(0.01)


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> Generator[EmbeddedEngine, None, None]:
    """An engine in memory; it takes a worker for lost after `lost_after` seconds."""
    marker = request.node.get_closest_marker("lost_after")
    settings = EngineSettings(lost_after_heartbeat=marker.args[0]) if marker else EngineSettings()
    io = shared_io_loop()
    engine = EmbeddedEngine(None, settings=settings)
    io.block(engine.start())
    yield engine
    io.block(engine.stop())


@pytest.fixture
def client(engine: EmbeddedEngine) -> Generator[Callable[..., Hatchet], None, None]:
    """Make a client of it with settings."""
    made: list[Hatchet] = []

    def make(**settings: Any) -> Hatchet:
        if "token_file" in settings:
            settings = {"token": None, **settings}
        hatchet = Hatchet(config_of(engine.endpoint, **settings))
        made.append(hatchet)
        return hatchet

    yield make
    for hatchet in made:
        hatchet.io.block(hatchet.gateway.close())
