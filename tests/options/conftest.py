"""One engine in memory for each module, whose calls are noted."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from hatchet import Hatchet
from tests.options.recording import Recorder


@pytest.fixture(scope="module")
def recorded() -> Generator[tuple[Hatchet, Recorder]]:
    client = Hatchet.from_embedded(None, namespace="o")
    yield client, Recorder(client)
    client.stop_embedded()


@pytest.fixture(scope="module")
def hatchet(recorded: tuple[Hatchet, Recorder]) -> Hatchet:
    return recorded[0]


@pytest.fixture
def engine(recorded: tuple[Hatchet, Recorder]) -> Recorder:
    """The engine, with nothing noted of what other tests have sent."""
    recorder = recorded[1]
    recorder.forget()
    return recorder
