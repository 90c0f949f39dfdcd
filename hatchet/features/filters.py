"""`hatchet.filters`: which events start which workflows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final
from uuid import UUID

from hatchet.features.bodies import document
from hatchet.features.pages import PAGE_SIZE, Items, by_offset, check_page
from hatchet.features.rest import Feature, id_of, ids, texts
from hatchet.transport.io_loop import blocking
from hatchet_api.rest import api, models

if TYPE_CHECKING:
    from hatchet_api.rest.models import V1Filter, V1FilterList, V1UpdateFilterRequest


class FiltersClient(Feature):
    """Filters on the events that start workflows."""

    async def aio_create(
        self, workflow_id: str | UUID, expression: str, scope: str, payload: Mapping[str, object] | None = None
    ) -> V1Filter:
        """Create a filter: events with its scope start the workflow only where it is true (API: `v1-filter:create`).

        Args:
            workflow_id: the workflow, by its id.
            expression: CEL over `input` (the event's payload), `payload` (below) and `additional_metadata`.
            scope: events with this scope are looked at.
            payload: what the expression reads as `payload`, and the run as `ctx.filter_payload`.

        Raises:
            InputError: the id is none, or the payload no JSON object; nothing was sent.
            InvalidRequest: the workflow has this filter already (the real engine says no more than `ServerError`).
        """
        body = models.V1CreateFilterRequest(
            workflow_id=id_of(workflow_id, "workflow_id"),
            expression=expression,
            scope=scope,
            payload=document(payload or {}, "payload"),
        )
        return await self._send(api.filters.create.build(self._tenant, body))

    async def aio_list(
        self,
        *,
        limit: int | None = None,
        offset: int | None = None,
        workflow_ids: Sequence[str | UUID] | None = None,
        scopes: Sequence[str] | None = None,
    ) -> V1FilterList:
        """A page of filters (API: `v1-filter:list`).

        Args:
            limit: filters on the page; the engine's default is 20,000.
            offset: filters to leave out.
            workflow_ids: of these workflows.
            scopes: with these scopes.
        """
        check_page(offset, limit)
        return await self._send(
            api.filters.list.build(
                self._tenant,
                limit=limit,
                offset=offset,
                workflow_ids=ids(workflow_ids, "workflow_ids"),
                scopes=texts(scopes, "scopes"),
            )
        )

    def iterate(
        self,
        *,
        page_size: int = PAGE_SIZE,
        workflow_ids: Sequence[str | UUID] | None = None,
        scopes: Sequence[str] | None = None,
    ) -> Items[V1Filter]:
        """All filters, for `for` and `async for` (API: `v1-filter:list`).

        Args:
            page_size: filters that are asked for at once.
            workflow_ids: of these workflows.
            scopes: with these scopes.
        """

        async def fetch(offset: int, limit: int) -> Sequence[V1Filter]:
            found = await self.aio_list(limit=limit, offset=offset, workflow_ids=workflow_ids, scopes=scopes)
            return found.rows or ()

        return by_offset(self.io, fetch, lambda found: found.metadata.id, page_size=page_size)

    async def aio_get(self, filter_id: str | UUID) -> V1Filter:
        """One filter (API: `v1-filter:get`).

        Args:
            filter_id: the filter, by its id.

        Raises:
            NotFound: it does not exist.
        """
        return await self._send(api.filters.get.build(self._tenant, id_of(filter_id, "filter_id")))

    async def aio_update(self, filter_id: str | UUID, updates: V1UpdateFilterRequest) -> V1Filter:
        """Change a filter; what it is then (API: `v1-filter:update`).

        Args:
            filter_id: the filter, by its id.
            updates: what to change; what it leaves out stays.

        Raises:
            NotFound: it does not exist.
        """
        return await self._send(api.filters.update.build(self._tenant, id_of(filter_id, "filter_id"), updates))

    async def aio_delete(self, filter_id: str | UUID) -> V1Filter:
        """Delete a filter; what it was (API: `v1-filter:delete`).

        Args:
            filter_id: the filter, by its id.

        Raises:
            NotFound: it does not exist.
        """
        found = await self.aio_get(filter_id)  # the answer to the deletion has it, too, but may be lost
        await self._delete(api.filters.delete.build(self._tenant, id_of(filter_id, "filter_id")))
        return found

    create: Final = blocking(aio_create)
    list: Final = blocking(aio_list)
    get: Final = blocking(aio_get)
    update: Final = blocking(aio_update)
    delete: Final = blocking(aio_delete)
