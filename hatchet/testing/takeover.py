"""Which engine each client of the process has while a test runs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from hatchet._lifetime import Engagement, Origin, takeovers
from hatchet.errors import HatchetError
from hatchet.transport.io_loop import shared_io_loop

if TYPE_CHECKING:
    from hatchet.config import ClientConfig


class Engine(Protocol):
    """An engine of a test."""

    def engage(self, origin: Origin) -> Engagement:
        """Give a client its way to it."""
        ...


EngineT = TypeVar("EngineT", bound=Engine)


class EnginesOfTest(Generic[EngineT]):
    """Gives clients engines in memory, from one beginning to one end.

    The first client of the program that is used gets the engine that the test asked for, each further one an engine of
    its own; clients that were made of one `ClientConfig` share one. Once the test has asked the engine for a client,
    one that is made within the test is not the program's.
    """

    def __init__(self, main: EngineT, make: Callable[[], EngineT]) -> None:
        """`make` makes a further engine."""
        self._main = main
        self._make = make
        self._lock = threading.Lock()
        self._engagements: dict[Origin, tuple[EngineT, Engagement]] = {}
        self._by_config: dict[ClientConfig, EngineT] = {}
        self._has_guest = False
        self._has_program = False

    @property
    def engines(self) -> Collection[EngineT]:
        """All of them."""
        return {self._main, *(engine for engine, _ in self._engagements.values())}

    def engagement(self, origin: Origin) -> Engagement:
        """The way of a client to its engine; from any thread."""
        found = self._engagements.get(origin)
        return (found or self._engage(origin))[1]

    def engaged(self, origin: Origin) -> Engagement | None:
        """The same, if the client has been used."""
        found = self._engagements.get(origin)
        return None if found is None else found[1]

    def engine_at(self, engagement: Engagement) -> EngineT:
        """The engine that a way leads to."""
        return self._engagements[engagement.origin][0]

    def invite(self, config: ClientConfig, engine: EngineT) -> None:
        """A client that is made of these settings is one that the test has asked an engine for."""
        self._by_config[config] = engine
        self._has_guest = True

    def _engage(self, origin: Origin) -> tuple[EngineT, Engagement]:
        if shared_io_loop().here():
            raise HatchetError("a client was first used on the loop of its own calls, where no engine can be started")
        with self._lock:
            found = self._engagements.get(origin)
            if found is None:
                engine = self._engine_for(origin)
                found = self._engagements[origin] = (engine, engine.engage(origin))
                self._by_config[found[1].config] = engine
            return found

    def _engine_for(self, origin: Origin) -> EngineT:
        known = None if origin.given is None else self._by_config.get(origin.given)
        if known is not None:
            return known
        is_further = self._has_program or (self._has_guest and origin.made_under is takeovers.current)
        engine = self._make() if is_further else self._main
        self._has_program = True
        if origin.given is not None:
            self._by_config[origin.given] = engine
        return engine


class NoTest:
    """Keeps clients from the engine that they are meant for, while no test runs."""

    def engagement(self, origin: Origin) -> Engagement:
        """Refused."""
        raise HatchetError(
            'no test is running, and with hatchet_engine = "memory" there is an engine only while one does: make the '
            "call in a test or in a fixture of a test; a fixture of a wider scope has `with MemoryEngine():` around it"
        )

    def engaged(self, origin: Origin) -> Engagement | None:
        """None is."""
        return None
