"""Regular expressions in expressions: RE2, whose work is linear in the text, within what an evaluation may spend."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Protocol

from hatchet.engine.cel.values import CelFault, Meter

MAX_PATTERN = 2_000
"""Longest pattern, in characters."""
MAX_MEMORY = 2 << 20
"""Bytes that a compiled pattern may take; a pattern that needs more takes tens of milliseconds to compile."""
_COMPILING = 1_000
"""Steps that compiling a pattern costs at least."""
_TOO_LARGE = 30_000
"""Steps that finding out costs that a pattern is too large."""
_SMALL = 16
"""Instructions of a pattern that surely runs as a table, byte by byte, and not with a set of states for each byte."""
_BYTES_PER_STEP = 60
"""Bytes that a small pattern reads in the time of a step."""
_WORK_PER_STEP = 50
"""Instructions times bytes that a larger pattern goes through in the time of a step, at worst."""
_BYTE = re.compile(r"(?<!\\)(?:\\\\)*\\C")
"""RE2's escape for half a character, which Go's does not have."""


class _Pattern(Protocol):
    @property
    def programsize(self) -> int: ...

    def search(self, text: str) -> object | None: ...


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> _Pattern | None:
    # Loaded when an expression has a pattern.
    import re2

    library: Any = re2  # its types are in a package that only development has
    options = library.Options()
    options.max_mem = MAX_MEMORY
    options.log_errors = False
    # Without groups a search runs as a table where it would otherwise go through every way to match.
    options.never_capture = True
    try:
        made: _Pattern = library.compile(pattern, options)
    except library.error:
        return None
    return made


def matches(meter: Meter, text: str, pattern: str) -> bool:
    """Whether a pattern is found in a text; raises CelFault when it is none, or costs too much."""
    if len(pattern) > MAX_PATTERN:
        raise CelFault(f"the regular expression has {len(pattern)} characters, more than {MAX_PATTERN}")
    if _BYTE.search(pattern):
        raise CelFault(f"invalid regular expression: {pattern[:100]!r}")
    misses = _compiled.cache_info().misses
    meter.spend(len(pattern))
    try:
        found = _compiled(pattern)
        if _compiled.cache_info().misses > misses:
            meter.spend(_TOO_LARGE if found is None else _COMPILING + found.programsize)
        if found is None:
            raise CelFault(f"invalid or too large regular expression: {pattern[:100]!r}")
        size, length = found.programsize, len(text) if text.isascii() else 4 * len(text)
        meter.spend(length // _BYTES_PER_STEP if size <= _SMALL else length * size // _WORK_PER_STEP)
        return found.search(text) is not None
    except UnicodeEncodeError:
        raise CelFault("a text that is not valid Unicode matches no regular expression") from None
