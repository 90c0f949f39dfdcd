"""What `hatchet.runs` does to many runs at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from hatchet._dataclasses import dataclass
from hatchet.errors import ApiError, BulkProgress, InputError, NotFound
from hatchet.features.pages import check_page
from hatchet.features.rest import GatewayFeature, ids
from hatchet.features.run_filters import BulkCancelReplayOpts
from hatchet.transport.progress import half_done
from hatchet_api.rest import api, models

if TYPE_CHECKING:
    from hatchet_api.rest.models import V1CancelledTasks, V1ReplayedTasks
    from hatchet_api.rest.runtime import Operation

CHUNK: Final = 500  # runs in one request to cancel or replay: what the engine takes well
REPLAYED_AT_ONCE: Final = 100  # runs that the engine works off together; what comes meanwhile it may drop
LOOK: Final = 0.1  # s between two looks at what it has worked off
STALLED: Final = 1.0  # s without progress: all have begun, and ended again so soon that it cannot be seen


@dataclass(frozen=True)
class RunsChanged:
    """What a call for many runs has done."""

    ids: tuple[str, ...] = ()
    """The task runs that the engine says it has changed."""
    asked: int = 0
    """The runs that it was asked to change; of a DAG, each task is told in `ids`."""

    @property
    def count(self) -> int:
        """How many task runs were changed."""
        return len(self.ids)


@dataclass(frozen=True)
class Change:
    """What can be done to many runs: by default to those in these states, by this call."""

    statuses: Sequence[str]
    at_once: int
    one_by_one: bool
    """Whether the engine must have begun with some before it gets more."""
    done: str
    """What was done to them, in words."""
    build: Callable[[str, list[str]], Operation[V1CancelledTasks | V1ReplayedTasks]]


CANCEL: Final = Change(
    ("QUEUED", "RUNNING"),
    CHUNK,
    False,
    "task runs were cancelled",
    lambda tenant, ids: api.tasks.cancel.build(tenant, models.V1CancelTaskRequest(external_ids=ids)),
)
REPLAY: Final = Change(
    ("FAILED", "CANCELLED"),
    REPLAYED_AT_ONCE,
    True,
    "task runs were replayed",
    lambda tenant, ids: api.tasks.replay.build(tenant, models.V1ReplayTaskRequest(external_ids=ids)),
)


class RunChanges(GatewayFeature):
    """Changes of many runs, a chunk in each request."""

    async def _change(
        self, change: Change, opts: BulkCancelReplayOpts, size: int = CHUNK, pause: float = 0.0
    ) -> RunsChanged:
        """Change runs given by ids or by a filter, whose default is those of the change."""
        if not isinstance(opts, BulkCancelReplayOpts):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers without a checker
            raise InputError(f"opts is {opts!r}; write BulkCancelReplayOpts(ids=[…]), or filters=RunFilter(…)")
        check_page(None, size, "chunk_size", CHUNK)
        chosen_ids = ids(opts.ids or (), "ids") or []
        if opts.filters is not None:
            chosen = opts.filters.settled()
            if chosen.statuses is None:
                chosen = replace(chosen, statuses=[models.V1TaskStatus(status) for status in change.statuses])
            found = await self._send(api.runs.list_external_ids.build(self._tenant, **chosen.query()))
            chosen_ids = found or []
        changed: list[str] = []
        size = min(size, change.at_once)
        before: Sequence[str] = ()
        asking: Sequence[str] = ()
        try:
            for start in range(0, len(chosen_ids), size):
                asking = ()
                if before and change.one_by_one:
                    await self._begun(before)
                if before and pause:
                    await asyncio.sleep(pause)
                before = asking = chosen_ids[start : start + size]
                answer = await self._send(change.build(self._tenant, [*asking]))
                changed += answer.ids or ()
        except ApiError as error:
            uncertain = len(asking) if error.sent else 0
            half_done(error, BulkProgress(len(chosen_ids), tuple(changed), uncertain=uncertain), change.done)
            raise
        return RunsChanged(tuple(changed), len(chosen_ids))

    async def _begun(self, run_ids: Sequence[str]) -> None:
        """Wait until the engine has begun anew with ended runs.

        It works replays off one after the other, and drops those that reach it meanwhile unless its queue repeats them.
        """

        async def has_ended(run_id: str) -> bool:
            try:
                return (await self._call(self._gateway.run_details(str(run_id)), f"details of {run_id}")).done
            except NotFound:  # a task of a run, which has no details of its own
                return False

        waiting, progress = [*run_ids], time.monotonic()
        while True:
            ended = await asyncio.gather(*map(has_ended, waiting))
            left = [run_id for run_id, has in zip(waiting, ended, strict=True) if has]
            progress = time.monotonic() if len(left) < len(waiting) else progress
            waiting = left
            if not waiting or time.monotonic() - progress > STALLED:
                return
            await asyncio.sleep(LOOK)
