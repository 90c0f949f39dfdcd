"""`hatchet.cron`: workflows that start again and again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Literal
from uuid import UUID

from typing_extensions import Unpack

from hatchet._dataclasses import dataclass
from hatchet.errors import InputError
from hatchet.features.bodies import document, input_document
from hatchet.features.pages import PAGE_SIZE, Items, by_offset, check_page
from hatchet.features.rest import GatewayFeature, id_of
from hatchet.features.trigger_filters import (
    TriggerFilter,
    TriggerFilterOptions,
    TriggerOrder,
    TriggerOrderOptions,
)
from hatchet.options.cron import CronExpression
from hatchet.options.moments import in_utc
from hatchet.options.signatures import takes
from hatchet.options.values import check_priority
from hatchet.runs.ref import WorkflowRunRef
from hatchet.transport.io_loop import blocking
from hatchet_api.rest import api, models

if TYPE_CHECKING:
    from hatchet_api.rest.models import CronWorkflows, CronWorkflowsList, CronWorkflowsOrderByField


class CronListOptions(TriggerFilterOptions, TriggerOrderOptions, total=False):
    """What a choice of cron triggers takes."""

    workflow_name: str | None
    """Of the workflow with this name; the namespace is added."""
    cron_name: str | None
    """With this name."""
    order_by_field: CronWorkflowsOrderByField | Literal["name", "createdAt"] | None
    """Default: by the time of their creation."""


@dataclass(frozen=True, kw_only=True)
class CronFilter(TriggerOrder, TriggerFilter):
    """Cron triggers by what they start, and their order."""

    workflow_name: str | None = None
    cron_name: str | None = None
    order_by_field: CronWorkflowsOrderByField | Literal["name", "createdAt"] | None = None

    def query(self) -> dict[str, Any]:
        """As parameters of the API, but for the workflow's name."""
        return {
            **super().query(),
            **self.order_by(models.CronWorkflowsOrderByField),
            "cron_name": self.cron_name,
        }


class CronClient(GatewayFeature):
    """Cron triggers of the tenant's workflows."""

    async def aio_create(
        self,
        workflow_name: str,
        cron_name: str,
        expression: str,
        input: Mapping[str, Any],  # Any: JSON of a shape that only the workflow knows
        additional_metadata: Mapping[str, object] | None = None,
        priority: int | None = None,
    ) -> CronWorkflows:
        """Create a cron trigger; name and expression together are new (API: `cron-workflow-trigger:create`).

        Args:
            workflow_name: the workflow; the namespace is added.
            cron_name: name of the trigger.
            expression: five fields, or six with leading seconds, in UTC; or `@daily` and the like.
            input: input of the runs.
            additional_metadata: metadata of the runs.
            priority: of the runs, 1 to 3; default: the lowest.

        Raises:
            InputError: the expression cannot be read or is never due, or the input is not a JSON object.
            InvalidRequest: there is no such workflow, or the name has this expression already.
        """
        if next(CronExpression(expression).after(datetime.now(timezone.utc)), None) is None:
            raise InputError(
                f"cron expression {expression!r} is never due: there is no such day in the next five years"
            )
        if priority is not None:
            check_priority(priority, "priority")
        body = models.CreateCronWorkflowTriggerRequest(
            input=input_document(input),
            additional_metadata=document(additional_metadata or {}, "additional_metadata"),
            cron_name=cron_name,
            cron_expression=expression,
            priority=priority,
        )
        name = self._rest.config.apply_namespace(workflow_name)
        return await self._send(api.crons.create.build(self._tenant, name, body))

    @staticmethod
    def next_times(expression: str, n: int = 5, after: datetime | None = None) -> Sequence[datetime]:
        """When an expression is due next, in UTC; fewer than `n` where there are no more in the next five years.

        Args:
            expression: as for `create`.
            n: how many times.
            after: an aware time; default: now.

        Raises:
            InputError: the expression cannot be read, or the time has no time zone.
        """
        check_page(None, n, "n")
        start = datetime.now(timezone.utc) if after is None else in_utc(after, "after")
        return [*islice(CronExpression(expression).after(start), n)]

    @takes(CronFilter)
    async def aio_list(
        self, *, offset: int | None = None, limit: int | None = None, **filters: Unpack[CronListOptions]
    ) -> CronWorkflowsList:
        """A page of cron triggers (API: `cron-workflow:list`).

        Args:
            offset: triggers to leave out.
            limit: triggers on the page; the engine's default is 50.
        """
        check_page(offset, limit)
        return await self._list(CronFilter(**filters), offset, limit)

    async def _list(self, chosen: CronFilter, offset: int | None, limit: int | None) -> CronWorkflowsList:
        name = None if chosen.workflow_name is None else self._rest.config.apply_namespace(chosen.workflow_name)
        return await self._send(
            api.crons.list.build(self._tenant, offset=offset, limit=limit, workflow_name=name, **chosen.query())
        )

    @takes(CronFilter)
    def iterate(self, *, page_size: int = PAGE_SIZE, **filters: Unpack[CronListOptions]) -> Items[CronWorkflows]:
        """All cron triggers, by default the oldest first, for `for` and `async for` (API: `cron-workflow:list`).

        Args:
            page_size: triggers that are asked for at once.
        """
        chosen = CronFilter(**filters).or_oldest_first()

        async def fetch(offset: int, limit: int) -> Sequence[CronWorkflows]:
            return (await self._list(chosen, offset, limit)).rows or ()

        return by_offset(self.io, fetch, lambda cron: cron.metadata.id, page_size=page_size)

    async def aio_get(self, cron_id: str | UUID) -> CronWorkflows:
        """One cron trigger (API: `workflow-cron:get`).

        Args:
            cron_id: the trigger, by its id.

        Raises:
            NotFound: it does not exist. The real engine answers with `ServerError`.
        """
        return await self._send(api.crons.get.build(self._tenant, id_of(cron_id, "cron_id")))

    async def aio_update(self, cron_id: str | UUID, *, enabled: bool) -> None:
        """Let the ticks of a cron trigger start runs, or not (API: `workflow-cron:update`).

        Args:
            cron_id: the trigger, by its id.
            enabled: whether ticks start runs.

        Raises:
            NotFound: it does not exist. The real engine answers with `ServerError`.
        """
        body = models.UpdateCronWorkflowTriggerRequest(enabled=enabled)
        await self._send(api.crons.update.build(self._tenant, id_of(cron_id, "cron_id"), body))

    async def aio_trigger(self, cron_id: str | UUID) -> WorkflowRunRef:
        """Start a run now, as a tick would, of a trigger that is switched off, too (API: `workflow-cron:trigger`).

        Args:
            cron_id: the trigger, by its id.

        Raises:
            NotFound: it does not exist. The real engine answers with `ServerError`.
        """
        started = await self._send(api.crons.trigger.build(self._tenant, id_of(cron_id, "cron_id")))
        self._rest.recent.add((started.external_id,))
        return WorkflowRunRef(started.external_id, self._gateway)

    async def aio_delete(self, cron_id: str | UUID) -> None:
        """Delete a cron trigger (API: `workflow-cron:delete`).

        Args:
            cron_id: the trigger, by its id.

        Raises:
            NotFound: it does not exist. The real engine answers with `ServerError`.
        """
        await self._delete(api.crons.delete.build(self._tenant, id_of(cron_id, "cron_id")))

    create: Final = blocking(aio_create)
    list: Final = blocking(aio_list)
    get: Final = blocking(aio_get)
    update: Final = blocking(aio_update)
    trigger: Final = blocking(aio_trigger)
    delete: Final = blocking(aio_delete)
