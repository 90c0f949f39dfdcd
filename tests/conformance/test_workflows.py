"""Workflows: tasks that wait for each other."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from pydantic import BaseModel

from hatchet import Context, DurableContext, EmptyModel, Hatchet, HatchetError, RunCancelled, RunFailed, RunStatus


class Number(BaseModel):
    n: int


def test_a_diamond_joins_the_outputs_of_its_parents(hatchet: Hatchet, worker: Any, answers: Any) -> None:
    flow = hatchet.workflow("diamond", input_validator=Number, description="four tasks")

    @flow.task()
    def top(input: Number, ctx: Context) -> Number:
        return Number(n=input.n + 1)

    @flow.task(parents=[top])
    async def left(input: Number, ctx: Context) -> int:
        return ctx.task_output(top).n * 2

    @flow.task(parents=[top])
    def right(input: Number, ctx: Context) -> list[int]:
        return [ctx.task_output(top).n, input.n]

    @flow.task(parents=[left, right])
    async def bottom(input: Number, ctx: Context) -> int:
        return ctx.task_output(left) + sum(ctx.task_output(right))

    with worker(flow):
        ref = flow.run_no_wait(Number(n=1))
        result = ref.result()
        assert result[bottom] == 7
        assert result[right] == [2, 1]
        assert result[top] == Number(n=2)
        assert dict(result) == {"top": {"n": 2}, "left": 4, "right": [2, 1], "bottom": 7}
        answers("details", ref.details())


def test_a_failed_parent_cancels_what_waits_for_it_and_fails_the_run(
    hatchet: Hatchet, worker: Any, answers: Any
) -> None:
    ran: list[str] = []
    flow = hatchet.workflow("broken")

    @flow.task()
    def breaks(input: EmptyModel, ctx: Context) -> int:
        raise ValueError("broken")

    @flow.task()
    def stands(input: EmptyModel, ctx: Context) -> int:
        ran.append("stands")
        return 1

    @flow.task(parents=[breaks, stands])
    def waits(input: EmptyModel, ctx: Context) -> int:
        ran.append("waits")
        return 1

    with worker(flow):
        ref = flow.run_no_wait()
        with pytest.raises(RunFailed) as caught:
            ref.result(timeout=60)
        assert [(failure.task_name, failure.message) for failure in caught.value.errors] == [("breaks", "broken")]
        details = ref.details()
        assert details.tasks["waits"].status is RunStatus.CANCELLED
        answers("statuses", {name: task.status for name, task in details.tasks.items()})
    assert ran == ["stands"]


def test_cancelling_a_workflow_cancels_what_runs_and_what_waits(hatchet: Hatchet, worker: Any) -> None:
    began, told, ran = threading.Event(), threading.Event(), threading.Event()
    flow = hatchet.workflow("cancelled")

    @flow.task()
    async def runs(input: EmptyModel, ctx: Context) -> int:
        began.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            told.set()
            raise
        return 1

    @flow.task(parents=[runs])
    def waits(input: EmptyModel, ctx: Context) -> int:
        ran.set()
        return 1

    with worker(flow):
        ref = flow.run_no_wait()
        assert began.wait(20)
        ref.cancel()
        with pytest.raises(RunCancelled):
            ref.result(timeout=30)
        assert told.wait(10)
    assert not ran.is_set()


def test_a_task_sees_only_outputs_that_are_there(hatchet: Hatchet, worker: Any) -> None:
    flow = hatchet.workflow("apart")

    @flow.task()
    async def later(input: EmptyModel, ctx: Context) -> int:
        return 1

    @flow.task()
    def asks(input: EmptyModel, ctx: Context) -> str:
        other = hatchet.workflow("elsewhere").add(lambda_task, "elsewhere", later.spec, (), is_durable=False)
        with pytest.raises(HatchetError, match="no output of 'elsewhere'"):
            ctx.task_output(other)
        return "asked"

    with worker(flow):
        assert flow.run()[asks] == "asked"


def lambda_task(input: EmptyModel, ctx: Context) -> int:
    return 1


def test_a_retry_in_the_middle_of_a_workflow_does_not_run_its_parents_again(hatchet: Hatchet, worker: Any) -> None:
    ran: list[str] = []
    flow = hatchet.workflow("retried")

    @flow.task()
    def once(input: EmptyModel, ctx: Context) -> int:
        ran.append("once")
        return 1

    @flow.task(parents=[once], retries=2)
    def twice(input: EmptyModel, ctx: Context) -> int:
        ran.append("twice")
        if ctx.retry_count == 0:
            raise ValueError("again")
        return ctx.task_output(once) + 1

    with worker(flow):
        assert flow.run()[twice] == 2
    assert ran == ["once", "twice", "twice"]


def test_durable_tasks_take_durable_slots(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.durable_task(name="durable")
    async def durable(input: Number, ctx: DurableContext) -> int:
        return ctx.invocation_count + input.n

    flow = hatchet.workflow("mixed", input_validator=Number)

    @flow.task()
    def plain(input: Number, ctx: Context) -> int:
        return 1

    @flow.durable_task(parents=[plain])
    async def waits(input: Number, ctx: DurableContext) -> int:
        return ctx.task_output(plain) + 1

    with worker(durable, flow, slots=1, durable_slots=1):
        assert durable.run(Number(n=1)) == 2
        assert flow.run(Number(n=1))[waits] == 2


def test_registering_a_workflow_again_changes_nothing_for_its_users(hatchet: Hatchet, worker: Any) -> None:
    for expected in (1, 2):
        flow = hatchet.workflow("again")

        def task(input: EmptyModel, ctx: Context, expected: int = expected) -> int:
            return expected

        declared = flow.task(name="task")(task)
        with worker(flow):
            assert flow.run()[declared] == expected


def test_an_event_starts_the_workflows_that_listen_for_its_key(hatchet: Hatchet, worker: Any) -> None:
    seen: list[tuple[int, str | None]] = []
    arrived = threading.Event()

    @hatchet.task(name="on-event", on_events=["number:made"])
    def on_event(input: Number, ctx: Context) -> None:
        seen.append((input.n, ctx.triggering_event_key))
        arrived.set()

    with worker(on_event):
        pushed = hatchet.event.push("number:made", Number(n=3))
        assert pushed.event_id
        assert arrived.wait(30)
    assert seen == [(3, f"{hatchet.namespace}number:made")]


def test_an_on_success_task_runs_after_all_others_wherever_it_is_declared(hatchet: Hatchet, worker: Any) -> None:
    flow = hatchet.workflow("celebrated")

    @flow.on_success_task()
    async def cheers(input: EmptyModel, ctx: Context) -> list[int]:
        return [ctx.task_output(left), ctx.task_output(right)]

    @flow.task()
    def first(input: EmptyModel, ctx: Context) -> int:
        return 1

    @flow.task(parents=[first])
    def left(input: EmptyModel, ctx: Context) -> int:
        return ctx.task_output(first) + 1

    @flow.task(parents=[first])
    def right(input: EmptyModel, ctx: Context) -> int:
        return ctx.task_output(first) + 2

    with worker(flow):
        assert flow.run()[cheers] == [2, 3]


def test_a_standalone_task_does_the_same_as_a_task_of_a_workflow(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="reused", retries=1)
    def reused(input: EmptyModel, ctx: Context) -> int:
        return 20 if ctx.workflow_name.endswith("reuses") else 10

    flow = hatchet.workflow("reuses")
    added = flow.add_task(reused)

    @flow.task(parents=[added])
    def after(input: EmptyModel, ctx: Context) -> int:
        return ctx.task_output(added) + 1

    with worker(reused, flow):
        assert reused.run() == 10
        assert flow.run()[after] == 21
