"""How often outcomes are sent, and what is said of those that do not arrive; on a clock that jumps."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import pytest

from hatchet.errors import NotFound, PayloadTooLarge, Unavailable
from hatchet.wire.values import Assignment, AssignmentKind, Batch, BatchMember, Outcome, OutcomeKind
from hatchet.worker.reporter import STARTED, Reporter
from tests.jumping import jumping, now

ATTEMPT = Assignment(AssignmentKind.START, "w:pay", "id", "pay", "run", "workflow run", 2)
BATCH = ATTEMPT._replace(batch=Batch("b", None, {run: BatchMember(run, {}) for run in ("r1", "r2")}))
DONE = Outcome(OutcomeKind.COMPLETED, b"{}")
AWAY = Unavailable("away", code="UNAVAILABLE", call="Send")
GONE = NotFound("no such run", code="NOT_FOUND", call="Send")
LARGE = PayloadTooLarge("5 MB", code="RESOURCE_EXHAUSTED", call="Send")


class Engine:
    """Hears outcomes, when it does not fail as a test says."""

    def __init__(self, *fails: Exception) -> None:
        self.fails = [*fails]
        self.heard: list[tuple[Assignment, str, Outcome, float]] = []
        self.tries: list[float] = []
        self.reporter = Reporter(cast(Any, self))
        self.reporter.worker_id = "w1"

    async def report(self, assignment: Assignment, worker_id: str, outcome: Outcome, timeout: float) -> None:
        self.tries.append(now())
        if self.fails:
            raise self.fails.pop(0)
        self.heard.append((assignment, worker_id, outcome, timeout))


@contextmanager
def said(caplog: pytest.LogCaptureFixture) -> Iterator[list[tuple[str, str]]]:
    """The records of a block, when it is over."""
    found: list[tuple[str, str]] = []
    with caplog.at_level(logging.DEBUG, "hatchet"):
        yield found
    found += [(each.levelname, each.getMessage()) for each in caplog.records]


@pytest.mark.parametrize("failures", [0, 1, 2, 3, 4, 20])
def test_an_outcome_is_sent_until_it_is_heard_and_told_of_the_third_time(
    failures: int, caplog: pytest.LogCaptureFixture
) -> None:
    @jumping
    async def check() -> None:
        engine = Engine(*[AWAY] * failures)
        await engine.reporter.deliver(ATTEMPT, DONE)
        assert engine.heard == [(ATTEMPT, "w1", DONE, 10.0)]
        assert (len(engine.tries), engine.reporter.undelivered) == (failures + 1, 0)
        pauses = [later - earlier for earlier, later in zip(engine.tries, engine.tries[1:], strict=False)]
        assert [each for each in pauses if not 0.1 <= each <= 5.0] == []
        assert [each for each in pauses[6:] if each < 2.5] == [], "ever more rarely"

    with said(caplog) as told:
        check()
    late = [("WARNING", "the outcome of task run run is not delivered yet, trying on: away")]
    assert told == (late if failures >= 3 else [])


@pytest.mark.parametrize(("assignment", "runs"), [(ATTEMPT, ["run"]), (BATCH, ["r1", "r2"])])
def test_one_that_is_refused_for_good_is_counted_and_told(
    assignment: Assignment, runs: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    @jumping
    async def check() -> None:
        engine = Engine(GONE)
        await engine.reporter.deliver(assignment, DONE)
        assert (engine.heard, len(engine.tries), engine.reporter.undelivered) == ([], 1, len(runs))

    with said(caplog) as told:
        check()
    words = f"the outcome (completed) of task run {', '.join(runs)}, attempt 3, cannot be delivered: no such run"
    assert told == [("ERROR", words)]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (LARGE, "what task 'pay' gives is too large to be sent: 5 MB"),
        (ValueError("no text"), "no text"),
    ],
)
@jumping
async def test_one_that_cannot_be_sent_fails_the_attempt_for_good(fault: Exception, words: str) -> None:
    engine = Engine(fault)
    await engine.reporter.deliver(ATTEMPT, DONE)
    [(assignment, _, outcome, _)] = engine.heard
    assert (assignment, outcome.kind, outcome.should_not_retry) == (ATTEMPT, OutcomeKind.FAILED, True)
    assert words in outcome.payload.decode()
    assert engine.reporter.undelivered == 0


@pytest.mark.parametrize("fault", [LARGE, ValueError("no text")])
@jumping
async def test_one_whose_failure_cannot_be_sent_either_is_counted(fault: Exception) -> None:
    engine = Engine(fault, fault)
    await engine.reporter.deliver(ATTEMPT, DONE)
    assert (engine.heard, len(engine.tries), engine.reporter.undelivered) == ([], 2, 1)


@pytest.mark.parametrize("fault", [AWAY, ValueError("no text")])
def test_a_beginning_is_told_once(fault: Exception, caplog: pytest.LogCaptureFixture) -> None:
    @jumping
    async def check() -> None:
        engine = Engine()
        await engine.reporter.started(ATTEMPT)
        assert engine.heard == [(ATTEMPT, "w1", STARTED, 10.0)]
        engine.fails = [fault]
        await engine.reporter.started(ATTEMPT)
        assert (len(engine.tries), engine.reporter.starts_lost, engine.reporter.undelivered) == (2, 1, 0)

    with said(caplog) as told:
        check()
    assert told == [("DEBUG", f"the start of task run run was not reported: {fault}")]


def test_an_engine_that_knows_no_delays_is_told_of_once_for_each_task(caplog: pytest.LogCaptureFixture) -> None:
    later = Outcome(OutcomeKind.FAILED, b"no", retry_after_ms=0)

    @jumping
    async def check() -> None:
        engine = Engine()
        for keeps in (True, False):
            engine.reporter.delays_are_kept = keeps
            for outcome in (DONE, later, later):
                await engine.reporter.deliver(ATTEMPT, outcome)
        await engine.reporter.deliver(ATTEMPT._replace(action_id="w:ship", task_name="ship"), later)
        assert len(engine.heard) == 7

    with said(caplog) as told:
        check()
    words = (
        "task {} asked to be tried again after a delay, which this engine does not know: it is tried again at once, or "
        "by the task's backoff. It needs an engine of v0.111.0 or newer"
    )
    assert told == [("WARNING", words.format("pay")), ("WARNING", words.format("ship"))]
