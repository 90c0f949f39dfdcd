# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class ConcurrencyLimitStrategy(OpenEnum):
    """
    What happens to runs over a concurrency limit. Engines may answer with strategies that are not
    listed here.
    """

    CANCEL_IN_PROGRESS = "CANCEL_IN_PROGRESS"
    """The oldest run of the group is cancelled, and the new one starts."""
    DROP_NEWEST = "DROP_NEWEST"
    """The new run is dropped."""
    QUEUE_NEWEST = "QUEUE_NEWEST"
    """The new run waits until one of its group has ended."""
    GROUP_ROUND_ROBIN = "GROUP_ROUND_ROBIN"
    """Runs wait, and the groups take turns."""
