"""A worker takes a new id after each loss of its connection, also after one that comes while it takes a new id."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from hatchet.errors import Unavailable, WorkerError
from hatchet.transport.retry import Backoff
from hatchet.wire.values import Assignment
from hatchet.worker import connection, listener
from hatchet_api.calls import CallError, StatusCode
from hatchet_api.grpc import dispatcher_pb2 as dispatcher
from tests.unit.scripted import ScriptedEngine


class NoAttempts:
    """Nothing runs."""

    async def finished(self, worker_id: str | None = None) -> None:
        return None


class Scene:
    """A connection of a worker whose engine does what the test says. Its methods run on the I/O loop."""

    def __init__(self, renew_after: float | None = None) -> None:
        self.streams: dict[str, asyncio.Queue[CallError]] = {}
        self.registered: list[str] = []
        self.register: Callable[[int], Coroutine[Any, Any, None]] | None = None
        self.left: list[str] = []
        self.ends_streams = False
        """Whether it ends the stream of a worker that says goodbye."""
        self.engine = ScriptedEngine(
            register=self._register, listen_v2=self._listen, heartbeat=self._heartbeat, unsubscribe=self._unsubscribe
        )
        self.client = self.engine.client()
        self.connection = connection.Connection(
            "w",
            NoAttempts(),  # type: ignore[arg-type]  # of which only this is called
            self._new_listener,
            self._pause,
            renew_after,
        )

    def _new_listener(self) -> listener.Listener:
        return listener.Listener(
            self.client.gateway,
            self.client.io,
            name="w",
            actions=["t:t"],
            slots={"default": 1},
            labels={},
            on_assignment=self._assigned,
            unsettled=lambda worker_id: frozenset(),
            on_worker_id=lambda worker_id: None,
        )

    def _assigned(self, assignment: Assignment, worker_id: str) -> None:
        raise AssertionError("nothing is assigned here")

    async def _pause(self, worker_id: str) -> None:
        return None

    async def _register(self, request: Any, context: Any) -> Any:
        number = self.engine.calls["register"]
        if self.register is not None:
            await self.register(number)
        self.registered.append(f"w{number}")
        return dispatcher.WorkerRegisterResponse(worker_id=f"w{number}")

    async def _listen(self, request: dispatcher.WorkerListenRequest, context: Any) -> Any:
        ends = self.streams[request.worker_id] = asyncio.Queue()
        raise await ends.get()
        yield

    async def _heartbeat(self, request: dispatcher.HeartbeatRequest, context: Any) -> Any:
        if request.worker_id not in self.streams:
            raise CallError(StatusCode.FAILED_PRECONDITION, "no stream")
        return dispatcher.HeartbeatResponse()

    async def _unsubscribe(self, request: Any, context: Any) -> Any:
        self.left.append(request.worker_id)
        if self.ends_streams:
            self.lose(request.worker_id)
        return dispatcher.WorkerUnsubscribeResponse()

    def lose(self, worker_id: str) -> None:
        """Break the stream of an id."""
        self.streams.pop(worker_id).put_nowait(CallError(StatusCode.UNAVAILABLE, "lost"))

    async def goes_on_as(self, worker_id: str) -> None:
        """Wait until an id is the one that takes new work, and is connected."""
        await until(
            lambda: self.connection.listener.worker_id == worker_id and self.connection.listener.connected.is_set()
        )


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.001)


@asynccontextmanager
async def running(scene: Scene) -> AsyncGenerator[None]:
    task = asyncio.create_task(scene.connection.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
        await scene.client.gateway.close()  # with the streams that still stand


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = replace(listener.CONNECTION, backoff=Backoff(first=0.001, limit=0.01))
    monkeypatch.setattr(listener, "CONNECTION", quick)
    monkeypatch.setattr(listener, "HEARTBEAT_PERIOD", 0.01)
    monkeypatch.setattr(connection, "IN_FLIGHT", 0.01)


async def test_each_loss_is_followed_by_a_new_id_and_the_old_one_is_let_go() -> None:
    scene = Scene()

    async def play() -> None:
        async with running(scene):
            for number in range(1, 5):
                await scene.goes_on_as(f"w{number}")
                await until(lambda last=number: scene.left == [f"w{each}" for each in range(1, last)])  # type: ignore[misc]
                scene.lose(f"w{number}")
            await scene.goes_on_as("w5")

    await scene.client.io.run(play())
    assert scene.connection.reconnects == 4


async def test_a_loss_while_a_new_id_is_asked_for_in_vain_is_followed_by_another_try(
    caplog: pytest.LogCaptureFixture,
) -> None:
    scene = Scene()
    asked, go = asyncio.Event(), asyncio.Event()

    async def register(number: int) -> None:
        if number == 2:
            asked.set()
            await go.wait()
            raise CallError(StatusCode.INVALID_ARGUMENT, "not now")

    scene.register = register

    async def play() -> None:
        async with running(scene):
            await scene.goes_on_as("w1")
            scene.lose("w1")
            await asked.wait()
            await until(scene.connection.listener.connected.is_set)
            scene.lose("w1")
            await until(lambda: not scene.connection.listener.connected.is_set())
            go.set()
            await scene.goes_on_as("w3")

    await scene.client.io.run(play())
    assert "could not take a new id" in caplog.text


async def test_a_loss_of_the_new_id_in_the_moment_it_is_connected_is_followed_by_another() -> None:
    scene = Scene()

    async def play() -> None:
        async with running(scene):
            await scene.goes_on_as("w1")
            scene.lose("w1")
            await until(lambda: "w2" in scene.streams)
            fresh = next(each for each in scene.connection._listeners if each.worker_id == "w2")
            await fresh.connected.wait()
            # In the turn in which it became connected: whoever waited for that has not run yet.
            fresh._lost(Unavailable("lost", code="UNAVAILABLE", call="ListenV2"))
            scene.lose("w2")
            await scene.goes_on_as("w3")

    await scene.client.io.run(play())


async def test_an_engine_that_has_forgotten_the_id_is_asked_for_one_only_once() -> None:
    scene = Scene()

    async def play() -> None:
        async with running(scene):
            await scene.goes_on_as("w1")
            scene.streams.pop("w1").put_nowait(CallError(StatusCode.NOT_FOUND, "no such worker"))
            await scene.goes_on_as("w2")
            scene.lose("w2")
            await scene.goes_on_as("w3")

    await scene.client.io.run(play())
    assert scene.registered == ["w1", "w2", "w3"]


async def test_a_worker_that_ends_takes_no_new_id() -> None:
    scene = Scene()

    async def play() -> None:
        async with running(scene):
            await scene.goes_on_as("w1")
            scene.connection.take_no_more_ids()
            scene.lose("w1")
            await until(lambda: not scene.connection.listener.connected.is_set())
            await scene.goes_on_as("w1")
            await scene.connection.finish()

    await scene.client.io.run(play())
    assert scene.registered == ["w1"]
    assert scene.left == ["w1"]


async def test_an_id_is_left_as_often_as_the_settings_ask() -> None:
    scene = Scene(renew_after=0.01)

    async def play() -> None:
        async with running(scene):
            await until(lambda: {"w1", "w2", "w3"} <= set(scene.left))

    await scene.client.io.run(play())
    assert scene.connection.reconnects == 0


@pytest.mark.parametrize(("ends_streams", "in_flight"), [(True, 60.0), (False, 0.01)])
async def test_an_id_is_given_up_when_its_stream_has_ended_or_nothing_comes_by_it_any_more(
    ends_streams: bool, in_flight: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "IN_FLIGHT", in_flight)
    scene = Scene()
    scene.ends_streams = ends_streams

    async def play() -> None:
        async with running(scene):
            await scene.goes_on_as("w1")
            scene.lose("w1")
            await scene.goes_on_as("w2")
            await until(lambda: [each.worker_id for each in scene.connection._listeners] == ["w2"])

    await scene.client.io.run(play())
    assert scene.left == ["w1"]


async def test_a_refusal_for_good_of_any_id_ends_the_worker() -> None:
    scene = Scene()

    async def play() -> None:
        task = asyncio.create_task(scene.connection.run())
        await scene.goes_on_as("w1")
        # Its stream is there until then: a heartbeat in between is answered.
        scene.streams["w1"].put_nowait(CallError(StatusCode.PERMISSION_DENIED, "go away"))
        with pytest.raises(WorkerError, match="refuses worker 'w' for good"):
            await asyncio.wait_for(task, 20)
        await scene.client.gateway.close()

    await scene.client.io.run(play())
