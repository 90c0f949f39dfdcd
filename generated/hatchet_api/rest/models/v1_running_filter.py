# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import OpenEnum


class V1RunningFilter(OpenEnum):
    """
    Which running runs are meant: all of them, only evicted ones, or only those on a worker.
    """

    ALL = "ALL"
    EVICTED = "EVICTED"
    ON_WORKER = "ON_WORKER"
