# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field

from .id import Id


class V1BranchDurableTaskRequest(Model):
    """
    Where a durable task is to start anew.
    """

    task_external_id: Annotated[Id, Field(alias="taskExternalId")]
    """
    External id of the task run, the one to use in requests.
    """

    node_id: Annotated[int, Field(alias="nodeId")]
    """
    Number of the entry from which to execute again.
    """

    branch_id: Annotated[int, Field(alias="branchId")]
    """
    Number of the branch of the event log.
    """
