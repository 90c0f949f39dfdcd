"""Cron expressions: looked at where they are written, and when they are due.

The engine stores an expression that it cannot read without a word, and forgets it at its first look. The embedded
engine has a reading of its own, since the two sides share no code; a test holds them against each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from heapq import merge
from itertools import product
from typing import Final, NoReturn

from hatchet._dataclasses import NamedTuple
from hatchet.errors import InputError

YEARS_AHEAD: Final = 5  # the engine looks no further, so that 30 February comes to an end

_WORD: Final = re.compile(r"\S+")
_ZONE: Final = re.compile(r"(?:CRON_)?TZ=(\S*)")
_EVERY: Final = re.compile(r"@every\s+(\S+)")
_LENGTH: Final = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)")
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
            self._describe(words[0], words[-1].end())
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
            while True:
                due += self._every
                yield due
        # The hour that a change of clocks repeats is due twice, the one that it skips never.
        yield from merge(self._local(moment, 0), self._local(moment, 1))

    def _local(self, moment: datetime, fold: int) -> Iterator[datetime]:
        second, minute, hour, day, month, weekday = self._fields
        today = moment.astimezone(self._zone).date() - timedelta(days=1)
        last = today.year + YEARS_AHEAD
        while today.year <= last:
            today += timedelta(days=1)
            by_day, by_weekday = today.day in day.values, today.isoweekday() % 7 in weekday.values
            fits = (by_day and by_weekday) if day.is_star or weekday.is_star else (by_day or by_weekday)
            if today.month in month.values and fits and (not fold or self._repeats(today)):
                for h, m, s in product(hour.values, minute.values, second.values):
                    due = self._moment(today, time(h, m, s), fold)
                    if due is not None and due > moment:
                        last = due.year + YEARS_AHEAD
                        yield due

    def _repeats(self, day: date) -> bool:
        """Whether clocks are put back on a day."""
        midnight = datetime.combine(day, time(), self._zone)
        before, after = midnight.utcoffset(), (midnight + timedelta(days=1)).utcoffset()
        return before is not None and after is not None and after < before

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
            if "".join(number + unit for number, unit in lengths) != every[1] or seconds < 1:
                start = word.start() + every.start(1)
                self._refuse("write a length of time of 1s or more, like 90s or 1h30m", start, end)
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
            if slash and (not _is_number(step) or int(step) == 0):
                self._refuse(f"the step behind / is a number above 0, not {step!r}", start, start + len(part[0]))
            if first in ("*", "?") and not dash:
                low, high = kind.low, kind.high
                is_star = is_star or not slash or int(step) == 1
            else:
                low = self._value(first, kind, start)
                high = kind.high if slash and not dash else low
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
        if not _is_number(text) or not kind.low <= int(text) <= kind.high:
            names = f", or {words[0]} to {words[-1]}" if words else ""
            sunday = "; Sunday is 0" if words and kind.low == 0 and text == "7" else ""
            self._refuse(
                f"the {kind.name} is {kind.low} to {kind.high}{names}, not {text!r}{sunday}", start, start + len(text)
            )
        return int(text)

    def _refuse(self, problem: str, start: int, end: int) -> NoReturn:
        marks = " " * start + "^" * max(1, end - start)
        raise InputError(f"cron expression {self.text!r}: {problem}\n    {self.text}\n    {marks}")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10  # the engine counts in 32 bits
