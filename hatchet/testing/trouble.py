"""What a test lets go wrong at its engine, and on the way to it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from hatchet.errors import HatchetError
from hatchet.testing.base import Words
from hatchet.testing.faults import Action, Fault, Message
from hatchet.transport.io_loop import blocking

if TYPE_CHECKING:
    from hatchet.worker.worker import Worker

Refusal: TypeAlias = Literal[
    "DEADLINE_EXCEEDED",
    "FAILED_PRECONDITION",
    "INTERNAL",
    "NOT_FOUND",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "UNAUTHENTICATED",
    "UNAVAILABLE",
]
"""With what a call is refused, as gRPC names it."""


class TroubleWords(Words):
    """What a test lets go wrong."""

    # -- on the way; `times=None` is until the fault is ended

    def drop(self, message: Message, *, times: int | None = 1, answer: bool = False) -> Fault:
        """Lose messages: who sends one is told that the connection broke.

        Args:
            message: which messages; see `Message`.
            times: how many of them; None: all until the fault ends.
            answer: of a call: the engine gets the message and acts on it, and its answer is lost.
        """
        return self._let("drop", message, times, answer=answer)

    def delay(self, message: Message, by: timedelta | float, *, times: int | None = 1) -> Fault:
        """Deliver messages later; on a stream, those behind them too.

        Args:
            message: which messages; see `Message`.
            by: real seconds, or a timedelta: of the way, not of the engine's clock.
            times: how many of them; None: all until the fault ends.
        """
        seconds = by.total_seconds() if isinstance(by, timedelta) else float(by)
        if not 0 <= seconds < float("inf"):
            raise HatchetError(f"a message can be delayed by 0 seconds or more, not by {by!r}")
        return self._let("delay", message, times, seconds=seconds)

    def double(self, message: Message, *, times: int | None = 1) -> Fault:
        """Deliver messages twice, as a sender does that has not heard of the first.

        Args:
            message: which messages; see `Message`.
            times: how many of them; None: all until the fault ends.
        """
        return self._let("double", message, times)

    def reorder(self, message: Message, *, times: int | None = 1) -> Fault:
        """Let the next message overtake this one; after five real seconds without a next one it is delivered.

        Args:
            message: which messages; see `Message`.
            times: how many of them are overtaken; None: all until the fault ends.
        """
        return self._let("reorder", message, times)

    def refuse(self, message: Message, code: Refusal = "UNAVAILABLE", *, times: int | None = 1) -> Fault:
        """Refuse calls; a stream breaks at the message.

        Args:
            message: which messages; see `Message`.
            code: with what, as gRPC names it.
            times: how many of them; None: all until the fault ends.
        """
        return self._let("refuse", message, times, code=code)

    def _let(
        self,
        action: Action,
        message: Message,
        times: int | None,
        *,
        seconds: float = 0.0,
        answer: bool = False,
        code: str = "",
    ) -> Fault:
        if times is not None and times < 1:
            raise HatchetError(f"times is {times}; write 1 or more, or None for all")
        fault = Fault(message, action, times, self.io, seconds=seconds, answer=answer, code=code)
        self._line.add(fault)
        return fault

    # -- at both ends

    async def aio_kill_worker(self, worker: Worker | None = None) -> None:
        """End a worker of this process as `kill -9` does: it delivers nothing more, and says no goodbye.

        Coroutines of its tasks are cancelled; functions in threads go on, and nobody hears of them. The engine hands
        its tasks to other workers once it misses the heartbeats: `engine.skip(30)`.

        Args:
            worker: default: the only one that runs.

        Raises:
            HatchetError: it does not run, or none is named and there are several.
        """
        await self._do(self._kill(worker))

    kill_worker: Final = blocking(aio_kill_worker)

    async def _kill(self, worker: Worker | None) -> None:
        running = [each for gateway in self._gateways for each in gateway.workers]
        if worker is None and len(running) != 1:
            raise HatchetError(f"{len(running)} workers run; name the one to kill: engine.kill_worker(worker)")
        victim = next((each for each in running if worker is None or each.worker_id == worker.id), None)
        if victim is None or not victim.worker_id:
            name = "" if worker is None else f" {worker.name!r}"
            raise HatchetError(f"worker{name} does not run at this engine")
        self._line.cut_off(victim.worker_id)
        known = self._hub.core.scheduler.workers.get(victim.worker_id)
        if known is not None:
            known.beat = None  # the engine has heard nothing of it for as long as it takes
        victim.stop(force=True)

    async def aio_fill_disk(self) -> None:
        """Let the engine find no room to store anything, until `free_disk`: it refuses what it would have to store."""
        await self._do(self._set_full(True))

    fill_disk: Final = blocking(aio_fill_disk)

    async def aio_free_disk(self) -> None:
        """Let there be room again; the engine finds that within a second."""
        await self._do(self._set_full(False))

    free_disk: Final = blocking(aio_free_disk)

    async def _set_full(self, is_full: bool) -> None:
        self._store.is_full = is_full
