"""Every option of a worker: what it says of itself to the engine, and what the engine then knows of it."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import signal
from collections.abc import AsyncGenerator, Iterator
from typing import Any, NamedTuple

import pytest

from hatchet import Context, DurableContext, EmptyModel, Hatchet, Standalone
from hatchet.engine.state.model import Worker as Known
from hatchet_api.grpc import dispatcher_pb2 as dispatcher
from tests.options.recording import Recorder, differences


class Row(NamedTuple):
    """What an option comes to."""

    given: Any
    sent: dict[str, Any]
    """What it changes in the worker's registration, and nothing else."""
    kept: dict[str, Any]
    """What it changes in what the engine knows, and nothing else."""


NOTHING = Row(None, {}, {})  # it concerns the process alone; the tests below say how

ROWS = {
    "name": Row("other", {"worker_name": "o_other"}, {"name": "o_other"}),
    "slots": Row(3, {"slot_config.default": 3}, {"slots.default": 3}),
    "durable_slots": Row(4, {"slot_config.durable": 4}, {"slots.durable": 4}),
    "labels": Row(
        {"gpu": 2, "zone": "north"},
        {"labels.gpu.int_value": 2, "labels.zone.str_value": "north"},
        {"labels.gpu": 2, "labels.zone": "north"},
    ),
    "workflows": Row(
        ["second"],
        {"actions.1": "o_second:second", "actions.2": "o_third:third"},
        {"actions": {"o_first:first", "o_third:third", "o_second:second"}},
    ),
    "lifespan": NOTHING,
    "drain_timeout": NOTHING,
    "handle_signals": NOTHING,
    "always_replay": NOTHING,
    "record_histories": NOTHING,
}
OPTIONS = [name for name in inspect.signature(Hatchet.worker).parameters if name != "self"]


def task_of(hatchet: Hatchet, name: str) -> Standalone[EmptyModel, int]:
    @hatchet.task(name=name)
    async def task(input: EmptyModel, ctx: Context) -> int:
        return 1

    return task


@pytest.fixture(scope="module")
def tasks(hatchet: Hatchet) -> list[Any]:
    @hatchet.durable_task(name="first")
    async def first(input: EmptyModel, ctx: DurableContext) -> int:
        return 1

    return [first, task_of(hatchet, "third")]


@pytest.mark.parametrize("option", OPTIONS)
async def test_an_option_reaches_the_wire_and_the_engine(
    hatchet: Hatchet, engine: Recorder, tasks: list[Any], option: str
) -> None:
    assert option in ROWS, f"{option} has no row: add one above"
    row = ROWS[option]
    given = row.given if option != "workflows" else [*tasks, task_of(hatchet, "second")]
    seen: list[tuple[object, object]] = []
    for options in ({}, {option: given}):
        made: dict[str, Any] = {"name": "w", "workflows": tasks, **options}
        async with hatchet.worker(**made) as worker:
            [sent] = engine.taken(dispatcher.WorkerRegisterRequest)
            known = engine.hub.core.scheduler.workers[str(worker.id)]
            seen.append((sent, of(known)))
    (sent_before, kept_before), (sent_after, kept_after) = seen
    assert differences(sent_before, sent_after) == row.sent
    assert differences(kept_before, kept_after) == row.kept


def of(known: Known) -> dict[str, object]:
    return {name: getattr(known, name) for name in ("name", "actions", "slots", "labels", "paused", "runtime")}


async def test_what_the_lifespan_yields_is_there_for_the_tasks_until_they_have_ended(hatchet: Hatchet) -> None:
    said: list[str] = []

    @contextlib.asynccontextmanager
    async def lifespan() -> AsyncGenerator[str]:
        said.append("open")
        yield "state"
        said.append("closed")

    @hatchet.task(name="looks")
    async def looks(input: EmptyModel, ctx: Context[str]) -> None:
        said.append(ctx.lifespan)

    async with hatchet.worker("w", workflows=[looks], lifespan=lifespan):
        await looks.aio_run()
    assert said == ["open", "state", "closed"]


async def test_a_worker_goes_without_a_task_that_takes_longer_than_its_drain_timeout(hatchet: Hatchet) -> None:
    began = asyncio.Event()

    @hatchet.task(name="stays")
    async def stays(input: EmptyModel, ctx: Context) -> None:
        began.set()
        await asyncio.Event().wait()

    for timeout, forced in ((0.01, True), (None, False)):
        began.clear()
        async with hatchet.worker("w", workflows=[stays], drain_timeout=timeout) as worker:
            run = await stays.aio_run_no_wait()
            await began.wait()
            if not forced:
                await run.aio_cancel()
        assert worker.was_forced is forced


@pytest.fixture
def _signals() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.usefixtures("_signals")
@pytest.mark.parametrize(("given", "way", "handled"), [
    (None, "aio_start", False), (True, "aio_start", True), (False, "aio_start", False),
    (None, "start", True), (True, "start", True), (False, "start", False),
])  # fmt: skip
def test_signals_are_handled_where_it_is_asked_for_or_the_worker_has_the_thread_to_itself(
    hatchet: Hatchet, given: bool | None, way: str, handled: bool
) -> None:
    seen: list[bool] = []
    before = signal.getsignal(signal.SIGTERM)

    @contextlib.asynccontextmanager
    async def lifespan() -> AsyncGenerator[None]:
        seen.append(signal.getsignal(signal.SIGTERM) is not before)
        worker.stop()
        yield

    worker = hatchet.worker("w", workflows=[task_of(hatchet, "any")], lifespan=lifespan, handle_signals=given)
    if way == "start":
        worker.start()
    else:
        asyncio.run(worker.aio_start())
    assert seen == [handled]
