"""Threads that take turns with the loop of an exploration: one of them runs at a time, and the seed says which.

A sync function runs in a thread of its own until it blocks in a call of the client or in `time.sleep`, or ends. Only
then does the loop go on. When what it waits for is there, going on is one more thing that is drawn.
"""

from __future__ import annotations

import contextvars
import sys
import threading
import traceback
from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar

from hatchet.errors import HatchetError
from hatchet.testing.explore_loop import ExploredLoop, name_of
from hatchet.worker.threads import Answer

T = TypeVar("T")

STUCK_AFTER: Final = 30.0  # s of the machine's time
FRAMES: Final = 8  # places of a stack that are shown: the innermost


class GivenUp(BaseException):
    """Ends a function whose run is over; no error of its own, so that none of it catches it."""


class SteppedThread:
    """A thread that runs while the loop waits, and waits while the loop runs."""

    def __init__(self, threads: SteppedThreads, loop: ExploredLoop, job: Callable[[], None], name: str) -> None:
        self.name: str = name
        """What it runs."""
        self._threads = threads
        self._loop = loop
        self._job = job
        self._context = contextvars.copy_context()
        self._its_turn = threading.Semaphore(0)
        self._turn_over = threading.Semaphore(0)
        self._given_up = False
        self._begun = False
        self._thread = threading.Thread(target=self._run, name=f"explored {name}", daemon=True)

    def start(self) -> None:
        """Have its first turn drawn."""
        self._threads.alive[self] = None
        self._thread.start()
        self.soon()

    def soon(self) -> None:
        """Have its next turn drawn."""
        self._loop.call_soon(self.turn, context=self._context.copy())

    def turn(self) -> None:
        """Let it run until it waits or ends."""
        self._begun = True
        self._its_turn.release()
        if not self._turn_over.acquire(timeout=STUCK_AFTER):
            raise HatchetError(
                f"{self.name} has run for {STUCK_AFTER:g} s and neither ended nor waited in a call of the client; what "
                f"it waits for comes from a thread that the exploration does not know, or never. It is at\n"
                f"{self._where()}"
            )

    def block(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Wait in this thread for a coroutine that runs on the loop."""
        task = self._loop.create_task(coroutine, context=contextvars.copy_context())
        task.add_done_callback(lambda _: self.soon(), context=self._context.copy())
        try:
            self._wait()
        except GivenUp:
            task.cancel()
            raise
        return task.result()

    def sleep(self, seconds: float) -> None:
        """Wait in this thread for made-up seconds."""
        self._loop.call_later(seconds, self.turn, context=self._context.copy())
        self._wait()

    def give_up(self) -> None:
        """End it where it waits."""
        self._given_up = True
        if self._thread.is_alive():
            self.turn()

    def _wait(self) -> None:
        if self._given_up:
            raise GivenUp
        self._turn_over.release()
        self._its_turn.acquire()
        if self._given_up:
            raise GivenUp

    def _run(self) -> None:
        self._its_turn.acquire()
        self._threads.by_id[threading.get_ident()] = self
        try:
            if not self._given_up:
                self._context.run(self._job)
        except GivenUp:
            pass
        finally:
            del self._threads.by_id[threading.get_ident()]
            self._threads.alive.pop(self, None)
            self._turn_over.release()

    def place(self) -> str:
        """Where it goes on, in words."""
        return "goes on" if self._begun else "begins"

    def _where(self) -> str:
        frame = sys._current_frames().get(self._thread.ident or 0)  # pyright: ignore[reportPrivateUsage]  # by sys
        return "an unknown place" if frame is None else "".join(traceback.format_stack(frame)[-FRAMES:])


class SteppedThreads:
    """The threads of one run. Takes the place of those of a worker."""

    def __init__(self, loop: ExploredLoop) -> None:
        self._loop = loop
        self.by_id: dict[int, SteppedThread] = {}
        """Those that have begun, by the system's number."""
        self.alive: dict[SteppedThread, None] = {}
        """Those that have not ended."""

    def here(self) -> SteppedThread | None:
        """The one that the caller runs in."""
        return self.by_id.get(threading.get_ident())

    async def call(self, function: Callable[[], T]) -> T:
        """Call a function in a thread, with the caller's context variables.

        A cancellation takes effect when the function has ended.
        """
        answer = Answer(loop=self._loop)
        results: list[T] = []
        errors: list[BaseException] = []

        def job() -> None:
            try:
                results.append(function())
            except GivenUp:
                raise
            except BaseException as raised:  # a sync task may raise anything
                errors.append(raised)
            self._loop.call_soon(_answered, answer)

        SteppedThread(self, self._loop, job, name_of(function)).start()
        await answer
        if errors:
            raise errors.pop()
        return results.pop()

    def let_go(self) -> None:
        """Nothing: those of a worker that has ended are ended with the run."""

    def give_up(self) -> None:
        """End those that wait: the run is over."""
        for thread in list(self.alive):
            thread.give_up()


def _answered(answer: Answer) -> None:
    if not answer.done():
        answer.set_result(None)
