# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class CronWorkflowsOrderByField(OpenEnum):
    """
    What cron triggers can be sorted by.
    """

    NAME = "name"
    """By the name of the trigger."""
    CREATED_AT = "createdAt"
    """By the time at which it was made."""
