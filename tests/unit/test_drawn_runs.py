"""What a picture of a run has of the engine's answer: each task, what it waits for, and its state."""

from __future__ import annotations

from typing import Any

import pytest

from hatchet.features.run_pictures import drawn, state_of
from hatchet.pictures import Node
from hatchet_api.rest.models import V1TaskSummary, V1WorkflowRunDetails
from tests.canned import Json, id_of, run, task


def shaped(number: int, name: str, *after: int) -> Json:
    """A task, and those that come after it."""
    return {
        "taskExternalId": id_of(number), "stepId": id_of(50 + number), "taskName": name,
        "childrenStepIds": [id_of(50 + each) for each in after],
    }  # fmt: skip


def of(number: int, name: str, **given: Any) -> Json:
    return task(number, name, **{"stepId": id_of(50 + number), **given})


SHAPE = [shaped(1, "count", 2, 3), shaped(2, "pay", 4), shaped(3, "pack", 4), shaped(4, "ship"), shaped(5, "sorry")]
TASKS = [
    of(1, "count", isDurable=True), of(2, "pay", status="FAILED"), of(3, "pack", isEvicted=True, status="RUNNING"),
    of(4, "ship", output={"skipped": True}), of(9, "of another"), of(5, "sorry", stepId=None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("config", "last"),
    [
        ({"onFailureJob": {"ReadableId": "sorry"}}, Node("sorry", ["ship"], is_on_failure=True)),
        ({"onFailureJob": {"ReadableId": 5}}, Node("sorry", [])),
        ({"onFailureJob": "sorry"}, Node("sorry", [])),
        ({}, Node("sorry", [])),
        (None, Node("sorry", [])),
    ],
)
def test_the_tasks_of_a_run_are_drawn_with_what_they_wait_for(config: Any, last: Node) -> None:
    details = V1WorkflowRunDetails.model_validate(run(1, TASKS, shape=SHAPE, config=config))
    nodes, states = drawn(details)
    assert nodes == [
        Node("count", [], is_durable=True),
        Node("pay", ["count"]),
        Node("pack", ["count"]),
        Node("ship", ["pay", "pack"]),
        last,
    ]
    assert states == {"count": "COMPLETED", "pay": "FAILED", "pack": "EVICTED", "ship": "SKIPPED"}


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({}, "COMPLETED"),
        ({"output": {"skipped": False}}, "COMPLETED"),
        ({"output": {"skipped": "yes"}}, "COMPLETED"),
        ({"output": {"skipped": True}}, "SKIPPED"),
        ({"output": {"skipped": True}, "status": "FAILED"}, "FAILED"),
        ({"output": {"skipped": True}, "isEvicted": True}, "EVICTED"),
        ({"status": "QUEUED"}, "QUEUED"),
    ],
)
def test_where_a_task_is_is_told_as_people_see_it(given: Json, state: str) -> None:
    assert state_of(V1TaskSummary.model_validate(task(1, "t", **given))) == state
