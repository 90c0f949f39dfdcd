"""What an attempt says of itself, from what the engine said when it handed it out."""

from __future__ import annotations

from hatchet.context.facts import AttemptFacts
from hatchet.wire.values import Assignment, AssignmentKind, Batch, BatchMember

BARE = Assignment(
    kind=AssignmentKind.START,
    action_id="flow:step",
    task_id="t",
    task_name="step",
    task_run_id="task-run",
    workflow_run_id="run",
    retry_count=2,
)


def _told(assignment: Assignment) -> dict[str, object]:
    facts = AttemptFacts(assignment, "team_flow", 4)
    names = [name for name in dir(AttemptFacts) if isinstance(getattr(AttemptFacts, name), property)]
    return {name: getattr(facts, name) for name in names}


PLAIN: dict[str, object] = {
    "workflow_run_id": "run",
    "task_run_id": "task-run",
    "step_run_id": "task-run",
    "retry_count": 2,
    "attempt_number": 3,
    "max_attempts": 5,
    "task_name": "step",
    "workflow_name": "team_flow",
    "workflow_id": None,
    "workflow_version_id": None,
    "priority": None,
    "additional_metadata": {},
    "parent_workflow_run_id": None,
    "parent_task_run_id": None,
    "child_index": None,
    "child_key": None,
    "was_triggered_by_event": False,
    "triggering_event_id": None,
    "triggering_event_key": None,
    "_task_run_ids": ["task-run"],
}


def test_what_the_engine_does_not_say_is_none() -> None:
    assert _told(BARE) == PLAIN


def test_what_the_engine_says_of_an_attempt_is_told() -> None:
    member = BatchMember("run", {})
    told = _told(
        BARE._replace(
            additional_metadata='{"who": "me", "hatchet__parent_step_run_id": "parent-task-run"}',
            priority=3,
            child_index=0,
            child_key="mine",
            parent_run_id="parent-run",
            workflow_id="workflow",
            workflow_version_id="version",
            event_id="event",
            event_key="paid",
            batch=Batch("b", None, {"one": member, "two": member}),
        )
    )
    assert told == {
        **PLAIN,
        "workflow_id": "workflow",
        "workflow_version_id": "version",
        "priority": 3,
        "additional_metadata": {"who": "me", "hatchet__parent_step_run_id": "parent-task-run"},
        "parent_workflow_run_id": "parent-run",
        "parent_task_run_id": "parent-task-run",
        "child_index": 0,
        "child_key": "mine",
        "was_triggered_by_event": True,
        "triggering_event_id": "event",
        "triggering_event_key": "paid",
        "_task_run_ids": ["one", "two"],
    }


def test_a_parent_that_is_no_text_is_none() -> None:
    assert _told(BARE._replace(additional_metadata='{"hatchet__parent_step_run_id": 3}'))["parent_task_run_id"] is None
