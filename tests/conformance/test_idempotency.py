"""Idempotency keys: a run happens once."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from pydantic import BaseModel

from hatchet import (
    BulkTriggerIdempotencyCollisionError,
    Context,
    Hatchet,
    IdempotencyCollisionError,
    StatusBasedIdempotencyConfig,
    TTLBasedIdempotencyConfig,
)


class Order(BaseModel):
    order: str


def key_of(hatchet: Hatchet) -> str:
    """CEL for a key that no other run of these scenarios has: keys are shared by the tenant."""
    return f"'{hatchet.namespace}-' + input.order"


def test_a_held_key_keeps_a_second_run_from_starting(hatchet: Hatchet, worker: Any) -> None:
    config = TTLBasedIdempotencyConfig(key_expression=key_of(hatchet), ttl=timedelta(seconds=3))

    @hatchet.task(name="pay", idempotency=config)
    def pay(input: Order, ctx: Context) -> str:
        return input.order

    with worker(pay):
        first = pay.run_no_wait(Order(order="ttl"))
        started = time.monotonic()
        with pytest.raises(IdempotencyCollisionError) as caught:
            pay.run_no_wait(Order(order="ttl"))
        assert caught.value.existing_run_id == first.workflow_run_id
        assert first.result() == "ttl"
        # Held for its whole time, although the run has ended.
        with pytest.raises(IdempotencyCollisionError):
            pay.run(Order(order="ttl"))
        time.sleep(max(0, 3.5 - (time.monotonic() - started)))
        assert pay.run(Order(order="ttl")) == "ttl"


def test_a_key_can_be_free_when_its_run_has_ended(hatchet: Hatchet, worker: Any) -> None:
    go = threading.Event()
    config = StatusBasedIdempotencyConfig(key_expression=key_of(hatchet), fallback_ttl=timedelta(minutes=5))

    @hatchet.task(name="pay-while", idempotency=config)
    def pay(input: Order, ctx: Context) -> str:
        assert go.wait(30)
        return input.order

    with worker(pay):
        first = pay.run_no_wait(Order(order="status"))
        with pytest.raises(IdempotencyCollisionError) as caught:
            pay.run_no_wait(Order(order="status"))
        assert caught.value.existing_run_id == first.workflow_run_id
        go.set()
        assert first.result() == "status"
        assert pay.run(Order(order="status")) == "status"


def test_of_many_runs_those_with_free_keys_start(hatchet: Hatchet, worker: Any) -> None:
    config = TTLBasedIdempotencyConfig(key_expression=key_of(hatchet), ttl=timedelta(minutes=5))

    @hatchet.task(name="pay-many", idempotency=config)
    def pay(input: Order, ctx: Context) -> str:
        return input.order

    with worker(pay):
        held = pay.run_no_wait(Order(order="m1"))
        with pytest.raises(BulkTriggerIdempotencyCollisionError) as caught:
            pay.run_many([pay.create_bulk_run_item(Order(order=order)) for order in ("m1", "m2", "m3")])
        error = caught.value
        assert [each.existing_run_id for each in error.collisions] == [held.workflow_run_id]
        assert len(error.run_ids) == 2
        outputs = {str(hatchet.runs.get_run_ref(run_id).result()) for run_id in error.run_ids}
        assert len(outputs) == 2
