"""A worker that has a thread, or the whole process, to itself: its loop, and an end that no task can prevent."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any, Final

from hatchet.transport.io_loop import IoLoop

logger: Final = logging.getLogger("hatchet")

FORCE_GRACE = 2.0  # s that a forced worker has for an orderly end of its process
FLUSH_LIMIT = 1.0  # s; a stream that nobody reads must not hold up the end
LOOK_EVERY = 0.2  # s between two looks at whether the program has ended
STRAGGLER_GRACE = 5.0  # s that coroutines have for their cancellation once the worker has ended

TaskFactory = Callable[..., "asyncio.Task[Any]"]  # what it is called with differs between versions of Python


def run_until_ended(
    main: Coroutine[Any, Any, None], *, signals_handled: bool, task_factory: TaskFactory | None = None
) -> None:
    """Run a worker on a loop of its own.

    Where a coroutine that a task has started raises SystemExit or KeyboardInterrupt, asyncio stops the loop; here the
    loop goes on, and whoever awaits that coroutine gets the exception. A KeyboardInterrupt by Ctrl-C, where the worker
    handles no signals, drains, and is raised in the end.
    """
    loop = asyncio.new_event_loop()
    loop.set_task_factory(task_factory)
    interrupted: KeyboardInterrupt | None = None
    try:
        asyncio.set_event_loop(loop)
        task = loop.create_task(main)
        while not task.done():
            try:
                loop.run_until_complete(task)
            except (SystemExit, KeyboardInterrupt) as raised:
                if task.done():
                    raise
                if isinstance(raised, KeyboardInterrupt) and not signals_handled:
                    interrupted = raised
                    task.cancel()
                else:
                    logger.error("a coroutine that a task had started raised %r; the worker goes on", raised)
            except asyncio.CancelledError:
                if interrupted is None:
                    raise
        if interrupted is not None:
            raise interrupted
        task.result()
    finally:
        _close(loop)


def _close(loop: asyncio.AbstractEventLoop) -> None:
    """End what still runs on a loop, in bounded time."""
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    if left:
        _drive(loop, asyncio.wait(left, timeout=STRAGGLER_GRACE))
    for task in left:
        if not task.done():
            logger.warning("a coroutine that a task had started does not let its cancellation end it: %s", task)
        elif not task.cancelled() and task.exception() is not None:
            logger.error("a coroutine that a task had started failed: %s", task, exc_info=task.exception())
    _drive(loop, asyncio.wait([loop.create_task(loop.shutdown_asyncgens())], timeout=STRAGGLER_GRACE))
    asyncio.set_event_loop(None)
    loop.close()


def _drive(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, object]) -> None:
    task = loop.create_task(work)
    while not task.done():
        try:
            loop.run_until_complete(task)
        except (SystemExit, KeyboardInterrupt) as raised:
            logger.error("a coroutine that a task had started raised %r at its end", raised)


class ProcessEnd:
    """Ends the process of a forced worker, whose tasks may do anything: block the loop, or never end."""

    def __init__(self, io: IoLoop, still_running: Callable[[], list[str]]) -> None:
        self._io = io
        self._still_running = still_running
        self._timer: asyncio.TimerHandle | None = None

    def arm(self) -> None:
        """The worker was forced: end the process soon, unless `disarm` comes before. On the I/O loop."""
        self._timer = asyncio.get_running_loop().call_later(FORCE_GRACE, self._exit)

    def disarm(self) -> None:
        """The worker has ended by itself. From any thread."""
        self._io.post(lambda: None if self._timer is None else self._timer.cancel())

    def when_main_thread_ends(self) -> None:
        """End the process a moment after its main thread, which would else wait for threads that do not end.

        While the main thread is in the program nothing happens: that may have caught the SystemExit, and go on.
        """

        def wait() -> None:
            while not _main_thread_has_ended():
                time.sleep(LOOK_EVERY)
            time.sleep(FORCE_GRACE)
            os._exit(1)

        threading.Thread(target=wait, name="hatchet-exit", daemon=True).start()

    def _exit(self) -> None:
        def flush() -> None:
            logger.error("the worker was forced, and its process ends with: %s", ", ".join(self._still_running()))
            logging.shutdown()
            for stream in (sys.stdout, sys.stderr):
                if stream is not None:  # pyright: ignore[reportUnnecessaryComparison]  # None without a console
                    stream.flush()

        # The blocked thread may hold the lock of a stream or of a handler.
        flushing = threading.Thread(target=flush, daemon=True)
        flushing.start()
        flushing.join(FLUSH_LIMIT)
        os._exit(1)


def _main_thread_has_ended() -> bool:
    """Whether the interpreter waits for other threads: it has left the program, and is in `threading` alone."""
    main = threading.main_thread()
    frame = sys._current_frames().get(main.ident or 0)  # pyright: ignore[reportPrivateUsage]  # documented by sys
    while frame is not None and frame.f_back is not None:
        frame = frame.f_back
    return frame is None or (frame.f_globals.get("__name__"), frame.f_code.co_name) == ("threading", "_shutdown")
