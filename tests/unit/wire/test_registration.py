"""What a declaration becomes on the wire."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from pydantic import BaseModel

from hatchet import (
    Context,
    DefaultFilter,
    DefinitionError,
    DesiredWorkerLabel,
    EmptyModel,
    Hatchet,
    ParentCondition,
    SleepCondition,
    StatusBasedIdempotencyConfig,
    TTLBasedIdempotencyConfig,
    UserEventCondition,
    or_,
)
from hatchet.wire import encode_definitions
from hatchet_api.grpc.v1 import workflows_pb2 as v1
from hatchet_api.grpc.v1.shared import condition_pb2 as conditions
from tests.unit.offline import offline


class In(BaseModel):
    text: str


class Out(BaseModel):
    length: int


@pytest.fixture
def hatchet() -> Hatchet:
    return offline("test")


def test_conditions_keep_their_action_their_group_and_a_key_of_their_own(hatchet: Hatchet) -> None:
    flow = hatchet.workflow("flow")

    @flow.task()
    def first(input: EmptyModel, ctx: Context) -> Out:
        return Out(length=1)

    @flow.task(
        parents=[first],
        wait_for=[
            or_(SleepCondition(timedelta(seconds=10)), UserEventCondition("go", "input.ok")),
            SleepCondition("10s"),
        ],
        skip_if=[ParentCondition(first, "output.length == 0")],
        cancel_if=[UserEventCondition("stop", readable_data_key="halt")],
    )
    def second(input: EmptyModel, ctx: Context) -> None: ...

    sent = encode_definitions.workflow(flow.definition()).tasks[1].conditions
    sleeps, events, parents = sent.sleep_conditions, sent.user_event_conditions, sent.parent_override_conditions
    assert [(each.sleep_for, each.base.readable_data_key) for each in sleeps] == [
        ("10s", "sleep:10s"),
        ("10s", "sleep:10s:2"),
    ]
    assert [(each.user_event_key, each.base.readable_data_key, each.base.expression) for each in events] == [
        ("test_go", "go", "input.ok"),
        ("test_stop", "halt", ""),
    ]
    assert [(each.parent_readable_id, each.base.expression) for each in parents] == [("first", "output.length == 0")]
    assert sleeps[0].base.or_group_id == events[0].base.or_group_id
    ids = {base.or_group_id for base in (*(s.base for s in sleeps), *(e.base for e in events), parents[0].base)}
    assert len(ids) == 4
    assert [sleeps[0].base.action, parents[0].base.action, events[1].base.action] == [
        conditions.QUEUE,
        conditions.SKIP,
        conditions.CANCEL,
    ]


def test_registering_a_definition_again_sends_the_same_bytes(hatchet: Hatchet) -> None:
    def declare() -> bytes:
        flow = hatchet.workflow("flow")

        @flow.task(wait_for=[or_(SleepCondition("1s"), UserEventCondition("go"))])
        def only(input: EmptyModel, ctx: Context) -> None: ...

        return encode_definitions.workflow(flow.definition()).SerializeToString(deterministic=True)

    assert declare() == declare()


def test_conditions_that_cannot_work_are_refused(hatchet: Hatchet) -> None:
    flow = hatchet.workflow("flow")

    @flow.task()
    def first(input: EmptyModel, ctx: Context) -> Out:
        return Out(length=1)

    with pytest.raises(DefinitionError, match="'first', which is none of its parents"):

        @flow.task(skip_if=[ParentCondition(first)])
        def orphan(input: EmptyModel, ctx: Context) -> None: ...

    twice = [SleepCondition("1s", "key"), UserEventCondition("go", readable_data_key="key")]
    with pytest.raises(DefinitionError, match="two conditions with readable_data_key='key'"):

        @flow.task(wait_for=twice)
        def doubled(input: EmptyModel, ctx: Context) -> None: ...


def test_the_tasks_for_failure_and_success_stand_apart(hatchet: Hatchet) -> None:
    flow = hatchet.workflow("Flow")

    @flow.on_success_task()
    def celebrate(input: EmptyModel, ctx: Context) -> None: ...

    @flow.on_failure_task(retries=2)
    def mourn(input: EmptyModel, ctx: Context) -> None: ...

    @flow.task()
    def first(input: EmptyModel, ctx: Context) -> Out:
        return Out(length=1)

    @flow.task(parents=[first])
    def left(input: EmptyModel, ctx: Context) -> Out:
        return Out(length=1)

    @flow.task(parents=[first])
    def right(input: EmptyModel, ctx: Context) -> Out:
        return Out(length=1)

    sent = encode_definitions.workflow(flow.definition())
    assert {task.readable_id: [*task.parents] for task in sent.tasks} == {
        "first": [],
        "left": ["first"],
        "right": ["first"],
        "celebrate-on-success": ["left", "right"],
    }
    assert (sent.on_failure_task.readable_id, sent.on_failure_task.retries) == ("mourn-on-failure", 2)
    assert [task.name for task in flow.tasks] == ["first", "left", "right", "celebrate-on-success", "mourn-on-failure"]
    with pytest.raises(DefinitionError, match="has an on-failure task already"):
        flow.on_failure_task(name="again")(mourn.function)
    with pytest.raises(DefinitionError, match="runs after all others"):
        flow.task(parents=[mourn])(left.function)


def test_a_batch_task_says_how_its_runs_are_gathered(hatchet: Hatchet) -> None:
    @hatchet.batch_task(
        batch_max_size=10,
        batch_max_interval=timedelta(seconds=2),
        batch_group_key="input.text",
        batch_group_max_runs=3,
        retries=1,
    )
    async def lengths(inputs: dict[str, In], ctx: Context) -> dict[str, Out]:
        return {}

    (task,) = encode_definitions.workflow(lengths.workflow.definition()).tasks
    assert task.batch == v1.TaskBatchConfig(
        batch_max_size=10,
        batch_max_interval_ms=2000,
        batch_group_key="input.text",
        batch_group_max_runs=3,
        broadcast_output=False,
    )
    assert (lengths.input_validator_type, lengths.output_validator_type, task.retries) == (In, Out, 1)


def test_a_broadcasting_batch_task_returns_one_output(hatchet: Hatchet) -> None:
    flow = hatchet.workflow("flow", input_validator=In)

    @flow.batch_task(batch_max_size=10, broadcast_output=True)
    def longest(inputs: dict[str, In], ctx: Context) -> Out:
        return Out(length=1)

    (task,) = encode_definitions.workflow(flow.definition()).tasks
    assert task.batch.broadcast_output
    assert not task.batch.HasField("batch_max_interval_ms")
    assert (longest.input.annotation, longest.output.annotation) == (In, Out)


def test_a_batch_task_that_takes_or_returns_no_mapping_is_refused(hatchet: Hatchet) -> None:
    def takes_one(input: In, ctx: Context) -> dict[str, Out]:
        return {}

    def returns_one(inputs: dict[str, In], ctx: Context) -> Out:
        return Out(length=1)

    with pytest.raises(DefinitionError, match=r"takes .*write dict\[str, …\]"):
        hatchet.batch_task(batch_max_size=2)(takes_one)  # type: ignore[arg-type]  # the mistake that this is about
    with pytest.raises(DefinitionError, match="or broadcast_output=True"):
        hatchet.batch_task(batch_max_size=2)(returns_one)  # type: ignore[arg-type]  # the mistake that this is about


def test_filters_crons_idempotency_and_slots_reach_the_wire(hatchet: Hatchet) -> None:
    @hatchet.task(
        on_events=["order:*"],
        on_crons=["0 8 * * *"],
        cron_input=In(text="morning"),
        default_filters=[DefaultFilter(expression="input.n > payload.n", scope="shop", payload={"n": 1})],
        idempotency=TTLBasedIdempotencyConfig(key_expression="input.text", ttl=timedelta(minutes=1)),
        slot_cost=3,
        desired_worker_labels={"gpu": DesiredWorkerLabel(value=1, comparator=3)},
    )
    def task(input: In, ctx: Context) -> None: ...

    sent = encode_definitions.workflow(task.workflow.definition())
    assert json.loads(sent.cron_input) == {"text": "morning"}
    (given,) = sent.default_filters
    assert (given.expression, given.scope, json.loads(given.payload)) == ("input.n > payload.n", "shop", {"n": 1})
    assert sent.idempotency == v1.IdempotencyConfig(expression="input.text", ttl_ms=60_000, method=v1.TTL)
    assert dict(sent.tasks[0].slot_requests) == {"default": 3}
    assert sent.tasks[0].worker_labels["gpu"].comparator == 3


def test_the_key_of_a_status_based_idempotency_is_held_no_longer_than_its_fallback(hatchet: Hatchet) -> None:
    by_status = StatusBasedIdempotencyConfig(key_expression="input.text", fallback_ttl=timedelta(hours=1))
    flow = hatchet.workflow("flow", input_validator=In, idempotency=by_status)

    @flow.task()
    def only(input: In, ctx: Context) -> None: ...

    assert encode_definitions.workflow(flow.definition()).idempotency == v1.IdempotencyConfig(
        expression="input.text", ttl_ms=3_600_000, method=v1.STATUS
    )


def test_a_standalone_task_can_be_added_to_a_workflow(hatchet: Hatchet) -> None:
    @hatchet.task(retries=2)
    def single(input: In, ctx: Context) -> Out:
        return Out(length=1)

    flow = hatchet.workflow("flow", input_validator=In)
    added = flow.add_task(single)

    @flow.task(parents=[added])
    def after(input: In, ctx: Context) -> None: ...

    sent = encode_definitions.workflow(flow.definition())
    assert [(task.readable_id, task.action, task.retries) for task in sent.tasks] == [
        ("single", "test_flow:single", 2),
        ("after", "test_flow:after", 0),
    ]


def test_a_durable_task_takes_one_slot(hatchet: Hatchet) -> None:
    def task(input: In, ctx: Context) -> None: ...

    with pytest.raises(DefinitionError, match="takes one slot"):
        hatchet.durable_task(slot_cost=2)(task)  # type: ignore[call-overload]  # the mistake that this is about
