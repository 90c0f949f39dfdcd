"""What an application writes, and the types that it must see. Analysed by mypy and pyright, never run."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, TypedDict, assert_type

from pydantic import BaseModel

from hatchet import (
    Context,
    Depends,
    DurableContext,
    EmptyModel,
    Hatchet,
    Standalone,
    Task,
    TaskDefaults,
    TaskRunRef,
    Workflow,
    WorkflowResult,
    WorkflowRunRef,
)


class In(BaseModel):
    text: str


class Out(BaseModel):
    length: int


@dataclass
class Point:
    x: int


class Movie(TypedDict):
    title: str


@dataclass
class State:
    pool: int


hatchet = Hatchet()


# -- the input comes from the annotation; sync and async give the same output


@hatchet.task()
async def asynchronous(input: In, ctx: Context) -> Out:
    return Out(length=len(input.text))


@hatchet.task(name="sync", retries=3, execution_timeout=timedelta(minutes=1), schedule_timeout="30s")
def synchronous(input: In, ctx: Context) -> Out:
    return Out(length=len(input.text))


@hatchet.task(input_validator=In)
def validated(input: In, ctx: Context) -> Out:
    return Out(length=1)


@hatchet.durable_task()
async def durable(input: In, ctx: DurableContext) -> Out:
    assert_type(ctx.invocation_count, int)
    return Out(length=1)


@hatchet.durable_task()
async def durable_with_plain_context(input: In, ctx: Context) -> Out:
    return Out(length=1)


@hatchet.task()
async def empty(input: EmptyModel, ctx: Context) -> None: ...


assert_type(asynchronous, Standalone[In, Out])
assert_type(synchronous, Standalone[In, Out])
assert_type(validated, Standalone[In, Out])
assert_type(durable, Standalone[In, Out])
assert_type(durable_with_plain_context, Standalone[In, Out])
assert_type(empty, Standalone[EmptyModel, None])


# -- anything that a TypeAdapter takes


@hatchet.task()
def scalars(input: list[int], ctx: Context) -> float:
    return sum(input) / len(input)


@hatchet.task()
def structures(input: Point, ctx: Context) -> Movie:
    return {"title": str(input.x)}


@hatchet.task()
def optional(input: int | None, ctx: Context) -> dict[str, list[Point]]:
    return {}


assert_type(scalars, Standalone[list[int], float])
assert_type(structures, Standalone[Point, Movie])
assert_type(optional, Standalone["int | None", dict[str, list[Point]]])


# -- running


assert_type(asynchronous.run(In(text="a")), Out)
assert_type(asynchronous.run(In(text="a"), priority=3, additional_metadata={"a": 1}), Out)
assert_type(asynchronous.run(In(text="a"), wait_for_result=False), TaskRunRef[In, Out])
assert_type(asynchronous.run_no_wait(In(text="a")), TaskRunRef[In, Out])
assert_type(asynchronous.run_no_wait(In(text="a")).result(), Out)
assert_type(empty.run_no_wait(), TaskRunRef[EmptyModel, None])
assert_type(
    asynchronous.run_many([asynchronous.create_bulk_run_item(In(text="a"), priority=1)]),
    list[Out],
)
assert_type(
    asynchronous.run_many([asynchronous.create_bulk_run_item(In(text="a"))], return_exceptions=True),
    "list[Out | BaseException]",
)
assert_type(
    asynchronous.run_many([asynchronous.create_bulk_run_item(In(text="a"))], wait_for_result=False),
    list[TaskRunRef[In, Out]],
)
empty.run()
scalars.run([1, 2])


async def runs() -> None:
    assert_type(await asynchronous.aio_run(In(text="a")), Out)
    assert_type(await synchronous.aio_run(input=In(text="a")), Out)
    assert_type(await asynchronous.aio_run(In(text="a"), wait_for_result=False), TaskRunRef[In, Out])
    assert_type(await (await asynchronous.aio_run_no_wait(In(text="a"))).aio_result(), Out)
    assert_type(await asynchronous.aio_run_many([]), list[Out])
    assert_type(await optional.aio_run(None), dict[str, list[Point]])


# -- workflows


plain = hatchet.workflow("plain")
assert_type(plain, Workflow[EmptyModel])

flow = hatchet.workflow("flow", input_validator=In, on_events=["a"], task_defaults=TaskDefaults(retries=2))
assert_type(flow, Workflow[In])


@flow.task()
def first(input: In, ctx: Context) -> Out:
    return Out(length=1)


@flow.task(parents=[first], retries=0)
async def second(input: In, ctx: Context[State]) -> int:
    assert_type(ctx.task_output(first), Out)
    assert_type(ctx.lifespan, State)
    assert_type(ctx.was_skipped(first), bool)
    return ctx.task_output(first).length + ctx.lifespan.pool


@flow.durable_task(parents=[second])
async def third(input: In, ctx: DurableContext[State]) -> list[str]:
    assert_type(ctx.task_output(second), int)
    return []


@flow.task()
def takes_a_base(input: BaseModel, ctx: Context) -> None: ...


assert_type(first, Task[In, Out])
assert_type(second, Task[In, int])
assert_type(third, Task[In, list[str]])
result = flow.run(In(text="a"))
assert_type(result, WorkflowResult)
assert_type(result[first], Out)
assert_type(result[second], int)
assert_type(flow.run_no_wait(In(text="a")), WorkflowRunRef)
assert_type(flow.run_no_wait(In(text="a")).result()[third], list[str])
plain.run()


# -- a standalone task as the parent of nothing, but with an output that others read


async def spawning(input: In, ctx: Context) -> int:
    assert_type(ctx.task_output(asynchronous), Out)
    child = await synchronous.aio_run(In(text="child"), child_key="k")
    assert_type(child, Out)
    return child.length


# -- dependencies


async def connection(input: In, ctx: Context) -> Point:
    return Point(1)


def setting(input: In, ctx: Context) -> int:
    return 1


@asynccontextmanager
async def session(input: In, ctx: Context) -> AsyncGenerator[Point, None]:
    yield Point(1)


@contextmanager
def file(input: In, ctx: Context) -> Generator[str, None, None]:
    yield "x"


@hatchet.task()
async def depends(
    input: In,
    ctx: Context,
    annotated: Annotated[Point, Depends(connection)],
    a: Point = Depends(connection),
    b: int = Depends(setting),
    c: Point = Depends(session),
    d: str = Depends(file),
) -> Out:
    return Out(length=annotated.x + a.x + b + c.x + len(d))


assert_type(depends, Standalone[In, Out])


# -- workers


async def lifespan() -> AsyncGenerator[State, None]:
    yield State(1)


@asynccontextmanager
async def lifespan_manager() -> AsyncGenerator[State, None]:
    yield State(1)


hatchet.worker("w", slots=10, labels={"gpu": 1, "zone": "a"}, workflows=[flow, asynchronous, empty], lifespan=lifespan)
hatchet.worker("w", durable_slots=10, workflows=[plain], lifespan=lifespan_manager)
