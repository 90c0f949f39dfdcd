"""What the tests of the generator share."""

from __future__ import annotations

import locale
from collections.abc import Iterator
from pathlib import Path

import pytest

from trials import toys


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--record-golden", action="store_true", help="write the expected output of the generator anew")


@pytest.fixture
def project(tmp_path: Path) -> toys.Project:
    """A project with toy specs."""
    return toys.project(tmp_path / "project")


@pytest.fixture
def upstream(tmp_path: Path) -> Path:
    """Where a test puts a newer contracts folder."""
    return tmp_path / "upstream"


@pytest.fixture
def locale_c() -> Iterator[None]:
    """A locale in which a file that is opened without saying how is ASCII."""
    before = locale.setlocale(locale.LC_CTYPE)
    locale.setlocale(locale.LC_CTYPE, "C")
    yield
    locale.setlocale(locale.LC_CTYPE, before)
