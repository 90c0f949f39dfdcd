"""An attempt that the engine sends again by a new stream is executed once, also when it ended on the way there."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from hatchet import Context
from hatchet.transport.retry import Backoff
from hatchet.worker import listener
from hatchet_api.calls import CallError, StatusCode
from hatchet_api.grpc import dispatcher_pb2 as dispatcher
from hatchet_api.grpc.v1 import workflows_pb2 as v1_workflows
from tests.fakes.world import assignment, batch, cancellation, task_run_id
from tests.unit.scripted import ScriptedEngine
from tests.worker.conftest import wait_until
from tests.worker.test_order import Numbered

COMPLETED = dispatcher.StepActionEventType.STEP_EVENT_TYPE_COMPLETED


class Restarted:
    """An engine that is restarted while the worker executes what it was sent; it sends by the next stream of that id
    what it does not know to have begun.
    """

    def __init__(self, first: list[Any], again: list[Any]) -> None:
        self.first, self.again = first, again
        self.streams: list[str] = []
        self.settled = threading.Event()
        self.began = threading.Event()
        self.completed: Counter[str] = Counter()
        self.engine = ScriptedEngine(
            get_version=self._version, put_workflow=self._put, register=self._register, listen_v2=self._listen,
            heartbeat=self._heartbeat, send_step_action_event=self._step, unsubscribe=self._unsubscribe,
        )  # fmt: skip

    async def _version(self, request: Any, context: Any) -> Any:
        return dispatcher.GetVersionResponse(version="v0.101.27")

    async def _put(self, request: Any, context: Any) -> Any:
        return v1_workflows.CreateWorkflowVersionResponse(id="v", workflow_id="w")

    async def _register(self, request: Any, context: Any) -> Any:
        return dispatcher.WorkerRegisterResponse(worker_id=f"w{self.engine.calls['register']}")

    async def _heartbeat(self, request: Any, context: Any) -> Any:
        return dispatcher.HeartbeatResponse()

    async def _unsubscribe(self, request: Any, context: Any) -> Any:
        return dispatcher.WorkerUnsubscribeResponse()

    async def _step(self, request: Any, context: Any) -> Any:
        self.completed[request.task_run_external_id] += request.event_type == COMPLETED
        return dispatcher.ActionEventResponse()

    async def _listen(self, request: dispatcher.WorkerListenRequest, context: Any) -> Any:
        self.streams.append(request.worker_id)
        if request.worker_id == "w1" and self.streams.count("w1") == 1:
            for message in self.first:
                yield message
            await asyncio.to_thread(self.began.wait, 20)
            raise CallError(StatusCode.UNAVAILABLE, "it is restarted")
        if request.worker_id == "w1":
            await asyncio.to_thread(self.settled.wait, 20)
            for message in self.again:
                yield message
        await asyncio.Event().wait()


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections are made anew at once."""
    quick = replace(listener.CONNECTION, backoff=Backoff(first=0.001, limit=0.01))
    monkeypatch.setattr(listener, "CONNECTION", quick)


class Stage:
    """A worker of such an engine; its tasks go on when they are released."""

    def __init__(self, scene: Restarted) -> None:
        self.scene = scene
        self.executed: Counter[str] = Counter()
        self.cancelled = threading.Event()
        self.release = threading.Event()
        hatchet = scene.engine.client()

        @hatchet.task(name="waits")
        async def waits(input: Numbered, ctx: Context) -> int:
            self.executed[f"{input.id} {ctx.retry_count}"] += 1
            scene.began.set()
            try:
                await asyncio.to_thread(self.release.wait, 20)
            except asyncio.CancelledError:
                self.cancelled.set()
                raise
            return input.id

        @hatchet.batch_task(name="many", batch_max_size=10)
        async def many(inputs: dict[str, Numbered], ctx: Context) -> dict[str, int]:
            self.executed.update(f"{each.id} batch" for each in inputs.values())
            scene.began.set()
            await asyncio.to_thread(self.release.wait, 20)
            return {run_id: each.id for run_id, each in inputs.items()}

        self.worker = hatchet.worker("w", workflows=[waits, many])

    def listens_again(self) -> None:
        """Wait until the same id has a new stream."""
        wait_until(lambda: self.scene.streams.count("w1") == 2, "a new stream")

    def settle(self) -> None:
        """Let the tasks end, and wait until their outcomes are delivered."""
        self.release.set()
        runtime = self.worker._runtime
        assert runtime is not None
        assert runtime._attempts is not None
        wait_until(lambda: not runtime._attempts, "all to be settled")

    def completes(self, *numbers: int) -> None:
        """Wait until the engine has heard of these."""
        wait_until(lambda: all(self.scene.completed[task_run_id(number)] for number in numbers), "their outcomes")


WAITS, MANY = "waits:waits", "many:many"
LATER = assignment(9, WAITS, {"id": 9})


@pytest.mark.parametrize(
    ("sent", "executed"),
    [
        ([assignment(1, WAITS, {"id": 1})], {"1 0": 1}),
        ([assignment(number, WAITS, {"id": number}) for number in (1, 2)], {"1 0": 1, "2 0": 1}),
        ([batch("a", [1, 2], MANY)], {"1 batch": 1, "2 batch": 1}),
    ],
)
def test_what_ended_while_it_was_sent_again_is_executed_once(sent: list[Any], executed: dict[str, int]) -> None:
    stage = Stage(Restarted(sent, [*sent, LATER]))
    with stage.worker:
        wait_until(lambda: stage.executed.total() == len(executed), "what was sent to begin")
        stage.listens_again()
        stage.settle()
        stage.scene.settled.set()
        stage.completes(9)
        stage.settle()
    assert stage.executed == {**executed, "9 0": 1}
    assert set(stage.scene.completed.values()) == {1}


def test_what_still_runs_when_it_is_sent_again_is_executed_once() -> None:
    sent = [assignment(1, WAITS, {"id": 1})]
    stage = Stage(Restarted(sent, [*sent, LATER]))
    with stage.worker:
        stage.listens_again()
        stage.scene.settled.set()
        wait_until(lambda: stage.executed["9 0"] == 1, "what was sent behind it")
        stage.settle()
    assert stage.executed == {"1 0": 1, "9 0": 1}


def test_the_next_attempt_and_the_cancellation_of_what_was_sent_again_arrive() -> None:
    sent = [assignment(1, WAITS, {"id": 1})]
    again = [*sent, cancellation(1, WAITS), assignment(1, WAITS, {"id": 1}, retry_count=1)]
    stage = Stage(Restarted(sent, again))
    with stage.worker:
        stage.listens_again()
        stage.scene.settled.set()
        wait_until(lambda: stage.executed["1 1"] == 1, "the next attempt")
        wait_until(stage.cancelled.is_set, "the cancellation")
        stage.settle()
    assert stage.executed == {"1 0": 1, "1 1": 1}
