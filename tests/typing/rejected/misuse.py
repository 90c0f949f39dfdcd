"""What an application must not be able to write: each marked line has exactly the errors that it names.

The mark is `# reject: <mypy code> <pyright rule>`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from hatchet import (
    Context,
    Depends,
    DurableContext,
    EmptyModel,
    EvictionPolicy,
    Hatchet,
    ParentCondition,
    SleepCondition,
    TaskDefaults,
    TriggerWorkflowOptions,
)


class In(BaseModel):
    text: str


class Out(BaseModel):
    length: int


@dataclass
class State:
    pool: int


hatchet = Hatchet()


@hatchet.task()
async def task(input: In, ctx: Context[State]) -> Out:
    ctx.lifespan.misspelt  # reject: attr-defined reportAttributeAccessIssue
    return Out(length=1)


flow = hatchet.workflow("flow", input_validator=In)


@flow.task()
def first(input: In, ctx: Context) -> Out:
    return Out(length=1)


# -- running

task.run()  # reject: call-overload reportCallIssue
task.run(Out(length=1))  # reject: call-overload reportArgumentType
task.run(In(text="a"), prioritty=3)  # reject: call-overload reportCallIssue
task.run(In(text="a"), priority="high")  # reject: call-overload reportArgumentType
task.run_no_wait()  # reject: call-arg reportCallIssue
flow.run()  # reject: call-overload reportCallIssue
flow.run({"text": "a"})  # reject: call-overload reportArgumentType
task.run(In(text="a")).misspelt  # reject: attr-defined reportAttributeAccessIssue
task.run_no_wait(In(text="a")).result().misspelt  # reject: attr-defined reportAttributeAccessIssue
flow.run(In(text="a"))[first].misspelt  # reject: attr-defined reportAttributeAccessIssue
task.create_bulk_run_item(Out(length=1))  # reject: arg-type reportArgumentType

# -- options

hatchet.task(retrys=3)  # reject: call-overload reportCallIssue
hatchet.task(retries="3")  # reject: call-overload reportArgumentType
hatchet.workflow("w", on_event=["a"])  # reject: call-arg reportCallIssue
hatchet.workflow("w", on_events=3)  # reject: arg-type reportArgumentType
flow.task(parent=[first])  # reject: call-arg reportCallIssue
flow.task(parents=[State])  # reject: list-item reportArgumentType
TaskDefaults(retry=1)  # reject: call-arg reportCallIssue
hatchet.worker("w", slot=3)  # reject: call-arg reportCallIssue
hatchet.worker("w", workflows=[first])  # reject: list-item reportArgumentType


# -- the wrong input, the wrong context


@flow.task()  # reject: arg-type reportCallIssue
def wrong_input(input: Out, ctx: Context) -> Out:
    return Out(length=1)


@hatchet.task(input_validator=In)  # reject: arg-type reportCallIssue
def disagrees(input: Out, ctx: Context) -> Out:
    return Out(length=1)


@hatchet.task()  # reject: arg-type reportCallIssue
def wrong_context(input: In, ctx: DurableContext) -> Out:
    return Out(length=1)


@hatchet.task()  # reject: arg-type reportCallIssue
def no_context(input: In) -> Out:
    return Out(length=1)


# -- what came before


@flow.task(parents=[first])
def second(input: In, ctx: Context) -> int:
    number: str = ctx.task_output(first)  # reject: assignment reportAssignmentType
    ctx.spawn(task)  # reject: arg-type reportArgumentType
    ctx.spawn(task, Out(length=1))  # reject: misc reportArgumentType
    ctx.spawn(task, In(text="a"), prioritty=3)  # reject: call-overload reportCallIssue
    ctx.spawn(first, In(text="a"))  # reject: call-overload reportArgumentType
    ctx.spawn(task, In(text="a")).result().misspelt  # reject: attr-defined reportAttributeAccessIssue
    return len(number)


# -- dependencies


def setting(input: EmptyModel, ctx: Context[Any]) -> int:
    return 1


@hatchet.task()
def wrong_dependency(
    input: In,
    ctx: Context,
    text: str = Depends(setting),  # reject: assignment reportArgumentType
) -> Out:
    return Out(length=1)


# -- conditions, batches, failure and success

flow.task(wait_for=SleepCondition("1s"))  # reject: arg-type reportArgumentType
flow.task(wait_for=["1s"])  # reject: list-item reportArgumentType
flow.task(skip_if=[ParentCondition("first", "output.a")])  # reject: arg-type reportArgumentType
flow.task(wait_if=[SleepCondition("1s")])  # reject: call-arg reportCallIssue
flow.durable_task(slot_cost=2)  # reject: call-arg reportCallIssue
flow.on_failure_task(parents=[first])  # reject: call-arg reportCallIssue
flow.on_success_task(wait_for=[SleepCondition("1s")])  # reject: call-arg reportCallIssue
hatchet.task(wait_for=[SleepCondition("1s")])  # reject: call-overload reportCallIssue
hatchet.workflow("w", idempotency="input.a")  # reject: arg-type reportArgumentType
hatchet.batch_task()  # reject: call-overload reportCallIssue
SleepCondition(10)  # reject: arg-type reportArgumentType


@hatchet.batch_task(batch_max_size=2)  # reject: arg-type reportCallIssue
def takes_one(input: In, ctx: Context) -> dict[str, Out]:
    return {}


@flow.batch_task(batch_max_size=2)  # reject: arg-type reportCallIssue
def wrong_batch_input(inputs: dict[str, Out], ctx: Context) -> dict[str, Out]:
    return {}


@flow.batch_task(batch_max_size=2)  # reject: arg-type reportCallIssue
def returns_one(inputs: dict[str, In], ctx: Context) -> Out:
    return Out(length=1)


@flow.on_failure_task()  # reject: arg-type reportCallIssue
def wrong_failure_input(input: Out, ctx: Context) -> None: ...


@hatchet.task(on_crons=["@daily"], cron_input=Out(length=1))  # reject: arg-type reportCallIssue
def wrong_cron_input(input: In, ctx: Context) -> None: ...


# -- other ways to run

task.run(In(text="a"), options=TriggerWorkflowOptions(prio=1))  # reject: typeddict-unknown-key reportCallIssue
task.run(In(text="a"), options={"priority": "high"})  # reject: call-overload reportArgumentType
task.schedule("now", In(text="a"))  # reject: arg-type reportArgumentType
task.schedule(datetime.now())  # reject: call-arg reportCallIssue
task.create_cron("daily", "@daily")  # reject: call-arg reportCallIssue
hatchet.stubs.task(name="t", input_validator=In).run()  # reject: call-overload reportCallIssue
hatchet.stubs.task(name="t", output_validator=Out).run().misspelt  # reject: attr-defined reportAttributeAccessIssue
hatchet.worker("w", workflows=[hatchet.stubs.task(name="t")])  # reject: list-item reportArgumentType
task.mock_run()  # reject: call-arg reportCallIssue
task.mock_run(In(text="a"), parent_output={})  # reject: call-arg reportCallIssue
task.mock_run(In(text="a"), children={"task": 1})  # reject: dict-item reportArgumentType
task.mock_run(In(text="a")).misspelt  # reject: attr-defined reportAttributeAccessIssue


# -- durable tasks

hatchet.task(eviction_policy=None)  # reject: call-overload reportCallIssue
EvictionPolicy(ttl=5)  # reject: arg-type reportArgumentType
EvictionPolicy()  # reject: call-arg reportCallIssue


async def durable_misuse(ctx: DurableContext) -> None:
    await ctx.aio_memo(str.upper, 5)  # reject: call-overload reportArgumentType
    await ctx.aio_wait_for_event("e", match=5)  # reject: call-overload reportArgumentType
    (await ctx.aio_now()).misspelt  # reject: attr-defined reportAttributeAccessIssue
