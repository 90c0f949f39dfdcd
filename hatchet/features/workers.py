"""`hatchet.workers`: who is there to execute tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, TypedDict
from uuid import UUID

from typing_extensions import Unpack

from hatchet._dataclasses import dataclass
from hatchet.features.pages import PAGE_SIZE, Items, by_offset, check_page
from hatchet.features.rest import Feature, id_of, pairs, words
from hatchet.options.signatures import takes
from hatchet.transport.io_loop import blocking
from hatchet_api.rest import api, models

if TYPE_CHECKING:
    from hatchet_api.rest.models import UpdateWorkerRequest, Worker, WorkerList, WorkerStatus


class WorkerListOptions(TypedDict, total=False):
    """What a choice of workers takes."""

    statuses: Sequence[WorkerStatus | Literal["ACTIVE", "INACTIVE", "PAUSED"]] | None
    """In any of these states; default: all."""
    labels: Mapping[str, str | int] | None
    """With all these labels."""


@dataclass(frozen=True, kw_only=True)
class WorkerFilter:
    """Workers by how they stand and what they offer."""

    statuses: Sequence[WorkerStatus | Literal["ACTIVE", "INACTIVE", "PAUSED"]] | None = None
    labels: Mapping[str, str | int] | None = None

    def query(self) -> dict[str, Any]:  # Any: parameters of a generated function
        """As parameters of the API."""
        return {
            "statuses": words(models.WorkerStatus, self.statuses, "statuses"),
            "labels": pairs(self.labels, filled=True),
        }


class WorkersClient(Feature):
    """Workers of the tenant."""

    @takes(WorkerFilter)
    async def aio_list(
        self, *, limit: int | None = None, offset: int | None = None, **filters: Unpack[WorkerListOptions]
    ) -> WorkerList:
        """A page of workers that were alive in the last 24 hours (API: `worker:list`).

        Args:
            limit: workers on the page; the engine's default is 10,000.
            offset: workers to leave out.
        """
        check_page(offset, limit)
        return await self._list(WorkerFilter(**filters), offset, limit)

    async def _list(self, chosen: WorkerFilter, offset: int | None, limit: int | None) -> WorkerList:
        return await self._send(api.workers.list.build(self._tenant, offset=offset, limit=limit, **chosen.query()))

    @takes(WorkerFilter)
    def iterate(self, *, page_size: int = PAGE_SIZE, **filters: Unpack[WorkerListOptions]) -> Items[Worker]:
        """All workers that were alive in the last 24 hours, for `for` and `async for` (API: `worker:list`).

        Args:
            page_size: workers that are asked for at once.
        """
        chosen = WorkerFilter(**filters)

        async def fetch(offset: int, limit: int) -> Sequence[Worker]:
            return (await self._list(chosen, offset, limit)).rows or ()

        return by_offset(self.io, fetch, lambda worker: worker.metadata.id, page_size=page_size)

    async def aio_get(self, worker_id: str | UUID) -> Worker:
        """One worker, with its slots and labels (API: `worker:get`).

        Args:
            worker_id: the worker, by its id.

        Raises:
            NotFound: it does not exist.
        """
        return await self._send(api.workers.get.build(id_of(worker_id, "worker_id")))

    async def aio_get_labels(self, worker_id: str | UUID) -> Mapping[str, str]:
        """What a worker says of itself, by `labels=` and from within its tasks, as texts (API: `worker:get`).

        Args:
            worker_id: the worker, by its id.

        Raises:
            NotFound: it does not exist.
        """
        return {label.key: label.value or "" for label in (await self.aio_get(worker_id)).labels or ()}

    async def aio_update(self, worker_id: str | UUID, opts: UpdateWorkerRequest) -> Worker:
        """Change a worker; what it is then (API: `worker:update`).

        Args:
            worker_id: the worker, by its id.
            opts: what to change.

        Raises:
            NotFound: it does not exist.
        """
        return await self._send(api.workers.update.build(id_of(worker_id, "worker_id"), opts))

    async def aio_pause(self, worker_id: str | UUID) -> Worker:
        """Give a worker no new tasks; those it has go on (API: `worker:update`).

        Args:
            worker_id: the worker, by its id.

        Raises:
            NotFound: it does not exist.
        """
        return await self.aio_update(worker_id, models.UpdateWorkerRequest(is_paused=True))

    async def aio_unpause(self, worker_id: str | UUID) -> Worker:
        """Give a paused worker tasks again (API: `worker:update`).

        Args:
            worker_id: the worker, by its id.

        Raises:
            NotFound: it does not exist.
        """
        return await self.aio_update(worker_id, models.UpdateWorkerRequest(is_paused=False))

    list: Final = blocking(aio_list)
    get: Final = blocking(aio_get)
    get_labels: Final = blocking(aio_get_labels)
    update: Final = blocking(aio_update)
    pause: Final = blocking(aio_pause)
    unpause: Final = blocking(aio_unpause)

    aio_resume = aio_unpause
    resume: Final = unpause
