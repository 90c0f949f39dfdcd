"""How a seed draws what comes next: the first seed takes asyncio's own order, the others one of two ways by turns."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Final

from hatchet.testing.explore_loop import Order, Step, Timer

FIRST_SEED: Final = 0
CHANGES: Final = (0.05, 0.005)  # chance that a lane is given another rank after its turn; drawn for each run


class AsyncioOrder:
    """What is ready first is first, as on any other loop."""

    has_lanes: bool = False

    def pick(self, ready: Sequence[Step]) -> int:
        """The only one."""
        return 0

    def shuffle(self, timers: list[Timer]) -> None:
        """They stay in the order in which they were set."""


class Walk:
    """Each lane has the same chance each time: finds what a few changes in the order bring about."""

    has_lanes: bool = True

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    def pick(self, ready: Sequence[Step]) -> int:
        """Any of them."""
        return int(self._chance.random() * len(ready))

    def shuffle(self, timers: list[Timer]) -> None:
        """In any order."""
        self._chance.shuffle(timers)


class Ranks(Walk):
    """Lanes have ranks, and the highest goes on: finds what takes one that is behind all others for long.

    Now and then one that has gone on gets another rank, so that each has its turn in the end.
    """

    def __init__(self, chance: random.Random) -> None:
        super().__init__(chance)
        self._change = chance.choice(CHANGES)
        self._ranks: dict[int, float] = {}

    def pick(self, ready: Sequence[Step]) -> int:
        """The one of the highest rank."""
        ranks = self._ranks
        best, highest = 0, -1.0
        for index, step in enumerate(ready):
            rank = ranks.get(step.lane)
            if rank is None:
                ranks[step.lane] = rank = self._chance.random()
            if rank > highest:
                best, highest = index, rank
        if self._chance.random() < self._change:
            ranks[ready[best].lane] = self._chance.random()
        return best


def order_of(seed: int) -> Order:
    """What a seed draws by."""
    if seed == FIRST_SEED:
        return AsyncioOrder()
    chance = random.Random(f"order {seed}")
    return Walk(chance) if seed % 2 else Ranks(chance)
