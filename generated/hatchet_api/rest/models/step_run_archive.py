# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import AwareDatetime, Field


class StepRunArchive(Model):
    """
    An earlier attempt of a step run.
    """

    step_run_id: Annotated[str, Field(alias="stepRunId")]
    """
    Id of the step run.
    """

    order: int
    """
    Position in the sequence of attempts.
    """

    input: str | None = None
    """
    Input, as a JSON text.
    """

    output: str | None = None
    """
    Output, as a JSON text; absent where the attempt gave none.
    """

    started_at: Annotated[AwareDatetime | None, Field(alias="startedAt")] = None
    """
    When it started; absent before.
    """

    error: str | None = None
    """
    What went wrong; absent while nothing has.
    """

    retry_count: Annotated[int, Field(alias="retryCount")]
    """
    How many attempts came before, 0 for the first.
    """

    created_at: Annotated[AwareDatetime, Field(alias="createdAt")]
    """
    When the attempt was created.
    """

    started_at_epoch: Annotated[int | None, Field(alias="startedAtEpoch")] = None
    """
    When it started, in milliseconds since 1970.
    """

    finished_at: Annotated[AwareDatetime | None, Field(alias="finishedAt")] = None
    """
    When it ended, in whatever way; absent before.
    """

    finished_at_epoch: Annotated[int | None, Field(alias="finishedAtEpoch")] = None
    """
    When it ended, in milliseconds since 1970.
    """

    timeout_at: Annotated[AwareDatetime | None, Field(alias="timeoutAt")] = None
    """
    When it would time out.
    """

    timeout_at_epoch: Annotated[int | None, Field(alias="timeoutAtEpoch")] = None
    """
    When it would time out, in milliseconds since 1970.
    """

    cancelled_at: Annotated[AwareDatetime | None, Field(alias="cancelledAt")] = None
    """
    When it was cancelled; absent where it was not.
    """

    cancelled_at_epoch: Annotated[int | None, Field(alias="cancelledAtEpoch")] = None
    """
    When it was cancelled, in milliseconds since 1970.
    """

    cancelled_reason: Annotated[str | None, Field(alias="cancelledReason")] = None
    """
    Why it was cancelled.
    """

    cancelled_error: Annotated[str | None, Field(alias="cancelledError")] = None
    """
    Error that made the cancelling fail or necessary.
    """
