"""What a worker gives its tasks, and how it starts and stops."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Annotated, Any

import pytest
from pydantic import BaseModel

from hatchet import (
    BlockingCallError,
    Context,
    DefinitionError,
    Depends,
    EmptyModel,
    Hatchet,
    RunFailed,
    WorkerError,
    WorkerStatus,
)
from tests.conformance.helpers import another

marker: contextvars.ContextVar[str] = contextvars.ContextVar("marker", default="unset")


class Name(BaseModel):
    name: str


@dataclass
class State:
    opened: int
    closed: bool = False


def test_tasks_share_what_the_lifespan_opened_and_it_outlives_them(hatchet: Hatchet, worker: Any) -> None:
    state = State(opened=7)
    seen: list[bool] = []

    async def lifespan() -> AsyncGenerator[State, None]:
        yield state
        state.closed = True

    began = threading.Event()

    @hatchet.task(name="uses-lifespan")
    async def uses(input: EmptyModel, ctx: Context[State]) -> int:
        began.set()
        await asyncio.sleep(0.3)
        seen.append(ctx.lifespan.closed)
        return ctx.lifespan.opened

    with worker(uses, lifespan=lifespan):
        assert uses.run() == 7
        began.clear()
        last = uses.run_no_wait()
        assert began.wait(20)
    assert last.result() == 7
    assert seen == [False, False]
    assert state.closed


def test_a_lifespan_that_yields_another_state_than_a_task_declares_stops_the_worker_and_is_closed(
    hatchet: Hatchet, worker: Any
) -> None:
    closed = threading.Event()

    async def lifespan() -> AsyncGenerator[int, None]:
        yield 7
        closed.set()

    @hatchet.task(name="expects-a-state")
    async def expects(input: EmptyModel, ctx: Context[State]) -> int:
        return ctx.lifespan.opened

    with (
        pytest.raises(DefinitionError, match=r"'expects-a-state' .*declares Context\[State\].* yields int"),
        worker(expects, lifespan=lifespan),
    ):
        pass
    assert closed.wait(20)


def test_a_lifespan_that_fails_stops_the_worker_with_its_error(hatchet: Hatchet) -> None:
    async def lifespan() -> AsyncGenerator[None, None]:
        raise OSError("no database")
        yield

    @hatchet.task(name="never-runs")
    async def never(input: EmptyModel, ctx: Context) -> None: ...

    with pytest.raises(WorkerError, match="no database"):
        hatchet.worker("fails", workflows=[never], lifespan=lifespan).start()


def test_dependencies_are_filled_in_and_closed_after_the_task(hatchet: Hatchet, worker: Any) -> None:
    events: list[str] = []

    def prefix(input: Name, ctx: Context) -> str:
        return "dear "

    async def greeting(input: Name, ctx: Context, start: Annotated[str, Depends(prefix)]) -> str:
        return start + input.name

    @contextmanager
    def sync_resource(input: Name, ctx: Context) -> Generator[int, None, None]:
        events.append("sync opened")
        yield 1
        events.append("sync closed")

    @asynccontextmanager
    async def async_resource(input: Name, ctx: Context) -> AsyncGenerator[int, None]:
        events.append("async opened")
        yield 2
        events.append("async closed")

    @hatchet.task(name="depends")
    async def depends(
        input: Name,
        ctx: Context,
        text: Annotated[str, Depends(greeting)],
        one: int = Depends(sync_resource),
        two: int = Depends(async_resource),
    ) -> str:
        events.append("ran")
        return f"{text} {one + two}"

    @hatchet.task(name="depends-sync")
    def depends_sync(input: Name, ctx: Context, text: str = Depends(greeting)) -> str:
        return text

    with worker(depends, depends_sync):
        assert depends.run(Name(name="Ada")) == "dear Ada 3"
        assert depends_sync.run(Name(name="Bob")) == "dear Bob"
    assert events == ["sync opened", "async opened", "ran", "async closed", "sync closed"]


def test_dependencies_may_be_classes_objects_and_generators(hatchet: Hatchet, worker: Any) -> None:
    events: list[str] = []

    class Greeter:
        def __init__(self, input: Name, ctx: Context) -> None:
            self.text = f"dear {input.name}"

    class Ending:
        async def __call__(self) -> str:
            return "!"

    def transaction(input: Name, ctx: Context) -> Iterator[str]:
        try:
            yield "sync"
        except ValueError as error:
            events.append(f"rolled back after {error}")
            raise
        events.append("committed")

    async def connection(input: Name) -> AsyncIterator[str]:
        try:
            yield "async"
        finally:
            events.append("closed")

    @hatchet.task(name="uses-anything")
    async def uses(
        input: Name,
        ctx: Context,
        greeter: Annotated[Greeter, Depends(Greeter)],
        ending: Annotated[str, Depends(Ending())],
        anything: Annotated[Any, Depends(transaction)],
        text: str = Depends(connection),
    ) -> str:
        if input.name == "nobody":
            raise ValueError("no name")
        return f"{greeter.text} {anything} {text}{ending}"

    with worker(uses):
        assert uses.run(Name(name="Ada")) == "dear Ada sync async!"
        assert events == ["closed", "committed"]
        with pytest.raises(RunFailed, match="ValueError: no name"):
            uses.run(Name(name="nobody"))
    assert events == ["closed", "committed", "closed", "rolled back after no name"]


def test_a_dependency_that_fails_fails_the_task(hatchet: Hatchet, worker: Any) -> None:
    def broken(input: EmptyModel, ctx: Context) -> int:
        raise LookupError("no setting")

    @hatchet.task(name="depends-on-broken")
    async def depends(input: EmptyModel, ctx: Context, value: int = Depends(broken)) -> int:
        return value

    with worker(depends), pytest.raises(RunFailed, match="LookupError: no setting"):
        depends.run()


def test_context_variables_of_the_starter_reach_the_handlers(hatchet: Hatchet) -> None:
    @hatchet.task(name="reads-sync")
    def reads_sync(input: EmptyModel, ctx: Context) -> str:
        return marker.get()

    @hatchet.task(name="reads-async")
    async def reads_async(input: EmptyModel, ctx: Context) -> str:
        return marker.get()

    async def main() -> tuple[str, str]:
        marker.set("set")
        running = hatchet.worker("context", workflows=[reads_sync, reads_async])
        ended = asyncio.create_task(running.aio_start())
        await running.aio_wait_until_ready()
        try:
            return await reads_sync.aio_run(), await reads_async.aio_run()
        finally:
            running.stop()
            await ended

    assert asyncio.run(main()) == ("set", "set")


def test_a_handler_that_blocks_its_loop_does_not_stop_the_heartbeats(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="blocks")
    async def blocks(input: EmptyModel, ctx: Context) -> str:
        time.sleep(7)  # noqa: ASYNC251  # longer than the engine waits for a heartbeat
        return "done"

    @hatchet.task(name="quick")
    def quick(input: EmptyModel, ctx: Context) -> str:
        return "done"

    with worker(blocks, quick) as running:
        assert blocks.run() == "done"
        assert running.status is WorkerStatus.HEALTHY
        assert quick.run() == "done"


def test_a_stopped_worker_finishes_what_it_runs_and_takes_nothing_new(hatchet: Hatchet, worker: Any) -> None:
    began, go = threading.Event(), threading.Event()

    @hatchet.task(name="finishes")
    def finishes(input: Name, ctx: Context) -> str:
        began.set()
        go.wait(30)
        return input.name

    with worker(finishes, slots=1) as running:
        first = finishes.run_no_wait(Name(name="first"))
        assert began.wait(20)
        second = finishes.run_no_wait(Name(name="second"))
        running.stop()
        go.set()
        assert first.result(timeout=30) == "first"
    with worker(finishes):
        assert second.result(timeout=60) == "second"


def test_logs_and_stream_chunks_of_a_task_are_taken(hatchet: Hatchet, worker: Any, caplog: Any) -> None:
    @hatchet.task(name="tells")
    async def tells(input: EmptyModel, ctx: Context) -> None:
        await ctx.aio_log("a line", raise_on_error=True)
        await ctx.aio_log({"a": 1}, raise_on_error=True)
        await ctx.aio_put_stream("chunk")
        await ctx.aio_refresh_timeout("10s")

    @hatchet.task(name="tells-sync")
    def tells_sync(input: EmptyModel, ctx: Context) -> None:
        ctx.log("x" * 20_000, raise_on_error=True)
        ctx.put_stream(b"chunk")
        ctx.release_slot()

    with caplog.at_level(logging.WARNING, "hatchet"), worker(tells, tells_sync):
        tells.run()
        tells_sync.run()
    assert [record.getMessage() for record in caplog.records] == []


def test_a_task_can_cancel_its_own_run(hatchet: Hatchet, worker: Any) -> None:
    from hatchet import RunCancelled

    @hatchet.task(name="gives-up")
    async def gives_up(input: EmptyModel, ctx: Context) -> None:
        await ctx.aio_cancel()
        await asyncio.sleep(60)

    with worker(gives_up), pytest.raises(RunCancelled):
        gives_up.run_no_wait().result(timeout=30)


def test_a_blocking_call_in_an_async_task_is_refused_with_the_way_to_write_it(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="blocked-child")
    async def child(input: EmptyModel, ctx: Context) -> int:
        return 1

    @hatchet.task(name="blocking-parent")
    async def parent(input: EmptyModel, ctx: Context) -> int:
        return child.run()

    with (
        worker(child, parent),
        pytest.raises(RunFailed, match=r"BlockingCallError.*in the async task of run .*await ….aio_run\(…\)"),
    ):
        parent.run()


async def test_a_blocking_call_on_the_loop_of_a_worker_is_refused_outside_of_tasks(
    hatchet: Hatchet, worker: Any
) -> None:
    @hatchet.task(name="greeted")
    async def greeted(input: EmptyModel, ctx: Context) -> int:
        return 1

    async def endpoint() -> int:
        return greeted.run()

    started = worker(greeted)
    async with started:
        ref = await greeted.aio_run_no_wait()
        calls: list[tuple[Any, str]] = [
            (lambda: greeted.run(), r"greeted.run\(\) .*worker .*conformance.*`await greeted.aio_run\(…\)`"),
            (lambda: greeted.run_many([greeted.create_bulk_run_item()]), "aio_run_many"),
            (lambda: greeted.id, "aio_get_id"),
            (lambda: ref.result(), r"TaskRunRef.result\(\) .*`await ….aio_result\(…\)`"),
            (lambda: hatchet.workers.list(), r"WorkersClient.list\(\) .*aio_list"),
            (lambda: hatchet.event.push("key", {}), "aio_push"),
            (lambda: list(hatchet.workers.iterate()), "iterate with `async for`"),
            (lambda: next(iter(ref.stream())), "iterate with `async for`"),
            (lambda: started.wait_until_ready(), "aio_wait_until_ready"),
        ]
        for call, message in calls:
            with pytest.raises(BlockingCallError, match=message):
                call()
        with pytest.raises(BlockingCallError, match=r"greeted\.aio_run"):
            await endpoint()
        called: asyncio.Future[BaseException | None] = asyncio.get_running_loop().create_future()

        def callback() -> None:
            try:
                greeted.run()
            except BaseException as error:
                called.set_result(error)
            else:
                called.set_result(None)

        asyncio.get_running_loop().call_soon(callback)
        assert isinstance(await called, BlockingCallError)
        twin = another(hatchet)  # another client of the same engine would wait for the same worker
        with pytest.raises(BlockingCallError):
            twin.get_engine_version()
        assert await asyncio.to_thread(greeted.run) == 1, "a thread of its own may block"
        assert await greeted.aio_run() == 1
    assert hatchet.get_engine_version(), "the worker has ended, and the loop waits for nobody"
    await twin.io.run(twin.gateway.close())


async def test_a_worker_that_could_not_start_leaves_its_loop_free(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="never-started")
    def never(input: EmptyModel, ctx: Context) -> int:
        return 1

    async def lifespan() -> AsyncGenerator[None, None]:
        raise ZeroDivisionError
        yield

    with pytest.raises(WorkerError):
        await worker(never, lifespan=lifespan).aio_start()
    assert hatchet.get_engine_version()


async def test_a_worker_elsewhere_and_one_of_another_engine_are_no_reason_to_refuse(
    hatchet: Hatchet, worker: Any
) -> None:
    other = await asyncio.to_thread(Hatchet.from_embedded, None)

    @other.task(name="on-the-other")
    async def theirs(input: EmptyModel, ctx: Context) -> int:
        return 2

    @hatchet.task(name="in-a-thread")
    def ours(input: EmptyModel, ctx: Context) -> int:
        return ours_here.run() + 1

    @hatchet.task(name="called-by-a-sync-task")
    async def ours_here(input: EmptyModel, ctx: Context) -> int:
        return 1

    with worker(ours, ours_here):  # in a thread, with a loop of its own
        async with other.worker("theirs", workflows=[theirs]):
            assert ours.run() == 2
            with pytest.raises(BlockingCallError):
                theirs.run()
    await other.aio_stop_embedded()


def test_a_worker_refuses_the_workflow_of_another_client_by_name(hatchet: Hatchet) -> None:
    foreign = another(hatchet, host_port="127.0.0.1:9")
    twin = another(hatchet)

    @foreign.task(name="foreign")
    def theirs(input: EmptyModel, ctx: Context) -> int:
        return 1

    @twin.task(name="of-the-same-engine")
    def ours(input: EmptyModel, ctx: Context) -> int:
        return 1

    own = hatchet.config.host_port
    with pytest.raises(DefinitionError, match=rf"mine' was given .*foreign.*127.0.0.1:9 .*{own}") as refused:
        hatchet.worker("mine", workflows=[theirs])
    assert "declare it with the client of the worker" in str(refused.value)
    with pytest.raises(DefinitionError, match="another client"):
        hatchet.worker("mine").register_workflow(theirs.workflow)
    renamed = another(hatchet, namespace="elsewhere_")
    with pytest.raises(DefinitionError, match="namespace 'elsewhere_'"):
        renamed.worker("mine", workflows=[ours])
    with hatchet.worker("mine", workflows=[ours]):
        assert ours.run() == 1
    twin.io.block(twin.gateway.close())
