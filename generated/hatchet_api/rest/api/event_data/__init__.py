# Generated from specs/ by `python -m codegen`; do not edit.
"""Operations on event data. Importing this package imports none of them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import get as get
    from . import get_with_tenant as get_with_tenant

__all__ = (
    "get",
    "get_with_tenant",
)

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return import_module(f".{name}", __name__)

    def __dir__():
        return sorted({*globals(), *__all__})
