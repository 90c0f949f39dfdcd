"""Lengths of time, as the engine writes them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from hatchet.errors import DefinitionError, InputError
from hatchet.options.values import Duration

#: What the engine has room for: nanoseconds in 63 bits.
LONGEST: Final = timedelta(microseconds=2**63 // 1000)
_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}
_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)")
_TEXT = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?(?:ms|s|m|h))+")


def length_of(value: Duration) -> timedelta:
    """A length of time that `render_duration` takes, as a timedelta."""
    return value if isinstance(value, timedelta) else timedelta(seconds=_seconds(value))


def _seconds(text: str) -> float:
    return sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(text))


def render_duration(
    value: Duration, option: str, error: type[DefinitionError] | type[InputError] = DefinitionError
) -> str:
    """The engine's text for a length of time, exact to the millisecond.

    Args:
        value: the length.
        option: its name, for the error.
        error: what to raise: an InputError where it belongs to a call, and not to a declaration.
    """
    if isinstance(value, str):
        if not _TEXT.fullmatch(value):
            raise error(f"{option} is {value!r}; write a timedelta, or numbers with ms, s, m or h: '1h30m'")
        if not re.search("[1-9]", value):
            raise error(f"{option} is {value!r}; write a length of time above 0")
        if _seconds(value) > LONGEST.total_seconds():
            raise error(f"{option} is {_shortened(value)}; write {LONGEST.days // 365} years at most")
        return value
    if not isinstance(value, timedelta):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers without a checker
        raise error(f"{option} is {value!r}; write timedelta(seconds={value}), or a text: '{value}s'")
    milliseconds = round(value / timedelta(milliseconds=1))
    if milliseconds <= 0:
        raise error(f"{option} is {value}; write a length of time above 0, a millisecond at least")
    if value > LONGEST:
        raise error(f"{option} is {value}; write {LONGEST.days // 365} years at most")
    for unit, size in (("h", 3_600_000), ("m", 60_000), ("s", 1000)):
        if milliseconds % size == 0:
            return f"{milliseconds // size}{unit}"
    return f"{milliseconds}ms"


def _shortened(text: str) -> str:
    return repr(text if len(text) < 40 else f"{text[:40]}…")
