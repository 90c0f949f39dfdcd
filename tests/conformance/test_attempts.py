"""Every attempt ends with an outcome, and a cancelled function with its slot."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from hatchet import Context, EmptyModel, Hatchet, NonRetryableError, RetryAfterError, RunFailed, RunStatus, Worker
from tests.conformance.helpers import eventually

StartWorker = Callable[..., AbstractContextManager[Worker]]


class Panic(BaseException):
    """What extensions in other languages raise."""


class NoText(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no text")


RAISED: dict[str, BaseException] = {
    "Panic": Panic("p"),
    "KeyboardInterrupt": KeyboardInterrupt(),
    "SystemExit": SystemExit(3),
    "GeneratorExit": GeneratorExit(),
    "CancelledError": asyncio.CancelledError(),
    "StopIteration": StopIteration(1),
    "BaseExceptionGroup": BaseExceptionGroup("group", [Panic("q")]),
    "NoText": NoText(),
    "OSError": OSError("no such file: caf\udce9.txt\x00"),
    "RetryAfterError": RetryAfterError("at once", after=0),
}


def test_whatever_a_task_raises_is_what_the_run_fails_with(hatchet: Hatchet, worker: StartWorker) -> None:
    @hatchet.task(name="raises-async", execution_timeout="40s")
    async def raises_async(input: str, ctx: Context) -> None:
        raise RAISED[input]

    @hatchet.task(name="raises-sync", execution_timeout="40s")
    def raises_sync(input: str, ctx: Context) -> None:
        raise RAISED[input]

    with worker(raises_async, raises_sync):
        runs = [(kind, task.run_no_wait(kind)) for kind in RAISED for task in (raises_async, raises_sync)]
        for kind, run in runs:
            with pytest.raises(RunFailed) as failed:
                run.result(timeout=30)
            assert failed.value.errors[0].type == kind


def test_a_final_error_in_a_group_is_not_retried(hatchet: Hatchet, worker: StartWorker) -> None:
    attempts: list[int] = []

    @hatchet.task(name="grouped", retries=2)
    async def grouped(input: EmptyModel, ctx: Context) -> None:
        attempts.append(ctx.attempt_number)

        async def fails() -> None:
            raise NonRetryableError("final")

        async with asyncio.TaskGroup() as group:
            group.create_task(fails())

    with worker(grouped), pytest.raises(RunFailed, match="ExceptionGroup"):
        grouped.run()
    assert attempts == [1]


def test_lines_that_are_no_utf_8_are_stored_and_so_are_those_behind_them(
    hatchet: Hatchet, worker: StartWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    @hatchet.task(name="walks")
    def walks(input: EmptyModel, ctx: Context) -> None:
        ctx.log("file caf\udce9.txt")
        for number in range(20):
            ctx.log(f"line {number}")

    with worker(walks) as running:
        run = walks.run_no_wait()
        run.result(timeout=30)
        rows = eventually(lambda: hatchet.logs.list(run.workflow_run_id).rows or [], lambda rows: len(rows) == 21)
        assert running.dropped_log_lines == 0
    lines = [row.message for row in rows]
    assert "file caf\\udce9.txt" in lines
    assert len(lines) == 21


def test_a_cancelled_function_keeps_its_slot_and_the_next_run_is_executed_after_it(
    hatchet: Hatchet, worker: StartWorker, caplog: pytest.LogCaptureFixture
) -> None:
    began, go = threading.Event(), threading.Event()
    running: list[str] = []
    seen: list[list[str]] = []

    @hatchet.task(name="goes-on", execution_timeout="60s")
    def goes_on(input: EmptyModel, ctx: Context) -> None:
        running.append("goes-on")
        began.set()
        go.wait(60)
        running.remove("goes-on")

    @hatchet.task(name="comes-next", execution_timeout="3s")
    def comes_next(input: EmptyModel, ctx: Context) -> str:
        seen.append([*running])
        return "done"

    with caplog.at_level(logging.WARNING, "hatchet"), worker(goes_on, comes_next, slots=1) as one:
        first = goes_on.run_no_wait()
        assert began.wait(30)
        next_one = comes_next.run_no_wait()  # the engine sends it in place of the one that it cancels
        first.cancel()
        shown = eventually(
            lambda: hatchet.workers.get(str(one.id)),
            lambda row: row.status is not None and row.status.value == "PAUSED",
        )
        assert shown.status is not None
        assert shown.status.value == "PAUSED"
        threading.Event().wait(4)  # longer than the time of the next one, which is in the worker and waits
        assert seen == []
        go.set()
        assert next_one.result(timeout=30) == "done"
        assert comes_next.run_no_wait().result(timeout=30) == "done"  # the pause is over
        assert first.status() is RunStatus.CANCELLED
    assert seen == [[], []]
    assert caplog.text.count("it keeps its slot until the function ends") == 1
