"""The errors of runs: groups, copies, and the names that other packages have for their parts."""

from __future__ import annotations

import copy
import pickle
import traceback

import pytest

from hatchet import IdempotencyCollision, RunError, RunFailed, TaskFailure, TaskRunError, errors

LEFT = TaskFailure("left", "ValueError", "no", "Traceback …", "run-1")
RIGHT = TaskFailure("right", "KeyError", "x", "")


def test_a_failed_run_is_a_group_of_the_failures_of_its_tasks() -> None:
    error = RunFailed("run", [LEFT, RIGHT])
    assert error.exceptions == error.errors == (LEFT, RIGHT)
    assert str(error) == error.message == f"run run failed: {LEFT}\n{RIGHT}"
    assert isinstance(error, RunError)


def test_its_parts_are_caught_one_by_one() -> None:
    seen: list[object] = []
    try:
        raise RunFailed("run", [LEFT, RIGHT])
    except* TaskRunError as group:
        seen += group.exceptions
    assert seen == [LEFT, RIGHT]
    matching, others = RunFailed("run", [LEFT, RIGHT]).split(lambda each: each is LEFT)
    assert isinstance(matching, RunFailed)
    assert isinstance(others, RunFailed)
    assert (matching.errors, others.errors, others.run_id) == ((LEFT,), (RIGHT,), "run")


def test_a_run_that_failed_without_a_reason_is_a_group_all_the_same() -> None:
    error = RunFailed("run", [])
    assert error.errors == ()
    assert [str(each) for each in error.exceptions] == ["HatchetError: the engine gave no reason"]
    assert str(error) == "run run failed: the engine gave no reason"


@pytest.mark.parametrize("error", [RunFailed("run", [LEFT]), RunFailed("run", []), LEFT], ids=repr)
def test_copies_have_all_parts(error: RunFailed | TaskFailure) -> None:
    error.add_note("seen")
    for other in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert (type(other), str(other), other.__notes__) == (type(error), str(error), ["seen"])
        assert getattr(other, "errors", None) == getattr(error, "errors", None)
        traces = [trace in "".join(traceback.format_exception(other)) for trace in ("no reason", "left")]
        assert traces == ["no reason" in str(error), "no reason" not in str(error)]


def test_failures_with_the_same_parts_are_equal() -> None:
    assert TaskFailure("right", "KeyError", "x", "") == RIGHT != LEFT
    assert len({LEFT, RIGHT, TaskFailure("right", "KeyError", "x", "")}) == 2
    assert LEFT.task_run_external_id == "run-1"


def test_a_collision_has_the_engines_names() -> None:
    one = IdempotencyCollision("there", "not")
    assert (one.existing_run_external_id, one.colliding_run_external_id) == ("there", "not")


def test_every_error_says_that_it_is_found_in_hatchet_errors() -> None:
    own = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, errors.HatchetError)]
    assert len(own) > 20
    assert {each.__module__ for each in own} == {"hatchet.errors"}


@pytest.mark.parametrize(
    ("kind", "repeatable", "sent"),
    [
        ("ApiError", True, True), ("InvalidRequest", False, False), ("NotFound", False, False),
        ("AlreadyExists", False, False), ("DedupeViolationError", False, False),
        ("IdempotencyCollisionError", False, False), ("BulkTriggerIdempotencyCollisionError", False, True),
        ("Unauthenticated", False, False), ("PermissionDenied", False, False), ("RateLimited", True, False),
        ("PayloadTooLarge", False, False), ("FailedPrecondition", False, False), ("Unsupported", False, False),
        ("DeadlineExceeded", True, True), ("Unavailable", True, True), ("TlsError", False, False),
        ("ServerError", True, True),
    ],
)  # fmt: skip
def test_an_error_says_whether_the_call_may_be_made_again_and_whether_it_was_made(
    kind: str, repeatable: bool, sent: bool
) -> None:
    found = getattr(errors, kind)
    assert (found.repeatable, found.sent) == (repeatable, sent)


def test_no_kind_of_error_of_the_api_is_left_out_above() -> None:
    def kinds(of: type[errors.ApiError]) -> set[str]:
        return {of.__name__}.union(*map(kinds, of.__subclasses__()))

    assert len({each for each in kinds(errors.ApiError) if hasattr(errors, each)}) == 17
