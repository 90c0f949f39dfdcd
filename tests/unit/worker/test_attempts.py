"""From an assignment to the delivery of its outcome, and what is left of both when a worker ends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, cast

import pytest

from hatchet.scope import LogLine
from hatchet.wire.values import Assignment, AssignmentKind, AttemptKey, Batch, BatchMember, Outcome, OutcomeKind
from hatchet.worker.attempts import Attempts, Left
from tests.jumping import jumping, now, until

DONE = Outcome(OutcomeKind.COMPLETED, b"{}")


class Parts:
    """The executor, the reporter and the logs of a worker, in one: notes what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.done: dict[str, Callable[[Outcome | None], None]] = {}
        self.takes = 0.0
        """Seconds that the engine takes to hear an outcome."""
        self.fails: Exception | None = None
        self.attempts = Attempts(
            cast(Any, self), cast(Any, self), cast(Any, self), lambda assignment: self.told.append("settled")
        )

    def submit(self, assignment: Assignment, done: Callable[[Outcome | None], None]) -> None:
        self.told.append(f"execute {assignment.task_run_id}")
        self.done[assignment.task_run_id] = done

    def cancel(self, key: AttemptKey) -> None:
        self.told.append(f"cancel {key}")

    async def started(self, assignment: Assignment) -> None:
        self.told.append(f"started {assignment.task_run_id}")

    async def deliver(self, assignment: Assignment, outcome: Outcome) -> None:
        self.told.append(f"deliver {assignment.task_run_id} {outcome.kind.value}")
        await asyncio.sleep(self.takes)
        if self.fails is not None:
            raise self.fails
        self.told.append(f"delivered {assignment.task_run_id}")

    def ended(self, task_run_id: str, retry_count: int) -> None:
        self.told.append(f"forget {task_run_id} {retry_count}")

    def put(self, line: LogLine) -> None: ...

    def since(self) -> list[str]:
        told, self.told = self.told, []
        return told


def assigned(run: str, kind: AssignmentKind = AssignmentKind.START, retry: int = 0, **given: Any) -> Assignment:
    return Assignment(kind, "t:t", run, "t", run, run, retry, **given)


@jumping
async def test_an_attempt_is_begun_delivered_and_forgotten() -> None:
    parts = Parts()
    parts.takes = 2.0
    parts.attempts.take(assigned("a", retry=3), "w1")
    assert parts.since() == ["execute a"]
    await until(1)
    assert (parts.since(), len(parts.attempts)) == (["started a"], 1)
    parts.attempts.take(assigned("a", retry=3), "w1")  # delivered once more
    parts.done["a"](DONE)
    parts.done["a"](None)  # which it is not twice
    await until(2)
    assert (parts.since(), len(parts.attempts)) == (["deliver a completed"], 1)
    await parts.attempts.finished()
    assert (parts.since(), len(parts.attempts), now()) == (["delivered a", "forget a 3", "settled"], 0, 3.01)
    parts.attempts.take(assigned("a", retry=3), "w1")  # which is another one by now
    assert parts.since() == ["execute a"]
    await parts.attempts.give_up(0.0)


@jumping
async def test_an_attempt_without_an_outcome_is_settled_and_nothing_delivered() -> None:
    parts = Parts()
    parts.attempts.take(assigned("a"), "w1")
    await until(1)
    parts.done["a"](None)
    await parts.attempts.finished()
    assert parts.since() == ["execute a", "started a", "forget a 0", "settled"]


@jumping
async def test_what_is_unsettled_is_told_apart_by_the_id_under_which_it_came() -> None:
    parts = Parts()
    for run, worker_id in (("a", "w1"), ("b", "w1"), ("c", "w2")):
        parts.attempts.take(assigned(run), worker_id)
    parts.attempts.take(assigned("x", AssignmentKind.OTHER), "w1")
    assert parts.attempts.unsettled("w1") == {("a", 0, 0), ("b", 0, 0)}
    assert parts.attempts.unsettled("w2") == {("c", 0, 0)}
    assert parts.attempts.unsettled("w3") == set()
    waiting = [asyncio.ensure_future(parts.attempts.finished(which)) for which in ("w1", "w2", None, "w3")]
    ends: list[list[bool]] = []
    for number, run in enumerate("acb", 1):
        await until(number)
        parts.done[run](DONE)
        await until(number + 0.5)
        ends.append([each.done() for each in waiting])
    assert ends == [[False, False, False, True], [False, True, False, True], [True, True, True, True]]
    await parts.attempts.give_up(0.0)


def test_a_kind_of_assignment_that_nobody_knows_is_left_alone(caplog: pytest.LogCaptureFixture) -> None:
    @jumping
    async def check() -> None:
        parts = Parts()
        parts.attempts.take(assigned("x", AssignmentKind.OTHER), "w1")
        assert (parts.since(), len(parts.attempts)) == ([], 0)

    check()
    [said] = caplog.messages
    assert said.startswith("an assignment of a kind that this client does not know was left alone: Assignment(")


@jumping
async def test_what_was_cancelled_is_not_counted_among_what_is_left() -> None:
    parts = Parts()
    for run in "abcd":
        parts.attempts.take(assigned(run, retry=1, invocation_count=2 if run == "a" else None), "w1")
    await until(1)
    parts.since()
    parts.attempts.take(assigned("a", AssignmentKind.CANCEL, retry=1), "w1")
    parts.attempts.take(assigned("b", AssignmentKind.CANCEL, retry=0), "w1")  # another attempt
    assert parts.since() == ["cancel ('a', 1, 0)", "cancel ('b', 0, 0)"]
    parts.takes = 60.0
    parts.done["d"](DONE)
    await until(2)
    left = await parts.attempts.give_up(5.0)
    assert now() == 7.01
    assert left == Left(running=["b", "c"], undelivered=["d"])
    assert left.task_run_ids == ["b", "c", "d"]
    assert len(parts.attempts) == 0
    assert sorted(parts.since()) == ["deliver d completed", *(f"forget {run} 1" for run in "abcd"), *["settled"] * 4]


@pytest.mark.parametrize(("grace", "ends"), [(0.0, 1.01), (5.0, 2.51)])
@jumping
async def test_outcomes_that_are_there_are_delivered_if_there_is_a_moment(grace: float, ends: float) -> None:
    parts = Parts()
    parts.takes = 2.0 if grace else 60.0
    for run in "ab":
        parts.attempts.take(assigned(run), "w1")
    await until(0.5)
    parts.done["a"](DONE)
    await until(1)
    left = await parts.attempts.give_up(grace)
    assert now() == ends
    assert left == (Left(["b"], []) if grace else Left(["b"], ["a"]))


@jumping
async def test_without_anything_to_give_up_no_time_passes() -> None:
    assert await Parts().attempts.give_up(5.0) == Left([], [])
    assert now() == 0.0


@jumping
async def test_the_runs_of_a_batch_are_left_and_forgotten_each() -> None:
    parts = Parts()
    batch = Batch("batch", None, {run: BatchMember(run, {}) for run in "ab"})
    parts.attempts.take(assigned("a", AssignmentKind.BATCH, batch=batch), "w1")
    await until(1)
    parts.since()
    assert await parts.attempts.give_up(0.0) == Left(["a", "b"], [])
    assert parts.since() == ["forget a 0", "forget b 0", "settled"]


def test_an_attempt_that_fails_here_is_told_of(caplog: pytest.LogCaptureFixture) -> None:
    @jumping
    async def check() -> None:
        parts = Parts()
        parts.fails = ValueError("a fault")
        parts.attempts.take(assigned("a", retry=1), "w1")
        await until(1)
        parts.done["a"](DONE)
        await until(2)
        assert parts.since()[-2:] == ["forget a 1", "settled"]

    check()
    [record] = caplog.records
    assert (record.levelno, record.getMessage()) == (logging.ERROR, "attempt 2 of task run a was lost")
    assert record.exc_info is not None
    assert str(record.exc_info[1]) == "a fault"


MANY = [f"r{number}" for number in range(11)]
SHOWN = "r0, r1, r2, r3, r4, r5, r6, r7, r8, r9"
HANDS = "w ends; the engine hands the {} task runs that it leaves to other workers: {}"
AGAIN = "{} of them had ended, and are executed once more, since their outcomes did not reach the engine: {}"


@pytest.mark.parametrize(
    ("left", "even_if_none", "told"),
    [
        (Left([], []), False, []),
        (Left([], []), True, [HANDS.format(0, "none")]),
        (Left(["a"], []), False, [HANDS.format(1, "a")]),
        (Left([], ["a"]), False, [HANDS.format(1, "a"), AGAIN.format(1, "a")]),
        (Left(["a"], ["b", "c"]), True, [HANDS.format(3, "a, b, c"), AGAIN.format(2, "b, c")]),
        (Left(MANY[:10], []), False, [HANDS.format(10, SHOWN)]),
        (Left([], MANY), False, [HANDS.format(11, f"{SHOWN}, …"), AGAIN.format(11, f"{SHOWN}, …")]),
    ],
)
def test_what_is_left_is_named(
    left: Left, even_if_none: bool, told: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    left.tell("w ends", even_if_none=even_if_none)
    assert caplog.messages == told
