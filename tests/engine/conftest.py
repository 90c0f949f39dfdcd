"""Fixtures for tests of the engine alone."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from hatchet.engine import EmbeddedEngine, MovableClock
from hatchet.engine.hub import Hub
from tests.engine.peer import Peer, connected
from tests.engine.rest_peer import Rest
from tests.engine.serverless import made

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # grpc.aio shares one poller among all event loops of a process; one loop for all tests keeps it quiet.
    for item in items:
        if HERE in item.path.parents and isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.obj):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture
def clock() -> MovableClock:
    """A clock that the test can move."""
    return MovableClock()


@pytest.fixture
def hub() -> Iterator[Hub]:
    """An engine without servers, whose clock moves when it is moved."""
    hub = made()
    yield hub
    hub.turns.close()
    hub.store.close()


@pytest_asyncio.fixture(loop_scope="session")
async def engine(clock: MovableClock) -> AsyncIterator[EmbeddedEngine]:
    """A running engine that keeps nothing."""
    engine = EmbeddedEngine(clock=clock)
    await engine.start()
    yield engine
    await engine.stop(grace=0.1)


@pytest_asyncio.fixture(loop_scope="session")
async def peer(engine: EmbeddedEngine) -> AsyncIterator[Peer]:
    """A client of that engine."""
    async with connected(engine.endpoint) as peer:
        yield peer


@pytest_asyncio.fixture(loop_scope="session")
async def rest(peer: Peer) -> AsyncIterator[Rest]:
    """A client of the REST side of that engine."""
    client = Rest(peer)
    yield client
    await client.http.aclose()
