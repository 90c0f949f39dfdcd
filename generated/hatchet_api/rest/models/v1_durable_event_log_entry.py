# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import AwareDatetime, Field

from .v1_durable_event_log_kind import V1DurableEventLogKind
from .v1_wait_data import V1WaitData


class V1DurableEventLogEntry(Model):
    """
    One recorded step of a durable task.
    """

    node_id: Annotated[int, Field(alias="nodeId")]
    """
    Number of the entry in the event log.
    """

    branch_id: Annotated[int, Field(alias="branchId")]
    """
    Number of the branch of the event log.
    """

    kind: V1DurableEventLogKind
    """
    Kind of the entry.
    """

    wait_data: Annotated[V1WaitData | None, Field(alias="waitData")] = None
    """
    What is waited for; set on waits.
    """

    is_satisfied: Annotated[bool, Field(alias="isSatisfied")]
    """
    Whether the entry is complete.
    """

    satisfied_at: Annotated[AwareDatetime | None, Field(alias="satisfiedAt")] = None
    """
    When the entry became complete; absent before.
    """

    inserted_at: Annotated[AwareDatetime, Field(alias="insertedAt")]
    """
    When the entry was recorded.
    """

    user_message: Annotated[str | None, Field(alias="userMessage")] = None
    """
    Text that the author gave the step.
    """

    task_external_id: Annotated[str, Field(alias="taskExternalId")]
    """
    External id of the durable task run.
    """

    task_display_name: Annotated[str, Field(alias="taskDisplayName")]
    """
    Name of the task run that people see.
    """
