"""Lengths of time, as the engine writes them."""

from __future__ import annotations

import re
from datetime import timedelta

from hatchet.errors import DefinitionError
from hatchet.options.values import Duration

_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)")
_TEXT = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?(?:ms|s|m|h))+")


UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


def length_of(value: Duration) -> timedelta:
    """A length of time that `render_duration` takes, as a timedelta."""
    if isinstance(value, timedelta):
        return value
    return timedelta(seconds=sum(float(number) * UNITS[unit] for number, unit in _PART.findall(value)))


def render_duration(value: Duration, option: str) -> str:
    """The engine's text for a length of time, exact to the millisecond."""
    if isinstance(value, str):
        if not _TEXT.fullmatch(value):
            raise DefinitionError(f"{option} is {value!r}; write a timedelta, or numbers with ms, s, m or h: '1h30m'")
        if not re.search("[1-9]", value):
            raise DefinitionError(f"{option} is {value!r}; write a length of time above 0")
        return value
    if not isinstance(value, timedelta):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers without a checker
        raise DefinitionError(f"{option} is {value!r}; write timedelta(seconds={value}), or a text: '{value}s'")
    milliseconds = round(value / timedelta(milliseconds=1))
    if milliseconds <= 0:
        raise DefinitionError(f"{option} is {value}; write a length of time above 0, a millisecond at least")
    for unit, size in (("h", 3_600_000), ("m", 60_000), ("s", 1000)):
        if milliseconds % size == 0:
            return f"{milliseconds // size}{unit}"
    return f"{milliseconds}ms"
