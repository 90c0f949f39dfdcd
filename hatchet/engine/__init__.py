"""An engine for Hatchet's wire in one process, with SQLite, for laptops and tests.

It knows nothing of the client beyond the wire. Importing this package is cheap: the engine is loaded on first use.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hatchet.engine.endpoint import Endpoint, FolderTaken, running
    from hatchet.engine.server import EmbeddedEngine
    from hatchet.engine.state.clock import Clock, MovableClock, SystemClock
    from hatchet.engine.state.errors import EngineStartError
    from hatchet.engine.state.settings import ENGINE_VERSION, EngineSettings

_HOMES = {
    "Clock": "state.clock",
    "EmbeddedEngine": "server",
    "Endpoint": "endpoint",
    "ENGINE_VERSION": "state.settings",
    "EngineSettings": "state.settings",
    "EngineStartError": "state.errors",
    "FolderTaken": "endpoint",
    "MovableClock": "state.clock",
    "SystemClock": "state.clock",
    "running": "endpoint",
}

__all__ = [
    "ENGINE_VERSION",
    "Clock",
    "EmbeddedEngine",
    "Endpoint",
    "EngineSettings",
    "EngineStartError",
    "FolderTaken",
    "MovableClock",
    "SystemClock",
    "running",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
