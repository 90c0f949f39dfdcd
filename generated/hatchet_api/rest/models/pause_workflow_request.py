# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing_extensions import TypeAliasType

from .pause_workflow_request_pause import PauseWorkflowRequestPause
from .pause_workflow_request_unpause import PauseWorkflowRequestUnpause

PauseWorkflowRequest = TypeAliasType("PauseWorkflowRequest", PauseWorkflowRequestPause | PauseWorkflowRequestUnpause)
"""
Pause a workflow, or resume it.
"""
