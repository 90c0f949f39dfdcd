"""What conditions decide, on their own."""

from __future__ import annotations

import pytest

from hatchet.engine.rules import matches
from hatchet.engine.rules.dag import decide
from hatchet.engine.state.conditions import Action, Condition, Match, Outcome, Override, Wait, successor_conditions

C, S, F, X = Outcome.COMPLETED, Outcome.SKIPPED, Outcome.FAILED, Outcome.CANCELLED
QUEUE, SKIP, CANCEL = Action.QUEUE, Action.SKIP, Action.CANCEL
rule = Override
SLEEP = Wait(Action.QUEUE, "g1", "nap", sleep="1m")
EVENT = Wait(Action.QUEUE, "g2", "came", event_key="e")
EITHER = (Wait(Action.QUEUE, "g", "nap", sleep="1m"), Wait(Action.QUEUE, "g", "came", event_key="e"))


def yes(_: object) -> bool:
    """Every expression holds."""
    return True


@pytest.mark.parametrize(
    ("overrides", "facts", "true", "expected"),
    [
        ([rule(QUEUE, "g", "a", "go")], {"a": C, "b": C}, {"go"}, Action.QUEUE),
        ([rule(QUEUE, "g", "a", "go")], {"a": C, "b": C}, set[str](), None),
        ([rule(QUEUE, "g", "a", "x"), rule(QUEUE, "g", "a", "y")], {"a": C, "b": C}, {"y"}, Action.QUEUE),
        ([rule(QUEUE, "g", "a", "x"), rule(QUEUE, "h", "a", "y")], {"a": C, "b": C}, {"y"}, None),
        ([rule(SKIP, "g", "a", "skip")], {"a": C}, {"skip"}, Action.SKIP),
        ([rule(SKIP, "g", "a", "skip")], {"a": S, "b": S}, set[str](), Action.QUEUE),
        ([rule(CANCEL, "g", "a", "stop"), rule(CANCEL, "g", "b", "")], {"a": C}, {"stop"}, Action.CANCEL),
        ([rule(CANCEL, "g", "a", "stop"), rule(CANCEL, "g", "b", "no")], {"b": F}, set[str](), Action.CANCEL),
        ([rule(CANCEL, "g", "a", "stop")], {"a": C}, {"stop"}, None),
        ([rule(CANCEL, "g", "a", "stop")], {"b": F}, set[str](), None),
        ([rule(CANCEL, "g", "a", "stop")], {"a": C, "b": C}, {"stop"}, Action.QUEUE),
        ([rule(CANCEL, "g", "a", "stop")], {"a": C, "b": X}, {"stop"}, Action.CANCEL),
        ([rule(CANCEL, "g", "a", "x"), rule(CANCEL, "h", "b", "y")], {"a": F, "b": C}, {"y"}, Action.CANCEL),
        ([rule(SKIP, "h", "a", "skip"), rule(CANCEL, "g", "a", "")], {"a": C, "b": F}, {"skip"}, Action.SKIP),
        ([rule(QUEUE, "g", "a", "go")], {"a": X, "b": C}, {"go"}, Action.ABORT),
        ([rule(QUEUE, "g", "a", "")], {"a": C, "b": C}, set[str](), Action.QUEUE),
    ],
)
def test_conditions_on_parents(
    overrides: list[Override], facts: dict[str, Outcome], true: set[str], expected: Action | None
) -> None:
    def holds(condition: Condition) -> bool:
        return condition.expression in true

    assert decide(successor_conditions(["a", "b"], overrides), facts, holds) is expected


def test_an_expression_is_judged_only_once_its_parent_has_an_output() -> None:
    judged: list[str] = []

    def holds(condition: Condition) -> bool:
        judged.append(condition.source)
        return False

    rules = successor_conditions(["a", "b"], [rule(SKIP, "g", "a", "x"), rule(SKIP, "g", "b", "y")])
    assert decide(rules, {"a": C}, holds) is None
    assert judged == ["a"]


def test_all_groups_are_needed_and_one_of_each() -> None:
    match = Match(since=100.0)
    waits = (SLEEP, EVENT)
    assert matches.next_sleep(match, waits) == 160.0
    matches.wake(match, waits, 159.0)
    assert match.facts == {}
    matches.wake(match, waits, 160.0)
    assert matches.verdict(match, waits) is None
    assert matches.next_sleep(match, waits) is None
    assert matches.hear(match, waits, "e", None, '{"n":1}', yes)
    assert matches.verdict(match, waits) is Action.QUEUE
    assert match.data(waits) == {"nap": '{"sleep_duration":"1m"}', "came": '{"n":1}'}
    either = Match(since=0.0)
    assert matches.hear(either, EITHER, "e", None, "{}", yes)
    assert matches.verdict(either, EITHER) is Action.QUEUE
    assert either.data(EITHER) == {"came": "{}"}


def test_events_count_by_key_scope_and_expression() -> None:
    waits = (
        Wait(Action.QUEUE, "a", "any scope", event_key="e"),
        Wait(Action.QUEUE, "b", "one scope", event_key="e", scope="s"),
        Wait(Action.QUEUE, "c", "picky", event_key="e", expression="input.n > 1"),
    )
    match = Match(since=0.0)
    assert not matches.hear(match, waits, "other", "s", "{}", yes)
    assert matches.hear(match, waits, "e", None, "{}", lambda wait: False)
    assert set(match.facts) == {0}
    assert matches.hear(match, waits, "e", "s", "{}", lambda wait: wait.data_key == "picky")
    assert set(match.facts) == {0, 1, 2}


def test_skip_comes_before_cancel_and_both_before_the_start() -> None:
    waits = tuple(
        Wait(action, action.value, "d", event_key="e") for action in (Action.QUEUE, Action.CANCEL, Action.SKIP)
    )
    match = Match(since=0.0)
    matches.hear(match, waits, "e", None, "{}", yes)
    assert matches.verdict(match, waits) is Action.SKIP
    assert matches.verdict(match, waits[:2]) is Action.CANCEL
    assert matches.verdict(match, waits[:1]) is Action.QUEUE


def test_a_match_comes_back_from_its_stored_form() -> None:
    match = Match(12.5, {1: '{"n":1}'}, fired=True)
    assert Match.load(match.dump()) == match
