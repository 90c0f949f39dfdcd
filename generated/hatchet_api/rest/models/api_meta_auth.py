# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model


class APIMetaAuth(Model):
    """
    Ways to sign in.
    """

    schemes: list[str] | None = None
    """
    Names of the ways to sign in, such as `basic` or `google`.
    """
