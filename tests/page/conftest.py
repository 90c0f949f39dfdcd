"""An engine in memory, and someone who visits its page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from hatchet import Hatchet
from tests.page.programs import Shop
from tests.page.visitor import Visitor, visiting


@pytest.fixture
def hatchet() -> Iterator[Hatchet]:
    """A client of an engine of the test's own."""
    with Hatchet.from_embedded(None) as hatchet:
        yield hatchet


@pytest.fixture
async def visitor(hatchet: Hatchet) -> AsyncIterator[Visitor]:
    """Someone whom the page has let in."""
    async with visiting(hatchet) as visitor:
        yield visitor


@pytest.fixture
async def shop(hatchet: Hatchet) -> AsyncIterator[Shop]:
    """Tasks of every kind, with a worker."""
    shop = Shop(hatchet)
    async with shop.worker():
        yield shop
