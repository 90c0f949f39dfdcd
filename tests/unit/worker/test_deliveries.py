"""What a worker tells the engine arrives, or is counted: outcomes, log lines, its room, its connection."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import pytest

from hatchet import Hatchet
from hatchet.errors import Unavailable
from hatchet.scope import LogLine
from hatchet.transport.retry import Backoff
from hatchet.wire.values import Assignment, AssignmentKind, Outcome, OutcomeKind
from hatchet.worker import capacity, listener, log_capture, reporter
from hatchet_api.calls import CallError, StatusCode
from hatchet_api.grpc import dispatcher_pb2 as dispatcher
from hatchet_api.grpc import events_pb2 as events
from tests.unit.scripted import ScriptedEngine

ATTEMPT = Assignment(AssignmentKind.START, "t:t", "t", "t", "run", "run", 0)
DONE = Outcome(OutcomeKind.COMPLETED, b'"x"')


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules in a fraction of the time."""
    backoff = Backoff(first=0.001, limit=0.01)
    for module, name in (
        (reporter, "DELIVERY"),
        (log_capture, "DELIVERY"),
        (capacity, "DELIVERY"),
        (listener, "CONNECTION"),
    ):
        monkeypatch.setattr(module, name, replace(getattr(module, name), backoff=backoff))
    monkeypatch.setattr(capacity, "PERIOD", 0.001)


def scripted(**handlers: Any) -> tuple[ScriptedEngine, Hatchet]:
    engine = ScriptedEngine(**handlers)
    return engine, engine.client()


async def deliver(hatchet: Hatchet, outcome: Outcome) -> reporter.Reporter:
    told = reporter.Reporter(hatchet.gateway)
    await hatchet.io.run(told.deliver(ATTEMPT, outcome))
    return told


@pytest.mark.parametrize(
    "code",
    [code for code in StatusCode if code.name in ("UNAVAILABLE", "INTERNAL", "UNKNOWN", "ABORTED", "DEADLINE_EXCEEDED",
                                                  "CANCELLED", "RESOURCE_EXHAUSTED", "DATA_LOSS", "OUT_OF_RANGE")],
)  # fmt: skip
async def test_an_outcome_is_told_until_the_engine_has_heard_it(
    code: StatusCode, caplog: pytest.LogCaptureFixture
) -> None:
    async def step(request: dispatcher.StepActionEvent, context: Any) -> Any:
        if engine.calls["send_step_action_event"] < 12:
            raise CallError(code, "not now")
        return dispatcher.ActionEventResponse()

    engine, hatchet = scripted(send_step_action_event=step)
    assert (await deliver(hatchet, DONE)).undelivered == 0
    assert engine.calls["send_step_action_event"] == 12
    assert [record.getMessage() for record in caplog.records if "not delivered yet" in record.getMessage()]


async def test_an_outcome_that_the_engine_finds_too_large_fails_the_run_at_once() -> None:
    got: list[dispatcher.StepActionEvent] = []

    async def step(request: dispatcher.StepActionEvent, context: Any) -> Any:
        got.append(request)
        return dispatcher.ActionEventResponse()

    engine = ScriptedEngine(message_limit=100_000, send_step_action_event=step)
    hatchet = engine.client(grpc_max_send_message_length=16 << 20)
    assert (await deliver(hatchet, Outcome(OutcomeKind.COMPLETED, b"x" * 5_000_000))).undelivered == 0
    (only,) = got
    assert only.event_type == dispatcher.STEP_EVENT_TYPE_FAILED
    assert only.should_not_retry
    assert only.event_payload.startswith("PayloadTooLarge: ")


@pytest.mark.parametrize("code", [StatusCode.NOT_FOUND, StatusCode.INVALID_ARGUMENT, StatusCode.UNAUTHENTICATED])
async def test_an_outcome_that_is_refused_for_good_is_counted_and_told_once(
    code: StatusCode, caplog: pytest.LogCaptureFixture
) -> None:
    async def step(request: Any, context: Any) -> Any:
        raise CallError(code, "no")

    engine, hatchet = scripted(send_step_action_event=step)
    assert (await deliver(hatchet, DONE)).undelivered == 1
    assert engine.calls["send_step_action_event"] == 1
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


async def test_an_outcome_for_which_even_the_failure_is_too_large_is_counted() -> None:
    async def step(request: Any, context: Any) -> Any:
        raise CallError(StatusCode.RESOURCE_EXHAUSTED, "grpc: received message larger than max (9 vs. 4)")

    engine, hatchet = scripted(send_step_action_event=step)
    assert (await deliver(hatchet, DONE)).undelivered == 1
    assert engine.calls["send_step_action_event"] == 2


async def test_log_lines_wait_as_long_as_the_engine_asks_and_one_that_is_too_large_is_counted() -> None:
    async def put_log(request: events.PutLogRequest, context: Any) -> Any:
        if request.message == "large":
            raise CallError(StatusCode.RESOURCE_EXHAUSTED, "grpc: received message larger than max (9 vs. 4)")
        if engine.calls["put_log"] < 12:
            raise CallError(StatusCode.RESOURCE_EXHAUSTED, "ingest rate limit exceeded")
        return events.PutLogResponse()

    engine, hatchet = scripted(put_log=put_log)
    logs = log_capture.LogSender(hatchet.gateway, hatchet.io, 100)
    for text in ("first", "large", "last"):
        logs.put(LogLine("run", 0, datetime.now(timezone.utc), "INFO", text))
    await hatchet.io.run(logs.drain(5))
    assert (logs.sent, logs.refused, logs.dropped) == (2, 1, 0)


async def test_the_room_of_a_worker_is_told_as_it_is_by_then() -> None:
    told: list[bool] = []
    failures = 12

    async def set_paused(worker_id: str, paused: bool) -> bool:
        nonlocal failures
        if failures:
            failures -= 1
            raise Unavailable("away", code="UNAVAILABLE", call="worker:update")
        told.append(paused)
        return True

    of = capacity.Capacity(lambda: "w", set_paused)
    of.set_room(False)
    running = asyncio.create_task(of.run())
    await until(lambda: told == [True])
    of.set_room(True)
    await until(lambda: told == [True, False])
    assert of.paused_id == ""
    running.cancel()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.001)


async def listening(hatchet: Hatchet, seconds: float) -> listener.Listener:
    of = listener.Listener(
        hatchet.gateway,
        hatchet.io,
        name="w",
        actions=["t:t"],
        slots={"default": 1},
        labels={},
        on_assignment=lambda assignment, worker_id: None,
        unsettled=lambda worker_id: frozenset(),
        on_worker_id=lambda worker_id: None,
    )

    async def run() -> None:
        await of.register()
        try:
            async with asyncio.timeout(seconds):
                await of.run()
        except TimeoutError:
            pass

    await hatchet.io.run(run())
    return of


async def test_an_engine_that_closes_the_stream_of_a_worker_at_once_is_asked_ever_more_rarely() -> None:
    async def register(request: Any, context: Any) -> Any:
        return dispatcher.WorkerRegisterResponse(worker_id=f"w{engine.calls['register']}")

    async def listen(request: Any, context: Any) -> Any:
        return
        yield

    engine, hatchet = scripted(register=register, listen_v2=listen)
    await listening(hatchet, 0.5)
    assert 10 < engine.calls["listen_v2"] < 120, "waits of 5 to 10 ms"
    assert engine.calls["register"] == 1


async def test_a_worker_that_the_engine_has_forgotten_introduces_itself_again() -> None:
    async def register(request: Any, context: Any) -> Any:
        number = engine.calls["register"]
        if number == 2:
            raise CallError(StatusCode.INVALID_ARGUMENT, "not just now")
        return dispatcher.WorkerRegisterResponse(worker_id=f"w{number}")

    async def listen(request: dispatcher.WorkerListenRequest, context: Any) -> Any:
        if request.worker_id == "w1":
            raise CallError(StatusCode.NOT_FOUND, "no such worker")
        await asyncio.sleep(30)
        yield

    engine, hatchet = scripted(register=register, listen_v2=listen)
    assert (await listening(hatchet, 0.3)).worker_id == "w3"
    assert engine.calls["register"] == 3
