# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class WorkerRuntimeSDKs(OpenEnum):
    """
    Language of the SDK that a worker uses.
    """

    GOLANG = "GOLANG"
    """Go."""
    PYTHON = "PYTHON"
    """Python."""
    TYPESCRIPT = "TYPESCRIPT"
    """TypeScript."""
    RUBY = "RUBY"
    """Ruby."""
