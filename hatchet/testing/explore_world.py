"""What a run of an exploration lives in: a loop, and times, ids and chance that come from the seed alone."""

from __future__ import annotations

import gc
import os
import random
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Generator
from contextlib import ExitStack, contextmanager
from typing import Any, Final, TypeVar

from hatchet.errors import BlockingCallError, HatchetError
from hatchet.testing.explore_loop import ExploredLoop
from hatchet.testing.explore_order import FIRST_SEED
from hatchet.testing.explore_threads import SteppedThreads
from hatchet.transport.io_loop import IoLoop, stand_in

T = TypeVar("T")

EPOCH: Final = 1_767_225_600.0  # 2026-01-01: what `time.time` shows when a run begins
UPTIME: Final = 1_000.0  # s that the made-up machine has been running for by then
ALWAYS_REPLAY: Final = 0.5  # chance that durable tasks begin anew at each wait
NANO: Final = 1_000_000_000


class ExploredIo(IoLoop):
    """The I/O loop of clients that are made in a run: its one loop."""

    def __init__(self, loop: ExploredLoop, threads: SteppedThreads) -> None:
        super().__init__()
        self._explored = loop
        self._stepped = threads
        self.threads = threads

    @property
    def loop(self) -> ExploredLoop:
        """The loop."""
        return self._explored

    def here(self) -> bool:
        """Whether the caller runs on this loop."""
        return self._explored.is_here()

    def needs_this_thread(self) -> bool:
        """Nothing is refused before it is known whether it has to wait."""
        return False

    def wait(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Wait in a sync function; on the loop itself only for what is there at once.

        Raises:
            BlockingCallError: it is not.
        """
        thread = self._stepped.here()
        if thread is not None:
            return thread.block(coroutine)
        if not self.here():
            coroutine.close()
            raise HatchetError(
                f"{threading.current_thread().name} is a thread that the exploration does not know, and uses a client "
                "of it; in a test that is explored, only sync tasks run in threads"
            )
        try:
            coroutine.send(None)
        except StopIteration as ended:
            result: T = ended.value
            return result
        name = getattr(coroutine, "__name__", "")
        coroutine.close()
        raise BlockingCallError(
            f"{name.removeprefix('aio_') or 'a blocking call'}() would block the one loop of the exploration, and wait "
            f"for itself; write `await …{name}(…)`, `async with` in place of `with`, or a test that is a plain def"
        )


class World:
    """One run: everything in it follows from the seed."""

    def __init__(self, seed: int, loop: ExploredLoop) -> None:
        self.loop: ExploredLoop = loop
        self.threads: SteppedThreads = SteppedThreads(loop)
        self.io: ExploredIo = ExploredIo(loop, self.threads)
        self._seed = seed
        self._chance = random.Random(f"ids {seed}")
        # A worker may be lost at any wait, and its durable tasks begin anew elsewhere: half of the seeds have that.
        self.io.always_replay = seed != FIRST_SEED and self._chance.random() < ALWAYS_REPLAY
        self._home = threading.get_ident()

    def is_inside(self) -> bool:
        """Whether the caller's thread is one of this run."""
        return threading.get_ident() == self._home or self.threads.here() is not None

    def sleep(self, seconds: float) -> None:
        """In place of `time.sleep`: others go on meanwhile if it is called in a sync function."""
        thread = self.threads.here()
        if thread is None:
            self.loop.pass_time(seconds)
        else:
            thread.sleep(seconds)

    def monotonic(self) -> float:
        """Seconds since the machine was started."""
        return self.loop.time()

    def now(self) -> float:
        """Seconds since 1970."""
        return EPOCH + self.loop.time() - UPTIME

    def clock(self, which: int) -> float:
        """In place of `time.clock_gettime`."""
        return self.now() if which == time.CLOCK_REALTIME else self.monotonic()

    @contextmanager
    def entered(self) -> Generator[None]:
        """While it runs: times, ids and chance of this thread and the run's own are made up."""
        token = stand_in.set(self.io)
        hooks, chance, collects = sys.get_asyncgen_hooks(), random.getstate(), gc.isenabled()
        random.seed(self._seed)
        sys.set_asyncgen_hooks(self.loop.first_iterated, self.loop.finalized)
        gc.disable()  # what it ends, it would end at any time
        try:
            with ExitStack() as stack:
                for module, name, made_up in self._made_up():
                    stack.enter_context(self._replaced(module, name, made_up))
                yield
        finally:
            sys.set_asyncgen_hooks(*hooks)
            random.setstate(chance)
            stand_in.reset(token)
            if collects:
                gc.enable()

    def _made_up(self) -> list[tuple[Any, str, Callable[..., object]]]:
        # Any: a module, whose names are put back at the end.
        return [
            (time, "time", self.now),
            (time, "time_ns", lambda: round(self.now() * NANO)),
            (time, "monotonic", self.monotonic),
            (time, "monotonic_ns", lambda: round(self.monotonic() * NANO)),
            (time, "perf_counter", self.monotonic),
            (time, "perf_counter_ns", lambda: round(self.monotonic() * NANO)),
            (time, "clock_gettime", self.clock),
            (time, "sleep", self.sleep),
            (os, "urandom", self._chance.randbytes),
            (random, "_urandom", self._chance.randbytes),  # its own name for the same
        ]

    @contextmanager
    def _replaced(self, module: Any, name: str, made_up: Callable[..., object]) -> Generator[None]:
        real = getattr(module, name, None)
        if real is None:  # not on this system
            yield
            return

        def either(*args: Any) -> Any:
            return made_up(*args) if self.is_inside() else real(*args)

        setattr(module, name, either)
        try:
            yield
        finally:
            setattr(module, name, real)

    async def end(self) -> None:
        """Close what was left open, and end all that still runs."""
        await self.io.end_all()


def check_free() -> None:
    """Refuse an exploration within another."""
    if stand_in.get() is not None:
        raise HatchetError("a test that is explored cannot explore another one")
