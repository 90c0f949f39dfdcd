"""Tests on a loop whose time jumps to the next timer when all is quiet: they take none, whatever they wait for."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec

from hatchet.testing.explore_loop import ExploredLoop
from hatchet.testing.explore_order import AsyncioOrder
from hatchet.transport.io_loop import IoLoop

P = ParamSpec("P")
START = 1000.0  # s, by the clock of the loop


class HereLoop(IoLoop):
    """The loop of the test itself, as the loop of a client."""

    def here(self) -> bool:
        return True

    def post(self, callback: Callable[[], object]) -> None:
        asyncio.get_running_loop().call_soon(callback)


def jumping(check: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """A test that runs on such a loop."""

    @functools.wraps(check)
    def test(*args: P.args, **named: P.kwargs) -> None:
        loop = ExploredLoop(AsyncioOrder(), START)
        tasks: list[asyncio.Task[Any]] = []
        create = loop.create_task

        def kept(code: Any, **given: Any) -> asyncio.Task[Any]:
            tasks.append(create(code, **given))
            return tasks[-1]

        loop.create_task = kept  # type: ignore[method-assign, assignment]  # what a factory makes has no name yet
        try:
            loop.run_until_complete(check(*args, **named))
        finally:
            loop.close()
        # What nobody looks at is logged when it is collected, in the middle of another test.
        left = [repr(task) for task in tasks if task.done() and getattr(task, "_log_traceback", False)]
        assert left == [], "errors of tasks that nobody has looked at"

    return test


def now() -> float:
    """Seconds since its start, to the millisecond."""
    return round(asyncio.get_running_loop().time() - START, 3)


async def until(seconds: float) -> None:
    """Until a time after the start, and what happens then."""
    await asyncio.sleep(seconds - now() + 0.01)
