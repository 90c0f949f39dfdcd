"""How tests run the tests of a project."""

from __future__ import annotations

from typing import Final

PYTEST: Final = (
    "-m", "pytest", "-p", "no:cacheprovider",
    # The plugins of dependencies' dependencies: without them it begins earlier.
    "-p", "no:schemathesis", "-p", "no:anyio", "-p", "no:typeguard", "-p", "no:platformdirs",
    # A fork of a process that has loaded the others runs it, and no test looks at their asserts.
    "-W", "ignore:Module already imported so cannot be rewritten:pytest.PytestAssertRewriteWarning",
)  # fmt: skip
"""What Python is told; what pytest is told besides follows."""
