"""When cron expressions are due."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from hatchet.engine.rules import crontimes


def times(expression: str, start: str, count: int = 3) -> list[str]:
    """The next times after a moment, in UTC."""
    cron = crontimes.parse(expression)
    moment: float | None = datetime.fromisoformat(start).replace(tzinfo=timezone.utc).timestamp()
    found: list[str] = []
    while len(found) < count and moment is not None:
        moment = cron.after(moment)
        if moment is not None:
            found.append(datetime.fromtimestamp(moment, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S"))
    return found


@pytest.mark.parametrize(
    ("expression", "start", "expected"),
    [
        ("*/20 * * * *", "2026-11-24T05:01:00", ["2026-11-24T05:20:00", "2026-11-24T05:40:00", "2026-11-24T06:00:00"]),
        ("*/30 * * * * *", "2026-11-24T05:01:10", ["2026-11-24T05:01:30", "2026-11-24T05:02:00"]),
        ("0 0 29 2 *", "2026-11-24T05:01:00", ["2028-02-29T00:00:00", "2032-02-29T00:00:00"]),
        ("0 0 30 2 *", "2026-11-24T05:01:00", []),
        ("@hourly", "2026-12-31T23:00:00", ["2027-01-01T00:00:00", "2027-01-01T01:00:00"]),
        ("@every 90s", "2026-11-24T05:01:00.7", ["2026-11-24T05:02:30", "2026-11-24T05:04:00"]),
        ("0 9-17/4 * jan-Mar mon", "2026-11-24T05:01:00", ["2027-01-04T09:00:00", "2027-01-04T13:00:00"]),
        ("5/20 1 ? * *", "2026-11-24T00:00:00", ["2026-11-24T01:05:00", "2026-11-24T01:25:00"]),
        ("0 0 1 12 *", "2026-01-31T00:00:00", ["2026-12-01T00:00:00", "2027-12-01T00:00:00"]),
        ("0 0 31 * *", "2026-01-31T00:00:00", ["2026-03-31T00:00:00", "2026-05-31T00:00:00"]),
    ],
)
def test_expressions(expression: str, start: str, expected: list[str]) -> None:
    assert times(expression, start, max(len(expected), 1)) == expected


def test_what_the_real_engines_library_reads_is_read() -> None:
    assert times("+5 *-7 * * *", "2026-11-24T05:06:00", 1) == ["2026-11-24T06:05:00"]
    assert times("1,,2 1 * * *", "2026-11-24T00:00:00", 2) == ["2026-11-24T01:01:00", "2026-11-24T01:02:00"]


def test_a_restricted_day_and_weekday_are_alternatives_and_a_star_is_no_restriction() -> None:
    assert times("0 0 13 * FRI", "2026-11-24T00:00:00") == [
        "2026-11-27T00:00:00",
        "2026-12-04T00:00:00",
        "2026-12-11T00:00:00",
    ]
    assert times("0 0 * * FRI", "2026-11-24T00:00:00", 1) == ["2026-11-27T00:00:00"]
    # A star with a step restricts, so it is one of two alternatives.
    assert times("0 0 */2 * FRI", "2026-11-24T00:00:00") == [
        "2026-11-25T00:00:00",
        "2026-11-27T00:00:00",
        "2026-11-29T00:00:00",
    ]


def test_a_time_zone_skips_and_repeats_hours_with_its_clocks() -> None:
    assert times("TZ=America/New_York 30 2 * * *", "2027-03-13T00:00:00", 2) == [
        "2027-03-13T07:30:00",
        "2027-03-15T06:30:00",
    ]
    assert times("CRON_TZ=Asia/Kolkata 0 0 * * *", "2026-11-24T00:00:00", 1) == ["2026-11-24T18:30:00"]
    assert times("TZ=America/New_York 30 1 * * *", "2026-10-31T06:00:00", 2) == [
        "2026-11-01T05:30:00",
        "2026-11-01T06:30:00",
    ]


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("", "5 fields, or 6 with leading seconds"),
        ("* * * *", "has 4"),
        ("* * * * * * *", "has 7"),
        ("60 * * * *", "outside of 0 to 59 in the field minute"),
        ("* * * * 7", "outside of 0 to 6 in the field day of week"),
        ("* * 0 * *", "outside of 1 to 31 in the field day of month"),
        ("5-1 * * * *", "begins after its end"),
        ("*/0 * * * *", "must be a number above 0"),
        ("a * * * *", "not a number"),
        ("* * * L *", "'L' in the field month is not a number"),
        ("@never", "unknown descriptor"),
        ("@every soon", "no duration"),
        ("@every  1h", "no duration"),
        ("@weekly ", "unknown descriptor"),
        ("0 0 १ * *", "not a number"),
        ("CRON_TZ=UTC\t0 0 * * *", "unknown time zone"),
        ("TZ=Nowhere/Else * * * * *", "unknown time zone 'Nowhere/Else'"),
        ("TZ=UTC", "no times"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(expression: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        crontimes.parse(expression)
