"""Items, parents, outputs and twins that belong together. Analysed by type checkers, never run."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, assert_type

from pydantic import BaseModel

from hatchet import BulkRunItem, Context, EmptyModel, Hatchet, ParentCondition, RateLimitDuration, Task, Workflow


class In(BaseModel):
    text: str


class Narrow(In):
    more: str


class Out(BaseModel):
    length: int


hatchet = Hatchet()
flow = hatchet.workflow("flow", input_validator=In)


@hatchet.task()
async def task(input: In, ctx: Context) -> Out:
    return Out(length=1)


@hatchet.task()
async def takes_a_base(input: BaseModel, ctx: Context) -> None: ...


@hatchet.task()
async def empty(input: EmptyModel, ctx: Context) -> None: ...


# -- items of many runs

items = [task.create_bulk_run_item(In(text=text)) for text in "abc"]
assert_type(items, list[BulkRunItem[In, Out]])
assert_type(empty.create_bulk_run_item(), BulkRunItem[EmptyModel, None])
assert_type(task.run_many(items), list[Out])
task.run_many_no_wait(tuple(items))
task.run_many([task.create_bulk_run_item(Narrow(text="a", more="b"))])
takes_a_base.run_many([takes_a_base.create_bulk_run_item(In(text="a")), takes_a_base.create_bulk_run_item()])
flow.run_many([flow.create_bulk_run_item(In(text="a"), key="k")])
empty.run_many([empty.create_bulk_run_item() for _ in range(3)])
untyped: list[BulkRunItem] = [task.create_bulk_run_item(In(text="a"))]
task.run_many(untyped)


async def many() -> None:
    assert_type(await task.aio_run_many([task.create_bulk_run_item(In(text=text)) for text in "abc"]), list[Out])
    await task.aio_run_many_no_wait(items)


# -- parents


@flow.task()
def first(input: In, ctx: Context) -> Out:
    return Out(length=1)


@flow.task()
def of_a_base(input: BaseModel, ctx: Context) -> int:
    return 1


@flow.task(parents=[first, of_a_base], skip_if=[ParentCondition(first, "output.length == 0")])
def second(input: In, ctx: Context) -> int:
    return ctx.task_output(first).length + ctx.task_output(of_a_base)


earlier: list[Task[Any, Any]] = [first, second]


@flow.durable_task(parents=earlier)
async def third(input: In, ctx: Context) -> None: ...


def add_to(workflow: Workflow[In], parent: Task[In, Any]) -> Task[In, int]:
    def added(input: In, ctx: Context) -> int:
        return 1

    return workflow.task(name="added", parents=[parent])(added)


add_to(flow, first)
result = flow.run(In(text="a"))
assert_type(result.get("first"), Any | None)
assert_type(result[second], int)

# -- twins, bound to their objects and passed on

assert_type(task.run_no_wait(In(text="a")).result(timeout=1), Out)
assert_type(hatchet.get_engine_version(), str | None)
hatchet.cron.delete(cron_id="id")
hatchet.rate_limits.put("key", 3, RateLimitDuration.SECOND)
task.pause(timedelta(minutes=1), "DROP")
waits = task.run_no_wait(In(text="a")).result
assert_type(waits(timeout=2), Out)
type(hatchet).close(hatchet)

# -- answers as they came

shown = hatchet.workers.with_raw_response(lambda workers: workers.get("id"))
assert_type(shown.value.metadata.id, str)
assert_type(shown.status, int)
assert_type(shown.request_id, str | None)
assert_type(hatchet.rate_limits.with_raw_response(lambda limits: limits.delete("key")).value, None)


async def answers() -> None:
    versions = await hatchet.workflows.aio_with_raw_response(lambda workflows: workflows.aio_get("id"))
    assert_type([each.method for each in versions.responses], list[str])
    assert_type(versions.value.metadata.id, str)
