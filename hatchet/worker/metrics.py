"""Figures of a worker in Prometheus' text form. Loaded only by workers that serve them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final, Protocol

from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from hatchet.hooks import Hook, TaskEnd

if TYPE_CHECKING:
    from prometheus_client import Metric

    from hatchet.context.context import Context
    from hatchet.wire.values import Assignment
    from hatchet.worker.log_capture import LogSender
    from hatchet.worker.loop_watch import LoopWatch
    from hatchet.worker.reporter import Reporter

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
START_BUCKETS: Final = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0, 120.0, 600.0)  # s
RUN_BUCKETS: Final = (0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 60.0, 300.0, 1800.0)  # s


class Observed(Protocol):
    """A running worker, as far as it tells how it is."""

    watch: LoopWatch
    logs: LogSender
    reporter: Reporter

    @property
    def connected(self) -> bool:
        """Whether the engine takes its heartbeats."""
        ...

    @property
    def is_paused(self) -> bool:
        """Whether it has told the engine that it has no room for more."""
        ...

    @property
    def reconnects(self) -> int:
        """How often the connection was lost."""
        ...

    def slots(self) -> dict[str, tuple[int, int]]:
        """Slots by kind: how many are taken, and how many there are."""
        ...

    def held_slots(self) -> dict[str, int]:
        """Slots by kind that code holds which does not end."""
        ...

    def health(self) -> dict[str, object]:
        """What `/health` says."""
        ...


class TaskFigures(Hook):
    """Times of tasks, taken by the worker's own hook."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._received: dict[tuple[str, int], float] = {}
        self._lock = threading.Lock()
        self._start = Histogram(
            "hatchet_worker_task_start_seconds",
            "From the moment a task was queued (where the engine tells it, else received) to the start of its function",
            ["task"],
            buckets=START_BUCKETS,
            registry=registry,
        )
        self._run = Histogram(
            "hatchet_worker_task_run_seconds",
            "How long attempts took, by how they ended",
            ["task", "status"],
            buckets=RUN_BUCKETS,
            registry=registry,
        )

    def assignment_received(self, assignment: Assignment) -> None:
        """Note when."""
        queued = assignment.queued_at
        with self._lock:
            self._received[assignment.key[:2]] = time.time() if queued is None else queued.timestamp()

    def task_started(self, ctx: Context[Any]) -> None:
        """Take the time since then."""
        with self._lock:
            since = self._received.get((ctx.task_run_id, ctx.retry_count))
        if since is not None:
            self._start.labels(ctx.task_name).observe(max(0.0, time.time() - since))

    def task_ended(self, ctx: Context[Any], end: TaskEnd) -> None:
        """Take the time that it took."""
        self._run.labels(ctx.task_name, end.status).observe(end.seconds)

    def settled(self, assignment: Assignment) -> None:
        """Forget an attempt."""
        with self._lock:
            self._received.pop(assignment.key[:2], None)


class WorkerFigures(Collector):
    """What a worker holds at the moment it is asked."""

    def __init__(self, runtime: Observed) -> None:
        self._runtime = runtime

    def collect(self) -> Iterator[Metric]:
        """Read it."""
        runtime = self._runtime
        gauges: list[tuple[str, str, Callable[[], float]]] = [
            ("listener_health", "1 while the worker is connected", lambda: float(runtime.connected)),
            ("paused", "1 while it has told the engine that it has no room", lambda: float(runtime.is_paused)),
            ("event_loop_lag_seconds", "How late the loop of async tasks runs", lambda: runtime.watch.lag),
        ]
        for name, text, read in gauges:
            yield GaugeMetricFamily(f"hatchet_worker_{name}", text, value=read())
        counts: list[tuple[str, str, int]] = [
            ("reconnects", "How often the connection was lost", runtime.reconnects),
            ("loop_blocks", "How often a task blocked the loop of async tasks", runtime.watch.blocked),
            ("log_lines_sent", "Log lines that reached the engine", runtime.logs.sent),
            ("log_lines_dropped", "Log lines that did not", runtime.logs.dropped + runtime.logs.refused),
            ("outcomes_undelivered", "Outcomes that the engine refused", runtime.reporter.undelivered),
        ]
        for name, text, value in counts:
            yield CounterMetricFamily(f"hatchet_worker_{name}", text, value=value)
        used = GaugeMetricFamily("hatchet_worker_used_slots", "Slots that are taken", labels=["slot_pool"])
        limit = GaugeMetricFamily("hatchet_worker_slot_limit", "Slots that there are", labels=["slot_pool"])
        for pool, (taken, size) in runtime.slots().items():
            used.add_metric([pool], taken)
            limit.add_metric([pool], size)
        yield used
        yield limit
        held = GaugeMetricFamily(
            "hatchet_worker_held_slots", "Slots of cancelled functions that go on", labels=["slot_pool"]
        )
        for pool, number in runtime.held_slots().items():
            held.add_metric([pool], number)
        yield held


class Figures:
    """All of it, in a registry of its own: several workers in a process do not mix."""

    def __init__(self, runtime: Observed) -> None:
        self._registry = CollectorRegistry()
        self.tasks: TaskFigures = TaskFigures(self._registry)
        self._registry.register(WorkerFigures(runtime))

    def text(self) -> bytes:
        """As Prometheus reads it."""
        return generate_latest(self._registry)
