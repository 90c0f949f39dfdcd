"""Every option of every decorator: the fields that it changes on the wire, and what the engine then keeps.

The options come from the signatures, which are made of their one declaration: one that has no row here fails.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any, NamedTuple

import pytest
from pydantic import BaseModel

from hatchet import (
    ConcurrencyExpression,
    ConcurrencyLimitStrategy,
    Context,
    DefaultFilter,
    DesiredWorkerLabel,
    Hatchet,
    ParentCondition,
    RateLimit,
    RateLimitDuration,
    SleepCondition,
    StickyStrategy,
    TaskDefaults,
    TTLBasedIdempotencyConfig,
    UserEventCondition,
    Workflow,
)
from hatchet.options.defaults import DefaultsOptions
from hatchet_api.grpc.v1 import workflows_pb2 as v1
from tests.options.recording import Recorder, differences


class Row(NamedTuple):
    """What an option comes to. `T.` stands for the task in the registration, and in what the engine keeps."""

    given: Any
    sent: dict[str, Any]
    """What it changes on the wire, and nothing else."""
    kept: dict[str, Any]
    """What it changes in the engine's definition of the workflow."""
    beside: dict[str, Any] = {}  # noqa: RUF012  # a default that nothing changes
    """Options without which it makes no sense."""


class In(BaseModel):
    text: str = ""


class Other(BaseModel):
    """An input that says something else of itself."""

    number: int


LIMIT = ConcurrencyExpression(
    "input.text", 3, ConcurrencyLimitStrategy.CANCEL_NEWEST, name="limit", is_tenant_scoped=True
)
RATE = RateLimit(dynamic_key="input.text", units="2", limit=7, duration=RateLimitDuration.HOUR)
FILTER = DefaultFilter(expression="input.n == payload.n", scope="shop", payload={"n": 1})
KEY = TTLBasedIdempotencyConfig(key_expression="input.text", ttl=timedelta(minutes=1))
LABEL = DesiredWorkerLabel(value=2, required=True, weight=7, comparator=3)
EVENT = UserEventCondition("go", "input.n == 1", readable_data_key="went")

ATTEMPT = {
    "schedule_timeout": Row(timedelta(minutes=7), {"T.schedule_timeout": "7m"}, {"T.schedule_timeout": "7m"}),
    "execution_timeout": Row("90s", {"T.timeout": "90s"}, {"T.timeout": "90s"}),
    "retries": Row(4, {"T.retries": 4}, {"T.retry.retries": 4}),
    "backoff_factor": Row(
        2.5,
        {"T.backoff_factor": 2.5},
        {"T.retry.backoff_factor": 2.5, "T.retry.backoff_max_seconds": 86400},
    ),
    "backoff_max_seconds": Row(
        30, {"T.backoff_max_seconds": 30}, {"T.retry.backoff_max_seconds": 30}, {"backoff_factor": 2.0}
    ),
}
TASK = {
    **ATTEMPT,
    "rate_limits": Row(
        [RATE],
        {
            "T.rate_limits.0.key": "input.text",
            "T.rate_limits.0.key_expr": "input.text",
            "T.rate_limits.0.units_expr": "2",
            "T.rate_limits.0.limit_values_expr": "7",
            "T.rate_limits.0.duration": "HOUR",
        },
        {"T.rates.0.key": "input.text", "T.rates.0.units": "2", "T.rates.0.limit": "7", "T.rates.0.window": "HOUR"},
    ),
    "desired_worker_labels": Row(
        {"gpu": LABEL},
        {
            "T.worker_labels.gpu.int_value": 2,
            "T.worker_labels.gpu.required": True,
            "T.worker_labels.gpu.weight": 7,
            "T.worker_labels.gpu.comparator": "GREATER_THAN_OR_EQUAL",
        },
        {
            "T.labels.0.key": "gpu",
            "T.labels.0.value": 2,
            "T.labels.0.required": True,
            "T.labels.0.weight": 7,
            "T.labels.0.comparator": "GREATER_THAN_OR_EQUAL",
        },
    ),
    "concurrency": Row(
        LIMIT,
        {
            "T.concurrency.0.expression": "input.text",
            "T.concurrency.0.max_runs": 3,
            "T.concurrency.0.limit_strategy": "CANCEL_NEWEST",
            "T.concurrency.0.name": "limit",
            "T.concurrency.0.is_tenant_scoped": True,
        },
        {
            "T.concurrency.0.expression": "input.text",
            "T.concurrency.0.max_runs": 3,
            "T.concurrency.0.strategy": "CANCEL_NEWEST",
            "T.concurrency.0.of_run": False,
            "T.concurrency.0.shared_as": "limit",
        },
    ),
    "slot_cost": Row(3, {"T.slot_requests.default": 3}, {"T.slots.0.1": 3}),
    "eviction_policy": Row(None, {}, {}),  # the worker's own: tests/conformance/test_long_waits.py
    "wait_for": Row(
        [EVENT],
        {
            "T.conditions.user_event_conditions.0.base.readable_data_key": "went",
            "T.conditions.user_event_conditions.0.base.or_group_id": "…",
            "T.conditions.user_event_conditions.0.base.expression": "input.n == 1",
            "T.conditions.user_event_conditions.0.base.action": "QUEUE",
            "T.conditions.user_event_conditions.0.user_event_key": "o_go",
        },
        {
            "T.waits.0.action": "QUEUE",
            "T.waits.0.data_key": "went",
            "T.waits.0.event_key": "o_go",
            "T.waits.0.expression": "input.n == 1",
            "T.waits.0.group": "…",
        },
    ),
    "skip_if": Row(
        [SleepCondition("10s")],
        {
            "T.conditions.sleep_conditions.0.base.readable_data_key": "sleep:10s",
            "T.conditions.sleep_conditions.0.base.or_group_id": "…",
            "T.conditions.sleep_conditions.0.base.action": "SKIP",
            "T.conditions.sleep_conditions.0.sleep_for": "10s",
        },
        {
            "T.waits.0.action": "SKIP",
            "T.waits.0.data_key": "sleep:10s",
            "T.waits.0.group": "…",
            "T.waits.0.sleep": "10s",
            "T.waits.0.expression": "",
        },
    ),
    "cancel_if": Row(
        [ParentCondition, "output == 1"],  # made with the parent
        {
            "T.conditions.parent_override_conditions.0.base.readable_data_key": "first:output == 1",
            "T.conditions.parent_override_conditions.0.base.or_group_id": "…",
            "T.conditions.parent_override_conditions.0.base.expression": "output == 1",
            "T.conditions.parent_override_conditions.0.base.action": "CANCEL",
            "T.conditions.parent_override_conditions.0.parent_readable_id": "first",
        },
        {
            "T.overrides.0.action": "CANCEL",
            "T.overrides.0.group": "…",
            "T.overrides.0.parent": "first",
            "T.overrides.0.expression": "output == 1",
        },
    ),
    "parents": Row("first", {"T.parents.0": "first"}, {"T.parents.0": "first"}),
    "name": Row("Named", {"T.readable_id": "named", "T.action": "…"}, {"T.name": "named", "T.action": "…"}),
    "batch_max_size": Row(9, {"T.batch.batch_max_size": 9}, {"T.batch.max_size": 9}),
    "batch_max_interval": Row(timedelta(seconds=2), {"T.batch.batch_max_interval_ms": 2000}, {"T.batch.interval": 2.0}),
    "batch_group_key": Row(
        "input.text", {"T.batch.batch_group_key": "input.text"}, {"T.batch.group_key": "input.text"}
    ),
    "batch_group_max_runs": Row(5, {"T.batch.batch_group_max_runs": 5}, {"T.batch.max_runs": 5}),
    "broadcast_output": Row(True, {"T.batch.broadcast_output": True}, {"T.batch.broadcast_output": True}),
}
SOURCE = {
    "description": Row("words", {"description": "words"}, {"description": "words"}),
    "on_events": Row(
        ["order:*", "order"],
        {"event_triggers.0": "o_order:*", "event_triggers.1": "o_order"},
        {"event_triggers.0": "o_order:*", "event_triggers.1": "o_order"},
    ),
    "on_crons": Row(["0 8 * * *"], {"cron_triggers.0": "0 8 * * *"}, {"cron_triggers.0": "0 8 * * *"}),
    "cron_input": Row(
        In(text="dawn"),
        {"cron_input": '{"text":"dawn"}'},
        {"cron_input": '{"text":"dawn"}'},
        {"on_crons": ["0 8 * * *"]},
    ),
    "version": Row("v7", {"version": "v7"}, {}),  # which engines take and keep nowhere: see below
    "sticky": Row(StickyStrategy.HARD, {"sticky": "HARD"}, {"sticky": "HARD"}),
    "default_priority": Row(3, {"default_priority": 3}, {"default_priority": 3}),
    "default_filters": Row(
        [FILTER],
        {
            "default_filters.0.expression": "input.n == payload.n",
            "default_filters.0.scope": "shop",
            "default_filters.0.payload": "eyJuIjogMX0=",
        },
        {
            "default_filters.0.expression": "input.n == payload.n",
            "default_filters.0.scope": "shop",
            "default_filters.0.payload": '{"n": 1}',
        },
    ),
    "default_additional_metadata": Row({"a": 1}, {}, {}),  # goes with each trigger: test_triggers.py
    "idempotency": Row(
        KEY,
        {"idempotency.expression": "input.text", "idempotency.ttl_ms": "60000", "idempotency.method": "TTL"},
        {"idempotency.expression": "input.text", "idempotency.ttl": 60.0, "idempotency.until_end": False},
    ),
}
WORKFLOW = {
    **SOURCE,
    "name": Row(
        "named",
        {"name": "o_named", "tasks.0.action": "…", "tasks.1.action": "…"},
        {"name": "o_named", "tasks.0.action": "…", "tasks.1.action": "…"},
    ),
    "concurrency": Row(
        2,
        {
            "concurrency_arr.0.expression": "'constant'",
            "concurrency_arr.0.max_runs": 2,
            "concurrency_arr.0.limit_strategy": "GROUP_ROUND_ROBIN",
        },
        # A rule of whole runs, and in the chain of each of the two tasks.
        {
            f"{place}concurrency.0.{name}": value
            for place, of_run in (("", False), ("tasks.0.", True), ("tasks.1.", True))
            for name, value in {
                "expression": "'constant'",
                "max_runs": 2,
                "of_run": of_run,
                "strategy": "GROUP_ROUND_ROBIN",
            }.items()
        },
    ),
    "task_defaults": Row(
        TaskDefaults(retries=4, priority=2),
        {"default_priority": 2, "tasks.0.retries": 4, "tasks.1.retries": 4},
        {"default_priority": 2, "tasks.0.retry.retries": 4, "tasks.1.retry.retries": 4},
    ),
    "input_validator": Row(Other, {"input_json_schema": "…"}, {"input_json_schema": "…"}),
}
STANDALONE = {
    **SOURCE,
    **TASK,
    "name": Row(
        "Named",
        {"name": "o_Named", "T.readable_id": "named", "T.action": "o_named:named"},
        {"name": "o_Named", "T.name": "named", "T.action": "o_named:named"},
    ),
    "input_validator": Row(In, {}, {}),  # which must agree with the function
}

DECORATORS: list[tuple[str, Any, dict[str, Row]]] = [
    ("workflow", Hatchet.workflow, WORKFLOW),
    ("task", Hatchet.task, STANDALONE),
    ("durable_task", Hatchet.durable_task, STANDALONE),
    ("batch_task", Hatchet.batch_task, STANDALONE),
    ("Workflow.task", Workflow.task, TASK),
    ("Workflow.durable_task", Workflow.durable_task, TASK),
    ("Workflow.batch_task", Workflow.batch_task, TASK),
    ("Workflow.on_failure_task", Workflow.on_failure_task, TASK),
    ("Workflow.on_success_task", Workflow.on_success_task, TASK),
]
NUMBERS = count()


def options_of(method: Callable[..., object]) -> list[str]:
    return [name for name in inspect.signature(method).parameters if name != "self"]


CASES = [(place, option) for place, method, _ in DECORATORS for option in options_of(method)]
ROWS = {(place, option): rows.get(option) for place, method, rows in DECORATORS for option in options_of(method)}


def plain(input: In, ctx: Context) -> int:
    return 1


async def durable(input: In, ctx: Context) -> int:
    return 1


async def batched(inputs: dict[str, In], ctx: Context) -> dict[str, int]:
    return {}


async def broadcast(inputs: dict[str, In], ctx: Context) -> int:
    return 1


def declared(hatchet: Hatchet, place: str, name: str, options: dict[str, Any]) -> Workflow[Any]:
    """A workflow that is declared with some options, in one of the places where they may be written."""
    given = dict(options)
    whole, _, method = place.rpartition(".")
    function: Any = {"durable_task": durable, "batch_task": batched}.get(method, plain)
    if method == "batch_task":
        given.setdefault("batch_max_size", 5)
        function = broadcast if given.get("broadcast_output") else batched
    if not whole and method != "workflow":
        given.setdefault("name", name)
        return getattr(hatchet, method)(**given)(function).workflow  # type: ignore[no-any-return]  # one of several methods
    if method == "workflow":
        flow = hatchet.workflow(**{"name": name, "input_validator": In, **given})
        if given.get("input_validator") is Other:
            function = other
    else:
        flow = hatchet.workflow(name, input_validator=In)
    first: Any = flow.task(name="first")(function if method == "workflow" else plain)
    if method == "workflow":
        flow.task(name="second")(function)
        return flow
    if given.pop("parents", None):
        given["parents"] = [first]
    if given.get("cancel_if", [None])[0] is ParentCondition:
        given["cancel_if"] = [ParentCondition(first, given["cancel_if"][1])]
        given["parents"] = [first]
    if method in ("on_success_task", "on_failure_task"):
        given.setdefault("name", "it")
    getattr(flow, method)(**{"name": "it", **given})(function)
    return flow


def other(input: Other, ctx: Context) -> int:
    return 1


PLACES = {  # of the task, in the message and in what the engine keeps of it
    "on_failure_task": ("on_failure_task", "tasks.1"),
}


def expected(place: str, found: dict[str, Any], which: int) -> dict[str, Any]:
    whole, _, method = place.rpartition(".")
    task = PLACES.get(method, ("tasks.1", "tasks.1") if whole else ("tasks.0", "tasks.0"))[which]
    return {key.replace("T.", f"{task}.", 1) if key.startswith("T.") else key: value for key, value in found.items()}


def without_opaque(found: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """The same, with `…` in place of each part of which it is enough that it has changed."""
    return {key: "…" if wanted.get(key) == "…" and value else value for key, value in found.items()}


async def registered(hatchet: Hatchet, engine: Recorder, flow: Workflow[Any]) -> tuple[Any, Any]:
    await hatchet.io.run(hatchet.gateway.put_workflow(flow.definition()))
    [sent] = engine.taken(v1.CreateWorkflowVersionRequest)
    return sent, engine.hub.core.workflows[flow.name].current.definition


@pytest.mark.parametrize(("place", "option"), CASES, ids=[f"{place}-{option}" for place, option in CASES])
async def test_an_option_reaches_the_wire_and_the_engine(
    hatchet: Hatchet, engine: Recorder, place: str, option: str
) -> None:
    row = ROWS[place, option]
    assert row is not None, f"{option} of {place} has no row: add one above"
    name = f"f{next(NUMBERS)}"
    beside = dict(row.beside)
    if option == "cancel_if" and "." in place:
        beside["parents"] = "first"
    before, kept_before = await registered(hatchet, engine, declared(hatchet, place, name, beside))
    after, kept = await registered(hatchet, engine, declared(hatchet, place, name, {**beside, option: row.given}))
    for one, other_one, found, which in ((before, after, row.sent, 0), (kept_before, kept, row.kept, 1)):
        wanted = expected(place, found, which)
        assert without_opaque(differences(one, other_one), wanted) == wanted


def test_every_decorator_has_its_place() -> None:
    found = {
        name if owner is Hatchet else f"Workflow.{name}"
        for owner in (Hatchet, Workflow)
        for name, member in inspect.getmembers(owner, inspect.isfunction)
        if "Decorator[" in str(inspect.signature(member).return_annotation)
    }
    assert {place for place, _, _ in DECORATORS} == {"workflow", *found}


@pytest.mark.parametrize("option", sorted(DefaultsOptions.__annotations__))
async def test_an_option_of_task_defaults_reaches_every_task_that_gives_none(
    hatchet: Hatchet, engine: Recorder, option: str
) -> None:
    def flow(given: dict[str, Any], own: dict[str, Any]) -> Workflow[Any]:
        made = hatchet.workflow(name, input_validator=In, task_defaults=TaskDefaults(**given))
        made.task(name="first")(plain)
        made.task(name="second", **own)(plain)
        made.durable_task(name="third")(durable)
        return made

    name = f"f{next(NUMBERS)}"
    if option == "priority":
        row = Row(2, {"default_priority": 2}, {})
        wanted, own = row.sent, {}
    else:
        row = ATTEMPT[option]
        wanted = {key.replace("T.", f"tasks.{n}."): value for n in (0, 2) for key, value in row.sent.items()}
        own = {option: UNLIKE[option]}
    before, _ = await registered(hatchet, engine, flow(row.beside, own))
    after, _ = await registered(hatchet, engine, flow({**row.beside, option: row.given}, own))
    assert differences(before, after) == wanted


UNLIKE = {
    "schedule_timeout": "1m",
    "execution_timeout": "2m",
    "retries": 0,  # an explicit value wins, also where it is the default
    "backoff_factor": 9.0,
    "backoff_max_seconds": 99,
}


async def test_only_a_durable_task_says_that_it_is_durable(hatchet: Hatchet, engine: Recorder) -> None:
    name = f"f{next(NUMBERS)}"
    before, kept_before = await registered(hatchet, engine, declared(hatchet, "task", name, {}))
    after, kept = await registered(hatchet, engine, declared(hatchet, "durable_task", name, {}))
    assert differences(before, after) == {
        "tasks.0.is_durable": True,
        "tasks.0.slot_requests.default": None,
        "tasks.0.slot_requests.durable": 1,
    }
    assert differences(kept_before, kept) == {"tasks.0.durable": True, "tasks.0.slots.0.0": "durable"}


async def test_the_schema_of_the_input_is_sent_as_the_input_declares_it(hatchet: Hatchet, engine: Recorder) -> None:
    sent, kept = await registered(hatchet, engine, declared(hatchet, "workflow", "f", {"input_validator": Other}))
    assert json.loads(sent.input_json_schema) == json.loads(kept.input_json_schema) == Other.model_json_schema()


async def test_a_version_that_differs_in_its_label_alone_is_no_new_one(hatchet: Hatchet, engine: Recorder) -> None:
    for label in ("v1", "v2"):
        await registered(hatchet, engine, declared(hatchet, "task", "labelled", {"version": label}))
    assert engine.hub.core.workflows["o_labelled"].current.order == 1
