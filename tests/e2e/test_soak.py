"""A worker that has done many tasks holds no more than one that has done few."""

from __future__ import annotations

import itertools
import os
import statistics
from collections.abc import Callable

import pytest
from pydantic import BaseModel

from hatchet import Hatchet
from tests.e2e.programs import Program, Restartable, settings_for

pytestmark = pytest.mark.timeout(580)

TASKS = int(os.environ.get("SOAK_TASKS", "2000"))
"""How many there are. `make soak` does 20,000."""
WARM, STEP = 1_000, 250
"""Those before that it warms up, and those of one look."""
SLOPE = 1.0 if TASKS >= 20_000 else 20.0  # MB of resident memory for 10,000 tasks; an allocator wavers by 1.5 MB
MB = 1024 * 1024


class Name(BaseModel):
    name: str


class Inventory(BaseModel):
    resident: int
    threads: int
    files: int
    tasks: int
    objects: int


def test_thousands_of_tasks_with_logs_and_streams_leave_nothing_behind(
    restartable: Restartable, start_program: Callable[..., Program]
) -> None:
    hatchet = restartable.client()
    start_program({**settings_for(hatchet), "HATCHET_CLIENT_LOG_QUEUE_SIZE": "20000"}, fresh=True)
    chatty = hatchet.stubs.task(name="chatty", input_validator=Name, output_validator=str)
    inventory = hatchet.stubs.task(name="inventory", output_validator=Inventory)
    items = [chatty.create_bulk_run_item(Name(name=f"n{number}")) for number in range(STEP)]
    expected = [f"n{number}" for number in range(STEP)]
    seen: list[Inventory] = []
    for done in range(STEP, TASKS + 1, STEP):
        assert chatty.run_many(items) == expected
        if done >= WARM:
            seen.append(inventory.run())
    sizes = [one.resident / MB for one in seen]
    # The median over all pairs: an allocator that takes one more arena is no growth.
    pairs = itertools.combinations(enumerate(sizes), 2)
    slope = statistics.median((later - sooner) / (j - i) for (i, sooner), (j, later) in pairs) * 10_000 / STEP
    assert slope < SLOPE, f"{slope:.2f} MB for 10,000 tasks: {[round(size, 2) for size in sizes]}"
    for what in ("threads", "files", "tasks"):
        counts = [getattr(one, what) for one in seen]
        assert min(counts[-3:]) <= max(counts[:3]), f"{what} grow: {counts}"
    objects = [one.objects for one in seen]
    assert objects[-1] < objects[0] + 100, f"objects grow: {objects}"  # one for fifteen tasks
    _stop(hatchet)


def _stop(hatchet: Hatchet) -> None:
    hatchet.io.block(hatchet.gateway.close())
