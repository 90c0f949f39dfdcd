"""SIGTERM and SIGINT (Ctrl-C) of a process that a worker may end: what they were is put back afterwards.

By `signal.signal`, not by a loop: Windows' loops know no signals, a blocked loop would not hear them, and a loop's
wake-up socket is shared with forked children, whose signals would be taken for the parent's.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from types import FrameType

#: SIGBREAK is what ends a console program on Windows, besides Ctrl-C.
SIGNALS = tuple(number for number in signal.Signals if number.name in ("SIGTERM", "SIGINT", "SIGBREAK"))

_active: list[StopSignals] = []  # what a forked child has to undo; more than one only where workers are nested


class StopSignals:
    """While it is entered, the signals call `on_signal(number, count)` in the main thread, between any two steps.

    Only the main thread can take signals; in another one this does nothing.
    """

    def __init__(self, on_signal: Callable[[signal.Signals, int], object]) -> None:
        self._on_signal = on_signal
        self._count = 0
        self._previous: dict[signal.Signals, Callable[[int, FrameType | None], object] | int] = {}

    def __enter__(self) -> StopSignals:
        if threading.current_thread() is threading.main_thread():
            for number in SIGNALS:
                previous = signal.getsignal(number)
                if previous is not None:  # one that C code has set cannot be put back, and is left
                    signal.signal(number, self._handle)
                    self._previous[number] = previous
            _active.append(self)
        return self

    def __exit__(self, *error: object) -> None:
        if self in _active:
            _active.remove(self)
            self.restore()

    def restore(self) -> None:
        """Put back what was there, unless somebody has set something else since."""
        for number, previous in self._previous.items():
            # Equal, not identical: each look at a method makes another object.
            if signal.getsignal(number) == self._handle:
                signal.signal(number, previous)
        self._previous = {}

    def _handle(self, number: int, frame: FrameType | None) -> None:
        self._count += 1
        self._on_signal(signal.Signals(number), self._count)


_masks: dict[int, set[int | signal.Signals]] = {}  # by thread that forks: what it had blocked before


def _before_fork() -> None:
    """Python forgets what hits a child before it has come to itself; blocked, a signal waits for that."""
    if _active:
        _masks[threading.get_ident()] = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)


def _after_fork_in_parent() -> None:
    if (mask := _masks.pop(threading.get_ident(), None)) is not None:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _after_fork_in_child() -> None:
    """A forked child ends by signals as it would without the worker."""
    for each in reversed(_active):
        each.restore()
    _active.clear()
    _after_fork_in_parent()
    _masks.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork_in_parent, after_in_child=_after_fork_in_child)
