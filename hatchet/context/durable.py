"""The context of durable tasks."""

from __future__ import annotations

from hatchet.context.context import Context, TLifespan_co


class DurableContext(Context[TLifespan_co]):
    """The running attempt of a durable task."""

    @property
    def invocation_count(self) -> int:
        """How often the task was handed to a worker, counted from 1."""
        return self._assignment.invocation_count or 1
