"""`hatchet.logs`: what tasks have written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal, TypedDict
from uuid import UUID

from typing_extensions import Unpack

from hatchet._dataclasses import dataclass
from hatchet.errors import InputError
from hatchet.features.log_lines import OVERLAP, Cursor, Following
from hatchet.features.pages import PAGE_SIZE, Items, More, check_page
from hatchet.features.rest import Feature, aware, id_of, ids, word, words
from hatchet.options.signatures import takes
from hatchet.transport.io_loop import blocking
from hatchet_api.rest import api, models

if TYPE_CHECKING:
    from hatchet_api.rest.models import (
        V1LogLine,
        V1LogLineLevel,
        V1LogLineList,
        V1LogLineOrderByDirection,
        V1LogsPointMetric,
    )

    Level = V1LogLineLevel | Literal["DEBUG", "INFO", "WARN", "ERROR"]

DEFAULT_LIMIT: Final = 1000  # lines
MOST: Final = 10_000  # lines that the engine gives at once
ENDED: Final = ("COMPLETED", "FAILED", "CANCELLED")


class LogFilterOptions(TypedDict, total=False):
    """What every choice of lines takes."""

    levels: Sequence[Level] | None
    """Of any of these levels; default: all."""
    search: str | None
    """That hold this text, however it is capitalized; as in SQL, `%` in it is any text and `_` any character."""
    attempt: int | None
    """Of this attempt, counted from 1; default: all."""


class TenantLogOptions(LogFilterOptions, total=False):
    """What a choice among all lines takes besides."""

    task_external_ids: Sequence[str | UUID] | None
    """Of these task runs."""
    workflow_ids: Sequence[str | UUID] | None
    """Of runs of these workflows."""
    step_ids: Sequence[str | UUID] | None
    """Of these tasks of workflows."""


@dataclass(frozen=True, kw_only=True)
class LogFilter:
    """Lines by what they say."""

    levels: Sequence[Level] | None = None
    search: str | None = None
    attempt: int | None = None

    def __post_init__(self) -> None:
        if self.attempt is not None and self.attempt < 1:
            raise InputError(f"attempt is {self.attempt}; the first is 1")

    def query(self) -> dict[str, Any]:  # Any: parameters of several generated functions
        """As parameters of the API."""
        return {
            "levels": words(models.V1LogLineLevel, self.levels, "levels"),
            "search": self.search,
            "attempt": self.attempt,
        }


@dataclass(frozen=True, kw_only=True)
class TenantLogFilter(LogFilter):
    """Lines by what they say, and whose they are."""

    task_external_ids: Sequence[str | UUID] | None = None
    workflow_ids: Sequence[str | UUID] | None = None
    step_ids: Sequence[str | UUID] | None = None

    def query(self) -> dict[str, Any]:
        """As parameters of the API."""
        return {
            **super().query(),
            "task_external_ids": ids(self.task_external_ids, "task_external_ids"),
            "workflow_ids": ids(self.workflow_ids, "workflow_ids"),
            "step_ids": ids(self.step_ids, "step_ids"),
        }


class LogsClient(Feature):
    """Log lines of task runs."""

    @takes(LogFilter)
    async def aio_list(
        self,
        task_run_id: str | UUID,
        *,
        limit: int = DEFAULT_LIMIT,
        since: datetime | None = None,
        until: datetime | None = None,
        order_by_direction: V1LogLineOrderByDirection | Literal["ASC", "DESC"] | None = None,
        **filters: Unpack[LogFilterOptions],
    ) -> V1LogLineList:
        """Lines of a task run, oldest first (API: `v1-log-line:list`).

        Args:
            task_run_id: the task run; for a standalone task the run's id.
            limit: lines at most, up to 10,000.
            since: only lines after this aware time.
            until: only lines before this aware time.
            order_by_direction: `DESC` begins with the newest.
        """
        query = _part(limit, since, until, order_by_direction) | LogFilter(**filters).query()
        run_id = id_of(task_run_id, "task_run_id")
        return await self._send_of(run_id, api.logs.list.build(run_id, **query))

    @takes(TenantLogFilter)
    async def aio_list_all(
        self,
        *,
        limit: int = DEFAULT_LIMIT,
        since: datetime | None = None,
        until: datetime | None = None,
        order_by_direction: V1LogLineOrderByDirection | Literal["ASC", "DESC"] | None = None,
        **filters: Unpack[TenantLogOptions],
    ) -> V1LogLineList:
        """Lines of all task runs, oldest first (API: `v1-tenant-log-line:list`).

        Args:
            limit: lines at most, up to 10,000.
            since: only lines after this aware time.
            until: only lines before this aware time.
            order_by_direction: `DESC` begins with the newest.
        """
        query = _part(limit, since, until, order_by_direction) | TenantLogFilter(**filters).query()
        return await self._send(api.tenant_logs.list.build(self._tenant, **query))

    @takes(LogFilter)
    def iterate(
        self,
        task_run_id: str | UUID,
        *,
        page_size: int = PAGE_SIZE,
        since: datetime | None = None,
        until: datetime | None = None,
        **filters: Unpack[LogFilterOptions],
    ) -> Items[V1LogLine]:
        """All lines that a task run has now, oldest first, for `for` and `async for` (API: `v1-log-line:list`).

        Args:
            task_run_id: the task run; for a standalone task the run's id.
            page_size: lines that are asked for at once.
            since: only lines after this aware time.
            until: only lines before this aware time.
        """
        check_page(None, page_size, "page_size", MOST // 2)
        chosen, start, task_run = LogFilter(**filters), aware(since, "since"), id_of(task_run_id, "task_run_id")

        def begin() -> More[V1LogLine]:
            return self._cursor(task_run, chosen, start, until, timedelta(), page_size).more

        return Items(self.io, begin)

    @takes(LogFilter)
    def follow(
        self, task_run_id: str | UUID, *, since: datetime | None = None, **filters: Unpack[LogFilterOptions]
    ) -> Items[V1LogLine]:
        """The lines of a task run as they come, oldest first, until it has ended (API: `v1-log-line:list`).

        `async for line in hatchet.logs.follow(run_id)`, or `for` in sync code; those that are there already come first.
        The API has no stream of log lines, so the engine is asked every half a second.

        Args:
            task_run_id: the task run; for a standalone task the run's id.
            since: only lines after this aware time.

        Raises:
            NotFound: there is no such task run.
        """
        chosen, start, task_run = LogFilter(**filters), aware(since, "since"), id_of(task_run_id, "task_run_id")

        async def has_ended() -> bool:
            return (await self._send_of(task_run, api.tasks.get.build(task_run))).status in ENDED

        def begin() -> More[V1LogLine]:
            return Following(self._cursor(task_run, chosen, start, None, OVERLAP, PAGE_SIZE), has_ended).more

        return Items(self.io, begin)

    def _cursor(
        self,
        task_run: str,
        chosen: LogFilter,
        since: datetime | None,
        until: datetime | None,
        overlap: timedelta,
        page_size: int,
    ) -> Cursor:
        async def fetch(after: datetime | None, limit: int) -> Sequence[V1LogLine]:
            query = _part(limit, after, until, None) | chosen.query()
            return (await self._send_of(task_run, api.logs.list.build(task_run, **query))).rows or ()

        return Cursor(fetch, since, overlap, page_size)

    async def aio_get_point_metrics(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        levels: Sequence[Level] | None = None,
        search: str | None = None,
        task_external_ids: Sequence[str | UUID] | None = None,
        workflow_ids: Sequence[str | UUID] | None = None,
        step_ids: Sequence[str | UUID] | None = None,
    ) -> Sequence[V1LogsPointMetric]:
        """How many lines there were over time, by level, oldest first (API: `v1-tenant-log-line:get:point-metrics`).

        Args:
            since: an aware time; default: a day ago.
            until: an aware time; default: now.
            levels: of any of these levels.
            search: that hold this text.
            task_external_ids: of these task runs.
            workflow_ids: of runs of these workflows.
            step_ids: of these tasks of workflows.
        """
        operation = api.tenant_logs.get_point_metrics.build(
            self._tenant,
            since=aware(since, "since"),
            until=aware(until, "until"),
            levels=words(models.V1LogLineLevel, levels, "levels"),
            search=search,
            task_external_ids=ids(task_external_ids, "task_external_ids"),
            workflow_ids=ids(workflow_ids, "workflow_ids"),
            step_ids=ids(step_ids, "step_ids"),
        )
        return (await self._send(operation)).results or []

    list: Final = blocking(aio_list)
    list_all: Final = blocking(aio_list_all)
    get_point_metrics: Final = blocking(aio_get_point_metrics)


def _part(
    limit: int, since: datetime | None, until: datetime | None, direction: str | None
) -> dict[str, Any]:  # Any: parameters of several generated functions
    check_page(None, limit, most=MOST)
    return {
        "limit": limit,
        "since": aware(since, "since"),
        "until": aware(until, "until"),
        "order_by_direction": word(models.V1LogLineOrderByDirection, direction, "order_by_direction"),
    }
