# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model


class V1WorkflowRunCount(Model):
    """
    Number of runs that match. Since v0.111.0.
    """

    count: int
    """
    Number of runs that match, up to a cap of the server.
    """
