"""What `/metrics` of a worker says, line by line."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from types import SimpleNamespace
from typing import Any, cast

import pytest

from hatchet.hooks import TaskEnd
from hatchet.wire.values import Assignment, AssignmentKind
from hatchet.worker import metrics
from hatchet.worker.metrics import Figures

HELP = """\
# HELP hatchet_worker_listener_health 1 while the worker is connected
# TYPE hatchet_worker_listener_health gauge
hatchet_worker_listener_health 1.0
# HELP hatchet_worker_paused 1 while it has told the engine that it has no room
# TYPE hatchet_worker_paused gauge
hatchet_worker_paused 0.0
# HELP hatchet_worker_event_loop_lag_seconds How late the loop of async tasks runs
# TYPE hatchet_worker_event_loop_lag_seconds gauge
hatchet_worker_event_loop_lag_seconds 0.25
# HELP hatchet_worker_reconnects_total How often the connection was lost
# TYPE hatchet_worker_reconnects_total counter
hatchet_worker_reconnects_total 1.0
# HELP hatchet_worker_loop_blocks_total How often a task blocked the loop of async tasks
# TYPE hatchet_worker_loop_blocks_total counter
hatchet_worker_loop_blocks_total 2.0
# HELP hatchet_worker_log_lines_sent_total Log lines that reached the engine
# TYPE hatchet_worker_log_lines_sent_total counter
hatchet_worker_log_lines_sent_total 3.0
# HELP hatchet_worker_log_lines_dropped_total Log lines that did not
# TYPE hatchet_worker_log_lines_dropped_total counter
hatchet_worker_log_lines_dropped_total 9.0
# HELP hatchet_worker_outcomes_undelivered_total Outcomes that the engine refused
# TYPE hatchet_worker_outcomes_undelivered_total counter
hatchet_worker_outcomes_undelivered_total 6.0
# HELP hatchet_worker_used_slots Slots that are taken
# TYPE hatchet_worker_used_slots gauge
hatchet_worker_used_slots{slot_pool="default"} 7.0
hatchet_worker_used_slots{slot_pool="durable"} 0.0
# HELP hatchet_worker_slot_limit Slots that there are
# TYPE hatchet_worker_slot_limit gauge
hatchet_worker_slot_limit{slot_pool="default"} 10.0
hatchet_worker_slot_limit{slot_pool="durable"} 5.0
# HELP hatchet_worker_held_slots Slots of cancelled functions that go on
# TYPE hatchet_worker_held_slots gauge
hatchet_worker_held_slots{slot_pool="default"} 8.0
""".splitlines()


def worker() -> Any:
    return SimpleNamespace(
        connected=True, is_paused=False, watch=SimpleNamespace(lag=0.25, blocked=2), reconnects=1,
        logs=SimpleNamespace(sent=3, dropped=4, refused=5), reporter=SimpleNamespace(undelivered=6),
        slots=lambda: {"default": (7, 10), "durable": (0, 5)}, held_slots=lambda: {"default": 8}, health=dict,
    )  # fmt: skip


def lines(figures: Figures) -> list[str]:
    return [line for line in figures.text().decode().splitlines() if "_created" not in line]


def test_what_a_worker_holds_is_told_when_it_is_asked() -> None:
    figures = Figures(worker())
    assert [line for line in lines(figures) if "_task_" not in line] == HELP
    assert lines(figures)[:4] == [
        "# HELP hatchet_worker_task_start_seconds From the moment a task was queued (where the engine tells it, else "
        "received) to the start of its function",
        "# TYPE hatchet_worker_task_start_seconds histogram",
        "# HELP hatchet_worker_task_run_seconds How long attempts took, by how they ended",
        "# TYPE hatchet_worker_task_run_seconds histogram",
    ]


def assigned(queued: float | None, retry: int = 0) -> Assignment:
    at = None if queued is None else datetime.fromtimestamp(queued, timezone.utc)
    return Assignment(AssignmentKind.START, "w:t", "t", "pay", "run", "run", retry, queued_at=at)


def context(retry: int = 0) -> Any:
    return SimpleNamespace(task_run_id="run", retry_count=retry, task_name="pay")


@pytest.mark.parametrize(
    ("queued", "waited"), [(970.0, 30.0), (None, 5.0), (2000.0, 0.0)]  # by a clock that goes before
)  # fmt: skip
def test_a_start_is_timed_from_when_the_task_was_queued(
    queued: float | None, waited: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SimpleNamespace(now=995.0)
    monkeypatch.setattr(metrics, "time", SimpleNamespace(time=lambda: clock.now))
    figures = Figures(worker())
    figures.tasks.assignment_received(assigned(queued))
    clock.now = 1000.0
    figures.tasks.task_started(context())
    figures.tasks.task_started(context(retry=1))  # of which nothing was received
    told = {line.rpartition(" ")[0]: line.rpartition(" ")[2] for line in lines(figures)}
    start = "hatchet_worker_task_start_seconds"
    assert (told[f'{start}_count{{task="pay"}}'], told[f'{start}_sum{{task="pay"}}']) == ("1.0", str(waited))
    buckets = [each.partition('le="')[2].partition('"')[0] for each in told if f"{start}_bucket" in each]
    assert buckets == ["0.001", "0.005", "0.01", "0.05", "0.1", "0.5", "1.0", "5.0", "30.0", "120.0", "600.0", "+Inf"]


def test_an_attempt_is_timed_by_how_it_ended_and_forgotten() -> None:
    figures = Figures(worker())
    for retry in (0, 1):
        figures.tasks.assignment_received(assigned(time.time(), retry))
    for status, seconds in (("completed", 2.0), ("failed", 0.25), ("completed", 3.0)):
        figures.tasks.task_ended(context(), TaskEnd(cast(Any, status), seconds, None))
    told = {line.rpartition(" ")[0]: line.rpartition(" ")[2] for line in lines(figures)}
    run = "hatchet_worker_task_run_seconds"
    assert told[f'{run}_sum{{status="completed",task="pay"}}'] == "5.0"
    assert told[f'{run}_count{{status="completed",task="pay"}}'] == "2.0"
    assert told[f'{run}_sum{{status="failed",task="pay"}}'] == "0.25"
    buckets = [each for each in told if f"{run}_bucket" in each and "failed" in each]
    assert [each.partition('le="')[2].partition('"')[0] for each in buckets] == [
        "0.005", "0.01", "0.05", "0.1", "0.5", "1.0", "5.0", "10.0", "60.0", "300.0", "1800.0", "+Inf",
    ]  # fmt: skip
    figures.tasks.settled(assigned(None))
    figures.tasks.settled(assigned(None))
    assert list(figures.tasks._received) == [("run", 1)]
