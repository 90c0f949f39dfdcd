"""Answers over REST show inputs and outputs as tasks take and return them: of every answer that has some."""

from __future__ import annotations

from typing import Any

import pytest

from hatchet.features import boxes
from hatchet_api.rest import models

BOXED: dict[str, Any] = {"$value": 7}


def task(**fields: Any) -> models.V1TaskSummary:
    return models.V1TaskSummary.model_construct(**{"children": None, "input": BOXED, "output": BOXED, **fields})


def cron() -> models.CronWorkflows:
    return models.CronWorkflows.model_construct(input=BOXED)


def planned() -> models.ScheduledWorkflows:
    return models.ScheduledWorkflows.model_construct(input=BOXED)


def run() -> models.V1WorkflowRunDetails:
    shape = [models.WorkflowRunShapeItemForWorkflowRunDetails.model_construct(task_name="a")]
    summary = models.V1WorkflowRun.model_construct(input=BOXED, output={"a": BOXED})
    return models.V1WorkflowRunDetails.model_construct(run=summary, shape=shape, tasks=[task()])


def test_a_task_is_opened_with_its_children() -> None:
    children = [task(action_id="w:a"), task(action_id="w:b")]
    found = boxes.opened(task(output={"a": BOXED, "b": {"n": 1}}, children=children))
    assert (found.input, found.output) == (7, {"a": 7, "b": {"n": 1}})
    assert [(each.input, each.output) for each in found.children or ()] == [(7, 7), (7, 7)]


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ({"input": BOXED, "parents": {"a": BOXED}, "n": 1}, {"input": 7, "parents": {"a": 7}, "n": 1}),
        ({"input": BOXED, "parents": None}, {"input": 7, "parents": None}),
        ({"input": BOXED}, {"input": BOXED}),  # a user's own, and no envelope
        ({"parents": {"a": BOXED}}, {"parents": {"a": BOXED}}),
        (None, None),
    ],
)
def test_an_envelope_is_opened_inside(sent: Any, shown: Any) -> None:
    assert boxes.opened(task(input=sent, output=None)).input == shown


def test_the_output_of_a_task_is_told_from_those_of_several() -> None:
    assert boxes.opened(task(output={"a": BOXED})).output == {"a": BOXED}  # without children: the task's own
    of_two = task(output={"a": BOXED, "c": BOXED}, children=[task(action_id="w:a")])
    assert boxes.opened(of_two).output == {"a": BOXED, "c": BOXED}


def test_lists_are_opened_row_by_row() -> None:
    answers: list[Any] = [
        models.V1TaskSummaryList.model_construct(rows=[task(), task()]),
        models.CronWorkflowsList.model_construct(rows=[cron(), cron()]),
        models.ScheduledWorkflowsList.model_construct(rows=[planned(), planned()]),
    ]
    for answer in answers:
        assert boxes.opened(answer) is answer
        assert [row.input for row in answer.rows] == [7, 7]
    for empty in (models.CronWorkflowsList, models.ScheduledWorkflowsList, models.V1EventList):
        assert boxes.opened(empty.model_construct(rows=None)).rows is None


def test_single_answers_are_opened() -> None:
    assert [boxes.opened(cron()).input, boxes.opened(planned()).input] == [7, 7]
    details = boxes.opened(run())
    assert (details.run.input, details.run.output, details.tasks[0].output) == (7, {"a": 7}, 7)
    assert [row.input for row in boxes.each_opened(iter([task(), task()]))] == [7, 7]
    assert boxes.opened("text") == "text"


@pytest.mark.parametrize(("payload", "shown"), [(BOXED, BOXED), ({"$value": {"n": 1}}, {"n": 1}), ({"n": 1}, {"n": 1})])
def test_events_show_objects_only(payload: Any, shown: Any) -> None:
    event = models.V1Event.model_construct(payload=payload)
    assert boxes.opened(event).payload == shown
    listed = models.V1EventList.model_construct(rows=[models.V1Event.model_construct(payload=payload)])
    assert [row.payload for row in boxes.opened(listed).rows or ()] == [shown]
