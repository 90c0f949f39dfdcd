"""The ids of a worker over its life: how each is let go of, and how all say goodbye; on a clock that jumps."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from hatchet.errors import InvalidRequest, Unavailable, WorkerError
from hatchet.wire.values import Assignment, AssignmentKind
from hatchet.worker.connection import Connection
from hatchet.worker.listener import Listener
from tests.jumping import HereLoop, jumping, now, until

AWAY = Unavailable("away", code="UNAVAILABLE", call="Register")


class Id:
    """A listener as a test has it."""

    def __init__(self, scene: Scene, number: int) -> None:
        self._scene, self.worker_id = scene, f"w{number}"
        self.connected, self.lost = asyncio.Event(), asyncio.Event()
        self.retired, self.reconnects = False, 0
        self.fails: Exception | None = None

    async def register(self) -> None:
        self._scene.say(f"register {self.worker_id}")
        if self._scene.refuses is not None:
            raise self._scene.refuses

    async def run(self) -> None:
        await asyncio.sleep(1)
        self.connected.set()
        self._scene.say(f"{self.worker_id} listens")
        try:
            await asyncio.sleep(1e6)
        finally:
            self._scene.say(f"{self.worker_id} is over")
        if self.fails is not None:
            raise self.fails

    async def leave(self) -> None:
        await asyncio.sleep(2)
        self._scene.say(f"{self.worker_id} leaves")

    async def silence(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self._scene.say(f"{self.worker_id} is silent")

    def lose(self) -> None:
        self.reconnects += 1
        self.lost.set()


class Scene:
    """A connection whose parts say when they do what."""

    def __init__(self, renew_after: float | None = None) -> None:
        self.said: list[tuple[float, str]] = []
        self.ids: list[Id] = []
        self.refuses: Exception | None = None
        self.takes = {"w1": 3.0}
        """Seconds until what runs under an id has ended."""
        self.pauses = 0.0
        """Seconds that REST takes to answer."""
        self.connection = Connection("w", cast(Any, self), cast(Any, self._new), self._pause, renew_after)

    def say(self, what: str) -> None:
        self.said.append((now(), what))

    def since(self) -> list[tuple[float, str]]:
        said, self.said = self.said, []
        return said

    def _new(self) -> Id:
        self.ids.append(Id(self, len(self.ids) + 1))
        return self.ids[-1]

    async def _pause(self, worker_id: str) -> None:
        try:
            await asyncio.sleep(self.pauses)
        except asyncio.CancelledError:
            self.say(f"{worker_id} is not paused")
            raise
        self.say(f"{worker_id} is paused")

    async def finished(self, worker_id: str | None = None) -> None:
        await asyncio.sleep(self.takes.pop(worker_id or "all", 0.0))
        self.say(f"{worker_id or 'all'} has ended")


@jumping
async def test_an_id_that_was_lost_is_kept_until_what_it_has_has_ended() -> None:
    scene = Scene()
    running = asyncio.ensure_future(scene.connection.run())
    await until(2)
    assert scene.since() == [(0.0, "register w1"), (1.0, "w1 listens")]
    scene.ids[0].lose()
    await until(3.5)
    first, second = scene.ids
    assert (scene.connection.listener, first.retired, second.retired) == (cast(Any, second), True, False)
    assert scene.connection.reconnects == 1
    second.reconnects = 2
    assert scene.connection.reconnects == 3
    await until(30)
    assert scene.since() == [
        (2.01, "register w2"), (3.01, "w2 listens"), (3.01, "w1 is paused"), (6.01, "w1 has ended"),
        (8.01, "w1 leaves"), (13.01, "w1 is silent"), (13.01, "w1 has ended"), (13.01, "w1 is over"),
    ]  # fmt: skip
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert [what for _, what in scene.since()] == ["w2 is over"]


@jumping
async def test_the_next_loss_is_seen_while_an_old_id_is_let_go_of() -> None:
    scene = Scene()
    scene.takes["w1"] = 3600.0
    running = asyncio.ensure_future(scene.connection.run())
    for seconds, number in ((2, 0), (10, 1), (20, 2)):
        await until(seconds)
        scene.ids[number].lose()
    await until(60)
    assert [each.worker_id for each in scene.connection._listeners] == ["w1", "w4"]
    await until(4000)
    assert [each.worker_id for each in scene.connection._listeners] == ["w4"]
    running.cancel()
    await asyncio.wait([running])


def test_a_new_id_that_cannot_be_had_is_done_without(caplog: pytest.LogCaptureFixture) -> None:
    @jumping
    async def check() -> None:
        scene = Scene()
        running = asyncio.ensure_future(scene.connection.run())
        await until(2)
        scene.refuses = AWAY
        scene.ids[0].lose()
        await until(30)
        assert scene.connection.listener is cast(Any, scene.ids[0])
        assert scene.since()[2:] == [(2.01, "register w2")]
        scene.refuses = None
        scene.ids[0].lose()
        await until(60)
        assert scene.connection.listener is cast(Any, scene.ids[2])
        running.cancel()
        await asyncio.wait([running])

    check()
    assert caplog.messages == [
        "worker w could not take a new id; tasks that were sent to it while it had no connection wait for their "
        "timeout: away"
    ]


@jumping
async def test_an_id_is_renewed_after_its_time() -> None:
    scene = Scene(renew_after=100.0)
    running = asyncio.ensure_future(scene.connection.run())
    await until(350)
    assert [(at, what) for at, what in scene.since() if "register" in what] == [
        (0.0, "register w1"), (100.0, "register w2"), (201.0, "register w3"), (302.0, "register w4"),
    ]  # fmt: skip
    assert scene.connection.reconnects == 0
    running.cancel()
    await asyncio.wait([running])


@jumping
async def test_a_worker_that_is_refused_does_not_begin() -> None:
    scene = Scene()
    scene.refuses = InvalidRequest("no such thing", code="INVALID_ARGUMENT", call="Register")
    with pytest.raises(WorkerError) as refused:
        await scene.connection.run()
    assert (str(refused.value), refused.value.__cause__) == ("worker 'w' cannot register: no such thing", scene.refuses)


@jumping
async def test_what_ends_one_id_ends_the_worker() -> None:
    scene = Scene()
    cause = LookupError("why")

    async def run() -> None:
        await asyncio.sleep(5)
        raise WorkerError("refused") from cause

    scene.ids[0].run = run  # type: ignore[method-assign]
    with pytest.raises(WorkerError, match="refused") as ended:
        await scene.connection.run()
    assert (ended.value.__cause__, now()) == (cause, 5.0)


@pytest.mark.parametrize(
    ("pauses", "takes", "said"),
    [
        (0.2, 3.0, [(0.2, "w1 is paused"), (3.0, "all has ended"), (5.0, "w1 leaves"), (5.0, "all has ended")]),
        (60.0, 3.0, [(3.0, "all has ended"), (3.5, "w1 is not paused"), (5.5, "w1 leaves"), (5.5, "all has ended")]),
        (0.2, 0.0, [(0.0, "all has ended"), (0.2, "w1 is paused"), (2.2, "w1 leaves"), (2.2, "all has ended")]),
    ],
)
@jumping
async def test_at_the_end_it_asks_for_no_more_waits_and_says_goodbye(
    pauses: float, takes: float, said: list[tuple[float, str]]
) -> None:
    scene = Scene()
    scene.pauses, scene.takes = pauses, {"all": takes}
    nobody = scene._new()
    nobody.worker_id = ""
    scene.connection._listeners = {cast(Any, scene.ids[0]): cast(Any, None), cast(Any, nobody): cast(Any, None)}
    await scene.connection.finish()
    left = scene.since()
    assert [each for each in left if each[1] != " leaves"] == said
    assert sum(what == " leaves" for _, what in left) == 1


@jumping
async def test_an_end_that_is_given_up_pauses_nobody() -> None:
    scene = Scene()
    scene.pauses, scene.takes = 60.0, {"all": 60.0}
    scene.connection._listeners = {cast(Any, scene.ids[0]): cast(Any, None)}
    finishing = asyncio.ensure_future(scene.connection.finish())
    await until(1)
    finishing.cancel()
    await asyncio.wait([finishing])
    assert scene.since() == [(1.01, "w1 is not paused")]


# -- one id


class Engine:
    """Takes heartbeats, after so many seconds each."""

    def __init__(self, *takes: float) -> None:
        self.takes = [*takes]
        self.beats: list[float] = []

    async def heartbeat(self, worker_id: str) -> None:
        self.beats.append(now())
        await asyncio.sleep(self.takes.pop(0) if self.takes else 0.0)

    async def listen(self, worker_id: str) -> Any:
        for number in range(2):
            await asyncio.sleep(3)
            yield Assignment(AssignmentKind.START, "t:t", "t", "t", f"run {number}", "run", 0)
        await asyncio.sleep(1e6)

    async def unsubscribe(self, worker_id: str) -> None: ...


def listener(engine: Engine, took: list[str] | None = None, known: frozenset[Any] = frozenset()) -> Listener:
    taken: list[str] = [] if took is None else took
    of = Listener(
        cast(Any, engine), HereLoop(), name="w", actions=[], slots={}, labels={},
        on_assignment=lambda assignment, worker_id: taken.append(f"{assignment.task_run_id} by {worker_id}"),
        unsettled=lambda worker_id: known, on_worker_id=lambda worker_id: None,
    )  # fmt: skip
    of.worker_id = "w1"
    return of


@pytest.mark.parametrize(
    ("takes", "beats"),
    [
        ((), [0.0, 4.0, 8.0, 12.0]),
        ((1.0, 3.5, 0.0), [0.0, 4.0, 8.0, 12.0]),
        ((6.0,), [0.0, 6.0, 10.0, 14.0]),
    ],
)
@jumping
async def test_it_beats_every_four_seconds_however_long_a_beat_takes(
    takes: tuple[float, ...], beats: list[float]
) -> None:
    engine = Engine(*takes)
    running = asyncio.ensure_future(listener(engine).run())
    await until(15)
    assert engine.beats == beats
    running.cancel()
    await asyncio.wait([running])
    await until(60)
    assert engine.beats == beats, "it beats on after its end"


@jumping
async def test_what_it_knows_already_is_not_taken_twice() -> None:
    took: list[str] = []
    of = listener(Engine(), took, frozenset({("run 0", 0, 0)}))
    running = asyncio.ensure_future(of.run())
    await until(10)
    assert took == ["run 1 by w1"]
    running.cancel()
    await asyncio.wait([running])


@jumping
async def test_after_its_goodbye_it_takes_what_still_comes() -> None:
    took: list[str] = []
    of = listener(Engine(), took)
    running = asyncio.ensure_future(of.run())
    await until(1)
    await of.leave()
    await of.silence(5.0)
    assert (took, now()) == (["run 0 by w1", "run 1 by w1"], 11.0)
    running.cancel()
    await asyncio.wait([running])


@pytest.mark.parametrize("kind", [AssignmentKind.CANCEL, AssignmentKind.START])
@jumping
async def test_a_cancellation_of_what_it_knows_is_taken(kind: AssignmentKind) -> None:
    took: list[str] = []
    engine = Engine()

    async def listen(worker_id: str) -> Any:
        yield Assignment(kind, "t:t", "t", "t", "run 0", "run", 0)
        await asyncio.sleep(1e6)

    engine.listen = listen  # type: ignore[method-assign]
    of = listener(engine, took, frozenset({("run 0", 0, 0)}))
    running = asyncio.ensure_future(of.run())
    await until(1)
    assert took == (["run 0 by w1"] if kind is AssignmentKind.CANCEL else [])
    running.cancel()
    await asyncio.wait([running])
    assert of._has_work
