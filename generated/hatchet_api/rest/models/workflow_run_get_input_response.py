# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Any

from typing_extensions import TypeAliasType

WorkflowRunGetInputResponse = TypeAliasType("WorkflowRunGetInputResponse", dict[str, Any])
"""
What `workflow-run:get:input` answers.
"""
