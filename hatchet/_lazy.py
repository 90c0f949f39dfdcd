"""Modules that are heavy, and loaded on first use."""

from __future__ import annotations

from importlib import import_module


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
        self.__dict__.update(vars(import_module(self._deferred_name)))
        try:
            return self.__dict__[name]
        except KeyError:
            raise AttributeError(f"module {self._deferred_name!r} has no attribute {name!r}") from None
