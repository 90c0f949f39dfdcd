"""A worker and the bare loop, each fed by a process that only floods."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from tests.bench.programs import TIMEOUT, say, start

ROUNDS = 3
SHORT, LONG = 500, 3500  # tasks; the difference of two runs leaves out start and warm-up
MODULES = {"bare": "tests.bench.bare", "worker": "tests.bench.noop_worker"}


@dataclass
class Flooded:
    """Figures of one kind of worker, one for each round."""

    cpu: list[float] = field(default_factory=list[float])
    """Seconds for a task, user and system."""
    rate: list[float] = field(default_factory=list[float])
    """Tasks/s."""
    busy: list[float] = field(default_factory=list[float])
    """Largest resident memory of the long run, MB."""


@dataclass(frozen=True)
class _Once:
    cpu: float
    memory: float
    seconds: float


def _once(kind: str, tasks: int) -> _Once:
    flood = start("-m", "tests.bench.flood", str(tasks))
    worker = None
    try:
        assert flood.stdin is not None
        assert flood.stdout is not None
        worker = start("-m", MODULES[kind], flood.stdout.readline().strip(), str(tasks))
        assert worker.stdin is not None
        assert worker.stdout is not None
        watchdog = threading.Timer(TIMEOUT, flood.kill)
        watchdog.start()
        seconds = float(flood.stdout.readline()) if tasks else 0.0
        watchdog.cancel()
        worker.stdin.write("\n")
        worker.stdin.flush()
        cpu, memory = map(float, worker.stdout.readline().split())
        # Not drained: it would try for seconds to reach a REST side, which the flood does not have.
        worker.kill()
        worker.wait(TIMEOUT)
        flood.stdin.close()
        flood.wait(TIMEOUT)
        return _Once(cpu, memory, seconds)
    finally:
        for process in (worker, flood):
            if process is not None and process.poll() is None:
                process.kill()


def idle_memory() -> float:
    """MB resident of a worker that listens and has nothing to do."""
    return _once("worker", 0).memory


def measure() -> dict[str, Flooded]:
    """Figures of both kinds, round by round in turns."""
    figures = {kind: Flooded() for kind in MODULES}
    for round_ in range(ROUNDS):
        for kind, found in figures.items():
            say(f"flooded {kind} {round_ + 1}/{ROUNDS}")
            short, long = _once(kind, SHORT), _once(kind, LONG)
            found.cpu.append((long.cpu - short.cpu) / (LONG - SHORT))
            found.rate.append((LONG - SHORT) / (long.seconds - short.seconds))
            found.busy.append(long.memory)
    return figures
