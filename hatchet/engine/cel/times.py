"""Timestamps and durations of CEL expressions, exact to the nanosecond. Pure, apart from the time zones' data."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hatchet.engine.cel.values import MAX_INT, MIN_INT, CelFault, Duration, Timestamp

_SECOND = 1_000_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_FIRST = -62_135_596_800
"""The year 1 in seconds since 1970."""
_LAST = 253_402_300_799
"""The last second of the year 9999."""
_CYCLE = 146_097 * 86_400
"""Seconds of 400 years, after which days and weekdays repeat."""
_MAX_LENGTH = 200
"""Longest text that is read as a time or as a duration."""
_MOMENT = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})T(\d{1,2}):(\d{2}):(\d{2})(?:[.,](\d+))?(?:Z|([+-])(\d{2}):(\d{2}))", re.ASCII
)
_SPAN = re.compile(r"[+-]?(?:0|(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)", re.ASCII)
_PART = re.compile(r"(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)", re.ASCII)
_UNITS = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,
    "μs": 1_000,
    "ms": 1_000_000,
    "s": _SECOND,
    "m": 60 * _SECOND,
    "h": 3600 * _SECOND,
}


def read_moment(text: str) -> Timestamp:
    """The time that a text in RFC 3339 stands for."""
    match = _MOMENT.fullmatch(text) if len(text) <= _MAX_LENGTH else None
    if match is None:
        raise _unreadable(text, "Timestamp")
    *fields, fraction, sign, hours, minutes = match.groups()
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    if int(hours or 0) > 24 or int(minutes or 0) > 60:
        raise _unreadable(text, "Timestamp")
    year, month, day, hour, minute, second = map(int, fields)
    try:
        # Years before the first are written 0000; Python's calendar has none, so the year is counted apart.
        moment = datetime(year or 4, month, day, hour, minute, second, tzinfo=timezone.utc)
    except ValueError:
        raise _unreadable(text, "Timestamp") from None
    seconds = (moment - _EPOCH) // timedelta(seconds=1) - (0 if year else 4 * 365 * 86_400 + 86_400)
    seconds -= offset // timedelta(seconds=1) * (-1 if sign == "-" else 1)
    east = offset // timedelta(minutes=1) * (-1 if sign == "-" else 1)
    return moment_of(seconds * _SECOND + int(((fraction or "") + "0" * 9)[:9]), east)


def moment_of(ns: int, offset: int = 0) -> Timestamp:
    """A time, unless it lies outside the years 1 to 9999."""
    if not _FIRST <= ns // _SECOND <= _LAST:
        raise CelFault("timestamp overflow")
    return Timestamp(ns, offset)


def moment_of_seconds(seconds: int) -> Timestamp:
    """The time so many seconds after 1970."""
    return moment_of(seconds * _SECOND)


def moment_text(moment: Timestamp, offset: int = 0) -> str:
    """A time in RFC 3339, without needless digits."""
    seconds, fraction = divmod(moment.ns, _SECOND)
    at = _shifted(seconds * 1_000_000, offset)
    digits = f".{fraction:09d}".rstrip("0") if fraction else ""
    sign = "-" if offset < 0 else "+"
    zone = f"{sign}{abs(offset) // 60:02d}:{abs(offset) % 60:02d}" if offset else "Z"
    return f"{at.replace(tzinfo=None).isoformat()}{digits}{zone}"


def _shifted(us: int, offset: int) -> datetime:
    """Date and time of day so many minutes east of UTC."""
    try:
        return _EPOCH + timedelta(microseconds=us, minutes=offset)
    except OverflowError:
        raise CelFault("timestamp overflow") from None


def seconds_of(moment: Timestamp) -> int:
    """Whole seconds since 1970."""
    return moment.ns // _SECOND


def read_span(text: str) -> Duration:
    """The duration that a text such as `1h30m` stands for."""
    if len(text) > _MAX_LENGTH or not _SPAN.fullmatch(text):
        raise _unreadable(text, "Duration")
    total = 0
    for whole, fraction, unit in _PART.findall(text):
        digits = fraction or ""
        total += int(whole or 0) * _UNITS[unit] + int(digits or 0) * _UNITS[unit] // 10 ** len(digits)
    total = -total if text.startswith("-") else total
    if not MIN_INT <= total <= MAX_INT:
        raise _unreadable(text, "Duration")
    return Duration(total)


def span_of(ns: int) -> Duration:
    """A duration, unless it is longer than 292 years."""
    if not MIN_INT <= ns <= MAX_INT:
        raise CelFault("integer overflow")
    return Duration(ns)


def span_seconds(span: Duration) -> float:
    """The seconds of a duration."""
    whole, rest = divmod(abs(span.ns), _SECOND)
    return math.copysign(whole + rest / 1e9, span.ns) if span.ns else 0.0


def _unreadable(text: str, wanted: str) -> CelFault:
    shown = text if len(text) <= _MAX_LENGTH else text[:_MAX_LENGTH] + "…"
    return CelFault(f"type conversion error from 'string' to 'google.protobuf.{wanted}': {shown!r}")


# -- arithmetic ------------------------------------------------------------------------------------------------------


def later(moment: Timestamp, by: Duration) -> Timestamp:
    """`timestamp + duration`."""
    return moment_of(moment.ns + by.ns, moment.offset)


def after(by: Duration, moment: Timestamp) -> Timestamp:
    """`duration + timestamp`."""
    return later(moment, by)


def earlier(moment: Timestamp, by: Duration) -> Timestamp:
    """`timestamp - duration`."""
    return moment_of(moment.ns - by.ns, moment.offset)


def between(moment: Timestamp, since: Timestamp) -> Duration:
    """`timestamp - timestamp`."""
    return span_of(moment.ns - since.ns)


def longer(left: Duration, right: Duration) -> Duration:
    """`duration + duration`."""
    return span_of(left.ns + right.ns)


def shorter(left: Duration, right: Duration) -> Duration:
    """`duration - duration`."""
    return span_of(left.ns - right.ns)


# -- parts -----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _zone(name: str) -> int | tzinfo | None:
    """A time zone, or the seconds east of UTC of one that is written as such; nothing stands for the machine's own."""
    hours, colon, minutes = name.partition(":")
    if not colon:
        try:
            return None if name == "Local" else ZoneInfo(name) if name else 0
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise CelFault(f"unknown time zone {name[:100]}") from None
    if not (re.fullmatch(r"[+-]?[0-9]{1,4}", hours) and re.fullmatch(r"[+-]?[0-9]{1,4}", minutes)):
        raise CelFault(f"unknown time zone {name[:100]}")
    if not 0 <= int(minutes) <= 59:
        raise CelFault(f"timezone offset minutes out of range [0, 59]: {name}")
    return (int(hours) * 60 + (-int(minutes) if name[0] == "-" else int(minutes))) * 60


def _offset(zone: int | tzinfo | None, seconds: int) -> int:
    """Seconds east of UTC at a time; a day from the ends of the calendar is near enough."""
    if isinstance(zone, int):
        return zone
    at = _EPOCH + timedelta(seconds=min(max(seconds, _FIRST + 86_400), _LAST - 86_400))
    return (at.astimezone(zone).utcoffset() or timedelta()) // timedelta(seconds=1)


_MOMENT_PARTS: dict[str, Callable[[datetime], int]] = {
    "getFullYear": lambda at: at.year,
    "getMonth": lambda at: at.month - 1,
    "getDate": lambda at: at.day,
    "getDayOfMonth": lambda at: at.day - 1,
    "getDayOfWeek": lambda at: at.isoweekday() % 7,
    "getDayOfYear": lambda at: at.timetuple().tm_yday - 1,
    "getHours": lambda at: at.hour,
    "getMinutes": lambda at: at.minute,
    "getSeconds": lambda at: at.second,
    "getMilliseconds": lambda at: at.microsecond // 1000,
}
_SPAN_PARTS = {"getHours": "h", "getMinutes": "m", "getSeconds": "s", "getMilliseconds": "ms"}


def _reading(name: str, part: Callable[[datetime], int]) -> Callable[..., int]:
    def read(moment: Timestamp, zone: str = "") -> int:
        seconds, fraction = divmod(moment.ns, _SECOND)
        seconds += _offset(_zone(zone), seconds)
        # In another zone it may be the year 0 or 10000, which Python does not have: the calendar repeats itself.
        cycles = (seconds < _FIRST) - (seconds > _LAST)
        at = _EPOCH + timedelta(seconds=seconds + cycles * _CYCLE, microseconds=fraction // 1000)
        return part(at) - (400 * cycles if name == "getFullYear" else 0)

    return read


def _counting(unit: str) -> Callable[[Duration], int]:
    size = _UNITS[unit]
    return lambda span: abs(span.ns) // size * (-1 if span.ns < 0 else 1)


MOMENT_PARTS = {name: _reading(name, part) for name, part in _MOMENT_PARTS.items()}
SPAN_PARTS = {name: _counting(unit) for name, unit in _SPAN_PARTS.items()}
