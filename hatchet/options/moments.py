"""Moments, as calls take them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Final

from hatchet.errors import InputError

#: Where time zones make times that no calendar has.
EDGE: Final = timedelta(days=2)
FIRST: Final = datetime.min.replace(tzinfo=timezone.utc) + EDGE
LAST: Final = datetime.max.replace(tzinfo=timezone.utc) - EDGE


def in_utc(moment: datetime, name: str) -> datetime:
    """A moment in UTC, as the engine ignores what a time is relative to.

    Raises:
        InputError: it is no datetime, has no time zone, or lies at the edge of the calendar.
    """
    if not isinstance(moment, datetime):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers without a checker
        raise InputError(f"{name} is {moment!r}; write a datetime with a time zone")
    if moment.tzinfo is None:
        raise InputError(
            f"{name} is {moment}, which has no time zone; write datetime(…, tzinfo=timezone.utc), or "
            "datetime.now(timezone.utc) + timedelta(…)"
        )
    if not FIRST <= moment <= LAST:
        raise InputError(f"{name} is {moment}, at the edge of the calendar; write a time between the years 1 and 9999")
    return moment.astimezone(timezone.utc)
