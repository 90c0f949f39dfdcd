# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class V1AdditionalMetadataOperator(OpenEnum):
    """
    How several metadata pairs combine: any of them, or all of them.
    """

    OR = "OR"
    """Any of the pairs suffices."""
    AND = "AND"
    """All of the pairs are needed."""
