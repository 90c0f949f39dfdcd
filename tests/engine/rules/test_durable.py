"""The log of a durable task on its own: whose a node is, what is told when, and what makes a call the same."""

from __future__ import annotations

import pytest

from hatchet.engine.rules import calls
from hatchet.engine.rules.triggering import Trigger
from hatchet.engine.state.conditions import Action, Wait
from hatchet.engine.state.durable import (
    BranchPoint,
    EntryKind,
    EventLog,
    LogEntry,
    Spot,
    dump_points,
    dump_waits,
    load_points,
    load_waits,
)


def log(points: dict[int, BranchPoint] | None = None) -> EventLog:
    """A log with these branches, at its first invocation."""
    found = EventLog("t", branch=max(points or {}, default=1), points=points or {})
    found.follow_path()
    found.begin(1)
    return found


def asked(log: EventLog, count: int = 1) -> list[LogEntry]:
    """New entries for the next calls."""
    found: list[LogEntry] = []
    for _ in range(count):
        entry = LogEntry("t", log.spot(log.nodes + 1), EntryKind.MEMO, b"", 0.0)
        log.add(entry)
        log.nodes += 1
        found.append(entry)
    return found


def told(log: EventLog) -> list[tuple[int, int]]:
    """Node and position of what is told now."""
    log.release()
    return [(entry.spot.node, entry.position) for entry in log.tell()]


@pytest.mark.parametrize(
    ("points", "owners"),
    [
        ({}, [1, 1, 1, 1]),
        ({2: BranchPoint(1, 3)}, [1, 1, 2, 2]),
        ({2: BranchPoint(1, 0)}, [2, 2, 2, 2]),
        ({2: BranchPoint(1, 1)}, [2, 2, 2, 2]),
        ({2: BranchPoint(1, 3), 3: BranchPoint(2, 4)}, [1, 1, 2, 3]),
        ({2: BranchPoint(1, 3), 3: BranchPoint(2, 3)}, [1, 1, 3, 3]),
        # What left a branch before that branch left its own parent has nothing of it.
        ({2: BranchPoint(1, 3), 3: BranchPoint(2, 2)}, [1, 3, 3, 3]),
        ({2: BranchPoint(1, 3), 3: BranchPoint(1, 2)}, [1, 3, 3, 3]),
        ({2: BranchPoint(1, 2), 3: BranchPoint(2, 4), 4: BranchPoint(3, 3)}, [1, 2, 4, 4]),
        ({2: BranchPoint(1, 9)}, [1, 1, 1, 1]),
    ],
)
def test_a_node_belongs_to_the_branch_that_wrote_it_last(points: dict[int, BranchPoint], owners: list[int]) -> None:
    found = log(points)
    assert [found.spot(node).branch for node in range(1, 5)] == owners


def test_a_completion_waits_until_the_invocation_has_asked_for_all_before_it() -> None:
    one = log()
    one.bind(1)
    a, b, c = asked(one, 3)
    for entry in (c, a):
        one.satisfy(entry, 1.0, b"", None)
    assert told(one) == [(3, 1), (1, 2)]
    one.satisfy(b, 1.0, b"", None)
    assert told(one) == [(2, 3)]
    one.begin(2)
    one.bind(1)
    one.nodes = 2
    assert told(one) == []
    one.nodes = 3
    assert told(one) == [(3, 1), (1, 2), (2, 3)]


def test_a_new_stream_is_told_what_the_worker_has_not_reported() -> None:
    one = log()
    one.bind(1)
    for entry in asked(one, 3):
        one.satisfy(entry, 1.0, b"", None)
    assert len(told(one)) == 3
    one.bind(1)
    assert told(one) == []
    one.reported(2)
    one.reported(1)
    one.bind(2)
    assert told(one) == [(3, 3)]


def test_results_of_an_abandoned_part_have_no_place_in_the_order() -> None:
    one = log()
    a, b, c = asked(one, 3)
    for entry in (c, a):
        one.satisfy(entry, 1.0, b"", None)
    one.branch = 2
    one.points[2] = BranchPoint(1, 2)
    one.begin(2)
    one.follow_path()
    assert (a.position, b.position, c.position) == (1, 0, 0)
    one.satisfy(b, 1.0, b"", None)
    assert b.position == 0
    one.nodes = 1
    one.bind(1)
    assert told(one) == [(1, 1)]


def test_what_a_worker_that_lets_go_may_have_missed() -> None:
    one = log()
    one.bind(1)
    a, b = asked(one, 2)
    assert not one.may_be_missed(1, 5.0)
    one.satisfy(a, 1.0, b"", None)
    told(one)
    one.sent_at = 10.0
    assert one.may_be_missed(1, 9.0)
    assert not one.may_be_missed(1, 10.0)
    assert one.may_be_missed(2, 10.0)  # told on another stream
    one.reported(1)
    assert not one.may_be_missed(2, 9.0)
    one.satisfy(b, 1.0, b"", None)
    one.release()
    assert one.may_be_missed(1, 20.0)  # not told yet
    told(one)
    one.begin(2)
    one.bind(1)
    one.nodes = 1
    b.order, a.order = 1, 2
    one.follow_path()
    one.release()
    assert one.may_be_missed(1, 20.0)  # held back behind one that is not asked for


WAITS = (
    Wait(Action.QUEUE, "g", "k", event_key="e", scope="s", expression="input.a"),
    Wait(Action.QUEUE, "g", "n", sleep="5s"),
    Wait(Action.QUEUE, "h", "o", event_key="f"),
)


def test_a_wait_is_the_same_in_any_order_and_under_any_names_of_its_groups() -> None:
    key = calls.key_of_wait(WAITS)
    renamed = [
        Wait(w.action, {"g": "y", "h": "x"}[w.group], w.data_key, w.sleep, w.event_key, w.scope, w.expression)
        for w in reversed(WAITS)
    ]
    assert calls.key_of_wait(renamed) == key
    regrouped = [Wait(w.action, "g", w.data_key, w.sleep, w.event_key, w.scope, w.expression) for w in WAITS]
    assert calls.key_of_wait(regrouped) != key


def test_a_child_is_the_same_by_its_workflow_and_input_alone() -> None:
    key = calls.key_of_run(Trigger("c", '{"n": 1}'))
    assert calls.key_of_run(Trigger("c", '{"n": 1}', metadata='{"m": 1}', priority=3)) == key
    assert calls.key_of_run(Trigger("c", '{"n": 2}')) != key
    assert calls.key_of_run(Trigger("d", '{"n": 1}')) != key


def test_calls_are_told_in_words() -> None:
    assert calls.describe_waits(WAITS) == "any of: event(e), sleep(5s) and event(f)"
    assert calls.describe_waits(WAITS[:1], closely=True) == "event(e) as k in the scope s if input.a"
    long = calls.describe_runs([Trigger("c", '"' + "x" * 500 + '"')], closely=True)
    assert len(long) < 200


def test_what_is_stored_comes_back() -> None:
    assert load_waits(dump_waits(WAITS)) == WAITS
    points = {2: BranchPoint(1, 3), 3: BranchPoint(2, 4)}
    assert load_points(dump_points(points)) == points
    assert load_waits(None) == ()
    assert Spot(1, 2) == (1, 2)
