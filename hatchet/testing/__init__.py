"""For tests of programs that use this package: a pytest plugin with `hatchet`, `worker` and `engine` fixtures.

Names are loaded on first use.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hatchet.testing.explore_refused import ExplorationError as ExplorationError
    from hatchet.testing.explorer import explore as explore
    from hatchet.testing.replays import History as History
    from hatchet.testing.replays import Replayed as Replayed
    from hatchet.testing.replays import aio_history_of as aio_history_of
    from hatchet.testing.replays import aio_replay as aio_replay
    from hatchet.testing.replays import history_of as history_of
    from hatchet.testing.replays import load_history as load_history
    from hatchet.testing.replays import replay as replay
    from hatchet.testing.replays import save_history as save_history
else:
    # Name → where it is; one line for each, in the order of the alphabet.
    _HOMES = {
        "ExplorationError": "explore_refused",
        "History": "replays",
        "Replayed": "replays",
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
