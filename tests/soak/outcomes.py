"""How the runs of a soak have ended."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Sequence

from hatchet import Hatchet
from hatchet_api.rest.models import V1TaskStatus
from tests.e2e.programs import wait_until


def ends_of(
    hatchet: Hatchet, runs: Sequence[str], patience: float, meanwhile: Callable[[], None] = lambda: None
) -> dict[str, V1TaskStatus]:
    """How each run has ended; without those that have not, `patience` seconds from now. Calls `meanwhile` all along."""
    ends: dict[str, V1TaskStatus] = {}

    def has_ended(run_id: str) -> bool:
        if run_id not in ends:
            status = hatchet.runs.get_status(run_id)
            if status in (V1TaskStatus.QUEUED, V1TaskStatus.RUNNING):
                return False
            ends[run_id] = status
        return True

    def all_have_ended() -> bool:
        meanwhile()
        return all(has_ended(run_id) for run_id in runs)

    with contextlib.suppress(AssertionError):  # those that have not ended are counted
        wait_until(all_have_ended, "the end of all runs", patience)
    for run_id in runs:  # the first that goes on hid the others
        has_ended(run_id)
    return ends


def tell_history(hatchet: Hatchet, run_id: str) -> None:
    """Print what happened in a run that did not go as it should."""
    for event in hatchet.runs.get(run_id).task_events:
        print(f"  {event.timestamp} {event.event_type.value} {event.worker_id} {event.message}", file=sys.stderr)
