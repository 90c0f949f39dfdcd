"""When a cron expression is due, by the grammar of the real engine's cron library. Pure.

Five fields, or six with leading seconds; names of months and weekdays; `?`; steps; descriptors such as `@daily` and
`@every 90s`; `TZ=` or `CRON_TZ=` in front. Sunday is 0 and 7 is an error. A day must satisfy both of its fields when
one of them is a plain star, and either of them when both are restricted.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from hatchet._dataclasses import dataclass
from hatchet.engine.state import durations

YEARS_AHEAD = 5
"""An expression that is not due within so many years, such as one for 30 February, never is."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_DESCRIPTORS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_ZONE = re.compile(r"(?:CRON_)?TZ=([^ ]*) (.*)", re.DOTALL)
_NUMBER = re.compile(r"\+?[0-9]{1,9}")
_UTC = timezone.utc


@dataclass(frozen=True)
class _Bounds:
    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()


_SECOND, _MINUTE, _HOUR = _Bounds("second", 0, 59), _Bounds("minute", 0, 59), _Bounds("hour", 0, 23)
_DAY, _MONTH = _Bounds("day of month", 1, 31), _Bounds("month", 1, 12, ("", *_MONTHS))
_WEEKDAY = _Bounds("day of week", 0, 6, _DAYS)


@dataclass(frozen=True)
class _Field:
    values: frozenset[int]
    star: bool


@dataclass(frozen=True)
class CronTimes:
    """The moments at which a cron expression is due."""

    _fields: tuple[_Field, ...]
    _zone: tzinfo = _UTC
    _every: int | None = None

    def after(self, moment: float) -> float | None:
        """The first due time after `moment`, in seconds since the epoch; None when there is none."""
        at = int(moment // 1)
        if self._every is not None:
            return float(at + self._every)
        second, minute, hour, day, month, weekday = self._fields
        now = datetime.fromtimestamp(at + 1, self._zone)
        limit = now.year + YEARS_AHEAD
        while now.year <= limit:
            if now.month not in month.values:
                first = now.replace(day=28) + timedelta(days=4)
                now = self._midnight(first.replace(day=1))
            elif not _fits(now, day, weekday):
                now = self._midnight(now + timedelta(days=1))
            elif now.hour not in hour.values:
                now = self._later(now, 3600 - now.minute * 60 - now.second)
            elif now.minute not in minute.values:
                now = self._later(now, 60 * (_next(minute, now.minute, 60) - now.minute) - now.second)
            elif now.second not in second.values:
                now = self._later(now, _next(second, now.second, 60) - now.second)
            else:
                return now.timestamp()
        return None

    def _later(self, now: datetime, seconds: int) -> datetime:
        # Counted in real time, so that the hour that a change of clocks skips or repeats is skipped or repeated here.
        return datetime.fromtimestamp(now.timestamp() + seconds, self._zone)

    def _midnight(self, day: datetime) -> datetime:
        midnight = day.replace(hour=0, minute=0, second=0, fold=0)
        # A midnight that a change of clocks skips becomes the first moment after it.
        return datetime.fromtimestamp(midnight.timestamp(), self._zone)


def _next(field: _Field, value: int, end: int) -> int:
    """The first value of a field after this one; the end where there is none."""
    return min((each for each in field.values if each > value), default=end)


def parse(text: str) -> CronTimes:
    """Read a cron expression; raises ValueError with words for its author."""
    zone: tzinfo = _UTC
    spec = text
    if match := _ZONE.fullmatch(spec):
        zone, spec = _zone(match[1]), match[2].strip()
    elif spec.startswith(("TZ=", "CRON_TZ=")):
        raise ValueError(f"{text!r} names a time zone and no times")
    if spec.startswith("@every "):
        seconds = durations.increment(spec.removeprefix("@every "))
        if seconds is None:
            raise ValueError(f"{spec!r} has no duration; write it like @every 90s or @every 1h30m")
        return CronTimes((), zone, max(1, int(seconds)))
    if spec.startswith("@"):
        if spec not in _DESCRIPTORS:
            raise ValueError(f"unknown descriptor {spec!r}; use {', '.join(_DESCRIPTORS)} or @every")
        spec = _DESCRIPTORS[spec]
    parts = spec.split()
    if len(parts) == 5:
        parts.insert(0, "0")
    if len(parts) != 6:
        raise ValueError(f"a cron expression has 5 fields, or 6 with leading seconds; {text!r} has {len(spec.split())}")
    bounds = (_SECOND, _MINUTE, _HOUR, _DAY, _MONTH, _WEEKDAY)
    return CronTimes(tuple(_field(part, bound) for part, bound in zip(parts, bounds, strict=True)), zone)


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name) if name else _UTC
    except (KeyError, ValueError, OSError):
        raise ValueError(f"unknown time zone {name!r}") from None


def _fits(now: datetime, day: _Field, weekday: _Field) -> bool:
    by_day = now.day in day.values
    by_weekday = now.isoweekday() % 7 in weekday.values
    return (by_day and by_weekday) if day.star or weekday.star else (by_day or by_weekday)


def _field(text: str, bounds: _Bounds) -> _Field:
    values: set[int] = set()
    star = False
    for part in text.split(","):
        if not part:
            continue
        found, plain = _range(part, bounds)
        values.update(found)
        star = star or plain
    if not values:
        raise ValueError(f"the field {bounds.name} is empty: {text!r}")
    return _Field(frozenset(values), star)


def _range(text: str, bounds: _Bounds) -> tuple[range, bool]:
    span, slash, step_text = text.partition("/")
    step = 1
    if slash:
        if not _NUMBER.fullmatch(step_text) or int(step_text) == 0:
            raise ValueError(f"the step of {text!r} in the field {bounds.name} must be a number above 0")
        step = int(step_text)
    first, dash, last = span.partition("-")
    # Behind a star the real engine reads no end of a range, though there be one.
    star = first in ("*", "?") and last.count("-") == 0
    if star:
        low, high = bounds.low, bounds.high
    else:
        low = _value(first, bounds)
        high = _value(last, bounds) if dash else (bounds.high if slash else low)
    if not bounds.low <= low <= bounds.high or high > bounds.high:
        raise ValueError(f"{text!r} is outside of {bounds.low} to {bounds.high} in the field {bounds.name}")
    if high < low:
        raise ValueError(f"{text!r} in the field {bounds.name} begins after its end")
    return range(low, high + 1, step), star and step == 1


def _value(text: str, bounds: _Bounds) -> int:
    lower = text.lower()
    if lower and lower in bounds.names:
        return bounds.names.index(lower)
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{text!r} in the field {bounds.name} is not a number")
    return int(text)
