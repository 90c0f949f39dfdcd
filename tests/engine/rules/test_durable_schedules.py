"""Durable tasks under every order of messages, and with the worker, the stream or the engine lost after any of them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.rules.durable_program import Both, Children, First, Memo, Step, WaitFor, expected
from tests.engine.rules.durable_world import World

SCHEDULES = int(os.environ.get("DURABLE_SCHEDULES", "60"))
"""Random schedules of each part; `make soak` tries 2,500."""


def programs() -> st.SearchStrategy[list[Step]]:
    """Tasks of some steps, each with names of its own."""
    kinds = st.sampled_from(["memo", "one", "many", "keyed", "event", "sleep", "first", "race", "both"])
    return st.lists(kinds, min_size=1, max_size=5).map(
        lambda chosen: [_step(kind, number) for number, kind in enumerate(chosen)]
    )


def _step(kind: str, number: int) -> Step:
    names = tuple(f"c{number * 3 + each}" for each in range(3))
    match kind:
        case "memo":
            return Memo(f"m{number}")
        case "one":
            return Children(names[:1])
        case "many":
            return Children(names)
        case "keyed":
            return Children(names[:2], keyed=True)
        case "event":
            return WaitFor(f"e{number}")
        case "sleep":
            return WaitFor(f"s{number}", sleeps=True)
        case "first":
            return First((WaitFor(f"s{number}", sleeps=True), WaitFor(f"e{number}")))
        case "race":
            return First((WaitFor(f"e{number}"), WaitFor(f"f{number}"), WaitFor(f"g{number}")))
        case _:
            return Both(WaitFor(f"e{number}"), Children(names[:1]))


def schedules() -> st.SearchStrategy[bytes]:
    """What happens, as numbers; most of them long, which those of any length are not."""
    return st.sampled_from([10, 40, 80, 160]).flatmap(lambda size: st.binary(min_size=size, max_size=size))


def check(steps: Sequence[Step], numbers: Sequence[int], *, reports: bool, branches: bool = False) -> World:
    """Play a schedule: the task ends as it does undisturbed, and nothing has happened twice."""

    async def play() -> World:
        world = World(steps, reports=reports, branches=branches)
        try:
            trace = world.play(numbers)
        except BaseException as error:
            error.add_note("what happened: " + ", ".join(world.log[-400:]))
            raise
        assert len(trace) == len(steps)
        for step, found in zip(steps, trace, strict=True):
            assert expected(step, found), (step, found, world.log)
        started = world.count_children()
        assert started >= world.children if branches else started == world.children, world.log
        for step in steps:
            if isinstance(step, Memo):
                assert world.ran[step.name] >= 1
        return world

    return asyncio.run(play())


FOUND = {
    "an assignment after an eviction is lost with the engine, in the very moment of the former one": (
        [Children(("c0", "c1", "c2"))],
        "03184c4e565b656c818d8f98acc0f4c20a272d4758707890b6b9cacaced0d1d5eaecf3f910173e43484a5d697185888a8f9097a1a7adb6bb"
        "c5ebf5af8b3ef52dca2f40830c2981e7195e5e7195b2beee",
        True,
        False,
    ),
    "a child ends that only an abandoned branch waits for, the engine is killed, and a branch comes back to it": (
        [Children(("c0", "c1", "c2"))],
        "bd6a71f2c9254f2b1c23b79fcb18ae6bc522e4f7913f44aa6a01c066c8f8c0f0af7b8d51875462be23ec391b7765a58da7c965c1e49a854e"
        "e1cca78656751ad289d4b09eee3e78c094f44255c1f9eced",
        True,
        True,
    ),
}
"""Schedules that once went wrong."""


@pytest.mark.parametrize("name", FOUND)
def test_what_once_went_wrong_goes_right(name: str) -> None:
    steps, numbers, reports, branches = FOUND[name]
    check(steps, bytes.fromhex(numbers), reports=reports, branches=branches)


@pytest.mark.timeout(600 + SCHEDULES)
@pytest.mark.parametrize("reports", [True, False])
@pytest.mark.parametrize("branches", [True, False])
@settings(max_examples=SCHEDULES, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
@given(programs(), schedules())
def test_a_task_ends_as_undisturbed_whatever_is_lost(
    branches: bool, reports: bool, steps: list[Step], numbers: bytes
) -> None:
    check(steps, numbers, reports=reports, branches=branches)


def test_without_disturbance_each_memo_function_runs_once() -> None:
    steps = [_step(kind, number) for number, kind in enumerate(("memo", "many", "first", "memo", "both", "sleep"))]
    world = check(steps, [], reports=True)
    assert world.ran == {"m0": 1, "m3": 1}
