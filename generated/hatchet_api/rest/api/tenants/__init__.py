# Generated from specs/ by `python -m codegen`; do not edit.
"""Operations on tenants. Importing this package imports none of them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import create as create
    from . import get as get
    from . import get_prometheus_metrics as get_prometheus_metrics
    from . import get_queue_metrics as get_queue_metrics
    from . import get_step_run_queue_metrics as get_step_run_queue_metrics
    from . import get_task_stats as get_task_stats
    from . import update as update

__all__ = (
    "create",
    "get",
    "get_prometheus_metrics",
    "get_queue_metrics",
    "get_step_run_queue_metrics",
    "get_task_stats",
    "update",
)

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return import_module(f".{name}", __name__)

    def __dir__():
        return sorted({*globals(), *__all__})
