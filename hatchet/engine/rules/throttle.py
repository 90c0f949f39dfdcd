"""How often something may be asked for. Pure: the time comes in."""

from __future__ import annotations

from typing import Final

MOST_KEYS: Final = 1_000
"""Keys that are remembered; beyond that, those that may be used in full again are forgotten."""


class Throttle:
    """A bucket for each key: it holds so many requests at once, and is filled again at a steady rate.

    Args:
        rate: requests a second.
        burst: requests at once.
    """

    def __init__(self, rate: float, burst: int) -> None:
        self._rate = rate
        self._burst = burst
        self._left: dict[str, tuple[float, float]] = {}
        """What was left of each bucket, and when."""

    def admits(self, key: str, now: float) -> bool:
        """Whether one more may pass; if so it has."""
        left = self._level(key, now)
        if left < 1:
            return False
        if len(self._left) >= MOST_KEYS:
            self._left = {each: kept for each, kept in self._left.items() if self._level(each, now) < self._burst}
        self._left[key] = (left - 1, now)
        return True

    def __len__(self) -> int:
        return len(self._left)

    def _level(self, key: str, now: float) -> float:
        left, since = self._left.get(key, (self._burst, now))
        return min(self._burst, left + (now - since) * self._rate)
