"""`hatchet.listener`: what happens in runs while they run."""

from __future__ import annotations

from uuid import UUID

from hatchet.features.rest import Way
from hatchet.runs.stream import RunEventListener


class RunEventListenerClient:
    """Listens to the events of runs."""

    def __init__(self, way: Way) -> None:
        self._way = way

    def stream(self, workflow_run_id: str | UUID) -> RunEventListener:
        """What happens in a run from now on, until it ends."""
        return RunEventListener.of_run(self._way.gateway, str(workflow_run_id))

    def stream_by_additional_metadata(self, key: str, value: str) -> RunEventListener:
        """What happens from now on in all runs whose metadata has a pair."""
        return RunEventListener.of_metadata(self._way.gateway, key, value)
