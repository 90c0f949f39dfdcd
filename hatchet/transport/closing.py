"""The end of what was open on a loop."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from hatchet.transport.weak import Finish

logger: Final = logging.getLogger("hatchet")

STOP_TIMEOUT: Final = 5.0  # s; an exiting program waits this long for open calls to be cancelled


async def finish_all(chosen: list[Finish]) -> None:
    """Do it, the last first."""
    while chosen:
        await _finish_one(chosen.pop())


async def _finish_one(finish: Finish) -> None:
    try:
        await finish()
    except Exception:  # what else there is has to be ended all the same
        logger.exception("what was to be done at the end of a client or of the program failed")


async def end_tasks() -> None:
    """Cancel what runs until nothing does: what ends may start something, and gRPC's calls end a step at a time."""
    deadline = asyncio.get_running_loop().time() + STOP_TIMEOUT
    while tasks := [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]:
        left = deadline - asyncio.get_running_loop().time()
        if left <= 0:
            logger.warning("at the end of the program these went on: %s", ", ".join(str(task) for task in tasks))
            return
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=left)
