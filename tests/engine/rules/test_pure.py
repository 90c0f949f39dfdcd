"""The deciding parts on their own: no engine, no loop, no time but what is passed in."""

from __future__ import annotations

import pytest

from hatchet.engine.hub import Hub
from hatchet.engine.rules import catalog
from hatchet.engine.rules.catalog import matches
from hatchet.engine.rules.dag import decide, descendants, find_cycle
from hatchet.engine.rules.retries import delay_after_failure
from hatchet.engine.rules.scheduler import Item, Scheduler, suitability
from hatchet.engine.rules.throttle import MOST_KEYS, Throttle
from hatchet.engine.state.conditions import Action, Outcome, on_failure_conditions
from hatchet.engine.state.conditions import successor_conditions as successor
from hatchet.engine.state.definitions import (
    LabelValue,
    Rates,
    Requirement,
    RetryPolicy,
    Sticky,
    WantedLabel,
)
from hatchet.engine.state.model import Worker

ONE = Requirement()


def worker(name: str, slots: int = 1, **labels: LabelValue) -> Worker:
    """A worker for the action `a`."""
    return Worker(
        id=name, name=name, actions=frozenset({"a"}), slots={"default": slots}, created_at=0.0, labels=dict(labels)
    )


def assigned(scheduler: Scheduler) -> list[tuple[str, str]]:
    """What the scheduler hands out when every worker may work."""
    return [(item.task_id, worker.id) for item, worker in scheduler.assign(lambda _: True)]


class TestScheduler:
    def test_priority_comes_before_age(self) -> None:
        scheduler = Scheduler()
        for number, priority in enumerate((1, 3, 2, 3)):
            scheduler.put(Item(f"t{number}", "a", priority, number, ONE))
        scheduler.add_worker(worker("w", slots=3))
        scheduler.wake(scheduler.workers["w"])
        assert [task for task, _ in assigned(scheduler)] == ["t1", "t3", "t2"]
        assert scheduler.waiting() == {"a": 1}

    def test_a_dropped_task_is_not_handed_out(self) -> None:
        scheduler = Scheduler()
        scheduler.add_worker(worker("w", slots=5))
        for name in ("x", "y", "z"):
            scheduler.put(Item(name, "a", 1, ord(name), ONE))
        scheduler.drop("y")
        scheduler.drop("never there")
        assert [task for task, _ in assigned(scheduler)] == ["x", "z"]
        assert scheduler.waiting() == {}

    def test_a_lane_without_units_is_set_aside_until_its_limits_change(self) -> None:
        class Units:
            left = 1
            asked = 0

            def affords(self, action: str, requirement: Requirement) -> bool:
                self.asked += 1
                return self.left > 0

            def spend(self, rates: Rates) -> None:
                self.left -= 1

        scheduler, units = Scheduler(), Units()
        scheduler.add_worker(worker("w", slots=9))
        limited = Requirement(rates=(("k", 1),))

        def handed_out() -> list[str]:
            return [item.task_id for item, _ in scheduler.assign(lambda _: True, units)]

        for number in range(3):
            scheduler.put(Item(f"t{number}", "a", 1, number, limited))
        assert handed_out() == ["t0"]
        asked = units.asked
        units.left = 2
        # Neither a free worker nor another task of the same kind makes it look again, but others are not held up.
        scheduler.wake(scheduler.workers["w"])
        scheduler.put(Item("t3", "a", 3, 3, limited))
        scheduler.put(Item("free", "a", 1, 4, ONE))
        scheduler.drop("t1")
        assert handed_out() == ["free"]
        assert units.asked == asked
        assert scheduler.waiting() == {"a": 2}
        scheduler.unpark([("a", limited), ("a", ONE)])
        assert handed_out() == ["t3", "t2"]
        assert scheduler.waiting() == {}

    def test_nothing_happens_until_something_changed(self) -> None:
        scheduler = Scheduler()
        scheduler.put(Item("t", "a", 1, 1, ONE))
        assert assigned(scheduler) == []
        one = worker("w")
        scheduler.add_worker(one)
        assert assigned(scheduler) == []
        scheduler.wake(one)
        assert assigned(scheduler) == [("t", "w")]

    def test_a_blocked_requirement_does_not_hold_up_others(self) -> None:
        scheduler = Scheduler()
        scheduler.add_worker(worker("w"))
        picky = Requirement(labels=(WantedLabel("gpu", 1, required=True),))
        scheduler.put(Item("picky", "a", 3, 1, picky))
        scheduler.put(Item("plain", "a", 1, 2, ONE))
        assert assigned(scheduler) == [("plain", "w")]
        assert scheduler.queued("picky")

    def test_slots_are_taken_and_given_back(self) -> None:
        scheduler = Scheduler()
        one = worker("w", slots=2)
        scheduler.add_worker(one)
        for number in range(3):
            scheduler.put(Item(f"t{number}", "a", 1, number, ONE))
        assert len(assigned(scheduler)) == 2
        one.give_back(ONE.slots)
        scheduler.wake(one)
        assert assigned(scheduler) == [("t2", "w")]

    def test_workers_that_may_not_work_are_left_out(self) -> None:
        scheduler = Scheduler()
        scheduler.add_worker(worker("tired"))
        scheduler.put(Item("t", "a", 1, 1, ONE))
        assert scheduler.assign(lambda _: False) == []
        assert scheduler.queued("t")

    def test_a_removed_worker_gets_nothing(self) -> None:
        scheduler = Scheduler()
        gone = worker("gone")
        scheduler.add_worker(gone)
        scheduler.remove_worker(gone)
        scheduler.remove_worker(gone)
        scheduler.put(Item("t", "a", 1, 1, ONE))
        assert assigned(scheduler) == []
        assert scheduler.able("a") == []

    def test_soft_stickiness_prefers_and_hard_insists(self) -> None:
        mine, other = worker("mine"), worker("other")
        soft = Requirement(worker_id="mine", sticky=Sticky.SOFT)
        hard = Requirement(worker_id="mine", sticky=Sticky.HARD)
        assert (suitability(mine, soft) or 0) > (suitability(other, soft) or 0)
        assert suitability(other, soft) == 0
        assert suitability(other, hard) is None

    def test_weights_add_up(self) -> None:
        wanted = Requirement(labels=(WantedLabel("a", 1, weight=5), WantedLabel("b", "x", weight=7)))
        assert suitability(worker("w", a=1, b="x"), wanted) == 12
        assert suitability(worker("w", a=1, b="y"), wanted) == 5


C, S, F, X = Outcome.COMPLETED, Outcome.SKIPPED, Outcome.FAILED, Outcome.CANCELLED


@pytest.mark.parametrize(
    ("facts", "action"),
    [
        ({}, None),
        ({"a": C}, None),
        ({"a": C, "b": C}, Action.QUEUE),
        ({"a": C, "b": S}, Action.QUEUE),
        ({"a": S, "b": S}, Action.SKIP),
        ({"a": F}, Action.ABORT),
        ({"a": C, "b": X}, Action.ABORT),
    ],
)
def test_a_successor_follows_its_parents(facts: dict[str, Outcome], action: Action | None) -> None:
    assert decide(successor(["a", "b"]), facts) is action


@pytest.mark.parametrize(
    ("facts", "action"),
    [
        ({"a": C}, None),
        ({"a": F}, Action.QUEUE),
        ({"a": C, "b": F}, Action.QUEUE),
        ({"a": C, "b": S}, Action.SKIP),
        ({"a": X, "b": X}, Action.SKIP),
    ],
)
def test_an_on_failure_task_waits_for_any_failure(facts: dict[str, Outcome], action: Action | None) -> None:
    assert decide(on_failure_conditions(["a", "b"]), facts) is action


def test_cycles_are_found_and_named() -> None:
    assert find_cycle({"a": [], "b": ["a"], "c": ["a", "b"]}) is None
    assert find_cycle({"a": ["a"]}) == ["a", "a"]
    cycle = find_cycle({"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a"]})
    assert cycle is not None
    assert cycle[0] == cycle[-1]
    assert set(cycle) == {"a", "b", "c"}


def test_descendants_include_what_depends_indirectly() -> None:
    assert descendants(["a"], {"a": ["b"], "b": ["c"], "x": ["c"]}) == {"a", "b", "c"}


@pytest.mark.parametrize(
    ("policy", "made", "delay"),
    [
        (RetryPolicy(retries=0), 0, None),
        (RetryPolicy(retries=2), 1, 0.0),
        (RetryPolicy(retries=2), 2, None),
        (RetryPolicy(retries=5, backoff_factor=2.0, backoff_max_seconds=100), 0, 2.0),
        (RetryPolicy(retries=5, backoff_factor=2.0, backoff_max_seconds=100), 2, 8.0),
        (RetryPolicy(retries=50, backoff_factor=2.0, backoff_max_seconds=100), 40, 100.0),
        (RetryPolicy(retries=500, backoff_factor=1000.0), 400, 86_400.0),
    ],
)
def test_delays_between_attempts(policy: RetryPolicy, made: int, delay: float | None) -> None:
    assert delay_after_failure(policy, made) == delay


def test_retry_after_replaces_the_formula_but_not_the_budget() -> None:
    policy = RetryPolicy(retries=1, backoff_factor=10.0)
    assert delay_after_failure(policy, 0, retry_after_ms=1500) == 1.5
    assert delay_after_failure(policy, 0, retry_after_ms=-5) == 0.0
    assert delay_after_failure(policy, 1, retry_after_ms=1500) is None
    assert delay_after_failure(policy, 0, refused=True) is None


@pytest.mark.parametrize(
    ("pattern", "key", "fits"),
    [
        ("a:b", "a:b", True),
        ("a:b", "a:bc", False),
        ("a_b", "axb", False),
        ("a*", "a", True),
        ("*", "anything", True),
        ("a*c", "abbc", True),
        ("a*c*e", "abcde", True),
        ("a*c*e", "ace", True),
        ("ab*ba", "aba", False),
        ("A*", "abc", False),
    ],
)
def test_event_patterns(pattern: str, key: str, fits: bool) -> None:
    assert matches(pattern, key) is fits


def test_which_workflows_an_event_starts_is_remembered_for_so_many_keys(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalog, "MAX_KEYS", 3)
    sizes: list[int] = []
    for number in range(8):
        hub.catalog.triggered_by(str(number // 2))
        sizes.append(len(hub.catalog._triggered))
    assert sizes == [1, 1, 2, 2, 3, 3, 1, 1]


def test_a_throttle_admits_a_burst_and_then_as_many_as_its_rate_for_each_key() -> None:
    throttle = Throttle(2.0, 3)
    assert [throttle.admits("a", 10.0) for _ in range(5)] == [True, True, True, False, False]
    assert throttle.admits("b", 10.0)
    assert [throttle.admits("a", moment) for moment in (10.4, 10.5, 10.6, 11.0)] == [False, True, False, True]
    assert [throttle.admits("a", 100.0) for _ in range(4)] == [True, True, True, False]


def test_a_throttle_forgets_the_keys_that_may_be_used_in_full_again() -> None:
    throttle = Throttle(1.0, 1)
    for number in range(10 * MOST_KEYS):
        assert throttle.admits(str(number), float(number))
    assert not throttle.admits(str(10 * MOST_KEYS - 1), 10.0 * MOST_KEYS - 0.5)
    assert len(throttle) <= MOST_KEYS
