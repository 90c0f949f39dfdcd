"""From options to what is sent: whose metadata counts, and whose child a run is."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

import pytest

from hatchet.options.specs import RunSpec
from hatchet.runs.trigger import build
from hatchet.scope import Scope, current_scope
from hatchet.wire import encode_runs

SCOPE = Scope(
    workflow_run_id="run",
    task_run_id="task",
    retry_count=0,
    worker_id="worker",
    additional_metadata={"a": "parent", "b": "parent", "c": "parent", "hatchet__event_key": "e"},
)


@pytest.fixture
def scope() -> Generator[Scope, None, None]:
    """Inside a task."""
    token = current_scope.set(own := replace(SCOPE))
    yield own
    current_scope.reset(token)


def test_metadata_of_the_call_beats_the_workflow_s_and_that_the_running_task_s(scope: Scope) -> None:
    run = build("w", b"{}", RunSpec(additional_metadata={"a": "call"}), {"a": "workflow", "b": "workflow"})
    assert run.options.additional_metadata == {"a": "call", "b": "workflow", "c": "parent"}


def test_children_are_counted_from_0_in_each_attempt(scope: Scope) -> None:
    sent = [encode_runs.trigger(build("w", b"{}", RunSpec())) for _ in range(2)]
    assert [(each.parent_id, each.parent_task_run_external_id, each.child_index) for each in sent] == [
        ("run", "task", 0),
        ("run", "task", 1),
    ]


def test_a_place_that_is_given_beats_that_of_the_running_task(scope: Scope) -> None:
    given = RunSpec.of({"options": {"parent_id": "p", "parent_step_run_id": "t", "child_index": 7}})
    sent = encode_runs.trigger(build("w", b"{}", given))
    assert (sent.parent_id, sent.parent_task_run_external_id, sent.child_index) == ("p", "t", 7)
    assert scope.next_child_index() == 0


def test_a_sticky_child_stays_with_the_worker_unless_another_is_wanted(scope: Scope) -> None:
    assert build("w", b"{}", RunSpec(sticky=True)).options.desired_worker_id == "worker"
    assert build("w", b"{}", RunSpec(sticky=True, desired_worker_id="x")).options.desired_worker_id == "x"
    assert build("w", b"{}", RunSpec()).options.desired_worker_id is None


def test_outside_of_a_task_a_run_is_nobody_s_child() -> None:
    sent = encode_runs.trigger(build("w", b"{}", RunSpec()))
    assert not any(sent.HasField(name) for name in ("parent_id", "child_index", "desired_worker_id", "priority"))
