# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class OtelSpanKind(OpenEnum):
    """
    Role of a span, as OpenTelemetry defines it.
    """

    UNSPECIFIED = "UNSPECIFIED"
    """No role was given."""
    INTERNAL = "INTERNAL"
    """Work inside of one process."""
    SERVER = "SERVER"
    """The handling of a request."""
    CLIENT = "CLIENT"
    """A request to another service."""
    PRODUCER = "PRODUCER"
    """The sending of a message."""
    CONSUMER = "CONSUMER"
    """The handling of a message."""
