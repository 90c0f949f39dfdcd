# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class V1DurableEventLogKind(OpenEnum):
    """
    What an entry of a durable event log records: a child run, a wait, or a memoised value.
    """

    RUN = "RUN"
    """A child run."""
    WAIT_FOR = "WAIT_FOR"
    """A wait for a time or an event."""
    MEMO = "MEMO"
    """A memoised value."""
