"""What programs that were written for `hatchet_sdk` do, and must find here."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from pydantic import BaseModel

from hatchet import (
    BulkTriggerIdempotencyCollisionError,
    Context,
    EmptyModel,
    Hatchet,
    IdempotencyCollisionError,
    NotFound,
    RunFailed,
    TaskRunDetail,
    TaskRunError,
    TriggerWorkflowOptions,
    TTLBasedIdempotencyConfig,
    WorkflowResult,
    WorkflowRunDetail,
)
from tests.conformance.helpers import eventually

MISSING = "00000000-0000-4000-8000-000000000000"


class Number(BaseModel):
    n: int


class Key(BaseModel):
    key: str


def flow_of(hatchet: Hatchet, name: str) -> Any:
    """A workflow of two tasks, one of which returns a value that is no object."""
    flow = hatchet.workflow(name, input_validator=Number)

    @flow.task()
    def double(input: Number, ctx: Context) -> dict[str, int]:
        return {"n": 2 * input.n}

    @flow.task()
    def half(input: Number, ctx: Context) -> float:
        return input.n / 2

    return flow


def test_a_task_returns_the_results_of_its_children(hatchet: Hatchet, worker: Any) -> None:
    flow = flow_of(hatchet, "parent-flow")
    wanted = {"double": {"n": 8}, "half": 2.0}

    @hatchet.task(name="returns-result")
    async def one(input: EmptyModel, ctx: Context) -> dict[str, Any]:
        return await flow.aio_run(Number(n=4))  # type: ignore[no-any-return]  # what any workflow gives

    @hatchet.task(name="returns-many")
    async def many(input: EmptyModel, ctx: Context) -> list[WorkflowResult]:
        items = [flow.create_bulk_run_item(Number(n=4)) for _ in range(2)]
        return await flow.aio_run_many(items)  # type: ignore[no-any-return]

    @hatchet.task(name="returns-nested")
    async def nested(input: EmptyModel, ctx: Context) -> dict[str, Any]:
        result = await flow.aio_run(Number(n=4))
        return {"deep": [{"result": result}]}

    with worker(flow, one, many, nested):
        assert one.run() == wanted
        assert many.run() == [wanted, wanted]
        assert many.run()[0][flow.tasks[1]] == 2.0
        assert nested.run() == {"deep": [{"result": wanted}]}


def test_ids_of_all_answers_are_texts_and_compare(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="one-kind-of-id")
    def task(input: EmptyModel, ctx: Context) -> None: ...

    with worker(task):
        ref = task.run_no_wait()
        ref.result()
        given = uuid.UUID(ref.workflow_run_id)
        run = eventually(lambda: hatchet.runs.get(given), lambda seen: bool(seen.tasks)).run
        assert run.workflow_id == task.id
        assert run.metadata.id == ref.workflow_run_id == hatchet.runs.get_run_ref(given).workflow_run_id
        rows = hatchet.runs.list(workflow_ids=[uuid.UUID(task.id)]).rows
        assert [row.workflow_run_external_id for row in rows] == [ref.workflow_run_id]
        assert hatchet.runs.get_details(given).external_id == ref.workflow_run_id


def test_a_run_that_was_just_started_is_found_at_once(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="found-at-once")
    def task(input: EmptyModel, ctx: Context) -> None: ...

    with worker(task):
        for _ in range(5):
            run_id = task.run_no_wait().workflow_run_id
            assert hatchet.runs.get(run_id).run.metadata.id == run_id
            assert hatchet.runs.get_status(task.run_no_wait().workflow_run_id)
            assert hatchet.runs.get_task_run(task.run_no_wait().workflow_run_id).workflow_id == task.id
            assert not hatchet.logs.list(task.run_no_wait().workflow_run_id).rows
        many = task.run_many_no_wait([task.create_bulk_run_item() for _ in range(2)])
        assert [hatchet.runs.get(ref.workflow_run_id).run.metadata.id for ref in many] == [
            ref.workflow_run_id for ref in many
        ]
        event = hatchet.event.push("nobody-listens", {})
        assert hatchet.event.get(event.event_id).metadata.id == event.event_id
    with pytest.raises(NotFound):
        hatchet.runs.get(MISSING)


def test_details_have_values_and_the_engines_names(hatchet: Hatchet, worker: Any) -> None:
    flow = flow_of(hatchet, "detailed")

    @hatchet.task(name="fails-in-detail")
    def fails(input: EmptyModel, ctx: Context) -> None:
        raise ValueError("no")

    with worker(flow, fails):
        ref = flow.run_no_wait(Number(n=4))
        ref.result()
        details = hatchet.runs.get_details(ref.workflow_run_id)
        assert type(details) is WorkflowRunDetail
        assert details.external_id == ref.workflow_run_id
        assert details.input == {"n": 4}
        assert {name: task.output for name, task in details.task_runs.items()} == {"double": {"n": 8}, "half": 2.0}
        assert [type(task) for task in details.task_runs.values()] == [TaskRunDetail] * 2
        failed = fails.run_no_wait()
        with pytest.raises(RunFailed):
            failed.result()
        [task] = failed.details().task_runs.values()
        assert task.output is None
        assert "no" in (task.error or "")


def test_a_failed_run_is_a_group_of_the_failures_of_its_tasks(hatchet: Hatchet, worker: Any) -> None:
    flow = hatchet.workflow("fails-twice")

    @flow.task(name="left")
    def left(input: EmptyModel, ctx: Context) -> None:
        raise ValueError("left")

    @flow.task(name="right")
    def right(input: EmptyModel, ctx: Context) -> None:
        raise KeyError("right")

    caught: list[str] = []
    with worker(flow):
        try:
            flow.run()
        except* TaskRunError as group:
            caught = sorted(
                type(each).__name__ + " " + each.task_name
                for each in group.exceptions
                if isinstance(each, TaskRunError)
            )
    assert caught
    assert set(caught) <= {"TaskFailure left", "TaskFailure right"}


def test_idempotency_errors_have_the_engines_names(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(
        name="once-by-key",
        idempotency=TTLBasedIdempotencyConfig(key_expression="input.key", ttl=timedelta(minutes=1)),
    )
    def once(input: Key, ctx: Context) -> None: ...

    with worker(once):
        first = once.run_no_wait(Key(key="a"))
        with pytest.raises(IdempotencyCollisionError) as one:
            once.run_no_wait(Key(key="a"))
        assert one.value.existing_run_external_id == first.workflow_run_id
        with pytest.raises(BulkTriggerIdempotencyCollisionError) as many:
            once.run_many_no_wait([once.create_bulk_run_item(Key(key=key)) for key in "ab"])
        assert [each.existing_run_external_id for each in many.value.collisions] == [first.workflow_run_id]
        assert len(many.value.successful_workflow_run_external_ids) == 1


def test_an_on_failure_task_is_called_after_its_function(hatchet: Hatchet, worker: Any) -> None:
    flow = hatchet.workflow("rescued")

    @flow.task(name="main")
    def main(input: EmptyModel, ctx: Context) -> None:
        raise ValueError("no")

    @flow.on_failure_task()
    def rescue(input: EmptyModel, ctx: Context) -> dict[str, bool]:
        return {"rescued": True}

    assert rescue.name == "rescue-on-failure"
    with worker(flow):
        ref = flow.run_no_wait()
        with pytest.raises(RunFailed):
            ref.result()
        tasks = eventually(
            lambda: ref.details().task_runs,
            lambda tasks: "rescue-on-failure" in tasks and tasks["rescue-on-failure"].output,
        )
        assert tasks["rescue-on-failure"].output == {"rescued": True}


def test_input_validator_may_be_dict(hatchet: Hatchet, worker: Any) -> None:
    # A bare dict says nothing of its parts, as in the programs that this is about.
    @hatchet.task(name="any-object", input_validator=dict)
    def task(input: dict[str, Any], ctx: Context) -> dict[str, Any]:
        return {"got": input}

    flow = hatchet.workflow("any-object-flow", input_validator=dict)  # pyright: ignore[reportUnknownVariableType]  # as above

    @flow.task(name="step")
    def step(input: dict[Any, Any], ctx: Context) -> dict[Any, Any]:
        return input

    with worker(task, flow):
        assert task.run({"a": [1]}) == {"got": {"a": [1]}}  # pyright: ignore[reportUnknownMemberType]  # as above
        assert flow.run({"a": 1}) == {"step": {"a": 1}}  # pyright: ignore[reportUnknownMemberType]  # as above


def test_a_child_index_alone_is_enough(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="indexed-child")
    def child(input: EmptyModel, ctx: Context) -> int | None:
        return ctx.child_index

    @hatchet.task(name="indexing-parent")
    async def parent(input: EmptyModel, ctx: Context) -> int | None:
        return await child.aio_run(options=TriggerWorkflowOptions(child_index=7))

    with worker(child, parent):
        assert child.run(options=TriggerWorkflowOptions(child_index=7)) is None
        assert parent.run() == 7
