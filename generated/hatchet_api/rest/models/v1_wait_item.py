# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import Field

from .v1_durable_wait_condition import V1DurableWaitCondition
from .v1_durable_wait_condition_kind import V1DurableWaitConditionKind


class V1WaitItem(Model):
    """
    One condition of a wait, or a group of which one suffices.
    """

    kind: V1DurableWaitConditionKind | None = None
    """
    What is waited for; absent on a group.
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

    or_: Annotated[list[V1DurableWaitCondition] | None, Field(alias="or")] = None
    """
    Conditions of which one suffices; set on a group.
    """
