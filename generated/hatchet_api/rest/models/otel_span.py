# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing import Annotated

from hatchet_api.rest.base import Model
from pydantic import AwareDatetime, Field

from .otel_span_kind import OtelSpanKind
from .otel_status_code import OtelStatusCode


class OtelSpan(Model):
    """
    A span of a trace.
    """

    trace_id: Annotated[str, Field(alias="traceId")]
    """
    Id of the trace, in hexadecimal.
    """

    span_id: Annotated[str, Field(alias="spanId")]
    """
    Id of the span, in hexadecimal.
    """

    parent_span_id: Annotated[str | None, Field(alias="parentSpanId")] = None
    """
    Id of the span that encloses it; absent for the outermost.
    """

    span_name: Annotated[str, Field(alias="spanName")]
    """
    Name of the span.
    """

    span_kind: Annotated[OtelSpanKind, Field(alias="spanKind")]
    """
    Role of the span.
    """

    service_name: Annotated[str, Field(alias="serviceName")]
    """
    Name of the service that recorded it.
    """

    status_code: Annotated[OtelStatusCode, Field(alias="statusCode")]
    """
    Outcome of the span.
    """

    status_message: Annotated[str | None, Field(alias="statusMessage")] = None
    """
    Text that explains the outcome.
    """

    duration_ns: Annotated[int, Field(alias="durationNs")]
    """
    How long the span took, in nanoseconds.
    """

    created_at: Annotated[AwareDatetime, Field(alias="createdAt")]
    """
    When the span began.
    """

    resource_attributes: Annotated[dict[str, str] | None, Field(alias="resourceAttributes")] = None
    """
    Attributes of the process that recorded it.
    """

    span_attributes: Annotated[dict[str, str] | None, Field(alias="spanAttributes")] = None
    """
    Attributes of the span.
    """

    scope_name: Annotated[str | None, Field(alias="scopeName")] = None
    """
    Name of the library that recorded it.
    """

    scope_version: Annotated[str | None, Field(alias="scopeVersion")] = None
    """
    Version of the library that recorded it.
    """

    retry_count: Annotated[int, Field(alias="retryCount")]
    """
    Attempt of the task run during which it was recorded, 0 for the first.
    """
