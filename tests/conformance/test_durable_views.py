"""What is to be seen of the logs of durable tasks, and new branches of them."""

from __future__ import annotations

import operator
from datetime import timedelta, timezone
from functools import partial
from typing import Any

import pytest
from pydantic import BaseModel

from hatchet import (
    Context,
    DurableContext,
    EmptyModel,
    Hatchet,
    InputError,
    NotFound,
    SleepCondition,
    UserEventCondition,
    or_,
)
from tests.conformance.helpers import eventually

pytestmark = pytest.mark.timeout(120)

LONG = timedelta(minutes=5)
LIMIT = 60.0  # s that a result may take
NOBODY = "00000000-0000-4000-8000-000000000000"


class Number(BaseModel):
    n: int


def test_a_log_tells_what_a_task_waited_for_remembered_and_started(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task()
    async def child(input: Number, ctx: Context) -> int:
        return input.n

    async def make() -> int:
        return 5

    @hatchet.durable_task(execution_timeout=LONG)
    async def steps(input: EmptyModel, ctx: DurableContext) -> int:
        await ctx.aio_sleep_for("150ms", label="a nap")
        made = await ctx.aio_memo(make)
        given = await child.aio_run(Number(n=made))
        await ctx.aio_wait_for(
            "either", or_(UserEventCondition("never"), SleepCondition("1s")), SleepCondition("200ms")
        )
        return given

    with worker(child, steps):
        ref = steps.run_no_wait()
        assert ref.result(LIMIT) == 5
        log = eventually(
            lambda: hatchet.runs.durable_log(ref.workflow_run_id),
            lambda seen: len(seen) == 4 and all(each.is_satisfied for each in seen),
        )
    assert [(each.node, each.branch, each.kind) for each in log] == [
        (1, 1, "WAIT_FOR"), (2, 1, "MEMO"), (3, 1, "RUN"), (4, 1, "WAIT_FOR"),
    ]  # fmt: skip
    nap, memo, run, either = log
    assert nap.label == "a nap"
    assert either.label == "either"
    ((slept,),) = nap.conditions
    assert (slept.kind, slept.duration) == ("SLEEP", timedelta(milliseconds=150))
    assert memo.conditions == ()
    ((started,),) = run.conditions
    assert (started.kind, started.workflow) == ("CHILD_WORKFLOW", hatchet.config.apply_namespace("child"))
    groups = sorted(either.conditions, key=len)
    assert groups[0][0].duration == timedelta(milliseconds=200)
    assert {(each.kind, each.event_key, each.duration) for each in groups[1]} == {
        ("USER_EVENT", hatchet.config.apply_namespace("never"), None),
        ("SLEEP", None, timedelta(seconds=1)),
    }
    for entry in log:
        assert entry.task_run_id == ref.workflow_run_id
        assert entry.created_at.utcoffset() == timedelta(0)
    assert nap.satisfied_at is not None
    assert nap.satisfied_at.astimezone(timezone.utc) > nap.created_at


def test_a_log_longer_than_a_page_is_read_whole(hatchet: Hatchet, worker: Any, engine: str) -> None:
    count = 1_030

    def make(number: int) -> int:
        return number

    @hatchet.durable_task(execution_timeout=LONG)
    async def long(input: EmptyModel, ctx: DurableContext) -> int:
        return sum([await ctx.aio_memo(make, number) for number in range(count)])

    with worker(long):
        ref = long.run_no_wait()
        assert ref.result(LIMIT) == sum(range(count))
        log = eventually(lambda: hatchet.runs.durable_log(ref.workflow_run_id), lambda seen: len(seen) == count)
    assert [each.node for each in log] == list(range(1, count + 1))


def test_a_branch_begins_at_a_node_and_keeps_what_was_before(hatchet: Hatchet, worker: Any) -> None:
    made: list[str] = []

    def make(name: str) -> int:
        made.append(name)
        return len(made)

    @hatchet.durable_task(execution_timeout=LONG)
    async def steps(input: EmptyModel, ctx: DurableContext) -> list[int]:
        first = await ctx.aio_memo(make, "a")
        await ctx.aio_sleep_for("100ms")
        return [first, await ctx.aio_memo(make, "b")]

    with worker(steps):
        ref = steps.run_no_wait()
        run_id = ref.workflow_run_id
        assert ref.result(LIMIT) == [1, 2]
        eventually(lambda: hatchet.runs.get(run_id).run.status.value, lambda seen: seen == "COMPLETED")
        with pytest.raises(InputError, match="has no node 9"):
            hatchet.runs.branch_durable_task(run_id, 9)
        for number, (node, name) in enumerate([(3, "b"), (2, "b")], 3):
            answer = hatchet.runs.branch_durable_task(run_id, node)
            assert (answer.node_id, answer.task_external_id) == (node, run_id)
            eventually(lambda: len(made), partial(operator.eq, number), seconds=30)
            assert made[-1] == name
            eventually(
                lambda: hatchet.runs.get_details(run_id).task_runs["steps"].output,
                partial(operator.eq, [1, number]),
                seconds=30,
            )
            log = hatchet.runs.durable_log(run_id)
            assert max(each.branch for each in log) == answer.branch_id
    assert made[0] == "a"
    assert made.count("a") == 1


def test_bad_numbers_and_unknown_runs_are_refused(hatchet: Hatchet) -> None:
    with pytest.raises(InputError, match="node_id is -1"):
        hatchet.runs.branch_durable_task(NOBODY, -1)
    with pytest.raises(InputError, match="branch_id is 0"):
        hatchet.runs.reset_durable_task(NOBODY, 1, 0)
    with pytest.raises(InputError, match="run_id"):
        hatchet.runs.durable_log("none")
    with pytest.raises(NotFound):
        hatchet.runs.durable_log(NOBODY)
