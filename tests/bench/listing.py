"""Runs listed through the iterator, 1,000 and 10,000 of them: prints its figures as one JSON object."""

from __future__ import annotations

import gc
import json
import time
import tracemalloc
from typing import Final

from hatchet import Context, EmptyModel, Hatchet

FEW, MANY = 1_000, 10_000
BATCH: Final = 1_000  # runs started at once
ROUNDS: Final = 3


def started(hatchet: Hatchet, name: str, count: int) -> str:
    """A workflow with so many runs that wait; its id."""

    @hatchet.task(name=name)
    def waits(input: EmptyModel, ctx: Context) -> None: ...

    with hatchet.worker("registers", workflows=[waits]):
        workflow_id = waits.id
    for _ in range(count // BATCH):
        waits.run_many([waits.create_bulk_run_item() for _ in range(BATCH)], wait_for_result=False)
    return workflow_id


def listed(hatchet: Hatchet, workflow_id: str, count: int) -> float:
    """Seconds that the list takes."""
    began = time.perf_counter()
    found = sum(1 for _ in hatchet.runs.iterate(workflow_ids=[workflow_id]))
    assert found == count, f"{found} of {count} runs were listed"
    return time.perf_counter() - began


def peak(hatchet: Hatchet, workflow_id: str, count: int) -> float:
    """Megabytes that client and engine need at most for the list besides what they have."""
    gc.collect()
    tracemalloc.start()
    listed(hatchet, workflow_id, count)
    found = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return found


def main() -> None:
    """Measure, and print the figures."""
    hatchet = Hatchet.from_embedded(None)
    few, many = started(hatchet, "few", FEW), started(hatchet, "many", MANY)
    listed(hatchet, few, FEW)
    seconds = [(listed(hatchet, few, FEW), listed(hatchet, many, MANY)) for _ in range(ROUNDS)]
    megabytes = [(peak(hatchet, few, FEW), peak(hatchet, many, MANY)) for _ in range(ROUNDS)]
    hatchet.stop_embedded()
    print(
        json.dumps(
            {
                "few": [each for each, _ in seconds],
                "many": [each for _, each in seconds],
                "few_memory": [each for each, _ in megabytes],
                "many_memory": [each for _, each in megabytes],
            }
        )
    )


if __name__ == "__main__":
    main()
