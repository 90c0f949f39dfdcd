"""What an engine is too old for is refused by the option's name, before it is registered."""

from __future__ import annotations

import pytest

from hatchet import ConcurrencyExpression, ConcurrencyLimitStrategy, Unsupported
from hatchet.options.specs import BatchSpec, TaskSpec, WorkflowSpec
from hatchet.wire.requests import TaskDefinition, WorkflowDefinition
from hatchet.wire.versions import needs, refuse

ROBIN = ConcurrencyLimitStrategy.GROUP_ROUND_ROBIN


def workflow(spec: TaskSpec, concurrency: ConcurrencyExpression | None = None) -> WorkflowDefinition:
    task = TaskDefinition(name="t", action_id="w:t", spec=spec)
    return WorkflowDefinition("w", WorkflowSpec(concurrency=concurrency), (), (task,))


@pytest.mark.parametrize(
    ("definition", "words", "enough", "too_old"),
    [
        (workflow(TaskSpec(batch=BatchSpec(batch_max_size=2))), "batch_max_size of task 't'", "v0.88.1", "v0.88.0"),
        (
            workflow(TaskSpec(concurrency=ConcurrencyExpression("'a'", "2", ROBIN))),
            "max_runs='2' of task 't'",
            "v0.106.0",
            "v0.105.99",
        ),
        (
            workflow(TaskSpec(), ConcurrencyExpression("'a'", 2, ROBIN, name="n", is_tenant_scoped=True)),
            "is_tenant_scoped=True of workflow 'w'",
            "v0.114.2",
            "v0.101.27",
        ),
        (
            workflow(
                TaskSpec(),
                ConcurrencyExpression("'a'", 2, ConcurrencyLimitStrategy.CANCEL_QUEUED_EXCEPT_NEWEST),
            ),
            "limit_strategy=CANCEL_QUEUED_EXCEPT_NEWEST of workflow 'w'",
            "v0.105.16-rc.1",
            "v0.105.15",
        ),
    ],
)
def test_an_older_engine_is_refused_and_a_newer_one_is_not(
    definition: WorkflowDefinition, words: str, enough: str, too_old: str
) -> None:
    found = list(needs(definition))
    refuse(found, enough)
    refuse(found, "my-own-build")
    for version in (too_old, None):
        with pytest.raises(Unsupported, match="needs an engine of v0") as caught:
            refuse(found, version)
        assert words in str(caught.value)


def test_what_every_engine_has_needs_nothing() -> None:
    assert not list(needs(workflow(TaskSpec(concurrency=3, retries=2), ConcurrencyExpression("'a'", 2, ROBIN))))
