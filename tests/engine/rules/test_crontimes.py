"""When cron expressions are due."""

from __future__ import annotations

from collections.abc import Callable
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


MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]  # 1 November 2026 is a Sunday


@pytest.mark.parametrize("spelled", [str.lower, str.upper, str.title])
def test_each_month_and_weekday_has_its_name(spelled: Callable[[str], str]) -> None:
    for number, name in enumerate(MONTHS, 1):
        assert times(f"0 0 1 {spelled(name)} *", "2026-12-31T00:00:00", 1) == [f"2027-{number:02}-01T00:00:00"]
    for number, name in enumerate(WEEKDAYS, 1):
        assert times(f"0 0 * * {spelled(name)}", "2026-10-31T12:00:00", 1) == [f"2026-11-{number:02}T00:00:00"]


@pytest.mark.parametrize(
    ("descriptor", "fields"),
    {
        "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
        "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
    }.items(),
)  # fmt: skip
def test_a_descriptor_stands_for_fields(descriptor: str, fields: str) -> None:
    assert crontimes.parse(descriptor) == crontimes.parse(fields)
    assert times(descriptor, "2026-11-24T05:01:00") == times(fields, "2026-11-24T05:01:00")


@pytest.mark.parametrize(
    ("field", "low", "high", "name"),
    [(0, 0, 59, "second"), (1, 0, 59, "minute"), (2, 0, 23, "hour"), (3, 1, 31, "day of month"), (4, 1, 12, "month"),
     (5, 0, 6, "day of week")],
)  # fmt: skip
def test_each_field_has_its_bounds(field: int, low: int, high: int, name: str) -> None:
    def spec(value: str) -> str:
        return " ".join(value if number == field else "*" for number in range(6))

    for good in (str(low), str(high), f"{low}-{high}", f"*/{high + 9}", f"{high}/1", f"{low},{high}"):
        crontimes.parse(spec(good))
    for bad in (str(low - 1) if low else "-1", str(high + 1), f"{low}-{high + 1}"):
        with pytest.raises(ValueError, match=f"in the field {name}"):
            crontimes.parse(spec(bad))
    everything = crontimes.parse(spec(f"{low}-{high}"))
    assert everything._fields[field].values == frozenset(range(low, high + 1))
    assert crontimes.parse(spec("*"))._fields[field].values == frozenset(range(low, high + 1))
    assert crontimes.parse(spec("*/7"))._fields[field].values == frozenset(range(low, high + 1, 7))
    assert crontimes.parse(spec(f"{low + 1}/2"))._fields[field].values == frozenset(range(low + 1, high + 1, 2))


def test_a_year_in_which_it_is_not_due_is_skipped_up_to_five_times() -> None:
    assert times("0 0 29 2 *", "2096-03-01T00:00:00", 1) == []  # 2100 has no such day; 2104 is eight years away
    assert times("0 0 29 2 *", "2099-03-01T00:00:00", 1) == ["2104-02-29T00:00:00"]


def test_a_moment_itself_is_not_the_next_one() -> None:
    cron = crontimes.parse("* * * * * *")
    assert [cron.after(moment) for moment in (10.0, 10.5, 10.999, -0.5)] == [11.0, 11.0, 11.0, 0.0]
    assert [crontimes.parse("@every 2s").after(moment) for moment in (10.0, 10.5)] == [12.0, 12.0]
    assert crontimes.parse("@every 100ms").after(10.0) == 11.0


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
        ("*-5-6 * * * *", r"^'\*' in the field minute is not a number$"),
        ("* * * -3 *", "^'' in the field month is not a number$"),
        ("* * * jan- *", "^'' in the field month is not a number$"),
        ("* * * * /2", "^'' in the field day of week is not a number$"),
        ("* * * 13 *", r"^'13' is outside of 1 to 12 in the field month$"),
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
