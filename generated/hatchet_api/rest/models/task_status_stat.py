# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import AwareDatetime, Field

from .concurrency_stat import ConcurrencyStat


class TaskStatusStat(Model):
    """
    How much work of one task is in one state, and since when.
    """

    total: int | None = None
    """
    Number of task runs.
    """

    queues: dict[str, int] | None = None
    """
    Number of task runs by queue name.
    """

    concurrency: list[ConcurrencyStat] | None = None
    """
    Number of task runs by concurrency rule.
    """

    oldest: AwareDatetime | None = None
    """
    When the one that has waited longest entered this state.
    """

    oldest_excluding_retries: Annotated[AwareDatetime | None, Field(alias="oldestExcludingRetries")] = None
    """
    The same, without task runs that are being retried.
    """
