"""What a worker leaves when it ends before its time: every task run is counted and named, none is lost silently."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Generator

import pytest

from hatchet import Context, EmptyModel, Hatchet, WorkerError
from hatchet.worker import reporter, runtime
from tests.fakes.engine import FakeEngine, Step
from tests.fakes.world import assignment, task_run_id
from tests.worker.conftest import wait_until

RUNS = 3


@pytest.fixture
def fake() -> Generator[FakeEngine]:
    with FakeEngine() as engine:
        yield engine


def refused_after_runs(fake: FakeEngine) -> None:
    """The engine hands out some runs; in place of the next one it refuses the worker for good."""
    world = fake.play({"ListenV2": [Step(status="PERMISSION_DENIED", after=RUNS)]})
    world.assignments = [assignment(each, "quick:quick", {}) for each in range(1, RUNS + 1)]


def refuse(fake: FakeEngine) -> None:
    fake.world.assignments.append(assignment(RUNS + 1, "quick:quick", {}))


@pytest.mark.parametrize("fault", [Step(status="UNAVAILABLE", acts=False), Step(never=True, acts=False)])
def test_outcomes_that_a_refused_worker_cannot_deliver_are_counted_and_named(
    fake: FakeEngine, fault: Step, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(runtime, "REFUSED_GRACE", 0.3)
    monkeypatch.setattr(reporter, "TRY_TIMEOUT", 0.5)
    refused_after_runs(fake)
    fake.script.always("SendStepActionEvent", fault)
    ended = threading.Semaphore(0)
    with fake.client() as hatchet:

        @hatchet.task(name="quick")
        def quick(input: EmptyModel, ctx: Context) -> int:
            ended.release()
            return 1

        worker = hatchet.worker("w", workflows=[quick])
        worker.start_in_background()
        for _ in range(RUNS):
            assert ended.acquire(timeout=20)
        wait_until(lambda: fake.script.count("SendStepActionEvent") > RUNS, "an outcome to be on its way")
        refuse(fake)
        with pytest.raises(WorkerError, match="refuses worker 'w' for good"):
            worker.wait()
        assert worker.undelivered_outcomes == RUNS
    assert "was refused by the engine; the engine hands the 3 task runs that it leaves to other workers" in caplog.text
    for number in range(1, RUNS + 1):
        assert task_run_id(number) in caplog.text


def test_outcomes_that_are_there_have_a_moment_after_a_refusal(
    fake: FakeEngine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(runtime, "REFUSED_GRACE", 20.0)  # the test engine may be slow
    refused_after_runs(fake)
    fake.script.always("SendStepActionEvent", Step(late=0.3))
    began = threading.Semaphore(0)
    release = threading.Event()
    with fake.client() as hatchet:

        @hatchet.task(name="quick")
        def quick(input: EmptyModel, ctx: Context) -> int:
            began.release()
            release.wait(20)
            return 1

        worker = hatchet.worker("w", workflows=[quick])
        worker.start_in_background()
        for _ in range(RUNS):
            assert began.acquire(timeout=20)
        wait_until(lambda: fake.script.count("SendStepActionEvent") == RUNS, "the beginnings to be told")
        release.set()
        wait_until(lambda: fake.script.count("SendStepActionEvent") == 2 * RUNS, "the outcomes to be on their way")
        refuse(fake)
        with pytest.raises(WorkerError):
            worker.wait()
        assert worker.undelivered_outcomes == 0
    assert {entry for entry in fake.world.outcomes if entry.endswith("COMPLETED")} == {
        f"{task_run_id(number)} COMPLETED" for number in range(1, RUNS + 1)
    }
    assert "leaves to other workers" not in caplog.text


def test_task_runs_that_a_refused_worker_still_executes_are_counted_and_named(
    fake: FakeEngine, caplog: pytest.LogCaptureFixture
) -> None:
    refused_after_runs(fake)
    began = threading.Semaphore(0)
    with fake.client() as hatchet:

        @hatchet.task(name="quick")
        async def quick(input: EmptyModel, ctx: Context) -> None:
            began.release()
            await asyncio.sleep(600)

        worker = hatchet.worker("w", workflows=[quick])
        worker.start_in_background()
        for _ in range(RUNS):
            assert began.acquire(timeout=20)
        refuse(fake)
        with pytest.raises(WorkerError):
            worker.wait()
        assert worker.undelivered_outcomes == RUNS
    assert "executed once more" not in caplog.text
    for number in range(1, RUNS + 1):
        assert task_run_id(number) in caplog.text


def test_a_forced_worker_tells_apart_what_runs_and_what_could_not_be_delivered(
    client: Callable[..., Hatchet], caplog: pytest.LogCaptureFixture
) -> None:
    from tests.proxy import Proxy

    direct = client()
    began, ended, go = threading.Event(), threading.Event(), threading.Event()
    with Proxy(direct.config.host_port) as proxy:
        hatchet = client(host_port=proxy.address)

        @hatchet.task(execution_timeout="60s")
        async def endless(input: EmptyModel, ctx: Context) -> None:
            began.set()
            await asyncio.sleep(600)

        @hatchet.task(execution_timeout="60s")
        def ends(input: EmptyModel, ctx: Context) -> str:
            go.wait(30)
            ended.set()
            return "done"

        with hatchet.worker("w", workflows=[endless, ends]) as worker:
            running, done = endless.run_no_wait().workflow_run_id, ends.run_no_wait().workflow_run_id
            assert began.wait(20)
            proxy.close()
            go.set()
            assert ended.wait(20)
            wait_until(lambda: "is not delivered yet" in caplog.text, "some tries")
            worker.stop(force=True)
        assert worker.undelivered_outcomes == 2
    told = [record.getMessage() for record in caplog.records]
    (left,) = [line for line in told if "leaves to other workers" in line]
    assert running in left
    assert done in left
    (again,) = [line for line in told if "executed once more" in line]
    assert done in again
    assert running not in again
