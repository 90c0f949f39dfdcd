"""What needs a certain engine is refused by the one before it, and by none from it on; every gate there is."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from hatchet import (
    ConcurrencyExpression,
    ConcurrencyLimitStrategy,
    Context,
    EmptyModel,
    Hatchet,
    Unsupported,
    WorkerError,
)
from hatchet.options.specs import BatchSpec, TaskSpec, WorkflowSpec
from hatchet.wire import versions
from hatchet.wire.requests import TaskDefinition, WorkflowDefinition
from hatchet_api.grpc import dispatcher_pb2 as dispatcher
from tests.unit.scripted import ScriptedEngine

Strategy = ConcurrencyLimitStrategy


def of_task(spec: TaskSpec | None = None, **fields: Any) -> WorkflowDefinition:
    task = TaskDefinition(name="t", action_id="w:t", spec=spec or TaskSpec(), **fields)
    return WorkflowDefinition("w", WorkflowSpec(), (), (task,))


def limited(expression: ConcurrencyExpression, place: str) -> WorkflowDefinition:
    if place == "task":
        return of_task(TaskSpec(concurrency=expression))
    task = TaskDefinition(name="t", action_id="w:t", spec=TaskSpec())
    if place == "on failure":
        mourns = TaskDefinition(name="f", action_id="w:f", spec=TaskSpec(concurrency=expression))
        return WorkflowDefinition("w", WorkflowSpec(), (), (task,), on_failure=mourns)
    return WorkflowDefinition("w", WorkflowSpec(concurrency=expression), (), (task,))


class Gate(NamedTuple):
    """What needs an engine of the version that a constant names."""

    constant: str
    definition: WorkflowDefinition


def strategy(which: ConcurrencyLimitStrategy) -> ConcurrencyExpression:
    return ConcurrencyExpression("'a'", 2, which)


SHARED = ConcurrencyExpression("'a'", 2, Strategy.GROUP_ROUND_ROBIN, name="n", is_tenant_scoped=True)
DYNAMIC = ConcurrencyExpression("'a'", "2", Strategy.GROUP_ROUND_ROBIN)
PLACES = ["workflow", "task", "on failure"]
GATES = [
    Gate("DURABLE_STREAM", of_task(is_durable=True)),
    Gate("BATCHES", of_task(TaskSpec(batch=BatchSpec(batch_max_size=2)))),
    *(
        Gate("QUEUE_LIMITS", limited(strategy(which), place))
        for which in (Strategy.CANCEL_QUEUED_EXCEPT_NEWEST, Strategy.CANCEL_QUEUED_EXCEPT_OLDEST)
        for place in PLACES
    ),
    *(Gate("SHARED_LIMITS", limited(each, place)) for each in (SHARED, DYNAMIC) for place in PLACES),
]
ELSEWHERE = {"SLOT_TYPES", "RETRY_AFTER", "RUN_COUNTS"}  # below, and test_pages.py


def near(version: versions.Version) -> dict[str, bool]:
    """Versions on both sides of one, each with whether it is enough."""
    major, minor, patch = version
    below = (major, minor, patch - 1) if patch else (major, minor - 1, 999)
    found = {below: False, version: True, (major, minor, patch + 1): True, (major, minor + 1, 0): True,
             (major + 1, 0, 0): True, (major, minor - 1, patch + 1): False}  # fmt: skip
    return {versions.text(each): is_enough for each, is_enough in found.items()}


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.constant)
def test_a_gate_opens_at_its_version(gate: Gate) -> None:
    found = list(versions.needs(gate.definition))
    assert len(found) == 1
    for version, is_enough in near(getattr(versions, gate.constant)).items():
        for text in (version, version.removeprefix("v"), f"{version}-rc.1"):
            assert refuses(lambda text=text: versions.refuse(found, text)) != is_enough, text  # type: ignore[misc]  # mypy does not infer a lambda with a default
    assert refuses(lambda: versions.refuse(found, None))
    assert not refuses(lambda: versions.refuse(found, "of-my-own"))


def refuses(call: Callable[[], object]) -> bool:
    try:
        call()
    except Unsupported:
        return True
    return False


@pytest.mark.parametrize("which", [Strategy.CANCEL_IN_PROGRESS, Strategy.GROUP_ROUND_ROBIN, Strategy.CANCEL_NEWEST])
@pytest.mark.parametrize("place", PLACES)
def test_what_every_engine_has_needs_none(which: ConcurrencyLimitStrategy, place: str) -> None:
    assert list(versions.needs(limited(strategy(which), place))) == []


def test_every_gate_is_tried() -> None:
    constants = {name for name, value in inspect.getmembers(versions) if name.isupper() and isinstance(value, tuple)}
    assert {gate.constant for gate in GATES} | ELSEWHERE == constants


@pytest.mark.parametrize(("version", "is_enough"), near(versions.SLOT_TYPES).items())
def test_a_worker_of_an_engine_before_slot_types_does_not_start(version: str, is_enough: bool) -> None:
    async def get_version(request: Any, context: Any) -> dispatcher.GetVersionResponse:
        return dispatcher.GetVersionResponse(version=version)

    hatchet = ScriptedEngine(get_version=get_version).client()
    with pytest.raises(WorkerError) as raised, hatchet.worker("w", workflows=[task_of(hatchet)]):
        pass
    # From it on it goes further, to the registration, which this engine does not know.
    assert ("or newer" in str(raised.value)) != is_enough


def task_of(hatchet: Hatchet) -> Any:
    @hatchet.task(name="t")
    async def task(input: EmptyModel, ctx: Context) -> None: ...

    return task
