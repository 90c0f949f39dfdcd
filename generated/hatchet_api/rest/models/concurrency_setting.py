# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field

from .concurrency_limit_strategy import ConcurrencyLimitStrategy
from .concurrency_scope import ConcurrencyScope


class ConcurrencySetting(Model):
    """
    A concurrency rule of a workflow version.
    """

    max_runs: Annotated[int, Field(alias="maxRuns")]
    """
    How many may run at once per key.
    """

    limit_strategy: Annotated[ConcurrencyLimitStrategy, Field(alias="limitStrategy")]
    """
    What happens to what exceeds the limit.
    """

    expression: str
    """
    CEL expression that gives the concurrency key, a string.
    """

    step_readable_id: Annotated[str | None, Field(alias="stepReadableId")] = None
    """
    Name of the task that the rule applies to; absent for rules of the whole workflow.
    """

    scope: ConcurrencyScope
    """
    Whether whole runs or single tasks are counted.
    """
