"""Duration texts as the wire carries them, such as `90s`, `1h30m` or `1.5m`."""

from __future__ import annotations

import re

_SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_REGISTERED = re.compile(r"(?:\d+(?:\.\d+)?(?:ms|s|m|h))+", re.ASCII)
_GO = re.compile(r"(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+", re.ASCII)
_PART = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)", re.ASCII)
_LONG = re.compile(r"(\d+)([dwy])", re.ASCII)
_LONG_SECONDS = {"d": 86_400.0, "w": 7 * 86_400.0, "y": 365 * 86_400.0}

MAX_SECONDS = (2**63 - 1) / 1e9
"""The real engine counts nanoseconds in 64 bits; longer durations overflow there and are refused here."""

FALLBACK_SECONDS = 300.0
"""What a text that cannot be read means at run time."""


def registered(text: str) -> float | None:
    """Seconds of a duration given in a registration, or None when its grammar is not accepted there."""
    if not _REGISTERED.fullmatch(text):
        return None
    seconds = _sum(text)
    return seconds if seconds <= MAX_SECONDS else None


def increment(text: str) -> float | None:
    """Seconds of a duration given in a running task's call; more units and a sign are understood."""
    sign = -1.0 if text.startswith("-") else 1.0
    unsigned = text[1:] if text[:1] in "+-" else text
    if unsigned == "0":
        return 0.0
    if not unsigned or not _GO.fullmatch(unsigned):
        return None
    seconds = _sum(unsigned)
    return sign * seconds if seconds <= MAX_SECONDS else None


def readable(text: str) -> bool:
    """Whether a text is understood at run time as what it says, and not as the five minutes of unreadable ones."""
    return _LONG.fullmatch(text) is not None or registered(text) is not None


def tolerant(text: str) -> float:
    """Seconds of a stored duration; days, weeks and years alone are understood, anything unreadable is five minutes."""
    if match := _LONG.fullmatch(text):
        return int(match[1]) * _LONG_SECONDS[match[2]]
    seconds = registered(text)
    return FALLBACK_SECONDS if seconds is None else seconds


def _sum(text: str) -> float:
    return sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(text))
