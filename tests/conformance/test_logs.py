"""What tasks log: by the standard `logging` and by the context, in order, with levels."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Generator
from typing import Any

import pytest

from hatchet import Context, EmptyModel, Hatchet

program = logging.getLogger("a_program.of_somebody")


@pytest.fixture(autouse=True)
def _debug_level() -> Generator[None, None, None]:
    program.setLevel(logging.DEBUG)
    yield
    program.setLevel(logging.NOTSET)


def lines_of(hatchet: Hatchet, run_id: str, number: int) -> list[tuple[str, str]]:
    """Level and message of a run's log, once it has so many lines: an engine may show them with a delay."""
    deadline = time.monotonic() + 30
    while True:
        rows = hatchet.logs.list(run_id).rows or []
        if len(rows) >= number or time.monotonic() > deadline:
            return [(row.level.value if row.level else "", row.message) for row in rows]
        threading.Event().wait(0.2)


def test_records_of_sync_and_async_tasks_reach_the_engine_in_order_with_their_levels(
    hatchet: Hatchet, worker: Any
) -> None:
    @hatchet.task(name="logs-async")
    async def logs_async(input: EmptyModel, ctx: Context) -> None:
        program.debug("first %d", 1)
        program.info("second")
        ctx.log("third")
        program.warning("fourth")
        await ctx.aio_log({"fifth": True})
        try:
            raise ValueError("sixth")
        except ValueError:
            program.exception("it happened")

    @hatchet.task(name="logs-sync")
    def logs_sync(input: EmptyModel, ctx: Context) -> None:
        for number in range(30):
            program.info("line %d", number)
        ctx.log("at the engine", raise_on_error=True)

    program.info("outside of every task")
    with worker(logs_async, logs_sync):
        first, second = logs_async.run_no_wait(), logs_sync.run_no_wait()
        first.result()
        second.result()
    seen = lines_of(hatchet, first.workflow_run_id, 6)
    assert seen[:5] == [
        ("DEBUG", "first 1"),
        ("INFO", "second"),
        ("INFO", "third"),
        ("WARN", "fourth"),
        ("INFO", '{"fifth": true}'),
    ]
    assert seen[5][0] == "ERROR"
    assert seen[5][1].startswith("it happened\nTraceback")
    assert "ValueError: sixth" in seen[5][1]
    assert len(seen) == 6
    assert lines_of(hatchet, second.workflow_run_id, 31) == [
        *(("INFO", f"line {number}") for number in range(30)),
        ("INFO", "at the engine"),
    ]


def test_a_line_that_is_too_long_becomes_several_and_nothing_of_it_is_lost(hatchet: Hatchet, worker: Any) -> None:
    text = "".join(f"{number:09d}\x00" for number in range(2500))

    @hatchet.task(name="logs-long")
    def logs_long(input: EmptyModel, ctx: Context) -> None:
        ctx.log(text)
        ctx.log("")

    with worker(logs_long):
        run = logs_long.run_no_wait()
        run.result()
    seen = [message for _, message in lines_of(hatchet, run.workflow_run_id, 4)]
    assert "".join(seen[:3]) == text.replace("\x00", "\N{SYMBOL FOR NULL}")
    assert [len(message) for message in seen] == [10_000, 10_000, 5_000, 1]


def test_each_attempt_has_its_own_lines(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="logs-retried", retries=1)
    def logs_retried(input: EmptyModel, ctx: Context) -> None:
        program.info("attempt %d", ctx.attempt_number)
        if ctx.retry_count == 0:
            raise ValueError("once more")

    with worker(logs_retried):
        run = logs_retried.run_no_wait()
        run.result()
    lines_of(hatchet, run.workflow_run_id, 2)
    rows = hatchet.logs.list(run.workflow_run_id).rows or []
    assert [(row.message, row.retry_count) for row in rows] == [("attempt 1", 0), ("attempt 2", 1)]
