"""What the tests of the generator share."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen import build
from tests.codegen import toys


@pytest.fixture
def project(tmp_path: Path) -> build.Project:
    """A project with toy specs."""
    return toys.project(tmp_path / "project")


@pytest.fixture
def upstream(tmp_path: Path) -> Path:
    """Where a test puts a newer contracts folder."""
    return tmp_path / "upstream"
