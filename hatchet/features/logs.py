"""`hatchet.logs`: what tasks have written."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from hatchet.features.rest import Feature
from hatchet.transport.io_loop import blocking
from hatchet_api.rest import api

if TYPE_CHECKING:
    from hatchet_api.rest.models import V1LogLineList

DEFAULT_LIMIT = 1000  # lines; the engine gives 10,000 at most


class LogsClient(Feature):
    """Log lines of task runs."""

    async def aio_list(
        self,
        task_run_id: str,
        *,
        limit: int = DEFAULT_LIMIT,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> V1LogLineList:
        """Lines of a task run, oldest first (API: `v1-log-line:list`).

        Args:
            task_run_id: the task run; for a standalone task the run's id.
            limit: lines at most, up to 10,000.
            since: only lines after this aware time.
            until: only lines before this aware time.
        """
        return await self._rest.send(api.logs.list.build(task_run_id, limit=limit, since=since, until=until))

    list: Final = blocking(aio_list)
