"""`/health` and the gauges count slots by what tasks cost, as the engine does."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Callable
from datetime import timedelta

from hatchet import Context, EmptyModel, Hatchet, HealthcheckConfig, Worker
from tests.worker.conftest import wait_until


def shown(worker: Worker) -> tuple[dict[str, dict[str, int]], dict[str, float]]:
    """Slots as `/health` and as the gauges have them."""

    def get(path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{worker.health_port}{path}", timeout=20) as answer:
            return str(answer.read().decode())

    gauges: dict[str, float] = {}
    for line in get("/metrics").splitlines():
        name, _, value = line.rpartition(" ")
        if name.startswith(("hatchet_worker_used_slots", "hatchet_worker_slot_limit", "hatchet_worker_held_slots")):
            gauges[name.removeprefix("hatchet_worker_")] = float(value)
    slots: dict[str, dict[str, int]] = json.loads(get("/health"))["slots"]
    return slots, gauges


def test_slots_are_counted_by_cost_for_what_runs_and_for_what_was_cancelled_and_goes_on(
    client: Callable[..., Hatchet],
) -> None:
    hatchet = client(healthcheck=HealthcheckConfig(enabled=True, port=0, bind_address=None))
    go = threading.Event()
    began = threading.Semaphore(0)

    def wait() -> None:
        began.release()
        go.wait(60)

    @hatchet.task(slot_cost=3, execution_timeout="60s")
    def dear(input: EmptyModel, ctx: Context) -> None:
        wait()

    @hatchet.task(execution_timeout="60s")
    def cheap(input: EmptyModel, ctx: Context) -> None:
        wait()

    @hatchet.durable_task(execution_timeout="60s")
    def durable(input: EmptyModel, ctx: Context) -> None:
        wait()

    @hatchet.batch_task(batch_max_size=2, batch_max_interval=timedelta(seconds=20), broadcast_output=True)
    def both(inputs: dict[str, EmptyModel], ctx: Context) -> None:
        wait()

    with hatchet.worker("w", slots=10, durable_slots=4, workflows=[dear, cheap, durable, both]) as worker:
        run = dear.run_no_wait()
        for other in (cheap, durable):
            other.run_no_wait()
        both.run_many_no_wait([both.create_bulk_run_item()] * 2)
        for _ in range(4):
            assert began.acquire(timeout=30)
        slots, gauges = shown(worker)
        assert slots == {"default": {"used": 5, "limit": 10}, "durable": {"used": 1, "limit": 4}}
        assert gauges['used_slots{slot_pool="default"}'] == 5
        assert gauges['used_slots{slot_pool="durable"}'] == 1
        assert gauges['slot_limit{slot_pool="default"}'] == 10
        run.cancel()
        wait_until(lambda: shown(worker)[0]["default"].get("held") == 3, "the cancelled one to hold its slots")
        assert shown(worker)[0]["default"] == {"used": 5, "limit": 10, "held": 3}
        assert shown(worker)[1]['held_slots{slot_pool="default"}'] == 3
        go.set()
        wait_until(lambda: shown(worker)[0]["default"] == {"used": 0, "limit": 10}, "all slots to be free")
