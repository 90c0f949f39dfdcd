"""An async task that blocks its loop is reported by name, and costs the worker nothing but its own time."""

from __future__ import annotations

import json
import logging
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable

import pytest

from hatchet import Context, EmptyModel, Hatchet, HealthcheckConfig, WorkerStatus
from tests.worker.conftest import wait_until


def get(port: int | None, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            kind = {"/health": "application/json", "/metrics": "text/plain"}[path]
            assert answer.headers["Content-Type"].partition(";")[0] == kind
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_a_blocking_async_task_is_reported_by_name_and_heartbeats_go_on(
    client: Callable[..., Hatchet], caplog: pytest.LogCaptureFixture
) -> None:
    health = HealthcheckConfig(enabled=True, port=0, bind_address=None, event_loop_block_threshold_seconds=0.3)
    hatchet = client(healthcheck=health)
    answers: list[tuple[int, str]] = []

    @hatchet.task()
    async def blocks(input: EmptyModel, ctx: Context) -> None:
        time.sleep(1.5)  # noqa: ASYNC251  # the fault that this is about

    with caplog.at_level(logging.WARNING, "hatchet"), hatchet.worker("w", workflows=[blocks]) as worker:
        assert get(worker.health_port, "/health")[0] == 200
        run = blocks.run_no_wait()
        wait_until(lambda: "has kept the worker's loop from running" in caplog.text, "the report")
        answers.append(get(worker.health_port, "/health"))
        assert worker.status is WorkerStatus.HEALTHY, "it is still connected"
        run.result()
        wait_until(lambda: get(worker.health_port, "/health")[0] == 200, "health to come back")
    report = next(record.getMessage() for record in caplog.records if "has kept" in record.getMessage())
    assert report.startswith(f"the async task 'blocks' (run {run.workflow_run_id}) has kept")
    assert "test_loop_watch.py" in report
    assert re.search(r"test_loop_watch\.py:\d+ blocks\b", report)
    status, body = answers[0]
    assert status == 503
    assert json.loads(body)["status"] == "UNHEALTHY"
    assert "the worker's loop runs again" in caplog.text


def test_health_and_metrics_tell_slots_times_and_connections(client: Callable[..., Hatchet]) -> None:
    hatchet = client(healthcheck=HealthcheckConfig(enabled=True, port=0, bind_address=None))
    inside: list[dict[str, object]] = []

    @hatchet.task()
    def looks(input: EmptyModel, ctx: Context) -> None:
        inside.append(json.loads(get(worker.health_port, "/health")[1]))

    @hatchet.task()
    async def fails(input: EmptyModel, ctx: Context) -> None:
        raise ValueError

    with hatchet.worker("w", slots=7, workflows=[looks, fails]) as worker:
        looks.run()
        fails.run_many([fails.create_bulk_run_item()] * 2, return_exceptions=True)
        text = get(worker.health_port, "/metrics")[1]
        assert get(worker.health_port, "/else")[0] == 404
        assert worker._runtime is not None
        figures = worker._runtime._figures
        assert figures is not None
        wait_until(lambda: not figures.tasks._received, "the figures to forget what has ended")
    assert inside == [{"status": "HEALTHY", "draining": False, "slots": {"default": {"used": 1, "limit": 7}}}]
    lines = text.splitlines()
    assert 'hatchet_worker_task_run_seconds_count{status="completed",task="looks"} 1.0' in lines
    assert 'hatchet_worker_task_run_seconds_count{status="failed",task="fails"} 2.0' in lines
    assert 'hatchet_worker_task_start_seconds_count{task="looks"} 1.0' in lines
    assert "hatchet_worker_listener_health 1.0" in lines
    assert "hatchet_worker_reconnects_total 0.0" in lines
    assert 'hatchet_worker_slot_limit{slot_pool="default"} 7.0' in lines
    assert any(line.startswith("hatchet_worker_event_loop_lag_seconds ") for line in lines)
    with pytest.raises(urllib.error.URLError):
        get(worker.health_port, "/health")


def test_a_port_that_is_taken_is_named(client: Callable[..., Hatchet]) -> None:
    from hatchet import WorkerError
    from tests.proxy import Proxy

    with Proxy("127.0.0.1:9") as taken:
        hatchet = client(healthcheck=HealthcheckConfig(enabled=True, port=taken.port, bind_address=None))

        @hatchet.task()
        def idle(input: EmptyModel, ctx: Context) -> None: ...

        with pytest.raises(WorkerError, match=f"cannot listen on 127.0.0.1:{taken.port}.*HEALTHCHECK_PORT"):
            hatchet.worker("w", workflows=[idle]).start()
