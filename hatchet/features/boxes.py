"""Inputs and outputs in answers over REST, without the box that values travel in which are no JSON objects."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from hatchet.options.outputs import unboxed

if TYPE_CHECKING:
    from hatchet_api.rest.models import (
        CronWorkflows,
        CronWorkflowsList,
        ScheduledWorkflows,
        ScheduledWorkflowsList,
        V1Event,
        V1EventList,
        V1TaskSummary,
        V1TaskSummaryList,
        V1WorkflowRunDetails,
    )

T = TypeVar("T")


def opened(answer: T) -> T:
    """An answer whose inputs and outputs are what tasks take and return."""
    opener = _OPENERS.get(type(answer).__name__)
    if opener is not None:
        opener(answer)
    return answer


def each_opened(rows: Iterator[T]) -> Iterator[T]:
    """The same for rows that are made one by one."""
    return map(opened, rows)


def _envelope(value: object) -> object:
    """An input, or the envelope that has it beside the outputs of parents."""
    if not isinstance(value, dict):
        return value
    whole = cast(dict[str, object], value)
    if not {"input", "parents"} <= whole.keys():
        return unboxed(whole)
    return {**whole, "input": unboxed(whole["input"]), "parents": _by_name(whole["parents"])}


def _by_name(value: object) -> object:
    if not isinstance(value, Mapping):
        return value
    return {name: unboxed(output) for name, output in cast(Mapping[str, object], value).items()}


def _output(value: object, names: set[str]) -> object:
    """An output of one task, or those of several tasks by name: engines show a DAG's in either way."""
    if not isinstance(value, dict):
        return value
    whole = cast(dict[str, object], value)
    return _by_name(whole) if whole.keys() <= names else unboxed(whole)


def _task(task: V1TaskSummary) -> None:
    children = task.children or ()
    task.input = _envelope(task.input)
    task.output = _output(task.output, {(child.action_id or "").rpartition(":")[2] for child in children})
    for child in children:
        _task(child)


def _details(details: V1WorkflowRunDetails) -> None:
    run = details.run
    run.input = _envelope(run.input)
    run.output = _output(run.output, {task.task_name for task in details.shape})
    for task in details.tasks:
        _task(task)


def _rows(answer: V1TaskSummaryList) -> None:
    for task in answer.rows:
        _task(task)


def _event(event: V1Event) -> None:
    payload: object = event.payload
    inside = unboxed(payload)
    if isinstance(inside, dict):  # another value keeps its box: the model has room for an object only
        event.payload = cast(dict[str, Any], inside)


def _events(answer: V1EventList) -> None:
    for event in answer.rows or ():
        _event(event)


def _start(planned: ScheduledWorkflows | CronWorkflows) -> None:
    planned.input = unboxed(planned.input)


def _starts(answer: ScheduledWorkflowsList | CronWorkflowsList) -> None:
    for planned in answer.rows or ():
        _start(planned)


_OPENERS: Final[Mapping[str, Callable[[Any], None]]] = {  # by name: the models are loaded with the answers
    "V1Event": _event,
    "V1EventList": _events,
    "V1TaskSummary": _task,
    "V1TaskSummaryList": _rows,
    "V1WorkflowRunDetails": _details,
    "ScheduledWorkflows": _start,
    "ScheduledWorkflowsList": _starts,
    "CronWorkflows": _start,
    "CronWorkflowsList": _starts,
}
