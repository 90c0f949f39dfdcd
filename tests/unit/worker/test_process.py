"""A worker's own loop: what its tasks leave behind is ended and told of, and a forced worker ends its process."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncGenerator, Callable
from typing import Any

import pytest

from hatchet.worker import process
from hatchet.worker.process import ProcessEnd, run_until_ended
from tests.jumping import HereLoop


def in_thread(run: Callable[[], None]) -> BaseException | None:
    """Run something where no loop runs; what it raised."""
    raised: list[BaseException] = []

    def caught() -> None:
        try:
            run()
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=caught)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()
    return raised[0] if raised else None


KEPT: set[asyncio.Task[Any]] = set()


def start(code: Any) -> asyncio.Task[Any]:
    task = asyncio.get_running_loop().create_task(code)
    KEPT.add(task)
    return task


async def cancelled(ends: list[str]) -> None:
    try:
        await asyncio.Event().wait()
    finally:
        ends.append("cancelled")


async def failing() -> None:
    try:
        await asyncio.Event().wait()
    finally:
        raise OSError("odd")


async def quiet() -> None:
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        return


async def stubborn() -> None:
    while True:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            continue


async def generated(ends: list[str]) -> AsyncGenerator[int, None]:
    try:
        yield 1
    finally:
        ends.append("generator")


def test_what_tasks_leave_behind_is_ended_and_told_of(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "STRAGGLER_GRACE", 0.05)
    ends: list[str] = []
    loops: list[asyncio.AbstractEventLoop] = []
    held: list[AsyncGenerator[int, None]] = []

    async def main() -> None:
        loops.append(asyncio.get_running_loop())
        for code in (cancelled(ends), failing(), quiet(), stubborn()):
            start(code)
        held.append(generated(ends))
        await anext(held[0])

    assert in_thread(lambda: run_until_ended(main(), signals_handled=False)) is None
    assert ends == ["cancelled", "generator"]
    assert loops[0].is_closed()
    told = sorted((record.levelname, record.getMessage().partition(": ")[0]) for record in caplog.records)
    assert told == [
        ("ERROR", "a coroutine that a task had started failed"),
        ("WARNING", "a coroutine that a task had started does not let its cancellation end it"),
    ]
    [failed] = [record for record in caplog.records if record.levelname == "ERROR"]
    assert failed.exc_info is not None
    assert str(failed.exc_info[1]) == "odd"
    assert "stubborn" in next(record.getMessage() for record in caplog.records if record.levelname == "WARNING")


def test_a_loop_that_nothing_is_left_on_ends_without_a_word(caplog: pytest.LogCaptureFixture) -> None:
    made: list[str] = []

    def factory(loop: asyncio.AbstractEventLoop, code: Any, **given: Any) -> asyncio.Task[Any]:
        made.append(code.__name__)
        return asyncio.Task(code, loop=loop, **given)

    async def main() -> None: ...

    assert in_thread(lambda: run_until_ended(main(), signals_handled=True, task_factory=factory)) is None
    assert made[0] == "main"
    assert caplog.records == []


@pytest.mark.parametrize("error", [OSError("odd"), SystemExit(3), KeyboardInterrupt(), asyncio.CancelledError()])
def test_what_the_worker_raises_is_raised(error: BaseException) -> None:
    async def main() -> None:
        raise error

    assert in_thread(lambda: run_until_ended(main(), signals_handled=True)) is error


async def raising(error: BaseException) -> None:
    raise error


@pytest.mark.parametrize(
    ("error", "signals_handled"), [(SystemExit(3), False), (SystemExit(3), True), (KeyboardInterrupt(), True)]
)
def test_the_loop_goes_on_when_a_coroutine_raises_what_ends_programs(
    caplog: pytest.LogCaptureFixture, error: BaseException, signals_handled: bool
) -> None:
    ends: list[str] = []

    async def main() -> None:
        task = start(raising(error))
        await asyncio.wait([task])
        ends.append(repr(task.exception()))

    assert in_thread(lambda: run_until_ended(main(), signals_handled=signals_handled)) is None
    assert ends == [repr(error)]
    assert caplog.messages == [f"a coroutine that a task had started raised {error!r}; the worker goes on"]


def test_ctrl_c_drains_a_worker_without_signals_and_is_raised_in_the_end() -> None:
    ends: list[str] = []

    async def main() -> None:
        start(raising(KeyboardInterrupt()))
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await asyncio.sleep(0)
            ends.append("drained")

    assert isinstance(in_thread(lambda: run_until_ended(main(), signals_handled=False)), KeyboardInterrupt)
    assert ends == ["drained"]


def test_what_a_coroutine_raises_at_its_end_is_told_of(caplog: pytest.LogCaptureFixture) -> None:
    async def left() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            raise SystemExit(4)

    async def main() -> None:
        start(left())

    assert in_thread(lambda: run_until_ended(main(), signals_handled=True)) is None
    assert "a coroutine that a task had started raised SystemExit(4) at its end" in caplog.messages


class Exits:
    """Stands for the end of the process."""

    def __init__(self) -> None:
        self.codes: list[int] = []
        self.ended = threading.Event()

    def exit(self, code: int) -> None:
        self.codes.append(code)
        self.ended.set()


@pytest.fixture
def exits(monkeypatch: pytest.MonkeyPatch) -> Exits:
    exits = Exits()
    monkeypatch.setattr(os, "_exit", exits.exit)
    monkeypatch.setattr(process, "FORCE_GRACE", 0.01)
    monkeypatch.setattr(process, "LOOK_EVERY", 0.01)
    monkeypatch.setattr("logging.shutdown", lambda: None)
    return exits


async def test_a_forced_worker_ends_its_process_and_names_what_goes_on(
    exits: Exits, caplog: pytest.LogCaptureFixture
) -> None:
    ProcessEnd(HereLoop(), lambda: ["a run", "another"]).arm()
    assert exits.codes == []
    async with asyncio.timeout(20):
        while not exits.codes:
            await asyncio.sleep(0.001)
    assert exits.codes == [1]
    assert caplog.messages == ["the worker was forced, and its process ends with: a run, another"]


async def test_a_stream_that_nobody_reads_does_not_hold_up_the_end(
    exits: Exits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "FLUSH_LIMIT", 0.01)
    goes_on = threading.Event()
    flushing: list[threading.Thread] = []

    def running() -> list[str]:
        flushing.append(threading.current_thread())
        goes_on.wait(20)
        return []

    ProcessEnd(HereLoop(), running).arm()
    async with asyncio.timeout(10):
        while not exits.codes:
            await asyncio.sleep(0.001)
    assert exits.codes == [1]
    goes_on.set()
    flushing[0].join(20)  # what it logs belongs to this test
    assert not flushing[0].is_alive()


async def test_a_worker_that_has_ended_ends_no_process(exits: Exits) -> None:
    end = ProcessEnd(HereLoop(), list)
    end.disarm()
    await asyncio.sleep(0)
    end.arm()
    end.disarm()
    await asyncio.sleep(0)
    assert end._timer is not None
    assert end._timer.cancelled()
    assert exits.codes == []


@pytest.mark.parametrize("has_ended", [True, False])
def test_a_process_ends_a_moment_after_its_main_thread(
    exits: Exits, monkeypatch: pytest.MonkeyPatch, has_ended: bool
) -> None:
    looks = threading.Semaphore(0)

    def look() -> bool:
        looks.release()
        return has_ended

    monkeypatch.setattr(process, "_main_thread_has_ended", look)
    ProcessEnd(HereLoop(), list).when_main_thread_ends()
    [thread] = [each for each in threading.enumerate() if each.name == "hatchet-exit"]
    assert thread.daemon
    if has_ended:
        thread.join(20)
        assert exits.codes == [1]
    else:
        assert looks.acquire(timeout=20)
        assert looks.acquire(timeout=20)
        assert exits.codes == []
        monkeypatch.setattr(process, "_main_thread_has_ended", lambda: True)
        thread.join(20)
        assert exits.codes == [1]


def test_the_main_thread_has_not_ended_while_the_program_goes_on() -> None:
    assert not process._main_thread_has_ended()
