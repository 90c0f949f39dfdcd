# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing_extensions import TypeAliasType

from .workflow_run_status import WorkflowRunStatus

WorkflowRunStatusList = TypeAliasType("WorkflowRunStatusList", list[WorkflowRunStatus])
"""
Statuses of runs of the older generation.
"""
