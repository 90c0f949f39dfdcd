"""What is loaded on first use: the names of a package, and modules that are heavy."""

from __future__ import annotations

from importlib import import_module
from importlib.machinery import ModuleSpec


def names_of(spec: ModuleSpec) -> dict[str, tuple[str, str]]:
    """The names in a package's own `TYPE_CHECKING` block: one list for type checkers and for run time.

    Public name → (module, name there), for each `from module import name as public` of its source.
    """
    found: dict[str, tuple[str, str]] = {}
    for line in _source(spec).splitlines():
        words = line.split()
        if len(words) == 6 and words[0] == "from" and words[2] == "import" and words[4] == "as":
            found[words[5]] = (words[1], words[3])
    return found


def _source(spec: ModuleSpec) -> str:
    # Loaders of zip files have the source and no file; those that test tools put in have a file and no source.
    # By name: importlib.abc has a class for loaders that know it, and takes longer to load than all the rest here.
    get_source = getattr(spec.loader, "get_source", None)
    source: str | None = get_source(spec.name) if get_source is not None else None
    if source is None and spec.origin is not None:
        with open(spec.origin, encoding="utf-8") as file:
            return file.read()
    if source is None:
        raise ImportError(f"the source of {spec.name} is needed to find its names, and its loader has none")
    return source


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
