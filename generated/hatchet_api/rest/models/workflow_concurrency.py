# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field

from .concurrency_limit_strategy import ConcurrencyLimitStrategy


class WorkflowConcurrency(Model):
    """
    The concurrency rule of a workflow of the older generation.
    """

    max_runs: Annotated[int, Field(alias="maxRuns")]
    """
    How many may run at once per key.
    """

    limit_strategy: Annotated[ConcurrencyLimitStrategy, Field(alias="limitStrategy")]
    """
    What happens to what exceeds the limit.
    """

    get_concurrency_group: Annotated[str, Field(alias="getConcurrencyGroup")]
    """
    Name of the action that computed the key.
    """
