"""Pushed events: kept, handed to the tasks that wait for them, and turned into runs. Pure."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable

from hatchet._dataclasses import dataclass
from hatchet.engine.rules.catalog import Catalog
from hatchet.engine.rules.core import Core
from hatchet.engine.rules.filters import Filters
from hatchet.engine.rules.lifecycle import Lifecycle
from hatchet.engine.rules.triggering import RESERVED, Trigger, Triggering
from hatchet.engine.state import jsontext
from hatchet.engine.state.changes import PushedEvent
from hatchet.engine.state.errors import Refused, invalid
from hatchet.engine.state.jsontext import JsonObject

logger: logging.Logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """An event as its sender gives it."""

    key: str
    payload: str = ""
    metadata: str = ""
    scope: str | None = None
    priority: int | None = None
    webhook: str | None = None
    """Name of the webhook that received it."""


class Ingestion:
    """Takes events in."""

    def __init__(
        self, core: Core, catalog: Catalog, filters: Filters, triggering: Triggering, lifecycle: Lifecycle
    ) -> None:
        self._core = core
        self._catalog = catalog
        self._filters = filters
        self._triggering = triggering
        self._lifecycle = lifecycle
        self.heard: list[Callable[[str, str | None, str, float], None]] = []
        """Who else is told of an event, by its key, scope and payload."""

    def push(self, events: list[NewEvent], now: float) -> list[PushedEvent]:
        """Take all events in, or none when one of them breaks a rule."""
        checked = [(self._check(each, now), each) for each in events]
        for event, given in checked:
            self._core.changes.pushed.append(event)
            self._lifecycle.event(event.key, event.scope, event.payload, now)
            for hear in self.heard:
                hear(event.key, event.scope, event.payload, now)
            self._start(event, given.priority, now)
        return [event for event, _ in checked]

    def _check(self, given: NewEvent, now: float) -> PushedEvent:
        if given.priority is not None and not 1 <= given.priority <= 3:
            raise invalid(f"Invalid request: priority must be between 1 and 3, got {given.priority}")
        try:
            jsontext.parse_object(given.payload, "payload")
            jsontext.parse_object(given.metadata, "additional_metadata")
        except ValueError as error:
            raise invalid(f"Invalid request: {error}") from None
        return PushedEvent(
            id=str(uuid.uuid4()),
            key=given.key,
            payload=given.payload or "{}",
            metadata=given.metadata or "{}",
            scope=given.scope,
            # REST shows microseconds, and what it shows must find the event again.
            seen_at=round(now, 6),
            webhook=given.webhook,
        )

    def _start(self, event: PushedEvent, priority: int | None, now: float) -> None:
        metadata: str | None = None
        for workflow, _ in self._catalog.triggered_by(event.key):
            for chosen in self._filters.chosen(workflow.id, event):
                if metadata is None:
                    metadata = _handed_on(event)
                trigger = Trigger(
                    workflow=workflow.name,
                    input=event.payload,
                    metadata=metadata,
                    priority=priority,
                    event_id=event.id,
                    event_key=event.key,
                    filter_id=chosen.id if chosen is not None else None,
                    filter_payload=chosen.payload if chosen is not None else None,
                )
                try:
                    self._triggering.trigger([trigger], now)
                except Refused as refusal:
                    # The event is taken in whatever becomes of its runs; one that may not start does not stop others.
                    logger.warning("event %s starts no run of %s: %s", event.id, workflow.name, refusal.message)


def _handed_on(event: PushedEvent) -> str:
    kept: JsonObject = {
        key: value
        for key, value in jsontext.object_or_empty(event.metadata).items()
        if not key.startswith(RESERVED) or key.startswith("hatchet__source_")
    }
    kept["hatchet__event_id"] = event.id
    kept["hatchet__event_key"] = event.key
    return jsontext.dump(kept)
