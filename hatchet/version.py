"""The version of this package, and the only place of it."""

from __future__ import annotations

__version__ = "0.2.0"
