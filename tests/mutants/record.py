"""A plugin of pytest that notes how long each test took: `-p tests.mutants.record`."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

VARIABLE = "MUTANTS_DURATIONS"
"""The environment variable that names the file."""

_durations: dict[str, float] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note a part of a test: setting up, the call, tearing down."""
    _durations[report.nodeid] = _durations.get(report.nodeid, 0.0) + report.duration
    if report.failed:
        _durations[report.nodeid] = float("inf")  # what fails without a change shows nothing


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write what was noted; with xdist by the process that has all reports."""
    if not hasattr(session.config, "workerinput"):
        Path(os.environ[VARIABLE]).write_text(json.dumps(_durations))
