"""Tests of an application: the types that its engine, its words and the fixtures give."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import assert_type

from hatchet import Context, Hatchet, Worker
from hatchet.testing import Fault, HistoryEvent, MemoryEngine, Message, RunState, StartWorker

hatchet = Hatchet()


@hatchet.task()
def bill(input: int, ctx: Context) -> str:
    return f"{input} EUR"


orders = hatchet.workflow("orders", input_validator=int)


def test_words(engine: MemoryEngine, worker: StartWorker) -> None:
    message: Message = "heartbeat"
    with worker(bill, orders, slots=2) as running, worker([bill]), engine.worker(bill, name="w") as other:
        assert_type(running, Worker)
        assert_type(other, Worker)
        ref = bill.run_no_wait(1)
        assert_type(ref.result(), str)
        assert_type(engine.state(ref), RunState)
        assert_type(engine.history(ref.workflow_run_id), list[HistoryEvent])
        assert_type(engine.runs(orders), list[str])
        assert_type(engine.refuse(message, times=None), Fault)
        assert_type(engine.now(), datetime)
        engine.skip(timedelta(days=1))
        engine.wait_for(ref, "WAITING", timeout=1)
    assert_type(engine.client(namespace="n"), Hatchet)
    assert_type(engine.of(hatchet), MemoryEngine)


async def test_in_async_code() -> None:
    async with MemoryEngine(time="automatic") as engine, engine.worker(bill) as worker:
        assert_type(engine, MemoryEngine)
        assert_type(worker, Worker)
        assert_type(await engine.aio_state("id"), RunState)
        with engine.drop("outcome") as fault:
            await fault.aio_wait()
        await engine.aio_skip(1.5)
