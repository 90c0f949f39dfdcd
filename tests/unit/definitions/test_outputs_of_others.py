"""Outputs of tasks that a run does not have: an error of this package that names both sides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hatchet import (
    Context,
    DefinitionError,
    EmptyModel,
    Hatchet,
    HatchetError,
    InputError,
    NoTaskOutput,
    ParentCondition,
)
from hatchet.runs.results import WorkflowResult
from tests.unit.offline import offline

hatchet: Hatchet = offline()
flow = hatchet.workflow("flow")
other = hatchet.workflow("other")


@flow.task()
def first(input: EmptyModel, ctx: Context) -> int:
    return 1


@flow.task(parents=[first])
def second(input: EmptyModel, ctx: Context) -> int:
    return ctx.task_output(first)


@other.task(name="first")
def namesake(input: EmptyModel, ctx: Context) -> str:
    return "one"


@hatchet.task()
def alone(input: EmptyModel, ctx: Context) -> int:
    return 1


def plain(input: EmptyModel, ctx: Context) -> int:
    return 1


NO_TASKS: list[Any] = [plain, flow, 3, None]
"""What is given where a task belongs, by programs without a type checker."""


def result(workflow: str | None = "flow") -> WorkflowResult:
    return WorkflowResult({"first": '{"$value": 1}'}, "r-1", workflow)


def test_a_task_of_another_workflow_is_refused_though_a_task_here_has_its_name() -> None:
    with pytest.raises(NoTaskOutput, match=r"run r-1 of workflow 'flow' has no output of 'first', a task of .*'other'"):
        result()[namesake]
    assert result(workflow=None)[first] == 1  # where the workflow is not known, the name decides


def test_a_task_that_the_run_has_not_is_refused_with_those_that_it_has() -> None:
    for missing in (second, "second", alone):
        with pytest.raises(NoTaskOutput, match=r"run r-1 .* has no output of task '\w+'; it has: first"):
            result()[missing]
    with pytest.raises(NoTaskOutput, match="no output of task 'second'"):
        result().was_skipped(second)


def test_a_result_is_a_mapping_still() -> None:
    assert result().get("second") is None
    assert "second" not in result()
    with pytest.raises(KeyError) as refused:
        result()["second"]
    assert str(refused.value).startswith("run r-1")


@pytest.mark.parametrize("key", NO_TASKS)
def test_what_is_no_task_is_refused_as_a_key_of_a_result(key: Any) -> None:
    with pytest.raises(NoTaskOutput, match=r"run r-1 has outputs of tasks, and .* is none"):
        result()[key]


@pytest.mark.parametrize("method", ["task_output", "was_skipped", "get_task_run_error"])
@pytest.mark.parametrize("key", [*NO_TASKS, namesake, "first"])
def test_a_context_refuses_what_is_no_task_of_its_workflow(method: str, key: Any) -> None:
    asking = hatchet.workflow("asking")

    @asking.task()
    def asks(input: EmptyModel, ctx: Context) -> None:
        getattr(ctx, method)(key)

    with pytest.raises(NoTaskOutput, match="a task of workflow 'other'" if key is namesake else "is none"):
        asks.mock_run()


def test_a_parent_of_another_workflow_is_refused_at_declaration() -> None:
    with pytest.raises(DefinitionError, match="'third' of 'flow' has the parent 'first' of another workflow, 'other'"):
        flow.task(name="third", parents=[namesake])(plain)


@pytest.mark.parametrize("parent", [*NO_TASKS, "first"])
def test_a_condition_on_what_is_no_task_is_refused_at_declaration(parent: Any) -> None:
    with pytest.raises(DefinitionError, match=r"a ParentCondition looks at a task, and .* is none"):
        ParentCondition(parent, "true")


def test_a_condition_on_a_task_of_another_workflow_is_refused_at_declaration() -> None:
    with pytest.raises(DefinitionError, match="looks at the output of 'first', which is none of its parents"):
        flow.task(name="third", skip_if=[ParentCondition(namesake, "true")])(plain)


MOCKS: dict[str, Callable[[Any], Any]] = {
    "parent_outputs": lambda key: second.mock_run(parent_outputs={key: 1}),
    "skipped": lambda key: second.mock_run(skipped=[key]),
    "skipped of the workflow": lambda key: flow.mock_run(skipped=[key]),
    "task_run_errors": lambda key: second.mock_run(task_run_errors={key: ValueError()}),
}


@pytest.mark.parametrize("option", MOCKS)
@pytest.mark.parametrize("key", NO_TASKS)
def test_an_option_of_a_mock_run_refuses_what_is_no_task(option: str, key: Any) -> None:
    with pytest.raises(InputError, match=rf"{option.partition(' ')[0]} .* names .*, which is no task"):
        MOCKS[option](key)


@pytest.mark.parametrize("option", MOCKS)
@pytest.mark.parametrize("key", [namesake, "frist"])
def test_an_option_of_a_mock_run_refuses_a_task_that_the_workflow_has_not(option: str, key: Any) -> None:
    with pytest.raises(InputError, match=r"names task 'fr?i?r?st'.*, which .* 'flow' does not have; it has: first"):
        MOCKS[option](key)


@pytest.mark.parametrize("key", [plain, 3, "alone", first])
def test_children_of_a_mock_run_are_what_can_be_run(key: Any) -> None:
    with pytest.raises(InputError, match="children of the mock run of 'second' names"):
        second.mock_run(children={key: 1})


def test_the_result_of_a_child_names_tasks_of_the_child() -> None:
    @hatchet.task()
    def starts(input: EmptyModel, ctx: Context) -> int:
        return flow.run()[first]

    assert starts.mock_run(children={flow: {first: 2}}) == 2
    with pytest.raises(InputError, match="a child run names task 'first' of workflow 'other', which workflow 'flow'"):
        starts.mock_run(children={flow: {namesake: "two"}})


def test_a_skipped_task_has_no_output() -> None:
    skipped = WorkflowResult({"first": '{"skipped": true}'}, "r-1", "flow")
    with pytest.raises(HatchetError, match="'first' was skipped in run r-1"):
        skipped[first]
    assert skipped.was_skipped(first)
