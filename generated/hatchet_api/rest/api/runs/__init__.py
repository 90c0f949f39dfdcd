# Generated from specs/ by `python -m codegen`; do not edit.
"""Operations on runs. Importing this package imports none of them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import create as create
    from . import get as get
    from . import get_count as get_count
    from . import get_status as get_status
    from . import get_timings as get_timings
    from . import list as list
    from . import list_display_names as list_display_names
    from . import list_external_ids as list_external_ids
    from . import list_task_events as list_task_events

__all__ = (
    "create",
    "get",
    "get_count",
    "get_status",
    "get_timings",
    "list",
    "list_display_names",
    "list_external_ids",
    "list_task_events",
)

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return import_module(f".{name}", __name__)

    def __dir__():
        return sorted({*globals(), *__all__})
