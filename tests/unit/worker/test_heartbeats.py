"""What heartbeats say of a worker's connection, and what becomes of its stream."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any, cast

import pytest

from hatchet.errors import (
    ApiError,
    DeadlineExceeded,
    FailedPrecondition,
    NotFound,
    PermissionDenied,
    TlsError,
    Unauthenticated,
    Unavailable,
    Unsupported,
    WorkerError,
)
from hatchet.transport.io_loop import shared_io_loop
from hatchet.transport.retry import Backoff
from hatchet.version import __version__
from hatchet.wire.gateway import Gateway
from hatchet.wire.values import Assignment
from hatchet.worker import listener
from hatchet.worker.listener import Listener

OK = None
SILENT = DeadlineExceeded("no answer", code="DEADLINE_EXCEEDED", call="Heartbeat")
CLOSED = FailedPrecondition("no stream", code="FAILED_PRECONDITION", call="Heartbeat")
AWAY = Unavailable("away", code="UNAVAILABLE", call="Heartbeat")
WRONG_TLS = TlsError("speaks TLS only", code="UNAVAILABLE", call="Heartbeat")


class Script:
    """The engine: each heartbeat ends as the next of these says; after the last one it is cancelled."""

    def __init__(self, *beats: ApiError | None) -> None:
        self._beats = list(beats)
        self.did: list[object] = []

    async def heartbeat(self, worker_id: str) -> None:
        if not self._beats:
            raise asyncio.CancelledError
        self.did.append(f"beat of {worker_id}")
        if (beat := self._beats.pop(0)) is not None:
            raise beat

    async def reconnect(self) -> None:
        self.did.append("reconnect")

    async def register_worker(self, *facts: object) -> str:
        self.did.append(facts)
        return "w1"

    async def listen(self, worker_id: str) -> AsyncGenerator[Assignment, None]:
        self.did.append(f"listening of {worker_id}")
        if (beat := self._beats.pop(0)) is not None:
            raise beat
        return
        yield

    async def unsubscribe(self, worker_id: str) -> None:
        self.did.append(f"goodbye of {worker_id}")
        if self._beats and (beat := self._beats.pop(0)) is not None:
            raise beat


class Stream(asyncio.Future[None]):
    """Counts how often it was ended; it goes on."""

    ends = 0

    def cancel(self, msg: object = None) -> bool:
        self.ends += 1
        return True


def made(script: Script, ids: list[str] | None = None) -> Listener:
    told: list[str] = [] if ids is None else ids
    of = Listener(
        cast(Gateway, script),
        shared_io_loop(),
        name="w",
        actions=["t:t"],
        slots={"default": 2},
        labels={"zone": "north"},
        on_assignment=lambda assignment, worker_id: None,
        unsettled=lambda worker_id: frozenset(),
        on_worker_id=told.append,
    )
    of.worker_id = "w1"
    return of


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(listener, "HEARTBEAT_PERIOD", 0.0)
    caplog.set_level(logging.DEBUG, "hatchet")


async def beat(of: Listener) -> int:
    """How often the stream was ended."""
    stream: Any = Stream()
    of._stream = stream
    with pytest.raises(asyncio.CancelledError):
        await of._heartbeats()
    return int(stream.ends)


@pytest.mark.parametrize(
    ("beats", "reconnects", "ends"),
    [
        ([OK, OK], 0, 0),
        ([SILENT], 0, 0),
        ([SILENT, SILENT], 1, 1),
        ([SILENT, SILENT, SILENT], 1, 1),
        ([SILENT] * 4, 2, 2),
        ([SILENT, OK, SILENT], 0, 0),
        ([SILENT, AWAY, SILENT], 1, 1),
        ([CLOSED], 0, 1),
        ([CLOSED, OK, CLOSED], 0, 2),
        ([AWAY, AWAY, WRONG_TLS], 0, 0),
    ],
)
async def test_two_beats_without_an_answer_end_a_connection_and_a_refused_one_ends_the_stream(
    beats: list[ApiError | None], reconnects: int, ends: int
) -> None:
    script = Script(*beats)
    assert await beat(made(script)) == ends
    assert script.did.count("reconnect") == reconnects
    assert script.did.count("beat of w1") == len(beats)


async def test_of_a_mistake_in_the_settings_the_first_beat_warns(caplog: pytest.LogCaptureFixture) -> None:
    await beat(made(Script(AWAY, WRONG_TLS, WRONG_TLS, AWAY, SILENT, OK, WRONG_TLS)))
    told = [(record.levelname, record.getMessage()) for record in caplog.records]
    failed = "a heartbeat of worker w failed: "
    assert told == [
        ("DEBUG", f"{failed}{AWAY}"),
        ("WARNING", f"{failed}{WRONG_TLS}"),
        ("DEBUG", f"{failed}{WRONG_TLS}"),
        ("DEBUG", f"{failed}{AWAY}"),
        ("DEBUG", f"a heartbeat of worker w got no answer: {SILENT}"),
        ("INFO", "worker w (w1) listens"),
        ("DEBUG", f"{failed}{WRONG_TLS}"),
    ]


@pytest.mark.parametrize(
    ("is_lost", "is_retired", "told"),
    [
        (False, False, r"worker w \(w1\) listens"),
        (True, False, r"worker w \(w1\) listens again, after 7\.[05] s"),
        (True, True, r"worker w \(w1\) listens"),
        (False, True, r"worker w \(w1\) listens"),
    ],
)
async def test_the_first_beat_that_is_taken_says_that_the_worker_listens(
    is_lost: bool, is_retired: bool, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    of = made(Script(OK, OK))
    now = asyncio.get_running_loop().time()
    of._lost_at = now - 7.02 if is_lost else None
    of.retired = is_retired
    assert (of.beat_at, of.connected.is_set()) == (None, False)
    await beat(of)
    assert of.connected.is_set()
    assert of.beat_at is not None
    assert now <= of.beat_at <= asyncio.get_running_loop().time()
    (record,) = caplog.records
    assert (record.levelname, bool(re.fullmatch(told, record.getMessage()))) == ("INFO", True), record.getMessage()


@pytest.mark.parametrize("stream", ["none", "over"])
async def test_without_a_stream_no_beat_says_so(stream: str, caplog: pytest.LogCaptureFixture) -> None:
    of = made(Script())
    if stream == "over":
        of._stream = asyncio.create_task(asyncio.sleep(0))
        await of._stream
    of._confirmed()
    assert (of.connected.is_set(), of.beat_at is None, caplog.records) == (False, False, [])


async def test_a_worker_introduces_itself_with_all_that_it_is() -> None:
    ids: list[str] = []
    script = Script()
    of = made(script, ids)
    of.worker_id = ""
    await of.leave()
    assert script.did == [], "whom the engine does not know says no goodbye"
    await of.register()
    assert (of.worker_id, ids) == ("w1", ["w1"])
    assert script.did == [("w", ["t:t"], {"default": 2}, {"zone": "north"}, __version__)]


@pytest.mark.parametrize(("answer", "told"), [(OK, []), (AWAY, [f"the farewell of worker w did not arrive: {AWAY}"])])
async def test_a_goodbye_that_does_not_arrive_is_told(
    answer: ApiError | None, told: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    script = Script(answer)
    await made(script).leave()
    assert script.did == ["goodbye of w1"]
    assert [record.getMessage() for record in caplog.records] == told


async def test_a_loss_is_counted_and_told(caplog: pytest.LogCaptureFixture) -> None:
    of = made(Script())
    of.connected.set()
    before = asyncio.get_running_loop().time()
    of._lost(AWAY)
    of._lost(AWAY)
    assert (of.connected.is_set(), of.lost.is_set(), of.reconnects) == (False, True, 2)
    assert of._lost_at is not None
    assert before <= of._lost_at <= asyncio.get_running_loop().time()
    text = f"worker w lost its connection and is reconnecting: {AWAY}"
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [("WARNING", text)] * 2


@pytest.mark.parametrize("kind", [Unauthenticated, PermissionDenied, Unsupported])
async def test_what_the_engine_refuses_for_good_ends_the_worker(
    kind: type[ApiError], monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = replace(listener.CONNECTION, backoff=Backoff(first=0.0, limit=0.0))
    monkeypatch.setattr(listener, "CONNECTION", quick)
    refusal = kind("never", code="X", call="ListenV2")
    script = Script(AWAY, OK, NotFound("who?", code="NOT_FOUND", call="ListenV2"), refusal)
    of = made(script)
    of._has_work = True
    with pytest.raises(WorkerError) as caught:
        await asyncio.wait_for(of._listen(), 10)
    assert str(caught.value) == f"the engine refuses worker 'w' for good: {refusal}"
    facts = ("w", ["t:t"], {"default": 2}, {"zone": "north"}, __version__)
    assert script.did == [*["listening of w1"] * 3, facts, "listening of w1"], (
        "it introduces itself again when forgotten"
    )
    assert (of.reconnects, of.lost.is_set()) == (0, False), "it had no connection that it could lose"


async def test_one_that_another_has_taken_over_from_ends_when_the_engine_has_forgotten_it() -> None:
    script = Script(NotFound("who?", code="NOT_FOUND", call="ListenV2"))
    of = made(script)
    of.retired = True
    await asyncio.wait_for(of._listen(), 10)
    assert script.did == ["listening of w1"]


@pytest.mark.parametrize("ended", [True, False])
async def test_after_the_goodbye_it_is_silent_when_the_stream_has_ended_or_nothing_comes(ended: bool) -> None:
    of = made(Script())
    of._ended = ended
    loop = asyncio.get_running_loop()
    began = loop.time()
    await asyncio.wait_for(of.silence(10.0 if ended else 0.02), 5)
    assert loop.time() - began >= (0.0 if ended else 0.019)


async def test_after_the_goodbye_each_assignment_puts_the_end_off() -> None:
    of = made(Script())
    waiting = asyncio.create_task(of.silence(10.0))
    for _ in range(3):
        await asyncio.sleep(0)
        of._received.set()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert (waiting.done(), of._received.is_set()) == (False, False), "it waits for the next one"
    of._ended = True
    of._received.set()
    await asyncio.wait_for(waiting, 5)
