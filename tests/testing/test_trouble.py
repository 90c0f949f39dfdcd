"""What goes wrong because a test says so: at the worker, at the engine, and on the way between them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from hatchet import (
    Context,
    DurableContext,
    EmptyModel,
    Hatchet,
    HatchetError,
    RunFailed,
    ServerError,
    Unauthenticated,
    Unavailable,
    WorkerStatus,
)
from hatchet.testing import Fault, MemoryEngine, StartWorker
from hatchet_api.calls import StatusCode
from tests.testing import shop

Order = shop.Order


def count(engine: MemoryEngine, run: str, kind: str) -> int:
    return [event.type for event in engine.history(run)].count(kind)


def test_a_worker_that_is_killed_delivers_nothing_and_another_goes_on(engine: MemoryEngine, hatchet: Hatchet) -> None:
    began: list[str] = []

    @hatchet.task()
    async def work(input: EmptyModel, ctx: Context) -> str:
        began.append(ctx.worker_id)
        if len(began) == 1:
            await asyncio.Event().wait()
        return ctx.worker_id

    first = engine.worker(work, name="first")
    with first:
        ref = work.run_no_wait()
        engine.wait_for(ref, "RUNNING")
        while not began:
            engine.settle(patience=0.1)
        engine.kill_worker()
        first.wait()
        assert first.status is WorkerStatus.STOPPED
        assert engine.state(ref) == "RUNNING"  # of which the engine does not know better
        with engine.worker(work, name="second"):
            engine.skip(31)
            assert ref.result() == began[1] != began[0]
    assert count(engine, ref.workflow_run_id, "REASSIGNED") == 1


@pytest.mark.hatchet_engine(time="automatic")
def test_time_passes_by_itself_until_a_killed_worker_is_missed(engine: MemoryEngine, hatchet: Hatchet) -> None:
    @hatchet.durable_task(execution_timeout=timedelta(days=10))
    async def nap(input: EmptyModel, ctx: DurableContext) -> str:
        await ctx.aio_sleep_for(timedelta(days=1))
        return "rested"

    with engine.worker(nap, name="first") as first:
        ref = nap.run_no_wait()
        engine.wait_for(ref, "WAITING")
        with engine.worker(nap, name="second") as second:
            engine.kill_worker(first)
            assert ref.result() == "rested"
            assert second.status.name == "HEALTHY"


def test_the_worker_to_kill_must_be_known(engine: MemoryEngine) -> None:
    with pytest.raises(HatchetError, match="0 workers run"):
        engine.kill_worker()
    with engine.worker(shop.price, name="a"), engine.worker(shop.bill, name="b"):
        with pytest.raises(HatchetError, match="2 workers run"):
            engine.kill_worker()
        with pytest.raises(HatchetError, match="worker 'other' does not run"):
            engine.kill_worker(shop.hatchet.worker("other", workflows=[shop.price]))


def test_an_engine_that_is_killed_and_started_has_what_it_had_accepted(
    engine: MemoryEngine, worker: StartWorker
) -> None:
    with worker(shop.remind, shop.price):
        sleeping = shop.remind.run_no_wait()
        engine.wait_for(sleeping, "WAITING")
        done = shop.price.run_no_wait(Order(items=2))
        assert done.result() == 6
        for _ in range(2):
            before = engine.now()
            engine.restart()
            assert engine.now() >= before
            assert done.result() == 6
            assert shop.price.run(Order(items=1)) == 3
        engine.wait_for(sleeping, "WAITING")
        engine.skip(timedelta(days=30))
        assert sleeping.result() == "reminded"


async def test_a_wait_outlives_a_restart(engine: MemoryEngine, worker: StartWorker) -> None:
    async with worker(shop.dun):
        ref = await shop.dun.aio_run_no_wait()
        await engine.aio_wait_for(ref, "WAITING")
        waiting = asyncio.create_task(ref.aio_result())
        await engine.aio_restart()
        await engine.aio_wait_for(ref, "WAITING")
        await shop.hatchet.event.aio_push("paid", {})
        assert await waiting == "paid"


def test_an_outcome_that_is_lost_is_delivered_again(engine: MemoryEngine, worker: StartWorker) -> None:
    with worker(shop.price), engine.drop("outcome", times=2) as lost:
        assert shop.price.run(Order(items=2)) == 6
        assert lost.count == 2


def test_an_outcome_whose_answer_is_lost_counts_once(engine: MemoryEngine, worker: StartWorker) -> None:
    with worker(shop.price), engine.drop("outcome", answer=True) as lost:
        ref = shop.price.run_no_wait(Order(items=2))
        assert ref.result() == 6
        lost.wait()
    assert count(engine, ref.workflow_run_id, "FINISHED") == 1


def test_a_trigger_that_may_have_arrived_is_not_repeated(engine: MemoryEngine, worker: StartWorker) -> None:
    with worker(shop.price):
        engine.drop("trigger")
        with pytest.raises(Unavailable):
            shop.price.run(Order(items=2))
        engine.drop("trigger", answer=True)
        with pytest.raises(Unavailable):
            shop.price.run(Order(items=2))
        assert len(engine.runs()) == 1


@pytest.mark.parametrize("let", [
    lambda engine: engine.double("assignment"),
    lambda engine: engine.double("outcome"),
    lambda engine: engine.double("started"),
    lambda engine: engine.delay("outcome", by=0.05),
    lambda engine: engine.delay("assignment", by=timedelta(seconds=0.05)),
    lambda engine: engine.reorder("outcome"),
    lambda engine: engine.reorder("started"),
])  # fmt: skip
def test_a_run_is_executed_once_whatever_happens_on_the_way(
    engine: MemoryEngine, hatchet: Hatchet, let: Callable[[MemoryEngine], Fault]
) -> None:
    executed: list[int] = []

    @hatchet.task()
    async def work(input: int, ctx: Context) -> int:
        executed.append(input)
        return input * 2

    with engine.worker(work):
        fault = let(engine)
        refs = [work.run_no_wait(number) for number in (1, 2)]
        assert [ref.result() for ref in refs] == [2, 4]
        assert fault.count == 1
    assert sorted(executed) == [1, 2]
    assert [count(engine, ref.workflow_run_id, "FINISHED") for ref in refs] == [1, 1]


def test_assignments_overtake_each_other(engine: MemoryEngine, hatchet: Hatchet) -> None:
    order: list[int] = []

    @hatchet.task()
    async def work(input: int, ctx: Context) -> None:
        order.append(input)

    with engine.worker(work):
        engine.reorder("assignment")
        refs = [work.run_no_wait(number) for number in (1, 2)]
        for ref in refs:
            ref.result()
    assert order == [2, 1]


def test_what_is_to_be_overtaken_and_is_not_is_delivered_all_the_same(
    engine: MemoryEngine, worker: StartWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hatchet.testing.line.HELD_FOR", 0.05)
    with worker(shop.price):
        engine.reorder("assignment")
        assert shop.price.run(Order(items=2)) == 6
        engine.reorder("outcome")
        assert shop.price.run(Order(items=2)) == 6


def test_durable_waits_go_on_although_messages_are_lost(engine: MemoryEngine, worker: StartWorker) -> None:
    with worker(shop.remind):
        with engine.refuse("durable_answer") as broken:
            ref = shop.remind.run_no_wait()
            broken.wait()
        engine.wait_for(ref, "WAITING")
        engine.skip(timedelta(days=30))
        assert ref.result() == "reminded"
        engine.double("durable_request", times=2)
        again = shop.remind.run_no_wait()
        engine.wait_for(again, "WAITING")
        engine.skip(timedelta(days=30))
        assert again.result() == "reminded"


def test_a_worker_whose_heartbeats_are_refused_opens_its_stream_anew(
    engine: MemoryEngine, worker: StartWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hatchet.worker.listener.HEARTBEAT_PERIOD", 0.05)
    with engine.refuse("heartbeat", "FAILED_PRECONDITION") as refused, worker(shop.price) as running:
        refused.wait()
        assert shop.price.run(Order(items=2)) == 6
        assert running.status is WorkerStatus.HEALTHY
    assert refused.count == 1


def test_a_worker_that_may_not_register_says_so(engine: MemoryEngine, worker: StartWorker) -> None:
    engine.refuse("registration", "UNAUTHENTICATED", times=None)
    with pytest.raises(HatchetError, match="refused by the test"), worker(shop.price):
        pass


def test_a_result_that_is_lost_is_asked_for_again(engine: MemoryEngine, worker: StartWorker) -> None:
    with worker(shop.price), engine.refuse("result") as broken:
        assert shop.price.run(Order(items=2)) == 6
        assert broken.count == 1


@pytest.mark.parametrize(("code", "error"), [("UNAUTHENTICATED", Unauthenticated), ("INTERNAL", ServerError)])
def test_a_call_is_refused_as_it_is_said(engine: MemoryEngine, code: str, error: type[Exception]) -> None:
    engine.refuse("event", code, times=None)  # type: ignore[arg-type]  # one of them, which the list does not say
    with pytest.raises(error, match="the event was refused by the test"):
        shop.hatchet.event.push("paid", {})


def test_an_event_is_pushed_twice(engine: MemoryEngine) -> None:
    engine.double("event")
    shop.hatchet.event.push("paid", {})
    assert len(shop.hatchet.event.list().rows or ()) == 2


def test_an_engine_whose_disk_is_full_refuses_until_there_is_room(
    engine: MemoryEngine, worker: StartWorker, caplog: pytest.LogCaptureFixture
) -> None:
    with worker(shop.price):
        engine.fill_disk()
        with pytest.raises(Unavailable, match="no space left"):
            shop.price.run(Order(items=2))
        engine.free_disk()
        assert _patiently(lambda: shop.price.run(Order(items=2))) == 6
    assert "can store again" in caplog.text


def _patiently(run: Callable[[], int]) -> int:
    for _ in range(100):
        try:
            return run()
        except Unavailable:
            continue
    raise AssertionError("the engine has not found the room")


def test_a_fault_happens_as_often_as_it_should(engine: MemoryEngine, worker: StartWorker) -> None:
    with worker(shop.price):
        engine.delay("trigger", by=0.0, times=2)
        with engine.delay("outcome", by=0.0, times=None) as always:
            for number in range(3):
                shop.price.run(Order(items=number))
        shop.price.run(Order(items=4))
    assert always.count == 3
    for wrong in (0, -1):
        with pytest.raises(HatchetError, match="write 1 or more"):
            engine.drop("outcome", times=wrong)
    for late in (-1.0, float("inf"), float("nan")):
        with pytest.raises(HatchetError, match="0 seconds or more"):
            engine.delay("outcome", by=late)


def test_a_fault_that_does_not_happen_is_told(engine: MemoryEngine) -> None:
    with pytest.raises(TimeoutError, match=r"no outcome has passed within 0\.05 s"):
        engine.drop("outcome").wait(0.05)


def test_a_failure_of_the_task_is_no_failure_of_the_way(engine: MemoryEngine, worker: StartWorker) -> None:
    with worker(shop.broken), engine.double("outcome"), pytest.raises(RunFailed, match="nothing was ordered"):
        shop.broken.run()


async def test_a_worker_on_the_loop_of_the_test_can_be_killed_too(engine: MemoryEngine, worker: StartWorker) -> None:
    async with worker(shop.endless, name="first") as first:
        ref = await shop.endless.aio_run_no_wait()
        await engine.aio_wait_for(ref, "RUNNING")
        await engine.aio_kill_worker()
        await first.aio_wait()
    assert first.status is WorkerStatus.STOPPED
    assert await engine.aio_state(ref) == "RUNNING"
    async with worker(shop.endless, name="second"):
        await engine.aio_skip(31)
        await ref.aio_cancel()
        await engine.aio_wait_for(ref, "CANCELLED")
    assert [event.type for event in await engine.aio_history(ref)].count("REASSIGNED") == 1


def test_a_fault_is_as_it_was_asked_for(engine: MemoryEngine) -> None:
    faults = [
        engine.drop("outcome"), engine.drop("log", times=3, answer=True), engine.delay("event", 2),
        engine.delay("event", timedelta(minutes=1), times=None), engine.double("result"),
        engine.double("result", times=2),
        engine.reorder("started"), engine.reorder("started", times=4), engine.refuse("trigger"),
        engine.refuse("trigger", "INTERNAL", times=None),
    ]  # fmt: skip
    told = [(each.kind, each.action, each.seconds, each.answer, each._left, each._code, each.count) for each in faults]
    assert told == [
        ("outcome", "drop", 0.0, False, 1, None, 0), ("log", "drop", 0.0, True, 3, None, 0),
        ("event", "delay", 2.0, False, 1, None, 0), ("event", "delay", 60.0, False, None, None, 0),
        ("result", "double", 0.0, False, 1, None, 0), ("result", "double", 0.0, False, 2, None, 0),
        ("started", "reorder", 0.0, False, 1, None, 0), ("started", "reorder", 0.0, False, 4, None, 0),
        ("trigger", "refuse", 0.0, False, 1, StatusCode.UNAVAILABLE, 0),
        ("trigger", "refuse", 0.0, False, None, StatusCode.INTERNAL, 0),
    ]  # fmt: skip


def test_a_worker_to_kill_is_named_where_there_are_several(engine: MemoryEngine, worker: StartWorker) -> None:
    with pytest.raises(HatchetError, match=r"^0 workers run; name the one to kill"):
        engine.kill_worker()
    with worker(shop.price, name="one") as first, worker(shop.price, name="two") as second:
        with pytest.raises(HatchetError, match=r"^2 workers run; name the one to kill"):
            engine.kill_worker()
        engine.kill_worker(second)
        second.wait()
        assert (first.status, second.status) == (WorkerStatus.HEALTHY, WorkerStatus.STOPPED)
        with pytest.raises(HatchetError, match=r"^worker 'two' does not run at this engine$"):
            engine.kill_worker(second)
