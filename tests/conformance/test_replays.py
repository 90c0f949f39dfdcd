"""Replays and cancellations of workflows, task by task, and what their history says of them."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest

from hatchet import Context, EmptyModel, Hatchet, RunFailed
from hatchet_api.rest import models
from tests.conformance.helpers import eventually


def history(details: models.V1WorkflowRunDetails, task: str) -> list[str]:
    """What happened to a task, without the words."""
    (task_id,) = (each.task_external_id for each in details.shape if each.task_name == task)
    told = [event for event in details.task_events if event.task_id == task_id]
    return sorted(f"{event.retry_count} {event.event_type.value}" for event in told)


def test_a_task_with_several_parents_that_fail_is_cancelled_once(hatchet: Hatchet, worker: Any) -> None:
    flow = hatchet.workflow("several")

    def fails(input: EmptyModel, ctx: Context) -> int:
        raise ValueError("broken")

    parents = [flow.task(name=name)(fails) for name in ("one", "two", "three")]

    @flow.task(parents=parents)
    def waits(input: EmptyModel, ctx: Context) -> int:
        return 1

    @flow.task(parents=[waits, *parents])
    def after(input: EmptyModel, ctx: Context) -> int:
        return 1

    with worker(flow):
        ref = flow.run_no_wait()
        with pytest.raises(RunFailed):
            ref.result(timeout=60)
        details = eventually(
            lambda: hatchet.runs.get(ref.workflow_run_id),
            lambda seen: bool(history(seen, "after") and history(seen, "waits")),
        )
        assert history(details, "waits") == history(details, "after") == ["0 CANCELLED"]


def test_cancelling_a_workflow_is_told_once_of_each_task(hatchet: Hatchet, worker: Any) -> None:
    began = threading.Event()
    flow = hatchet.workflow("cancelled-once")

    @flow.task()
    async def first(input: EmptyModel, ctx: Context) -> int:
        began.set()
        await ctx.aio_wait_for_cancellation()
        return 1

    @flow.task(parents=[first])
    def second(input: EmptyModel, ctx: Context) -> int:
        return 1

    with worker(flow):
        ref = flow.run_no_wait()
        assert began.wait(30)
        ref.cancel()
        details = eventually(
            lambda: hatchet.runs.get(ref.workflow_run_id), lambda seen: seen.run.status.value == "CANCELLED"
        )
        assert [each for each in history(details, "first") if "CANCELLED" in each] == ["0 CANCELLED"]
        assert [each for each in history(details, "second") if "CANCELLED" in each] in ([], ["0 CANCELLED"])


def test_a_replay_of_a_run_of_which_something_runs_is_about_the_rest(hatchet: Hatchet, worker: Any) -> None:
    attempts: dict[str, list[int]] = {"stays": [], "again": [], "last": []}
    go = threading.Event()
    changed = threading.Condition()
    flow = hatchet.workflow("by-task")

    def note(ctx: Context, task: str) -> None:
        with changed:
            attempts[task].append(ctx.retry_count)
            changed.notify_all()

    @flow.task()
    def stays(input: EmptyModel, ctx: Context) -> int:
        note(ctx, "stays")
        if ctx.retry_count:
            assert go.wait(60)
        return 1

    @flow.task()
    def again(input: EmptyModel, ctx: Context) -> int:
        note(ctx, "again")
        return 1

    @flow.task(parents=[again])
    def last(input: EmptyModel, ctx: Context) -> int:
        note(ctx, "last")
        return 1

    def until(task: str, count: int) -> None:
        with changed:
            assert changed.wait_for(lambda: len(attempts[task]) == count, 30), attempts

    with worker(flow):
        ref = flow.run_no_wait()
        ref.result(timeout=30)
        hatchet.runs.replay(ref.details().tasks["stays"].task_run_id)
        until("stays", 2)
        hatchet.runs.replay(ref.workflow_run_id)
        until("last", 2)
        go.set()
        ref.result(timeout=30)
    assert attempts == {"stays": [0, 1], "again": [0, 1], "last": [0, 1]}


def test_a_run_whose_tasks_have_not_all_begun_is_not_replayed(hatchet: Hatchet, worker: Any) -> None:
    attempts: list[str] = []
    began, go = threading.Event(), threading.Event()
    flow = hatchet.workflow("first-round")

    @flow.task()
    def ends(input: EmptyModel, ctx: Context) -> int:
        attempts.append("ends")
        return 1

    @flow.task(parents=[ends])
    def holds(input: EmptyModel, ctx: Context) -> int:
        began.set()
        assert go.wait(60)
        return 1

    @flow.task(parents=[holds])
    def waits(input: EmptyModel, ctx: Context) -> int:
        return 1

    with worker(flow):
        ref = flow.run_no_wait()
        assert began.wait(30)
        hatchet.runs.replay(ref.workflow_run_id)
        go.set()
        assert dict(ref.result(timeout=30)) == {"ends": 1, "holds": 1, "waits": 1}
    assert attempts == ["ends"]


def test_a_replay_is_in_the_history_of_the_attempt_that_it_ends(hatchet: Hatchet, worker: Any, answers: Any) -> None:
    flow = hatchet.workflow("told")

    @flow.task()
    def first(input: EmptyModel, ctx: Context) -> int:
        return ctx.retry_count

    @flow.task(parents=[first])
    def second(input: EmptyModel, ctx: Context) -> int:
        return ctx.task_output(first)

    with worker(flow):
        ref = flow.run_no_wait()
        assert ref.result(timeout=30)[second] == 0
        hatchet.runs.replay(ref.workflow_run_id)
        details = eventually(
            lambda: hatchet.runs.get(ref.workflow_run_id), lambda seen: "1 FINISHED" in history(seen, "second")
        )
        answers("history", {task: history(details, task) for task in ("first", "second")})


def test_runs_are_found_by_the_very_time_of_their_creation(hatchet: Hatchet, worker: Any, answers: Any) -> None:
    @hatchet.task(name="timed")
    def timed(input: EmptyModel, ctx: Context) -> None: ...

    with worker(timed):
        for _ in range(3):
            timed.run()

    def rows(**bounds: Any) -> list[models.V1TaskSummary]:
        return [*hatchet.runs.list(workflow_ids=[str(timed.id)], **bounds).rows]

    found = eventually(rows, lambda seen: len(seen) == 3)
    moments = [row.metadata.created_at for row in found]
    assert moments == sorted(moments, reverse=True)
    newest, middle, oldest = moments
    answers("since", [len(rows(since=moment)) for moment in (newest, middle, oldest)])
    early = oldest - timedelta(minutes=1)
    answers("until", [len(rows(since=early, until=moment)) for moment in (newest, middle, oldest)])
