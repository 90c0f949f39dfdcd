"""What may hold back the runs of a task, by its registration: what a warning about a run that no worker takes names."""

from __future__ import annotations

import pytest

from hatchet.features import knowledge
from hatchet_api.rest.models import ConcurrencyLimitStrategy, ConcurrencyScope, ConcurrencySetting, WorkflowVersion

WAITS = ["GROUP_ROUND_ROBIN", "QUEUE_NEWEST", "CANCEL_QUEUED_EXCEPT_NEWEST", "CANCEL_QUEUED_EXCEPT_OLDEST"]


def named(strategy: str, task: str | None) -> list[str]:
    """What is named for the task `pay`, of a rule of a task or of the whole workflow."""
    rule = ConcurrencySetting(
        max_runs=2,
        limit_strategy=ConcurrencyLimitStrategy(strategy),
        expression="input.who",
        step_readable_id=task,
        scope=ConcurrencyScope.TASK,
    )
    return list(knowledge._limits(WorkflowVersion.model_construct(v1_concurrency=[rule]), "pay"))


@pytest.mark.parametrize("strategy", [each.value for each in ConcurrencyLimitStrategy])
def test_a_rule_by_which_runs_wait_is_named_and_one_that_cancels_is_not(strategy: str) -> None:
    assert named(strategy, "pay") == (["input.who, 2 at a time"] if strategy in WAITS else [])


@pytest.mark.parametrize("task", [None, "", "pay"])
def test_a_rule_of_the_task_or_of_its_workflow_is_named(task: str | None) -> None:
    assert named("GROUP_ROUND_ROBIN", task) == ["input.who, 2 at a time"]


def test_a_rule_of_another_task_is_not_named() -> None:
    assert named("GROUP_ROUND_ROBIN", "ship") == []


def test_a_workflow_without_rules_names_none() -> None:
    assert list(knowledge._limits(WorkflowVersion.model_construct(v1_concurrency=None), "pay")) == []
