"""Options: defaults, merging, and what is refused."""

from __future__ import annotations

import inspect
from datetime import timedelta
from typing import Any

import pytest

from hatchet import ConcurrencyExpression, ConcurrencyLimitStrategy, DefinitionError, Hatchet, RateLimit, TaskDefaults
from hatchet.options import keys, specs
from hatchet.options.durations import render_duration


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (timedelta(hours=2), "2h"),
        (timedelta(minutes=90), "90m"),
        (timedelta(seconds=61), "61s"),
        (timedelta(milliseconds=1500), "1500ms"),
        ("1h30m", "1h30m"),
        ("0.5s", "0.5s"),
    ],
)
def test_lengths_of_time_are_written_exactly(value: timedelta | str, text: str) -> None:
    assert render_duration(value, "timeout") == text


@pytest.mark.parametrize("value", ["", "5", "5 m", "-5m", "1d", timedelta(0), timedelta(seconds=-1)])
def test_what_is_no_length_of_time_is_refused_by_the_option_s_name(value: Any) -> None:
    with pytest.raises(DefinitionError, match="execution_timeout"):
        specs.TaskSpec(execution_timeout=value)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: specs.TaskSpec(retries=-1), "retries is -1"),
        (lambda: specs.TaskSpec(backoff_factor=0.5), "backoff_factor is 0.5"),
        (lambda: specs.TaskSpec(backoff_max_seconds=0), "backoff_max_seconds is 0"),
        (lambda: specs.WorkflowSpec(default_priority=4), "default_priority is 4"),
        (lambda: specs.WorkflowSpec(on_events="key"), r"write a list: on_events=\['key'\]"),
        (lambda: specs.RunSpec(priority=0), "priority is 0"),
        (lambda: RateLimit(), "exactly one of static_key and dynamic_key"),
        (lambda: RateLimit(static_key="a", dynamic_key="b", limit=1), "exactly one"),
        (lambda: RateLimit(dynamic_key="input.x"), "needs a limit"),
        (lambda: concurrency(max_runs=0), "max_runs is 0"),
        (lambda: concurrency(max_runs=" "), "empty text"),
        (lambda: concurrency(is_tenant_scoped=True), "needs a name"),
    ],
)
def test_options_that_make_no_sense_are_refused(make: Any, words: str) -> None:
    with pytest.raises(DefinitionError, match=words):
        make()


def concurrency(**options: Any) -> ConcurrencyExpression:
    given = {"max_runs": 1, "limit_strategy": ConcurrencyLimitStrategy.GROUP_ROUND_ROBIN, **options}
    return ConcurrencyExpression("input.key", **given)


def test_an_explicit_value_beats_the_default_even_where_it_is_the_same() -> None:
    defaults = TaskDefaults(retries=3, execution_timeout=timedelta(minutes=10))
    merged: keys.TaskOptions = {**defaults.given, "retries": 0}  # type: ignore[typeddict-item]  # as Workflow does
    spec = specs.TaskSpec(**merged)
    assert (spec.retries, spec.execution_timeout) == (0, timedelta(minutes=10))


def test_task_defaults_check_their_values_at_once() -> None:
    with pytest.raises(DefinitionError, match="retries"):
        TaskDefaults(retries=-1)


def test_every_option_is_declared_with_its_default_in_the_signature() -> None:
    parameters = inspect.signature(Hatchet.task).parameters
    assert parameters["retries"].default == 0
    assert parameters["execution_timeout"].default == timedelta(seconds=60)
    assert parameters["schedule_timeout"].default == timedelta(minutes=5)
    assert parameters["on_events"].default == []
    assert parameters["desired_worker_labels"].default == {}
    assert parameters["default_priority"].default == 1
    assert "options" not in parameters


@pytest.mark.parametrize(
    ("keys_of", "spec"),
    [
        (keys.AttemptOptions, specs.AttemptSpec),
        (keys.TaskOptions, specs.TaskSpec),
        (keys.WorkflowOptions, specs.WorkflowSpec),
        (keys.StandaloneOptions, specs.StandaloneSpec),
        (keys.RunOptions, specs.RunSpec),
    ],
)
def test_what_may_be_written_and_what_it_means_are_in_step(keys_of: Any, spec: Any) -> None:
    assert keys_of.__annotations__.keys() == spec.__dataclass_fields__.keys()
