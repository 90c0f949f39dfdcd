"""Kills the engine again and again, at any moment, while workers run tasks: `python -m tests.soak.kills`.

Every run that the engine had accepted must end well, having been executed exactly once.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from datetime import datetime, timezone
from pathlib import Path
from typing import NamedTuple

from hatchet import Hatchet, HatchetError, NotFound
from hatchet.options.specs import RunSpec
from hatchet.wire.requests import Trigger
from hatchet_api.rest.models import V1TaskStatus
from tests.e2e.programs import DevEngine
from tests.soak.outcomes import ends_of, tell_history
from tests.soak.workers import SupervisedWorker

BULK = 50  # runs in one call
WORKERS = 2
PATIENCE = 90.0  # s for all runs of a round to end
SHOWN = 2  # runs that did not go as they should, of each kind
LONGEST = 0.2  # s that a task takes


class Figures(NamedTuple):
    """What became of the runs that were accepted."""

    accepted: int
    lost: int
    """That have not ended."""
    doubled: int
    """That were executed more than once."""
    unexecuted: int
    """That ended without having been executed."""
    failed: int
    """That ended in another way than well."""

    @property
    def fine(self) -> bool:
        return self.accepted > 0 and not any(self[1:])


class Soak:
    """One engine, some workers, and everything that was asked of them."""

    def __init__(self, folder: Path, seed: int, engine: str = "hatchet.cli") -> None:
        """`engine` is the module that is run as the command `hatchet`."""
        self._random = random.Random(seed)
        self._log = folder / "executed.log"
        self._log.touch()
        self._engine = DevEngine(folder / "data", engine)
        self._hatchet: Hatchet = self._engine.client()
        self._accepted: list[str] = []
        self._workers = [
            SupervisedWorker("tests.soak.worker", self._hatchet, self._log, folder / f"worker{number}.err")
            for number in range(WORKERS)
        ]
        self._trigger(1)

    def round(self, tasks: int, kills: int) -> Figures:
        """Ask for so many runs, kill the engine meanwhile, and see what becomes of them."""
        first = len(self._accepted)
        asking = threading.Thread(target=self._ask, args=(tasks,))
        asking.start()
        for number in range(kills):
            # The second kill comes a second after the engine serves again: before heartbeats have.
            time.sleep(self._random.uniform(0.05, 1.5) if not number else self._random.uniform(0.2, 1.2))
            print(f"killed at {datetime.now(timezone.utc)}", file=sys.stderr)
            self._engine.kill()
            self._engine.start()
            print(f"serves at {datetime.now(timezone.utc)}", file=sys.stderr)
        asking.join()
        return self._outcome(self._accepted[first:])

    def close(self) -> None:
        for worker in self._workers:
            worker.kill()
        self._hatchet.close()
        self._engine.kill()

    def _tend(self) -> None:
        for worker in self._workers:
            worker.tend()

    def _ask(self, tasks: int) -> None:
        for _ in range(tasks // BULK):
            self._trigger(BULK)

    def _trigger(self, count: int) -> None:
        items = [
            Trigger("job", f'{{"seconds": {self._random.uniform(0, LONGEST):.3f}}}'.encode(), RunSpec())
            for _ in range(count)
        ]
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                self._accepted += self._hatchet.io.block(self._hatchet.gateway.bulk_trigger(items))
            except NotFound:  # the workers have not registered it yet
                assert time.monotonic() < deadline
                time.sleep(0.05)
            except HatchetError:
                return  # it was not accepted, or nobody can say
            else:
                return

    def _outcome(self, runs: list[str]) -> Figures:
        states = ends_of(self._hatchet, runs, PATIENCE, meanwhile=self._tend)
        lines = self._log.read_text().splitlines()
        began = Counter(line.split()[1] for line in lines if line.startswith("began"))
        for wrong in (
            [each for each in runs if began[each] != 1],
            [each for each in runs if states.get(each) is not V1TaskStatus.COMPLETED],
        ):
            for run_id in wrong[:SHOWN]:
                self._tell(run_id, [line for line in lines if run_id in line])
        return Figures(
            accepted=len(runs),
            lost=len(runs) - len(states),
            doubled=sum(began[run_id] > 1 for run_id in runs),
            unexecuted=sum(run_id in states and not began[run_id] for run_id in runs),
            failed=sum(status is not V1TaskStatus.COMPLETED for status in states.values()),
        )

    def _tell(self, run_id: str, lines: list[str]) -> None:
        """What there is to see of a run that did not go as it should."""
        print(f"run {run_id}: {lines}", file=sys.stderr)
        tell_history(self._hatchet, run_id)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak.kills", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--tasks", type=int, default=500, help="runs in each round")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    total = Figures(0, 0, 0, 0, 0)
    with tempfile.TemporaryDirectory() as folder:
        soak = Soak(Path(folder), chosen.seed)
        try:
            for number in range(chosen.rounds):
                figures = soak.round(chosen.tasks, kills=1 + number % 2)
                total = Figures(*(a + b for a, b in zip(total, figures, strict=True)))
                print(f"round {number + 1}: {figures}", flush=True)
        finally:
            soak.close()
    print(f"all: {total}")
    return 0 if total.fine else 1


if __name__ == "__main__":
    sys.exit(main())
