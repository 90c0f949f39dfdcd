"""Durable tasks end well, whoever is killed meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.soak.durable import DurableSoak

pytestmark = pytest.mark.timeout(400)


def test_tasks_of_five_steps_survive_the_loss_of_worker_and_engine(tmp_path: Path) -> None:
    soak = DurableSoak(tmp_path, seed=7)
    try:
        figures = soak.run(tasks=20, kills=1)
    finally:
        soak.close()
    assert figures.fine, figures
