"""Plugins of pytest."""

from __future__ import annotations

from typing import Final

UNUSED: Final = ("-p", "no:schemathesis", "-p", "no:anyio", "-p", "no:typeguard", "-p", "no:platformdirs")
"""Those of dependencies' dependencies: a project's tests that are run by tests do without, and begin earlier."""

FORKED: Final = ("-W", "ignore:Module already imported so cannot be rewritten:pytest.PytestAssertRewriteWarning")
"""Where a fork of a process that has loaded the plugins runs them: no test looks at their asserts."""
