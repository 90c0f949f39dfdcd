"""A workflow as the engine knows it: its id, its runs, what starts it later or again and again."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, overload

from typing_extensions import TypeVar, Unpack

from hatchet._lazy import Deferred
from hatchet.config import named
from hatchet.definitions.services import Services
from hatchet.errors import NotFound
from hatchet.options.keys import ScheduleOptions
from hatchet.options.moments import in_utc
from hatchet.options.outputs import NOT_GIVEN
from hatchet.options.signatures import takes
from hatchet.options.specs import RunSpec
from hatchet.runs import trigger
from hatchet.scope import current_recorder
from hatchet.transport.io_loop import IoLoop, blocking
from hatchet.wire.gateway import Gateway
from hatchet.wire.requests import Trigger

if TYPE_CHECKING:
    from uuid import UUID

    from hatchet.options import payload as payloads
    from hatchet.options.payload import EmptyModel
    from hatchet.wire import values
    from hatchet.wire.values import ScheduledRun
    from hatchet_api.rest.models import CronWorkflows, V1Filter, V1TaskStatus, V1TaskSummary
    from hatchet_api.rest.models import Workflow as WorkflowModel
else:
    # pydantic takes longer to load than all of this package; it is needed with the first task.
    payloads = Deferred("hatchet.options.payload")
    # A frozen dataclass takes a while to make; these are needed with the first call to an engine.
    values = Deferred("hatchet.wire.values")

TIn_contra = TypeVar("TIn_contra", contravariant=True)

PAGE = 100  # workflows that are looked through at a time, of those whose name contains the one that is wanted
PauseBehavior = Literal["DROP", "QUEUE"]


class Registered(ABC, Generic[TIn_contra]):
    """A standalone task or a workflow, by the name under which it is registered."""

    def __init__(self, base_name: str, client: Services, default_additional_metadata: Mapping[str, object]) -> None:
        self._base_name = base_name
        self._client = client
        self._default_additional_metadata = default_additional_metadata

    @property
    def base_name(self) -> str:
        """Its name without the namespace."""
        return self._base_name

    @property
    def client(self) -> Services:
        """The client that declared it."""
        return self._client

    @property
    def default_additional_metadata(self) -> Mapping[str, object]:
        """Metadata of every run, under what the run itself is given."""
        return self._default_additional_metadata

    @abstractmethod
    def dump_input(self, value: object) -> bytes:
        """The input as JSON; raises InputError when it is not of the declared type."""

    @property
    def name(self) -> str:
        """The name under which it is registered, with the namespace."""
        return named(self.base_name, self.client.namespace)

    @property
    def service_name(self) -> str:
        """The part that the action ids of its tasks have in common."""
        return self.name.lower()

    @property
    def gateway(self) -> Gateway:
        """The engine that runs it."""
        return self.client.gateway

    @property
    def io(self) -> IoLoop:
        """The loop that its calls run on."""
        return self.client.io

    def _dump(self, input: object) -> bytes:
        return self.dump_input(payloads.EmptyModel() if input is NOT_GIVEN else input)

    def _triggered(self, data: bytes, options: RunSpec) -> Trigger:
        name = self.name
        if options.namespace is not None:
            name = named(self.base_name, self.client.namespace, options.namespace)
        return trigger.build(name, data, options, self.default_additional_metadata)

    # -- what the engine has of it

    async def aio_get_id(self) -> str:
        """Its id.

        Raises:
            NotFound: no worker has registered it.
        """
        offset = 0
        while rows := (await self.client.workflows.aio_list(self.base_name, limit=PAGE, offset=offset)).rows:
            for workflow in rows:
                if workflow.name == self.name:
                    return workflow.metadata.id
            offset += len(rows)
        raise NotFound(
            f"the engine knows no workflow {self.name!r}; a worker that has it must register it first",
            code="404",
            call="workflow:list",
        )

    get_id: Final = blocking(aio_get_id)

    @property
    def id(self) -> str:
        """Its id, asked for with each use; in async code await `aio_get_id()`."""
        return self.get_id()

    async def aio_list_runs(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 100,
        offset: int | None = None,
        statuses: Sequence[V1TaskStatus] | None = None,
        additional_metadata: Mapping[str, str] | None = None,
        worker_id: str | UUID | None = None,
        parent_task_external_id: str | UUID | None = None,
        only_tasks: bool = False,
        triggering_event_external_id: str | UUID | None = None,
    ) -> list[V1TaskSummary]:
        """Its runs by the time of their creation, newest first; the parameters are those of `hatchet.runs.list`."""
        page = await self.client.runs.aio_list(
            since=since,
            until=until,
            limit=limit,
            offset=offset,
            statuses=statuses,
            additional_metadata=additional_metadata,
            worker_id=worker_id,
            parent_task_external_id=parent_task_external_id,
            only_tasks=only_tasks,
            triggering_event_external_id=triggering_event_external_id,
            workflow_ids=[await self.aio_get_id()],
        )
        return list(page.rows)

    async def aio_delete(self) -> None:
        """Delete it from the engine, with its runs, crons and schedules (API: `workflow:delete`)."""
        await self.client.workflows.aio_delete(await self.aio_get_id())

    async def aio_pause(
        self,
        queue_ttl: timedelta,
        paused_workflow_cron_run_queue_behavior: PauseBehavior = "QUEUE",
        paused_workflow_scheduled_run_queue_behavior: PauseBehavior = "QUEUE",
    ) -> WorkflowModel:
        """Hold new runs back; what is running goes on. The parameters are those of `hatchet.workflows.pause`."""
        return await self.client.workflows.aio_pause(
            await self.aio_get_id(),
            queue_ttl,
            paused_workflow_cron_run_queue_behavior,
            paused_workflow_scheduled_run_queue_behavior,
        )

    async def aio_unpause(self) -> WorkflowModel:
        """Let the runs go that were held back."""
        return await self.client.workflows.aio_unpause(await self.aio_get_id())

    async def aio_create_filter(
        self, expression: str, scope: str, payload: Mapping[str, object] | None = None
    ) -> V1Filter:
        """Create a filter on the events that start it; the parameters are those of `hatchet.filters.create`."""
        return await self.client.filters.aio_create(await self.aio_get_id(), expression, scope, payload)

    list_runs: Final = blocking(aio_list_runs)
    delete: Final = blocking(aio_delete)
    pause: Final = blocking(aio_pause)
    unpause: Final = blocking(aio_unpause)
    create_filter: Final = blocking(aio_create_filter)

    # -- runs that start later

    @overload
    async def aio_schedule(
        self: Registered[EmptyModel], run_at: datetime, input: EmptyModel = ..., **options: Unpack[ScheduleOptions]
    ) -> ScheduledRun: ...
    @overload
    async def aio_schedule(
        self, run_at: datetime, input: TIn_contra, **options: Unpack[ScheduleOptions]
    ) -> ScheduledRun: ...
    @takes(RunSpec, ScheduleOptions)
    async def aio_schedule(
        self, run_at: datetime, input: Any = NOT_GIVEN, **options: Unpack[ScheduleOptions]
    ) -> ScheduledRun:
        """Start a run at a given time; within a task it is a child of that task.

        Args:
            run_at: a time with a time zone; one that has passed means at once.
            input: of the run.

        Raises:
            InputError: the input is not of the declared type, or the time has no zone, or lies at the edge of the
                calendar; nothing was sent.
            NotFound: no worker has registered the workflow.
        """
        in_utc(run_at, "run_at")
        run = self._triggered(self._dump(input), RunSpec.of(options))
        if (recorder := current_recorder()) is not None:
            return values.ScheduledRun(recorder.started(replace(run, start_at=run_at)), run_at, "")
        return await self.io.run(self.gateway.schedule(run, run_at))

    @overload
    def schedule(
        self: Registered[EmptyModel], run_at: datetime, input: EmptyModel = ..., **options: Unpack[ScheduleOptions]
    ) -> ScheduledRun: ...
    @overload
    def schedule(self, run_at: datetime, input: TIn_contra, **options: Unpack[ScheduleOptions]) -> ScheduledRun: ...
    @takes(RunSpec, ScheduleOptions)
    def schedule(self, run_at: datetime, input: Any = NOT_GIVEN, **options: Unpack[ScheduleOptions]) -> ScheduledRun:
        """Start a run at a given time; blocks until the engine has stored it, otherwise as `aio_schedule`."""
        return self.io.block(self.aio_schedule(run_at, input, **options), self)

    @overload
    async def aio_create_cron(
        self: Registered[EmptyModel],
        cron_name: str,
        expression: str,
        input: EmptyModel = ...,
        additional_metadata: Mapping[str, object] | None = None,
        priority: int | None = None,
    ) -> CronWorkflows: ...
    @overload
    async def aio_create_cron(
        self,
        cron_name: str,
        expression: str,
        input: TIn_contra,
        additional_metadata: Mapping[str, object] | None = None,
        priority: int | None = None,
    ) -> CronWorkflows: ...
    async def aio_create_cron(
        self,
        cron_name: str,
        expression: str,
        input: Any = NOT_GIVEN,
        additional_metadata: Mapping[str, object] | None = None,
        priority: int | None = None,
    ) -> CronWorkflows:
        """Start runs again and again; the parameters are those of `hatchet.cron.create`."""
        return await self.client.cron.aio_create(
            self.base_name,
            cron_name,
            expression,
            json.loads(self._dump(input)),
            {**self.default_additional_metadata, **(additional_metadata or {})},
            priority,
        )

    @overload
    def create_cron(
        self: Registered[EmptyModel],
        cron_name: str,
        expression: str,
        input: EmptyModel = ...,
        additional_metadata: Mapping[str, object] | None = None,
        priority: int | None = None,
    ) -> CronWorkflows: ...
    @overload
    def create_cron(
        self,
        cron_name: str,
        expression: str,
        input: TIn_contra,
        additional_metadata: Mapping[str, object] | None = None,
        priority: int | None = None,
    ) -> CronWorkflows: ...
    def create_cron(
        self,
        cron_name: str,
        expression: str,
        input: Any = NOT_GIVEN,
        additional_metadata: Mapping[str, object] | None = None,
        priority: int | None = None,
    ) -> CronWorkflows:
        """Start runs again and again; blocks until the engine has stored it, otherwise as `aio_create_cron`."""
        return self.io.block(self.aio_create_cron(cron_name, expression, input, additional_metadata, priority), self)
