"""What a run of an exploration lives in: a loop, and times, ids and chance that come from the seed alone."""

from __future__ import annotations

import random
import sys
import threading
from collections.abc import Coroutine, Generator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from hatchet.errors import BlockingCallError, HatchetError
from hatchet.testing.explore_clock import made_up
from hatchet.testing.explore_loop import ExploredLoop
from hatchet.testing.explore_order import FIRST_SEED
from hatchet.testing.explore_refused import OWN_LOOP, STRANGE_THREAD, ExplorationError
from hatchet.testing.explore_threads import SteppedThreads
from hatchet.transport.io_loop import IoLoop, stand_in
from hatchet.transport.threads import Threads

T = TypeVar("T")

EPOCH: Final = 1_767_225_600.0  # 2026-01-01: what `time.time` shows when a run begins
UPTIME: Final = 1_000.0  # s that the made-up machine has been running for by then
ALWAYS_REPLAY: Final = 0.5  # chance that durable tasks begin anew at each wait


class ExploredIo(IoLoop):
    """The I/O loop of clients that are made in a run: its one loop."""

    def __init__(self, loop: ExploredLoop, threads: SteppedThreads) -> None:
        super().__init__()
        self._explored = loop
        self._stepped = threads
        self.threads: Threads | None = threads

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

    def check_own_loop(self) -> None:
        """There is no other loop.

        Raises:
            ExplorationError: always.
        """
        raise ExplorationError(OWN_LOOP)

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
            raise ExplorationError(STRANGE_THREAD)
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
        loop.call_in_thread, loop.knows_thread = self.threads.call, self.is_inside

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

    def random_bytes(self, size: int) -> bytes:
        """In place of `os.urandom`."""
        return self._chance.randbytes(size)

    @contextmanager
    def entered(self) -> Generator[None]:
        """While it runs: times, ids and chance of this thread and the run's own are made up."""
        token = stand_in.set(self.io)
        hooks = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(self.loop.first_iterated, self.loop.finalized)
        try:
            with made_up(self, self._seed):
                yield
        finally:
            sys.set_asyncgen_hooks(*hooks)
            stand_in.reset(token)

    async def end(self) -> None:
        """Close what was left open, and end all that still runs."""
        await self.io.end_all()


def check_free() -> None:
    """Refuse an exploration within another."""
    if stand_in.get() is not None:
        raise HatchetError("a test that is explored cannot explore another one")
