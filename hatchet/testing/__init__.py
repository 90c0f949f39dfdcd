"""For tests of programs that use this package: a pytest plugin with `hatchet`, `worker` and `engine` fixtures.

Names are loaded on first use.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hatchet.testing.explore_refused import ExplorationError as ExplorationError
    from hatchet.testing.explorer import explore as explore
else:
    _WHERE = {
        "ExplorationError": "hatchet.testing.explore_refused",
        "explore": "hatchet.testing.explorer",
    }

    def __getattr__(name):
        if name not in _WHERE:
            raise AttributeError(f"module 'hatchet.testing' has no attribute {name!r}")
        value = getattr(importlib.import_module(_WHERE[name]), name)
        globals()[name] = value
        return value

    def __dir__():
        return sorted({*globals(), *_WHERE})

    __all__ = sorted(_WHERE)
