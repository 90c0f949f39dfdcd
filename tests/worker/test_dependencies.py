"""Every dependency that was entered is left, when nothing uses it any more, however the attempt ends."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncGenerator, Callable, Generator
from typing import Annotated

import pytest

from hatchet import Context, Depends, EmptyModel, Hatchet, RunFailed, Standalone
from tests.worker.conftest import wait_until


class Stage:
    """What happened, in order, and gates at which code waits."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.entering = threading.Event()
        self.enter = threading.Event()
        self.running = threading.Event()
        self.run = threading.Event()


@pytest.fixture
def stage() -> Generator[Stage]:
    stage = Stage()
    yield stage
    stage.enter.set()
    stage.run.set()


def tasks_of(hatchet: Hatchet, stage: Stage) -> dict[str, Standalone[EmptyModel, None]]:
    """Tasks with two dependencies, of which the second waits at a gate while it is entered."""

    @contextlib.contextmanager
    def first(input: EmptyModel, ctx: Context) -> Generator[str, None, None]:
        stage.said.append("enter first")
        try:
            yield "first"
        finally:
            stage.said.append("leave first")

    @contextlib.contextmanager
    def sync_second(input: EmptyModel, ctx: Context) -> Generator[str, None, None]:
        stage.entering.set()
        stage.enter.wait(30)
        stage.said.append("enter second")
        try:
            yield "second"
        finally:
            stage.said.append("leave second")

    @contextlib.asynccontextmanager
    async def async_second(input: EmptyModel, ctx: Context) -> AsyncGenerator[str, None]:
        stage.said.append("enter second")
        try:
            stage.entering.set()
            await asyncio.to_thread(stage.enter.wait, 30)
            yield "second"
        finally:
            stage.said.append("leave second")

    def function() -> None:
        stage.said.append("begin")
        stage.running.set()
        stage.run.wait(30)
        stage.said.append("end")

    @hatchet.task(name="sync", execution_timeout="60s")
    def sync_task(
        input: EmptyModel, ctx: Context, a: Annotated[str, Depends(first)], b: Annotated[str, Depends(sync_second)]
    ) -> None:
        function()

    @hatchet.task(name="async", execution_timeout="60s")
    async def async_task(
        input: EmptyModel, ctx: Context, a: Annotated[str, Depends(first)], b: Annotated[str, Depends(sync_second)]
    ) -> None:
        try:
            stage.said.append("begin")
            stage.running.set()
            await asyncio.sleep(60)
        finally:
            stage.said.append("end")

    @hatchet.task(name="mixed", execution_timeout="60s")
    def mixed_task(
        input: EmptyModel, ctx: Context, a: Annotated[str, Depends(first)], b: Annotated[str, Depends(async_second)]
    ) -> None:
        function()

    return {task.name: task for task in (sync_task, async_task, mixed_task)}


NAMES = ["sync", "async", "mixed"]


@pytest.mark.parametrize("name", NAMES)
def test_dependencies_of_a_cancelled_task_are_left_when_its_function_has_ended(
    client: Callable[..., Hatchet], stage: Stage, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    hatchet = client()
    stage.enter.set()
    tasks = tasks_of(hatchet, stage)
    with hatchet.worker("w", workflows=list(tasks.values())):
        run = tasks[name].run_no_wait()
        assert stage.running.wait(20)
        run.cancel()
        if name != "async":
            wait_until(lambda: "it keeps its slot until the function ends" in caplog.text, "the cancellation")
            assert "leave first" not in stage.said
            assert "leave second" not in stage.said
            stage.run.set()
        wait_until(lambda: "leave first" in stage.said, "the end")
    assert stage.said == ["enter first", "enter second", "begin", "end", "leave second", "leave first"]


@pytest.mark.parametrize("name", NAMES)
def test_a_dependency_that_is_being_entered_when_the_cancellation_comes_is_left_and_so_are_those_before_it(
    client: Callable[..., Hatchet], stage: Stage, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    hatchet = client()
    tasks = tasks_of(hatchet, stage)
    with hatchet.worker("w", workflows=list(tasks.values())):
        run = tasks[name].run_no_wait()
        assert stage.entering.wait(20)
        run.cancel()
        if name == "mixed":
            wait_until(lambda: "leave first" in stage.said, "the end")
        else:
            wait_until(lambda: "it keeps its slot until the function ends" in caplog.text, "the cancellation")
        stage.enter.set()
        wait_until(lambda: "leave first" in stage.said, "the end")
    assert stage.said == ["enter first", "enter second", "leave second", "leave first"]


@pytest.mark.parametrize("name", ["async"])
def test_dependencies_of_a_task_are_left_when_its_worker_is_forced(
    client: Callable[..., Hatchet], stage: Stage, name: str
) -> None:
    hatchet = client()
    stage.enter.set()
    tasks = tasks_of(hatchet, stage)
    with hatchet.worker("w", workflows=list(tasks.values())) as worker:
        tasks[name].run_no_wait()
        assert stage.running.wait(20)
        worker.stop(force=True)
    assert stage.said == ["enter first", "enter second", "begin", "end", "leave second", "leave first"]


def seen_by_generators(stage: Stage) -> tuple[Callable[..., Generator[str]], Callable[..., AsyncGenerator[str]]]:
    """A sync and an async generator that say which error they see at their yield."""

    def sync(input: EmptyModel, ctx: Context) -> Generator[str, None, None]:
        try:
            yield "sync"
        except BaseException as error:
            stage.said.append(f"sync sees {type(error).__name__}")
            raise
        finally:
            stage.said.append("leave sync")

    async def later(input: EmptyModel, ctx: Context) -> AsyncGenerator[str, None]:
        try:
            yield "async"
        except BaseException as error:
            stage.said.append(f"async sees {type(error).__name__}")
            raise
        finally:
            await asyncio.sleep(0)
            stage.said.append("leave async")

    return sync, later


def test_generators_see_that_the_attempt_failed(client: Callable[..., Hatchet], stage: Stage) -> None:
    hatchet = client()
    sync, later = seen_by_generators(stage)

    @hatchet.task()
    def fails(
        input: EmptyModel, ctx: Context, a: Annotated[str, Depends(sync)], b: Annotated[str, Depends(later)]
    ) -> str:
        raise LookupError(a + b)

    with hatchet.worker("w", workflows=[fails]), pytest.raises(RunFailed, match="LookupError: syncasync"):
        fails.run()
    assert stage.said == ["async sees LookupError", "leave async", "sync sees LookupError", "leave sync"]


def test_generators_see_that_the_attempt_was_cancelled(client: Callable[..., Hatchet], stage: Stage) -> None:
    hatchet = client()
    sync, later = seen_by_generators(stage)

    @hatchet.task(execution_timeout="60s")
    async def waits(
        input: EmptyModel, ctx: Context, a: Annotated[str, Depends(sync)], b: Annotated[str, Depends(later)]
    ) -> None:
        stage.running.set()
        await asyncio.sleep(60)

    with hatchet.worker("w", workflows=[waits]):
        run = waits.run_no_wait()
        assert stage.running.wait(20)
        run.cancel()
        wait_until(lambda: "leave sync" in stage.said, "the end")
    assert stage.said == ["async sees CancelledError", "leave async", "sync sees CancelledError", "leave sync"]


def test_a_function_that_goes_on_when_its_worker_is_forced_keeps_its_dependencies(
    client: Callable[..., Hatchet], stage: Stage
) -> None:
    hatchet = client()
    stage.enter.set()
    tasks = tasks_of(hatchet, stage)
    with hatchet.worker("w", workflows=list(tasks.values())) as worker:
        tasks["sync"].run_no_wait()
        assert stage.running.wait(20)
        worker.stop(force=True)
    assert stage.said == ["enter first", "enter second", "begin"]
    stage.run.set()
    wait_until(lambda: "end" in stage.said, "the function to end")
