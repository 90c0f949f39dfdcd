"""Every attempt ends with an outcome, at once, whatever its code does."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Callable, Generator
from typing import Annotated, Any, NoReturn

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hatchet import Context, Depends, EmptyModel, Hatchet, Hook, RunFailed, Standalone, TaskEnd, Worker
from tests.unit.worker.test_outcomes import LEAVES, Tree, built, numbers
from tests.worker.conftest import wait_until

REPORTED_WITHIN = 1.0  # s


def raised(tree: Tree) -> NoReturn:
    raise built(tree)


class Broken(Hook):
    """A hook whose every moment raises what is no Exception."""

    def task_started(self, ctx: Context[Any]) -> None:
        raise ValueError("a hook")

    def task_ended(self, ctx: Context[Any], end: TaskEnd) -> None:
        raise SystemExit("a hook")


@pytest.fixture
def kinds(client: Callable[..., Hatchet]) -> Generator[dict[str, Standalone[list[Any], int]], None, None]:
    """Tasks that raise what their input describes, each in another place; their worker runs."""
    hatchet = client()

    @hatchet.task(execution_timeout="30s")
    async def in_async(input: list[Any], ctx: Context) -> int:
        await asyncio.sleep(0)
        return raised(input[0])

    @hatchet.task(execution_timeout="30s")
    def in_sync(input: list[Any], ctx: Context) -> int:
        return raised(input[0])

    def sync_dependency(input: list[Any], ctx: Context) -> int:
        return raised(input[0])

    async def async_dependency(input: list[Any], ctx: Context) -> int:
        return raised(input[0])

    @contextlib.contextmanager
    def leaving(input: list[Any], ctx: Context) -> Generator[int, None, None]:
        yield 1
        raised(input[0])

    @contextlib.contextmanager
    def passing(input: list[Any], ctx: Context) -> Generator[int, None, None]:
        yield 1

    @hatchet.task(execution_timeout="30s")
    async def in_sync_dependency(input: list[Any], ctx: Context, n: Annotated[int, Depends(sync_dependency)]) -> int:
        return n

    @hatchet.task(execution_timeout="30s")
    def in_async_dependency(input: list[Any], ctx: Context, n: Annotated[int, Depends(async_dependency)]) -> int:
        return n

    @hatchet.task(execution_timeout="30s")
    async def in_leaving(input: list[Any], ctx: Context, n: Annotated[int, Depends(leaving)]) -> int:
        return n

    @hatchet.task(execution_timeout="30s")
    def through_manager(input: list[Any], ctx: Context, n: Annotated[int, Depends(passing)]) -> int:
        return raised(input[0])

    tasks = [in_async, in_sync, in_sync_dependency, in_async_dependency, in_leaving, through_manager]
    with hatchet.worker("w", workflows=tasks, slots=2) as worker:
        yield {task.name: task for task in tasks}
        assert worker.undelivered_outcomes == 0


def test_whatever_a_handler_raises_is_reported_within_a_second_and_the_worker_takes_the_next(
    kinds: dict[str, Standalone[list[Any], int]],
) -> None:
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.sampled_from(sorted(kinds)),
        st.recursive(
            st.integers(0, len(LEAVES) - 1), lambda parts: st.lists(parts, min_size=1, max_size=3), max_leaves=6
        ),
    )
    def check(place: str, tree: Tree) -> None:
        began = time.monotonic()
        with pytest.raises(RunFailed) as failed:
            kinds[place].run([tree])
        assert time.monotonic() - began < REPORTED_WITHIN * 5  # a busy machine; the timeout of the task is 30 s
        assert failed.value.errors[0].type != "HatchetError"
        assert numbers(tree)

    check()


def test_a_coroutine_that_a_task_started_may_exit_and_the_worker_goes_on(
    client: Callable[..., Hatchet], caplog: pytest.LogCaptureFixture
) -> None:
    hatchet = client()

    @hatchet.task()
    async def gathers(input: str, ctx: Context) -> None:
        async def leaves() -> None:
            raise {"exit": SystemExit(3), "interrupt": KeyboardInterrupt()}[input]

        if input == "exit":
            await asyncio.gather(leaves(), asyncio.sleep(0.01))
        else:
            async with asyncio.TaskGroup() as group:
                group.create_task(leaves())

    with hatchet.worker("w", workflows=[gathers]):
        for kind, name in (("exit", "SystemExit"), ("interrupt", "KeyboardInterrupt")):
            with pytest.raises(RunFailed) as failed:
                gathers.run(kind)
            assert name in failed.value.errors[0].traceback
    assert "a coroutine that a task had started raised SystemExit(3); the worker goes on" in caplog.text


def test_hooks_that_fail_leave_an_outcome(client: Callable[..., Hatchet], caplog: pytest.LogCaptureFixture) -> None:
    hatchet = Hatchet(client().config, hooks=[Broken()])

    @hatchet.task()
    async def fine(input: EmptyModel, ctx: Context) -> int:
        return 1

    with hatchet.worker("w", workflows=[fine]), pytest.raises(RunFailed, match="SystemExit: a hook"):
        fine.run()
    assert "a hook failed at the end of task 'fine'" in caplog.text
    hatchet.io.block(hatchet.gateway.close())


def test_an_outcome_that_no_message_can_be_made_of_fails_the_attempt_at_once(client: Callable[..., Hatchet]) -> None:
    hatchet = client(grpc_max_send_message_length=200_000)

    @hatchet.task(retries=2)
    async def large(input: EmptyModel, ctx: Context) -> str:
        return "x" * 300_000

    with hatchet.worker("w", workflows=[large]), pytest.raises(RunFailed, match="PayloadTooLarge"):
        large.run()


log = logging.getLogger("tests.attempts")


def lines_of(hatchet: Hatchet, run_id: str) -> list[str]:
    return [line.message for line in hatchet.logs.list(run_id).rows or []]


class Odd:
    def __str__(self) -> str:
        raise RuntimeError


def test_a_record_that_cannot_be_sent_costs_nothing_but_itself(
    client: Callable[..., Hatchet], monkeypatch: pytest.MonkeyPatch
) -> None:
    faulty: list[logging.LogRecord] = []
    monkeypatch.setattr(logging.Handler, "handleError", lambda handler, record: faulty.append(record))
    monkeypatch.setattr(log, "propagate", False)  # pytest could not hand on what it would capture
    hatchet = client(logger=log)
    log.setLevel(logging.INFO)

    @hatchet.task()
    def writes(input: EmptyModel, ctx: Context) -> None:
        log.info("before")
        log.info("file %s", "caf\udce9.txt")
        log.info("too %s", "few", "many")
        log.info("odd %s", Odd())
        for created in (float("nan"), float("inf"), 1e30):
            record = log.makeRecord(log.name, logging.INFO, "f", 1, "no time", (), None)
            record.created = created
            log.handle(record)
        ctx.log("half a \ud800 character")
        ctx.log("nul \x00")
        log.info("after")

    with hatchet.worker("w", workflows=[writes]) as worker:
        run = writes.run_no_wait()
        run.result(timeout=20)
        wait_until(lambda: "after" in lines_of(hatchet, run.workflow_run_id), "the last line")
        lines = lines_of(hatchet, run.workflow_run_id)
        assert worker.dropped_log_lines == 0
    assert "file caf\\udce9.txt" in lines
    assert sum("could not be formatted" in line for line in lines) == 5
    assert len(faulty) == 5
    assert "half a \\ud800 character" in lines
    assert len(lines) == 10


def test_a_line_that_no_message_can_be_made_of_is_counted_and_the_next_ones_are_sent(
    client: Callable[..., Hatchet], caplog: pytest.LogCaptureFixture
) -> None:
    hatchet = client(grpc_max_send_message_length=2000)

    @hatchet.task()
    def writes(input: EmptyModel, ctx: Context) -> None:
        ctx.log("x" * 5000)
        ctx.log("after")

    with hatchet.worker("w", workflows=[writes]) as worker:
        run = writes.run_no_wait()
        run.result(timeout=20)
        wait_until(lambda: lines_of(hatchet, run.workflow_run_id) == ["after"], "the last line")
        assert worker.dropped_log_lines == 1
    assert "could not be stored" in caplog.text


# -- slots of cancelled functions


def held(worker: Worker) -> bool:
    runtime: Any = worker._runtime  # pyright: ignore[reportPrivateUsage]
    return bool(runtime.is_paused)


@pytest.mark.parametrize("how", ["cancelled", "timed out"])
def test_a_cancelled_sync_function_keeps_its_slot_and_what_comes_meanwhile_is_executed_after_it(
    client: Callable[..., Hatchet], caplog: pytest.LogCaptureFixture, how: str
) -> None:
    hatchet = client()
    began, go = threading.Event(), threading.Event()
    at_once: list[int] = []
    running = 0

    def note(change: int) -> None:
        nonlocal running
        running += change
        at_once.append(running)

    @hatchet.task(execution_timeout="2s" if how == "timed out" else "60s")
    def goes_on(input: EmptyModel, ctx: Context) -> None:
        note(1)
        began.set()
        go.wait(30)
        note(-1)

    @hatchet.task(execution_timeout="2s")
    def short(input: EmptyModel, ctx: Context) -> str:
        note(1)
        note(-1)
        return "done"

    with hatchet.worker("w", slots=1, workflows=[goes_on, short]) as worker:
        long = goes_on.run_no_wait()
        assert began.wait(20)
        waiting = [short.run_no_wait() for _ in range(3)]  # the first is sent when the slot is free for the engine
        if how == "cancelled":
            long.cancel()
        wait_until(lambda: "it keeps its slot until the function ends" in caplog.text, "the notice")
        wait_until(lambda: held(worker), "the pause")
        status = hatchet.workers.get(str(worker.id)).status
        assert status is not None
        assert status.value == "PAUSED"
        time.sleep(2.5)  # longer than the timeout of what was sent and waits for the slot
        assert at_once == [1]
        go.set()
        assert [run.result(timeout=20) for run in waiting] == ["done"] * 3
        wait_until(lambda: not held(worker), "the end of the pause")
    assert max(at_once) == 1
    assert caplog.text.count("it keeps its slot until the function ends") == 1


def test_a_worker_that_a_person_has_paused_stays_paused(client: Callable[..., Hatchet]) -> None:
    hatchet = client()
    began, go, ended = threading.Event(), threading.Event(), threading.Event()

    @hatchet.task()
    def goes_on(input: EmptyModel, ctx: Context) -> None:
        began.set()
        go.wait(30)
        ended.set()

    with hatchet.worker("w", slots=1, workflows=[goes_on]) as worker:
        run = goes_on.run_no_wait()
        assert began.wait(20)
        hatchet.workers.pause(str(worker.id))
        run.cancel()
        wait_until(lambda: worker_is_full(worker), "the cancellation")
        go.set()
        assert ended.wait(20)
        wait_until(lambda: not worker_is_full(worker), "the end of the function")
        status = hatchet.workers.get(str(worker.id)).status
        assert status is not None
        assert status.value == "PAUSED"


def worker_is_full(worker: Worker) -> bool:
    runtime: Any = worker._runtime  # pyright: ignore[reportPrivateUsage]
    return any(runtime.held_slots().values())


def test_an_async_task_that_ignores_its_cancellation_is_named(
    client: Callable[..., Hatchet], caplog: pytest.LogCaptureFixture
) -> None:
    hatchet = client()
    began = threading.Event()
    go = threading.Event()

    @hatchet.task()
    async def stubborn(input: EmptyModel, ctx: Context) -> None:
        began.set()
        while not go.is_set():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(0.05)

    with hatchet.worker("w", slots=1, workflows=[stubborn]):
        run = stubborn.run_no_wait()
        assert began.wait(20)
        run.cancel()
        wait_until(lambda: "it does not let CancelledError end it" in caplog.text, "the notice")
        assert f"task 'stubborn' (run {run.workflow_run_id}) was cancelled or has timed out" in caplog.text
        go.set()


def test_a_dependency_is_left_when_the_cancelled_function_has_ended(client: Callable[..., Hatchet]) -> None:
    hatchet = client()
    began, go = threading.Event(), threading.Event()
    order: list[str] = []

    @contextlib.contextmanager
    def resource(input: EmptyModel, ctx: Context) -> Generator[int, None, None]:
        try:
            yield 1
        finally:
            order.append("left")

    @hatchet.task()
    def uses(input: EmptyModel, ctx: Context, n: Annotated[int, Depends(resource)]) -> None:
        began.set()
        go.wait(30)
        order.append("ended")

    with hatchet.worker("w", workflows=[uses]):
        run = uses.run_no_wait()
        assert began.wait(20)
        run.cancel()
        time.sleep(1.2)  # the coroutine is cancelled a second after the flag
        assert order == []
        go.set()
        wait_until(lambda: len(order) == 2, "the end")
    assert order == ["ended", "left"]
