"""What all tests share."""

from __future__ import annotations

import os

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engine",
        default="embedded",
        choices=["embedded", "env"],
        help="tests/conformance: the embedded engine, or the one that HATCHET_CLIENT_* names",
    )
    parser.addoption("--record", action="store_true", help="tests/conformance: write the expected answers anew")


@pytest.fixture(autouse=True)
def _clean_environment(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine reaches a test, except where the test is about a real engine."""
    if "conformance" not in str(request.node.path):
        for name in [name for name in os.environ if name.startswith("HATCHET_")]:
            monkeypatch.delenv(name)
