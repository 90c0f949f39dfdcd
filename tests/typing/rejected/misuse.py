"""What an application must not be able to write: each marked line has exactly the errors that it names.

The mark is `# reject: <mypy code> <pyright rule>`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from hatchet import Context, Depends, DurableContext, EmptyModel, Hatchet, TaskDefaults


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
