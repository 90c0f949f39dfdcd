# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model


class APIError(Model):
    """
    One fault of a request.
    """

    code: int | None = None
    """
    Number of the kind of fault; 0 or absent where it has none.
    """

    field: str | None = None
    """
    Name of the field at fault, where it is one field.
    """

    description: str
    """
    What is wrong, for a person to read.
    """

    docs_link: str | None = None
    """
    Page that explains the fault.
    """
