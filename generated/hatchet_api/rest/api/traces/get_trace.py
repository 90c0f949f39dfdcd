# Generated from specs/ by `python -m codegen`; do not edit.
"""Fetch the OpenTelemetry spans that were recorded for one run."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from uuid import UUID

import httpx

from ... import runtime
from ...models.otel_span import OtelSpan
from ...models.otel_span_list import OtelSpanList

_ANSWERS: Mapping[int, runtime.Reader[OtelSpanList]] = {
    200: runtime.Json[OtelSpanList](OtelSpanList),
}


def build(
    tenant: UUID | str,
    *,
    run_external_id: UUID | str,
    offset: int | None = None,
    limit: int | None = None,
) -> runtime.Operation[OtelSpanList]:
    """Fetch the OpenTelemetry spans that were recorded for one run.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        run_external_id: External id of the run whose spans are wanted.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
    """
    return runtime.Operation(
        name="v1-observability:get-trace",
        method="GET",
        path=f"/api/v1/stable/tenants/{runtime.segment('tenant', tenant)}/traces",
        answers=_ANSWERS,
        query=runtime.query(
            ("run_external_id", run_external_id),
            ("offset", offset),
            ("limit", limit),
        ),
        security=(("bearer_auth",),),
    )


def sync(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    run_external_id: UUID | str,
    offset: int | None = None,
    limit: int | None = None,
    timeout: runtime.Timeout = None,
) -> OtelSpanList:
    """Fetch the OpenTelemetry spans that were recorded for one run.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        run_external_id: External id of the run whose spans are wanted.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
    """
    operation = build(
        tenant,
        run_external_id=run_external_id,
        offset=offset,
        limit=limit,
    )
    return runtime.send(client, operation, timeout=timeout)


async def asyncio(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    *,
    run_external_id: UUID | str,
    offset: int | None = None,
    limit: int | None = None,
    timeout: runtime.Timeout = None,
) -> OtelSpanList:
    """Fetch the OpenTelemetry spans that were recorded for one run.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        run_external_id: External id of the run whose spans are wanted.
        offset: Number of rows to skip, 0 when left out.
        limit: Largest number of rows to return; the server has a default of its own.
    """
    operation = build(
        tenant,
        run_external_id=run_external_id,
        offset=offset,
        limit=limit,
    )
    return await runtime.asend(client, operation, timeout=timeout)


def iterate(
    client: httpx.Client,
    tenant: UUID | str,
    *,
    run_external_id: UUID | str,
    page_size: int = runtime.PAGE_SIZE,
    timeout: runtime.Timeout = None,
) -> Iterator[OtelSpan]:
    """Fetch the OpenTelemetry spans that were recorded for one run. Go through all rows, asking for a page at a
    time.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        run_external_id: External id of the run whose spans are wanted.
        page_size: Rows to ask for at a time.
    """

    def page_at(offset: int, limit: int) -> runtime.Operation[OtelSpanList]:
        return build(
            tenant,
            run_external_id=run_external_id,
            offset=offset,
            limit=limit,
        )

    return runtime.iterate(client, page_at, _page, page_size=page_size, timeout=timeout)


def aiterate(
    client: httpx.AsyncClient,
    tenant: UUID | str,
    *,
    run_external_id: UUID | str,
    page_size: int = runtime.PAGE_SIZE,
    timeout: runtime.Timeout = None,
) -> AsyncIterator[OtelSpan]:
    """Fetch the OpenTelemetry spans that were recorded for one run. Go through all rows, asking for a page at a
    time.

    Args:
        tenant: Id of the tenant; the API token holds it in its `sub` claim.
        run_external_id: External id of the run whose spans are wanted.
        page_size: Rows to ask for at a time.
    """

    def page_at(offset: int, limit: int) -> runtime.Operation[OtelSpanList]:
        return build(
            tenant,
            run_external_id=run_external_id,
            offset=offset,
            limit=limit,
        )

    return runtime.aiterate(client, page_at, _page, page_size=page_size, timeout=timeout)


def _page(answer: OtelSpanList) -> runtime.Page[OtelSpan]:
    return runtime.Page(answer.rows or (), answer.pagination)
