# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Any

from hatchet_api.rest.base import Model


class V1UpdateFilterRequest(Model):
    """
    Changes to an event filter; what is left out stays.
    """

    expression: str | None = None
    """
    CEL expression over `input`, `additional_metadata`, `payload`, `event_id` and `event_key`.
    """

    scope: str | None = None
    """
    Scope by which event filters are chosen.
    """

    payload: dict[str, Any] | None = None
    """
    Values that the expression sees as `payload`.
    """
