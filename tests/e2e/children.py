"""Tasks that make child processes; `python -m tests.e2e.children KIND COUNT` runs a worker of them.

What children import again, when they are spawned, is light: this package is loaded in `main` only.
"""

from __future__ import annotations

import concurrent.futures
import faulthandler
import logging
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

Codes = list[int | None]


def logs(number: int = 0) -> int:
    logging.getLogger("child").warning("%d", number)
    return number


def by_process(method: str) -> Callable[[int], Codes]:
    def run(count: int) -> Codes:
        codes: Codes = []
        for number in range(count):
            context: Any = multiprocessing.get_context(method)
            process = context.Process(target=logs, args=(number,))
            process.start()
            process.join(20)
            codes.append(process.exitcode)
        return codes

    return run


def by_pool(count: int) -> Codes:
    with multiprocessing.get_context("fork").Pool(2) as pool:
        numbers = pool.map(logs, range(count), chunksize=1)
    return [0 if number == index else 1 for index, number in enumerate(numbers)]


def by_executor(count: int) -> Codes:
    context = multiprocessing.get_context("fork")
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
        numbers = list(pool.map(logs, range(count)))
    return [0 if number == index else 1 for index, number in enumerate(numbers)]


def by_fork(count: int) -> Codes:
    codes: Codes = []
    for _ in range(count):
        child = os.fork()
        if child == 0:
            os._exit(0)
        codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    return codes


def by_terminate(count: int) -> Codes:
    """Children that are ended by SIGTERM: their code says so, and the worker does not hear it."""
    codes: Codes = []
    for _ in range(count):
        process = multiprocessing.get_context("fork").Process(target=time.sleep, args=(60,))
        process.start()
        process.terminate()
        process.join(20)
        codes.append(None if process.exitcode is None else process.exitcode + signal.SIGTERM)
    return codes


CHILDREN: dict[str, Callable[[int], Codes]] = {
    "fork": by_process("fork"),
    "forkserver": by_process("forkserver"),
    "spawn": by_process("spawn"),
    "pool": by_pool,
    "executor": by_executor,
    "os.fork": by_fork,
    "terminate": by_terminate,
}


def main(kind: str, count: int) -> None:
    from hatchet import Context, EmptyModel, Hatchet

    hatchet = Hatchet.from_embedded(None)

    @hatchet.task(execution_timeout="300s")
    def in_thread(input: EmptyModel, ctx: Context) -> Codes:
        return CHILDREN[kind](count)

    @hatchet.task(execution_timeout="300s")
    async def on_loop(input: EmptyModel, ctx: Context) -> Codes:
        return CHILDREN[kind](count)

    @hatchet.task()
    def comes_out(input: str, ctx: Context) -> str:
        """A child that does not leave by os._exit, but comes out of the task's function."""
        child = os.fork()
        if child == 0:
            if input == "exit":
                sys.exit(7)
            if input == "raise":
                raise ValueError("in the child")
            return "in the child"
        return str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))

    @hatchet.task()
    async def alive(input: EmptyModel, ctx: Context) -> str:
        return "alive"

    worker = hatchet.worker("w", workflows=[in_thread, on_loop, comes_out, alive], drain_timeout=5)

    def drive() -> None:
        worker.wait_until_ready(30)
        if kind == "comes out":
            print(*(comes_out.run(how) for how in ("exit", "raise", "return")), alive.run(), flush=True)
        else:
            for task in (in_thread, on_loop):
                codes = task.run()
                print(len(codes), sorted({str(code) for code in codes}), alive.run(), worker.status.name, flush=True)
        worker.stop()

    threading.Thread(target=drive, daemon=True).start()
    worker.start()


if __name__ == "__main__":
    faulthandler.enable()
    main(sys.argv[1], int(sys.argv[2]))
