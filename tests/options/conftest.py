"""One engine in memory for each module, whose calls are noted."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from hatchet import Hatchet
from tests.options.recording import Recorder


@pytest.fixture(scope="module")
def hatchet() -> Generator[Hatchet]:
    client = Hatchet.from_embedded(None, namespace="o")
    yield client
    client.stop_embedded()


@pytest.fixture(scope="module")
def engine(hatchet: Hatchet) -> Recorder:
    return Recorder(hatchet)
