"""What a task sees of its run, and what it can tell the engine."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from pydantic import BaseModel

from hatchet import Context, EmptyModel, Hatchet, InputError, RunCancelled, RunFailed


class Text(BaseModel):
    text: str


def test_the_context_says_which_run_this_is(hatchet: Hatchet, worker: Any, answers: Any) -> None:
    @hatchet.task(name="which")
    def which(input: Text, ctx: Context) -> dict[str, Any]:
        return {
            "workflow": ctx.workflow_name.removeprefix(hatchet.namespace),
            "task": ctx.task_name,
            "input": dict(ctx.workflow_input),
            "same": [ctx.task_run_id == ctx.workflow_run_id, ctx.input == ctx.workflow_input],
            "attempt": [ctx.retry_count, ctx.attempt_number, ctx.max_attempts],
            "priority": ctx.priority,
            "has": [ctx.workflow_id is not None, ctx.workflow_version_id is not None, bool(ctx.worker_id)],
            "parent": [ctx.parent_workflow_run_id, ctx.parent_task_run_id, ctx.child_key],
            "event": [ctx.was_triggered_by_event, ctx.triggering_event_id, ctx.triggering_event_key],
            "cancelled": [ctx.is_cancelled, ctx.exit_flag],
            "current": hatchet.current_context is ctx,
        }

    with worker(which):
        answers("context", which.run(Text(text="a")))
    assert hatchet.current_context is None


def test_a_child_knows_its_parent(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="knows-its-parent")
    def child(input: EmptyModel, ctx: Context) -> dict[str, Any]:
        return {
            "run": ctx.parent_workflow_run_id,
            "task": ctx.parent_task_run_id,
            "who": ctx.additional_metadata["who"],
        }

    @hatchet.task(name="has-a-child")
    async def parent(input: EmptyModel, ctx: Context) -> dict[str, Any]:
        return {"child": await child.aio_run(), "me": [ctx.workflow_run_id, ctx.task_run_id]}

    with worker(parent, child):
        told = parent.run(additional_metadata={"who": "me"})
        assert [told["child"]["run"], told["child"]["task"]] == told["me"]
        assert told["child"]["who"] == "me"


def test_a_task_started_by_an_event_knows_the_event(hatchet: Hatchet, worker: Any) -> None:
    seen: list[tuple[str | None, str | None]] = []

    @hatchet.task(name="by-event", on_events=["context:event"])
    def by_event(input: Text, ctx: Context) -> None:
        seen.append((ctx.triggering_event_id, ctx.triggering_event_key))

    @hatchet.task(name="pushes")
    async def pushes(input: EmptyModel, ctx: Context) -> list[str]:
        event = await hatchet.event.aio_push("context:event", {"text": "a"}, options={"priority": 2})
        return [event.event_id, event.additional_metadata, ctx.task_run_id]

    with worker(by_event, pushes):
        event_id, metadata, task_run_id = pushes.run()
        for _ in range(200):
            if seen:
                break
            by_event.io.block(asyncio.sleep(0.1))
        assert seen == [(event_id, f"{hatchet.namespace}context:event")]
        assert task_run_id in metadata


def test_labels_of_the_worker_can_be_read_and_set(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="labels")
    async def labels(input: EmptyModel, ctx: Context) -> dict[str, Any]:
        before = dict(ctx.worker_labels)
        await ctx.aio_upsert_worker_labels({"model": "large", "memory": 16})
        return {"before": before, "after": dict(ctx.worker_labels), "id": ctx.worker_id}

    with worker(labels, labels={"zone": "a"}):
        told = labels.run()
        assert told["before"] == {"zone": "a"}
        assert told["after"] == {"zone": "a", "model": "large", "memory": 16}
        shown = hatchet.workers.get(told["id"]).labels or []
        assert {each.key: each.value for each in shown} == {"zone": "a", "model": "large", "memory": "16"}


def test_an_on_failure_task_knows_which_tasks_failed_and_how(hatchet: Hatchet, worker: Any) -> None:
    flow = hatchet.workflow("mourned")
    seen: list[Any] = []

    @flow.task()
    def breaks(input: EmptyModel, ctx: Context) -> None:
        raise ValueError("no way")

    @flow.task()
    def works(input: EmptyModel, ctx: Context) -> str:
        return "fine"

    @flow.on_failure_task()
    def mourns(input: EmptyModel, ctx: Context) -> None:
        failure = ctx.get_task_run_error(breaks)
        assert failure is not None
        seen.append((failure.type, failure.message, "no way" in failure.traceback, ctx.get_task_run_error(works)))

    with worker(flow):
        with pytest.raises(RunFailed, match="no way"):
            flow.run()
        assert seen == [("ValueError", "no way", True, None)]


def test_a_task_can_cancel_itself_and_wait_for_it(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="cancels-itself", execution_timeout=timedelta(seconds=30))
    async def cancels_itself(input: EmptyModel, ctx: Context) -> None:
        await ctx.aio_cancel()
        await ctx.aio_wait_for_cancellation()
        assert ctx.is_cancelled

    with worker(cancels_itself), pytest.raises(RunCancelled):
        cancels_itself.run()


def test_a_task_can_ask_for_more_time_and_give_its_slot_back(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="patient", execution_timeout=timedelta(seconds=2))
    async def patient(input: EmptyModel, ctx: Context) -> bool:
        await ctx.aio_refresh_timeout(timedelta(seconds=20))
        await ctx.aio_release_slot()
        await asyncio.sleep(3.5)
        return ctx.slot_was_released

    with worker(patient, slots=1):
        assert patient.run()


def test_a_chunk_that_is_no_text_is_refused_before_it_is_sent(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="bytes")
    def sends(input: EmptyModel, ctx: Context) -> str:
        ctx.put_stream(b"caf\xc3\xa9")
        with pytest.raises(InputError, match="is no text in UTF-8"):
            ctx.put_stream(b"\xff\xfe")
        return "refused"

    with worker(sends):
        assert sends.run() == "refused"
