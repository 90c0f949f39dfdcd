"""Tasks that wait for sleeps, events and their parents' outputs."""

from __future__ import annotations

import time
from typing import Any

import pytest
from pydantic import BaseModel

from hatchet import (
    Context,
    EmptyModel,
    Hatchet,
    NonRetryableError,
    ParentCondition,
    RunCancelled,
    RunFailed,
    RunStatus,
    SleepCondition,
    UserEventCondition,
    or_,
)
from tests.conformance.helpers import Heard


class Number(BaseModel):
    n: int


def test_a_sleep_counts_from_the_end_of_the_parents(hatchet: Hatchet, worker: Any, answers: Any) -> None:
    moments: dict[str, float] = {}
    flow = hatchet.workflow("sleeper")

    @flow.task()
    def first(input: EmptyModel, ctx: Context) -> int:
        time.sleep(1)
        moments["first"] = time.monotonic()
        return 1

    @flow.task(parents=[first], wait_for=[SleepCondition("3s")])
    def second(input: EmptyModel, ctx: Context) -> dict[str, object]:
        moments["second"] = time.monotonic()
        return dict(ctx.trigger_data)

    with worker(flow):
        result = flow.run()
    assert 2.5 <= moments["second"] - moments["first"] < 20
    answers("triggers", result[second])


def test_an_event_releases_a_task_and_comes_with_it(hatchet: Hatchet, worker: Any, answers: Any, heard: Heard) -> None:
    flow = hatchet.workflow("eventful")

    @flow.task()
    def first(input: EmptyModel, ctx: Context) -> int:
        return 1

    @flow.task(
        parents=[first],
        wait_for=[or_(SleepCondition("300s"), UserEventCondition("approved", expression="input.n > 5"))],
    )
    def second(input: EmptyModel, ctx: Context) -> dict[str, object]:
        return dict(ctx.trigger_data)

    with worker(flow):
        ref = flow.run_no_wait()
        heard(ref.workflow_run_id, "first")
        hatchet.event.push("approved", {"n": 1})
        hatchet.event.push("approved", {"n": 7})
        answers("triggers", ref.result(timeout=30)[second])


def test_groups_must_all_hold(hatchet: Hatchet, worker: Any, answers: Any, heard: Heard) -> None:
    flow = hatchet.workflow("groups")

    @flow.task()
    def first(input: EmptyModel, ctx: Context) -> int:
        return 1

    @flow.task(
        parents=[first],
        wait_for=[SleepCondition("1s"), or_(UserEventCondition("one"), UserEventCondition("other"))],
    )
    def second(input: EmptyModel, ctx: Context) -> dict[str, object]:
        return dict(ctx.trigger_data)

    with worker(flow):
        ref = flow.run_no_wait()
        heard(ref.workflow_run_id, "first")
        time.sleep(1.5)
        assert ref.details().status is not RunStatus.COMPLETED
        hatchet.event.push("other", {"n": 2})
        answers("triggers", ref.result(timeout=30)[second])


def test_a_group_of_a_parent_and_a_sleep_takes_one_of_either_and_is_warned_of(hatchet: Hatchet, worker: Any) -> None:
    flow = hatchet.workflow("mixed", input_validator=Number)

    @flow.task()
    def first(input: Number, ctx: Context) -> dict[str, float]:
        return {"n": input.n, "at": time.time()}

    either = or_(SleepCondition("2s"), ParentCondition(first, expression="output.n > 100"))
    with pytest.warns(UserWarning, match=r"wait_for of task \S+/second .* parents first"):

        @flow.task(parents=[first], wait_for=[either])
        def second(input: Number, ctx: Context) -> float:
            return time.time() - ctx.task_output(first)["at"]

    with worker(flow):
        waited, waiting = (flow.run_no_wait(Number(n=n)) for n in (101, 1))
        assert waited.result(timeout=30)[second] > 1.5
        assert waiting.details().status is not RunStatus.COMPLETED  # nor will it be, whatever time passes
        waiting.cancel()


@pytest.mark.parametrize(("n", "ran"), [(51, ["left"]), (50, ["right"])])
def test_branches_are_chosen_by_the_output_of_a_parent(
    hatchet: Hatchet, worker: Any, answers: Any, n: int, ran: list[str]
) -> None:
    called: list[str] = []
    skipped: dict[str, bool] = {}
    flow = hatchet.workflow("branches", input_validator=Number)

    @flow.task()
    def start(input: Number, ctx: Context) -> Number:
        return input

    @flow.task(parents=[start], skip_if=[ParentCondition(start, expression="output.n <= 50")])
    def left(input: Number, ctx: Context) -> str:
        called.append("left")
        return "left"

    @flow.task(parents=[start], skip_if=[ParentCondition(start, expression="output.n > 50")])
    def right(input: Number, ctx: Context) -> str:
        called.append("right")
        return "right"

    @flow.task(parents=[left, right])
    def join(input: Number, ctx: Context) -> str:
        skipped.update(left=ctx.was_skipped(left), right=ctx.was_skipped(right))
        return ctx.task_output(right if ctx.was_skipped(left) else left)

    with worker(flow):
        ref = flow.run_no_wait(Number(n=n))
        assert ref.result(timeout=30)[join] == ran[0]
        assert called == ran
        assert skipped == {"left": "left" not in ran, "right": "right" not in ran}
        answers("statuses", {name: task.status for name, task in ref.details().tasks.items()})


def test_cancel_if_cancels_and_what_follows_is_cancelled_with_it(hatchet: Hatchet, worker: Any, answers: Any) -> None:
    ran: list[str] = []
    flow = hatchet.workflow("cancels")

    @flow.task()
    def start(input: EmptyModel, ctx: Context) -> Number:
        return Number(n=1)

    @flow.task(parents=[start], cancel_if=[ParentCondition(start, expression="output.n == 1")])
    def doomed(input: EmptyModel, ctx: Context) -> int:
        ran.append("doomed")
        return 1

    @flow.task(parents=[doomed])
    def after(input: EmptyModel, ctx: Context) -> int:
        ran.append("after")
        return 1

    with worker(flow):
        ref = flow.run_no_wait()
        with pytest.raises(RunCancelled):
            ref.result(timeout=30)
        answers("statuses", {name: task.status for name, task in ref.details().tasks.items()})
    assert ran == []


def test_cancel_if_on_one_of_several_parents_cancels_and_so_does_the_end_of_any(
    hatchet: Hatchet, worker: Any, answers: Any
) -> None:
    flow = hatchet.workflow("cancels-by-one-of-two")

    @flow.task()
    def one(input: EmptyModel, ctx: Context) -> Number:
        return Number(n=1)

    @flow.task()
    def two(input: EmptyModel, ctx: Context) -> Number:
        return Number(n=2)

    @flow.task()
    def bad(input: EmptyModel, ctx: Context) -> Number:
        raise NonRetryableError("bad")

    holds = ParentCondition(one, expression="output.n == 1")
    not_yet = ParentCondition(two, expression="output.n == 1")

    @flow.task(parents=[one, two], cancel_if=[holds])
    def by_one(input: EmptyModel, ctx: Context) -> int:
        return 1

    @flow.task(parents=[one, two], cancel_if=[not_yet])
    def by_none(input: EmptyModel, ctx: Context) -> int:
        return 1

    @flow.task(parents=[one, two], cancel_if=[holds, not_yet])
    def by_both_or_none(input: EmptyModel, ctx: Context) -> int:
        return 1

    @flow.task(parents=[one, two], cancel_if=[or_(not_yet, holds)])
    def by_either(input: EmptyModel, ctx: Context) -> int:
        return 1

    @flow.task(parents=[two, bad], cancel_if=[not_yet])
    def by_the_failure_of_another(input: EmptyModel, ctx: Context) -> int:
        return 1

    @flow.task(parents=[one, two, bad], cancel_if=[not_yet, ParentCondition(one, expression="output.n == 2")])
    def by_a_failure_beside_two(input: EmptyModel, ctx: Context) -> int:
        return 1

    with worker(flow):
        ref = flow.run_no_wait()
        with pytest.raises(RunFailed):
            ref.result(timeout=30)
        tasks = ref.details().tasks
        answers("statuses", {name: task.status for name, task in tasks.items()})
        ended = {name for name, task in tasks.items() if task.status == "COMPLETED"}
        assert ended == {"one", "two", "by_none", "by_both_or_none"}


def test_an_event_skips_a_task_before_its_sleep_is_over(
    hatchet: Hatchet, worker: Any, answers: Any, heard: Heard
) -> None:
    flow = hatchet.workflow("skipped-by-event")

    @flow.task()
    def first(input: EmptyModel, ctx: Context) -> int:
        return 1

    @flow.task(
        parents=[first], wait_for=[SleepCondition("300s")], skip_if=[UserEventCondition("skip it", expression="true")]
    )
    def second(input: EmptyModel, ctx: Context) -> int:
        return 2

    with worker(flow):
        ref = flow.run_no_wait()
        heard(ref.workflow_run_id, "first")
        hatchet.event.push("skip it", {})
        assert dict(ref.result(timeout=30))["second"] == {"skipped": True}
        answers("statuses", {name: task.status for name, task in ref.details().tasks.items()})


def test_a_condition_on_a_parent_replaces_its_plain_completion(hatchet: Hatchet, worker: Any) -> None:
    flow = hatchet.workflow("choosy", input_validator=Number)

    @flow.task()
    def start(input: Number, ctx: Context) -> Number:
        return input

    @flow.task(
        parents=[start],
        wait_for=[ParentCondition(start, expression="output.n > 5")],
        skip_if=[ParentCondition(start, expression="output.n <= 5")],
    )
    def second(input: Number, ctx: Context) -> int:
        return ctx.task_output(start).n

    with worker(flow):
        assert flow.run(Number(n=6))[second] == 6
        assert dict(flow.run(Number(n=5)))["second"] == {"skipped": True}


def test_root_tasks_wait_too(hatchet: Hatchet, worker: Any) -> None:
    moments: dict[str, float] = {}
    began = time.monotonic()
    flow = hatchet.workflow("roots")

    @flow.task()
    def at_once(input: EmptyModel, ctx: Context) -> int:
        return 1

    @flow.task(wait_for=[SleepCondition("2s")])
    def later(input: EmptyModel, ctx: Context) -> int:
        moments["later"] = time.monotonic()
        return 2

    with worker(flow):
        assert dict(flow.run()) == {"at_once": 1, "later": 2}
    assert 1.5 <= moments["later"] - began < 30
