# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Any

from typing_extensions import TypeAliasType

StepRunGetSchemaResponse = TypeAliasType("StepRunGetSchemaResponse", dict[str, Any])
"""
What `step-run:get:schema` answers.
"""
