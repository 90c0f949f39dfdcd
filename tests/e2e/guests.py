"""Programs in which a worker is a guest, or which it has to itself; `python -m tests.e2e.guests NAME` runs one.

Each prints a line when it is ready, and others that the tests beside it look at.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import faulthandler
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import AsyncGenerator, Callable
from typing import Any

from hatchet import Context, EmptyModel, Hatchet, Worker

faulthandler.enable()
hatchet = Hatchet.from_embedded(None)
began = threading.Event()
worker: Worker  # of the program that is run


def say(*words: object) -> None:
    print(*words, flush=True)


# -- tasks that do not let themselves be stopped


@hatchet.task(execution_timeout="100s")
async def swallows(input: EmptyModel, ctx: Context) -> None:
    began.set()
    await never_ends()


async def never_ends() -> None:
    while True:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(60)


@hatchet.task(execution_timeout="100s")
async def blocks(input: EmptyModel, ctx: Context) -> None:
    began.set()
    time.sleep(60)  # noqa: ASYNC251  # the fault


@hatchet.task(execution_timeout="100s")
async def spins(input: EmptyModel, ctx: Context) -> None:
    began.set()
    while True:
        pass


@hatchet.task(execution_timeout="100s")
def sleeps(input: EmptyModel, ctx: Context) -> None:
    began.set()
    time.sleep(60)


@hatchet.task(execution_timeout="100s")
def settled(input: EmptyModel, ctx: Context) -> None:
    """One that the engine has settled already."""
    ctx.cancel()
    began.set()
    time.sleep(60)


@hatchet.task(execution_timeout="100s")
async def in_default_executor(input: EmptyModel, ctx: Context) -> None:
    began.set()
    await asyncio.to_thread(time.sleep, 60)


@hatchet.task(execution_timeout="100s")
async def leaves_a_coroutine(input: EmptyModel, ctx: Context) -> None:
    left.append(asyncio.create_task(never_ends()))
    began.set()
    await asyncio.sleep(60)


@hatchet.task(execution_timeout="100s")
async def cleans_up_for_ever(input: EmptyModel, ctx: Context) -> None:
    began.set()
    try:
        await asyncio.sleep(60)
    finally:
        await asyncio.sleep(60)


left: list[Any] = []
STUBBORN: dict[str, Any] = {
    task.name: task
    for task in (
        swallows,
        blocks,
        spins,
        sleeps,
        settled,
        in_default_executor,
        leaves_a_coroutine,
        cleans_up_for_ever,
    )
}


def when_ready(act: Callable[[], None]) -> None:
    worker.wait_until_ready(30)
    act()


def trigger_soon(task: Any) -> None:
    def drive() -> None:
        worker.wait_until_ready(30)
        task.run_no_wait()
        began.wait(30)
        say("began")

    threading.Thread(target=drive, daemon=True).start()


def stubborn_start(name: str, drain_timeout: str) -> None:
    global worker
    worker = hatchet.worker("w", workflows=[STUBBORN[name]], drain_timeout=float(drain_timeout))
    trigger_soon(STUBBORN[name])
    worker.start()


def stubborn_with(name: str) -> None:
    with hatchet.worker("w", workflows=[STUBBORN[name]], drain_timeout=0.3) as running:
        STUBBORN[name].run_no_wait()
        began.wait(30)
    say("after", running.was_forced)


def stubborn_async_with(name: str) -> None:
    async def main() -> None:
        async with hatchet.worker("w", workflows=[STUBBORN[name]], drain_timeout=0.3) as running:
            await STUBBORN[name].aio_run_no_wait()
            await asyncio.to_thread(began.wait, 30)
        say("after", running.was_forced)

    asyncio.run(main())


def stubborn_lifespan() -> None:
    global worker

    async def lifespan() -> AsyncGenerator[None, None]:
        yield
        await asyncio.sleep(60)

    worker = hatchet.worker("w", workflows=[quick], lifespan=lifespan, drain_timeout=0.3)
    threading.Thread(target=when_ready, args=(lambda: say("began"),), daemon=True).start()
    worker.start()


# -- guests


@hatchet.task()
async def quick(input: EmptyModel, ctx: Context) -> str:
    return "done"


@hatchet.task()
async def slow(input: EmptyModel, ctx: Context) -> str:
    began.set()
    await asyncio.sleep(0.5)
    say("slow ended")
    return "done"


def own_handlers() -> None:
    """The program's handlers of signals are called while a worker runs, and are what they were afterwards."""
    heard: list[str] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, heard.append, "loop")
        async with hatchet.worker("w", workflows=[quick]):
            os.kill(os.getpid(), signal.SIGTERM)
            await quick.aio_run()
        loop.remove_signal_handler(signal.SIGTERM)

    asyncio.run(main())
    signal.signal(signal.SIGTERM, lambda number, frame: heard.append("plain"))
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)

    async def again() -> None:
        async with hatchet.worker("w", workflows=[quick]):
            os.kill(os.getpid(), signal.SIGTERM)
            await quick.aio_run()

    asyncio.run(again())
    with hatchet.worker("w", workflows=[quick]):
        os.kill(os.getpid(), signal.SIGTERM)
        quick.run()
    global worker
    worker = hatchet.worker("w", workflows=[quick])
    threading.Thread(target=when_ready, args=(lambda: os.kill(os.getpid(), signal.SIGTERM),)).start()
    worker.start()  # which takes the signal itself
    same = before == (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT))
    say(heard, "handlers are as before:", same)


def asks_for_signals() -> None:
    """`handle_signals=True` drains by signals in `aio_start`, too; False leaves them alone in `start`."""

    async def main() -> None:
        worker = hatchet.worker("w", workflows=[slow], handle_signals=True)
        running = asyncio.create_task(worker.aio_start())
        await worker.aio_wait_until_ready()
        ref = await slow.aio_run_no_wait()
        await asyncio.to_thread(began.wait, 30)
        os.kill(os.getpid(), signal.SIGTERM)
        await running
        say(await ref.aio_result(5), worker.was_forced)

    asyncio.run(main())
    global worker
    worker = hatchet.worker("w", workflows=[quick], handle_signals=False)
    threading.Thread(target=when_ready, args=(lambda: os.kill(os.getpid(), signal.SIGINT),)).start()
    try:
        worker.start()
    except KeyboardInterrupt:
        say("KeyboardInterrupt", worker.was_forced)


def ctrl_c_in_asyncio_run() -> None:
    async def main() -> None:
        async with hatchet.worker("w", workflows=[slow]):
            await slow.aio_run_no_wait()
            await asyncio.to_thread(began.wait, 30)
            say("began")
            await asyncio.sleep(60)

    asyncio.run(main())


def ctrl_c_in_aio_start() -> None:
    global worker
    worker = hatchet.worker("w", workflows=[slow])
    trigger_soon(slow)
    asyncio.run(worker.aio_start())


def web() -> None:
    import uvicorn
    from fastapi import FastAPI

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None, None]:
        async with hatchet.worker("w", workflows=[slow]) as running:
            say(listening.getsockname()[1])
            yield
        say("drained", running.status.name)

    app = FastAPI(lifespan=lifespan)

    @app.get("/slow")
    async def endpoint() -> str:
        return await slow.aio_run()

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listening])


def daemon_thread() -> None:
    worker = hatchet.worker("w", workflows=[quick])
    threading.Thread(target=worker.start, daemon=True).start()
    worker.wait_until_ready(30)
    say(quick.run())


def background() -> None:
    worker = hatchet.worker("w", workflows=[quick])
    worker.start_in_background()
    say(quick.run(), worker.status.name)  # and the program ends without stopping it


zone: contextvars.ContextVar[str] = contextvars.ContextVar("zone", default="unset")


def context_variables() -> None:
    @hatchet.task()
    def in_thread(input: EmptyModel, ctx: Context) -> str:
        return zone.get()

    @hatchet.task()
    async def on_loop(input: EmptyModel, ctx: Context) -> str:
        return zone.get()

    tasks: list[Any] = [in_thread, on_loop]
    zone.set("north")
    seen: list[str] = []
    with hatchet.worker("a", workflows=tasks):
        seen += [task.run() for task in tasks]
    background = hatchet.worker("b", workflows=tasks)
    background.start_in_background()
    seen += [task.run() for task in tasks]
    background.stop()
    background.wait()

    async def main() -> None:
        async with hatchet.worker("c", workflows=tasks):
            seen.extend([await task.aio_run() for task in tasks])
        started = hatchet.worker("d", workflows=tasks)
        running = asyncio.create_task(started.aio_start())
        await started.aio_wait_until_ready()
        seen.extend([await task.aio_run() for task in tasks])
        started.stop()
        await running

    asyncio.run(main())
    worker = hatchet.worker("e", workflows=tasks)

    def drive() -> None:
        worker.wait_until_ready(30)
        seen.extend(task.run() for task in tasks)
        worker.stop()

    driver = threading.Thread(target=drive)
    driver.start()
    worker.start()
    driver.join()
    say(len(seen), set(seen))


def windows() -> None:
    """What Windows does: its loops have no add_signal_handler, and nothing forks there."""

    def missing(self: object, *arguments: object) -> None:
        raise NotImplementedError

    setattr(asyncio.SelectorEventLoop, "add_signal_handler", missing)  # noqa: B010  # what type checkers cannot know
    global worker
    worker = hatchet.worker("w", workflows=[slow])
    trigger_soon(slow)
    worker.start()


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
