"""What `hatchet.runs` knows of the logs of durable tasks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from hatchet._dataclasses import dataclass
from hatchet.errors import InputError
from hatchet.features.rest import Feature, id_of
from hatchet.transport.io_loop import blocking
from hatchet_api.rest import api, models

if TYPE_CHECKING:
    from hatchet_api.rest.models import (
        V1BranchDurableTaskResponse,
        V1DurableEventLogEntry,
        V1DurableEventLogKind,
        V1DurableWaitCondition,
        V1DurableWaitConditionKind,
        V1WaitItem,
    )

PAGE: Final = 1000  # entries in one request: what the engine gives by itself
MOST: Final = 2**63 - 1  # the engine's room for a number of a node or branch


@dataclass(frozen=True)
class DurableCondition:
    """Something that an entry of a durable log waits for."""

    kind: V1DurableWaitConditionKind | None
    """SLEEP, USER_EVENT or CHILD_WORKFLOW; None from an engine that does not say."""
    duration: timedelta | None = None
    """How long a sleep is."""
    event_key: str | None = None
    """The event, with its namespace."""
    workflow: str | None = None
    """The workflow of a child, with its namespace."""


@dataclass(frozen=True)
class DurableLogEntry:
    """One entry in the log of a durable task."""

    node: int
    """Its number, counted from 1."""
    branch: int
    """The branch that it was recorded on: 1, and one more with each reset."""
    kind: V1DurableEventLogKind
    """RUN for a child, WAIT_FOR for a sleep or event, MEMO for what is remembered: memos, `now` and `patched`."""
    label: str | None
    """The label that its wait was given; the engine has texts of its own for other entries."""
    conditions: tuple[tuple[DurableCondition, ...], ...]
    """What it waits for: of each group one. Empty for memos."""
    is_satisfied: bool
    """Whether what it waits for has happened, or the value is there."""
    created_at: datetime
    """When it was recorded."""
    satisfied_at: datetime | None
    """When it was satisfied; None before that."""
    task_run_id: str
    """The durable task."""


class DurableLogs(Feature):
    """Logs of durable tasks: what is in them, and branches."""

    async def aio_durable_log(self, run_id: str | UUID) -> Sequence[DurableLogEntry]:
        """What a durable task has recorded, by branch and node (API: `v1-durable-task:event-log:list`).

        After a reset the entries that it has given up are there, too, on the branch on which they were recorded.

        Args:
            run_id: the task run; for a standalone task the run's id.

        Raises:
            NotFound: it does not exist.
        """
        task = id_of(run_id, "run_id")
        found: list[V1DurableEventLogEntry] = []
        while True:
            page = api.durable_tasks.list_event_log.build(self._tenant, task, offset=len(found), limit=PAGE)
            entries = await self._send_of(task, page)
            found += entries
            if len(entries) < PAGE:
                return [_entry(each) for each in found]

    async def aio_branch_durable_task(
        self, task_run_id: str | UUID, node_id: int, branch_id: int | None = None
    ) -> V1BranchDurableTaskResponse:
        """Run a durable task again from one of its nodes on, on a new branch (API: `v1-durable-task:branch`).

        What was recorded before the node stays; the call at the node and all that follow are made anew.

        Args:
            task_run_id: the task run; for a standalone task the run's id.
            node_id: the node, as `durable_log` numbers it; 0 is the same as 1, the start.
            branch_id: the branch that the node is on; default: the newest that has it.

        Raises:
            InputError: a number that cannot be, or no `branch_id` and a node that the log does not have.
            NotFound: there is no such task run.
        """
        task = id_of(task_run_id, "task_run_id")
        _check(node_id, "node_id", 0)
        if branch_id is None:
            branches = [each.branch for each in await self.aio_durable_log(task) if each.node == (node_id or 1)]
            if not branches:
                raise InputError(f"the durable log of task run {task} has no node {node_id}; durable_log shows it")
            branch_id = max(branches)
        _check(branch_id, "branch_id", 1)
        body = models.V1BranchDurableTaskRequest(task_external_id=task, node_id=node_id, branch_id=branch_id)
        return await self._send_of(task, api.durable_tasks.branch.build(self._tenant, body))

    async def aio_reset_durable_task(
        self, task_external_id: str | UUID, node_id: int, branch_id: int
    ) -> V1BranchDurableTaskResponse:
        """The same as `aio_branch_durable_task`, where the branch must be named.

        Args:
            task_external_id: the task run.
            node_id: the node.
            branch_id: the branch that the node is on.
        """
        return await self.aio_branch_durable_task(id_of(task_external_id, "task_external_id"), node_id, branch_id)

    durable_log: Final = blocking(aio_durable_log)
    branch_durable_task: Final = blocking(aio_branch_durable_task)
    reset_durable_task: Final = blocking(aio_reset_durable_task)


def _check(number: int, name: str, least: int) -> None:
    if type(number) is not int or not least <= number <= MOST:  # callers without a checker
        raise InputError(f"{name} is {number!r}; write a number that durable_log shows, {least} or more")


def _entry(given: V1DurableEventLogEntry) -> DurableLogEntry:
    return DurableLogEntry(
        node=given.node_id,
        branch=given.branch_id,
        kind=given.kind,
        label=given.user_message,
        conditions=tuple(_group(item) for item in given.wait_data or ()),
        is_satisfied=given.is_satisfied,
        created_at=given.inserted_at,
        satisfied_at=given.satisfied_at,
        task_run_id=given.task_external_id,
    )


def _group(item: V1WaitItem) -> tuple[DurableCondition, ...]:
    return tuple(_condition(each) for each in item.or_) if item.or_ else (_condition(item),)


def _condition(given: V1WaitItem | V1DurableWaitCondition) -> DurableCondition:
    length = given.sleep_duration_ms
    return DurableCondition(
        kind=given.kind,
        duration=None if length is None else timedelta(milliseconds=length),
        event_key=given.event_key,
        workflow=given.workflow_name,
    )
