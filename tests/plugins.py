"""Plugins of pytest."""

from __future__ import annotations

from typing import Final

UNUSED: Final = ("-p", "no:schemathesis", "-p", "no:anyio", "-p", "no:typeguard", "-p", "no:platformdirs")
"""Those of dependencies' dependencies: a project's tests that are run by tests do without, and begin earlier."""
