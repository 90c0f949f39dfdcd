# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field

from .v1_task_summary import V1TaskSummary


class V1DagChildren(Model):
    """
    The tasks of one DAG run.
    """

    dag_id: Annotated[str | None, Field(alias="dagId")] = None
    """
    External id of the DAG run.
    """

    children: list[V1TaskSummary] | None = None
    """
    The tasks of the DAG.
    """
