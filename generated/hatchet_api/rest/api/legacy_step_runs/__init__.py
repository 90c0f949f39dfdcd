# Generated from specs/ by `python -m codegen`; do not edit.
"""Operations on legacy step runs. Importing this package imports none of them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import get as get
    from . import get_schema as get_schema
    from . import list_archives as list_archives
    from . import list_events as list_events
    from . import update_cancel as update_cancel
    from . import update_rerun as update_rerun

__all__ = (
    "get",
    "get_schema",
    "list_archives",
    "list_events",
    "update_cancel",
    "update_rerun",
)

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return import_module(f".{name}", __name__)

    def __dir__():
        return sorted({*globals(), *__all__})
