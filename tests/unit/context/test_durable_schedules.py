"""Random programs under random losses give what they give undisturbed, and start nothing twice."""

from __future__ import annotations

import asyncio
import os
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.context.model import Program, World, random_program

SCHEDULES = int(os.environ.get("DURABLE_SCHEDULES", "120"))  # in each of four parts, so that they run side by side

pytestmark = pytest.mark.timeout(600 + SCHEDULES)  # under load, on machines with two cores


async def undisturbed(program: Program) -> object:
    world = World(0, program)
    world.losses = 100  # nothing is lost any more
    return await world.play()


def check(seed: int) -> None:
    program = random_program(random.Random(seed))
    world = World(seed, program)
    found = asyncio.run(asyncio.wait_for(world.play(), 120))
    assert found == asyncio.run(undisturbed(program)), f"seed {seed}: {world.trace}"
    assert set(world.engine.started.values()) <= {1}, f"seed {seed}: a child was started twice"
    assert max(world.memos.values(), default=0) <= 1 + world.losses, f"seed {seed}: {world.memos}"


@pytest.mark.parametrize("part", range(4))
def test_whatever_is_lost_the_outcome_is_the_same(part: int) -> None:
    @settings(max_examples=SCHEDULES, deadline=None, database=None)
    @given(st.integers(part * 2**32, (part + 1) * 2**32 - 1))
    def run(seed: int) -> None:
        check(seed)

    run()
