"""A listener ends with its run, whatever the engine tells, and goes on whatever becomes of the connection."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Callable
from typing import Any

import pytest

from hatchet import Hatchet, StreamEventType
from hatchet.errors import HatchetError, NotFound, Unsupported
from hatchet.runs import stream, subscription
from hatchet.runs.subscription import Feed, Subscription
from hatchet.transport.io_loop import shared_io_loop
from hatchet.transport.retry import Backoff, RetryPolicy
from hatchet_api.calls import CallError, StatusCode
from hatchet_api.grpc import dispatcher_pb2 as dispatcher
from hatchet_api.grpc.v1 import workflows_pb2 as v1
from tests.unit.scripted import ScriptedEngine

GAP = StreamEventType.STREAM_EVENT_TYPE_GAP


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules in a fraction of the time."""
    backoff = Backoff(first=0.001, limit=0.01)
    monkeypatch.setattr(stream, "RECONNECT", RetryPolicy(attempts=None, backoff=backoff, outage_limit=0.5, steady=10.0))
    monkeypatch.setattr(stream, "LINGER", 0.05)


async def numbers(feed: Feed[int]) -> None:
    for number in range(3):
        await feed.put(number)


async def silent(feed: Feed[int]) -> None:
    await asyncio.Event().wait()


def of(source: Callable[[Feed[int]], Any], read: Callable[[int], Any] = str) -> Subscription[int, Any]:
    return Subscription(shared_io_loop(), source, read)


def streams() -> list[asyncio.Task[Any]]:
    """The tasks that fetch values for subscriptions."""

    async def found() -> list[asyncio.Task[Any]]:
        return [task for task in asyncio.all_tasks() if task.get_name() == "stream of a run" and not task.done()]

    return shared_io_loop().block(found())


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.001)


async def test_a_subscription_is_iterated_in_async_code() -> None:
    subscribed = of(numbers)
    assert [each async for each in subscribed] == ["0", "1", "2"]
    assert [each async for each in subscribed] == []  # it has ended


def test_a_subscription_is_iterated_in_sync_code_and_can_be_closed() -> None:
    assert list(of(numbers)) == ["0", "1", "2"]
    subscribed = of(numbers)
    assert next(subscribed) == "0"
    subscribed.close()
    assert list(subscribed) == []
    never_begun = of(numbers)
    never_begun.close()
    assert list(never_begun) == []


def test_what_cannot_be_read_is_told_in_its_place_and_the_rest_can_be_read() -> None:
    subscribed = of(numbers, lambda number: 6 // (number - 1))
    assert next(subscribed) == -6
    with pytest.raises(ZeroDivisionError):
        next(subscribed)
    assert list(subscribed) == [6]


async def test_a_step_that_is_given_up_loses_nothing() -> None:
    go_on = threading.Event()

    async def slow(feed: Feed[int]) -> None:
        for number in range(200):
            if number % 20 == 0:
                await asyncio.to_thread(go_on.wait, 0.01)
            await feed.put(number)

    subscribed = of(slow, int)
    got: list[int] = []
    given_up = 0
    while len(got) < 200:
        try:
            got.append(await asyncio.wait_for(anext(subscribed), 0.002))
        except TimeoutError:
            given_up += 1
    assert got == list(range(200))
    assert given_up
    with pytest.raises(StopAsyncIteration):
        await anext(subscribed)


async def test_a_failure_is_told_after_the_values_before_it_and_once() -> None:
    async def broken(feed: Feed[int]) -> None:
        await feed.put(1)
        raise Unsupported("no more", code="UNIMPLEMENTED", call="Stream")

    subscribed = of(broken, int)
    assert await anext(subscribed) == 1
    with pytest.raises(Unsupported):
        await anext(subscribed)
    assert [each async for each in subscribed] == []


@pytest.mark.parametrize("number", [1, 7, 5000])
def test_who_does_not_read_holds_the_source_up(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscription, "HELD", 3)
    put: list[int] = []

    async def fast(feed: Feed[int]) -> None:
        for value in range(number):
            await feed.put(value)
            put.append(value)

    subscribed = of(fast, int)
    assert next(subscribed) == 0
    asyncio.run(until(lambda: len(put) >= min(number, 3)))
    assert len(put) <= 5
    assert [*subscribed] == list(range(1, number))


async def test_to_close_a_subscription_ends_whoever_waits_for_its_next_value() -> None:
    subscribed = of(silent)
    reader = asyncio.ensure_future(anext(subscribed, "the end"))
    await until(lambda: bool(streams()))
    with pytest.raises(HatchetError, match="iterated elsewhere"):
        await anext(subscribed)
    await subscribed.aclose()
    assert await reader == "the end"
    await until(lambda: not streams())


async def test_nothing_is_left_of_a_subscription_however_it_is_left() -> None:
    async for _ in of(numbers):
        break
    endless = of(endlessly)
    async for _ in endless:
        break
    assert len(streams()) == 1
    del endless
    gc.collect()
    await until(lambda: not streams())
    async with of(endlessly) as closed:
        assert await anext(closed) == "0"
    await until(lambda: not streams())

    def in_sync_code() -> None:
        with of(endlessly) as closed_there:
            assert next(closed_there) == "0"

    await asyncio.to_thread(in_sync_code)
    waiting = asyncio.ensure_future(anext(of(silent)))
    await until(lambda: bool(streams()))
    waiting.cancel()
    await asyncio.wait([waiting])
    del waiting
    gc.collect()
    await until(lambda: not streams())


async def endlessly(feed: Feed[int]) -> None:
    number = 0
    while True:
        await feed.put(number)
        number += 1


# -- the events of runs


def event(payload: str = "", last: bool = False) -> Any:
    return dispatcher.WorkflowEvent(
        workflow_run_id="run",
        resource_type=dispatcher.RESOURCE_TYPE_STEP_RUN,
        resource_id="task",
        event_type=dispatcher.RESOURCE_EVENT_TYPE_STREAM,
        event_payload=payload,
        hangup=last,
    )


def scripted(events: Any, *, has_ended: bool = False) -> tuple[ScriptedEngine, Hatchet]:
    """An engine whose result never comes, unless the run has ended."""

    async def results(requests: Any, context: Any) -> Any:
        async for request in requests:
            if has_ended:
                yield dispatcher.WorkflowRunEvent(workflow_run_id=request.workflow_run_id)

    async def details(request: Any, context: Any) -> Any:
        return v1.GetRunDetailsResponse(done=has_ended)

    engine = ScriptedEngine(
        subscribe_to_workflow_events=events, subscribe_to_workflow_runs=results, get_run_details=details
    )
    return engine, engine.client()


@pytest.mark.parametrize(
    "code",
    [code for code in StatusCode if code.name in ("UNAVAILABLE", "INTERNAL", "UNKNOWN", "ABORTED", "DEADLINE_EXCEEDED",
                                                  "CANCELLED", "RESOURCE_EXHAUSTED", "DATA_LOSS", "OK")],
)  # fmt: skip
async def test_a_lost_connection_is_made_anew_and_the_gap_is_told_once(code: StatusCode) -> None:
    async def events(request: Any, context: Any) -> Any:
        number = engine.calls["subscribe_to_workflow_events"]
        if number in (1, 5):
            yield event(payload=str(number))
        if number == 6:
            yield event(payload="last", last=True)
        elif code is not StatusCode.OK:
            raise CallError(code, "broken")

    engine, hatchet = scripted(events)
    listener = hatchet.runs.get_run_ref("run").stream()
    got = [each async for each in listener]
    assert [GAP if each.type is GAP else each.payload for each in got] == ["1", GAP, "5", GAP, "last"]
    assert got[1].workflow_run_id == "run"
    assert got[1].payload
    assert listener.interruptions == 2


async def test_a_stream_of_chunks_counts_interruptions() -> None:
    async def events(request: Any, context: Any) -> Any:
        number = engine.calls["subscribe_to_workflow_events"]
        yield event(payload=str(number), last=number == 3)

    engine, hatchet = scripted(events)
    chunks = hatchet.runs.subscribe_to_stream("run")
    assert [each async for each in chunks] == ["1", "2", "3"]
    assert chunks.interruptions == 2


async def test_events_of_metadata_go_on_when_the_engine_closes_the_stream() -> None:
    async def events(request: Any, context: Any) -> Any:
        yield event(payload=str(engine.calls["subscribe_to_workflow_events"]))

    engine, hatchet = scripted(events)
    got: list[str] = []
    async with hatchet.listener.stream_by_additional_metadata("k", "v") as listener:
        async for each in listener:
            if each.type is not GAP:
                got.append(each.payload)
            if len(got) == 5:
                break
    assert got == ["1", "2", "3", "4", "5"]


async def test_an_engine_that_closes_at_once_is_asked_ever_more_rarely_until_it_has_been_away_for_too_long() -> None:
    async def events(request: Any, context: Any) -> Any:
        return
        yield

    engine, hatchet = scripted(events)
    listener = hatchet.runs.get_run_ref("run").stream()
    assert (await anext(listener)).type is GAP
    with pytest.raises(HatchetError, match="the engine closed the stream"):
        await anext(listener)
    assert engine.calls["subscribe_to_workflow_events"] < 120


async def test_a_refusal_for_good_ends_the_stream() -> None:
    async def events(request: Any, context: Any) -> Any:
        raise CallError(StatusCode.NOT_FOUND, "no such run")
        yield

    engine, hatchet = scripted(events)
    with pytest.raises(NotFound):
        await anext(hatchet.runs.get_run_ref("run").stream())
    assert engine.calls["subscribe_to_workflow_events"] == 1


async def test_a_listener_that_is_told_of_nothing_ends_after_the_run() -> None:
    async def events(request: Any, context: Any) -> Any:
        await asyncio.sleep(30)
        yield event()

    _, hatchet = scripted(events, has_ended=True)
    assert [each async for each in hatchet.runs.get_run_ref("run").stream()] == []


async def test_what_comes_soon_after_the_end_is_still_told() -> None:
    async def events(request: Any, context: Any) -> Any:
        for number in range(5):
            await asyncio.sleep(0.02)
            yield event(payload=str(number))
        await asyncio.sleep(30)

    _, hatchet = scripted(events, has_ended=True)
    assert [each.payload async for each in hatchet.runs.get_run_ref("run").stream()] == ["0", "1", "2", "3", "4"]


async def test_a_stream_that_the_engine_closes_after_the_end_of_the_run_ends() -> None:
    async def events(request: Any, context: Any) -> Any:
        yield event(payload="only")

    engine, hatchet = scripted(events, has_ended=True)
    assert [each.payload async for each in hatchet.runs.get_run_ref("run").stream()] == ["only"]
    assert engine.calls["subscribe_to_workflow_events"] == 1


async def test_the_engine_is_asked_once_whether_a_stream_that_it_closed_was_the_last() -> None:
    async def events(request: Any, context: Any) -> Any:
        yield event(payload="only")

    async def results(requests: Any, context: Any) -> Any:
        async for _ in requests:
            await asyncio.sleep(30)
        yield

    async def details(request: Any, context: Any) -> Any:
        if engine.calls["get_run_details"] < 3:
            raise CallError(StatusCode.UNAVAILABLE, "away")
        return v1.GetRunDetailsResponse(done=True)

    engine = ScriptedEngine(
        subscribe_to_workflow_events=events, subscribe_to_workflow_runs=results, get_run_details=details
    )
    got = [each async for each in engine.client().runs.get_run_ref("run").stream()]
    assert [GAP if each.type is GAP else each.payload for each in got] == ["only", GAP, "only", GAP, "only"]
    assert (engine.calls["get_run_details"], engine.calls["subscribe_to_workflow_events"]) == (3, 3)
