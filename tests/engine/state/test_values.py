"""The values of the state on their own."""

from __future__ import annotations

import pytest

from hatchet.engine.state import durations, jsontext
from hatchet.engine.state.definitions import (
    Comparator,
    LabelValue,
    WantedLabel,
)
from hatchet.engine.state.model import Status, combined, is_skipped
from hatchet.engine.state.timers import TimerKind, Timers


@pytest.mark.parametrize(
    ("comparator", "wanted", "accepted", "rejected"),
    [
        (Comparator.EQUAL, 5, [5], [4, 6, "5", None]),
        (Comparator.NOT_EQUAL, 5, [4], [5, "5", None]),
        (Comparator.GREATER_THAN, 5, [6], [5]),
        (Comparator.GREATER_THAN_OR_EQUAL, 5, [5], [4]),
        (Comparator.LESS_THAN, 5, [4], [5]),
        (Comparator.LESS_THAN_OR_EQUAL, 5, [5], [6]),
        (Comparator.EQUAL, "x", ["x"], ["y", 1]),
        (Comparator.NOT_EQUAL, "x", ["y"], ["x", 1]),
        (Comparator.GREATER_THAN, "x", [], ["y", "x"]),
    ],
)
def test_labels_compare_by_type_and_comparator(
    comparator: Comparator, wanted: LabelValue, accepted: list[LabelValue], rejected: list[LabelValue | None]
) -> None:
    label = WantedLabel("k", wanted, comparator=comparator)
    assert [value for value in accepted if label.accepts({"k": value})] == accepted
    assert [value for value in rejected if label.accepts({} if value is None else {"k": value})] == []


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("60s", 60), ("1h30m", 5400), ("1.5m", 90), ("500ms", 0.5), ("0h", 0), ("-5s", None), ("5", None), ("", None)],
)
def test_durations_of_a_registration(text: str, seconds: float | None) -> None:
    assert durations.registered(text) == seconds


UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
LONG_UNITS = {"d": 86_400.0, "w": 604_800.0, "y": 31_536_000.0}


@pytest.mark.parametrize("unit", UNITS)
def test_each_unit_of_a_duration_is_understood_where_it_may_stand(unit: str) -> None:
    seconds = 3 * UNITS[unit]
    is_registered = unit in ("ms", "s", "m", "h")
    assert durations.registered(f"3{unit}") == (pytest.approx(seconds) if is_registered else None)
    assert durations.readable(f"3{unit}") is is_registered
    assert durations.tolerant(f"3{unit}") == (pytest.approx(seconds) if is_registered else 300)
    for sign, factor in (("", 1), ("+", 1), ("-", -1)):
        assert durations.increment(f"{sign}3{unit}") == pytest.approx(factor * seconds)
    assert durations.increment(f"1h.5{unit}2.{unit}") == pytest.approx(3600 + 2.5 * UNITS[unit])


@pytest.mark.parametrize("unit", LONG_UNITS)
def test_days_weeks_and_years_are_understood_alone_and_where_they_are_stored(unit: str) -> None:
    assert durations.tolerant(f"2{unit}") == 2 * LONG_UNITS[unit]
    assert durations.readable(f"2{unit}")
    assert (durations.registered(f"2{unit}"), durations.increment(f"2{unit}")) == (None, None)
    for odd in (f"2.5{unit}", f"1{unit}2h", f"{unit}", f"-1{unit}"):
        assert (durations.tolerant(odd), durations.readable(odd)) == (300, False)


@pytest.mark.parametrize("text", ["", "+", "-", "--1s", "1", "s", "1s ", " 1s", "1.s.", "1e3s", "१s", "१d"])
def test_what_is_no_duration_is_none(text: str) -> None:
    assert (durations.registered(text), durations.increment(text), durations.tolerant(text)) == (None, None, 300)


def test_the_longest_duration_is_what_sixty_four_bits_of_nanoseconds_hold() -> None:
    for read in (durations.registered, durations.increment):
        assert (read("9223372036s"), read("9223372037s")) == (9_223_372_036, None)
    assert durations.increment("-9223372037s") is None


def test_durations_that_overflow_are_refused() -> None:
    assert durations.registered("9999999999h") is None


def test_stored_durations_are_read_tolerantly() -> None:
    assert durations.tolerant("2d") == 172_800
    assert durations.tolerant("1w") == 604_800
    assert durations.tolerant("1d7h") == 300
    assert durations.tolerant("10s") == 10


def test_increments_may_be_negative_and_small() -> None:
    assert durations.increment("-10s") == -10
    assert durations.increment("0") == 0
    assert durations.increment("100us") == pytest.approx(0.0001)
    assert durations.increment("soon") is None


class TestTimers:
    def test_due_ones_come_in_order_and_once(self) -> None:
        timers = Timers()
        timers.set(TimerKind.RETRY, "b", 2.0)
        timers.set(TimerKind.RETRY, "a", 1.0)
        timers.set(TimerKind.EXECUTION, "a", 5.0)
        assert timers.next() == 1.0
        assert timers.pop_due(3.0) == [(TimerKind.RETRY, "a"), (TimerKind.RETRY, "b")]
        assert timers.pop_due(3.0) == []
        assert timers.next() == 5.0

    def test_setting_again_moves_and_clearing_removes(self) -> None:
        timers = Timers()
        timers.set(TimerKind.RETRY, "a", 1.0)
        timers.set(TimerKind.RETRY, "a", 9.0)
        assert timers.pop_due(5.0) == []
        timers.clear(TimerKind.RETRY, "a")
        assert timers.next() is None
        assert not timers.booked(TimerKind.RETRY, "a")

    def test_what_is_due_at_one_time_comes_in_the_order_of_its_booking_however_often_others_were_moved(self) -> None:
        timers = Timers()
        for name in ("a", "b", "c"):
            timers.set(TimerKind.CRON, name, 5.0)
        timers.set(TimerKind.CRON, "a", 6.0)
        timers.set(TimerKind.CRON, "a", 5.0)
        for number in range(1000):  # so that the heap is made anew
            timers.set(TimerKind.EXECUTION, "x", 60.0 + number)
        assert timers.pop_due(5.0) == [(TimerKind.CRON, name) for name in ("b", "c", "a")]

    def test_the_earliest_of_some_is_found(self) -> None:
        timers = Timers()
        timers.set(TimerKind.TIDY, "", 1.0)
        timers.set(TimerKind.CRON, "a", 3.0)
        timers.set(TimerKind.CRON, "b", 2.0)
        assert timers.next_where(lambda key: key[0] is TimerKind.CRON) == 2.0
        assert timers.next_where(lambda key: key[0] is TimerKind.BATCH) is None

    def test_withdrawn_deadlines_do_not_pile_up(self) -> None:
        timers = Timers()
        for number in range(10_000):
            timers.set(TimerKind.EXECUTION, f"t{number}", 60.0 + number)
            timers.clear(TimerKind.EXECUTION, f"t{number}")
        timers.set(TimerKind.EXECUTION, "last", 1.0)
        assert len(timers) == 1
        assert len(timers._heap) < 1000
        assert timers.pop_due(2.0) == [(TimerKind.EXECUTION, "last")]


def test_a_run_combines_the_states_of_its_tasks() -> None:
    q, r, c, f, x, p = (Status(each) for each in ("QUEUED", "RUNNING", "COMPLETED", "FAILED", "CANCELLED", "PENDING"))
    assert combined([q, p]) is q
    assert combined([c, p]) is r
    assert combined([f, r]) is r
    assert combined([c, f, x]) is f
    assert combined([c, x]) is x
    assert combined([c, c]) is c


def test_only_a_true_skipped_field_marks_a_skipped_task() -> None:
    assert is_skipped('{"skipped": true}')
    assert not is_skipped('{"skipped": "true"}')
    assert not is_skipped('["skipped"]')
    assert not is_skipped(None)


def test_json_objects_are_checked_with_words_for_the_sender() -> None:
    assert jsontext.parse_object("", "input") == {}
    assert jsontext.parse_object('{"a": 1}', "input") == {"a": 1}
    for text, words in (("{", "invalid json"), ("[]", "must be a JSON object"), ('{"\\u0000": 1}', "null character")):
        with pytest.raises(ValueError, match=words):
            jsontext.parse_object(text, "input")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'{"a": "\ud83d\ude00"}', {"a": "\U0001f600"}),
        (r'{"a": "\\ud83d"}', {"a": "\\ud83d"}),
        (r'{"a": "\ud83d"}', "invalid json in field f: half of a surrogate pair is no character"),
        (r'{"a": "\ude00\ud83d"}', "invalid json in field f: half of a surrogate pair is no character"),
        (r'{"\uDFFF": 1}', "invalid json in field f: half of a surrogate pair is no character"),
        (r'{"a": "\u0000"}', r"invalid null character \u0000 in field f"),
        (r'{"a": ["\u0000"]}', r"invalid null character \u0000 in field f"),
        (r'{"\u0000": 1}', r"invalid null character \u0000 in field f"),
        (r'{"a": "\\u0000"}', {"a": r"\u0000"}),
        ("[1]", "field f must be a JSON object, got list"),
        ("null", "field f must be a JSON object, got NoneType"),
        ('{"a": NaN}', "invalid json in field f: NaN is not JSON"),
        ('{"a": -Infinity}', "invalid json in field f: -Infinity is not JSON"),
        ('{"a": 1e999}', "invalid json in field f: 1e999 is larger than any number"),
        ('{"a": 1e308}', {"a": 1e308}),
        ("{", "invalid json in field f: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
    ],
)
def test_an_object_is_read_or_refused_with_the_reason(text: str, value: object) -> None:
    try:
        found: object = jsontext.parse_object(text, "f")
    except ValueError as error:
        found = str(error)
    assert found == value


@pytest.mark.parametrize(
    ("text", "found"), [(None, {}), ("", {}), ("{}", {}), ("[1]", {}), ("null", {}), ('{"a": 1}', {"a": 1})]
)
def test_what_is_stored_and_no_object_counts_as_empty(text: str | None, found: dict[str, object]) -> None:
    assert jsontext.object_or_empty(text) == found


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", None),
        ("1", None),
        ('"text"', None),
        ("{", "invalid json in field taskOutput"),
        ("NaN", "invalid json in field taskOutput"),
        (r'["\u0000"]', r"invalid null character \u0000 in field taskOutput"),
    ],
)
def test_an_output_is_any_json(text: str, fault: str | None) -> None:
    assert jsontext.output_fault(text) == fault
