"""Log lines beyond what the queue holds are dropped and counted, and never hold up the task."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable

import pytest

from hatchet import Context, EmptyModel, Hatchet

program = logging.getLogger("noisy")


def test_what_does_not_fit_is_dropped_counted_and_told_in_the_log_itself(
    client: Callable[..., Hatchet], caplog: pytest.LogCaptureFixture
) -> None:
    hatchet = client(log_queue_size=10)
    number = 2000
    taken: list[float] = []

    @hatchet.task()
    def noisy(input: EmptyModel, ctx: Context) -> None:
        began = time.perf_counter()
        for line in range(number):
            program.warning("line %d", line)
        taken.append(time.perf_counter() - began)

    with hatchet.worker("w", workflows=[noisy]) as worker:
        run = noisy.run_no_wait()
        run.result()
    dropped = worker.dropped_log_lines
    rows = hatchet.logs.list(run.workflow_run_id, limit=10_000).rows or []
    notices = [row.message for row in rows if "were dropped here" in row.message]
    lines = [row.message for row in rows if "were dropped here" not in row.message]
    assert dropped > 0
    assert len(lines) + dropped == number
    assert sum(int(re.split(" ", notice)[0]) for notice in notices) == dropped
    assert lines == sorted(lines, key=lambda line: int(line.split()[1])), "they are in order"
    assert "the queue of log lines is full" in caplog.text


def test_capture_can_be_turned_off_or_narrowed_to_a_logger(client: Callable[..., Hatchet]) -> None:
    off = client(disable_log_capture=True, namespace="off")
    narrow = client(logger=logging.getLogger("noisy.only"), namespace="narrow")

    def body(input: EmptyModel, ctx: Context) -> None:
        program.warning("by the program")
        logging.getLogger("noisy.only.this").warning("by a part of it")
        ctx.log("by the context", raise_on_error=True)

    seen: list[list[str]] = []
    for hatchet in (off, narrow):
        task = hatchet.task(name="speaks")(body)
        with hatchet.worker("w", workflows=[task]):
            run = task.run_no_wait()
            run.result()
        seen.append([row.message for row in hatchet.logs.list(run.workflow_run_id).rows or []])
    assert seen == [["by the context"], ["by a part of it", "by the context"]]
    assert "Capture" not in [type(handler).__name__ for handler in logging.getLogger().handlers]


def test_lines_wait_for_an_engine_that_is_away_and_arrive_in_order(client: Callable[..., Hatchet]) -> None:
    from tests.proxy import Proxy

    direct = client()
    with Proxy(direct.config.host_port) as proxy:
        hatchet = client(host_port=proxy.address)

        @hatchet.task(execution_timeout="60s")
        def speaks(input: EmptyModel, ctx: Context) -> None:
            program.warning("before")
            proxy.close()
            for line in range(50):
                program.warning("meanwhile %d", line)
            proxy.reopen()

        with hatchet.worker("w", workflows=[speaks]) as worker:
            run = direct.runs.get_run_ref(speaks.run_no_wait().workflow_run_id)
            run.result(timeout=60)
        rows = direct.logs.list(run.workflow_run_id).rows or []
    expected = ["before", *(f"meanwhile {line}" for line in range(50))]
    seen = [row.message for row in rows]
    # One whose answer was lost with the connection may be there twice, one after the other.
    assert [line for number, line in enumerate(seen) if line not in seen[:number]] == expected
    assert worker.dropped_log_lines == 0
