"""What the context of a batch asks of the engine, it asks for every run of the batch."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from hatchet import Context, NotFound, Unavailable
from hatchet.config import TenacityConfig
from hatchet.context.context import WorkerFacts
from hatchet.scope import LogLine
from hatchet.wire.values import Assignment, AssignmentKind, Batch, BatchMember
from hatchet.worker.batches import BatchLogs
from hatchet_api.calls import CallError, StatusCode
from hatchet_api.grpc import dispatcher_pb2 as dispatcher
from hatchet_api.grpc import events_pb2 as events
from hatchet_api.grpc.v1 import workflows_pb2 as v1
from tests.unit.scripted import ScriptedEngine

RUNS = ["run-1", "run-2", "run-3"]


class Scene:
    """A batch of three runs, and an engine that notes what it is asked for each, and may refuse some."""

    def __init__(self, refused: dict[str, StatusCode] | None = None) -> None:
        self.asked: list[str] = []
        self.refused = refused or {}
        self.engine = ScriptedEngine(
            refresh_timeout=self._one, release_slot=self._one, put_stream_event=self._one, cancel_tasks=self._cancel
        )
        self.released: list[tuple[str, int, int]] = []
        batch = Batch("b", None, {run_id: BatchMember(run_id, {}) for run_id in RUNS})
        assignment = Assignment(AssignmentKind.BATCH, "t:t", "t", "t", RUNS[0], RUNS[0], 0, batch=batch)
        self.lines: list[tuple[str, str]] = []
        self.context: Context[Any] = Context(
            assignment,
            {},
            self.engine.client(tenacity=TenacityConfig(max_attempts=1)).gateway,
            WorkerFacts("w", {}, BatchLogs(self, RUNS), slot_released=self.released.append),
            workflow_name="t",
            retries=0,
            lifespan=None,
        )

    async def _one(self, request: Any, context: Any) -> Any:
        self.asked.append(request.task_run_external_id)
        if (code := self.refused.get(request.task_run_external_id)) is not None:
            raise CallError(code, "refused")
        kinds = {
            dispatcher.RefreshTimeoutRequest: dispatcher.RefreshTimeoutResponse,
            dispatcher.ReleaseSlotRequest: dispatcher.ReleaseSlotResponse,
            events.PutStreamEventRequest: events.PutStreamEventResponse,
        }
        return kinds[type(request)]()

    async def _cancel(self, request: v1.CancelTasksRequest, context: Any) -> Any:
        self.asked += request.external_ids
        return v1.CancelTasksResponse(cancelled_tasks=request.external_ids)

    def put(self, line: LogLine) -> None:
        self.lines.append((line.task_run_id, line.message))

    async def aio_put(self, line: LogLine, *, delivered: bool) -> None:
        self.put(line)


CALLS: dict[str, Callable[[Context[Any]], Awaitable[object]]] = {
    "refresh_timeout": lambda ctx: ctx.aio_refresh_timeout("10s"),
    "release_slot": lambda ctx: ctx.aio_release_slot(),
    "put_stream": lambda ctx: ctx.aio_put_stream("chunk"),
    "cancel": lambda ctx: ctx.aio_cancel(),
}


@pytest.mark.parametrize("call", CALLS)
async def test_a_call_is_made_for_every_run(call: str) -> None:
    scene = Scene()
    await CALLS[call](scene.context)
    assert sorted(scene.asked) == RUNS


async def test_lines_go_into_the_log_of_every_run() -> None:
    scene = Scene()
    await scene.context.aio_log("async")
    scene.context.log("sync")
    assert sorted(scene.lines) == sorted((run_id, text) for run_id in RUNS for text in ("async", "sync"))


@pytest.mark.parametrize("call", ["refresh_timeout", "release_slot", "put_stream"])
async def test_a_run_that_has_ended_before_is_no_reason_to_fail(call: str) -> None:
    scene = Scene({"run-2": StatusCode.NOT_FOUND})
    await CALLS[call](scene.context)
    assert sorted(scene.asked) == RUNS


async def test_runs_that_have_all_ended_are_told() -> None:
    with pytest.raises(NotFound):
        await Scene(dict.fromkeys(RUNS, StatusCode.NOT_FOUND)).context.aio_refresh_timeout("10s")


async def test_another_failure_is_raised_after_all_were_asked() -> None:
    scene = Scene({"run-1": StatusCode.NOT_FOUND, "run-2": StatusCode.UNAVAILABLE})
    with pytest.raises(Unavailable):
        await scene.context.aio_refresh_timeout("10s")
    assert sorted(scene.asked) == RUNS


async def test_the_slot_of_a_batch_is_given_back_once() -> None:
    scene = Scene()
    await scene.context.aio_release_slot()
    assert scene.released == [("b", 0, 0)]
    assert scene.context.slot_was_released
