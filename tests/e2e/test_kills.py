"""The engine is killed under load, as `make soak` does for longer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.soak.kills import Soak

pytestmark = pytest.mark.timeout(300)


def test_kill_nine_under_load_loses_nothing_and_does_nothing_twice(tmp_path: Path) -> None:
    soak = Soak(tmp_path, seed=3, engine="tests.soak.patient")
    try:
        for kills in (1, 2):
            figures = soak.round(200, kills=kills)
            assert figures.accepted > 0
            assert (figures.lost, figures.doubled, figures.unexecuted) == (0, 0, 0), figures
    finally:
        soak.close()
