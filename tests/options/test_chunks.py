"""What is more than one message may hold is sent in parts: at, below and above each limit, and nothing twice."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any, NamedTuple

import pytest

from hatchet import BulkCancelReplayOpts, BulkPushEvent, Context, EmptyModel, Hatchet, InputError, PayloadTooLarge
from hatchet.wire.calls import FRAME_SLACK
from hatchet.wire.gateway import STORED_EVENT
from hatchet_api.grpc import events_pb2 as events
from hatchet_api.grpc import workflows_pb2 as workflows
from tests.options.recording import Recorder
from tests.unit.scripted import ScriptedEngine

Sizes = Coroutine[Any, Any, list[int]]


def identity(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


async def pushed(hatchet: Hatchet, engine: Recorder, number: int) -> list[int]:
    given = [BulkPushEvent(key=f"k{n}", payload={}) for n in range(number)]
    answered = await hatchet.event.aio_bulk_push(given)
    assert [event.key for event in answered] == [f"o_k{n}" for n in range(number)]
    return [len(sent.events) for sent in engine.taken(events.BulkPushEventRequest)]


async def run(hatchet: Hatchet, engine: Recorder, number: int) -> list[int]:
    @hatchet.task(name="many")
    async def many(input: EmptyModel, ctx: Context) -> None: ...

    await hatchet.io.run(hatchet.gateway.put_workflow(many.workflow.definition()))
    items = [many.create_bulk_run_item(additional_metadata={"n": str(n)}) for n in range(number)]
    refs = await many.aio_run_many_no_wait(items)
    ids = [ref.workflow_run_id for ref in refs]
    assert len({*ids}) == number
    runs = [engine.hub.core.runs[each] for each in ids]
    assert [json.loads(each.metadata)["n"] for each in runs] == [str(n) for n in range(number)]
    return [len(sent.workflows) for sent in engine.taken(workflows.BulkTriggerWorkflowRequest)]


async def cancelled(hatchet: Hatchet, engine: Recorder, number: int) -> list[int]:
    engine.asked()
    await hatchet.runs.aio_bulk_cancel(BulkCancelReplayOpts(ids=[identity(n) for n in range(number)]))
    return parts(engine, number)


async def replayed(hatchet: Hatchet, engine: Recorder, number: int) -> list[int]:
    engine.asked()
    await hatchet.runs.aio_bulk_replay(BulkCancelReplayOpts(ids=[identity(n) for n in range(number)]))
    return parts(engine, number)


def parts(engine: Recorder, number: int) -> list[int]:
    asked = [each.body["externalIds"] for each in engine.asked()]
    assert [one for part in asked for one in part] == [identity(n) for n in range(number)]
    return [len(part) for part in asked]


class Limit(NamedTuple):
    """A way to send many, and how many go together."""

    send: Callable[[Hatchet, Recorder, int], Sizes]
    most: int


LIMITS = [Limit(pushed, 1000), Limit(run, 1000), Limit(cancelled, 500), Limit(replayed, 100)]


@pytest.mark.parametrize("over", [-1, 0, 1])
@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.send.__name__)
async def test_as_many_go_together_as_the_engine_takes(
    hatchet: Hatchet, engine: Recorder, limit: Limit, over: int
) -> None:
    wanted = {-1: [limit.most - 1], 0: [limit.most], 1: [limit.most, 1]}[over]
    assert await limit.send(hatchet, engine, limit.most + over) == wanted


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.send.__name__)
async def test_none_send_nothing_and_two_limits_two_messages(hatchet: Hatchet, engine: Recorder, limit: Limit) -> None:
    assert await limit.send(hatchet, engine, 0) == []
    assert await limit.send(hatchet, engine, 2 * limit.most) == [limit.most, limit.most]


@pytest.mark.parametrize(("size", "wanted"), [(1, [1] * 5), (2, [2, 2, 1]), (4, [4, 1]), (5, [5]), (6, [5])])
@pytest.mark.parametrize("change", ["cancel", "replay"])
async def test_a_chunk_size_of_ones_own_is_kept(
    hatchet: Hatchet, engine: Recorder, change: str, size: int, wanted: list[int]
) -> None:
    @hatchet.task(name=f"chunks-{change}-{size}")
    async def task(input: EmptyModel, ctx: Context) -> None: ...

    await hatchet.io.run(hatchet.gateway.put_workflow(task.workflow.definition()))
    refs = await task.aio_run_many_no_wait([task.create_bulk_run_item()] * 5)
    workflow = await task.aio_get_id()
    method: Any = getattr(hatchet.runs, f"aio_bulk_{change}_by_filters_with_pagination")
    if change == "replay":
        await asyncio.gather(*(ref.aio_cancel() for ref in refs))
    engine.asked()
    done = await method(chunk_size=size, workflow_ids=[workflow])
    assert sorted(done.ids) == sorted(ref.workflow_run_id for ref in refs)
    assert [len(each.body["externalIds"]) for each in engine.asked() if each.method == "POST"] == wanted


@pytest.mark.parametrize("size", [0, 501, -1])
async def test_a_chunk_size_that_no_request_may_have_is_refused(hatchet: Hatchet, size: int) -> None:
    with pytest.raises(InputError, match="chunk_size"):
        await hatchet.runs.aio_bulk_cancel_by_filters_with_pagination(chunk_size=size)


LIMIT = 100_000


@pytest.mark.parametrize("size", [1000, 20_000, 27_000, 28_000, 41_500, 42_000, 80_000])
async def test_as_many_events_go_together_as_a_message_has_room_for(size: int) -> None:
    sent: list[events.BulkPushEventRequest] = []

    async def bulk_push(request: events.BulkPushEventRequest, context: Any) -> events.Events:
        sent.append(request)
        return events.Events(events=[events.Event(event_id="e") for _ in request.events])

    hatchet = ScriptedEngine(bulk_push=bulk_push).client(grpc_max_send_message_length=LIMIT)
    await hatchet.event.aio_bulk_push([BulkPushEvent(key="k", payload={"x": "x" * size}) for _ in range(200)])
    assert max(request.ByteSize() for request in sent) <= LIMIT
    # The answer has each event in it, with an id, a time and the like.
    fit = (LIMIT - FRAME_SLACK) // (sent[0].events[0].ByteSize() + 8 + STORED_EVENT)
    assert [len(request.events) for request in sent[:-1]] == [max(1, fit)] * (len(sent) - 1)
    assert sum(len(request.events) for request in sent) == 200


async def test_an_event_that_no_message_has_room_for_is_refused_before_any_is_sent() -> None:
    engine = ScriptedEngine()
    hatchet = engine.client(grpc_max_send_message_length=LIMIT)
    large = BulkPushEvent(key="k", payload={"x": "x" * (LIMIT + 1)})
    with pytest.raises(PayloadTooLarge):
        await hatchet.event.aio_bulk_push([BulkPushEvent(key="k", payload={}), large])
    assert engine.calls["bulk_push"] == 0
