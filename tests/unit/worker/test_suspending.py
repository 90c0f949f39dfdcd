"""Which attempt ends where a durable task goes on elsewhere: the invocation that is named, and no other."""

from __future__ import annotations

import pytest

from hatchet.wire.durable_values import Invocation
from hatchet.wire.values import Assignment, AssignmentKind
from hatchet.worker.execution import Execution
from hatchet.worker.executor import Executor


def execution(run: str) -> Execution:
    assignment = Assignment(
        kind=AssignmentKind.START, task_run_id=run, workflow_run_id=run, action_id="t:t", task_name="t", task_id="t",
        payload="", retry_count=0,
    )  # fmt: skip
    return Execution(assignment, lambda outcome: None)


@pytest.mark.parametrize(
    ("count", "number", "ends"),
    [
        (0, 1, True),
        (1, 1, True),
        (2, 2, True),
        (3, 3, True),
        (0, 2, False),
        (1, 2, False),
        (2, 1, False),
        (3, 1, False),
    ],
)  # an engine that counts no invocations says 0 of the first
def test_the_invocation_that_is_named_ends_and_no_other(count: int, number: int, ends: bool) -> None:
    executor = Executor.__new__(Executor)  # the part of it that knows what is running
    mine, other = execution("mine"), execution("other")
    executor._running = {("mine", 0, count): mine, ("other", 0, count): other}
    executor._suspend(Invocation("mine", number))
    assert (mine.cancelled, mine.suspended) == (ends, ends)
    assert (other.cancelled, other.suspended) == (False, False)


def test_what_is_cancelled_already_is_not_suspended_besides() -> None:
    executor = Executor.__new__(Executor)
    mine = execution("mine")
    mine.cancelled = True
    executor._running = {("mine", 0, 1): mine}
    executor._suspend(Invocation("mine", 1))
    assert not mine.suspended
