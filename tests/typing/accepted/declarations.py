"""What an application writes, and the types that it must see. Analysed by mypy and pyright, never run."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Annotated, Any, Protocol, TypedDict, assert_type

from pydantic import BaseModel

from hatchet import (
    Condition,
    Context,
    DefaultFilter,
    Depends,
    DurableContext,
    EmptyModel,
    EvictionPolicy,
    Hatchet,
    MockRecord,
    ParentCondition,
    Priority,
    Resolved,
    RunEvent,
    ScheduledRun,
    SleepCondition,
    SleepResult,
    Standalone,
    Task,
    TaskDefaults,
    TaskFailure,
    TaskRunRef,
    TaskStub,
    TriggerWorkflowOptions,
    TTLBasedIdempotencyConfig,
    UserEventCondition,
    WaitOutcome,
    Workflow,
    WorkflowResult,
    WorkflowRunRef,
    WorkflowStub,
    or_,
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
    assert_type(await ctx.aio_spawn(synchronous, In(text="child"), priority=3), TaskRunRef[In, Out])
    assert_type(await (await ctx.aio_spawn(empty)).aio_result(), None)
    assert_type(ctx.spawn(flow, In(text="child"), child_key="k"), WorkflowRunRef)
    assert_type(ctx.spawn(plain), WorkflowRunRef)
    assert_type(ctx.spawn(scalars, [1]).result(), float)
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


def rows(input: In, ctx: Context) -> Iterator[Point]:
    yield Point(1)


def generator(input: In) -> Generator[Point, None, None]:
    yield Point(1)


async def later_rows(input: In, ctx: Context) -> AsyncIterator[Point]:
    yield Point(1)


async def later_generator() -> AsyncGenerator[Point, None]:
    yield Point(1)


class Session:
    def __init__(self, input: In) -> None:
        self.text = input.text

    def size(self, input: In, ctx: Context) -> int:
        return len(self.text)


shared_session = Session(In(text="a"))


class Counting:
    def __call__(self, input: In, ctx: Context) -> int:
        return 1


class AsyncCounting:
    async def __call__(self, input: In, ctx: Context) -> int:
        return 1


class Sized(Protocol):
    text: str


class Row(TypedDict):
    x: int


def row(input: In, ctx: Context) -> Row:
    return {"x": 1}


def anything(input: Any, ctx: Any) -> Any:
    return 1


@hatchet.task()
async def depends_on_anything(
    input: In,
    ctx: Context,
    annotated: Annotated[Session, Depends(Session)],
    session: Session = Depends(Session),
    sized: Sized = Depends(Session),
    a: Point = Depends(rows),
    b: Point = Depends(generator),
    c: Point = Depends(later_rows),
    d: Point = Depends(later_generator),
    e: int = Depends(shared_session.size),
    f: int = Depends(Counting()),
    g: int = Depends(AsyncCounting()),
    h: int = Depends(partial(setting)),
    i: Row = Depends(row),
    j: Any = Depends(rows),
    k: int = Depends(anything),
    m: object = Depends(setting),
) -> Out:
    return Out(length=annotated.size(input, ctx) + a.x + b.x + c.x + d.x + e + f + g + h + i["x"] + k)


assert_type(depends_on_anything, Standalone[In, Out])


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


# -- conditions, failure and success, filters, crons, idempotency


choosing = hatchet.workflow(
    "choosing",
    input_validator=In,
    on_crons=["0 8 * * *"],
    cron_input=In(text="morning"),
    default_filters=[DefaultFilter(expression="input.ok", scope="shop", payload={"a": 1})],
    default_additional_metadata={"team": "a"},
    idempotency=TTLBasedIdempotencyConfig(key_expression="input.text", ttl=timedelta(minutes=1)),
    task_defaults=TaskDefaults(priority=2, retries=1),
)


@choosing.task()
def check(input: In, ctx: Context) -> Out:
    return Out(length=1)


@choosing.task(
    parents=[check],
    wait_for=[or_(SleepCondition(timedelta(seconds=10)), UserEventCondition("go", "input.ok")), SleepCondition("1s")],
    skip_if=[ParentCondition(check, "output.length == 0")],
    cancel_if=[UserEventCondition("stop")],
    slot_cost=2,
)
async def act(input: In, ctx: Context) -> int:
    return ctx.task_output(check).length


waits: list[Condition] = [SleepCondition("1s"), UserEventCondition("go")]


@choosing.durable_task(parents=[check], wait_for=waits)
async def act_durably(input: In, ctx: DurableContext) -> int:
    return 1


@choosing.on_failure_task(retries=2)
def mourn(input: In, ctx: Context) -> str:
    assert_type(ctx.get_task_run_error(check), TaskFailure | None)
    return ", ".join(ctx.task_run_errors)


@choosing.on_success_task()
async def cheer(input: In, ctx: Context) -> bool:
    return ctx.was_skipped(act)


assert_type(mourn, Task[In, str])
assert_type(cheer, Task[In, bool])
assert_type(choosing.add_task(asynchronous), Task[In, Out])


@hatchet.task(on_crons=["@daily"], cron_input=In(text="a"))
def daily(input: In, ctx: Context) -> None: ...


assert_type(daily, Standalone[In, None])


# -- batches


@hatchet.batch_task(batch_max_size=10, batch_max_interval=timedelta(seconds=1), batch_group_key="input.text")
async def lengths(inputs: dict[str, In], ctx: Context) -> dict[str, Out]:
    return {run_id: Out(length=len(each.text)) for run_id, each in inputs.items()}


@hatchet.batch_task(batch_max_size=10, broadcast_output=True, retries=1)
def counted(inputs: dict[str, In], ctx: Context) -> int:
    return len(inputs)


@choosing.batch_task(batch_max_size=10, parents=[check])
def many(inputs: dict[str, In], ctx: Context) -> dict[str, Out]:
    return {}


@choosing.batch_task(batch_max_size=10, broadcast_output=True)
async def many_at_once(inputs: dict[str, In], ctx: Context) -> Out:
    return Out(length=len(inputs))


assert_type(lengths, Standalone[In, Out])
assert_type(counted, Standalone[In, int])
assert_type(many, Task[In, Out])
assert_type(many_at_once, Task[In, Out])
assert_type(lengths.run(In(text="a")), Out)


# -- other ways to run


options = TriggerWorkflowOptions(priority=2, additional_metadata={"a": 1}, sticky=True)
assert_type(asynchronous.run(In(text="a"), options=options, child_key="k"), Out)
now = datetime.now(timezone.utc)
assert_type(asynchronous.schedule(now, In(text="a"), priority=Priority.HIGH), ScheduledRun)
assert_type(empty.schedule(now), ScheduledRun)
asynchronous.create_cron("daily", "@daily", In(text="a"))
empty.create_cron("daily", "@daily")
for chunk in asynchronous.run_no_wait(In(text="a")).subscribe_to_stream():
    assert_type(chunk, str)


for point in asynchronous.run_no_wait(In(text="a")).subscribe_to_stream(Point):
    assert_type(point, Point)


async def streams() -> None:
    async for out in hatchet.runs.subscribe_to_stream("id", Out):
        assert_type(out, Out)
    async for numbers in flow.run_no_wait(In(text="a")).subscribe_to_stream(list[int]):
        assert_type(numbers, list[int])
    async for chunk in hatchet.runs.subscribe_to_stream("id"):
        assert_type(chunk, str)
    async for event in flow.run_no_wait(In(text="a")).stream():
        assert_type(event, RunEvent)


remote = hatchet.stubs.task(name="remote", input_validator=In, output_validator=Out)
assert_type(remote, TaskStub[In, Out])
assert_type(remote.run(In(text="a")), Out)
assert_type(remote.run_no_wait(In(text="a")), TaskRunRef[In, Out])
assert_type(hatchet.stubs.task(name="remote"), TaskStub[EmptyModel, Any])
assert_type(hatchet.stubs.workflow(name="remote", input_validator=In), WorkflowStub[In])
assert_type(hatchet.stubs.workflow(name="remote").run(), WorkflowResult)


# -- mock runs


record = MockRecord()
assert_type(asynchronous.mock_run(In(text="a"), record=record, lifespan=State(1)), Out)
assert_type(second.mock_run(In(text="a"), parent_outputs={first: Out(length=1)}, retry_count=1), int)
assert_type(second.mock_run(In(text="a"), parent_outputs={"first": {"length": 1}}, skipped=[first]), int)
assert_type(empty.mock_run(children={remote: Out(length=1), flow: {first: Out(length=1)}}), None)
assert_type(flow.mock_run(In(text="a"))[first], Out)


def answered(condition: UserEventCondition) -> In | None:
    return In(text=condition.event_key)


assert_type(asynchronous.mock_run(In(text="a"), events={"a": In(text="b"), "c": answered}, unpatched=["p"]), Out)
assert_type(record.stream, list[str])


async def mocked() -> None:
    assert_type(await asynchronous.aio_mock_run(In(text="a")), Out)
    assert_type(await flow.aio_mock_run(In(text="a"), skipped=[first]), WorkflowResult)


# -- durable tasks


async def count_words(words: list[str]) -> int:
    return len(words)


@hatchet.durable_task(eviction_policy=EvictionPolicy(ttl=None, priority=2))
async def waiting(input: In, ctx: DurableContext) -> Out:
    assert_type(await ctx.aio_sleep_for("1s", label="a second"), SleepResult)
    assert_type(await ctx.aio_sleep_until(await ctx.aio_now()), SleepResult)
    assert_type(await ctx.aio_now(), datetime)
    assert_type(await ctx.aio_memo(count_words, [input.text]), int)
    assert_type(await ctx.aio_memo(str.upper, input.text), str)
    assert_type(await ctx.aio_wait_for_event("paid", match={"id": 7}), Any)
    outcome = await ctx.aio_wait_for("either", or_(SleepCondition("1s"), UserEventCondition("paid")))
    assert_type(outcome, WaitOutcome)
    assert_type(outcome.payload("paid", Out), Out)
    assert_type(outcome.winner, Condition)
    assert_type(await ctx.aio_patched("better"), bool)
    assert_type(await ctx.first(ctx.aio_now(), ctx.aio_now()), Resolved[datetime])
    assert_type(await ctx.all(ctx.aio_now(), ctx.aio_now()), list[datetime])
    return await ctx.aio_wait_for_event("paid", payload_validator=Out, scope="x", lookback_window=timedelta(hours=1))


@hatchet.durable_task()
def waiting_sync(input: In, ctx: DurableContext) -> Out:
    assert_type(ctx.sleep_for("1s"), SleepResult)
    assert_type(ctx.now(), datetime)
    assert_type(ctx.memo(str.upper, input.text), str)
    assert_type(ctx.wait_for("sleep", SleepCondition("1s")), WaitOutcome)
    assert_type(ctx.patched("better"), bool)
    return ctx.wait_for_event("paid", payload_validator=Out)
