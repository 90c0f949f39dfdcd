"""What this client has just started: the REST side of an engine shows it a moment later (docs/decisions/0054)."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from typing import Final

SHOWN_WITHIN: Final = 10.0  # s after its start; what is not shown by then is not waited for
LIMIT: Final = 10_000  # ids that are remembered


class Recent:
    """Ids of runs and events, each for as long as an engine may need to show it."""

    def __init__(self) -> None:
        self._since: dict[str, float] = {}
        self._lock = threading.Lock()  # REST is called from the loops of users

    def add(self, ids: Iterable[str]) -> None:
        """They have just been started."""
        now, since = time.monotonic(), self._since
        with self._lock:
            for each in ids:
                since[each] = now
            while len(since) > LIMIT:
                del since[next(iter(since))]

    def patience(self, started: str) -> float:
        """Seconds that the engine may still take to show something; 0 for what was not started just now."""
        return max(0.0, self._since.get(started, float("-inf")) + SHOWN_WITHIN - time.monotonic())
