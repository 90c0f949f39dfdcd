"""What a registration means: every field, what holds where one is left out, and the bounds of each."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from hatchet.engine.cel import environments, vocabularies
from hatchet.engine.grpc.conditions import durable_waits_of, overrides_of, waits_of
from hatchet.engine.grpc.validate import definition_of, normal_action, registration_of, stored
from hatchet.engine.state.conditions import Action, Override, Wait
from hatchet.engine.state.definitions import (
    BatchRule,
    Comparator,
    DefaultFilter,
    IdempotencyRule,
    RateRule,
    RetryPolicy,
    Rule,
    Sticky,
    Strategy,
    TaskDefinition,
    WantedLabel,
    Window,
    WorkflowDefinition,
)
from hatchet.engine.state.errors import Refused
from hatchet_api.grpc.v1 import workflows_pb2 as pb
from hatchet_api.grpc.v1.shared import condition_pb2, trigger_pb2

VERSION = str(uuid.UUID(int=7))


def task_id(name: str) -> str:
    return str(uuid.uuid5(uuid.UUID(VERSION), name))


def one(**fields: Any) -> pb.CreateTaskOpts:  # Any: fields of a message
    return pb.CreateTaskOpts(**{"readable_id": "t", "action": "w:t", **fields})


def workflow(*tasks: pb.CreateTaskOpts, **fields: Any) -> pb.CreateWorkflowVersionRequest:  # Any: fields of a message
    return pb.CreateWorkflowVersionRequest(name="w", tasks=tasks or [one()], **fields)


def defined(task: pb.CreateTaskOpts) -> TaskDefinition:
    [found] = definition_of(workflow(task), VERSION).tasks
    return found


def refused(request: pb.CreateWorkflowVersionRequest) -> str:
    with pytest.raises(Refused) as caught:
        definition_of(request, VERSION)
    return caught.value.message


def test_what_is_left_out_has_its_default() -> None:
    assert definition_of(workflow(), VERSION) == WorkflowDefinition(
        name="w",
        description="",
        tasks=(
            TaskDefinition(
                id=task_id("t"),
                name="t",
                action="w:t",
                timeout="60s",
                schedule_timeout="5m",
                retry=RetryPolicy(0, None, None),
                slots=(("default", 1),),
            ),
        ),
    )
    assert defined(one(is_durable=True)).slots == (("durable", 1),)


def everything() -> pb.CreateWorkflowVersionRequest:
    rich = one(
        action="W:T:Verb", timeout="1m", schedule_timeout="2m", retries=3, backoff_factor=2.5, backoff_max_seconds=9,
        slot_requests={"b": 2, "a": 1}, is_durable=True, parents=["first", "first"],
    )  # fmt: skip
    rich.worker_labels["text"].CopyFrom(trigger_pb2.DesiredWorkerLabels(str_value="x"))
    rich.worker_labels["number"].CopyFrom(
        trigger_pb2.DesiredWorkerLabels(int_value=0, required=True, comparator=trigger_pb2.LESS_THAN, weight=0)
    )
    rich.rate_limits.add(key='a "key"')
    rich.rate_limits.add(
        key="k", units=0, key_expr="input.k", units_expr="1", limit_values_expr="2", duration=pb.RateLimitDuration.YEAR
    )
    rich.rate_limits.add(key="k", units=5, duration=pb.RateLimitDuration.SECOND)
    rich.concurrency.add(expression="input.a")
    rich.concurrency.add(
        expression="input.b", max_runs=4, limit_strategy=pb.CANCEL_NEWEST, max_runs_expression="2", name="shared",
        is_tenant_scoped=True,
    )  # fmt: skip
    rich.batch.batch_max_size = 5
    return workflow(
        one(readable_id="first", action="w:first"),
        rich,
        description="words",
        event_triggers=["a", "b"],
        default_filters=[pb.DefaultFilter(expression="true", scope="s", payload=b'{"p":1}')],
        cron_triggers=["0 0 * * *"],
        cron_input='{"c":1}',
        sticky=pb.HARD,
        default_priority=3,
        input_json_schema=b"{}",
        concurrency=pb.Concurrency(expression="'old'"),
        concurrency_arr=[pb.Concurrency(expression="'new'", max_runs=2, limit_strategy=pb.GROUP_ROUND_ROBIN)],
        idempotency=pb.IdempotencyConfig(expression="'i'", ttl_ms=1500, method=pb.STATUS),
        on_failure_task=one(readable_id="mend", action="w:mend", parents=["first"]),
    )


def test_every_field_arrives() -> None:
    old, new = Rule(f"{VERSION}/0", "'old'"), Rule(f"{VERSION}/1", "'new'", 2, Strategy.GROUP_ROUND_ROBIN)
    of_run = tuple(Rule(each.id, each.expression, each.max_runs, each.strategy, of_run=True) for each in (old, new))
    rich = TaskDefinition(
        id=task_id("t"),
        name="t",
        action="w:t:verb",
        parents=("first",),
        timeout="1m",
        schedule_timeout="2m",
        retry=RetryPolicy(3, 2.5, 9),
        slots=(("a", 1), ("b", 2)),
        labels=(
            WantedLabel("number", 0, required=True, comparator=Comparator.LESS_THAN, weight=0),
            WantedLabel("text", "x", required=False, comparator=Comparator.EQUAL, weight=100),
        ),
        durable=True,
        concurrency=(
            Rule(f"{task_id('t')}/0", "input.a"),
            Rule("tenant/shared", "input.b", 4, Strategy.CANCEL_NEWEST, False, "shared", "2"),
            *of_run,
        ),
        rates=(
            RateRule('"a \\"key\\""', "1", None, Window.MINUTE),
            RateRule("input.k", "1", "2", Window.YEAR),
            RateRule('"k"', "5", None, Window.SECOND),
        ),
        batch=BatchRule(5, 1.0, "'default'", 100, False),
    )
    assert definition_of(everything(), VERSION) == WorkflowDefinition(
        name="w",
        description="words",
        tasks=(
            TaskDefinition(id=task_id("first"), name="first", action="w:first", concurrency=of_run),
            rich,
            TaskDefinition(id=task_id("mend"), name="mend", action="w:mend", on_failure=True),
        ),
        event_triggers=("a", "b"),
        default_filters=(DefaultFilter("s", "true", '{"p":1}'),),
        cron_triggers=("0 0 * * *",),
        cron_input='{"c":1}',
        sticky=Sticky.HARD,
        default_priority=3,
        input_json_schema=b"{}",
        concurrency=(old, new),
        idempotency=IdempotencyRule("'i'", 1.5, until_end=True),
    )


def test_a_single_task_owns_the_rules_of_its_workflow() -> None:
    task = one()
    task.concurrency.add(expression="input.mine")
    found = definition_of(workflow(task, concurrency=pb.Concurrency(expression="input.all")), VERSION)
    assert found.concurrency == ()
    assert found.tasks[0].concurrency == (Rule(f"{VERSION}/0", "input.all"), Rule(f"{task_id('t')}/0", "input.mine"))


def test_what_is_stored_is_read_without_compiling_its_expressions(monkeypatch: pytest.MonkeyPatch) -> None:
    registration = registration_of(everything())
    wanted = registration.define(VERSION)

    def compiled(text: str, environment: str) -> None:
        raise AssertionError(text)

    monkeypatch.setattr(environments, "_cache", type(environments._cache)())
    monkeypatch.setattr(vocabularies, "compiled", compiled)
    assert stored(registration.source, VERSION) == wanted


def test_a_registration_is_the_same_whatever_its_version_and_no_other() -> None:
    first = registration_of(everything())
    versioned = everything()
    versioned.version = "v2"
    assert (registration_of(versioned).source, registration_of(versioned).checksum) == (first.source, first.checksum)
    assert versioned.version == "v2"
    other = everything()
    other.description = "other words"
    assert registration_of(other).checksum != first.checksum
    assert first.name == "w"


@pytest.mark.parametrize(
    ("given", "kept"),
    [("W:T", "w:t"), ("wW:tT", "wW:tt"), ("WW:TT:VV", "wW:tt:vV"), ("w:", "w:"), (":t", ":t")],
)
def test_an_action_is_spelled_as_the_real_engine_does(given: str, kept: str) -> None:
    assert normal_action(given) == kept


@pytest.mark.parametrize("action", ["w", "a:b:c:d"])
def test_an_action_has_two_or_three_parts(action: str) -> None:
    with pytest.raises(Refused, match=f"^invalid action id {action}, must have at least 2 strings separated"):
        normal_action(action)


def batched(**fields: Any) -> pb.CreateTaskOpts:  # Any: fields of a message
    return one(batch=pb.TaskBatchConfig(**{"batch_max_size": 1, **fields}))


BOUNDS: list[tuple[Callable[[Any], pb.CreateTaskOpts], list[Any], list[Any], str]] = [  # Any: a value of a field
    (lambda n: one(retries=n), [0, 1], [-1], "retries of task t must not be negative, got -1"),
    (lambda n: one(backoff_factor=n), [1, 1000], [0.5, 1001], "backoff factor of task t must be between 1 and 1000"),
    (
        lambda n: one(backoff_factor=2, backoff_max_seconds=n),
        [1, 86_400],
        [0, 86_401],
        "maximum backoff of task t must be between 1 and 86400 s",
    ),
    (lambda n: one(slot_requests={"default": n}), [1], [0, -1], "units must be positive"),
    (lambda name: one(slot_requests={name: 1}), ["x"], [""], "requests 1 slots of type ''"),
    (lambda n: one(timeout=n), ["1s", ""], ["soon", "1d"], "timeout of task t is not a duration"),
    (lambda n: one(schedule_timeout=n), ["1s"], ["", "1d"], "schedule timeout of task t is not a duration"),
    (lambda n: batched(batch_max_size=n), [1, 100_000], [0, 100_001], "batch_max_size of task t of workflow w must be"),
    (
        lambda n: batched(batch_max_interval_ms=n),
        [1, 86_400_000],
        [0, 86_400_001],
        "batch_max_interval_ms of task t of workflow w must be between 1 and 86400000",
    ),
    (
        lambda n: batched(batch_group_max_runs=n),
        [1, 10_000],
        [0, 10_001],
        "batch_group_max_runs of task t of workflow w must be between 1 and 10000",
    ),
    (lambda n: one(rate_limits=[pb.CreateTaskRateLimit(key="k", units=n)]), [0, 1], [-1], "consumes -1 units"),
    (lambda n: one(rate_limits=[pb.CreateTaskRateLimit(key=n)]), ["k"], [""], "has neither a key nor an expression"),
    (
        lambda n: one(rate_limits=[pb.CreateTaskRateLimit(key="k", duration=n)]),
        [0, 6],
        [7],
        "7 is no window of a rate limit (task t of workflow w)",
    ),
    (
        lambda n: one(concurrency=[pb.Concurrency(expression="'k'", max_runs=n)]),
        [1],
        [0, -1],
        "max_runs in the concurrency of task t of workflow w must be at least 1",
    ),
    (
        lambda n: one(concurrency=[pb.Concurrency(expression="'k'", limit_strategy=n)]),
        [0, 3, 4],
        [1, 2],
        "is not served; use CANCEL_IN_PROGRESS",
    ),
    (
        lambda n: one(concurrency=[pb.Concurrency(expression=n)]),
        ["'k'"],
        [""],
        "CEL expression is required for concurrency (task t of workflow w)",
    ),
    (
        lambda n: one(concurrency=[pb.Concurrency(expression="'k'", name=n, is_tenant_scoped=True)]),
        ["a.b-c_D1"],
        ["", "a b"],
        "needs a name of letters, digits",
    ),
    (lambda n: one(readable_id=n), ["a.b-c_D1"], ["", "a b"], "task name"),
    (lambda n: one(action=n), ["a:b"], [""], "task t has no action"),
]


@pytest.mark.parametrize(
    ("make", "good", "bad", "words"), BOUNDS, ids=lambda each: each if isinstance(each, str) else ""
)
def test_a_field_of_a_task_has_its_bounds(
    make: Callable[[Any], pb.CreateTaskOpts], good: list[Any], bad: list[Any], words: str
) -> None:
    for value in good:
        defined(make(value))
    for value in bad:
        assert words in refused(workflow(make(value)))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"default_priority": 0}, "default priority must be between 1 and 3, got 0"),
        ({"default_priority": 4}, "default priority must be between 1 and 3, got 4"),
        ({"cron_triggers": ["soon"]}, "cron trigger of workflow w: a cron expression has 5 fields"),
        ({"cron_triggers": ["@daily"]}, "'@daily' is only taken over REST; a declaration writes fields"),
        ({"cron_input": "[]"}, "cron input of workflow w"),
        ({"default_filters": [pb.DefaultFilter(scope="s")]}, "a default filter of workflow w has no expression"),
        ({"default_filters": [pb.DefaultFilter(expression="true", payload=b"\xff")]}, "is not UTF-8"),
        ({"default_filters": [pb.DefaultFilter(expression="true", payload=b"[]")]}, "payload of a default filter of"),
        ({"idempotency": pb.IdempotencyConfig(ttl_ms=1)}, "the idempotency of workflow w needs an expression"),
        ({"idempotency": pb.IdempotencyConfig(expression="'k'")}, "holds its keys for 0 ms; write at least 1"),
    ],
)
def test_a_field_of_a_workflow_has_its_bounds(fields: dict[str, Any], words: str) -> None:
    assert words in refused(workflow(**fields))


def test_the_smallest_of_each_field_of_a_workflow_is_taken() -> None:
    for priority in (1, 3):
        assert definition_of(workflow(default_priority=priority), VERSION).default_priority == priority
    once = pb.IdempotencyConfig(expression="'k'", ttl_ms=1)
    assert definition_of(workflow(idempotency=once), VERSION).idempotency == IdempotencyRule("'k'", 0.001, False)
    bare = pb.DefaultFilter(expression="true")
    assert definition_of(workflow(default_filters=[bare]), VERSION).default_filters == (
        DefaultFilter("", "true", "{}"),
    )


def test_names_of_shared_rules_are_not_used_twice() -> None:
    shared = pb.Concurrency(expression="'k'", name="gpu", is_tenant_scoped=True)
    words = "task t of workflow w names the shared concurrency gpu twice"
    assert words in refused(workflow(one(concurrency=[shared, shared])))
    assert "workflow w names the shared concurrency gpu twice" in refused(
        workflow(one(concurrency=[shared]), concurrency=shared)
    )
    two = [one(), one(readable_id="u")]
    assert "is shared by the tenant, which whole runs" in refused(workflow(*two, concurrency=shared))
    dynamic = pb.Concurrency(expression="'k'", max_runs_expression="1")
    assert "has a dynamic limit, which whole runs of several tasks" in refused(workflow(*two, concurrency=dynamic))


NO_GROUP = "00000000-0000-0000-0000-000000000000"
GROUP = "6f6e0000-0000-4000-8000-00000000000a"


def base(action: condition_pb2.Action.ValueType, key: str = "", group: str = "", expression: str = "") -> Any:
    return condition_pb2.BaseMatchCondition(
        readable_data_key=key, action=action, or_group_id=group, expression=expression
    )


def test_conditions_of_a_task_arrive() -> None:
    task = one(readable_id="t", parents=["a", "b"])
    overrides = task.conditions.parent_override_conditions
    overrides.add(base=base(condition_pb2.QUEUE, expression="output.ok"), parent_readable_id="a")
    overrides.add(base=base(condition_pb2.SKIP, group=GROUP), parent_readable_id="b")
    task.conditions.sleep_conditions.add(base=base(condition_pb2.QUEUE, "nap", NO_GROUP), sleep_for="1h")
    task.conditions.sleep_conditions.add(base=base(condition_pb2.CANCEL, "long", GROUP), sleep_for="90s")
    events = task.conditions.user_event_conditions
    events.add(base=base(condition_pb2.SKIP, "came", "", "input.n == 1"), user_event_key="k", event_scope="")
    events.add(base=base(condition_pb2.QUEUE, "all"), user_event_key="k2")
    assert overrides_of(task) == (
        Override(Action.QUEUE, "parent 0", "a", "output.ok"),
        Override(Action.SKIP, GROUP, "b", ""),
    )
    assert waits_of(task) == (
        Wait(Action.QUEUE, "wait 0", "nap", sleep="1h"),
        Wait(Action.CANCEL, GROUP, "long", sleep="90s"),
        Wait(Action.SKIP, "wait 2", "came", event_key="k", scope="", expression="input.n == 1"),
        Wait(Action.QUEUE, "wait 3", "all", event_key="k2", scope=None),
    )
    others = [one(readable_id=name, action="w:x") for name in ("a", "b")]
    found = definition_of(workflow(*others, task), VERSION).tasks[2]
    assert (found.overrides, found.waits) == (overrides_of(task), waits_of(task))
    task.ClearField("parents")
    task.conditions.ClearField("parent_override_conditions")
    mending = definition_of(workflow(one(readable_id="a"), on_failure_task=task), VERSION).tasks[1]
    assert (mending.overrides, mending.waits, mending.parents) == ((), (), ())


def test_conditions_that_break_a_rule_are_named() -> None:
    task = one(parents=["a"])
    task.conditions.parent_override_conditions.add(base=base(condition_pb2.QUEUE), parent_readable_id="z")
    with pytest.raises(Refused, match="task t has a condition on 'z', which is not one of its parents"):
        overrides_of(task)
    task = one()
    task.conditions.sleep_conditions.add(base=base(condition_pb2.CREATE), sleep_for="1h")
    with pytest.raises(Refused, match="a condition of task t has the action CREATE; use QUEUE, CANCEL or SKIP"):
        waits_of(task)
    task.conditions.sleep_conditions[0].CopyFrom(
        condition_pb2.SleepMatchCondition(base=base(condition_pb2.QUEUE), sleep_for="2d")
    )
    with pytest.raises(Refused, match="task t sleeps for '2d', which is not a duration"):
        waits_of(task)
    task.conditions.ClearField("sleep_conditions")
    task.conditions.user_event_conditions.add(base=base(condition_pb2.QUEUE))
    with pytest.raises(Refused, match="task t waits for an event without a key"):
        waits_of(task)


def test_waits_of_a_durable_task_arrive() -> None:
    given = condition_pb2.DurableEventListenerConditions()
    given.sleep_conditions.add(base=base(condition_pb2.QUEUE, "nap"), sleep_for="2d")
    given.sleep_conditions.add(base=base(condition_pb2.QUEUE, "long", GROUP.upper()), sleep_for="90s")
    since = Timestamp(seconds=10, nanos=500_000_000)
    events = given.user_event_conditions
    events.add(base=base(condition_pb2.QUEUE, "a"), user_event_key="k", event_scope="s", consider_events_since=since)
    events.add(base=base(condition_pb2.QUEUE, "b"), user_event_key="k", consider_events_since=since)
    events.add(base=base(condition_pb2.QUEUE, "c", GROUP, "true"), user_event_key="k", event_scope="")
    waits, from_then_on = durable_waits_of(given)
    assert waits == (
        Wait(Action.QUEUE, "wait 0", "nap", sleep="2d"),
        Wait(Action.QUEUE, GROUP, "long", sleep="90s"),
        Wait(Action.QUEUE, "wait 2", "a", event_key="k", scope="s"),
        Wait(Action.QUEUE, "wait 3", "b", event_key="k", scope=None),
        Wait(Action.QUEUE, GROUP, "c", event_key="k", scope="", expression="true"),
    )
    assert from_then_on == {2: 10.5}


@pytest.mark.parametrize(
    ("sleep", "event", "words"),
    [
        ({"sleep_for": "soon"}, None, "'soon' is not a duration to sleep for"),
        ({"sleep_for": "1s", "base": {"or_group_id": "x"}}, None, "or group id is not a valid uuid"),
        (None, {}, "an event to wait for has no key"),
        (None, {"user_event_key": "k", "base": {"or_group_id": "x"}}, "or group id is not a valid uuid"),
    ],
)
def test_waits_of_a_durable_task_that_break_a_rule_are_named(
    sleep: dict[str, Any] | None, event: dict[str, Any] | None, words: str
) -> None:
    given = condition_pb2.DurableEventListenerConditions()
    if sleep is not None:
        given.sleep_conditions.add(**sleep)
    if event is not None:
        given.user_event_conditions.add(**event)
    with pytest.raises(Refused, match=words):
        durable_waits_of(given)
