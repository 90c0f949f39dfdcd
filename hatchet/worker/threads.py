"""The threads that call sync functions.

Daemon threads, unlike those of concurrent.futures: a task that does not end must not keep its process from ending.
"""

from __future__ import annotations

import asyncio
import contextvars
import os
import sys
import threading
import traceback
from collections.abc import Callable
from queue import SimpleQueue
from typing import NoReturn, TypeVar

T = TypeVar("T")

Job = Callable[[], Callable[[], None]]
"""Calls a function; what it gives tells whoever waits."""


class Answer(asyncio.Future[None]):
    """Done when a function in a thread has ended.

    It refuses to be cancelled, for nobody can take a function out of its thread. Whoever awaits it goes on when the
    function has ended, and is cancelled then.
    """

    def cancel(self, msg: object = None) -> bool:
        """Not before the function has ended."""
        return False


class TaskThreads:
    """Calls functions in threads, as many as run at once; idle ones are used again.

    Their number is bounded by whoever calls: a worker executes no more attempts than it has slots.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._idle: list[SimpleQueue[Job | None]] = []
        self._open: set[Answer] = set()
        self._let_go = False
        self._pid = os.getpid()

    async def call(self, function: Callable[[], T]) -> T:
        """Call a function in a thread, with the caller's context variables.

        A cancellation takes effect when the function has ended, or when the threads are let go of.
        """
        if self._let_go:
            raise asyncio.CancelledError
        loop = asyncio.get_running_loop()
        answer = Answer(loop=loop)
        results: list[T] = []
        errors: list[BaseException] = []
        run = contextvars.copy_context().run

        def job() -> Callable[[], None]:
            try:
                results.append(run(function))
            except BaseException as raised:  # a sync task may raise anything, and SystemExit must end no thread of ours
                errors.append(raised)
            end_if_forked(self._pid, errors[0] if errors else None)
            return tell

        def tell() -> None:
            try:
                loop.call_soon_threadsafe(self._answered, answer)
            except RuntimeError:  # the loop is closed, so that nobody waits any more
                return

        self._open.add(answer)
        self._hand_over(job)
        await answer
        # Not the future's own result or exception: it takes no StopIteration.
        if errors:
            raise errors.pop()
        return results.pop()

    def _answered(self, answer: Answer) -> None:
        self._open.discard(answer)
        if not answer.done():
            answer.set_result(None)

    def _hand_over(self, job: Job) -> None:
        try:
            self._idle.pop().put(job)
        except IndexError:
            jobs: SimpleQueue[Job | None] = SimpleQueue()
            jobs.put(job)
            threading.Thread(target=self._work, args=(jobs,), name=self._name, daemon=True).start()

    def _work(self, jobs: SimpleQueue[Job | None]) -> None:
        while (job := jobs.get()) is not None:
            tell = job()
            self._idle.append(jobs)  # before it tells, so that the next call finds this thread
            tell()
            del job, tell  # with all that the function holds
            if self._let_go:
                jobs.put(None)

    @property
    def busy(self) -> int:
        """Functions that run now."""
        return len(self._open)

    def let_go(self) -> None:
        """Wait for no function any more: who awaits one is cancelled, and threads end as they become free."""
        self._let_go = True
        for answer in list(self._open):
            if not answer.done():
                answer.set_exception(asyncio.CancelledError())
        while self._idle:
            self._idle.pop().put(None)


def end_if_forked(home: int, error: BaseException | None) -> None:
    """End this process, if it is a child that a task forked and that has come out of the task's function.

    What comes after the function is the worker's, which has stayed in the process `home`.
    """
    if os.getpid() != home:
        _end_child(error)


def _end_child(error: BaseException | None) -> NoReturn:
    """As the interpreter ends a script: with the code of a SystemExit, or a traceback and 1."""
    code = 0
    if isinstance(error, SystemExit):
        code = error.code if isinstance(error.code, int) else int(error.code is not None)
    elif error is not None:
        traceback.print_exception(error)
        code = 1
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # pyright: ignore[reportUnnecessaryComparison]  # None without a console
            stream.flush()
    os._exit(code)
