# Generated from specs/ by `python -m codegen`; do not edit.
"""Operations on tasks. Importing this package imports none of them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import cancel as cancel
    from . import get as get
    from . import get_point_metrics as get_point_metrics
    from . import list_status_metrics as list_status_metrics
    from . import replay as replay
    from . import restore as restore

__all__ = (
    "cancel",
    "get",
    "get_point_metrics",
    "list_status_metrics",
    "replay",
    "restore",
)

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return import_module(f".{name}", __name__)

    def __dir__():
        return sorted({*globals(), *__all__})
