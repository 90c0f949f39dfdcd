"""What a worker makes of assignments that it was not made for, and of an engine that will not have it."""

from __future__ import annotations

from collections.abc import Generator
from uuid import UUID

import pytest

from hatchet import Context, EmptyModel, Worker, WorkerError
from hatchet.worker.worker import WorkerStatus
from tests.fakes.engine import FakeEngine, Step
from tests.fakes.world import assignment, task_run_id
from tests.worker.conftest import wait_until


@pytest.fixture
def fake() -> Generator[FakeEngine]:
    with FakeEngine() as engine:
        yield engine


def status_of(worker: Worker) -> WorkerStatus:
    """As a call, which checkers take to change."""
    return worker.status


def test_a_task_that_it_does_not_have_fails_for_good_and_the_next_one_runs(fake: FakeEngine) -> None:
    world = fake.play({})
    world.assignments = [assignment(1, "quick:gone"), assignment(2, "quick:quick", kind="START_GET_GROUP_KEY")]
    world.assignments += [assignment(3, "quick:quick")]
    with fake.client() as hatchet:

        @hatchet.task(name="quick")
        def quick(input: EmptyModel, ctx: Context) -> int:
            return 1

        worker = hatchet.worker("w", workflows=[quick])
        assert status_of(worker) is WorkerStatus.INITIALIZED
        assert [worker.id] == [None]
        with worker:
            assert str(UUID(worker.id or "")) == worker.id
            wait_until(lambda: len([each for each in world.outcomes if "STARTED" not in each]) == 2, "two outcomes")
        assert status_of(worker) is WorkerStatus.STOPPED
    ended = {each for each in world.outcomes if "STARTED" not in each}
    assert ended == {f"{task_run_id(1)} FAILED", f"{task_run_id(3)} COMPLETED"}


@pytest.mark.parametrize("status", ["PERMISSION_DENIED", "UNAUTHENTICATED", "INVALID_ARGUMENT"])
def test_an_engine_that_will_not_register_it_ends_it(fake: FakeEngine, status: str) -> None:
    fake.play({})
    fake.script.always("Register", Step(status=status, acts=False))
    with fake.client() as hatchet:

        @hatchet.task(name="quick")
        def quick(input: EmptyModel, ctx: Context) -> int:
            return 1

        worker = hatchet.worker("w", workflows=[quick])
        with pytest.raises(WorkerError, match=r"worker 'w' cannot (register|start)"):
            worker.start()
        assert status_of(worker) is WorkerStatus.STOPPED
