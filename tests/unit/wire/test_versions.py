"""What an engine is too old for is refused by the option's name, before it is registered."""

from __future__ import annotations

import pytest

from hatchet import ConcurrencyExpression, ConcurrencyLimitStrategy, Unsupported
from hatchet.options.specs import BatchSpec, TaskSpec, WorkflowSpec
from hatchet.wire import versions
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


def test_what_an_engine_is_too_old_for_is_said_in_one_sentence() -> None:
    durable = TaskDefinition(name="d", action_id="w:d", spec=TaskSpec(), is_durable=True)
    [need] = needs(WorkflowDefinition("w", WorkflowSpec(), (), (durable,)))
    version = versions.text(need.version)
    assert need.option == "durable task 'd'"
    for given, shown in (("v0.1.0", "v0.1.0"), (None, f"older than {versions.text(versions.SLOT_TYPES)}")):
        with pytest.raises(Unsupported) as caught:
            refuse([need], given)
        assert str(caught.value) == (
            f"durable task 'd' needs an engine of {version} or newer; this one is {shown}: upgrade it, or declare it "
            "without"
        )
        assert (caught.value.code, caught.value.call) == ("UNIMPLEMENTED", "PutWorkflow")


def test_the_task_for_failures_has_needs_too() -> None:
    batch = TaskDefinition(name="b", action_id="w:b", spec=TaskSpec(batch=BatchSpec(batch_max_size=2)))
    plain = TaskDefinition(name="t", action_id="w:t", spec=TaskSpec())
    found = needs(WorkflowDefinition("w", WorkflowSpec(), (), (plain,), on_failure=batch))
    assert [each.option for each in found] == ["batch_max_size of task 'b'"]


@pytest.mark.parametrize(
    ("version", "found"),
    [("v1.22.333", (1, 22, 333)), ("1.2.3-rc.1", (1, 2, 3)), ("v1.2", None), ("main", None), ("", None), (None, None)],
)
def test_numbers_are_read_where_there_are_three(version: str | None, found: tuple[int, int, int] | None) -> None:
    assert versions.numbers(version) == found


@pytest.mark.parametrize(
    ("version", "is_older"),
    [("v1.2.2", True), ("v1.2.3", False), ("v1.2.4", False), ("v1.10.0", False), ("mine", False), (None, True)],
)
def test_a_version_is_older_by_its_numbers(version: str | None, is_older: bool) -> None:
    assert versions.is_older(version, (1, 2, 3)) is is_older


def test_what_the_specs_do_not_date_has_no_version() -> None:
    with pytest.raises(LookupError, match=r"^specs/overlay does not say which engine brought No\.Such$"):
        versions.since("No.Such")
