"""What becomes due while nothing can be stored happens afterwards, although nobody asks for anything any more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from hatchet.engine import MovableClock
from tests.engine.peer import PATIENCE, Peer, errors, task
from tests.engine.rules.test_batches import batched, members
from tests.engine.rules.test_conditions import pair, sleeps
from tests.engine.rules.test_rate_limits import put, running, using
from tests.engine.storage.test_trouble import Disk, served

Case = Callable[[Peer], AbstractAsyncContextManager[float]]


@asynccontextmanager
async def a_retry_after_a_backoff(peer: Peer) -> AsyncIterator[float]:
    await peer.put("w", task("w", workflow="w", retries=1, backoff_factor=2.0, backoff_max_seconds=60))
    worker = await peer.worker("w:w")
    await peer.trigger("w")
    await worker.fail(await worker.next())
    yield 5
    assert (await worker.next()).retry_count == 1


@asynccontextmanager
async def the_end_of_what_nobody_takes(peer: Peer) -> AsyncIterator[float]:
    await peer.put("w", task("w", workflow="w", schedule_timeout="30s"))
    run_id = await peer.trigger("w")
    result = asyncio.create_task(peer.result(run_id))
    await asyncio.sleep(0)
    await peer.details(run_id)  # so the subscription has come
    yield 31
    assert errors(await result) == {"w": ""}  # as of one that was cancelled


@asynccontextmanager
async def a_sleep_in_a_workflow(peer: Peer) -> AsyncIterator[float]:
    second = task("second", workflow="dag", parents=["first"])
    sleeps(second, "1m")
    worker = await pair(peer, "dag", second)
    await peer.trigger("dag")
    await worker.complete(await worker.next())
    yield 61
    assert (await worker.next()).task_name == "second"


@asynccontextmanager
async def a_batch_that_is_not_full(peer: Peer) -> AsyncIterator[float]:
    worker = await batched(peer, "many", 10, 5000)
    run_ids = await peer.trigger_many("many", 2)
    yield 6
    assert {*members(await worker.next())} == {*run_ids}


@asynccontextmanager
async def a_rate_limit_that_fills_again(peer: Peer) -> AsyncIterator[float]:
    await put(peer, "k", 1)
    worker = await using(peer, "w", {"key": "k", "units": 1}, schedule_timeout="1h")
    runs = [await peer.trigger("w") for _ in range(2)]
    assert (await worker.next()).workflow_run_id == runs[0]
    assert await running(peer, *runs) == 1
    yield 61
    assert (await worker.next()).workflow_run_id == runs[1]


CASES: list[Case] = [
    a_retry_after_a_backoff,
    the_end_of_what_nobody_takes,
    a_sleep_in_a_workflow,
    a_batch_that_is_not_full,
    a_rate_limit_that_fills_again,
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
async def test_what_is_due_in_trouble_happens_afterwards_without_a_request(clock: MovableClock, case: Case) -> None:
    async with served(None, clock) as (peer, disk), case(peer) as seconds:
        disk.fill()
        clock.advance(seconds)
        await tried(disk)
        disk.empty()


async def tried(disk: Disk) -> None:
    """The engine has found that it can store nothing."""
    async with asyncio.timeout(PATIENCE):
        while not disk.hub.turns._in_trouble:
            await asyncio.sleep(0.005)
