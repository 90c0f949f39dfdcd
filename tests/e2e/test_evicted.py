"""What a worker keeps of the runs that it has evicted."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.e2e.programs import ROOT, settings_for
from tests.reach import served

pytestmark = pytest.mark.timeout(180)  # under load, on machines with two cores

WARM, RUNS = 50, 250
LIMIT = 2_000  # bytes of an evicted run
NEWEST = 20  # objects of the last runs that loops may still have in their hands, whatever the number of runs


def test_an_evicted_run_holds_no_task_and_next_to_no_memory() -> None:
    with served() as hatchet:
        command = [sys.executable, "-m", "tests.e2e.evicting"]
        environment = {**os.environ, **settings_for(hatchet)}
        with subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as worker:
            assert worker.stdin is not None
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n"
            waits = hatchet.stubs.task(name="waits")
            held: list[dict[str, int]] = []
            for number in (WARM, RUNS):
                waits.run_many_no_wait([waits.create_bulk_run_item() for _ in range(number)])
                worker.stdin.write(f"{number}\n")
                worker.stdin.flush()
                held.append(json.loads(worker.stdout.readline()))
            worker.stdin.close()
            assert worker.wait(60) == 0
    first, last = held
    assert last["tasks"] == first["tasks"]
    assert last["objects"] <= NEWEST
    assert (last["bytes"] - first["bytes"]) / RUNS < LIMIT
