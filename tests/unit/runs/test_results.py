"""Waits for results: what they fail with, and what they leave behind."""

from __future__ import annotations

import asyncio
import copy
import json
import pickle
import threading
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from hatchet import (
    ApiError,
    Context,
    DeadlineExceeded,
    EmptyModel,
    Hatchet,
    NotFound,
    OutputError,
    PayloadTooLarge,
    ResultTimeout,
    RunFailed,
    TenacityConfig,
    WorkflowResult,
)
from hatchet.errors import HatchetError, TaskFailure, Unavailable
from hatchet.options.payload import payload_of
from hatchet.transport.retry import ONCE
from hatchet.wire import run_calls
from hatchet_api.calls import CallError, StatusCode
from hatchet_api.grpc import dispatcher_pb2 as dispatcher
from hatchet_api.grpc import workflows_pb2 as workflows
from hatchet_api.grpc.v1 import workflows_pb2 as v1
from tests.unit.offline import offline
from tests.unit.scripted import ScriptedEngine


async def never(requests: Any, context: Any) -> Any:
    async for _ in requests:
        pass
    yield


async def details(request: Any, context: Any) -> Any:
    return v1.GetRunDetailsResponse()


async def bulk(request: workflows.BulkTriggerWorkflowRequest, context: Any) -> Any:
    return workflows.BulkTriggerWorkflowResponse(workflow_run_ids=[f"run {n}" for n in range(len(request.workflows))])


async def one(request: Any, context: Any) -> Any:
    return workflows.TriggerWorkflowResponse(workflow_run_id="run 0")


def scripted(results: Any) -> tuple[ScriptedEngine, Hatchet]:
    engine = ScriptedEngine(
        subscribe_to_workflow_runs=results,
        get_run_details=details,
        bulk_trigger_workflow=bulk,
        trigger_workflow=one,
    )
    return engine, engine.client()


def waits(hatchet: Hatchet) -> int:
    async def found() -> int:
        return hatchet.gateway.waits

    return hatchet.io.block(found())


def until(condition: Callable[[], bool]) -> None:
    for _ in range(1000):
        if condition():
            return
        threading.Event().wait(0.005)
    raise AssertionError("waited for 5 s")


@pytest.mark.parametrize("known", [True, False])
def test_a_result_that_no_way_gives_is_an_error_that_names_run_size_and_limit(known: bool) -> None:
    async def results(requests: Any, context: Any) -> Any:
        async for request in requests:
            yield dispatcher.WorkflowRunEvent(workflow_run_id=request.workflow_run_id)

    async def too_large(request: Any, context: Any) -> Any:
        raise CallError(
            StatusCode.RESOURCE_EXHAUSTED, "grpc: trying to send message larger than max (5400288 vs. 4194304)"
        )

    engine = ScriptedEngine(subscribe_to_workflow_runs=results, get_run_details=too_large)
    hatchet = engine.client(tenacity=TenacityConfig(max_attempts=1))
    if not known:  # a connection that no client has
        hatchet.gateway.watch = None
    with pytest.raises(PayloadTooLarge, match=r"run-7.*5400288 vs. 4194304") as raised:
        hatchet.runs.get_run_ref("run-7").result()
    assert ("cannot be read over REST" in str(raised.value)) is known


def test_a_deadline_of_the_engines_is_not_that_of_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_calls, "DOUBT_AFTER", 0.01)

    async def results(requests: Any, context: Any) -> Any:
        if engine.calls["subscribe_to_workflow_runs"] < 3:
            raise CallError(StatusCode.DEADLINE_EXCEEDED, "a proxy's limit for streams")
        async for request in requests:
            event = dispatcher.WorkflowRunEvent(workflow_run_id=request.workflow_run_id)
            event.results.add(task_name="t", output='"x"')
            yield event

    async def late(request: Any, context: Any) -> Any:
        raise CallError(StatusCode.DEADLINE_EXCEEDED, "too late")

    engine, hatchet = scripted(results)
    engine.handlers["get_run_details"] = late
    assert hatchet.runs.get_run_ref("run").result()["t"] == "x"


def test_a_deadline_that_ends_a_wait_is_told_as_such_and_that_of_the_caller_as_its_own() -> None:
    async def results(requests: Any, context: Any) -> Any:
        raise CallError(StatusCode.DEADLINE_EXCEEDED, "a proxy's limit for streams")
        yield

    _, hatchet = scripted(results)
    hatchet.gateway.results._policy = ONCE  # as after an outage that has lasted for too long
    with pytest.raises(DeadlineExceeded):
        hatchet.runs.get_run_ref("run").result()
    _, hatchet = scripted(never)
    with pytest.raises(ResultTimeout):
        hatchet.runs.get_run_ref("run").result(0.05)


@pytest.mark.parametrize("workflow", ["w", "run"])
def test_a_run_that_does_not_exist_fails_its_own_wait(monkeypatch: pytest.MonkeyPatch, workflow: str) -> None:
    monkeypatch.setattr(run_calls, "DOUBT_AFTER", 0.01)

    async def unknown(request: Any, context: Any) -> Any:
        raise CallError(StatusCode.NOT_FOUND, "no such run")

    engine, hatchet = scripted(never)
    engine.handlers["get_run_details"] = unknown
    with pytest.raises(NotFound, match="does not exist"):
        hatchet.io.block(hatchet.gateway.finished("run", workflow))
    assert waits(hatchet) == 0


def test_a_result_comes_though_the_engine_cannot_say_whether_the_run_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_calls, "DOUBT_AFTER", 0.01)
    asked = asyncio.Event()

    async def results(requests: Any, context: Any) -> Any:
        async for request in requests:
            await asked.wait()
            yield dispatcher.WorkflowRunEvent(workflow_run_id=request.workflow_run_id)

    async def hangs(request: Any, context: Any) -> Any:
        asked.set()
        await asyncio.sleep(60)

    engine, hatchet = scripted(results)
    engine.handlers["get_run_details"] = hangs
    assert hatchet.io.block(hatchet.gateway.finished("run", "w")).run_id == "run"


def test_a_wait_that_fails_ends_those_beside_it_and_run_many_says_what_it_has_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run_calls, "DOUBT_AFTER", 0.02)

    async def unknown(request: Any, context: Any) -> Any:
        raise CallError(StatusCode.NOT_FOUND, "no such run")

    engine, hatchet = scripted(never)
    engine.handlers["get_run_details"] = unknown

    @hatchet.task(name="t")
    async def task(input: EmptyModel, ctx: Context) -> str:
        return ""

    with pytest.raises(NotFound) as raised:
        task.run_many([task.create_bulk_run_item()] * 20)
    assert waits(hatchet) == 0
    assert raised.value.progress is not None
    assert raised.value.progress.ids == tuple(f"run {n}" for n in range(20))
    with pytest.raises(NotFound):
        hatchet.runs.wait_for([f"run {n}" for n in range(20)])
    assert waits(hatchet) == 0


async def test_waits_that_are_given_up_leave_nothing_behind() -> None:
    _, hatchet = scripted(never)

    @hatchet.task(name="t")
    async def task(input: EmptyModel, ctx: Context) -> str:
        return ""

    for wait in (
        task.aio_run_many([task.create_bulk_run_item()] * 20),
        hatchet.runs.aio_wait_for([f"run {n}" for n in range(20)]),
        task.aio_run(),
        hatchet.runs.get_run_ref("run").aio_result(),
    ):
        running = asyncio.ensure_future(wait)
        await asyncio.to_thread(until, lambda: waits(hatchet) > 0)
        running.cancel()
        await asyncio.wait([running])
        await asyncio.to_thread(until, lambda: waits(hatchet) == 0)


@pytest.mark.parametrize(
    "error",
    [
        Unavailable("gone", code="UNAVAILABLE", call="Call"),
        RunFailed("run", [TaskFailure("t", "ValueError", "no", "")]),
        ResultTimeout("run", 1.5, state="QUEUED"),
    ],
)
def test_errors_can_be_copied_and_pickled(error: HatchetError) -> None:
    if isinstance(error, ApiError):
        error.sent = False
    for again in (copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert type(again) is type(error)
        assert str(again) == str(error)
        assert vars(again) == vars(error)


def test_a_result_is_the_dictionary_that_it_stands_for_wherever_it_is_put() -> None:
    result = WorkflowResult({"one": '{"a": 1}', "two": '{"$value": 7}', "none": ""})
    plain = {"one": {"a": 1}, "two": 7, "none": None}
    assert result == plain
    assert json.loads(json.dumps([result])) == [plain]
    for annotation in (Any, dict[str, Any], Mapping[str, Any], WorkflowResult):
        payload = payload_of(annotation)
        assert json.loads(payload.dump(result)) == plain
        assert payload.load(payload.dump(result)) == plain
    nested = payload_of(dict[str, list[WorkflowResult]])
    found = nested.load(nested.dump({"all": [result]}))["all"][0]
    assert isinstance(found, WorkflowResult)
    assert not found.was_skipped("two")
    assert pickle.loads(pickle.dumps(result)) == copy.copy(result) == plain


def test_a_result_of_a_child_keeps_a_users_own_box_and_mark() -> None:
    payload = payload_of(WorkflowResult)
    sent = {
        "box": '{"$value":{"$value":1}}',
        "mark": '{"$value":{"skipped":true}}',
        "skipped": '{"skipped":true}',
        "n": "1",
    }
    result = WorkflowResult(sent)
    values = {"box": {"$value": 1}, "mark": {"skipped": True}, "skipped": {"skipped": True}, "n": 1}
    assert dict(result) == values
    assert [name for name in values if result.was_skipped(name)] == ["skipped"]
    again = payload.load(payload.dump(result))
    assert dict(again) == values
    mapping = payload_of(dict[str, Any])
    assert mapping.load(again._outputs["box"]) == {"$value": 1}


def test_an_output_that_is_not_of_the_declared_type_is_an_error_of_ours() -> None:
    hatchet = offline()

    @hatchet.task()
    def one(input: EmptyModel, ctx: Context) -> int:
        return 1

    stub = hatchet.stubs.task(name="one", input_validator=EmptyModel, output_validator=int)
    for read in (one.load_output, one.task.load_output, stub.load_output):
        with pytest.raises(OutputError, match="the output of task 'one' is not a valid int"):
            read('"text"')
        with pytest.raises(OutputError, match="the output of task 'one' is not a valid int"):
            read("{")
    with pytest.raises(OutputError, match="the output of task 'one' is not a valid int"):
        WorkflowResult({"one": '"text"'})[one]
