"""`hatchet.filters`: which events start which workflows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final
from uuid import UUID

from hatchet.features.rest import Feature
from hatchet.transport.io_loop import blocking
from hatchet_api.rest import api, models

if TYPE_CHECKING:
    from hatchet_api.rest.models import V1Filter


class FiltersClient(Feature):
    """Filters on the events that start workflows."""

    async def aio_create(
        self, workflow_id: str, expression: str, scope: str, payload: Mapping[str, object] | None = None
    ) -> V1Filter:
        """Create a filter: events with its scope start the workflow only where the expression is true.

        Args:
            workflow_id: the workflow, by its id.
            expression: CEL over `input` (the event's payload), `payload` (below) and `additional_metadata`.
            scope: events with this scope are looked at.
            payload: what the expression reads as `payload`, and the run as `ctx.filter_payload`.
        """
        body = models.V1CreateFilterRequest(
            workflow_id=UUID(workflow_id), expression=expression, scope=scope, payload=dict(payload or {})
        )
        return await self._rest.send(api.filters.create.build(self._tenant, body))

    async def aio_get(self, filter_id: str) -> V1Filter:
        """One filter (API: `v1-filter:get`); NotFound when there is none."""
        return await self._rest.send(api.filters.get.build(self._tenant, filter_id))

    async def aio_delete(self, filter_id: str) -> V1Filter:
        """Delete a filter; what it was (API: `v1-filter:delete`)."""
        return await self._rest.send(api.filters.delete.build(self._tenant, filter_id))

    create: Final = blocking(aio_create)
    get: Final = blocking(aio_get)
    delete: Final = blocking(aio_delete)
