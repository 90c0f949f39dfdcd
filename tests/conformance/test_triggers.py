"""Ways to start a run, and what is known of it while it runs."""

from __future__ import annotations

import asyncio
import uuid
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from pydantic import BaseModel

from hatchet import (
    ChunkError,
    Context,
    DefinitionError,
    EmptyModel,
    Hatchet,
    InputError,
    InvalidRequest,
    NotFound,
    RunFailed,
    TriggerWorkflowOptions,
)
from hatchet.runs.stream import ChunkStream
from hatchet.wire import run_calls


class Text(BaseModel):
    text: str


class Number(BaseModel):
    number: int


def test_options_as_one_value_and_as_keywords_end_in_the_same_run(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="told", default_additional_metadata={"from": "workflow", "kept": True})
    def told(input: EmptyModel, ctx: Context) -> dict[str, Any]:
        metadata = {key: value for key, value in ctx.additional_metadata.items() if key in ("from", "kept", "who")}
        return {"metadata": metadata, "priority": ctx.priority}

    with worker(told):
        whole = TriggerWorkflowOptions(additional_metadata={"who": "me", "from": "run"}, priority=2)
        expected = {"metadata": {"from": "run", "kept": True, "who": "me"}, "priority": 2}
        assert told.run(options=whole) == expected
        assert told.run(additional_metadata={"who": "me", "from": "run"}, priority=2) == expected
        assert told.run(options=whole, priority=3)["priority"] == 3
        assert told.run_many([told.create_bulk_run_item(options=whole, key="mine")]) == [expected]


def test_a_run_can_be_scheduled_and_then_starts(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="later")
    def later(input: Text, ctx: Context) -> str:
        return input.text

    with worker(later):
        at = datetime.now(timezone.utc) + timedelta(seconds=1)
        scheduled = later.schedule(at, Text(text="soon"), additional_metadata={"mark": "later"})
        assert abs((scheduled.trigger_at - at).total_seconds()) < 0.01
        assert scheduled.workflow_id == later.id
        deadline = datetime.now(timezone.utc) + timedelta(seconds=40)
        while not (rows := later.list_runs(additional_metadata={"mark": "later"})):
            assert datetime.now(timezone.utc) < deadline
        assert hatchet.runs.get_result(str(rows[0].metadata.id))["later"] == "soon"


def test_a_time_without_a_zone_is_refused_before_anything_is_sent(hatchet: Hatchet) -> None:
    @hatchet.task(name="zoneless")
    def zoneless(input: EmptyModel, ctx: Context) -> None: ...

    with pytest.raises(InputError, match="has no time zone"):
        zoneless.schedule(datetime(2027, 1, 1))


def test_what_no_worker_has_registered_cannot_be_scheduled_and_has_no_id(hatchet: Hatchet) -> None:
    @hatchet.task(name="unheard-of")
    def unheard_of(input: EmptyModel, ctx: Context) -> None: ...

    with pytest.raises(NotFound, match="knows no workflow"):
        unheard_of.schedule(datetime.now(timezone.utc))
    with pytest.raises(NotFound, match="a worker that has it must register it first"):
        unheard_of.get_id()


async def test_chunks_come_in_order_to_a_listener_that_was_there_in_time(
    hatchet: Hatchet, worker: Any, engine: str
) -> None:
    go = asyncio.Event()
    chunks = [f"chunk {number} é" for number in range(20)]

    @hatchet.task(name="streams")
    async def streams(input: EmptyModel, ctx: Context) -> None:
        while not go.is_set():
            await asyncio.sleep(0.05)
        for chunk in chunks:
            await ctx.aio_put_stream(chunk)
        # In the real engine the end of a task may overtake its last chunks, which then are lost.
        await asyncio.sleep(0 if engine == "embedded" else 2)

    async def listen(source: ChunkStream) -> list[str]:
        return [chunk async for chunk in source]

    with worker(streams):
        ref = await streams.aio_run_no_wait()
        async with asyncio.timeout(40), asyncio.TaskGroup() as group:
            by_ref = group.create_task(listen(ref.subscribe_to_stream()))
            by_id = group.create_task(listen(hatchet.runs.subscribe_to_stream(ref.workflow_run_id)))
            # Nothing shows when an engine has begun to listen; the real one looks for the run once a second.
            await asyncio.sleep(0.5 if engine == "embedded" else 4)
            go.set()
        assert by_ref.result() == chunks
        assert by_id.result() == chunks


async def test_a_typed_stream_gives_values_and_names_the_chunk_that_is_none(
    hatchet: Hatchet, worker: Any, engine: str
) -> None:
    go = asyncio.Event()

    @hatchet.task(name="streams-values")
    async def streams(input: EmptyModel, ctx: Context) -> None:
        while not go.is_set():
            await asyncio.sleep(0.05)
        await ctx.aio_put_stream(Number(number=1))
        await ctx.aio_put_stream("two")
        await ctx.aio_put_stream({"number": 3})
        # In the real engine the end of a task may overtake its last chunks, which then are lost.
        await asyncio.sleep(0 if engine == "embedded" else 2)

    async def listen(source: ChunkStream[Number]) -> list[Number | ChunkError]:
        found: list[Number | ChunkError] = []
        while True:
            try:
                found.append(await anext(source))
            except ChunkError as error:
                found.append(error)
            except StopAsyncIteration:
                return found

    with worker(streams):
        ref = await streams.aio_run_no_wait()
        async with asyncio.timeout(40), asyncio.TaskGroup() as group:
            by_ref = group.create_task(listen(ref.subscribe_to_stream(Number)))
            by_id = group.create_task(listen(hatchet.runs.subscribe_to_stream(ref.workflow_run_id, Number)))
            # Nothing shows when an engine has begun to listen; the real one looks for the run once a second.
            await asyncio.sleep(0.5 if engine == "embedded" else 4)
            go.set()
    for first, wrong, last in (by_ref.result(), by_id.result()):
        assert (first, last) == (Number(number=1), Number(number=3))
        assert isinstance(wrong, ChunkError)
        assert (wrong.run_id, wrong.chunk) == (ref.workflow_run_id, "two")
        assert f"chunk 1 of task run {ref.workflow_run_id} (run {ref.workflow_run_id}) is no Number" in str(wrong)


def test_the_events_of_a_run_are_told_until_its_end(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="eventful", execution_timeout=timedelta(seconds=20))
    def eventful(input: EmptyModel, ctx: Context) -> dict[str, int]:
        ctx.put_stream("working")
        return {"done": 1}

    ref = None
    with worker(eventful):
        mark = uuid.uuid4().hex
        listener = hatchet.listener.stream_by_additional_metadata("mark", mark)
        ref = eventful.run_no_wait(additional_metadata={"mark": mark})
        assert ref.result() == {"done": 1}
        listener.close()
        kinds = [event.type.name for event in ref.stream() if event.type is not None]
    # A run that has ended tells nothing any more but its end, if that was just now; the listener ends at once.
    assert {*kinds} <= {"WORKFLOW_RUN_EVENT_TYPE_COMPLETED"}


def test_many_runs_give_typed_results_in_order_and_errors_in_their_place(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="halves")
    async def halves(input: Number, ctx: Context) -> Number:
        if input.number % 2:
            raise ValueError(f"{input.number} is odd")
        return Number(number=input.number // 2)

    with worker(halves):
        items = [halves.create_bulk_run_item(Number(number=number)) for number in range(6)]
        results = halves.run_many(items, return_exceptions=True)
        assert [each for each in results if isinstance(each, Number)] == [Number(number=number) for number in range(3)]
        assert [type(each) for each in results] == [Number, RunFailed] * 3
        with pytest.raises(RunFailed, match="is odd"):
            halves.run_many(items)


def test_a_retried_parent_finds_the_children_of_its_first_attempt(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="child-of-retry")
    async def child(input: Number, ctx: Context) -> dict[str, Any]:
        return {"number": input.number, "index": ctx.child_index, "key": ctx.child_key, "run": ctx.workflow_run_id}

    attempts: list[list[str]] = []
    one = Number(number=1)

    @hatchet.task(name="retried-parent", retries=1)
    async def parent(input: EmptyModel, ctx: Context) -> int:
        spawned = await (ctx.aio_spawn(child, one) if ctx.retry_count else child.aio_run_no_wait(one))  # one counter
        plain = await spawned.aio_result()
        keyed = await child.aio_run(Number(number=2), child_key="mine")
        many = await child.aio_run_many([child.create_bulk_run_item(Number(number=n)) for n in (3, 4)])
        assert [plain["index"], keyed["key"]] == [0, "mine"]
        attempts.append([each["run"] for each in (plain, keyed, *many)])
        if ctx.retry_count == 0:
            raise ValueError("once more")
        return len(attempts)

    @hatchet.task(name="sync-parent")
    def sync_parent(input: EmptyModel, ctx: Context) -> int:
        return int(child.run(Number(number=7))["number"])

    with worker(child, parent, sync_parent):
        assert parent.run() == 2
        assert attempts[0] == attempts[1]
        assert len({*attempts[0]}) == 4
        assert sync_parent.run() == 7


def test_a_workflow_can_be_paused_and_goes_on(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="paused")
    def paused(input: EmptyModel, ctx: Context) -> str:
        return "ran"

    with worker(paused):
        assert paused.run() == "ran"
        assert paused.pause(timedelta(hours=1)).is_paused
        assert not paused.unpause().is_paused
        assert paused.run() == "ran"


def test_crons_and_filters_are_created_from_the_workflow(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="again", on_events=["again"])
    def again(input: Text, ctx: Context) -> dict[str, Any]:
        return {"text": input.text, "payload": dict(ctx.filter_payload)}

    with worker(again):
        cron = again.create_cron("yearly", "0 0 1 1 *", Text(text="new year"), {"a": 1}, 2)
        assert (cron.name, cron.cron, cron.input) == ("yearly", "0 0 1 1 *", {"text": "new year"})
        hatchet.cron.delete(str(cron.metadata.id))
        made = again.create_filter("input.text == payload.wanted", "scope", {"wanted": "yes"})
        try:
            hatchet.event.push("again", {"text": "no"}, scope="scope", additional_metadata={"mark": "filter"})
            hatchet.event.push("again", {"text": "yes"}, scope="scope", additional_metadata={"mark": "filter"})
            deadline = datetime.now(timezone.utc) + timedelta(seconds=20)
            while not (rows := again.list_runs(additional_metadata={"mark": "filter"})):
                assert datetime.now(timezone.utc) < deadline
            results = [hatchet.runs.get_result(str(row.metadata.id))["again"] for row in rows]
            assert results == [{"text": "yes", "payload": {"wanted": "yes"}}]
        finally:
            hatchet.filters.delete(str(made.metadata.id))


def test_a_declared_cron_keeps_its_input(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="yearly", on_crons=["0 0 1 1 *"], cron_input=Text(text="new year"))
    def yearly(input: Text, ctx: Context) -> None: ...

    with worker(yearly):
        (cron,) = hatchet.cron.list(workflow_id=yearly.id).rows or []
        assert (cron.cron, cron.input, cron.enabled) == ("0 0 1 1 *", {"text": "new year"}, True)


def test_a_reference_to_what_is_no_run_says_so(hatchet: Hatchet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_calls, "DOUBT_AFTER", 0.2)

    @hatchet.task()
    def absent(input: EmptyModel, ctx: Context) -> None: ...

    with pytest.raises(InvalidRequest, match="invalid external id"):
        absent.ref("no id").result(timeout=30)
    with pytest.raises(NotFound, match=r"run 2c26d4a1-0f3c-4f5e-8b5c-1f1f1f1f1f1f does not exist$"):
        absent.ref("2c26d4a1-0f3c-4f5e-8b5c-1f1f1f1f1f1f").result(timeout=30)


def test_items_and_times_of_a_wrong_kind_are_refused_before_anything_is_sent(hatchet: Hatchet) -> None:
    @hatchet.task()
    def never(input: EmptyModel, ctx: Context) -> None: ...

    wrong: Any = "tomorrow"
    with pytest.raises(InputError, match="create_bulk_run_item"):
        never.run_many([wrong])
    with pytest.raises(InputError, match="run_at is 'tomorrow'"):
        never.schedule(wrong)
    with pytest.raises(DefinitionError, match="needs a name"):
        hatchet.worker("", workflows=[never])
