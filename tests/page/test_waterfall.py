"""The bars of attempts: where waiting and running begin, and how long they are."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any

import htpy as h
import pytest

from hatchet.page.waterfall import MOST, Attempt, attempts, waterfall
from hatchet_api.rest.models import V1TaskEvent, V1TaskEventType, V1TaskSummary
from tests.canned import TIME, at, id_of, task
from tests.page.visitor import words

NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
Place = tuple[float, float]


def attempt(queued: float, started: float | None, ended: float | None, state: str = "COMPLETED") -> Attempt:
    """One with seconds after noon."""

    def at(seconds: float | None) -> datetime | None:
        return None if seconds is None else NOON + timedelta(seconds=seconds)

    return Attempt("id", "pay", 1, state, NOON + timedelta(seconds=queued), at(started), at(ended), "")


def bars(*found: Attempt, now: float) -> list[tuple[Place, Place | None]]:
    """Of each attempt the beginning and the length of waiting and running, of 1000."""
    page = str(h.div[waterfall(found, "/runs/r", NOON + timedelta(seconds=now))])
    shown: list[tuple[Place, Place | None]] = []
    for svg in re.findall(r"<svg.*?</svg>", page):
        places = {
            kind.split()[0]: (float(x), float(width))
            for kind, x, width in re.findall(r'<rect class="([^"]+)" x="([^"]+)" y="\d+" width="([^"]+)"', svg)
        }
        assert places["rail"] == (0, 1000)
        shown.append((places["waited"], places.get("ran")))
    return shown


def test_a_bar_shows_when_an_attempt_waited_and_ran() -> None:
    assert bars(attempt(0, 2, 5), attempt(4, 5, 10), now=60) == [((0, 200), (200, 300)), ((400, 100), (500, 500))]


def test_what_has_not_ended_or_not_begun_is_drawn_until_now() -> None:
    running, queued = attempt(0, 5, None, "RUNNING"), attempt(10, None, None, "QUEUED")
    assert bars(running, queued, now=20) == [((0, 250), (250, 750)), ((500, 500), None)]


def test_a_run_of_milliseconds_fills_the_bar_as_one_of_hours_does() -> None:
    assert bars(attempt(0, 0.002, 0.01), now=60) == [((0, 200), (200, 800))]
    assert bars(attempt(0, 2 * 3600, 10 * 3600), now=0) == [((0, 200), (200, 800))]
    assert bars(attempt(0, None, 0), now=60) == [((0, 0), None)]
    assert bars(attempt(0, 1, 3), now=60) == [((0, 333.3), (333.3, 666.7))]


def test_each_attempt_is_told_in_words() -> None:
    found = [attempt(0, 2, 5), attempt(1, 3, None, "RUNNING"), attempt(4, None, None, "QUEUED"),
             attempt(2, None, 3, "CANCELLED")]  # fmt: skip
    page = str(h.div[waterfall(found, "/runs/r", NOON + timedelta(seconds=10))])
    assert words(page).partition("Error ")[2] == (
        "pay 1 ✓ completed 2.0 s 3.0 s 2026-01-01 12:00:00 UTC pay 1 ◐ running 2.0 s 7.0 s 2026-01-01 12:00:01 UTC "
        "pay 1 ○ queued 6.0 s – 2026-01-01 12:00:04 UTC pay 1 ⊘ cancelled 1.0 s – 2026-01-01 12:00:02 UTC"
    )
    assert str(h.div[waterfall([], "/runs/r")]) == '<div><p class="none">Nothing has been queued yet.</p></div>'


@pytest.mark.parametrize(("started", "ran"), [(0.0, (0, 6)), (9.9999, (994, 6))])
def test_what_took_no_time_is_seen_all_the_same(started: float, ran: Place) -> None:
    assert bars(attempt(0, 0, 10), attempt(started, started, started), now=10)[1][1] == ran


def test_one_that_never_ran_waited_until_its_end() -> None:
    assert bars(attempt(0, None, 10, "CANCELLED"), now=60) == [((0, 1000), None)]


def test_the_first_attempts_are_drawn_and_the_others_counted() -> None:
    found = [attempt(0, 1, 2)] * (MOST + 1)
    page = str(h.div[waterfall(found, "/runs/r", NOON)])
    assert page.count("<svg") == MOST == 200
    assert f"{MOST}" in page.rpartition("</table>")[2]


ENDS = {
    "FINISHED": "COMPLETED", "SKIPPED": "COMPLETED", "FAILED": "FAILED", "TIMED_OUT": "FAILED",
    "SCHEDULING_TIMED_OUT": "FAILED", "COULD_NOT_SEND_TO_WORKER": "FAILED", "CANCELLED": "CANCELLED",
    "REASSIGNED": "CANCELLED", "DURABLE_EVICTED": "EVICTED",
}  # fmt: skip


def told(kind: str, seconds: float, retry: int | None = 0, number: int = 1, **given: str) -> V1TaskEvent:
    """Something that happened to a task."""
    row = {"id": number, "taskId": id_of(1), "timestamp": at(seconds), "eventType": kind, "message": f"it {kind}",
           "retryCount": retry, **given}  # fmt: skip
    return V1TaskEvent.model_validate(row)


def of(*events: V1TaskEvent, **given: Any) -> list[tuple[Any, ...]]:
    """Of each attempt of a task its number, state, the seconds after noon of its moments, and its error."""
    moment = datetime.fromisoformat(TIME)

    def seconds(each: datetime | None) -> float | None:
        return None if each is None else (each - moment).total_seconds()

    found = attempts(
        [V1TaskSummary.model_validate(task(1, "pay", **{"createdAt": at(20), **given}))], events, {id_of(1): "pay"}
    )
    assert {(each.task_run_id, each.task) for each in found} == {(id_of(1), "pay")}
    return [
        (each.number, each.state, seconds(each.queued), seconds(each.started), seconds(each.ended), each.error)
        for each in found
    ]


@pytest.mark.parametrize("kind", [each.value for each in V1TaskEventType])
def test_an_attempt_is_in_the_state_in_which_its_last_event_left_it(kind: str) -> None:
    [first, _] = of(told("QUEUED", 1), told("STARTED", 2), told(kind, 3), retryCount=1)
    if kind in ENDS:
        error = "it " + kind if ENDS[kind] == "FAILED" else ""
        assert first == (1, ENDS[kind], 1, 2, 3, error)
    else:
        assert first == (1, "RUNNING", 1, 2, None, "")


def test_what_came_last_counts_and_events_come_in_any_order() -> None:
    events = [told("FAILED", 5, errorMessage="no"), told("CANCELLED", 4), told("QUEUED", 1), told("STARTED", 2),
              told("STARTED", 3, number=2)][::-1]  # fmt: skip
    assert of(*events, retryCount=1)[0] == (1, "FAILED", 1, 2, 5, "no")
    assert of(*events, told("FINISHED", 6), retryCount=1)[0] == (1, "COMPLETED", 1, 2, 6, "no")
    same = [told("CANCELLED", 4, number=2), told("FAILED", 4, number=1)]
    assert of(*same, retryCount=1)[0] == (1, "CANCELLED", 4, None, 4, "it FAILED")


def test_the_last_attempt_is_as_its_task_says() -> None:
    now = {"status": "RUNNING", "startedAt": at(7), "retryCount": 2, "errorMessage": None, "createdAt": at(1)}
    assert of(told("FAILED", 3, 2), **now) == [(3, "RUNNING", 3, 7, None, "")]
    assert of(**now) == [(3, "RUNNING", 1, 7, None, "")]
    ended = {**now, "status": "FAILED", "startedAt": None, "finishedAt": at(9), "errorMessage": "no"}
    assert of(told("STARTED", 8, 2), **ended) == [(3, "FAILED", 8, 8, 9, "no")]
    assert of(told("QUEUED", 8, 2), **{**now, "startedAt": at(5)}) == [(3, "RUNNING", 5, 5, None, "")]
    assert of(told("QUEUED", 2, None), retryCount=None) == [(1, "COMPLETED", 2, None, None, "")]


def test_attempts_that_nothing_is_told_of_are_left_out() -> None:
    assert [row[0] for row in of(told("QUEUED", 1, 1), told("QUEUED", 2, 4), told("QUEUED", 2, 7), retryCount=3)] == [
        2,
        4,
    ]


def test_an_earlier_attempt_that_has_not_begun_is_queued() -> None:
    assert of(told("QUEUED", 1), told("QUEUED", 2, 1), retryCount=1) == [
        (1, "QUEUED", 1, None, None, ""),
        (2, "COMPLETED", 2, None, None, ""),
    ]


def test_attempts_come_in_the_order_in_which_they_were_queued() -> None:
    rows = [
        task(number, name, createdAt=at(seconds)) for number, name, seconds in ((1, "b", 1), (2, "a", 1), (3, "c", 0))
    ]
    found = attempts([V1TaskSummary.model_validate(row) for row in rows], [], {})
    assert [each.task for each in found] == ["c-3", "a-2", "b-1"]
