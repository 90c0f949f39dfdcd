"""Which engine each client of the process has while a test runs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from hatchet._lifetime import ClientWays, Engagement, takeovers
from hatchet.errors import HatchetError
from hatchet.transport.io_loop import shared_io_loop

if TYPE_CHECKING:
    from hatchet.config import ClientConfig


class Engine(Protocol):
    """An engine of a test."""

    def engage(self, ways: ClientWays) -> Engagement:
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
        self._engagements: dict[ClientWays, tuple[EngineT, Engagement]] = {}
        self._by_config: dict[ClientConfig, EngineT] = {}
        self._has_guest = False
        self._has_program = False

    @property
    def engines(self) -> Collection[EngineT]:
        """All of them."""
        return {self._main, *(engine for engine, _ in self._engagements.values())}

    def engagement(self, ways: ClientWays) -> Engagement:
        """The way of a client to its engine; from any thread."""
        found = self._engagements.get(ways)
        return (found or self._engage(ways))[1]

    def engaged(self, ways: ClientWays) -> Engagement | None:
        """The same, if the client has been used."""
        found = self._engagements.get(ways)
        return None if found is None else found[1]

    def engine_of(self, ways: ClientWays) -> EngineT:
        """The engine of a client."""
        found = self._engagements.get(ways)
        return (found or self._engage(ways))[0]

    def invite(self, config: ClientConfig, engine: EngineT) -> None:
        """A client that is made of these settings is one that the test has asked an engine for."""
        self._by_config[config] = engine
        self._has_guest = True

    def _engage(self, ways: ClientWays) -> tuple[EngineT, Engagement]:
        if shared_io_loop().needs_this_thread():
            raise HatchetError("a client was first used on the loop of its own calls, where no engine can be started")
        with self._lock:
            found = self._engagements.get(ways)
            if found is None:
                engine = self._engine_for(ways)
                found = self._engagements[ways] = (engine, engine.engage(ways))
                self._by_config[found[1].config] = engine
            return found

    def _engine_for(self, ways: ClientWays) -> EngineT:
        known = None if ways.given is None else self._by_config.get(ways.given)
        if known is not None:
            return known
        is_further = self._has_program or (self._has_guest and ways.made_under is takeovers.current)
        engine = self._make() if is_further else self._main
        self._has_program = True
        if ways.given is not None:
            self._by_config[ways.given] = engine
        return engine


class NoTest:
    """Keeps clients from the engine that they are meant for, while no test runs."""

    def engagement(self, ways: ClientWays) -> Engagement:
        """Refused."""
        raise HatchetError(
            'no test is running, and with hatchet_engine = "memory" there is an engine only while one does: make the '
            "call in a test or in a fixture of a test; a fixture of a wider scope has `with MemoryEngine():` around it"
        )

    def engaged(self, ways: ClientWays) -> Engagement | None:
        """None is."""
        return None
