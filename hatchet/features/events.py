"""`hatchet.event`: push events, which start workflows and release tasks that wait for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Final, TypedDict
from uuid import UUID

from typing_extensions import Unpack

from hatchet._dataclasses import dataclass
from hatchet.errors import InputError
from hatchet.features.pages import PAGE_SIZE, Items, check_page, newest_first
from hatchet.features.rest import GatewayFeature, aware, id_of, ids, listed, pairs, texts, words
from hatchet.features.run_filters import Period
from hatchet.options.keys import BulkPushEventOptions, PushEventOptions
from hatchet.options.payload import dump_event, dump_mapping
from hatchet.options.signatures import takes
from hatchet.options.values import check_priority
from hatchet.scope import Recorder, current_recorder, current_scope
from hatchet.transport.io_loop import blocking
from hatchet.wire.values import Event, PushedEvent
from hatchet_api.rest import api, models

if TYPE_CHECKING:
    from hatchet_api.rest.models import V1Event, V1EventList, V1TaskStatus
    from hatchet_api.rest.runtime import Operation

SOURCE_RUN: Final = "hatchet__source_workflow_run_id"
SOURCE_TASK_RUN: Final = "hatchet__source_step_run_id"


@dataclass(frozen=True, kw_only=True)
class BulkPushEvent:
    """One event of `bulk_push`."""

    key: str
    """What workflows listen for, without the namespace."""
    payload: object
    """The input of the runs that it starts: a mapping, model or dataclass."""
    additional_metadata: Mapping[str, object] = field(default_factory=dict[str, object])
    priority: int | None = None
    """Priority of the runs that it starts, 1 to 3; default: that of each workflow."""
    scope: str | None = None
    """Selects the filters that look at it."""


class EventListOptions(TypedDict, total=False):
    """What a choice of events takes."""

    keys: Sequence[str] | None
    """With any of these keys; the namespace is added."""
    since: datetime | None
    """Created at or after this aware time; default: a day ago."""
    until: datetime | None
    """Created before this aware time; default: now."""
    workflow_ids: Sequence[str | UUID] | None
    """Of which a run of any of these workflows was started."""
    workflow_run_statuses: Sequence[V1TaskStatus] | None
    """Of which a run is in any of these states."""
    event_ids: Sequence[str | UUID] | None
    """Any of these."""
    additional_metadata: Mapping[str, object] | None
    """What is known about it besides; its runs get it too."""
    scopes: Sequence[str] | None
    """With any of these scopes."""


@dataclass(frozen=True, kw_only=True)
class EventFilter(Period):
    """Events by what they are, when they came and what they started."""

    keys: Sequence[str] | None = None
    workflow_ids: Sequence[str | UUID] | None = None
    workflow_run_statuses: Sequence[V1TaskStatus] | None = None
    event_ids: Sequence[str | UUID] | None = None
    additional_metadata: Mapping[str, object] | None = None
    """With all these pairs."""
    scopes: Sequence[str] | None = None

    def query(self) -> dict[str, Any]:  # Any: parameters of a generated function
        """As parameters of the API, but for the keys."""
        return {
            "since": aware(self.since, "since"),
            "until": aware(self.until, "until"),
            "workflow_ids": ids(self.workflow_ids, "workflow_ids"),
            "workflow_run_statuses": words(models.V1TaskStatus, self.workflow_run_statuses, "workflow_run_statuses"),
            "event_ids": ids(self.event_ids, "event_ids"),
            "additional_metadata": pairs(self.additional_metadata, filled=True),
            "scopes": texts(self.scopes, "scopes"),
        }


BulkPushEventWithMetadata = BulkPushEvent
"""The name under which people who come from `hatchet_sdk` know it."""


class EventsClient(GatewayFeature):
    """Pushes events, and looks them up."""

    async def aio_push(
        self,
        event_key: str,
        payload: object,
        *,
        options: PushEventOptions | None = None,
        additional_metadata: Mapping[str, object] | None = None,
        priority: int | None = None,
        scope: str | None = None,
    ) -> PushedEvent:
        """Push an event; the engine has stored it when this returns, and matches it afterwards (API: `Push`).

        Args:
            event_key: what workflows listen for; the namespace is added.
            payload: input of the runs that it starts: a mapping, model or dataclass.
            options: the following in one value, and a `namespace` in place of the client's.
            additional_metadata: what is known about it besides; its runs get it too.
            priority: of the runs that it starts, 1 to 3; default: that of each workflow.
            scope: selects the filters that look at it.

        Raises:
            InputError: the payload is no JSON object; nothing was sent.
        """
        event = BulkPushEvent(
            key=event_key,
            payload=payload,
            additional_metadata=additional_metadata or {},
            priority=priority,
            scope=scope,
        )
        encoded = self._encoded(event, options or {})
        if (recorder := current_recorder()) is not None:
            return _recorded(recorder, encoded)
        return await self._call(self._gateway.push_event(encoded), f"push {event_key}")

    async def aio_bulk_push(
        self, events: Sequence[BulkPushEvent], options: BulkPushEventOptions | None = None
    ) -> list[PushedEvent]:
        """Push many events, any number; those that the engine has stored, in the same order (API: `BulkPush`).

        Args:
            events: what to push.
            options: what they have in common; what an event gives itself wins.
        """
        encoded = [self._encoded(event, options or {}) for event in events]
        if (recorder := current_recorder()) is not None:
            return [_recorded(recorder, event) for event in encoded]
        return await self._call(self._gateway.bulk_push(encoded), f"push {len(encoded)} events")

    async def aio_get(self, event_id: str | UUID) -> V1Event:
        """One event with what it started (API: `v1-event:get`).

        Args:
            event_id: the event, by its id.

        Raises:
            NotFound: there is none; or the engine does not show it yet, a moment after another program pushed it.
        """
        event_id = id_of(event_id, "event_id")
        return await self._send_of(event_id, api.events.get.build(self._tenant, event_id))

    @takes(EventFilter)
    async def aio_list(
        self, *, offset: int | None = None, limit: int | None = None, **filters: Unpack[EventListOptions]
    ) -> V1EventList:
        """A page of events, newest first (API: `v1-event:list`).

        Args:
            offset: events to leave out.
            limit: events on the page; the engine's default is 50.

        Raises:
            InputError: a time without a time zone, or a limit below 1.
        """
        check_page(offset, limit)
        return await self._send(self._list(EventFilter(**filters), offset, limit))

    def _list(self, chosen: EventFilter, offset: int | None, limit: int | None) -> Operation[V1EventList]:
        named = self._rest.config.apply_namespace
        keys = None if chosen.keys is None else [named(key) for key in listed(chosen.keys, "keys")]
        return api.events.list.build(self._tenant, offset=offset, limit=limit, keys=keys, **chosen.query())

    @takes(EventFilter)
    def iterate(self, *, page_size: int = PAGE_SIZE, **filters: Unpack[EventListOptions]) -> Items[V1Event]:
        """All events, newest first, for `for` and `async for` (API: `v1-event:list`).

        Events that come meanwhile are left out, so that every event comes once.

        Args:
            page_size: events that are asked for at once.
        """
        chosen = EventFilter(**filters).settled()

        async def fetch(until: datetime | None, offset: int, limit: int) -> Iterator[V1Event]:
            before = chosen if until is None else replace(chosen, until=until)
            return await self._send_by_row(self._list(before, offset, limit), models.V1Event)

        return newest_first(
            self.io,
            fetch,
            lambda event: (event.seen_at or event.metadata.created_at, event.metadata.id),
            page_size=page_size,
        )

    async def aio_list_keys(self) -> Sequence[str]:
        """The keys of events that there have been, with their namespaces (API: `v1-event-key:list`)."""
        return [*((await self._send(api.event_keys.list.build(self._tenant))).rows or ())]

    push: Final = blocking(aio_push)
    get: Final = blocking(aio_get)
    list: Final = blocking(aio_list)
    list_keys: Final = blocking(aio_list_keys)
    bulk_push: Final = blocking(aio_bulk_push)

    def _encoded(self, event: BulkPushEvent, common: PushEventOptions) -> Event:
        if not event.key:
            raise InputError("an event needs a key")
        priority = common.get("priority") if event.priority is None else event.priority
        if priority is not None:
            check_priority(priority, "priority")
        return Event(
            key=self._gateway.config.apply_namespace(event.key, common.get("namespace")),
            payload=dump_event(event.payload, event.key),
            additional_metadata={
                **(common.get("additional_metadata") or {}),
                **event.additional_metadata,
                **_source(),
            },
            priority=priority,
            scope=common.get("scope") if event.scope is None else event.scope,
        )


def _source() -> dict[str, str]:
    """Inside a task: which run the event comes from."""
    scope = current_scope.get()
    if scope is None:
        return {}
    return {SOURCE_RUN: scope.workflow_run_id, SOURCE_TASK_RUN: scope.task_run_id}


def _recorded(recorder: Recorder, event: Event) -> PushedEvent:
    return PushedEvent(
        event_id=recorder.pushed(event),
        key=event.key,
        payload=event.payload.decode(),
        created_at=datetime.now(timezone.utc),
        additional_metadata=dump_mapping(event.additional_metadata, "additional_metadata"),
    )
