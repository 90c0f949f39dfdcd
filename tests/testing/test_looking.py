"""What a test sees of runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from hatchet import Context, EmptyModel, HatchetError, RunFailed
from hatchet.testing import MemoryEngine, StartWorker
from tests.testing import shop

Order = shop.Order


def test_a_run_is_where_the_engine_has_it(engine: MemoryEngine, worker: StartWorker) -> None:
    with worker(shop.remind, shop.endless):
        sleeping, running = shop.remind.run_no_wait(), shop.endless.run_no_wait()
        engine.wait_for(sleeping, "WAITING")
        engine.wait_for(running, "RUNNING")
        assert engine.state(sleeping.workflow_run_id) == "WAITING"
        running.cancel()
        engine.wait_for(running, "CANCELLED")
        with pytest.raises(HatchetError, match="has ended, CANCELLED; the test waits until it is COMPLETED"):
            engine.wait_for(running, "COMPLETED")
        with pytest.raises(HatchetError, match=r"is WAITING after 0\.05 s; the test waits until it is FAILED"):
            engine.wait_for(sleeping, "FAILED", timeout=0.05)
        with pytest.raises(HatchetError, match="knows no run"):
            engine.state("5b3c8d1c-0000-4000-8000-000000000000")


def test_a_durable_task_waits_on_when_its_worker_has_ended(engine: MemoryEngine, worker: StartWorker) -> None:
    with worker(shop.remind):
        ref = shop.remind.run_no_wait()
        engine.wait_for(ref, "WAITING")
    assert engine.state(ref) == "WAITING"
    assert engine.leftovers.waiting == [f"remind ({ref.workflow_run_id})"]
    engine.skip(timedelta(days=30))
    with worker(shop.remind):
        assert ref.result() == "reminded"


def test_a_parent_waits_while_its_child_does(engine: MemoryEngine, worker: StartWorker) -> None:
    @shop.hatchet.task(execution_timeout=timedelta(days=99))
    async def parent(input: EmptyModel, ctx: Context) -> str:
        return await shop.remind.aio_run()

    with worker(parent, shop.remind):
        ref = parent.run_no_wait()
        engine.wait_for(ref, "WAITING")
        engine.skip(timedelta(days=30))
        assert ref.result() == "reminded"
        assert [engine.history(run)[0].task for run in engine.runs()] == ["parent", "remind"]
        assert engine.runs(shop.remind) == engine.runs()[1:]


def test_the_history_of_a_run_is_a_list(engine: MemoryEngine, worker: StartWorker) -> None:
    with worker(shop.flaky, shop.orders):
        ref = shop.flaky.run_no_wait()
        engine.skip(timedelta(hours=1))
        ref.result()
        history = engine.history(ref)
        order = shop.orders.run_no_wait(Order(items=1))
        order.result()
    assert [(event.type, event.attempt) for event in history if event.type in ("STARTED", "FAILED", "FINISHED")] == [
        ("STARTED", 1), ("FAILED", 1), ("STARTED", 2), ("FAILED", 2), ("STARTED", 3), ("FAILED", 3), ("STARTED", 4),
        ("FINISHED", 4),
    ]  # fmt: skip
    assert "ConnectionError: attempt 1" in next(event.error for event in history if event.type == "FAILED")
    assert [event.at for event in history] == sorted(event.at for event in history)
    ended = [event.task for event in engine.history(order) if event.type == "FINISHED"]
    assert ended == ["pack", "send"]


async def test_all_of_it_can_be_awaited(engine: MemoryEngine, worker: StartWorker) -> None:
    async with worker(shop.price):
        ref = await shop.price.aio_run_no_wait(Order(items=1))
        await engine.aio_wait_for(ref, "COMPLETED")
        assert await engine.aio_state(ref) == "COMPLETED"
        assert [event.type for event in await engine.aio_history(ref)][-1] == "FINISHED"
        assert await engine.aio_runs() == [ref.workflow_run_id]


def test_what_a_test_leaves_is_known(engine: MemoryEngine, worker: StartWorker) -> None:
    assert str(engine.leftovers) == ""
    with worker(shop.broken, shop.endless, shop.remind, drain_timeout=0.1):
        unread, endless, sleeping = (task.run_no_wait() for task in (shop.broken, shop.endless, shop.remind))
        engine.settle(patience=0.3)
        left = engine.leftovers
        assert left.unread == [f"broken ({unread.workflow_run_id}, ValueError: nothing was ordered)"]
        assert left.running == [f"endless ({endless.workflow_run_id})"]
        assert left.waiting == [f"remind ({sleeping.workflow_run_id})"]
        assert str(left).splitlines()[0] == f"still running: {left.running[0]}"
        with pytest.raises(RunFailed):
            unread.result()
        assert engine.leftovers.unread == []
        endless.cancel()
        engine.wait_for(endless, "CANCELLED")
    assert len(engine.failures) == 1
    assert "nothing was ordered" in engine.failures[0]


@pytest.mark.parametrize("look", ["details", "history", "list", "get"])
def test_who_has_looked_at_a_failure_has_read_it(engine: MemoryEngine, worker: StartWorker, look: str) -> None:
    with worker(shop.broken):
        ref = shop.broken.run_no_wait()
        engine.settle()
        assert len(engine.leftovers.unread) == 1
        looks: dict[str, Callable[[], object]] = {
            "details": ref.details,
            "history": lambda: engine.history(ref),
            "list": lambda: shop.hatchet.runs.list(),
            "get": lambda: shop.hatchet.runs.get(ref.workflow_run_id),
        }
        looks[look]()
        assert engine.leftovers.unread == []
