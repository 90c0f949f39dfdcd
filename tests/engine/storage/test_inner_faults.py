"""A fault of the engine itself: who asked is told, the log has it, and everything else goes on."""

from __future__ import annotations

import sqlite3
from typing import NoReturn

import grpc
import grpc.aio
import pytest

from hatchet.engine import EmbeddedEngine, MovableClock
from hatchet.engine.delivery.outbox import Overflow
from hatchet.engine.hub import Hub
from hatchet.engine.state.errors import Refused
from tests.engine.peer import Peer, connected
from tests.engine.rest_peer import STABLE, Rest

LISTED = f"{STABLE}/workflow-runs"
SINCE = {"since": "2026-01-01T00:00:00Z", "only_tasks": "false"}


def hub_of(engine: EmbeddedEngine) -> Hub:
    assert engine._hub is not None
    return engine._hub


async def code_of(peer: Peer) -> tuple[grpc.StatusCode, str]:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await peer.trigger("some")
    return caught.value.code(), caught.value.details() or ""


async def test_a_turn_that_fails_refuses_what_was_asked_for_in_it(
    clock: MovableClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    engine = EmbeddedEngine(clock=clock)
    async with connected(await engine.start()) as peer:
        await peer.put("some")
        kept = await peer.trigger("some")
        with monkeypatch.context() as broken:
            broken.setattr(hub_of(engine).store, "commit", lambda changes: 1 / 0)
            code, words = await code_of(peer)
        assert (code, words) == (grpc.StatusCode.UNAVAILABLE, "internal error of the embedded engine; see its log")
        assert "a turn of the embedded engine failed; what was asked for in it is refused" in caplog.text
        later = await peer.trigger("some")
        worker = await peer.worker("some:some")
        assert [(await worker.next()).workflow_run_id for _ in range(2)] == [kept, later]
    await engine.stop(grace=0.1)


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (RuntimeError("a bug"), grpc.StatusCode.INTERNAL, "internal error of the embedded engine; see its log"),
        (sqlite3.OperationalError("disk I/O error"), grpc.StatusCode.UNAVAILABLE, "its database"),
        (
            Overflow("more than 2"),
            grpc.StatusCode.RESOURCE_EXHAUSTED,
            "the stream is not read fast enough: more than 2",
        ),
    ],
    ids=["a bug", "the database", "a stream"],
)
async def test_a_call_that_fails_is_refused_by_its_kind(
    clock: MovableClock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    code: grpc.StatusCode,
    words: str,
) -> None:
    def fail(*_: object) -> NoReturn:
        raise error

    engine = EmbeddedEngine(clock=clock)
    async with connected(await engine.start()) as peer:
        await peer.put("some")
        with monkeypatch.context() as broken:
            broken.setattr(hub_of(engine).triggering, "trigger", fail)
            found, said = await code_of(peer)
        assert found is code
        assert words in said
        assert ("the embedded engine failed to answer a call" in caplog.text) is isinstance(error, RuntimeError)
        assert ("the embedded engine cannot answer a call" in caplog.text) is isinstance(error, sqlite3.Error)
        await peer.trigger("some")
    await engine.stop(grace=0.1)


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (RuntimeError("a bug"), 500, "internal error of the embedded engine; see its log"),
        (sqlite3.OperationalError("disk I/O error"), 503, "its database"),
    ],
    ids=["a bug", "the database"],
)
async def test_a_request_over_rest_that_fails_is_refused_by_its_kind(
    clock: MovableClock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    status: int,
    words: str,
) -> None:
    def fail(*_: object) -> NoReturn:
        raise error

    engine = EmbeddedEngine(clock=clock)
    async with connected(await engine.start()) as peer:
        rest = Rest(peer)
        with monkeypatch.context() as broken:
            broken.setattr("hatchet.engine.rest.requests.listed_statuses", fail)
            assert words in await rest.refused(status, "GET", LISTED, query=SINCE)
        said = "failed to answer" if isinstance(error, RuntimeError) else "cannot answer"
        assert f"the embedded engine {said} GET /api/v1/stable/tenants/" in caplog.text
        assert (await rest.send("GET", LISTED, query=SINCE)).status_code == 200
        await rest.http.aclose()
    await engine.stop(grace=0.1)


async def test_an_engine_that_has_stopped_takes_nothing(clock: MovableClock) -> None:
    engine = EmbeddedEngine(clock=clock)
    await engine.start()
    hub = hub_of(engine)
    await engine.stop(grace=0.1)
    with pytest.raises(Refused, match="the embedded engine is stopping"):
        await hub.turns.stored()
    hub.turns.close()  # again: nothing happens
