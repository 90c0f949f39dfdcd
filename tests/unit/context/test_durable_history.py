"""The file of a durable task's history: what is written, what is read, and how calls are told."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from hatchet.context.durable_history import (
    SHOWN,
    Attempt,
    History,
    Recorded,
    attempt_line,
    both,
    calls_of,
    completed_line,
    describe,
    dump,
    end_line,
    entry_line,
    identity,
    places_of,
    value_line,
)
from hatchet.errors import InputError
from hatchet.options.conditions import ConditionAction, PlacedCondition, SleepCondition, UserEventCondition
from hatchet.options.specs import RunSpec
from hatchet.wire.durable_values import Completed, MemoRequest, Place, StartRequest, WaitRequest
from hatchet.wire.requests import Trigger

FIRST = '{"hatchet_history": 1, "workflow": "w", "task": "t", "task_run_id": "r"}'
WAIT: dict[str, Any] = {"kind": "WAIT_FOR", "waits": [{"group": "g", "key": "k", "sleep": "1h"}]}
RUN: dict[str, Any] = {"kind": "RUN", "workflow": "child", "input": "{}", "child_key": "c"}
MEMO: dict[str, Any] = {"kind": "MEMO", "key": "m"}


def test_a_history_is_written_as_it_is_read() -> None:
    attempt = Attempt(
        workflow="w",
        task="t",
        task_run_id="r",
        workflow_run_id="wr",
        payload='{"n": 1}',
        retry_count=2,
        additional_metadata='{"a": "b"}',
        priority=3,
    )
    history = History(
        attempt,
        [
            Recorded(Place(1, 1), WAIT, "wait", "a.py:1", None, ""),
            Recorded(Place(2, 2), RUN, "run", "a.py:2", None, "child-run"),
            Recorded(Place(2, 3), MEMO, "memo", "a.py:3", b"\xff", ""),
        ],
        [Completed(Place(1, 1), b"{}", None, 1), Completed(Place(2, 2), b"", "failed", 2)],
        "FAILED",
    )
    lines = history.lines()
    assert [json.loads(line) for line in lines] == [
        {
            "hatchet_history": 1,
            "workflow": "w",
            "task": "t",
            "task_run_id": "r",
            "workflow_run_id": "wr",
            "retry_count": 2,
            "priority": 3,
            "additional_metadata": {"a": "b"},
            "payload": {"n": 1},
        },
        {"entry": 1, "branch": 1, **WAIT, "text": "wait", "site": "a.py:1"},
        {"entry": 2, "branch": 2, **RUN, "run_id": "child-run", "text": "run", "site": "a.py:2"},
        {"entry": 3, "branch": 2, **MEMO, "data": "\udcff", "text": "memo", "site": "a.py:3"},
        {"completed": 1, "branch": 1, "order": 1, "data": "{}"},
        {"completed": 2, "branch": 2, "order": 2, "failure": "failed"},
        {"end": "FAILED"},
    ]
    assert History.of(lines) == history
    assert History.of(["", *lines, " "]) == history


def test_what_is_left_out_has_a_default() -> None:
    found = History.of([FIRST, '{"entry": 1, "kind": "MEMO", "key": "m"}', '{"completed": 1}', '{"later": 1}'])
    assert found.attempt == Attempt(
        workflow="w",
        task="t",
        task_run_id="r",
        workflow_run_id="r",
        payload="{}",
        retry_count=0,
        additional_metadata="",
        priority=None,
    )
    assert found.entries == [Recorded(Place(1, 1), MEMO, "", "", None, "")]
    assert found.completions == [Completed(Place(1, 1), b"", None, None)]
    assert found.end == ""
    line = attempt_line(
        Attempt(workflow="w", task="t", task_run_id="r", workflow_run_id="r", payload=" ", additional_metadata=" ")
    )
    assert (line["payload"], line["additional_metadata"]) == ({}, None)
    assert dump({"a": None, "b": "", "c": 0, "d": False, "e": {}}) == '{"c": 0, "d": false, "e": {}}'


def _entry(node: int, branch: int = 1, **more: Any) -> str:
    return json.dumps({"entry": node, "branch": branch, **MEMO, **more})


def _read(*lines: str) -> History:
    return History.of([FIRST, *lines])


def test_the_first_value_of_a_memo_counts() -> None:
    one = '{"value": 1, "data": "1"}'
    assert [each.value for each in _read(_entry(1), one, '{"value": 1, "data": "2"}').entries] == [b"1"]
    assert [each.value for each in _read(_entry(1, data="0"), one).entries] == [b"0"]
    assert [each.value for each in _read(_entry(1), _entry(1, data="3"), _entry(1, data="4")).entries] == [b"3"]
    assert _read(one, _entry(1)).entries[0].value is None
    [kept] = _read(_entry(1, text="t", site="s", run_id="i"), one).entries
    assert kept == Recorded(Place(1, 1), MEMO, "t", "s", b"1", "i")


def test_another_branch_gives_up_what_comes_from_there_on() -> None:
    found = _read(
        *(_entry(node) for node in (1, 2, 3)),
        '{"completed": 1, "order": 2}',
        '{"completed": 1, "order": 9}',
        '{"completed": 2, "order": 1}',
        _entry(2, branch=2),
        '{"completed": 2, "branch": 2, "order": 1}',
    )
    assert [each.place for each in found.entries] == [Place(1, 1), Place(2, 2)]
    assert [(each.place, each.order) for each in found.completions] == [(Place(2, 2), 1), (Place(1, 1), 2)]


def test_what_has_no_order_comes_first() -> None:
    found = _read(
        _entry(1), _entry(2), _entry(3), '{"completed": 3, "order": 1}', '{"completed": 2}', '{"completed": 1}'
    )
    assert [each.place.node for each in found.completions] == [2, 1, 3]


def test_a_last_line_that_is_broken_off_is_passed_by() -> None:
    assert len(_read(_entry(1), '{"entry": 2, "ki').entries) == 1
    assert _read('{"en').entries == []


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([], "h.jsonl is empty"),
        (["{}"], "h.jsonl is no history: its first line has no hatchet_history"),
        (['{"hatchet_history": 2}'], "h.jsonl is a history of version 2; this package reads version 1"),
        ([FIRST, _entry(1), _entry(3)], "h.jsonl lacks entries: it has 1, 3"),
        ([FIRST, _entry(2)], "h.jsonl lacks entries: it has 2"),
        ([FIRST, '{"entry": 1, "kind": "X"}'],
            "an entry of a history has the kind 'X'; known are WAIT_FOR, RUN and MEMO"),
        (["{"], "h.jsonl, line 1: '{' is no line of a history (Expecting property name enclosed in double quotes: "),
        ([FIRST, "{", _entry(1)], "h.jsonl, line 2: '{' is no line of a history (Expecting"),
        ([FIRST, "1", _entry(1)], "h.jsonl, line 2: '1' is no line of a history (argument of type 'int' is not"),
        ([FIRST, '{"entry": "x"}'], "h.jsonl, line 2: '{\"entry\": \"x\"}' is no line of a history (invalid literal"),
        ([FIRST, '{"entry": 1}'], "h.jsonl, line 2: '{\"entry\": 1}' is no line of a history ('kind')"),
        (["x" * 200], f"h.jsonl, line 1: {'x' * 120!r} is no line of a history (Expecting value: line 1"),
    ],
)  # fmt: skip
def test_what_is_no_history_is_told(lines: list[str], told: str) -> None:
    with pytest.raises(InputError) as caught:
        History.of(lines, "h.jsonl")
    assert str(caught.value).startswith(told)


def test_lines_are_written_as_they_happen() -> None:
    assert value_line(Place(2, 3), b"1") == {"value": 3, "branch": 2, "data": "1"}
    assert end_line("COMPLETED") == {"end": "COMPLETED"}
    assert completed_line(Completed(Place(2, 3), b"1", "no", 4)) == {
        "completed": 3,
        "branch": 2,
        "order": 4,
        "data": "1",
        "failure": "no",
    }
    assert entry_line(Recorded(Place(2, 3), MEMO, "", "", None, ""))["data"] is None


EVENT: dict[str, Any] = {"group": "g", "key": "e", "event": "paid", "scope": "s", "expression": "input.n > 1"}


def waits(*conditions: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "WAIT_FOR", "waits": list(conditions)}


SLEEP: dict[str, Any] = {"group": "g", "key": "k", "sleep": "1h"}


@pytest.mark.parametrize(
    ("call", "said", "closely"),
    [
        (MEMO, "memo", "memo with the key m"),
        ({"kind": "MEMO", "key": "x" * (SHOWN + 1)}, "memo", f"memo with the key {'x' * SHOWN}…"),
        ({"kind": "MEMO", "key": "x" * SHOWN}, "memo", f"memo with the key {'x' * SHOWN}"),
        (RUN, "run(child)", "run(child with the input {})"),
        (waits(SLEEP), "sleep(1h)", "sleep(1h) as k"),
        (waits(EVENT), "event(paid)", "event(paid) as e in the scope s if input.n > 1"),
        (waits({"key": "e", "event": "paid"}), "event(paid)", "event(paid) as e"),
        (
            waits(SLEEP, EVENT),
            "any of: sleep(1h), event(paid)",
            "any of: sleep(1h) as k, event(paid) as e in the scope s if input.n > 1",
        ),
        (
            waits(SLEEP, {**EVENT, "group": "h"}, {**SLEEP, "sleep": "2h"}),
            "any of: sleep(1h), sleep(2h) and event(paid)",
            "any of: sleep(1h) as k, sleep(2h) as k and event(paid) as e in the scope s if input.n > 1",
        ),
    ],
)
def test_a_call_is_told_in_words(call: dict[str, Any], said: str, closely: str) -> None:
    assert describe(call) == said
    assert describe(call, closely=True) == closely


def test_two_calls_are_told_as_closely_as_it_takes() -> None:
    recorded = Recorded(Place(1, 1), MEMO, "", "", None, "")
    assert both(recorded, RUN) == ("memo", "run(child)")
    assert both(recorded, {"kind": "MEMO", "key": "n"}) == ("memo with the key m", "memo with the key n")


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        (RUN, {**RUN, "child_key": "d"}, True),
        (RUN, {**RUN, "input": "{ }"}, False),
        (RUN, {**RUN, "workflow": "other"}, False),
        (MEMO, {**MEMO, "key": "n"}, False),
        (MEMO, RUN, False),
        (waits(SLEEP, EVENT), waits(EVENT, SLEEP), True),
        (waits(SLEEP, EVENT), waits({**SLEEP, "group": "x"}, {**EVENT, "group": "x"}), True),
        (waits(SLEEP, EVENT), waits(SLEEP, {**EVENT, "group": "x"}), False),
        (waits(SLEEP), waits({**SLEEP, "key": "l"}), False),
        (waits(SLEEP), waits({**SLEEP, "sleep": "2h"}), False),
        (waits(EVENT), waits({**EVENT, "event": "sent"}), False),
        (waits(EVENT), waits({**EVENT, "scope": "t"}), False),
        (waits(EVENT), waits({**EVENT, "expression": "true"}), False),
        (waits({**EVENT, "scope": None}), waits({**EVENT, "scope": ""}), True),
    ],
)
def test_a_call_is_recognized_by_what_the_engine_recognizes(
    one: dict[str, Any], two: dict[str, Any], same: bool
) -> None:
    assert (identity(one) == identity(two)) is same


def test_requests_are_told_entry_by_entry() -> None:
    conditions = [
        PlacedCondition(UserEventCondition("paid", "input.n > 1", scope="s"), ConditionAction.WAIT_FOR, "g", "e"),
        PlacedCondition(SleepCondition(timedelta(hours=1)), ConditionAction.WAIT_FOR, "g", "k"),
        PlacedCondition(UserEventCondition("sent"), ConditionAction.WAIT_FOR, "h", "f"),
    ]
    assert calls_of(WaitRequest(tuple(conditions))) == [
        waits(SLEEP, EVENT, {"group": "h", "key": "f", "event": "sent"})
    ]
    assert calls_of(MemoRequest(b"\xff")) == [{"kind": "MEMO", "key": "\udcff"}]
    runs = (Trigger("child", b"{}", RunSpec(child_key="c")), Trigger("other", b"\xff", RunSpec()))
    assert calls_of(StartRequest(runs)) == [RUN, {"kind": "RUN", "workflow": "other", "input": "\udcff"}]


def test_an_entry_is_told_with_the_place_of_its_call_where_that_is_known() -> None:
    assert str(Recorded(Place(1, 1), RUN)) == "run(child)"
    assert str(Recorded(Place(1, 1), MEMO, site="a.py:3")) == "memo, called at a.py:3"


def test_values_that_nothing_is_said_of_are_none_or_empty() -> None:
    assert Recorded(Place(1, 1), MEMO) == Recorded(Place(1, 1), MEMO, "", "", None, "")
    attempt = Attempt(workflow="w", task="t", task_run_id="r", workflow_run_id="wr", payload="{}")
    assert (attempt.retry_count, attempt.additional_metadata, attempt.priority) == (0, "", None)
    history = History(attempt)
    assert (history.entries, history.completions, history.end) == ([], [], "")
    assert len(history.lines()) == 1


def test_waits_without_a_group_or_a_key_are_of_one_group() -> None:
    one, two = {"sleep": "1h"}, {"event": "paid"}
    assert describe(waits(one, two)) == "any of: sleep(1h), event(paid)"
    assert identity(waits(one, two)) == identity(waits({**one, "group": "", "key": ""}, {**two, "key": None}))
    assert identity(waits(one, two)) != identity(waits(one, {**two, "group": "g"}))


def test_children_are_found_by_their_keys() -> None:
    keyed = Recorded(Place(1, 1), RUN, "", "", None, "")
    plain = Recorded(Place(1, 2), {"kind": "RUN", "workflow": "w", "input": "{}"}, "", "", None, "")
    assert places_of([keyed, plain]) == {"c": keyed}
