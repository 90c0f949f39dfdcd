"""Which runs: the filters that lists, counts, cancellations and replays have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Final, Self, TypedDict
from uuid import UUID

from hatchet._dataclasses import dataclass
from hatchet.errors import InputError
from hatchet.features.rest import aware, id_or_none, ids, pairs, words
from hatchet_api.rest import models

if TYPE_CHECKING:
    from hatchet_api.rest.models import V1TaskStatus

DEFAULT_PAST: Final = timedelta(days=1)


class RunFilterOptions(TypedDict, total=False):
    """What every choice of runs takes."""

    since: datetime | None
    """Created at or after this aware time; default: a day ago."""
    until: datetime | None
    """Created before this aware time; default: now."""
    statuses: Sequence[V1TaskStatus] | None
    """Any of these; default: all."""
    additional_metadata: Mapping[str, str] | None
    """Pairs, of which a run has any."""
    workflow_ids: Sequence[str | UUID] | None
    """Workflows, by id; default: all."""


class RunListOptions(RunFilterOptions, total=False):
    """What a list of runs takes besides."""

    only_tasks: bool
    """Task runs instead of workflow runs."""
    worker_id: str | UUID | None
    """Task runs that this worker executed; a run of several tasks has no worker, so that it implies `only_tasks`."""
    parent_task_external_id: str | UUID | None
    """Started by this task run."""
    triggering_event_external_id: str | UUID | None
    """Started by this event."""


@dataclass(frozen=True, kw_only=True)
class Period:
    """What runs and events are chosen by alike: when they came to be."""

    since: datetime | None = None
    """Created at or after this aware time; default: a day ago."""
    until: datetime | None = None
    """Created before this aware time; default: now."""

    def __post_init__(self) -> None:
        aware(self.since, "since")
        aware(self.until, "until")

    def settled(self) -> Self:
        """The same with both ends of the time fixed, so that later pages are about the same rows."""
        now = datetime.now(timezone.utc)
        return replace(self, since=self.since or now - DEFAULT_PAST, until=self.until or now)


@dataclass(frozen=True, kw_only=True)
class RunFilter(Period):
    """Runs by when they were created, how they stand, what they carry and what they are runs of."""

    statuses: Sequence[V1TaskStatus] | None = None
    """Any of these; default: all."""
    additional_metadata: Mapping[str, str] | None = None
    """Pairs, of which a run has any."""
    workflow_ids: Sequence[str | UUID] | None = None
    """Workflows, by id; default: all."""

    def query(self) -> dict[str, Any]:  # Any: parameters of several generated functions
        """As parameters of the API."""
        return {
            "since": aware(self.since, "since") or datetime.now(timezone.utc) - DEFAULT_PAST,
            "until": aware(self.until, "until"),
            "statuses": words(models.V1TaskStatus, self.statuses, "statuses"),
            "additional_metadata": pairs(self.additional_metadata),
            "workflow_ids": ids(self.workflow_ids, "workflow_ids"),
        }


@dataclass(frozen=True, kw_only=True)
class RunListFilter(RunFilter):
    """Runs as lists choose them."""

    only_tasks: bool = False
    worker_id: str | UUID | None = None
    parent_task_external_id: str | UUID | None = None
    triggering_event_external_id: str | UUID | None = None

    def query(self) -> dict[str, Any]:
        """As parameters of the API."""
        return {
            **super().query(),
            # Engines choose by it among task runs alone; without them they would take no notice of it.
            "only_tasks": self.only_tasks or self.worker_id is not None,
            "worker_id": id_or_none(self.worker_id, "worker_id"),
            "parent_task_external_id": id_or_none(self.parent_task_external_id, "parent_task_external_id"),
            "triggering_event_external_id": id_or_none(
                self.triggering_event_external_id, "triggering_event_external_id"
            ),
        }


@dataclass(frozen=True, kw_only=True)
class BulkCancelReplayOpts:
    """Which runs `bulk_cancel` and `bulk_replay` are about: by id, or by filter."""

    ids: Sequence[str | UUID] | None = None
    """Runs or task runs."""
    filters: RunFilter | None = None
    """All that it chooses."""

    def __post_init__(self) -> None:
        if (self.ids is None) == (self.filters is None):
            raise InputError("BulkCancelReplayOpts takes either ids or filters")
