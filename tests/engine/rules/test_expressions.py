"""What one event may cost, however many filters ask about it."""

from __future__ import annotations

import json
import time

import pytest

from hatchet.engine.cel import CelFault
from hatchet.engine.rules.expressions import MAX_FILTER_STEPS, EventFacts, condition_holds, webhook_text


def facts(**input: object) -> EventFacts:
    """An event with a payload."""
    return EventFacts(input=json.dumps(input), additional_metadata='{"m": 1}', event_id="e", event_key="k")


def test_a_filter_sees_the_event_and_its_own_payload() -> None:
    event = facts(n=1)
    assert event.match("input.n == 1 && additional_metadata.m == 1 && event_key == 'k' && payload.p == 2", '{"p": 2}')
    assert not event.match("payload.p == 2", '{"p": 3}')
    assert not event.match("input.missing", "{}")
    assert not event.match("input.", "{}")


@pytest.mark.parametrize(
    "fact", ["input == {'n': 1.0}", "additional_metadata == {'m': 1.0}", "event_id == 'e'", "event_key == 'k'"]
)
def test_a_filter_sees_each_fact_about_an_event(fact: str) -> None:
    assert facts(n=1).match(fact, "{}")
    assert not facts(n=1).match(f"!({fact})", "{}")


def test_a_condition_sees_the_input_and_the_output() -> None:
    for expression, holds in {
        "input.n == 1.0": True, "output.m == 2.0": True, "input.n == 2.0": False, "output.missing": False,
        "output.m": False, "(": False,
    }.items():  # fmt: skip
        assert condition_holds(expression, input='{"n": 1}', output='{"m": 2}') is holds, expression


def test_a_webhook_makes_a_text_of_the_message_and_its_headers() -> None:
    assert webhook_text("input.kind + ':' + headers['x']", input='{"kind": "a"}', headers={"x": "b"}) == "a:b"
    with pytest.raises(CelFault, match="output must evaluate to a string: got double"):
        webhook_text("input.n", input='{"n": 1}', headers={})


def test_many_cheap_filters_are_all_asked() -> None:
    event = facts(n=1)
    assert sum(event.match("input.n == 1", "{}") for _ in range(5_000)) == 5_000


def test_costly_filters_take_no_more_together_than_an_event_may() -> None:
    event = facts(items=[0] * 100_000, n=1)
    started = time.process_time()
    answers = [event.match("input.items.all(i, i == 0) || true", "{}") for _ in range(2_000)]
    assert not any(answers)
    assert time.process_time() - started < 10  # each alone may take twenty milliseconds: that would be forty seconds
    assert not event.match("input.n == 1", "{}"), f"the {MAX_FILTER_STEPS} steps are spent"


def test_an_event_that_is_nested_too_deeply_passes_no_filter() -> None:
    event = EventFacts(
        input='{"a":' + "[" * 200_000 + "]" * 200_000 + "}", additional_metadata="", event_id="e", event_key="k"
    )
    assert not event.match("true", "{}")
