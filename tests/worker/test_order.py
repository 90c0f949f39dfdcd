"""Assignments and cancellations that arrive together: each attempt ends as the last word about it says."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Generator, Sequence
from datetime import timedelta

import pytest
from pydantic import BaseModel

from hatchet import Context, Worker
from hatchet.wire import decode
from hatchet_api.grpc import dispatcher_pb2 as dispatcher
from tests.fakes.engine import FakeEngine
from tests.fakes.world import World, assignment, batch, cancellation, task_run_id
from tests.worker.conftest import wait_until

LAST = 99
PAIRS = 20


class Numbered(BaseModel):
    id: int = 0


class Stage:
    """A worker with an async, a sync and a batch task, and what they did."""

    def __init__(self, fake: FakeEngine) -> None:
        self.fake = fake
        self.began: Counter[str] = Counter()
        self.release = threading.Event()
        self.cancelled: set[str] = set()
        self.hatchet = hatchet = fake.client()

        @hatchet.task(name="waits")
        async def waits(input: Numbered, ctx: Context) -> int:
            self.began[f"{input.id} {ctx.retry_count}"] += 1
            await asyncio.to_thread(self.release.wait, 30)
            return input.id

        @hatchet.task(name="blocks")
        def blocks(input: Numbered, ctx: Context) -> int:
            self.began[f"{input.id} {ctx.retry_count}"] += 1
            while not self.release.wait(0.01):
                if ctx.is_cancelled:
                    self.cancelled.add(f"{input.id} {ctx.retry_count}")
                    break
            return input.id

        @hatchet.batch_task(name="many", batch_max_size=10, batch_max_interval=timedelta(seconds=1))
        async def many(inputs: dict[str, Numbered], ctx: Context) -> dict[str, int]:
            self.began.update(f"{each.id} batch" for each in inputs.values())
            while not self.release.is_set() and not ctx.is_cancelled:
                await asyncio.sleep(0.01)
            if ctx.is_cancelled:
                self.cancelled.update(f"{each.id} batch" for each in inputs.values())
            return {run_id: each.id for run_id, each in inputs.items()}

        self.worker: Worker = hatchet.worker("w", slots=50, workflows=[waits, blocks, many])

    def play(self, assignments: Sequence[dispatcher.AssignedAction]) -> World:
        """Let the engine send assignments in one go; start the worker."""
        world = self.fake.play()
        world.assignments = list(assignments)
        self.worker.start_in_background()
        return world

    def together(self, assignments: Sequence[dispatcher.AssignedAction]) -> World:
        """Start the worker, and give it assignments while the loop of its tasks is busy, so that it finds them all."""
        world = self.play([])
        runtime = self.worker._runtime
        assert runtime is not None
        arrived = threading.Event()
        runtime._loop.call_soon_threadsafe(arrived.wait, 20)

        async def assign() -> None:
            for message in assignments:
                runtime._assigned(decode.assignment(message), runtime.worker_id)
            arrived.set()

        self.hatchet.io.block(assign())
        return world

    def has_settled(self) -> None:
        """No pair has an outcome, and nothing is held for it."""
        assert not any(self.done(number, kind) for number in range(1, PAIRS + 1) for kind in ("COMPLETED", "FAILED"))
        runtime = self.worker._runtime
        assert runtime is not None
        wait_until(lambda: runtime.slots()["default"][0] == 0, "all slots to be free")
        assert not any(runtime.held_slots().values())
        assert self.worker.undelivered_outcomes == 0

    def done(self, number: int, kind: str = "COMPLETED") -> bool:
        """Whether an outcome has arrived."""
        return self.fake.world.outcomes[f"{task_run_id(number)} {kind}"] > 0


@pytest.fixture
def stage() -> Generator[Stage]:
    with FakeEngine() as fake:
        stage = Stage(fake)
        yield stage
        stage.release.set()
        stage.worker.stop()
        stage.worker.wait()
        stage.hatchet.close()


def pairs(action: str) -> list[dispatcher.AssignedAction]:
    """Assignments, each with its cancellation behind it, and one without."""
    numbers = range(1, PAIRS + 1)
    both = [(assignment(each, action, {"id": each}), cancellation(each, action)) for each in numbers]
    return [*(each for pair in both for each in pair), assignment(LAST, action, {"id": LAST})]


@pytest.mark.parametrize("task", ["waits", "blocks"])
def test_what_is_cancelled_in_the_turn_in_which_it_is_assigned_is_not_executed(stage: Stage, task: str) -> None:
    stage.together(pairs(f"{task}:{task}"))
    wait_until(lambda: bool(stage.began), "the last one to run")
    stage.release.set()
    wait_until(lambda: stage.done(LAST), "its outcome")
    assert dict(stage.began) == {f"{LAST} 0": 1}
    stage.has_settled()


@pytest.mark.parametrize("task", ["waits", "blocks"])
def test_what_is_cancelled_right_after_it_is_assigned_is_told_and_reports_nothing(stage: Stage, task: str) -> None:
    stage.play(pairs(f"{task}:{task}"))
    wait_until(lambda: stage.began[f"{LAST} 0"] == 1, "the last one to run")
    if task == "blocks":
        wait_until(lambda: len(stage.cancelled) == len(stage.began) - 1, "those that began to be told")
    stage.release.set()
    wait_until(lambda: stage.done(LAST), "its outcome")
    stage.has_settled()


@pytest.mark.parametrize("task", ["waits", "blocks"])
def test_the_cancellation_of_another_attempt_ends_none(stage: Stage, task: str) -> None:
    action = f"{task}:{task}"
    stage.play(
        [
            cancellation(1, action),  # before anything was assigned
            assignment(1, action, {"id": 1}, retry_count=1),
            cancellation(1, action, retry_count=0),
            cancellation(1, action, retry_count=2),
            assignment(2, action, {"id": 2}),
            cancellation(2, action, retry_count=1),
        ]
    )
    wait_until(lambda: len(stage.began) == 2, "both to run")
    assert stage.cancelled == set()
    stage.release.set()
    wait_until(lambda: stage.done(1) and stage.done(2), "their outcomes")


@pytest.mark.parametrize("task", ["waits", "blocks"])
def test_the_next_attempt_of_a_cancelled_one_is_executed(stage: Stage, task: str) -> None:
    action = f"{task}:{task}"
    stage.together(
        [
            assignment(1, action, {"id": 1}),
            cancellation(1, action),
            assignment(1, action, {"id": 1}, retry_count=1),
            assignment(1, action, {"id": 1}, retry_count=1),  # delivered twice
        ]
    )
    wait_until(lambda: bool(stage.began), "it to run")
    stage.release.set()
    wait_until(lambda: stage.done(1), "its outcome")
    assert dict(stage.began) == {"1 1": 1}


def test_a_batch_whose_runs_are_all_cancelled_in_the_turn_in_which_it_is_assigned_is_not_executed(
    stage: Stage,
) -> None:
    action = "many:many"
    stage.together(
        [
            batch("a", [1, 2], action),
            cancellation(1, action),
            cancellation(2, action),
            batch("b", [3, 4], action),
            cancellation(3, action),
            batch("c", [LAST], action),
        ]
    )
    wait_until(lambda: len(stage.began) == 3, "what goes on to run")
    stage.release.set()
    wait_until(lambda: stage.done(4) and stage.done(LAST), "its outcomes")
    assert dict(stage.began) == {"3 batch": 1, "4 batch": 1, f"{LAST} batch": 1}
    assert stage.cancelled == set()
    assert not stage.done(1)
    assert not stage.done(2)


def test_a_cancelled_run_of_two_batches_ends_the_older_one_first(stage: Stage) -> None:
    action = "many:many"
    world = stage.play([batch("a", [1], action)])
    wait_until(lambda: stage.began["1 batch"] == 1, "the first batch to run")
    world.assignments += [batch("b", [1, 2], action), cancellation(1, action)]
    wait_until(lambda: stage.cancelled == {"1 batch"}, "the first batch to be cancelled")
    wait_until(lambda: stage.began["2 batch"] == 1, "the second batch to run")
    stage.release.set()
    wait_until(lambda: stage.done(2), "the outcome of the second batch")
    assert stage.cancelled == {"1 batch"}


def test_a_running_attempt_is_told_of_its_cancellation(stage: Stage) -> None:
    world = stage.play([assignment(1, "blocks:blocks", {"id": 1})])
    wait_until(lambda: bool(stage.began), "it to run")
    world.assignments.append(cancellation(1, "blocks:blocks"))
    wait_until(lambda: stage.cancelled == {"1 0"}, "it to be told")
