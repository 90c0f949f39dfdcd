"""Kills worker and engine at random while durable tasks of five steps run: `python -m tests.soak.durable`.

Every task must end with the right outcome. A memo's function and a child's may run again where its worker was lost
before what it made was stored, and at no other time: once more for each kill at most.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from hatchet import Hatchet, HatchetError, NotFound
from hatchet.options.specs import RunSpec
from hatchet.wire.requests import Trigger
from hatchet_api.rest.models import V1TaskStatus
from tests.e2e.programs import DevEngine
from tests.soak.durable_worker import expected
from tests.soak.outcomes import ends_of, tell_history
from tests.soak.workers import SupervisedWorker

PATIENCE = 240.0  # s for all tasks to end
EFFECTS = ("memo1", "child", "memo2")


class Figures(NamedTuple):
    """What became of the tasks."""

    tasks: int
    unended: int
    wrong: int
    """That ended in another way than with the right outcome."""
    missing: int
    """Effects that never happened."""
    doubled: int
    """Effects that happened again after a kill."""
    most: int
    """How often one of them happened."""
    kills: int

    @property
    def fine(self) -> bool:
        return not (self.unended or self.wrong or self.missing) and self.most <= 1 + self.kills


class DurableSoak:
    """An engine, a worker, and tasks that are disturbed."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._random = random.Random(seed)
        self._log = folder / "effects.log"
        self._log.touch()
        self._engine = DevEngine(folder / "data")
        self._hatchet: Hatchet = self._engine.client()
        self._worker = SupervisedWorker("tests.soak.durable_worker", self._hatchet, self._log, folder / "worker.err")
        self._kills = 0

    def run(self, tasks: int, kills: int) -> Figures:
        """Start the tasks, kill worker and engine in turns, and see what becomes of them."""
        runs = self._start(tasks)
        for number in range(kills):
            time.sleep(self._random.uniform(0.3, 2.0))
            self._worker.restart()
            self._push(range(number, tasks, kills))
            time.sleep(self._random.uniform(0.3, 2.0))
            self._engine.kill()
            self._engine.start()
            self._kills += 2
        self._push(range(tasks))
        return self._outcome(runs)

    def close(self) -> None:
        self._worker.kill()
        self._hatchet.close()
        self._engine.kill()

    def _start(self, tasks: int) -> list[str]:
        items = [Trigger("five-steps", f'{{"number": {number}}}'.encode(), RunSpec()) for number in range(tasks)]
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return self._hatchet.io.block(self._hatchet.gateway.bulk_trigger(items))
            except NotFound:  # the worker has not registered it yet
                assert time.monotonic() < deadline
                time.sleep(0.05)

    def _push(self, numbers: range) -> None:
        """Push the events of some tasks; one that comes twice is the same."""
        for number in numbers:
            deadline = time.monotonic() + PATIENCE
            while True:
                try:
                    self._hatchet.event.push("go", {"value": number * 3}, scope=f"item-{number}")
                    break
                except HatchetError:  # the engine is away
                    assert time.monotonic() < deadline
                    time.sleep(0.1)

    def _outcome(self, runs: list[str]) -> Figures:
        states = ends_of(self._hatchet, runs, PATIENCE, meanwhile=self._worker.tend)
        wrong = [
            run_id
            for number, run_id in enumerate(runs)
            if run_id in states and not self._is_right(run_id, states[run_id], number)
        ]
        found = Counter(self._log.read_text().splitlines())
        counts = [found[f"{effect} {number}"] for effect in EFFECTS for number in range(len(runs))]
        return Figures(
            tasks=len(runs),
            unended=len(runs) - len(states),
            wrong=len(wrong),
            missing=counts.count(0),
            doubled=sum(count > 1 for count in counts),
            most=max(counts),
            kills=self._kills,
        )

    def _is_right(self, run_id: str, status: V1TaskStatus, number: int) -> bool:
        if status is V1TaskStatus.COMPLETED:
            output = self._hatchet.runs.with_options(timeout=timedelta(seconds=30)).get_result(run_id)
            if output["five-steps"] == expected(number):
                return True
            print(f"task {number}, run {run_id}: {output}", file=sys.stderr)
            return False
        print(f"task {number}, run {run_id}: {status.value}", file=sys.stderr)
        tell_history(self._hatchet, run_id)
        return False


def main(arguments: list[str] | None = None) -> int:
    """Run with options of a command line, by default those of this process."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.durable", description=__doc__)
    parser.add_argument("--tasks", type=int, default=200)
    parser.add_argument("--kills", type=int, default=5, help="of the worker, and as many of the engine")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        soak = DurableSoak(Path(folder), chosen.seed)
        try:
            figures = soak.run(chosen.tasks, chosen.kills)
        finally:
            soak.close()
    print(figures)
    return 0 if figures.fine else 1


if __name__ == "__main__":
    sys.exit(main())
