"""Options: defaults, merging, and what is refused."""

from __future__ import annotations

import inspect
from datetime import datetime, timedelta
from typing import Any

import pytest

from hatchet import (
    ConcurrencyExpression,
    ConcurrencyLimitStrategy,
    DefaultFilter,
    DefinitionError,
    DesiredWorkerLabel,
    Hatchet,
    RateLimit,
    SleepCondition,
    StatusBasedIdempotencyConfig,
    TaskDefaults,
    TriggerWorkflowOptions,
    TTLBasedIdempotencyConfig,
    UserEventCondition,
    or_,
)
from hatchet.options import defaults, keys, specs
from hatchet.options.durations import render_duration

DURABLE = {"eviction_policy"}
CONDITIONS = {"wait_for", "skip_if", "cancel_if"}
EXPLICIT = {"batch_max_size", "broadcast_output"}  # parameters of their own, since the decorator's type depends on one


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
        (lambda: ConcurrencyExpression("", 1, ConcurrencyLimitStrategy.CANCEL_NEWEST), "needs an expression"),
        (lambda: RateLimit(static_key=""), "empty text"),
        (lambda: RateLimit(static_key="api", units=-1), "units of a rate limit is -1"),
        (lambda: RateLimit(static_key="api", limit=-1), "limit of a rate limit is -1"),
        (lambda: specs.WorkflowSpec(on_events=["order:new", ""]), "on_events has an empty text"),
        (lambda: specs.TaskSpec(backoff_factor=0.5), "backoff_factor is 0.5"),
        (lambda: specs.TaskSpec(backoff_max_seconds=0), "backoff_max_seconds is 0"),
        (lambda: specs.WorkflowSpec(default_priority=4), "default_priority is 4"),
        (lambda: specs.WorkflowSpec(on_events="key"), r"write a list: on_events=\['key'\]"),
        (lambda: specs.RunSpec(priority=0), "priority is 0"),
        (lambda: RateLimit(), "exactly one of static_key and dynamic_key"),
        (lambda: RateLimit(static_key="a", dynamic_key="b", limit=1), "exactly one"),
        (lambda: RateLimit(dynamic_key="input.x"), "needs a limit"),
        (lambda: specs.TaskSpec(slot_cost=0), "slot_cost is 0"),
        (lambda: specs.TaskSpec(wait_for=SleepCondition("1s")), r"write a list: wait_for=\["),  # type: ignore[arg-type]
        (lambda: specs.TaskSpec(skip_if=["1s"]), "write a list of Condition"),  # type: ignore[list-item]
        (lambda: or_(), r"or_\(\) has no conditions"),
        (lambda: SleepCondition("1d"), "the duration of a SleepCondition is '1d'"),
        (lambda: UserEventCondition(""), "needs the key of an event"),
        (lambda: UserEventCondition("a", consider_events_since=datetime(2026, 1, 1)), "has no time zone"),
        (lambda: specs.BatchSpec(batch_max_size=0), "batch_max_size is 0"),
        (lambda: specs.BatchSpec(batch_max_size=1, batch_max_interval=timedelta(days=2)), "up to a day"),
        (lambda: specs.BatchSpec(batch_max_size=1, batch_group_max_runs=0), "batch_group_max_runs is 0"),
        (lambda: specs.WorkflowSpec(cron_input=1), "no on_crons"),
        (lambda: DefaultFilter(expression=" ", scope="s"), "'true' lets all events through"),
        (lambda: DefaultFilter(expression="true", scope=""), "needs a scope"),
        (lambda: TTLBasedIdempotencyConfig(key_expression="", ttl=timedelta(1)), "needs a key_expression"),
        (lambda: StatusBasedIdempotencyConfig(key_expression="'a'", fallback_ttl=timedelta()), "fallback_ttl of"),
        (lambda: DesiredWorkerLabel(key="gpu", value=1, comparator=9), "it is one of EQUAL"),
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
    ("keys_of", "spec", "not_written"),
    [
        (defaults.AttemptOptions, defaults.AttemptSpec, set()),
        (defaults.DefaultsOptions, defaults.DefaultsSpec, set()),
        (keys.WorkflowTaskOptions, specs.TaskSpec, {"batch", *DURABLE}),
        (keys.WorkflowDurableTaskOptions, specs.TaskSpec, {"batch", "slot_cost"}),
        (keys.TaskOptions, specs.TaskSpec, {"batch", *CONDITIONS, *DURABLE}),
        (keys.BatchTaskOptions, specs.BatchTaskSpec, {"batch", "slot_cost", *CONDITIONS, *EXPLICIT, *DURABLE}),
        (keys.WorkflowOptions, specs.WorkflowSpec, {"cron_input"}),
        (keys.StandaloneOptions, specs.StandaloneSpec, {"batch", "cron_input", *CONDITIONS, *DURABLE}),
        (keys.DurableStandaloneOptions, specs.StandaloneSpec, {"batch", "cron_input", "slot_cost", *CONDITIONS}),
        (
            keys.BatchStandaloneOptions,
            specs.BatchStandaloneSpec,
            {"batch", "cron_input", "slot_cost", *CONDITIONS, *EXPLICIT, *DURABLE},
        ),
    ],
)
def test_what_may_be_written_and_what_it_means_are_in_step(keys_of: Any, spec: Any, not_written: set[str]) -> None:
    assert {*keys_of.__annotations__} | not_written == {*spec.__dataclass_fields__}
    assert not {*keys_of.__annotations__} & not_written


def test_every_way_to_write_run_options_ends_in_one_spec() -> None:
    fields = {*specs.RunSpec.__dataclass_fields__}
    written = {*keys.TriggerWorkflowOptions.__annotations__, *keys.BulkItemOptions.__annotations__}
    assert written - {"options", "desired_worker_label"} == fields
    assert {*keys.ScheduleTriggerWorkflowOptions.__annotations__} < fields
    assert {*keys.ScheduleOptions.__annotations__} - {"options"} < fields


def test_a_keyword_wins_over_the_options_value_and_none_means_not_given() -> None:
    label = DesiredWorkerLabel(key="gpu", value=1)
    whole = TriggerWorkflowOptions(priority=1, sticky=True, child_key="k", desired_worker_label=[label])
    spec = specs.RunSpec.of({"options": whole, "priority": 3, "child_key": None, "additional_metadata": None})
    assert spec == specs.RunSpec(priority=3, sticky=True, desired_worker_labels=[label])


def test_a_child_s_place_is_given_whole_or_not_at_all() -> None:
    with pytest.raises(DefinitionError, match="belong together"):
        specs.RunSpec.of({"options": {"parent_id": "a"}})
