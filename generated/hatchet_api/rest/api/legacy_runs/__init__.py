# Generated from specs/ by `python -m codegen`; do not edit.
"""Operations on legacy runs. Importing this package imports none of them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import cancel as cancel
    from . import create as create
    from . import get as get
    from . import get_input as get_input
    from . import get_metrics as get_metrics
    from . import get_shape as get_shape
    from . import list as list
    from . import list_step_run_events as list_step_run_events
    from . import update_replay as update_replay

__all__ = (
    "cancel",
    "create",
    "get",
    "get_input",
    "get_metrics",
    "get_shape",
    "list",
    "list_step_run_events",
    "update_replay",
)

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return import_module(f".{name}", __name__)

    def __dir__():
        return sorted({*globals(), *__all__})
