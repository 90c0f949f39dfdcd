"""The names of a package, read from its own `TYPE_CHECKING` block: one list for type checkers and for run time."""

from __future__ import annotations

from importlib.machinery import ModuleSpec


def names_of(spec: ModuleSpec) -> dict[str, tuple[str, str]]:
    """Public name → (module, name there), for each `from module import name as public` of a package's source."""
    source = spec.loader.get_source(spec.name) if hasattr(spec.loader, "get_source") else None
    if not isinstance(source, str):
        raise ImportError(f"the source of {spec.name} is needed to find its names, and its loader has none")
    found: dict[str, tuple[str, str]] = {}
    for line in source.splitlines():
        words = line.split()
        if len(words) == 6 and words[0] == "from" and words[2] == "import" and words[4] == "as":
            found[words[5]] = (words[1], words[3])
    return found
