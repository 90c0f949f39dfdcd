"""What random programs have found stays found: the kept ones show what a real engine showed."""

from __future__ import annotations

from pathlib import Path

import pytest

from hatchet import Hatchet
from tests.congruence.compare import compare
from tests.congruence.generate import generate
from tests.congruence.kept import FOLDER, Kept
from tests.congruence.play import Player
from tests.congruence.program import Flow, Program, Step
from tests.congruence.shrink import shrink

REST = 0.4  # s without a change after which the embedded engine has come to rest


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_the_embedded_engine_shows_what_the_real_one_showed(path: Path) -> None:
    kept = Kept.model_validate_json(path.read_text())
    hatchet = Hatchet.from_embedded(None)
    try:
        found, _ = compare(Player(hatchet, kept.program, REST).play(), kept.real)
    finally:
        hatchet.stop_embedded()
    assert found == []


def test_a_seed_gives_the_same_program_each_time_and_another_one_another() -> None:
    assert [generate(seed) for seed in range(50)] == [generate(seed) for seed in range(50)]
    assert len({generate(seed).model_dump_json() for seed in range(50)}) == 50


def test_a_program_is_made_smaller_until_nothing_can_go() -> None:
    def fails(program: Program) -> bool:
        return any("give up" in step.deeds for step in program.flows[0].steps)

    seed = next(seed for seed in range(1000) if fails(generate(seed)) and len(generate(seed).flows[0].steps) == 5)
    small = shrink(generate(seed), fails, tries=1000)
    assert small.acts == ()
    (step,) = small.flows[0].steps
    assert small.flows == (Flow(steps=(Step(name=step.name, deeds=step.deeds),), alone=small.flows[0].alone),)
    assert step.deeds[-1] == "give up"
