"""Keys that let a run happen only once: who holds which, and until when. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hatchet._dataclasses import dataclass
from hatchet.engine import cel
from hatchet.engine.cel import CelFault, Environment
from hatchet.engine.rules.core import Core
from hatchet.engine.rules.shelf import Shelf
from hatchet.engine.state.definitions import IdempotencyRule
from hatchet.engine.state.errors import Code, Refused, invalid
from hatchet.engine.state.model import Run
from hatchet.engine.state.timers import TimerKind

INTERNAL = "hatchet_internal_"
"""Keys with this prefix belong to the engine."""


@dataclass(frozen=True)
class HeldKey:
    """A key, with the run that claimed it; its id is the key."""

    id: str
    run_id: str
    expires: float
    until_end: bool
    """Whether the key is free again as soon as the run has ended."""


@dataclass(frozen=True)
class Wish:
    """A run that wants to start under a key."""

    key: str
    run_id: str
    rule: IdempotencyRule


@dataclass(frozen=True)
class Collision:
    """A run that was not started, and the one that holds its key."""

    existing: str
    colliding: str


class Collided(Refused):
    """Some runs were not started because their keys are held; `run_ids` are those that were."""

    def __init__(self, collisions: Sequence[Collision], run_ids: Sequence[str]) -> None:
        super().__init__(Code.ALREADY_EXISTS, "idempotency key collision")
        self.collisions: tuple[Collision, ...] = tuple(collisions)
        self.run_ids: tuple[str, ...] = tuple(run_ids)


class Idempotency:
    """All keys that are held."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self.shelf: Shelf[HeldKey] = Shelf(core, "idempotency", HeldKey)
        self._by_run: dict[str, str] = {}

    @staticmethod
    def key(rule: IdempotencyRule, workflow: str, input_: str, metadata: str) -> str:
        """The key that a trigger's data give; refuses what gives none."""
        names = {"input": cel.json_object(input_), "additional_metadata": cel.json_object(metadata)}
        try:
            key = cel.evaluate_str(rule.expression, Environment.WORKFLOW, names)
        except CelFault as fault:
            # The real engine drops such a run and answers with the id of one that never comes to be.
            raise invalid(
                f"Invalid request: the idempotency key of workflow {workflow} cannot be computed from this run's data"
                f" ({rule.expression}): {fault}"
            ) from None
        if key.startswith(INTERNAL):
            raise invalid(f"Invalid request: the idempotency key {key!r} uses the prefix {INTERNAL}, which is reserved")
        return key

    def claim(self, wishes: Iterable[Wish], now: float) -> list[Collision]:
        """Give each key to one run: to the one that keeps it longest, of several the last. The others collide with it.

        So it is on the real engine, where the times that keys are held until are reckoned one after the other.
        """
        longest: dict[str, Wish] = {}
        wishes = list(wishes)
        for wish in wishes:
            best = longest.get(wish.key)
            if best is None or wish.rule.ttl >= best.rule.ttl:
                longest[wish.key] = wish
        collisions: list[Collision] = []
        for wish in wishes:
            held = self.shelf.get(wish.key)
            if held is None or held.expires <= now:
                winner = longest[wish.key]
                held = self._hold(HeldKey(wish.key, winner.run_id, now + winner.rule.ttl, winner.rule.until_end))
            if held.run_id != wish.run_id:
                collisions.append(Collision(held.run_id, wish.run_id))
        return collisions

    def ended(self, run: Run) -> None:
        """A run has ended: free its key if it holds one only until then."""
        key = self._by_run.pop(run.id, None)
        if key is not None:
            self._free(key, run.id)

    def due(self, key: str, now: float) -> None:
        """A key expires."""
        held = self.shelf.get(key)
        if held is not None and held.expires <= now:
            self._by_run.pop(held.run_id, None)
            self._free(key, held.run_id)

    def resume(self) -> None:
        """After a restart: book the ends of all keys."""
        for held in self.shelf:
            self._book(held)

    def _hold(self, held: HeldKey) -> HeldKey:
        self.shelf.put(held)
        self._book(held)
        return held

    def _book(self, held: HeldKey) -> None:
        if held.until_end:
            self._by_run[held.run_id] = held.id
        self._core.timers.set(TimerKind.KEY, held.id, held.expires)

    def _free(self, key: str, run_id: str) -> None:
        held = self.shelf.get(key)
        if held is not None and held.run_id == run_id:
            self.shelf.remove(key)
            self._core.timers.clear(TimerKind.KEY, key)
