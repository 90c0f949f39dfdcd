# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from uuid import UUID

from typing_extensions import TypeAliasType

V1WorkflowRunExternalIdList = TypeAliasType("V1WorkflowRunExternalIdList", list[UUID])
"""
External ids of runs.
"""
