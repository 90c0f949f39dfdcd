# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field

from .v1_durable_wait_condition_kind import V1DurableWaitConditionKind


class V1DurableWaitCondition(Model):
    """
    One condition of a durable wait.
    """

    kind: V1DurableWaitConditionKind
    """
    What is waited for.
    """

    sleep_duration_ms: Annotated[int | None, Field(alias="sleepDurationMs")] = None
    """
    How long to sleep, in milliseconds; set on sleeps.
    """

    event_key: Annotated[str | None, Field(alias="eventKey")] = None
    """
    Key of the awaited event; set on events.
    """

    workflow_name: Annotated[str | None, Field(alias="workflowName")] = None
    """
    Name of the child workflow that is waited for.
    """
