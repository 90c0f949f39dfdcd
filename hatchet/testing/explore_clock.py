"""Times, ids and chance of a run, in place of the machine's: for the threads of the run, and as long as it runs.

They are put where everybody looks for them: what the user's code and other libraries draw decides about the order of
events, too (docs/decisions/0078-what-an-exploration-draws.md).
"""

from __future__ import annotations

import ctypes
import gc
import os
import random
import sys
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, timezone, tzinfo
from operator import attrgetter
from typing import Any, Final, Protocol

NANO: Final = 1_000_000_000


class Inside(Protocol):
    """A run, as far as it has times of its own."""

    def is_inside(self) -> bool:
        """Whether the caller's thread is one of the run."""
        ...

    def now(self) -> float:
        """Seconds since 1970."""
        ...

    def monotonic(self) -> float:
        """Seconds since the machine was started."""
        ...

    def sleep(self, seconds: float) -> None:
        """In place of `time.sleep`."""
        ...

    def random_bytes(self, size: int) -> bytes:
        """In place of `os.urandom`."""
        ...


@contextmanager
def made_up(run: Inside, seed: int) -> Generator[None]:
    """While a run goes on."""
    chance, collects = random.getstate(), gc.isenabled()
    random.seed(seed)
    gc.disable()  # what it ends, it would end at any time
    try:
        with ExitStack() as stack:
            for module, name, function in _functions(run):
                stack.enter_context(_replaced(run, module, name, function))
            if sys.implementation.name == "cpython":
                stack.enter_context(_datetimes(run))
            yield
    finally:
        random.setstate(chance)
        if collects:
            gc.enable()


def _functions(run: Inside) -> list[tuple[Any, str, Callable[..., object]]]:
    # Any: a module, whose names are put back at the end.
    def clock(which: int) -> float:
        return run.now() if which == time.CLOCK_REALTIME else run.monotonic()

    return [
        (time, "time", run.now),
        (time, "time_ns", lambda: round(run.now() * NANO)),
        (time, "monotonic", run.monotonic),
        (time, "monotonic_ns", lambda: round(run.monotonic() * NANO)),
        (time, "perf_counter", run.monotonic),
        (time, "perf_counter_ns", lambda: round(run.monotonic() * NANO)),
        (time, "clock_gettime", clock),
        (time, "sleep", run.sleep),
        (os, "urandom", run.random_bytes),
        (random, "_urandom", run.random_bytes),  # its own name for the same
    ]


@contextmanager
def _replaced(run: Inside, module: Any, name: str, function: Callable[..., object]) -> Generator[None]:
    real = getattr(module, name, None)
    if real is None:  # not on this system
        yield
        return

    def either(*args: Any) -> Any:
        return function(*args) if run.is_inside() else real(*args)

    setattr(module, name, either)
    try:
        yield
    finally:
        setattr(module, name, real)


@contextmanager
def _datetimes(run: Inside) -> Generator[None]:
    """`datetime.now` and its kin. They belong to types that cannot be assigned to, so they are put into their dicts."""
    now, today, day = datetime.now, datetime.today, date.today
    utcnow: Callable[[], datetime] = attrgetter("utcnow")(datetime)  # deprecated, and used all the same

    def made_up_now(cls: type[datetime], tz: tzinfo | None = None) -> datetime:
        return cls.fromtimestamp(run.now(), tz) if run.is_inside() else _for(cls, now(tz))

    def made_up_utcnow(cls: type[datetime]) -> datetime:
        if not run.is_inside():
            return _for(cls, utcnow())
        return cls.fromtimestamp(run.now(), timezone.utc).replace(tzinfo=None)

    def made_up_today(cls: type[datetime]) -> datetime:
        return cls.fromtimestamp(run.now()) if run.is_inside() else _for(cls, today())

    def made_up_day(cls: type[date]) -> date:
        return cls.fromtimestamp(run.now()) if run.is_inside() else cls.fromordinal(day().toordinal())

    with ExitStack() as stack:
        for kind, name, function in (
            (datetime, "now", made_up_now),
            (datetime, "utcnow", made_up_utcnow),
            (datetime, "today", made_up_today),
            (date, "today", made_up_day),
        ):
            stack.enter_context(_in_type(kind, name, classmethod(function)))
        yield


def _for(cls: type[datetime], moment: datetime) -> datetime:
    """A moment as one of a subclass."""
    if cls is datetime:
        return moment
    return cls.combine(moment.date(), moment.time(), moment.tzinfo).replace(fold=moment.fold)


@contextmanager
def _in_type(kind: type[date], name: str, method: object) -> Generator[None]:
    (names,) = gc.get_referents(vars(kind))  # what the read-only view is of
    real = names.get(name)

    def put(value: object) -> None:
        if value is None:
            names.pop(name, None)
        else:
            names[name] = value
        ctypes.pythonapi.PyType_Modified(ctypes.py_object(kind))

    put(method)
    try:
        yield
    finally:
        put(real)
