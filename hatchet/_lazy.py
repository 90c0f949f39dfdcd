"""Modules that are heavy, and loaded on first use."""

from __future__ import annotations

import gc
from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module


@contextmanager
def loading() -> Generator[None, None, None]:
    """While much is loaded: nearly all of it stays, so that looking for garbage among it is a tenth of the time."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        if not gc.get_freeze_count():
            # Straight to the oldest generation, without a look at each; what a program has frozen would not stay so.
            gc.freeze()
            gc.unfreeze()
        gc.enable()


class Deferred:
    """A module that is imported when the first of its names is used.

    Type checkers see the module itself: import it under `TYPE_CHECKING`, and this under `else`.
    """

    def __init__(self, name: str) -> None:
        self._deferred_name = name

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        # All names at once, so that each use after the first costs no more than that of a module.
        with loading():
            module = import_module(self._deferred_name)
        self.__dict__.update(vars(module))
        try:
            return self.__dict__[name]
        except KeyError:
            raise AttributeError(f"module {self._deferred_name!r} has no attribute {name!r}") from None
