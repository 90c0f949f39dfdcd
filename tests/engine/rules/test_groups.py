"""Concurrency groups on their own: who gets a slot, who waits, who is turned away."""

from __future__ import annotations

import pytest

from hatchet.engine.rules.concurrency import Claim, Group
from hatchet.engine.state.definitions import Rule, Strategy


def rule(strategy: Strategy, max_runs: int = 1, *, of_run: bool = False) -> Rule:
    return Rule("r", "'k'", max_runs, strategy, of_run)


def group(*claims: Claim) -> Group:
    made = Group()
    for claim in claims:
        made.add(claim)
    return made


def claim(seq: int, priority: int = 1, *, filled: bool = False, limit: int | None = None) -> Claim:
    return Claim(f"t{seq}", priority, seq, limit, filled)


def settled(made: Group, by: Rule) -> tuple[list[str], list[str]]:
    found = made.settle(by)
    return [each.holder for each in found.granted], sorted(each.holder for each in found.refused)


def test_round_robin_lets_the_rest_wait_and_prefers_priority_then_age() -> None:
    by = rule(Strategy.GROUP_ROUND_ROBIN, 2)
    claims = [claim(1), claim(2, 3), claim(3), claim(4, 2)]
    made = group(*claims)
    assert settled(made, by) == (["t2", "t4"], [])
    assert settled(made, by) == ([], [])
    made.remove(claims[1])
    assert settled(made, by) == (["t1"], [])
    made.remove(claims[2])
    made.remove(claims[0])
    assert settled(made, by) == ([], [])
    assert list(made.waiting) == []
    made.remove(claims[3])
    assert made.empty


def test_cancel_newest_fills_and_turns_the_rest_away_without_touching_what_runs() -> None:
    made = group(claim(1, filled=True), claim(2), claim(3, 3), claim(4))
    assert settled(made, rule(Strategy.CANCEL_NEWEST, 2)) == (["t3"], ["t2", "t4"])
    assert set(made.filled) == {"t1", "t3"}


def test_cancel_in_progress_keeps_the_best_then_the_newest() -> None:
    by = rule(Strategy.CANCEL_IN_PROGRESS, 2)
    made = group(claim(1, filled=True), claim(2, filled=True), claim(3))
    assert settled(made, by) == (["t3"], ["t1"])
    made.add(claim(4, 3))
    assert settled(made, by) == (["t4"], ["t2"])
    # A newcomer of lower priority than those that run is itself the one to go.
    made = group(claim(5, 2, filled=True), claim(6, 2, filled=True), claim(7, 1))
    assert settled(made, by) == ([], ["t7"])


def test_runs_as_a_whole_are_ranked_by_arrival_alone() -> None:
    newest = rule(Strategy.CANCEL_IN_PROGRESS, of_run=True)
    assert settled(group(claim(1, 3, filled=True), claim(2, 1)), newest) == (["t2"], ["t1"])
    oldest = rule(Strategy.CANCEL_NEWEST, of_run=True)
    assert settled(group(claim(1, 1), claim(2, 3)), oldest) == (["t1"], ["t2"])


@pytest.mark.parametrize(
    ("strategy", "kept"),
    [
        (Strategy.CANCEL_QUEUED_EXCEPT_NEWEST, ["t5", "t6"]),
        (Strategy.CANCEL_QUEUED_EXCEPT_OLDEST, ["t3", "t4"]),
    ],
)
def test_a_waiting_room_is_as_large_as_the_limit(strategy: Strategy, kept: list[str]) -> None:
    made = group(*(claim(seq, priority=seq % 3 + 1) for seq in range(1, 7)))
    granted, refused = settled(made, rule(strategy, 2))
    assert granted == ["t1", "t2"]
    assert sorted(made.waiting) == kept
    assert sorted({*kept, *refused, *granted}) == ["t1", "t2", "t3", "t4", "t5", "t6"]
    assert settled(made, rule(strategy, 2)) == ([], [])


def test_the_newest_claim_brings_the_dynamic_limit() -> None:
    by = rule(Strategy.GROUP_ROUND_ROBIN, 1)
    made = group(claim(1, limit=1), claim(2, limit=1), claim(3, limit=3), claim(4))
    assert settled(made, by) == (["t1", "t2", "t3"], [])
    # An older task that is tried again does not move the limit back.
    made.remove(made.filled["t1"])
    made.add(claim(1, 4, limit=1))
    assert settled(made, by) == (["t1"], [])
    made.add(claim(5, limit=1))
    assert settled(made, by) == ([], [])
    assert len(made.filled) == 3


def test_a_lower_dynamic_limit_trims_running_work_only_where_the_strategy_cancels_it() -> None:
    made = group(claim(1, filled=True), claim(2, filled=True), claim(3, limit=1))
    assert settled(made, rule(Strategy.CANCEL_IN_PROGRESS, 5)) == (["t3"], ["t1", "t2"])


def test_a_group_survives_a_change_of_its_strategy() -> None:
    claims = [claim(seq) for seq in range(1, 5)]
    made = group(*claims)
    assert settled(made, rule(Strategy.GROUP_ROUND_ROBIN)) == (["t1"], [])
    assert settled(made, rule(Strategy.CANCEL_QUEUED_EXCEPT_NEWEST)) == ([], ["t2", "t3"])
    made.remove(claims[0])
    assert settled(made, rule(Strategy.GROUP_ROUND_ROBIN)) == (["t4"], [])


def test_thousands_may_wait_for_one_slot() -> None:
    by = rule(Strategy.GROUP_ROUND_ROBIN)
    claims = [claim(seq) for seq in range(5000)]
    made = group(*claims)
    for seq in range(5000):
        assert settled(made, by) == ([f"t{seq}"], [])
        made.remove(claims[seq])
    assert made.empty


def test_those_who_have_left_the_line_while_one_works_are_not_kept() -> None:
    by = rule(Strategy.GROUP_ROUND_ROBIN)
    made = group(claim(0))
    assert settled(made, by) == (["t0"], [])
    for seq in range(1, 1000):
        gone = claim(seq)
        made.add(gone)
        made.remove(gone)
        made.settle(by)
        assert made._heap is not None
        assert len(made._heap) < 100
