"""Cron expressions: what is refused, with its place; when they are due, as the engine has it too."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hatchet import DefinitionError, InputError
from hatchet.engine.rules import crontimes
from hatchet.options import specs
from hatchet.options.cron import CronExpression

EXPRESSIONS = [
    "*/20 * * * *",
    "*/30 * * * * *",
    "0 0 29 2 *",
    "@hourly",
    "@weekly",
    "@yearly",
    "@every 90s",
    "@every 1h30m",
    "@every 1.5s",
    "0 9-17/4 * jan-Mar mon",
    "5/20 1 ? * *",
    "0 0 31 * *",
    "0 0 13 * FRI",
    "0 0 */2 * FRI",
    "0 0 */1 * FRI",
    "0 0 1,15 * 3",
    "15,45 8,20 * * 1-5",
    "30 5 1-7 */3 *",
    "TZ=America/New_York 30 2 * * *",
    "TZ=America/New_York 30 1 * * *",
    "TZ=America/New_York */10 * * * *",
    "CRON_TZ=Asia/Kolkata 0 0 * * *",
    "CRON_TZ=Europe/Berlin * * * * * *",
]
STARTS = ["2026-11-24T05:01:10", "2027-03-13T23:59:59", "2026-10-31T23:30:00", "2028-02-28T12:00:00"]


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("text", EXPRESSIONS)
def test_the_two_readings_of_an_expression_agree(text: str, start: str) -> None:
    moment = datetime.fromisoformat(start).replace(tzinfo=timezone.utc)
    theirs: list[datetime] = []
    at = crontimes.parse(text).after(moment.timestamp())
    while len(theirs) < 40 and at is not None:
        theirs.append(datetime.fromtimestamp(at, timezone.utc))
        at = crontimes.parse(text).after(at)
    assert [*islice(CronExpression(text).after(moment), 40)] == theirs


def _fields(low: int, high: int) -> st.SearchStrategy[str]:
    number = st.integers(low, high)
    two = st.tuples(number, number).map(lambda pair: (min(pair), max(pair)))
    return st.one_of(
        st.just("*"),
        number.map(str),
        st.integers(1, 20).map(lambda step: f"*/{step}"),
        two.map(lambda pair: f"{pair[0]}-{pair[1]}"),
        two.map(lambda pair: f"{pair[1]},{pair[0]}"),
        st.tuples(two, st.integers(1, 9)).map(lambda found: f"{found[0][0]}-{found[0][1]}/{found[1]}"),
    )


ZONES = [
    "",
    *(f"CRON_TZ={zone} " for zone in ("Europe/Berlin", "America/Havana", "Australia/Lord_Howe", "Asia/Kolkata")),
]
CHANGES = [datetime(2025, 10, 26, 1), datetime(2025, 3, 30, 1), datetime(2024, 11, 3, 5), datetime(2024, 4, 6, 15)]
EXPRESSION = st.builds(
    lambda zone, second, *rest: zone + " ".join([*second, *rest]),
    st.sampled_from(ZONES),
    st.lists(_fields(0, 59), max_size=1),
    *(_fields(low, high) for low, high in ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))),
)
MOMENT = st.one_of(
    st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1)),
    st.builds(lambda at, by: at + timedelta(seconds=by), st.sampled_from(CHANGES), st.integers(-9000, 9000)),
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(text=EXPRESSION, start=MOMENT)
def test_the_two_readings_of_any_expression_agree(text: str, start: datetime) -> None:
    moment = start.replace(tzinfo=timezone.utc, microsecond=0)
    theirs: list[datetime] = []
    at = crontimes.parse(text).after(moment.timestamp())
    while len(theirs) < 3 and at is not None:
        theirs.append(datetime.fromtimestamp(at, timezone.utc))
        at = crontimes.parse(text).after(at)
    assert [*islice(CronExpression(text).after(moment), 3)] == theirs


@pytest.mark.parametrize("hour", range(0, 24, 3))
@pytest.mark.parametrize(
    "text",
    [
        "CRON_TZ=Europe/Berlin * * 3-23 * * *",
        "CRON_TZ=Europe/Berlin * * * * * *",
        "CRON_TZ=Europe/Berlin 59 59 23 * * *",
        "CRON_TZ=Europe/Berlin 0 0 30 2 *",
    ],
)
def test_the_next_time_is_not_looked_for_second_by_second(
    text: str, hour: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at = 0
    look = CronExpression._moment

    def count(self: CronExpression, day: date, clock: time, fold: int) -> datetime | None:
        nonlocal looked_at
        looked_at += 1
        return look(self, day, clock, fold)

    monkeypatch.setattr(CronExpression, "_moment", count)
    for day in (datetime(2026, 7, 1), datetime(2026, 10, 25)):  # the second one has an hour more
        next(CronExpression(text).after(day.replace(hour=hour, tzinfo=timezone.utc)), None)
    assert looked_at < 20


@pytest.mark.parametrize(
    ("length", "seconds"),
    [
        ("2s", 2), ("1500ms", 1.5), ("2500000us", 2.5), ("2500000µs", 2.5), ("2500000μs", 2.5), ("3000000000ns", 3),
        ("2m", 120), ("1h", 3600), ("1h2m3s4ms5us6ns", 3723.004005006), (".5m", 30), ("1.5h", 5400), ("1s", 1),
    ],
)  # fmt: skip
def test_every_so_often_counts_in_all_units(length: str, seconds: float) -> None:
    start = datetime(2026, 1, 1, tzinfo=timezone.utc)
    step = max(1, int(seconds))  # whole seconds count
    for text in (f"@every {length}", f"CRON_TZ=Asia/Tokyo @every {length}"):
        first, second = islice(CronExpression(text).after(start), 2)
        assert [first, second] == [start + timedelta(seconds=step), start + timedelta(seconds=2 * step)]
        assert crontimes.parse(text).after(start.timestamp()) == first.timestamp()


def test_the_last_year_that_is_looked_at_counts() -> None:
    start = datetime(2099, 6, 1, tzinfo=timezone.utc)
    leap = datetime(2104, 2, 29, tzinfo=timezone.utc)  # 2100 is no leap year
    assert next(iter(CronExpression("0 0 29 2 *").after(start))) == leap
    assert crontimes.parse("0 0 29 2 *").after(start.timestamp()) == leap.timestamp()
    before = datetime(2097, 6, 1, tzinfo=timezone.utc)
    assert [*islice(CronExpression("0 0 29 2 *").after(before), 1)] == []
    assert crontimes.parse("0 0 29 2 *").after(before.timestamp()) is None


def test_a_day_that_never_comes_has_no_times() -> None:
    assert [*CronExpression("0 0 30 2 *").after(datetime.now(timezone.utc))] == []


def test_times_are_after_the_moment_and_in_utc() -> None:
    berlin = datetime(2026, 7, 1, 12, 0, tzinfo=timezone(timedelta(hours=2)))
    assert next(CronExpression("0 10 * * *").after(berlin)) == datetime(2026, 7, 2, 10, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("text", "words", "marked"),
    [
        ("", "no fields", ""),
        ("TZ=UTC", "no fields", ""),
        ("* * * *", "5 fields .* not 4", "*"),
        ("* * * * * * 2027 8", "6 with leading seconds, not 8", "2027 8"),
        ("60 * * * *", "the minute is 0 to 59, not '60'", "60"),
        ("0 5,24 * * *", "the hour is 0 to 23, not '24'", "24"),
        ("* * * * 7", "the day of the week is 0 to 6, or sun to sat, not '7'; Sunday is 0", "7"),
        ("* * 0 * *", "the day of the month is 1 to 31, not '0'", "0"),
        ("5-1 * * * *", "5-1 of the minute ends before it begins", "5-1"),
        ("*/0 * * * *", "step", "*/0"),
        ("1/2/3 * * * *", "step", "1/2/3"),
        ("*-5 * * * *", "the minute is", "*"),
        ("* * * L *", "the month is 1 to 12, or jan to dec, not 'L'", "L"),
        (", * * * *", "the minute is empty", ","),
        ("@never", "write one of @yearly", "@never"),
        ("@every soon", "length of time", "soon"),
        ("@every ९s", "length of time", "९s"),
        ("@every 10ms", "from 1s to 292 years", "10ms"),
        ("@every 9999999999h", "from 1s to 292 years", "9999999999h"),
        ("@every  1h", "write one of @yearly", "@every  1h"),
        ("@weekly ", "write one of @yearly", "@weekly "),
        ("CRON_TZ=Nowhere/Else * * * * *", "no time zone 'Nowhere/Else'", "Nowhere/Else"),
        ("0 0 * * ५", "the day of the week", "५"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(text: str, words: str, marked: str) -> None:
    with pytest.raises(InputError, match=words) as raised:
        CronExpression(text)
    _, shown, marks = str(raised.value).split("\n")
    assert shown.strip() == text.strip()
    start, end = marks.index("^"), marks.rindex("^") + 1
    assert shown[start:end] == marked


def test_on_crons_are_read_where_they_are_declared() -> None:
    with pytest.raises(DefinitionError, match=r"on_crons: cron expression '0 25 \* \* \*': the hour is 0 to 23"):
        specs.WorkflowSpec(on_crons=["@daily", "0 25 * * *"])


def test_a_declaration_writes_descriptors_out_and_takes_no_every() -> None:
    assert CronExpression("@daily").in_fields == "0 0 * * *"
    assert CronExpression("TZ=Asia/Kolkata @hourly").in_fields == "TZ=Asia/Kolkata 0 * * * *"
    assert CronExpression("*/5 * * * *").in_fields == "*/5 * * * *"
    with pytest.raises(DefinitionError, match=r"'@every 90s' only from `hatchet.cron.create`"):
        specs.WorkflowSpec(on_crons=["@every 90s"])
