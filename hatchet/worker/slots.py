"""Which attempts hold the slots of a worker, by its own count. State without I/O."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Mapping

from hatchet._dataclasses import dataclass


@dataclass(slots=True)
class _Waiting:
    holder: Hashable
    units: Mapping[str, int]
    granted: asyncio.Future[None]


class Slots:
    """Slots by kind. Belongs to one loop; reading is allowed from any thread."""

    def __init__(self, limits: Mapping[str, int]) -> None:
        self.limits: Mapping[str, int] = limits
        self._used: dict[str, int] = dict.fromkeys(limits, 0)
        self._held: dict[Hashable, Mapping[str, int]] = {}
        self._waiting: list[_Waiting] = []

    def take(self, holder: Hashable, units: Mapping[str, int]) -> bool:
        """Take slots, if they are free and nobody waits for them; whether they were taken."""
        if self._waiting and any(self._competes(each, units) for each in self._waiting):
            return False
        if not self._fits(units):
            return False
        self._grant(holder, units)
        return True

    async def wait(self, holder: Hashable, units: Mapping[str, int]) -> None:
        """Take slots when they are free, in the order of asking."""
        waiting = _Waiting(holder, units, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        try:
            await waiting.granted
        except asyncio.CancelledError:
            if waiting in self._waiting:
                self._waiting.remove(waiting)
            self.give_back(holder)  # it may have been granted in the turn of the cancellation
            raise

    def give_back(self, holder: Hashable) -> None:
        """Free what a holder has; nothing where it has nothing any more."""
        for kind, number in self._held.pop(holder, {}).items():
            self._used[kind] -= number
        if not self._waiting:
            return
        for waiting in list(self._waiting):
            ahead = self._waiting[: self._waiting.index(waiting)]
            if self._fits(waiting.units) and not any(self._competes(each, waiting.units) for each in ahead):
                self._waiting.remove(waiting)
                self._grant(waiting.holder, waiting.units)
                if not waiting.granted.done():
                    waiting.granted.set_result(None)

    def holds(self, holder: Hashable) -> bool:
        """Whether a holder has slots."""
        return holder in self._held

    def used(self) -> dict[str, int]:
        """Slots that are taken, by kind."""
        return dict(self._used)

    def is_full(self, kind: str) -> bool:
        """Whether no slot of a kind is free."""
        return self._used.get(kind, 0) >= self.limits.get(kind, 0)

    @property
    def waiting(self) -> int:
        """Attempts that wait for a slot."""
        return len(self._waiting)

    def _grant(self, holder: Hashable, units: Mapping[str, int]) -> None:
        self._held[holder] = units
        for kind, number in units.items():
            self._used[kind] = self._used.get(kind, 0) + number

    def _fits(self, units: Mapping[str, int]) -> bool:
        # One that needs more than there are is let in alone: the engine has decided that it runs here.
        return all(
            (used := self._used.get(kind, 0)) == 0 or used + number <= self.limits.get(kind, 0)
            for kind, number in units.items()
        )

    @staticmethod
    def _competes(other: _Waiting, units: Mapping[str, int]) -> bool:
        return not units.keys().isdisjoint(other.units)
