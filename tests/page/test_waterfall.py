"""The bars of attempts: where waiting and running begin, and how long they are."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

import htpy as h
import pytest

from hatchet.page.waterfall import MOST, Attempt, waterfall

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


@pytest.mark.parametrize(("started", "ran"), [(0.0, (0, 6)), (9.9999, (994, 6))])
def test_what_took_no_time_is_seen_all_the_same(started: float, ran: Place) -> None:
    assert bars(attempt(0, 0, 10), attempt(started, started, started), now=10)[1][1] == ran


def test_one_that_never_ran_waited_until_its_end() -> None:
    assert bars(attempt(0, None, 10, "CANCELLED"), now=60) == [((0, 1000), None)]


def test_the_first_attempts_are_drawn_and_the_others_counted() -> None:
    found = [attempt(0, 1, 2)] * (MOST + 1)
    page = str(h.div[waterfall(found, "/runs/r", NOON)])
    assert page.count("<svg") == MOST
    assert f"{MOST}" in page.rpartition("</table>")[2]
