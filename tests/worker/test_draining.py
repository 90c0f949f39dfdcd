"""How a worker ends: by itself, in time, and inside of a program."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable

import pytest

from hatchet import Context, DefinitionError, DurableContext, EmptyModel, Hatchet, ResultTimeout, WorkerStatus
from hatchet.worker import runtime
from tests.proxy import Proxy
from tests.worker.conftest import wait_until


def test_running_tasks_have_the_drain_timeout_and_no_more(
    client: Callable[..., Hatchet], caplog: pytest.LogCaptureFixture
) -> None:
    hatchet = client()
    began = threading.Event()
    cancelled = threading.Event()

    @hatchet.task()
    async def endless(input: EmptyModel, ctx: Context) -> None:
        began.set()
        try:
            await asyncio.sleep(600)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    with hatchet.worker("w", workflows=[endless], drain_timeout=0.3) as worker:
        run = endless.run_no_wait()
        assert began.wait(20)
        before = time.monotonic()
    assert time.monotonic() - before < 20
    assert worker.status is WorkerStatus.STOPPED
    assert cancelled.wait(5)
    assert (
        f"had 0.3 s to drain; the engine hands the 1 task runs that it leaves to other workers: {run.workflow_run_id}"
        in caplog.text
    )
    with pytest.raises(ResultTimeout):
        run.result(timeout=0.1)


def test_tasks_that_end_within_the_drain_timeout_deliver_their_results(client: Callable[..., Hatchet]) -> None:
    hatchet = client()
    began = threading.Event()

    @hatchet.task()
    async def short(input: EmptyModel, ctx: Context) -> str:
        began.set()
        await asyncio.sleep(0.5)
        return "done"

    with hatchet.worker("w", workflows=[short], drain_timeout=30):
        run = short.run_no_wait()
        assert began.wait(20)
    assert run.result(timeout=10) == "done"


def test_a_worker_ends_by_itself_after_so_many_tasks(client: Callable[..., Hatchet]) -> None:
    hatchet = client(terminate_worker_after_num_tasks=3)

    @hatchet.task()
    async def quick(input: EmptyModel, ctx: Context) -> str:
        return "done"

    with hatchet.worker("w", workflows=[quick]) as worker:
        assert quick.run_many([quick.create_bulk_run_item()] * 3) == ["done"] * 3
        wait_until(lambda: worker.status is WorkerStatus.STOPPED, "the end")


def test_a_worker_that_is_forced_inside_of_a_program_does_not_end_the_program(client: Callable[..., Hatchet]) -> None:
    hatchet = client()
    began, release = threading.Event(), threading.Event()

    @hatchet.task()
    def endless(input: EmptyModel, ctx: Context) -> None:
        began.set()
        release.wait(60)

    with hatchet.worker("w", workflows=[endless]) as worker:
        endless.run_no_wait()
        assert began.wait(20)
        worker.stop(force=True)
        wait_until(lambda: worker.status is WorkerStatus.STOPPED, "the end")
    release.set()


def test_a_worker_does_not_wait_for_ever_for_an_engine_that_stays_away(
    client: Callable[..., Hatchet], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime, "AWAY_LIMIT", 1.0)
    direct = client()
    began, release = threading.Event(), threading.Event()
    with Proxy(direct.config.host_port) as proxy:
        hatchet = client(host_port=proxy.address)

        @hatchet.task()
        def outlives(input: EmptyModel, ctx: Context) -> str:
            began.set()
            release.wait(30)
            return "done"

        with hatchet.worker("w", workflows=[outlives]) as worker:
            run = outlives.run_no_wait()
            assert began.wait(20)
            proxy.close()
            release.set()
    assert worker.status is WorkerStatus.STOPPED
    assert "has outcomes to deliver, and the engine was away" in caplog.text
    assert run.workflow_run_id in caplog.text


def test_a_negative_drain_timeout_is_refused(client: Callable[..., Hatchet]) -> None:
    with pytest.raises(DefinitionError, match="drain_timeout of worker 'w' is -1"):
        client().worker("w", drain_timeout=-1)


def test_async_handlers_are_cancelled_and_clean_up_when_their_worker_is_forced(client: Callable[..., Hatchet]) -> None:
    hatchet = client()
    began, said = threading.Barrier(4), list[str]()

    async def body(name: str, task: Callable[[], Awaitable[object]]) -> None:
        try:
            await asyncio.to_thread(began.wait, 20)
            await task()
        except asyncio.CancelledError:
            said.append(f"{name} was cancelled")
            raise
        finally:
            said.append(f"{name} has cleaned up")

    @hatchet.task()
    async def sleeps(input: EmptyModel, ctx: Context) -> None:
        await body("sleeps", lambda: asyncio.sleep(60))

    @hatchet.task()
    async def waits(input: EmptyModel, ctx: Context) -> None:
        await body("waits", asyncio.Event().wait)

    @hatchet.durable_task()
    async def durable(input: EmptyModel, ctx: DurableContext) -> None:
        await body("durable", asyncio.Event().wait)

    with hatchet.worker("w", workflows=[sleeps, waits, durable]) as worker:
        for task in (sleeps, waits, durable):
            task.run_no_wait()
        began.wait(20)
        worker.stop(force=True)
    assert sorted(said) == sorted(
        f"{name} {what}" for name in ("sleeps", "waits", "durable") for what in ("was cancelled", "has cleaned up")
    )
    assert worker.was_forced
