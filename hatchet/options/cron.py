"""Cron expressions: looked at where they are written, and when they are due.

The engine stores an expression that it cannot read without a word, and forgets it at its first look. The embedded
engine has a reading of its own, since the two sides share no code; a test holds them against each other.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from heapq import merge
from typing import Final, NoReturn

from hatchet._dataclasses import NamedTuple
from hatchet.errors import InputError

_DAY: Final = 24 * 3600
_END: Final = datetime.max.replace(tzinfo=timezone.utc)
YEARS_AHEAD: Final = 5  # the engine looks no further, so that 30 February comes to an end

_NUMBER: Final = re.compile(r"\+?[0-9]{1,9}")  # the engine counts in 32 bits
_WORD: Final = re.compile(r"\S+")
_ZONE: Final = re.compile(r"(?:CRON_)?TZ=([^ ]*)")
_EVERY: Final = re.compile(r"@every (\S+)")
_LONGEST: Final = 2**63 / 1e9  # seconds that the engine can count in nanoseconds
_LENGTH: Final = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)", re.ASCII)
_UNITS: Final = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_WRITTEN_OUT: Final = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}


class _Kind(NamedTuple):
    """One of the six fields."""

    name: str
    low: int
    high: int
    words: str = ""


_KINDS: Final = (
    _Kind("second", 0, 59),
    _Kind("minute", 0, 59),
    _Kind("hour", 0, 23),
    _Kind("day of the month", 1, 31),
    _Kind("month", 1, 12, "jan feb mar apr may jun jul aug sep oct nov dec"),
    _Kind("day of the week", 0, 6, "sun mon tue wed thu fri sat"),
)


class _Field(NamedTuple):
    """What a field allows."""

    values: tuple[int, ...]
    is_star: bool


class CronExpression:
    """A cron expression: five fields, or six with leading seconds, or `@daily` and the like.

    Args:
        text: `minute hour day month weekday` with `*`, `?`, lists, ranges, steps and names; UTC unless it begins with
            `CRON_TZ=Europe/Berlin` or the like.

    Raises:
        InputError: it cannot be read; shows the place.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.in_fields: str | None = text
        """The same without `@daily` and the like, which engines do not take everywhere; None for `@every`."""
        self._zone: tzinfo = timezone.utc
        self._every: timedelta | None = None
        self._fields: tuple[_Field, ...] = ()
        start = 0
        if zone := _ZONE.match(text):
            start = zone.end()
            self._zone = self._zone_of(zone)
        words = [*_WORD.finditer(text, start)]
        if not words:
            self._refuse("there are no fields", start, start)
        elif words[0][0].startswith("@"):
            self._describe(words[0], words[-1].end() if zone else len(text))
        elif len(words) not in (5, 6):
            surplus = words[6:] or words[-1:]
            self._refuse(
                f"there are 5 fields (minute, hour, day, month, weekday), or 6 with leading seconds, not {len(words)}",
                surplus[0].start(),
                words[-1].end(),
            )
        else:
            self._fields = tuple(
                self._field(word, kind) for word, kind in zip(words, _KINDS[-len(words) :], strict=True)
            )
            if len(words) == 5:
                self._fields = (_Field((0,), False), *self._fields)

    def after(self, moment: datetime) -> Iterator[datetime]:
        """When it is due after an aware moment, in UTC, in order; nothing where it never is.

        `@every` counts from the moment itself, as the engine counts from when it learned of the cron.
        """
        if self._every is not None:
            due = moment.astimezone(timezone.utc).replace(microsecond=0)
            while due < _END - self._every:
                due += self._every
                yield due
            return
        local = moment.astimezone(self._zone)
        today = local.date()
        last = today.year + YEARS_AHEAD
        while today.year <= last:
            if self._fits(today):
                for due in self._within(today, local if today == local.date() else None):
                    if due > moment:
                        last = due.year + YEARS_AHEAD
                        yield due
            if today == date.max:
                return
            today += timedelta(days=1)

    def _fits(self, day: date) -> bool:
        _, _, _, days, months, weekdays = self._fields
        by_day, by_weekday = day.day in days.values, day.isoweekday() % 7 in weekdays.values
        fits = (by_day and by_weekday) if days.is_star or weekdays.is_star else (by_day or by_weekday)
        return day.month in months.values and fits

    def _within(self, day: date, since: datetime | None) -> Iterator[datetime]:
        """When it is due on a day, in UTC, in order; what lies before a time of that day may be left out."""
        start = 0 if since is None else _seconds(since)
        repeated = self._repeated(day)
        if repeated is None:
            yield from self._times(day, 0, start, _DAY)
            return
        # The hour that a change of clocks repeats is due twice, the one that it skips never.
        first, end = repeated
        again = since is not None and since.fold
        yield from merge(
            self._times(day, 0, end if again else start, _DAY),
            self._times(day, 1, start if again or start >= end else first, end),
        )

    def _times(self, day: date, fold: int, start: int, end: int) -> Iterator[datetime]:
        """The times of a clock on the wall between two seconds of a day, as UTC."""
        seconds, minutes, hours = (self._fields[index].values for index in range(3))
        for hour in hours[bisect_left(hours, start // 3600) :]:
            for minute in minutes:
                at = hour * 3600 + minute * 60
                if at + 60 <= start:
                    continue
                if at >= end:
                    return
                for second in seconds:
                    if start <= at + second < end:
                        due = self._moment(day, time(hour, minute, second), fold)
                        if due is not None:
                            yield due

    def _repeated(self, day: date) -> tuple[int, int] | None:
        """Between which seconds of a day clocks show everything twice; None when they are not put back."""
        midnight = datetime.combine(day, time(), self._zone)
        before = midnight.utcoffset()
        after = (midnight + timedelta(days=1)).utcoffset() if day < date.max else before
        if before is None or after is None or after >= before:
            return None
        begin = midnight.astimezone(timezone.utc)
        hours = range(27 * 3600)  # a day has no more, and no less than one
        put_back = bisect_left(
            hours, True, key=lambda at: (begin + timedelta(seconds=at)).astimezone(self._zone).utcoffset() == after
        )
        shift = int((before - after).total_seconds())
        return put_back - shift, put_back

    def _moment(self, day: date, clock: time, fold: int) -> datetime | None:
        """A time of a clock on the wall as UTC; None where there is no such time, or only one, and not the second."""
        wall = datetime.combine(day, clock, self._zone)
        found = wall.replace(fold=fold).astimezone(timezone.utc)
        if found.astimezone(self._zone).replace(tzinfo=None) != wall.replace(tzinfo=None):
            return None
        return None if fold and found == wall.astimezone(timezone.utc) else found

    # -- reading

    def _zone_of(self, zone: re.Match[str]) -> tzinfo:
        from zoneinfo import ZoneInfo  # few name a zone, and all that declare a workflow load this module

        try:
            return ZoneInfo(zone[1]) if zone[1] else timezone.utc
        except (KeyError, ValueError, OSError):
            self._refuse(f"there is no time zone {zone[1]!r}", zone.start(1), zone.end(1))

    def _describe(self, word: re.Match[str], end: int) -> None:
        if every := _EVERY.fullmatch(self.text[word.start() : end]):
            lengths = _LENGTH.findall(every[1])
            seconds = sum(float(number) * _UNITS[unit] for number, unit in lengths)
            if "".join(number + unit for number, unit in lengths) != every[1] or not 1 <= seconds < _LONGEST:
                start = word.start() + every.start(1)
                self._refuse("write a length of time from 1s to 292 years, like 90s or 1h30m", start, end)
            self._every, self.in_fields = timedelta(seconds=int(seconds)), None
            return
        known = _WRITTEN_OUT.get(self.text[word.start() : end])
        if known is None:
            self._refuse(f"write one of {', '.join(_WRITTEN_OUT)}, or @every 90s", word.start(), end)
        self._fields = CronExpression(known)._fields
        self.in_fields = self.text[: word.start()] + known

    def _field(self, word: re.Match[str], kind: _Kind) -> _Field:
        values = set[int]()
        is_star = False
        for part in re.finditer(r"[^,]+", word[0]):
            start = word.start() + part.start()
            span, slash, step = part[0].partition("/")
            first, dash, last = span.partition("-")
            if slash and (not _NUMBER.fullmatch(step) or int(step) == 0):
                self._refuse(f"the step behind / is a number above 0, not {step!r}", start, start + len(part[0]))
            if first in ("*", "?") and not dash:
                low, high = kind.low, kind.high
                is_star = is_star or not slash or int(step) == 1
            else:
                low = self._value(first, kind, start)
                high = kind.high if slash else low
                high = self._value(last, kind, start + len(first) + 1) if dash else high
            if high < low:
                self._refuse(f"the range {span} of the {kind.name} ends before it begins", start, start + len(span))
            values.update(range(low, high + 1, int(step) if slash else 1))
        if not values:
            self._refuse(f"the {kind.name} is empty", word.start(), word.end())
        return _Field(tuple(sorted(values)), is_star)

    def _value(self, text: str, kind: _Kind, start: int) -> int:
        words = kind.words.split()
        if text.lower() in words:
            return words.index(text.lower()) + kind.low
        if not _NUMBER.fullmatch(text) or not kind.low <= int(text) <= kind.high:
            names = f", or {words[0]} to {words[-1]}" if words else ""
            sunday = "; Sunday is 0" if words and kind.low == 0 and text == "7" else ""
            self._refuse(
                f"the {kind.name} is {kind.low} to {kind.high}{names}, not {text!r}{sunday}", start, start + len(text)
            )
        return int(text)

    def _refuse(self, problem: str, start: int, end: int) -> NoReturn:
        marks = " " * start + "^" * max(1, end - start)
        raise InputError(f"cron expression {self.text!r}: {problem}\n    {self.text}\n    {marks}")


def _seconds(moment: datetime) -> int:
    return moment.hour * 3600 + moment.minute * 60 + moment.second
