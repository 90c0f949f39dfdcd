"""A stream of durable tasks that breaks when a scenario says so, with what was on its way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any

from hatchet import Hatchet, Unavailable


class Breaks:
    """Between a client and the durable stream of its engine; it breaks with the answer that `loses` names."""

    def __init__(self, hatchet: Hatchet) -> None:
        self._gateway = hatchet.gateway
        self._io = hatchet.io
        self._original = hatchet.gateway.durable_tasks
        self._broken: asyncio.Event | None = None
        self.loses: Callable[[Any], bool] | None = None
        self.connections = 0
        self.answers: list[str] = []

    def __enter__(self) -> Breaks:
        self._gateway.durable_tasks = self._stream  # type: ignore[method-assign]  # between the two
        return self

    def __exit__(self, *_error: object) -> None:
        del self._gateway.durable_tasks

    def now(self) -> None:
        """Break the connection that there is."""

        async def cut() -> None:
            assert self._broken is not None
            self._broken.set()

        self._io.block(cut())

    async def _stream(self, requests: AsyncGenerator[Any, None]) -> AsyncGenerator[Any, None]:
        self.connections += 1
        self._broken = broken = asyncio.Event()
        async with aclosing(self._original(requests)) as messages:
            while True:
                reading = asyncio.ensure_future(anext(messages))
                breaking = asyncio.ensure_future(broken.wait())
                try:
                    await asyncio.wait([reading, breaking], return_when=asyncio.FIRST_COMPLETED)
                finally:
                    breaking.cancel()
                    if broken.is_set() or not reading.done():
                        reading.cancel()
                        await asyncio.wait([reading])
                        if not reading.cancelled():
                            reading.exception()
                if broken.is_set():
                    raise Unavailable("DurableTask: cut", code="UNAVAILABLE", call="DurableTask")
                message = reading.result()
                self.answers.append(str(message.WhichOneof("message")))
                if self.loses is not None and self.loses(message):
                    self.loses = None
                    raise Unavailable("DurableTask: cut", code="UNAVAILABLE", call="DurableTask")
                yield message
