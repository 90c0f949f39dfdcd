"""Cron expressions: what is refused, with its place; when they are due, as the engine has it too."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from itertools import islice

import pytest

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
        ("@every 10ms", "1s or more", "10ms"),
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
