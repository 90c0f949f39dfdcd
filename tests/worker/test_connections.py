"""What a worker does when its connection breaks, goes silent or moves, and when its token is replaced."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hatchet import Context, EmptyModel, Hatchet, WorkerStatus
from hatchet.engine import EmbeddedEngine
from hatchet.transport.io_loop import shared_io_loop
from hatchet.wire import worker_calls
from hatchet.worker import listener
from tests.proxy import Proxy
from tests.reach import config_of
from tests.worker.conftest import wait_until


@pytest.fixture
def _quick_heartbeats(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules in a tenth of the time."""
    monkeypatch.setattr(listener, "HEARTBEAT_PERIOD", 0.4)
    monkeypatch.setattr(worker_calls, "HEARTBEAT_TIMEOUT", 0.5)


def records(caplog: pytest.LogCaptureFixture, words: str) -> list[str]:
    return [record.getMessage() for record in caplog.records if words in record.getMessage()]


@pytest.mark.usefixtures("_quick_heartbeats")
def test_a_cut_connection_is_made_anew_and_said_once_and_no_result_is_lost_or_doubled(
    client: Callable[..., Hatchet], caplog: pytest.LogCaptureFixture
) -> None:
    direct = client()
    executed: list[int] = []
    with Proxy(direct.config.host_port) as proxy, caplog.at_level(logging.INFO, "hatchet"):
        hatchet = client(host_port=proxy.address)

        @hatchet.task(execution_timeout="60s")
        async def slow(input: EmptyModel, ctx: Context) -> int:
            executed.append(ctx.retry_count)
            await asyncio.sleep(0.5)
            return len(executed)

        with hatchet.worker("w", workflows=[slow]) as worker:
            ids = [run.workflow_run_id for run in slow.run_many_no_wait([slow.create_bulk_run_item()] * 20)]
            wait_until(lambda: len(executed) == 20, "all to run")
            proxy.cut()
            for run_id in ids:
                direct.runs.get_run_ref(run_id).result(timeout=30)
            wait_until(lambda: worker.status is WorkerStatus.HEALTHY, "the worker to be back")
    assert executed == [0] * 20
    assert len(records(caplog, "lost its connection")) == 1
    assert len(records(caplog, "listens again")) == 1
    assert worker.undelivered_outcomes == 0


@pytest.mark.usefixtures("_quick_heartbeats")
def test_a_connection_that_goes_silent_is_left_for_a_new_one(
    client: Callable[..., Hatchet], caplog: pytest.LogCaptureFixture
) -> None:
    direct = client()
    executed: list[int] = []
    with Proxy(direct.config.host_port) as proxy, caplog.at_level(logging.INFO, "hatchet"):
        hatchet = client(host_port=proxy.address)

        @hatchet.task()
        async def quick(input: EmptyModel, ctx: Context) -> str:
            executed.append(ctx.retry_count)
            await asyncio.sleep(0.2)
            return "done"

        with hatchet.worker("w", workflows=[quick]) as worker:
            run_id = quick.run_no_wait().workflow_run_id
            wait_until(lambda: executed == [0], "it to run")
            proxy.freeze()
            # Its outcome is on the way when the silent connection is left; it is sent again.
            assert direct.runs.get_run_ref(run_id).result(timeout=20)["quick"] == "done"
            wait_until(lambda: bool(records(caplog, "lost its connection")), "the silence to be noticed")
            wait_until(lambda: worker.status is WorkerStatus.HEALTHY, "the worker to be back")
            assert direct.runs.get_run_ref(quick.run_no_wait().workflow_run_id).result(timeout=20)["quick"] == "done"
            assert proxy.accepted >= 2
    assert executed == [0, 0], "no attempt was executed twice"
    assert len(records(caplog, "lost its connection")) == 1


@pytest.mark.usefixtures("_quick_heartbeats")
@pytest.mark.lost_after(6.0)  # two heartbeats without an answer and a new connection take one, or more if it is busy
def test_a_task_that_was_sent_into_the_silence_is_done_in_the_end_and_one_that_ran_only_once(
    client: Callable[..., Hatchet],
) -> None:
    direct = client()
    executed: list[tuple[str, int]] = []
    release = threading.Event()
    with Proxy(direct.config.host_port) as proxy:
        hatchet = client(host_port=proxy.address)

        @hatchet.task()
        async def quick(input: EmptyModel, ctx: Context) -> str:
            executed.append((ctx.task_run_id, ctx.retry_count))
            return "done"

        @hatchet.task(execution_timeout="60s")
        def long(input: EmptyModel, ctx: Context) -> str:
            executed.append((ctx.task_run_id, ctx.retry_count))
            release.wait(30)
            return "done"

        with hatchet.worker("w", workflows=[quick, long]) as worker:
            first = worker.id
            running = long.run_no_wait().workflow_run_id
            wait_until(lambda: len(executed) == 1, "it to run")
            proxy.freeze()
            lost = direct.stubs.task(name="quick").run_no_wait().workflow_run_id
            wait_until(lambda: worker.id != first and worker.status is WorkerStatus.HEALTHY, "the new id")
            assert direct.stubs.task(name="quick").run() == "done"
            release.set()
            assert direct.runs.get_run_ref(running).result(timeout=20)["long"] == "done"
            assert direct.runs.get_run_ref(lost).result(timeout=20)["quick"] == "done"
    assert [entry for entry in executed if entry[0] == running] == [(running, 0)]
    assert [entry for entry in executed if entry[0] == lost] == [(lost, 1)], "its first attempt never arrived"


@pytest.mark.usefixtures("_quick_heartbeats")
def test_an_engine_that_moves_to_another_address_of_its_name_is_found_again(client: Callable[..., Hatchet]) -> None:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            pass
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    direct = client()
    with Proxy(direct.config.host_port) as first:
        hatchet = client(host_port=f"localhost:{first.port}")

        @hatchet.task()
        async def quick(input: EmptyModel, ctx: Context) -> str:
            return "done"

        with hatchet.worker("w", workflows=[quick]) as worker:
            first.close()
            wait_until(lambda: worker.status is WorkerStatus.UNHEALTHY, "the loss")
            with Proxy(direct.config.host_port, host="::1", port=first.port):
                wait_until(lambda: worker.status is WorkerStatus.HEALTHY, "the worker to be back")
                assert quick.run() == "done"


@pytest.mark.usefixtures("_quick_heartbeats")
def test_a_refused_token_is_read_again_from_its_file(
    engine: EmbeddedEngine, client: Callable[..., Hatchet], tmp_path: Path
) -> None:
    endpoint = engine.endpoint
    file = tmp_path / "token"
    file.write_text(endpoint.token)
    direct = client()
    with Proxy(endpoint.grpc_address) as proxy:
        hatchet = client(token_file=str(file), host_port=proxy.address, server_url=endpoint.server_url)

        @hatchet.task()
        async def quick(input: EmptyModel, ctx: Context) -> str:
            return "done"

        with hatchet.worker("w", workflows=[quick]) as worker:
            # The token in use becomes worthless while a fresh one lies in the file, as when a secret is rotated.
            hatchet.gateway.config.token = endpoint.token[:-4] + "AAAA"
            proxy.cut()
            wait_until(lambda: worker.status is WorkerStatus.UNHEALTHY, "the loss")
            wait_until(lambda: worker.status is WorkerStatus.HEALTHY, "the worker to be back")
            assert quick.run() == "done"
            assert hatchet.config.token == endpoint.token
    assert direct.config.token == endpoint.token


@pytest.mark.usefixtures("_quick_heartbeats")
def test_a_token_that_is_refused_for_good_ends_the_worker_with_the_reason(
    engine: EmbeddedEngine, client: Callable[..., Hatchet]
) -> None:
    from hatchet import WorkerError

    with Proxy(engine.endpoint.grpc_address) as proxy:
        hatchet = client(host_port=proxy.address)

        @hatchet.task()
        async def quick(input: EmptyModel, ctx: Context) -> str:
            return "done"

        worker = hatchet.worker("w", workflows=[quick])
        worker.__enter__()
        hatchet.config.token = "nonsense"
        proxy.cut()
        wait_until(lambda: worker.status is WorkerStatus.STOPPED, "the end")
        with pytest.raises(WorkerError, match="refuses worker 'w' for good"):
            worker.__exit__()


@pytest.mark.usefixtures("_quick_heartbeats")
def test_an_engine_that_says_goodbye_and_comes_back_finds_its_worker(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    io = shared_io_loop()
    first = EmbeddedEngine(tmp_path)
    endpoint = io.block(first.start())
    hatchet = Hatchet(config_of(endpoint))
    executed: list[str] = []

    @hatchet.task()
    async def slow(input: EmptyModel, ctx: Context) -> str:
        executed.append(ctx.task_run_id)
        await asyncio.sleep(1.0)
        return "done"

    with caplog.at_level(logging.INFO, "hatchet"), hatchet.worker("w", workflows=[slow]) as worker:
        run = slow.run_no_wait()
        wait_until(lambda: bool(executed), "it to run")
        io.block(first.stop())  # gRPC's farewell: GOAWAY, then the end of the streams
        wait_until(lambda: worker.status is WorkerStatus.UNHEALTHY, "the loss")
        second = EmbeddedEngine(tmp_path)
        assert io.block(second.start()).grpc_address == endpoint.grpc_address
        assert run.result(timeout=20) == "done"
        assert slow.run() == "done"
    assert len(executed) == 2, "what ran was not executed again"
    assert len(records(caplog, "lost its connection")) == 1
    io.block(hatchet.gateway.close())
    io.block(second.stop())


@pytest.mark.usefixtures("_quick_heartbeats")
def test_each_loss_gives_a_new_id_while_the_first_one_has_a_task_that_goes_on(client: Callable[..., Hatchet]) -> None:
    direct = client()
    began, release = threading.Event(), threading.Event()
    with Proxy(direct.config.host_port) as proxy:
        hatchet = client(host_port=proxy.address)

        @hatchet.task(execution_timeout="5m")
        def long(input: EmptyModel, ctx: Context) -> str:
            began.set()
            release.wait(60)
            return "done"

        with hatchet.worker("w", workflows=[long]) as worker:
            ids = [worker.id]
            run = direct.runs.get_run_ref(long.run_no_wait().workflow_run_id)
            assert began.wait(20)
            for _ in range(3):
                proxy.cut()
                wait_until(lambda: worker.id not in ids and worker.status is WorkerStatus.HEALTHY, "a new id")
                ids.append(worker.id)
            kept: Any = worker._runtime
            wait_until(lambda: len(kept._connection._listeners) == 2, "all but the first and the last id to be let go")
            release.set()
            assert run.result(timeout=20)["long"] == "done"
            wait_until(lambda: len(kept._connection._listeners) == 1, "the first id to be let go")
    assert len(set(ids)) == 4


def test_a_worker_that_leaves_its_stream_every_second_loses_and_doubles_no_assignment(
    client: Callable[..., Hatchet],
) -> None:
    hatchet = client(listener_v2_timeout=1)
    executed: list[tuple[str, int]] = []

    @hatchet.task(execution_timeout="60s")
    async def quick(input: EmptyModel, ctx: Context) -> str:
        executed.append((ctx.task_run_id, ctx.retry_count))
        await asyncio.sleep(0.02)
        return "done"

    with hatchet.worker("w", slots=20, workflows=[quick]) as worker:
        ids = {worker.id}
        runs = 0
        while len(ids) < 5:
            assert quick.run_many([quick.create_bulk_run_item()] * 50) == ["done"] * 50
            runs += 50
            ids.add(worker.id)
    assert len(executed) == len(set(executed)) == runs
    assert {retry_count for _, retry_count in executed} == {0}, "none was handed on"
    assert worker.undelivered_outcomes == 0


def test_a_connection_that_is_lost_before_the_first_heartbeat_is_a_loss_if_it_brought_work(
    client: Callable[..., Hatchet], monkeypatch: pytest.MonkeyPatch
) -> None:
    hatchet = client()
    gateway, io = hatchet.gateway, hatchet.io
    heartbeat = gateway.heartbeat

    async def unanswered(worker_id: str) -> None:
        await heartbeat(worker_id)
        await asyncio.Event().wait()

    @hatchet.task()
    async def job(input: EmptyModel, ctx: Context) -> None: ...

    async def scenario() -> tuple[int, bool]:
        await gateway.put_workflow(job.workflow.definition())
        monkeypatch.setattr(gateway, "heartbeat", unanswered)
        received = asyncio.Event()
        one = listener.Listener(
            gateway, io, name="w", actions=[job.task.action_id], slots={"default": 1}, labels={},
            on_assignment=lambda assignment, worker_id: received.set(),
            unsettled=lambda worker_id: frozenset(),
            on_worker_id=lambda worker_id: None,
        )  # fmt: skip
        await one.register()
        running = asyncio.ensure_future(one.run())
        await job.aio_run_no_wait()
        async with asyncio.timeout(20):
            await received.wait()
            await gateway.unsubscribe(one.worker_id)  # the engine ends the stream
            await one.lost.wait()
        running.cancel()
        return one.reconnects, one.connected.is_set()

    assert io.block(scenario()) == (1, False)
