"""Every option of every way to start a run or to push an event: the fields of the request, and what the engine keeps.

The options come from their one declaration; one that has no row here fails.
"""

from __future__ import annotations

import dataclasses
import inspect
import json
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import count
from typing import Any, NamedTuple, cast

import pytest
from google.protobuf.message import Message
from pydantic import BaseModel

from hatchet import BulkPushEvent, Context, DefaultFilter, DesiredWorkerLabel, EmptyModel, Hatchet, Standalone
from hatchet.engine.state.model import Run
from hatchet.features.crons import CronClient
from hatchet.features.events import EventsClient
from hatchet.features.runs import RunsClient
from hatchet.features.scheduled import ScheduledClient
from hatchet.options import keys
from hatchet.options.keys import StandaloneOptions
from hatchet.options.values import Priority
from hatchet_api.grpc import events_pb2 as events
from hatchet_api.grpc import workflows_pb2 as workflows
from hatchet_api.grpc.v1.shared import trigger_pb2 as shared
from tests.options.recording import Recorder, differences

LATER = datetime(2040, 1, 1, tzinfo=timezone.utc)
SOMEBODY = str(uuid.UUID(int=7))
LABEL = DesiredWorkerLabel(value=2, required=True, weight=7, comparator=3)


class Row(NamedTuple):
    """What an option comes to."""

    given: Any
    sent: dict[str, Any]
    """What it changes on the wire, and nothing else."""
    kept: dict[str, Any]
    """What it changes in what the engine keeps, and nothing else."""
    beside: dict[str, Any] = {}  # noqa: RUF012  # a default that nothing changes
    """Options without which it makes no sense."""


ONE, OTHER = "<one>", "<other>"  # parents; the test has their ids
CHILD = {"parent_id": ONE, "parent_step_run_id": ONE, "child_index": -2}
NUMBERS = count(1)
KEY = "key"


class In(BaseModel):
    text: str = ""


@pytest.fixture(scope="module")
def flow(hatchet: Hatchet) -> Standalone[In, int]:
    """A standalone task that is registered here, and in another namespace."""

    def declared(name: str, **options: Any) -> Standalone[In, int]:
        given: StandaloneOptions = {"default_additional_metadata": {"of": "workflow"}, **options}  # type: ignore[typeddict-item]  # some of them

        @hatchet.task(name=name, **given)
        def task(input: In, ctx: Context) -> int:
            return 1

        return task

    scoped = DefaultFilter(expression="true", scope="shop", payload={"n": 1})
    flow = declared("flow", on_events=["made"])
    for each in (flow, declared("other"), declared("filtered", on_events=["made"], default_filters=[scoped])):
        hatchet.io.block(hatchet.gateway.put_workflow(each.workflow.definition()))
    elsewhere = replace(flow.workflow.definition(), name="p_flow", events=("p_made",))
    hatchet.io.block(hatchet.gateway.put_workflow(elsewhere))
    return flow


@pytest.fixture(scope="module")
def parents(hatchet: Hatchet, flow: Standalone[In, int]) -> dict[str, str]:
    """What the names in the table stand for: two runs that others can be children of, and workflows by their names."""
    runs = {name: flow.run_no_wait(In()).workflow_run_id for name in (ONE, OTHER)}
    ids = {f"<{each.name}>": each.metadata.id for each in hatchet.workflows.iterate()}
    return {**runs, **ids}


Sent = tuple[object, object]
"""A request, and what the engine keeps of it."""
Send = Callable[[Hatchet, Recorder, Standalone[In, int], dict[str, Any]], Awaitable[Sent]]


def kept(value: object) -> dict[str, Any]:
    """What the engine keeps, with its JSON texts read, and without what each of its kind has for itself."""
    assert dataclasses.is_dataclass(value)
    fields = {each.name: getattr(value, each.name) for each in dataclasses.fields(value) if each.name not in OWN}
    found = {name: json.loads(item) if name in TEXTS and item else item for name, item in fields.items()}
    found["metadata"].pop("traceparent", None)
    if isinstance(value, Run):
        found |= {"workflow": value.workflow_name, "priorities": [task.priority for task in value.tasks.values()]}
    return found


OWN = ("id", "seq", "display_name", "created_at", "updated_at", "version", "tasks")
TEXTS = ("input", "metadata", "filter_payload")


async def run(hatchet: Hatchet, engine: Recorder, flow: Standalone[In, int], given: dict[str, Any]) -> Sent:
    ref = await flow.aio_run_no_wait(In(), **given)
    [sent] = engine.taken(shared.TriggerWorkflowRequest)
    return sent, kept(engine.hub.core.runs[ref.workflow_run_id])


async def run_by_options(hatchet: Hatchet, engine: Recorder, flow: Standalone[In, int], given: dict[str, Any]) -> Sent:
    return await run(hatchet, engine, flow, {"options": given})


async def run_many(hatchet: Hatchet, engine: Recorder, flow: Standalone[In, int], given: dict[str, Any]) -> Sent:
    items = [flow.create_bulk_run_item(In(text=text), **given) for text in ("first", "")]
    _, ref = await flow.aio_run_many_no_wait(items)
    [sent] = engine.taken(workflows.BulkTriggerWorkflowRequest)
    return sent.workflows[1], kept(engine.hub.core.runs[ref.workflow_run_id])


async def schedule(hatchet: Hatchet, engine: Recorder, flow: Standalone[In, int], given: dict[str, Any]) -> Sent:
    scheduled = await flow.aio_schedule(LATER, In(), **given)
    [sent] = engine.taken(workflows.ScheduleWorkflowRequest)
    return sent, kept(engine.hub.schedules.shelf.get(scheduled.id))


async def schedule_by_options(
    hatchet: Hatchet, engine: Recorder, flow: Standalone[In, int], given: dict[str, Any]
) -> Sent:
    return await schedule(hatchet, engine, flow, {"options": given})


async def started_by(hatchet: Hatchet, engine: Recorder, event_id: str) -> object:
    """What the engine shows of an event, and of the runs that it has started."""
    seen = await hatchet.event.aio_get(event_id)
    runs = {
        each.workflow_name: {name: kept(each)[name] for name in ("input", "priority", "filter_payload")}
        for each in engine.hub.core.runs.values()
        if each.event_id == event_id
    }
    return {"runs": runs, "key": seen.key, "scope": seen.scope, "metadata": seen.additional_metadata}


async def push(hatchet: Hatchet, engine: Recorder, flow: Standalone[In, int], given: dict[str, Any]) -> Sent:
    pushed = await hatchet.event.aio_push(**{"event_key": "made", "payload": {"text": ""}, **given})
    [sent] = engine.taken(events.PushEventRequest)
    return sent, await started_by(hatchet, engine, pushed.event_id)


async def push_by_options(hatchet: Hatchet, engine: Recorder, flow: Standalone[In, int], given: dict[str, Any]) -> Sent:
    return await push(hatchet, engine, flow, {"options": given})


async def bulk_push(hatchet: Hatchet, engine: Recorder, flow: Standalone[In, int], given: dict[str, Any]) -> Sent:
    return await _bulk_push(hatchet, engine, BulkPushEvent(**{"key": "made", "payload": {"text": ""}, **given}), {})


async def bulk_push_by_options(
    hatchet: Hatchet, engine: Recorder, flow: Standalone[In, int], given: dict[str, Any]
) -> Sent:
    return await _bulk_push(hatchet, engine, BulkPushEvent(key="made", payload={"text": ""}), given)


async def _bulk_push(hatchet: Hatchet, engine: Recorder, event: BulkPushEvent, options: dict[str, Any]) -> Sent:
    first = BulkPushEvent(key="made", payload={"text": "first"})
    _, pushed = await hatchet.event.aio_bulk_push([first, event], cast(keys.BulkPushEventOptions, options))
    [sent] = engine.taken(events.BulkPushEventRequest)
    return sent.events[1], await started_by(hatchet, engine, pushed.event_id)


async def create(hatchet: Hatchet, engine: Recorder, flow: Standalone[In, int], given: dict[str, Any]) -> Sent:
    engine.asked()
    started = await hatchet.runs.aio_create(**{"workflow_name": "flow", "input": {}, **given})
    [asked] = engine.asked()
    return asked, kept(engine.hub.core.runs[started.run.metadata.id])


async def scheduled_create(
    hatchet: Hatchet, engine: Recorder, flow: Standalone[In, int], given: dict[str, Any]
) -> Sent:
    engine.asked()
    made = await hatchet.scheduled.aio_create(**{"workflow_name": "flow", "trigger_at": LATER, "input": {}, **given})
    [asked] = engine.asked()
    return asked, kept(engine.hub.schedules.shelf.get(made.metadata.id))


async def cron_create(hatchet: Hatchet, engine: Recorder, flow: Standalone[In, int], given: dict[str, Any]) -> Sent:
    engine.asked()
    names = {"workflow_name": "flow", "cron_name": "n", "expression": "0 8 * * *", "input": {}}
    made = await hatchet.cron.aio_create(**{**names, **given})
    [asked] = engine.asked()
    cron = kept(engine.hub.crons.shelf.get(made.metadata.id))
    await hatchet.cron.aio_delete(made.metadata.id)  # a second one of the same name would be refused
    engine.asked()
    return asked, cron


METADATA = {"a": {"b": 1}}
AS_TEXT = '{"of": "workflow", "a": {"b": 1}}'
RUN = {
    "additional_metadata": Row(METADATA, {"additional_metadata": AS_TEXT}, {"metadata.a.b": 1}),
    "priority": Row(Priority.HIGH, {"priority": 3}, {"priority": 3, "priorities.0": 3}),
    "child_key": Row(KEY, {"child_key": KEY}, {"child_key": KEY}, CHILD),
    "sticky": Row(True, {}, {}),  # takes a running parent: see below
    "desired_worker_id": Row(uuid.UUID(SOMEBODY), {"desired_worker_id": SOMEBODY}, {"desired_worker_id": SOMEBODY}),
    "desired_worker_labels": Row(
        {"gpu": LABEL},
        {
            "desired_worker_labels.gpu.int_value": 2,
            "desired_worker_labels.gpu.required": True,
            "desired_worker_labels.gpu.weight": 7,
            "desired_worker_labels.gpu.comparator": "GREATER_THAN_OR_EQUAL",
        },
        {
            "desired_labels.0.key": "gpu",
            "desired_labels.0.value": 2,
            "desired_labels.0.required": True,
            "desired_labels.0.weight": 7,
            "desired_labels.0.comparator": "GREATER_THAN_OR_EQUAL",
        },
    ),
}
TRIGGER = {
    **RUN,
    "parent_id": Row(OTHER, {"parent_id": OTHER}, {}, CHILD),  # the engine takes the run from the task run
    "parent_step_run_id": Row(
        OTHER,
        {"parent_task_run_external_id": OTHER},
        {
            "parent_id": OTHER,
            "parent_task_id": OTHER,
            "metadata.hatchet__parent_workflow_run_id": OTHER,
            "metadata.hatchet__parent_step_run_id": OTHER,
        },
        CHILD,
    ),
    "child_index": Row(-1, {"child_index": -1}, {"child_index": -1}, CHILD),
    "namespace": Row("p", {"name": "p_flow"}, {"workflow": "p_flow"}),
    "desired_worker_label": RUN["desired_worker_labels"],
    "key": Row("mine", {}, {}),
}
SCHEDULE = {
    "additional_metadata": RUN["additional_metadata"],
    "priority": Row(2, {"priority": 2}, {"priority": 2}),
    # Engines do not link a scheduled run to its parent.
    "child_key": Row(KEY, {"child_key": KEY}, {}, CHILD),
    "parent_id": Row(OTHER, {"parent_id": OTHER}, {}, CHILD),
    "parent_step_run_id": Row(OTHER, {"parent_task_run_external_id": OTHER}, {}, CHILD),
    "child_index": Row(-1, {"child_index": -1}, {}, CHILD),
    "namespace": Row("p", {"name": "p_flow"}, {"workflow_id": "<p_flow>"}),
}
NO_RUN = {"runs.o_flow.input.text": None, "runs.o_flow.priority": None}
PUSH = {
    "key": Row("nothing", {"key": "o_nothing"}, {"key": "o_nothing", **NO_RUN}),
    "payload": Row({"text": "x"}, {"payload": '{"text": "x"}'}, {"runs.o_flow.input.text": "x"}),
    "additional_metadata": Row(METADATA, {"additional_metadata": '{"a": {"b": 1}}'}, {"metadata.a.b": 1}),
    "priority": Row(3, {"priority": 3}, {"runs.o_flow.priority": 3}),
    "scope": Row(
        "shop",
        {"scope": "shop"},
        {
            "scope": "shop",
            "runs.o_filtered.input.text": "",
            "runs.o_filtered.priority": 1,
            "runs.o_filtered.filter_payload.n": 1,
        },
    ),
    "namespace": Row(
        "p", {"key": "p_made"}, {"key": "p_made", **NO_RUN, "runs.p_flow.input.text": "", "runs.p_flow.priority": 1}
    ),
}
PUSH["event_key"] = PUSH["key"]
CREATE = {
    "workflow_name": Row("other", {"body.workflowName": "o_other"}, {"workflow": "o_other"}),
    "input": Row({"text": "x"}, {"body.input.text": "x"}, {"input.text": "x"}),
    "additional_metadata": Row(METADATA, {"body.additionalMetadata.a.b": 1}, {"metadata.a.b": 1}),
    "priority": Row(3, {"body.priority": 3}, {"priority": 3, "priorities.0": 3}),
}
PLAN = {
    "workflow_name": Row("other", {"path.6": "o_other"}, {"workflow_id": "<o_other>"}),
    "trigger_at": Row(
        LATER + timedelta(days=1),
        {"body.triggerAt": "2040-01-02T00:00:00Z"},
        {"trigger_at": (LATER + timedelta(days=1)).timestamp()},
    ),
    "input": CREATE["input"],
    "additional_metadata": CREATE["additional_metadata"],
    "priority": Row(3, {"body.priority": 3}, {"priority": 3}),
    "cron_name": Row("m", {"body.cronName": "m"}, {"name": "m"}),
    "expression": Row("1 8 * * *", {"body.cronExpression": "1 8 * * *"}, {"expression": "1 8 * * *"}),
}

WAYS: list[tuple[Send, list[str], dict[str, Row]]] = [
    (run, [*keys.RunOptions.__annotations__], RUN),
    (run_by_options, [*keys.TriggerWorkflowOptions.__annotations__], TRIGGER),
    (run_many, [*keys.BulkItemOptions.__annotations__], TRIGGER),
    (schedule, [*keys.ScheduleOptions.__annotations__], SCHEDULE),
    (schedule_by_options, [*keys.ScheduleTriggerWorkflowOptions.__annotations__], SCHEDULE),
    (push, [*inspect.signature(EventsClient.aio_push).parameters], PUSH),
    (push_by_options, [*keys.PushEventOptions.__annotations__], PUSH),
    (bulk_push, [*inspect.signature(BulkPushEvent).parameters], PUSH),
    (bulk_push_by_options, [*keys.BulkPushEventOptions.__annotations__], PUSH),
    (create, [*inspect.signature(RunsClient.aio_create).parameters], CREATE),
    (scheduled_create, [*inspect.signature(ScheduledClient.aio_create).parameters], PLAN),
    (cron_create, [*inspect.signature(CronClient.aio_create).parameters], PLAN),
]
CASES = [
    (send, option, rows.get(option))
    for send, options, rows in WAYS
    for option in options
    if option not in ("self", "options")  # `options` is a way of its own
]


@pytest.mark.parametrize(("send", "option", "row"), CASES, ids=[f"{send.__name__}-{name}" for send, name, _ in CASES])
async def test_an_option_reaches_the_wire_and_the_engine(
    hatchet: Hatchet, engine: Recorder, flow: Standalone[In, int], parents: dict[str, str],
    send: Send, option: str, row: Row | None,
) -> None:  # fmt: skip
    assert row is not None, f"{option} has no row: add one above"
    number = next(NUMBERS)

    def real(value: Any) -> Any:
        """With the ids that stand behind the names of the table; each child of the parents has a number of its own."""
        if isinstance(value, dict):
            return {key: real(item) for key, item in value.items()}
        if isinstance(value, int) and value < 0:
            return 2 * number - value
        if value == KEY:
            return f"{KEY}{number}"
        return parents.get(value, value) if isinstance(value, str) else value

    beside = {key: real(value) for key, value in row.beside.items()}
    if beside and send in (run, run_many, schedule):
        beside = {"options": beside}
    engine.taken(Message)
    before, kept_before = await send(hatchet, engine, flow, beside)
    after, kept_after = await send(hatchet, engine, flow, {**beside, option: real(row.given)})
    assert differences(before, after) == real(row.sent)
    assert differences(kept_before, kept_after) == real(row.kept)


async def test_a_sticky_child_asks_for_the_worker_of_its_parent(
    hatchet: Hatchet, engine: Recorder, flow: Standalone[In, int]
) -> None:
    @hatchet.task()
    async def parent(input: EmptyModel, ctx: Context) -> list[str]:
        started = [await flow.aio_run_no_wait(In(), sticky=sticky) for sticky in (False, True)]
        return [each.workflow_run_id for each in started]

    async with hatchet.worker("w", workflows=[parent]) as worker:
        engine.taken(shared.TriggerWorkflowRequest)
        free, bound = await parent.aio_run()
        _, sent_free, sent_bound = engine.taken(shared.TriggerWorkflowRequest)
        runs = engine.hub.core.runs
        assert differences(sent_free, sent_bound) == {"child_index": 1, "desired_worker_id": worker.id}
        assert differences(kept(runs[free]), kept(runs[bound])) == {"child_index": 1, "desired_worker_id": worker.id}
