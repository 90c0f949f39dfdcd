# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model


class InfoGetVersionResponse(Model):
    """
    What `info:get:version` answers.
    """

    version: str
    """
    Version of the server, such as `v0.101.27`.
    """
