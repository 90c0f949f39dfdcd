"""For tests of programs that use this package: an engine in memory for each test, and a pytest plugin.

::

    from hatchet.testing import MemoryEngine

    with MemoryEngine() as engine, engine.worker(bill):
        assert bill.run(Order(items=2)) == "6 EUR"

In pytest the fixtures `engine`, `worker` and `hatchet` do the same, and `hatchet_engine = "memory"` in its settings
does it for every test.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hatchet.testing.engine import MemoryEngine as MemoryEngine
    from hatchet.testing.explore_refused import ExplorationError as ExplorationError
    from hatchet.testing.explorer import explore as explore
    from hatchet.testing.faults import Fault as Fault
    from hatchet.testing.faults import Message as Message
    from hatchet.testing.looking import HistoryEvent as HistoryEvent
    from hatchet.testing.looking import RunState as RunState
    from hatchet.testing.options import StartWorker as StartWorker
    from hatchet.testing.replays import History as History
    from hatchet.testing.replays import Replayed as Replayed
    from hatchet.testing.replays import aio_history_of as aio_history_of
    from hatchet.testing.replays import aio_replay as aio_replay
    from hatchet.testing.replays import history_of as history_of
    from hatchet.testing.replays import load_history as load_history
    from hatchet.testing.replays import replay as replay
    from hatchet.testing.replays import save_history as save_history
    from hatchet.testing.report import Leftovers as Leftovers
    from hatchet.testing.report import LeftoverWarning as LeftoverWarning
else:
    # Name → where it is; one line for each, in the order of the alphabet.
    _HOMES = {
        "ExplorationError": "explore_refused",
        "Fault": "faults",
        "History": "replays",
        "HistoryEvent": "looking",
        "LeftoverWarning": "report",
        "Leftovers": "report",
        "MemoryEngine": "engine",
        "Message": "faults",
        "Replayed": "replays",
        "RunState": "looking",
        "StartWorker": "options",
        "aio_history_of": "replays",
        "aio_replay": "replays",
        "explore": "explorer",
        "history_of": "replays",
        "load_history": "replays",
        "replay": "replays",
        "save_history": "replays",
    }

    def __getattr__(name):
        if name not in _HOMES:
            raise AttributeError(f"module 'hatchet.testing' has no attribute {name!r}")
        value = getattr(importlib.import_module(f"hatchet.testing.{_HOMES[name]}"), name)
        globals()[name] = value
        return value

    def __dir__():
        return sorted({*globals(), *_HOMES})

    __all__ = sorted(_HOMES)
