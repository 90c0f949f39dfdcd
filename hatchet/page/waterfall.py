"""When the attempts of a run waited and ran: from what happened to a table with bars."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Final

import htpy as h

from hatchet._dataclasses import dataclass
from hatchet.features.run_pictures import state_of
from hatchet.page.parts import badge, brief, lasting, more, table, when
from hatchet.rows import headline

if TYPE_CHECKING:
    from hatchet_api.rest.models import V1TaskEvent, V1TaskSummary

ENDS: Final = {
    "FINISHED": "COMPLETED",
    "SKIPPED": "COMPLETED",
    "FAILED": "FAILED",
    "TIMED_OUT": "FAILED",
    "SCHEDULING_TIMED_OUT": "FAILED",
    "COULD_NOT_SEND_TO_WORKER": "FAILED",
    "CANCELLED": "CANCELLED",
    "REASSIGNED": "CANCELLED",
    "DURABLE_EVICTED": "EVICTED",
}
"""Events that end an attempt, or its time on a worker, and the state that it is in then."""

BEGINS: Final = ("STARTED",)
WIDTH: Final = 1000  # units of a bar; it fills its column
MOST: Final = 200  # attempts that are drawn


@dataclass(frozen=True)
class Attempt:
    """One attempt of a task."""

    task_run_id: str
    task: str
    number: int
    state: str
    queued: datetime
    started: datetime | None
    ended: datetime | None
    error: str


def attempts(tasks: Sequence[V1TaskSummary], events: Sequence[V1TaskEvent], names: dict[str, str]) -> list[Attempt]:
    """The attempts of a run, in the order in which they were queued.

    Args:
        tasks: its tasks.
        events: what happened to them, in any order.
        names: the tasks' names, by the ids of their runs.
    """
    told: dict[tuple[str, int], list[V1TaskEvent]] = {}
    for event in sorted(events, key=lambda each: (each.timestamp, each.id)):
        told.setdefault((event.task_id, event.retry_count or 0), []).append(event)
    found: list[Attempt] = []
    for task in tasks:
        last = task.retry_count or 0
        for retry in range(last + 1):
            of_it = told.get((task.task_external_id, retry), [])
            if not of_it and retry != last:
                continue
            found.append(_attempt(task, retry, of_it, names, is_last=retry == last))
    return sorted(found, key=lambda each: (each.queued, each.task, each.number))


def _attempt(
    task: V1TaskSummary, retry: int, events: Sequence[V1TaskEvent], names: dict[str, str], *, is_last: bool
) -> Attempt:
    kinds = [(event.event_type.value, event) for event in events]
    started = next((event.timestamp for kind, event in kinds if kind in BEGINS), None)
    end = next(((ENDS[kind], event) for kind, event in reversed(kinds) if kind in ENDS), None)
    error = next(
        (event.error_message or event.message for kind, event in reversed(kinds) if ENDS.get(kind) == "FAILED"), ""
    )
    state, ended = ("RUNNING" if started else "QUEUED", None) if end is None else (end[0], end[1].timestamp)
    if is_last:  # what it says of itself is newer than what is told of it
        state, ended = state_of(task), task.finished_at
        started, error = task.started_at or started, task.error_message or ""
    queued = events[0].timestamp if events else task.created_at
    return Attempt(
        task.task_external_id, names.get(task.task_external_id, task.display_name), retry + 1, state,
        min(queued, started or queued), started, ended, error,
    )  # fmt: skip


def waterfall(found: Sequence[Attempt], link: str, now: datetime | None = None) -> h.Node:
    """The attempts with bars of their time.

    Args:
        found: the attempts.
        link: the address of the run, to which a task is added.
        now: until when what runs is drawn.
    """
    now = now or datetime.now(timezone.utc)
    first = min((each.queued for each in found), default=now)
    last = max((each.ended or now for each in found), default=now)
    whole = max((last - first).total_seconds(), 0.001)

    def cells(each: Attempt) -> Iterator[h.Node]:
        ran = None if each.started is None else ((each.ended or now) - each.started).total_seconds()
        yield h.a(href=f"{link}?task={each.task_run_id}#task")[each.task]
        yield str(each.number)
        yield badge(each.state)
        yield _bar(each, first, whole, now)
        yield lasting(((each.started or each.ended or now) - each.queued).total_seconds())
        yield lasting(ran)
        yield when(each.queued)
        yield brief(headline(each.error))

    shown = table(
        "Attempts of the tasks, in their order",
        ["Task", "Attempt", "State", "When", "Waited", "Ran", "Queued", "Error"],
        ([*cells(each)] for each in found[:MOST]),
        "Nothing has been queued yet.",
    )
    return [shown, more(len(found), MOST)]


def _bar(each: Attempt, first: datetime, whole: float, now: datetime) -> h.Node:
    def at(moment: datetime) -> float:
        return round((moment - first).total_seconds() / whole * WIDTH, 1)

    end = each.ended or now
    begun = each.started or end
    waited, ran = (at(each.queued), at(begun)), (at(begun), at(end))
    return h.svg(
        {"viewBox": f"0 0 {WIDTH} 14", "preserveAspectRatio": "none"}, class_="bar", width="160", height="14",
        aria_hidden="true",
    )[
        h.rect(class_="rail", x="0", y="6", width=str(WIDTH), height="2"),
        h.rect(class_="waited", x=str(waited[0]), y="4", width=str(max(waited[1] - waited[0], 0)), height="6"),
        h.rect(class_=f"ran {each.state.lower()}", x=str(min(ran[0], WIDTH - 6)), y="1",
               width=str(max(ran[1] - ran[0], 6)), height="12") if each.started else None,
    ]  # fmt: skip
