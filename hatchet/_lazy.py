"""The names of a package, read from its own `TYPE_CHECKING` block: one list for type checkers and for run time."""

from __future__ import annotations

from importlib.abc import InspectLoader
from importlib.machinery import ModuleSpec


def names_of(spec: ModuleSpec) -> dict[str, tuple[str, str]]:
    """Public name → (module, name there), for each `from module import name as public` of a package's source."""
    found: dict[str, tuple[str, str]] = {}
    for line in _source(spec).splitlines():
        words = line.split()
        if len(words) == 6 and words[0] == "from" and words[2] == "import" and words[4] == "as":
            found[words[5]] = (words[1], words[3])
    return found


def _source(spec: ModuleSpec) -> str:
    # Loaders of zip files have the source and no file; those that test tools put in have a file and no source.
    source = spec.loader.get_source(spec.name) if isinstance(spec.loader, InspectLoader) else None
    if source is None and spec.origin is not None:
        with open(spec.origin, encoding="utf-8") as file:
            return file.read()
    if source is None:
        raise ImportError(f"the source of {spec.name} is needed to find its names, and its loader has none")
    return source
