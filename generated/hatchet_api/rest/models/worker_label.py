# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model

from .api_resource_meta import APIResourceMeta


class WorkerLabel(Model):
    """
    A label by which tasks choose workers.
    """

    metadata: APIResourceMeta
    """
    Id and dates.
    """

    key: str
    """
    Name of the label.
    """

    value: str | None = None
    """
    Value of the label, as a text even where it is a number.
    """
