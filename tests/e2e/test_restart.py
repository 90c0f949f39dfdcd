"""An engine that is restarted finds everything that hung on it: waits, streams and workers."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack

import pytest

from hatchet import Context, EmptyModel, RunEvent, StreamEventType, WorkflowRunEventType
from tests.e2e.programs import Restartable

pytestmark = pytest.mark.timeout(300)

BACK_WITHIN = 10.0  # s after the engine serves again until everything goes on: what this client promises
WAITS, STREAMS, WORKERS = 200, 50, 20


async def test_waits_streams_and_workers_go_on_within_ten_seconds_of_a_restart(restartable: Restartable) -> None:
    hatchet = restartable.client()
    watched, released = asyncio.Event(), asyncio.Event()
    held_back: set[str] = set()
    unheard: set[str] = set()

    @hatchet.task(name="held", execution_timeout="5m")
    async def held(input: EmptyModel, ctx: Context) -> str:
        await watched.wait()
        while ctx.workflow_run_id in unheard:  # a real engine begins to listen up to two seconds late
            await ctx.aio_put_stream("here")
            await asyncio.sleep(0.2)
        held_back.add(ctx.workflow_run_id)  # from here on it asks the engine for nothing
        await released.wait()
        await ctx.aio_put_stream("released")
        return "done"

    def told(events: list[RunEvent]) -> set[object]:
        return {event.type for event in events}

    async with AsyncExitStack() as stack:
        workers = [
            await stack.enter_async_context(hatchet.worker(f"w{number}", slots=20, workflows=[held]))
            for number in range(WORKERS)
        ]
        refs = await held.aio_run_many_no_wait([held.create_bulk_run_item()] * WAITS)
        unheard.update(ref.workflow_run_id for ref in refs[:STREAMS])
        watched.set()
        waits = [asyncio.ensure_future(ref.aio_result()) for ref in refs]
        events: list[list[RunEvent]] = [[] for _ in range(STREAMS)]

        async def listen(number: int) -> None:
            async with refs[number].stream() as stream:
                async for event in stream:
                    events[number].append(event)
                    unheard.discard(refs[number].workflow_run_id)

        streams = [asyncio.ensure_future(listen(number)) for number in range(STREAMS)]
        # A real engine leaves what waits in a queue to its leases for a minute after a kill: all are to be held first.
        async with asyncio.timeout(60):
            while len(held_back) < WAITS:
                await asyncio.sleep(0.05)
        await asyncio.to_thread(restartable.kill)
        await asyncio.to_thread(restartable.start)
        back = time.monotonic()
        released.set()
        assert await asyncio.gather(*waits) == ["done"] * WAITS
        waited = time.monotonic() - back
        while not all(worker.status.name == "HEALTHY" for worker in workers):
            assert time.monotonic() - back < BACK_WITHIN, [worker.status for worker in workers]
            await asyncio.sleep(0.05)
        recovered = time.monotonic() - back
        await asyncio.gather(*streams)
        ended = time.monotonic() - back
        # A real engine that was killed gives out nothing new until its leases have run out, a minute later.
        assert await held.aio_run() == "done"
    assert max(waited, recovered, ended) < BACK_WITHIN
    for each in events:
        assert StreamEventType.STREAM_EVENT_TYPE_GAP in told(each)
    # Those that were connected again before the end of the run have been told of it.
    assert any(WorkflowRunEventType.WORKFLOW_RUN_EVENT_TYPE_COMPLETED in told(each) for each in events)
