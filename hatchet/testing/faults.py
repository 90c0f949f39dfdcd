"""Faults that a test lets happen on the way between an engine and those who use it."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Final, Literal, Self, TypeAlias

from hatchet.transport.flag import Flag
from hatchet.transport.io_loop import IoLoop, blocking
from hatchet_api.calls import CallError, StatusCode

Message: TypeAlias = Literal[
    "assignment",
    "durable_answer",
    "durable_request",
    "event",
    "heartbeat",
    "log",
    "outcome",
    "registration",
    "result",
    "started",
    "stream_chunk",
    "trigger",
]
"""What a message is about.

To a worker: `assignment` (an attempt, or its cancellation), `durable_answer`. From a worker: `registration`,
`heartbeat`, `started` and `outcome` of an attempt, `durable_request`, `log`, `stream_chunk`. Between a program and the
engine: `trigger` of runs, `event` that is pushed, `result` that a program waits for.
"""

Action = Literal["delay", "double", "drop", "refuse", "reorder"]


class Fault:
    """Something that happens to messages of one kind, as often as it was asked for, or until it ends.

    ::

        with engine.refuse("heartbeat", times=None) as fault:
            fault.wait()                  # until it has happened once
        assert fault.count >= 1
    """

    def __init__(
        self,
        kind: Message,
        action: Action,
        times: int | None,
        io: IoLoop,
        *,
        seconds: float = 0.0,
        answer: bool = False,
        code: str = "",
    ) -> None:
        self.kind: Message = kind
        """The messages that it happens to."""
        self.action: Action = action
        """What happens to them."""
        self.seconds: float = seconds
        """Of a delay: how long, in real seconds."""
        self.answer: bool = answer
        """Of a loss: whether the engine gets the message, and its answer is lost."""
        self.count: int = 0
        """How often it has happened."""
        self._left = times
        self._io = io
        self._code = StatusCode[code] if code else None
        self._happened = Flag()
        self._overtaken: asyncio.Event | None = None

    @property
    def io(self) -> IoLoop:
        """The loop that it happens on."""
        return self._io

    def end(self) -> None:
        """Let it happen no more."""
        self._left = 0

    async def aio_wait(self, timeout: float = 10.0) -> None:
        """Wait until it has happened once.

        Args:
            timeout: real seconds at most.

        Raises:
            TimeoutError: it has not happened by then.
        """
        try:
            await asyncio.wait_for(self._happened.aio_wait(), timeout)
        except TimeoutError:
            raise TimeoutError(f"no {self.kind} has passed within {timeout:g} s, and the test waits for one") from None

    wait: Final = blocking(aio_wait)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    # -- on the I/O loop, where the messages pass

    def happen(self) -> bool:
        """A message passes: whether it happens to this one."""
        if self._overtaken is not None:
            self._overtaken.set()
        if self._left == 0:
            return False
        if self._left is not None:
            self._left -= 1
        self.count += 1
        self._happened.set()
        return True

    def refuse(self) -> None:
        """Raise the failure of the call, if it is one that makes calls fail."""
        if self._code is not None:
            raise CallError(self._code, f"the {self.kind} was refused by the test")

    async def overtaken(self, seconds: float) -> None:
        """Wait until another message of the kind has passed, for so many seconds at most."""
        self._overtaken = asyncio.Event()
        try:
            async with asyncio.timeout(seconds):
                await self._overtaken.wait()
        except TimeoutError:
            return
