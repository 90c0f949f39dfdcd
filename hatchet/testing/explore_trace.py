"""The order of events of one run: what ran, when by its own time, and at which line of the user's code."""

from __future__ import annotations

import asyncio
import os
import sysconfig
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any, Final, TypeGuard

from hatchet._dataclasses import NamedTuple
from hatchet.testing.explore_loop import ExploredLoop, Step, name_of
from hatchet.testing.explore_threads import SteppedThread
from hatchet.worker.executor import Executor

PACKAGE: Final = str(Path(__file__).parent.parent) + os.sep
LIBRARIES: Final = tuple(
    {
        str(Path(path)) + os.sep
        for name, path in sysconfig.get_paths().items()
        if name in ("stdlib", "purelib", "platlib")
    }
)
GENERATED: Final = f"{os.sep}hatchet_api{os.sep}"


class Event(NamedTuple):
    """One step of the user's code."""

    at: float
    """Seconds since the run began, by its own time."""
    who: str
    """The task run, the test, or another coroutine."""
    what: str

    def __str__(self) -> str:
        return f"{self.at:10.3f}  {self.who}  {self.what}"


class Trace:
    """Writes down what happens. What it writes says whether two runs went the same way."""

    def __init__(self, began: float) -> None:
        self._began = began
        self._last: tuple[float, asyncio.Task[Any], str, str] | None = None
        self._seen: set[asyncio.Task[Any]] = set()
        self.steps: list[str] = []
        """Every step of the loop, the engine's and the worker's included."""
        self.events: list[Event] = []
        """Those of the user's code."""

    def __call__(self, loop: ExploredLoop, step: Step) -> None:
        """A step is made now."""
        self.flush()
        at = loop.time() - self._began
        owner: object = getattr(step.callback, "__self__", None)
        if _is_task(owner):
            task, name = owner, owner.get_name()
            self.steps.append(f"{at:.6f} {name} {name_of(task.get_coro())}")
            frame = place(task)
            self._last = at, task, name, "" if frame is None else shown(frame)
        elif isinstance(owner, SteppedThread):
            self.steps.append(f"{at:.6f} {owner.name}")
            self.events.append(Event(at, owner.name, owner.place()))
        else:
            self.steps.append(f"{at:.6f} {name_of(step.callback)}")

    def flush(self) -> None:
        """Say what became of the last step."""
        if self._last is None:
            return
        at, task, name, before = self._last
        self._last = None
        if not task.done():
            frame = place(task)
            if frame is not None:
                self._tell(at, task, f"{before or 'begins'} … waits at {shown(frame)}", name)
        elif before or (task not in self._seen and is_attempt(task)):
            error = None if task.cancelled() else task.exception()
            after = (
                "is cancelled" if task.cancelled() else "ends" if error is None else f"raises {type(error).__name__}"
            )
            self._tell(at, task, f"{before or 'begins'} … {after}", name)

    def _tell(self, at: float, task: asyncio.Task[Any], what: str, name: str) -> None:
        self._seen.add(task)
        self.events.append(Event(at, name, what))


def _is_task(owner: object) -> TypeGuard[asyncio.Task[Any]]:
    return isinstance(owner, asyncio.Task)


def is_attempt(task: asyncio.Task[Any]) -> bool:
    """Whether a task executes an attempt: its code may come and go within one step."""
    return getattr(task.get_coro(), "cr_code", None) is Executor._execute.__code__  # pyright: ignore[reportPrivateUsage]


def place(task: asyncio.Task[Any]) -> FrameType | None:
    """The innermost frame of the user's code in what a task executes."""
    found: FrameType | None = None
    for frame in _frames(task.get_coro()):
        if is_users(frame):
            found = frame
    return found


def is_users(frame: FrameType) -> bool:
    """Whether the code of a frame is neither this package's nor that of a library."""
    name = frame.f_code.co_filename
    return not name.startswith((PACKAGE, "<frozen", *LIBRARIES)) and GENERATED not in name


def shown(frame: FrameType) -> str:
    """The line that a frame is at."""
    name = frame.f_code.co_filename
    with suppress(ValueError):  # on another drive
        relative = os.path.relpath(name)
        name = name if relative.startswith("..") else relative
    return f"{name}:{frame.f_lineno} in {frame.f_code.co_name}"


def _frames(awaited: object) -> Iterator[FrameType]:
    while awaited is not None:
        frame: FrameType | None = None
        inner: object = None
        for kind in ("cr", "gi", "ag"):
            if hasattr(awaited, f"{kind}_frame"):
                frame = getattr(awaited, f"{kind}_frame")
                inner = getattr(awaited, "gi_yieldfrom" if kind == "gi" else f"{kind}_await")
                break
        if frame is not None:
            yield frame
        awaited = inner
