"""The threads of sync functions."""

from __future__ import annotations

import asyncio
import threading
import weakref

import pytest

from hatchet.worker.threads import TaskThreads


@pytest.mark.parametrize(
    "error", [ValueError("x"), SystemExit(3), KeyboardInterrupt(), GeneratorExit(), asyncio.CancelledError()]
)
async def test_a_function_may_raise_anything_and_its_thread_is_used_again(error: BaseException) -> None:
    threads = TaskThreads("t")
    names: list[str] = []

    def fails() -> None:
        names.append(threading.current_thread().name + str(threading.get_ident()))
        raise error

    for _ in range(3):
        with pytest.raises(type(error)):
            await threads.call(fails)
    assert len(set(names)) == 1
    threads.let_go()


async def test_a_stop_iteration_comes_out_as_python_has_it_come_out_of_coroutines() -> None:
    with pytest.raises(RuntimeError) as caught:
        await TaskThreads("t").call(lambda: next(iter([])))
    assert isinstance(caught.value.__cause__, StopIteration)


async def test_a_cancellation_takes_effect_when_the_function_has_ended() -> None:
    threads = TaskThreads("t")
    began, go = threading.Event(), threading.Event()

    def works() -> str:
        began.set()
        go.wait(20)
        return "done"

    waiting = asyncio.create_task(threads.call(works))
    await asyncio.to_thread(began.wait, 20)
    waiting.cancel()
    await asyncio.wait([waiting], timeout=0.1)
    assert not waiting.done()
    assert threads.busy == 1
    go.set()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert threads.busy == 0


async def test_letting_go_ends_every_wait_though_functions_go_on() -> None:
    threads = TaskThreads("t")
    began, go = threading.Event(), threading.Event()

    def works() -> None:
        began.set()
        go.wait(20)

    waiting = asyncio.create_task(threads.call(works))
    await asyncio.to_thread(began.wait, 20)
    threads.let_go()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    with pytest.raises(asyncio.CancelledError):
        await threads.call(works)
    go.set()


async def test_there_are_as_many_threads_as_functions_run_at_once() -> None:
    threads = TaskThreads("counted")
    gate = threading.Barrier(5)
    for _ in range(4):
        await asyncio.gather(*(threads.call(gate.wait) for _ in range(5)))
    assert sum(thread.name == "counted" for thread in threading.enumerate()) == 5
    threads.let_go()


async def test_threads_keep_no_process_alive() -> None:
    threads = TaskThreads("t")
    assert await threads.call(lambda: threading.current_thread().daemon)
    threads.let_go()


async def test_an_idle_thread_holds_nothing_of_what_it_called() -> None:
    class Held: ...

    threads = TaskThreads("t")
    held = Held()
    gone = weakref.ref(held)

    async def call(given: Held) -> None:
        await threads.call(lambda: id(given))

    await call(held)
    del held
    async with asyncio.timeout(10):
        while gone() is not None:
            await asyncio.sleep(0)
    threads.let_go()
