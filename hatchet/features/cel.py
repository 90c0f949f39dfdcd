"""`hatchet.cel`: CEL expressions, tried out on the engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from hatchet._dataclasses import dataclass
from hatchet.features.bodies import document, document_or_none
from hatchet.features.rest import Feature
from hatchet.transport.io_loop import blocking
from hatchet_api.rest import api, models


@dataclass(frozen=True, kw_only=True)
class CELSuccess:
    """The expression has a value."""

    output: bool
    """The value."""
    status: Literal["success"] = "success"
    """Tells it from a failure."""


@dataclass(frozen=True, kw_only=True)
class CELFailure:
    """The expression has no value."""

    error: str
    """Why, in the engine's words."""
    status: Literal["failure"] = "failure"
    """Tells it from a success."""


@dataclass(frozen=True, kw_only=True)
class CELEvaluationResult:
    """What an expression came to."""

    result: CELSuccess | CELFailure
    """Its value, or why it has none."""


class CELClient(Feature):
    """Evaluates CEL expressions as filters of events do."""

    async def aio_debug(
        self,
        expression: str,
        input: Mapping[str, Any],  # Any: JSON
        additional_metadata: Mapping[str, Any] | None = None,
        filter_payload: Mapping[str, Any] | None = None,
    ) -> CELEvaluationResult:
        """What a filter's expression would say of an event (API: `v1-cel:debug`).

        Args:
            expression: CEL whose value is true or false.
            input: the event's payload.
            additional_metadata: the event's metadata.
            filter_payload: the filter's payload, which the expression reads as `payload`.

        Raises:
            InputError: one of them is no JSON object; nothing was sent.
        """
        body = models.V1CELDebugRequest(
            expression=expression,
            input=document(input, "input"),
            additional_metadata=document_or_none(additional_metadata, "additional_metadata"),
            filter_payload=document_or_none(filter_payload, "filter_payload"),
        )
        answer = await self._send(api.cel.debug.build(self._tenant, body))
        if answer.status == models.V1CELDebugResponseStatus.SUCCESS:
            return CELEvaluationResult(result=CELSuccess(output=bool(answer.output)))
        return CELEvaluationResult(result=CELFailure(error=answer.error or "the engine gave no reason"))

    debug: Final = blocking(aio_debug)
