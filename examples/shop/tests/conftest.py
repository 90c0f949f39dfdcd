"""What the tests of the shop share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from examples.shop import mails
from examples.shop.client import hatchet
from examples.shop.orders import checkout, collect
from hatchet import RateLimitDuration
from hatchet.testing import MemoryEngine


@pytest.fixture(autouse=True)
def server(monkeypatch: pytest.MonkeyPatch) -> mails.Server:
    """A mail server of each test."""
    server = mails.Server()
    monkeypatch.setattr(mails, "server", server)
    return server


@pytest.fixture
def shop(engine: MemoryEngine) -> Iterator[MemoryEngine]:
    """The engine of the test, with a worker of all that is no cron: those come at their time of day."""
    hatchet.rate_limits.put("mails", 100, RateLimitDuration.HOUR)
    with engine.worker(mails.send_mail, checkout, collect):
        yield engine
