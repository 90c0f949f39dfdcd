"""What is kept of a failed call keeps no connection open, and a call that is tried again goes by the newest one."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
from collections.abc import Awaitable, Callable, Generator

import pytest

from hatchet import Hatchet, TenacityConfig
from hatchet.transport import retry
from tests.fakes.engine import FakeEngine, Step
from tests.fakes.world import assignment

LIMIT = 10.0  # s
Call = Callable[[Hatchet], Awaitable[object]]


@pytest.fixture(scope="module")
def engine() -> Generator[FakeEngine]:
    with FakeEngine() as engine:
        yield engine


@pytest.fixture
def _no_garbage_collector(monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """What goes without it goes at once; and pytest's records, which keep errors, are not made."""
    monkeypatch.setattr(logging.getLogger("hatchet"), "propagate", False)
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


async def emptied(files: int) -> None:
    """Wait until no more files are open than there were."""
    async with asyncio.timeout(LIMIT):
        while open_files() > files:
            await asyncio.sleep(0.01)


async def events_of_a_run(hatchet: Hatchet) -> object:
    return [event async for event in hatchet.runs.get_run_ref("00000000-0000-4000-8000-000000000001").stream()]


async def result(hatchet: Hatchet) -> object:
    return await hatchet.runs.get_run_ref("00000000-0000-4000-8000-000000000001").aio_result()


async def raw_stream(hatchet: Hatchet) -> object:
    async def read() -> object:
        return [each async for each in hatchet.gateway.metadata_events("key", "value")]

    return await hatchet.io.run(read())


async def assignments(hatchet: Hatchet) -> object:
    async def read() -> object:
        return [each async for each in hatchet.gateway.listen("w")]

    return await hatchet.io.run(read())


async def version(hatchet: Hatchet) -> object:
    return await hatchet.aio_get_engine_version()


async def push(hatchet: Hatchet) -> object:
    return await hatchet.event.aio_push("key", {"id": 1})


async def workers(hatchet: Hatchet) -> object:
    return await hatchet.workers.aio_list()


CALLS: list[Call] = [events_of_a_run, result, raw_stream, assignments, version, push, workers]
FAILURES = [
    Step(status="INTERNAL", acts=False),
    Step(status="PERMISSION_DENIED", acts=False),
    Step(half=True),
    Step(never=True, acts=False),
]


@pytest.mark.usefixtures("_no_garbage_collector")
@pytest.mark.parametrize("failure", FAILURES, ids=["internal", "refused", "unreadable", "cancelled"])
@pytest.mark.parametrize("call", CALLS)
async def test_errors_that_are_kept_keep_no_connection(engine: FakeEngine, call: Call, failure: Step) -> None:
    world = engine.play()
    for method in world.grpc:
        engine.script.always(method, failure)
    for verb in ("GET", "POST"):
        engine.script.always(verb, Step(status="500") if failure.status else failure)
    await failed(engine, call, failure)  # what a process opens once is open then
    gc.collect()
    files = open_files()
    kept = await failed(engine, call, failure)
    await emptied(files)
    assert kept.done()


async def failed(engine: FakeEngine, call: Call, failure: Step) -> asyncio.Future[object]:
    """A call of a client of its own that has failed, or was cancelled as it waited or after some tries."""
    before = len(engine.script.calls)
    hatchet = engine.client(request_timeout=20, tenacity=TenacityConfig(max_attempts=1))
    task = asyncio.ensure_future(call(hatchet))
    tries = 1 if failure.never else 4
    async with asyncio.timeout(LIMIT):
        while not task.done() and len(engine.script.calls) < before + tries:
            if not engine.world.assignments:  # an earlier stream may have taken it
                engine.world.assignments.append(assignment(1, "t:t"))
            await asyncio.sleep(0.005)
    task.cancel()
    await asyncio.wait([task])
    await hatchet.aio_close()
    return task


async def test_a_call_that_is_tried_again_goes_by_the_channel_that_there_is_then(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry.Backoff, "wait", lambda self, failures: 0.05)
    engine.play({"GetVersion": [Step(never=True, acts=False)]})
    async with engine.client() as hatchet:
        call = asyncio.ensure_future(hatchet.aio_get_engine_version())
        while not engine.script.count("GetVersion"):
            await asyncio.sleep(0.005)
        await hatchet.io.run(hatchet.gateway.channel.renew())
        async with asyncio.timeout(LIMIT):
            assert await call == "v0.101.27"
    assert engine.script.count("GetVersion") == 2
