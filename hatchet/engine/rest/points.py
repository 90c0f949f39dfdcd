"""Counts in equal intervals of time, as charts need them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hatchet._dataclasses import dataclass
from hatchet.engine.rest.fields import moment
from hatchet.engine.state.errors import invalid
from hatchet.engine.state.jsontext import JsonObject, JsonValue

DAY = 86_400.0
HALF_HOUR = 1_800.0
MAX_POINTS = 5_000

_STEPS = ((61 * 60.0, 60.0), (DAY / 2, 300.0), (2 * DAY, HALF_HOUR), (8 * DAY, DAY / 3))
"""(length of time, interval): the first that is longer than what is asked for decides; beyond that it is days."""


@dataclass(frozen=True)
class Points:
    """The intervals between two moments."""

    since: float
    until: float
    step: float

    @staticmethod
    def of(since: float | None, until: float | None, now: float) -> Points:
        """Intervals that suit the length of time; without a start the last day."""
        low = since if since is not None else (now - DAY) // HALF_HOUR * HALF_HOUR
        high = until if until is not None else now
        step = next((step for length, step in _STEPS if high - low < length), DAY)
        if (high - low) / step > MAX_POINTS:
            raise invalid(f"the time asked for has more than {MAX_POINTS} intervals; ask for less")
        return Points(low // step * step, high, step)

    def bucket(self, column: str) -> str:
        """SQL for the number of the interval that a moment is in."""
        return f"CAST({column} / {self.step} AS INTEGER)"

    def filled(self, names: Sequence[str], rows: Iterable[tuple[int, str, int]]) -> JsonObject:
        """All intervals with their counts by name, those included in which nothing happened."""
        counts: dict[tuple[int, str], int] = {(number, name): count for number, name, count in rows}
        results: list[JsonValue] = []
        number = int(self.since // self.step)
        while number * self.step <= self.until:
            point: JsonObject = {name: counts.get((number, name), 0) for name in names}
            point["time"] = moment(number * self.step)
            results.append(point)
            number += 1
        return {"results": results}
