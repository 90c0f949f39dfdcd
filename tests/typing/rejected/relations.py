"""What belongs together and does not: items, parents, outputs, dependencies and twins of other tasks.

The mark is `# reject: <mypy code> <pyright rule>`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta

from pydantic import BaseModel

from hatchet import (
    BulkRunItem,
    Context,
    Depends,
    DurableContext,
    EmptyModel,
    Hatchet,
    ParentCondition,
    RateLimitDuration,
    or_,
)


class In(BaseModel):
    text: str


class Other(BaseModel):
    number: int


class Out(BaseModel):
    length: int


hatchet = Hatchet()
flow = hatchet.workflow("flow", input_validator=In)
others = hatchet.workflow("others", input_validator=Other)
plain = hatchet.workflow("plain")


@hatchet.task()
def task(input: In, ctx: Context) -> Out:
    return Out(length=1)


@hatchet.task()
def same_input(input: In, ctx: Context) -> int:
    return 1


@hatchet.task()
def same_output(input: Other, ctx: Context) -> Out:
    return Out(length=1)


@flow.task()
def first(input: In, ctx: Context) -> Out:
    return Out(length=1)


@others.task()
def elsewhere(input: Other, ctx: Context) -> Out:
    return Out(length=1)


@plain.task()
def without(input: EmptyModel, ctx: Context) -> int:
    return 1


def function(input: In, ctx: Context) -> Out:
    return Out(length=1)


# -- items of many runs

items = [same_input.create_bulk_run_item(In(text=text)) for text in "abc"]
task.run_many(items)  # reject: arg-type reportArgumentType
task.run_many_no_wait(items)  # reject: arg-type reportArgumentType
task.run_many(items, return_exceptions=True)  # reject: call-overload reportArgumentType
task.run_many(items, wait_for_result=False)  # reject: call-overload reportArgumentType
task.run_many([same_output.create_bulk_run_item(Other(number=1))])  # reject: list-item reportArgumentType
task.run_many([flow.create_bulk_run_item(In(text="a"))])  # reject: list-item reportArgumentType
flow.run_many([others.create_bulk_run_item(Other(number=1))])  # reject: list-item reportArgumentType
flow.run_many(items)  # reject: arg-type reportArgumentType
task.run_many([In(text="a")])  # reject: list-item reportArgumentType
mixed: list[BulkRunItem[In, Out]] = items  # reject: assignment reportAssignmentType


async def many() -> None:
    await task.aio_run_many(items)  # reject: arg-type reportArgumentType
    await task.aio_run_many_no_wait(items)  # reject: arg-type reportArgumentType


# -- parents and conditions

flow.task(parents=[elsewhere])  # reject: list-item reportArgumentType
flow.task(parents=[first, without])  # reject: list-item reportArgumentType
flow.durable_task(parents=[elsewhere])  # reject: list-item reportArgumentType
flow.batch_task(batch_max_size=2, parents=[elsewhere])  # reject: list-item reportArgumentType
plain.task(parents=[first])  # reject: list-item reportArgumentType
flow.task(parents=[task])  # reject: list-item reportArgumentType
flow.task(parents=[function])  # reject: list-item reportArgumentType
flow.task(parents=["first"])  # reject: list-item reportArgumentType
flow.task(parents=first)  # reject: arg-type reportArgumentType
flow.task(skip_if=[ParentCondition(function, "true")])  # reject: arg-type reportArgumentType
flow.task(skip_if=[ParentCondition(flow, "true")])  # reject: arg-type reportArgumentType
flow.task(cancel_if=[or_(first)])  # reject: arg-type reportArgumentType
flow.task(parents=[first], skip_if=[first])  # reject: list-item reportArgumentType

# -- outputs

result = flow.run(In(text="a"))
result[function]  # reject: call-overload reportArgumentType
result[flow]  # reject: call-overload reportArgumentType
result[1]  # reject: call-overload reportArgumentType
wrong_result: int = result[first]  # reject: assignment reportAssignmentType
result.was_skipped(function)  # reject: arg-type reportArgumentType


@flow.durable_task(parents=[first])
async def second(input: In, ctx: DurableContext) -> int:
    ctx.task_output("first")  # reject: arg-type reportArgumentType
    ctx.task_output(function)  # reject: arg-type reportArgumentType
    ctx.task_output(flow)  # reject: arg-type reportArgumentType
    ctx.was_skipped("first")  # reject: arg-type reportArgumentType
    ctx.get_task_run_error("first")  # reject: arg-type reportArgumentType
    ctx.task_output(first).misspelt  # reject: attr-defined reportAttributeAccessIssue
    return ctx.task_output(first)  # reject: return-value reportReturnType


second.mock_run(In(text="a"), parent_outputs={function: 1})  # reject: dict-item reportArgumentType
second.mock_run(In(text="a"), parent_outputs=[first])  # reject: arg-type reportArgumentType
second.mock_run(In(text="a"), parent_outputs={flow: 1})  # reject: dict-item reportArgumentType
second.mock_run(In(text="a"), skipped=["first"])  # reject: list-item reportArgumentType
second.mock_run(In(text="a"), task_run_errors={first: "failed"})  # reject: dict-item reportArgumentType
second.mock_run(Other(number=1))  # reject: arg-type reportArgumentType

# -- dependencies


def number(input: In, ctx: Context) -> int:
    return 1


async def later(input: In, ctx: Context) -> int:
    return 1


# mypy sees Any in `Context` without its type, and gives up on overloads of which several would do.
@contextmanager
def opened(input: In, ctx: Context[None]) -> Generator[int, None, None]:
    yield 1


@asynccontextmanager
async def opened_later(input: In, ctx: Context[None]) -> AsyncGenerator[int, None]:
    yield 1


def rows(input: In, ctx: Context[None]) -> Iterator[int]:
    yield 1


async def later_rows(input: In, ctx: Context[None]) -> AsyncIterator[int]:
    yield 1


class Session:
    def __init__(self, input: In) -> None: ...

    def size(self, input: In, ctx: Context[None]) -> int:
        return 1

    def __call__(self, input: In, ctx: Context[None]) -> int:
        return 1


shared_session = Session(In(text="a"))


@hatchet.task()
def depends(
    input: In,
    ctx: Context,
    a: str = Depends(number),  # reject: assignment reportArgumentType
    b: str = Depends(later),  # reject: assignment reportArgumentType
    c: str = Depends(opened),  # reject: assignment reportArgumentType
    d: str = Depends(opened_later),  # reject: assignment reportArgumentType
    e: Out = Depends(1),  # reject: call-overload reportArgumentType
    f: str = Depends(rows),  # reject: assignment reportArgumentType
    g: str = Depends(later_rows),  # reject: assignment reportArgumentType
    h: str = Depends(Session),  # reject: assignment reportArgumentType
    i: str = Depends(shared_session.size),  # reject: assignment reportArgumentType
    j: str = Depends(shared_session),  # reject: assignment reportArgumentType
) -> Out:
    return Out(length=1)


@flow.task()
def depends_too(
    input: In,
    ctx: Context,
    a: list[int] = Depends(number),  # reject: arg-type reportArgumentType
) -> None: ...


# -- twins

hatchet.cron.delete(1)  # reject: arg-type reportArgumentType
hatchet.cron.delete()  # reject: call-arg reportCallIssue
hatchet.cron.delete("id", "id")  # reject: call-arg reportCallIssue
hatchet.rate_limits.put("key", "3", RateLimitDuration.SECOND)  # reject: arg-type reportArgumentType
hatchet.rate_limits.put(key="key", limt=3)  # reject: call-arg reportCallIssue
hatchet.runs.get(1)  # reject: arg-type reportArgumentType
task.run_no_wait(In(text="a")).result("soon")  # reject: arg-type reportArgumentType
task.run_no_wait(In(text="a")).result(time_out=1)  # reject: call-arg reportCallIssue
wrong_twin: str = task.run_no_wait(In(text="a")).result()  # reject: assignment reportAssignmentType
task.pause("1m")  # reject: arg-type reportArgumentType
task.pause(timedelta(minutes=1), "KEEP")  # reject: arg-type reportArgumentType
hatchet.get_engine_version().misspelt  # reject: union-attr reportAttributeAccessIssue

# -- answers as they came

hatchet.workers.with_raw_response(hatchet.workers.get("id"))  # reject: arg-type reportArgumentType
shown = hatchet.workers.with_raw_response(lambda workers: workers.get("id"))
shown.value.nothing  # reject: attr-defined reportAttributeAccessIssue
