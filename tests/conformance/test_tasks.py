"""Standalone tasks."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import BaseModel

from hatchet import (
    Context,
    EmptyModel,
    Hatchet,
    NonRetryableError,
    NotFound,
    RetryAfterError,
    RunCancelled,
    RunFailed,
    RunStatus,
    TaskDefaults,
    Unavailable,
)
from hatchet.wire.versions import RETRY_AFTER, is_older, text


class Text(BaseModel):
    text: str


class Length(BaseModel):
    length: int


@dataclass
class Day:
    day: date


def test_a_task_runs_with_its_typed_input_and_gives_its_typed_output(
    hatchet: Hatchet, worker: Any, answers: Any
) -> None:
    @hatchet.task(name="typed")
    async def typed(input: Text, ctx: Context) -> Length:
        return Length(length=len(input.text))

    with worker(typed):
        ref = typed.run_no_wait(Text(text="four"), additional_metadata={"who": "me"})
        assert ref.result() == Length(length=4)
        details = ref.details()
        assert details.status is RunStatus.COMPLETED
        assert details.done
        answers("details", details)


@pytest.mark.parametrize("value", [[1, 2], 3, "text", None, {"a": [1]}, True], ids=str)
def test_inputs_and_outputs_may_be_any_json(hatchet: Hatchet, worker: Any, value: Any) -> None:
    @hatchet.task(name="echo")
    def echo(input: Any, ctx: Context) -> Any:
        return input

    with worker(echo):
        assert echo.run(value) == value


def test_dataclasses_and_dates_survive_the_way(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="next-day")
    def next_day(input: Day, ctx: Context) -> Day:
        return Day(input.day + timedelta(days=1))

    with worker(next_day):
        assert next_day.run(Day(date(2026, 12, 31))) == Day(date(2027, 1, 1))


def test_sync_and_async_tasks_fail_with_the_users_traceback(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="fails-sync")
    def fails_sync(input: EmptyModel, ctx: Context) -> None:
        raise ValueError("no: way\nsecond line")

    @hatchet.task(name="fails-async")
    async def fails_async(input: EmptyModel, ctx: Context) -> None:
        raise ValueError("no: way\nsecond line")

    with worker(fails_sync, fails_async):
        for task in (fails_sync, fails_async):
            ref = task.run_no_wait()
            with pytest.raises(RunFailed) as caught:
                ref.result()
            (failure,) = caught.value.errors
            assert failure.type == "ValueError"
            assert failure.message == "no: way\nsecond line"
            assert 'raise ValueError("no: way' in failure.traceback
            assert "hatchet/worker" not in failure.traceback
            assert failure.task_run_id == ref.workflow_run_id
            assert ref.status() is RunStatus.FAILED


def test_a_failed_attempt_is_retried_with_a_higher_retry_count(hatchet: Hatchet, worker: Any, answers: Any) -> None:
    seen: list[tuple[int, int, int]] = []

    @hatchet.task(name="third-time", retries=3)
    def third_time(input: EmptyModel, ctx: Context) -> int:
        seen.append((ctx.retry_count, ctx.attempt_number, ctx.max_attempts))
        if len(seen) < 3:
            raise ValueError("not yet")
        return ctx.attempt_number

    with worker(third_time):
        ref = third_time.run_no_wait()
        assert ref.result() == 3
        assert seen == [(0, 1, 4), (1, 2, 4), (2, 3, 4)]
        answers("details", ref.details())


def test_a_retry_waits_as_long_as_its_backoff_says(hatchet: Hatchet, worker: Any) -> None:
    began: list[float] = []

    @hatchet.task(name="backs-off", retries=1, backoff_factor=2.0, backoff_max_seconds=10)
    def backs_off(input: EmptyModel, ctx: Context) -> None:
        began.append(time.monotonic())
        if len(began) == 1:
            raise ValueError("not yet")

    with worker(backs_off):
        backs_off.run()
    assert began[1] - began[0] >= 1.9  # factor ** 1 seconds


def test_a_task_can_say_when_it_is_tried_again(hatchet: Hatchet, worker: Any, since: Callable[[str], None]) -> None:
    since("StepActionEvent.retry_after_ms")
    times: list[float] = []

    @hatchet.task(name="closed", retries=1, backoff_factor=60)
    def closed(input: EmptyModel, ctx: Context) -> None:
        times.append(time.monotonic())
        raise RetryAfterError("the shop is closed", after=timedelta(seconds=1))

    with worker(closed), pytest.raises(RunFailed, match="the shop is closed"):
        closed.run_no_wait().result(timeout=30)
    # The wait stands in for the backoff, and there is one retry and no more.
    assert len(times) == 2
    assert 0.9 < times[1] - times[0] < 20


def test_a_non_retryable_error_ends_the_run_at_once(hatchet: Hatchet, worker: Any) -> None:
    attempts: list[int] = []

    @hatchet.task(name="final", retries=5)
    async def final(input: EmptyModel, ctx: Context) -> None:
        attempts.append(ctx.retry_count)
        raise NonRetryableError("never")

    with worker(final), pytest.raises(RunFailed, match="NonRetryableError: never"):
        final.run()
    assert attempts == [0]


@pytest.mark.parametrize("sync", [True, False])
def test_a_task_that_exits_fails_its_run_and_leaves_the_worker_alone(hatchet: Hatchet, worker: Any, sync: bool) -> None:
    def exits(input: EmptyModel, ctx: Context) -> None:
        raise SystemExit("enough")

    async def exits_async(input: EmptyModel, ctx: Context) -> None:
        raise SystemExit("enough")

    task = hatchet.task(name="exits")(exits if sync else exits_async)

    @hatchet.task(name="stays")
    def stays(input: EmptyModel, ctx: Context) -> int:
        return 1

    with worker(task, stays):
        with pytest.raises(RunFailed, match="SystemExit: enough"):
            task.run()
        assert stays.run() == 1


def test_an_output_that_cannot_be_sent_fails_the_run_at_once(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="unsendable", retries=5)
    def unsendable(input: EmptyModel, ctx: Context) -> Any:
        return threading.Lock()

    with worker(unsendable), pytest.raises(RunFailed, match=r"OutputError.*returned lock"):
        unsendable.run()


def test_an_output_with_a_nul_character_fails_the_run_with_the_reason(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="nul")
    def nul(input: EmptyModel, ctx: Context) -> Text:
        return Text(text="a\x00b")

    with worker(nul), pytest.raises(RunFailed, match="NUL character"):
        nul.run()


def test_an_output_over_the_message_limit_fails_the_run_with_the_reason(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="large")
    def large(input: EmptyModel, ctx: Context) -> Text:
        return Text(text="x" * 5_000_000)

    with worker(large), pytest.raises(RunFailed, match="PayloadTooLarge"):
        large.run()


def test_an_input_that_a_worker_cannot_read_fails_the_run_with_the_reason(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="drifted", retries=3)
    def declared(input: Text, ctx: Context) -> None: ...

    @hatchet.task(name="drifted")
    def triggered(input: Length, ctx: Context) -> None: ...

    with worker(declared), pytest.raises(RunFailed, match=r"(?s)InputError.*Field required"):
        triggered.run(Length(length=1))


def test_a_cancelled_run_raises_the_same_error_sync_and_async(hatchet: Hatchet, worker: Any, answers: Any) -> None:
    began, told = threading.Event(), threading.Event()

    @hatchet.task(name="slow")
    async def slow(input: EmptyModel, ctx: Context) -> None:
        began.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            told.set()
            raise

    with worker(slow):
        ref = slow.run_no_wait()
        assert began.wait(20)
        ref.cancel()
        with pytest.raises(RunCancelled):
            ref.result(timeout=20)
        with pytest.raises(RunCancelled):
            asyncio.run(ref.aio_result(timeout=20))
        assert told.wait(10)
        answers("details", ref.details())


def test_a_sync_task_sees_its_cancellation(hatchet: Hatchet, worker: Any) -> None:
    began, seen = threading.Event(), threading.Event()

    @hatchet.task(name="looks")
    def looks(input: EmptyModel, ctx: Context) -> None:
        assert not ctx.is_cancelled
        began.set()
        if ctx.wait_for_cancellation(20):
            seen.set()

    with worker(looks):
        ref = looks.run_no_wait()
        assert began.wait(20)
        ref.cancel()
        assert seen.wait(20)
        with pytest.raises(RunCancelled):
            ref.result(timeout=20)


def test_a_task_over_its_execution_timeout_fails_and_is_told(hatchet: Hatchet, worker: Any) -> None:
    told = threading.Event()

    @hatchet.task(name="overruns", execution_timeout=timedelta(seconds=1))
    async def overruns(input: EmptyModel, ctx: Context) -> None:
        await ctx.aio_wait_for_cancellation()
        told.set()

    with worker(overruns):
        with pytest.raises(RunFailed, match="exceeded timeout of 1s"):
            overruns.run()
        assert told.wait(20)


def test_a_run_that_no_worker_takes_in_time_is_cancelled(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="unserved", schedule_timeout=timedelta(seconds=1))
    def unserved(input: EmptyModel, ctx: Context) -> None: ...

    with worker(unserved):
        pass  # registered, and gone
    with pytest.raises(RunCancelled):
        unserved.run_no_wait().result(timeout=60)


def test_higher_priorities_run_first(hatchet: Hatchet, worker: Any) -> None:
    order: list[str] = []
    gate = threading.Event()

    @hatchet.task(name="queued")
    def queued(input: Text, ctx: Context) -> None:
        if input.text == "first":
            gate.wait(20)
        order.append(input.text)

    with worker(queued, slots=1):
        first = queued.run_no_wait(Text(text="first"))
        deadline = time.monotonic() + 20
        while first.status() is not RunStatus.RUNNING and time.monotonic() < deadline:
            threading.Event().wait(0.05)  # until it holds the only slot
        refs = [
            queued.run_no_wait(Text(text=name), priority=priority)
            for name, priority in (("low", 1), ("high", 3), ("middle", 2))
        ]
        gate.set()
        for ref in (first, *refs):
            ref.result(timeout=30)
    assert order == ["first", "high", "middle", "low"]


def test_run_many_gives_results_in_the_order_of_its_items(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="many")
    async def many(input: Text, ctx: Context) -> Length:
        if input.text == "xxx":
            raise ValueError("three")
        return Length(length=len(input.text))

    def items(count: int) -> list[Any]:
        return [many.create_bulk_run_item(Text(text="x" * number)) for number in range(count)]

    with worker(many):
        assert many.run_many(items(3)) == [Length(length=0), Length(length=1), Length(length=2)]
        results = many.run_many(items(5), return_exceptions=True)
        assert [type(result).__name__ for result in results] == ["Length"] * 3 + ["RunFailed", "Length"]
        with pytest.raises(RunFailed, match="three"):
            many.run_many(items(5))
        assert len({ref.workflow_run_id for ref in many.run_many_no_wait(items(3))}) == 3
        assert many.run_many([]) == []


def test_children_belong_to_the_task_that_spawned_them(hatchet: Hatchet, worker: Any) -> None:
    seen: list[tuple[str | None, int | None, object]] = []

    @hatchet.task(name="child")
    def child(input: Text, ctx: Context) -> Length:
        seen.append((ctx.parent_workflow_run_id, ctx.child_index, ctx.additional_metadata.get("who")))
        return Length(length=len(input.text))

    @hatchet.task(name="parent")
    async def parent(input: EmptyModel, ctx: Context) -> int:
        first = await child.aio_run(Text(text="one"))
        rest = await child.aio_run_many([child.create_bulk_run_item(Text(text="three")) for _ in range(2)])
        return first.length + sum(length.length for length in rest)

    @hatchet.task(name="sync-parent")
    def sync_parent(input: EmptyModel, ctx: Context) -> int:
        return child.run(Text(text="one")).length

    with worker(child, parent, sync_parent):
        ref = parent.run_no_wait(additional_metadata={"who": "me"})
        assert ref.result() == 13
        assert sorted(seen, key=str) == [(ref.workflow_run_id, index, "me") for index in range(3)]
        assert sync_parent.run() == 3


def test_a_context_spawns_children_from_wherever_it_is_used(hatchet: Hatchet, worker: Any) -> None:
    seen: dict[str, tuple[str | None, int | None, object]] = {}
    nowhere = contextvars.Context()  # what a thread or a callback has that was set up before the task

    @hatchet.task(name="spawned")
    def spawned(input: Text, ctx: Context) -> Length:
        seen[input.text] = (ctx.parent_workflow_run_id, ctx.child_index, ctx.additional_metadata.get("who"))
        return Length(length=len(input.text))

    @hatchet.task(name="spawns")
    async def spawns(input: EmptyModel, ctx: Context) -> int:
        one = await ctx.aio_spawn(spawned, Text(text="here"), additional_metadata={"who": "me"})
        two = await asyncio.create_task(ctx.aio_spawn(spawned, Text(text="apart")), context=nowhere)
        with ThreadPoolExecutor() as pool:
            spawn = functools.partial(ctx.spawn, spawned, Text(text="in a thread"))
            three = await asyncio.get_running_loop().run_in_executor(pool, spawn)
        four = await spawned.aio_run_no_wait(Text(text="by itself"))
        return sum([(await ref.aio_result()).length for ref in (one, two, three, four)])

    with worker(spawned, spawns):
        ref = spawns.run_no_wait(additional_metadata={"who": "parent"})
        assert ref.result() == sum(len(text) for text in ("here", "apart", "in a thread", "by itself"))
    assert seen == {
        "here": (ref.workflow_run_id, 0, "me"),
        "apart": (ref.workflow_run_id, 1, "parent"),
        "in a thread": (ref.workflow_run_id, 2, "parent"),
        "by itself": (ref.workflow_run_id, 3, "parent"),
    }


def test_a_run_of_a_workflow_that_nobody_registered_ends_with_an_error(hatchet: Hatchet) -> None:
    @hatchet.task(name="never-registered")
    def never_registered(input: EmptyModel, ctx: Context) -> None: ...

    # The embedded engine refuses the trigger; the real one may accept it and never make a run.
    with pytest.raises(NotFound, match="never-registered"):
        never_registered.run()


def test_a_task_that_swallows_its_cancellation_is_still_cancelled(hatchet: Hatchet, worker: Any) -> None:
    began = threading.Event()

    @hatchet.task(name="stubborn")
    async def stubborn(input: EmptyModel, ctx: Context) -> int:
        began.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            return 1
        return 2

    with worker(stubborn):
        ref = stubborn.run_no_wait()
        assert began.wait(20)
        ref.cancel()
        with pytest.raises(RunCancelled):
            ref.result(timeout=20)


def test_explicit_options_win_over_task_defaults(hatchet: Hatchet, worker: Any) -> None:
    attempts: dict[str, int] = {}
    flow = hatchet.workflow("defaults", task_defaults=TaskDefaults(retries=2))

    @flow.task()
    def inherits(input: EmptyModel, ctx: Context) -> None:
        attempts["inherits"] = ctx.attempt_number
        if ctx.attempt_number < 3:
            raise ValueError("again")

    @flow.task(retries=0)
    def own(input: EmptyModel, ctx: Context) -> None:
        attempts["own"] = attempts.get("own", 0) + 1
        raise ValueError("once")

    with worker(flow), pytest.raises(RunFailed, match="once"):
        flow.run()
    assert attempts == {"inherits": 3, "own": 1}


def test_an_engine_that_is_not_there_is_named(engine: str) -> None:
    from hatchet import ClientConfig, ClientTLSConfig
    from hatchet.transport.retry import RetryPolicy
    from hatchet.wire.gateway import Gateway

    config = ClientConfig(
        token="eyJhbGciOiJub25lIn0.eyJzdWIiOiAidCIsICJzZXJ2ZXJfdXJsIjogImh0dHA6Ly94IiwgImdycGNfYnJvYWRjYXN0X2FkZHJlc3MiOiAiMTI3LjAuMC4xOjkifQ.x",
        host_port="127.0.0.1:9",
        tls_config=ClientTLSConfig(strategy="none"),
    )
    client = Hatchet(config)
    gateway = Gateway(config, client.io, RetryPolicy(attempts=1))
    with pytest.raises(Unavailable, match="cannot be reached"):
        client.io.block(gateway.run_details("00000000-0000-0000-0000-000000000000"))
    client.io.block(gateway.close())


def test_a_task_that_asks_to_be_tried_again_later_is(
    hatchet: Hatchet, worker: Any, caplog: pytest.LogCaptureFixture
) -> None:
    attempts: list[float] = []

    @hatchet.task(name="later", retries=1)
    async def later(input: EmptyModel, ctx: Context) -> str:
        attempts.append(time.monotonic())
        if ctx.retry_count == 0:
            raise RetryAfterError("not now", after=timedelta(seconds=1.5))
        return "done"

    with worker(later):
        assert later.run() == "done"
    if is_older(hatchet.get_engine_version(), RETRY_AFTER):
        assert f"needs an engine of {text(RETRY_AFTER)} or newer" in caplog.text
    else:
        assert attempts[1] - attempts[0] > 1.4
        assert "asked to be tried again" not in caplog.text
