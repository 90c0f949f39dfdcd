"""The deciding parts on their own: no engine, no loop, no time but what is passed in."""

from __future__ import annotations

import pytest

from hatchet.engine.delivery.chunks import ChunkOrder
from hatchet.engine.rules.catalog import matches
from hatchet.engine.rules.dag import decide, descendants, find_cycle
from hatchet.engine.rules.retries import delay_after_failure
from hatchet.engine.rules.scheduler import Item, Scheduler, suitability
from hatchet.engine.rules.throttle import MOST_KEYS, Throttle
from hatchet.engine.state import durations, jsontext
from hatchet.engine.state.conditions import Action, Outcome, on_failure_conditions
from hatchet.engine.state.conditions import successor_conditions as successor
from hatchet.engine.state.definitions import (
    Comparator,
    LabelValue,
    Rates,
    Requirement,
    RetryPolicy,
    Sticky,
    WantedLabel,
)
from hatchet.engine.state.model import Status, Worker, combined, is_skipped
from hatchet.engine.state.timers import TimerKind, Timers

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
    assert all(label.accepts({"k": value}) for value in accepted)
    assert not any(label.accepts({} if value is None else {"k": value}) for value in rejected)


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
    ("text", "seconds"),
    [("60s", 60), ("1h30m", 5400), ("1.5m", 90), ("500ms", 0.5), ("0h", 0), ("-5s", None), ("5", None), ("", None)],
)
def test_durations_of_a_registration(text: str, seconds: float | None) -> None:
    assert durations.registered(text) == seconds


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

    def test_withdrawn_deadlines_do_not_pile_up(self) -> None:
        timers = Timers()
        for number in range(10_000):
            timers.set(TimerKind.EXECUTION, f"t{number}", 60.0 + number)
            timers.clear(TimerKind.EXECUTION, f"t{number}")
        timers.set(TimerKind.EXECUTION, "last", 1.0)
        assert len(timers) == 1
        assert len(timers._heap) < 1000
        assert timers.pop_due(2.0) == [(TimerKind.EXECUTION, "last")]


class TestChunkOrder:
    def test_chunks_come_out_in_order(self) -> None:
        order: ChunkOrder[str] = ChunkOrder(10)
        assert order.add("t", 1, "b") == []
        assert order.waiting("t")
        assert order.add("t", 0, "a") == ["a", "b"]
        assert not order.waiting("t")
        assert order.add("t", None, "loose") == ["loose"]

    def test_a_gap_given_up_releases_what_waited(self) -> None:
        order: ChunkOrder[str] = ChunkOrder(10)
        order.add("t", 3, "d")
        order.add("t", 2, "c")
        assert order.give_up("t") == ["c", "d"]
        assert order.add("t", 7, "h") == ["h"]

    def test_a_new_attempt_counts_from_zero(self) -> None:
        order: ChunkOrder[str] = ChunkOrder(10)
        assert order.add("t", 0, "a") == ["a"]
        assert order.forget("t") == []
        assert order.add("t", 0, "again") == ["again"]

    def test_the_number_of_held_chunks_is_bounded(self) -> None:
        order: ChunkOrder[int] = ChunkOrder(2)
        assert [order.add("t", index, index) for index in (1, 2, 3)] == [[], [], [1, 2, 3]]


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
