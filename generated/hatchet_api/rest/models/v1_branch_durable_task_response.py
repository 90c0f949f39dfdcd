# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field


class V1BranchDurableTaskResponse(Model):
    """
    Where the durable task started anew.
    """

    task_external_id: Annotated[str, Field(alias="taskExternalId")]
    """
    External id of the task run, the one to use in requests.
    """

    node_id: Annotated[int, Field(alias="nodeId")]
    """
    Number of the entry in the event log.
    """

    branch_id: Annotated[int, Field(alias="branchId")]
    """
    Number of the branch of the event log.
    """
