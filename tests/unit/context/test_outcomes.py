"""What a wait sends, whole, since a durable log keeps it for as long as a run; and how it is told that it ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from pydantic import BaseModel

from hatchet import InputError, SleepCondition, UserEventCondition, or_
from hatchet.context.outcomes import Wait, read_payload
from hatchet.options.conditions import Condition, ConditionAction, OrGroup

SINCE = datetime(2026, 1, 1, tzinfo=timezone.utc)
SLEEP, PAID = SleepCondition(timedelta(seconds=5)), UserEventCondition("paid")
SCOPED, BACK = UserEventCondition("paid", scope="s"), UserEventCondition("paid", consider_events_since=SINCE)
NAMED, SHORT = UserEventCondition("paid", readable_data_key="mine"), SleepCondition(timedelta(minutes=1))


def _wait(*entries: Condition | OrGroup) -> Wait:
    return Wait.of(entries, "the task", lambda key: f"team_{key}")


@pytest.mark.parametrize(
    ("entries", "names"),
    [
        ([SLEEP], {"sleep:5s": "sleep:5s"}),
        ([PAID], {"paid": "paid"}),
        ([or_(PAID, SLEEP)], {"paid": "paid", "sleep:5s": "sleep:5s"}),
        ([SCOPED], {"paid#96268efd": "paid"}),
        ([BACK], {"paid#80cdb83e": "paid"}),
        ([NAMED, PAID], {"mine": "mine", "paid#1b59e8b8": "paid"}),
        (
            [SLEEP, PAID, or_(SCOPED, SHORT), BACK, SleepCondition(timedelta(seconds=5))],
            {
                "sleep:5s": "sleep:5s",
                "paid#1b59e8b8": "paid",
                "paid:2#8e5b8880": "paid:2",
                "sleep:1m#5292ad73": "sleep:1m",
                "paid:3#f5978be5": "paid:3",
                "sleep:5s:2#37b0dab8": "sleep:5s:2",
            },
        ),
    ],
)
def test_each_condition_has_a_data_key_of_its_own(
    entries: Sequence[Condition | OrGroup], names: dict[str, str]
) -> None:
    wait = _wait(*entries)
    assert wait.names == names
    assert [each.data_key for each in wait.conditions] == list(names)
    assert str(wait) == ", ".join(names.values())


def test_conditions_are_sent_in_their_groups_with_the_namespace() -> None:
    wait = _wait(SLEEP, or_(PAID, SHORT))
    assert [(each.condition, each.action, each.group_id) for each in wait.conditions] == [
        (SLEEP, ConditionAction.WAIT_FOR, "eee27a41-fee5-513c-8f85-4d6f55742616"),
        (UserEventCondition("team_paid"), ConditionAction.WAIT_FOR, "a8febf7b-3769-5063-9d49-de6c396c6848"),
        (SHORT, ConditionAction.WAIT_FOR, "a8febf7b-3769-5063-9d49-de6c396c6848"),
    ]
    assert wait.given == (SLEEP, PAID, SHORT)


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ([], "the task waits for nothing; name a condition"),
        ([NAMED, or_(SLEEP, NAMED)], "the task waits for two conditions with the data key 'mine'"),
        ([UserEventCondition("mine"), NAMED], "the task waits for two conditions with the data key 'mine'"),
        (["paid"], "the task waits for 'paid'; it can wait for sleeps, events and or_ of them"),
    ],
)
def test_a_wait_that_cannot_be_is_told_whole(entries: Sequence[Any], told: str) -> None:
    with pytest.raises(InputError) as caught:
        _wait(*entries)
    assert str(caught.value) == told


def test_a_condition_without_a_key_takes_another_where_one_was_given() -> None:
    assert list(_wait(UserEventCondition("a", readable_data_key="paid"), PAID).names.values()) == ["paid", "paid:2"]


@pytest.mark.parametrize(
    ("payload", "data"),
    [
        (b"", {}),
        (b" ", {}),
        (b"[1]", {}),
        (b"{}", {}),
        (b'{"CREATE": null}', {}),
        (b'{"CREATE": [1]}', {}),
        (b'{"QUEUE": {"sleep:5s": [{}]}}', {}),
        (b'{"CREATE": {"sleep:5s": null}}', {"sleep:5s": []}),
        (b'{"CREATE": {"paid#1b59e8b8": [{"n": 1}], "other": [2]}}', {"paid": [{"n": 1}], "other": [2]}),
    ],
)
def test_the_end_of_a_wait_is_told_by_the_keys_of_its_conditions(payload: bytes, data: dict[str, Any]) -> None:
    assert _wait(SLEEP, PAID).outcome(payload) == {"CREATE": data}


class Payment(BaseModel):
    n: int


def test_an_outcome_says_which_conditions_held_and_what_came_with_them() -> None:
    first, twin = UserEventCondition("a"), UserEventCondition("a")
    wait = _wait(SLEEP, first, twin, PAID)
    keys = list(wait.names)
    said = f'{{"CREATE": {{"{keys[3]}": [{{"n": 1}}, {{"n": 2}}], "{keys[2]}": []}}}}'
    outcome = wait.outcome(said.encode())
    assert (outcome.satisfied, outcome.winner) == ((twin, PAID), twin)
    assert [outcome.held(each) for each in (SLEEP, first, twin, PAID, "a", "a:2", "paid")] == [
        *(False, False, True, True),
        *(False, True, True),
    ]
    assert outcome.held(UserEventCondition("paid"))
    assert (outcome.payload(PAID), outcome.payload("paid", Payment), outcome.payload(twin)) == (
        {"n": 1},
        Payment(n=1),
        None,
    )
    for asked, told in (
        (SLEEP, "the condition 'sleep:5s' did not hold; these did: paid, a:2"),
        ("gone", "the condition 'gone' did not hold; these did: paid, a:2"),
        (SHORT, f"{SHORT!r} is none of the conditions of this wait"),
    ):
        with pytest.raises(InputError) as caught:
            outcome.payload(asked)
        assert str(caught.value) == told
    with pytest.raises(InputError, match=r"^the condition 'paid' did not hold; these did: none$"):
        wait.outcome(b"").payload(PAID)


def test_a_payload_of_another_type_is_told() -> None:
    assert read_payload("1", None, "k") == "1"
    assert read_payload(None, None, "k") is None
    with pytest.raises(InputError, match=r"^the payload of 'k' is no Payment: "):
        read_payload({}, Payment, "k")
