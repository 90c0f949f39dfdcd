"""Which run an attempt belongs to, and how it came about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from hatchet.options.outputs import load_mapping

if TYPE_CHECKING:
    from hatchet.wire.values import Assignment

PARENT_TASK_RUN: Final = "hatchet__parent_step_run_id"  # metadata that the engine gives children


class AttemptFacts:
    """What the engine said of an attempt when it handed it out."""

    def __init__(self, assignment: Assignment, workflow_name: str, retries: int) -> None:
        self._assignment = assignment
        self._workflow_name = workflow_name
        self._retries = retries
        self._metadata: Mapping[str, object] | None = None

    @property
    def workflow_run_id(self) -> str:
        """The run that this task belongs to; for a standalone task the same as `task_run_id`."""
        return self._assignment.workflow_run_id

    @property
    def task_run_id(self) -> str:
        """This task's run; the same in every attempt."""
        return self._assignment.task_run_id

    @property
    def step_run_id(self) -> str:
        """The same as `task_run_id`."""
        return self.task_run_id

    @property
    def retry_count(self) -> int:
        """How many attempts came before this one; lost workers count too."""
        return self._assignment.retry_count

    @property
    def attempt_number(self) -> int:
        """This attempt, counted from 1."""
        return self._assignment.retry_count + 1

    @property
    def max_attempts(self) -> int:
        """Attempts that the task's `retries` allow."""
        return self._retries + 1

    @property
    def task_name(self) -> str:
        """The task's name."""
        return self._assignment.task_name

    @property
    def workflow_name(self) -> str:
        """The workflow's name, with its namespace."""
        return self._workflow_name

    @property
    def workflow_id(self) -> str | None:
        """The workflow's id."""
        return self._assignment.workflow_id

    @property
    def workflow_version_id(self) -> str | None:
        """The version of the workflow that this run started with."""
        return self._assignment.workflow_version_id

    @property
    def priority(self) -> int | None:
        """The run's priority, 1 to 3."""
        return self._assignment.priority

    @property
    def additional_metadata(self) -> Mapping[str, object]:
        """What the trigger said about the run, and what the engine added."""
        if self._metadata is None:
            self._metadata = load_mapping(self._assignment.additional_metadata)
        return self._metadata

    @property
    def parent_workflow_run_id(self) -> str | None:
        """The run that spawned this one."""
        return self._assignment.parent_run_id

    @property
    def parent_task_run_id(self) -> str | None:
        """The task run that spawned this run."""
        value = self.additional_metadata.get(PARENT_TASK_RUN)
        return value if isinstance(value, str) else None

    @property
    def child_index(self) -> int | None:
        """Number of this run among its parent's children."""
        return self._assignment.child_index

    @property
    def child_key(self) -> str | None:
        """Key that the parent gave this run."""
        return self._assignment.child_key

    @property
    def was_triggered_by_event(self) -> bool:
        """Whether an event started the run."""
        return self._assignment.event_id is not None

    @property
    def triggering_event_id(self) -> str | None:
        """The event that started the run."""
        return self._assignment.event_id

    @property
    def triggering_event_key(self) -> str | None:
        """That event's key."""
        return self._assignment.event_key

    @property
    def _task_run_ids(self) -> list[str]:
        """The task runs that this is an attempt of: several in a batch."""
        return self._assignment.task_run_ids
