"""When the engine takes its turns, and what it says of trouble: an engine without servers, on a loop of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import pytest

from hatchet.engine import turns as module
from hatchet.engine.delivery.durable import DurableStream
from hatchet.engine.hub import Hub
from hatchet.engine.state.changes import Changes, Unstored
from hatchet.engine.state.errors import Code, Refused, StorageError
from tests.engine.peer import PATIENCE
from tests.engine.serverless import put, run

STOPPING = "the embedded engine is stopping"


class Stored:
    """Counts what is stored, and how often it is tried whether anything can be."""

    def __init__(self, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
        self.commits = 0
        self.probes = 0
        self.probed = asyncio.Event()
        commit, probe = hub.store.commit, hub.store.probe

        def counted(changes: Changes) -> list[Unstored]:
            self.commits += 1
            return commit(changes)

        def looked() -> None:
            self.probes += 1
            self.probed.set()
            probe()

        monkeypatch.setattr(hub.store, "commit", counted)
        monkeypatch.setattr(hub.store, "probe", looked)


async def test_trouble_is_over_when_something_can_be_stored_and_not_before(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "STORAGE_RETRY", 0.001)
    counted = Stored(hub, monkeypatch)
    hub.store.db.execute("PRAGMA query_only = ON")
    put(hub)
    with pytest.raises(Refused) as caught:
        await hub.turns.stored()
    said = "memory cannot be read and written (attempt to write a readonly database); check the rights of the file and"
    said += " of its folder"
    refused = f"the embedded engine could not store the request: {said}"
    assert (caught.value.code, caught.value.message) == (Code.UNAVAILABLE, refused)
    trouble = f"the embedded engine cannot store anything: {said}. Until then it refuses requests, and tries every"
    async with asyncio.timeout(PATIENCE):
        while counted.probes < 3:
            counted.probed.clear()
            await counted.probed.wait()
        assert caplog.messages == [f"{trouble} 0.001 s"]
        hub.store.db.execute("PRAGMA query_only = OFF")
        await hub.turns.stored()
    assert caplog.messages == [f"{trouble} 0.001 s", "the embedded engine can store again in memory"]
    assert not hub.core.workflows  # what was refused is not carried out
    probes = counted.probes
    put(hub)
    await hub.turns.stored()
    assert counted.probes == probes


async def test_many_who_wait_share_one_turn(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    put(hub)
    counted = Stored(hub, monkeypatch)
    waiting = [asyncio.create_task(hub.turns.stored()) for _ in range(3)]
    run(hub)
    hub.turns.lazily()
    assert not hub.turns.is_planned
    await asyncio.gather(*waiting)
    assert not hub.turns.is_planned
    assert (counted.commits, counted.probes) == (1, 0)
    hub.turns.run()
    assert counted.commits == 1  # there is nothing to store


async def test_a_lazy_turn_comes_by_itself_and_once(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    put(hub)
    await hub.turns.stored()
    counted = Stored(hub, monkeypatch)
    timers: list[float] = []
    call_later = asyncio.get_running_loop().call_later

    def noted(delay: float, *args: object) -> asyncio.TimerHandle:
        timers.append(delay)
        return call_later(0, *args)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(asyncio.get_running_loop(), "call_later", noted)
    run(hub)
    for _ in range(3):
        hub.turns.lazily()
    async with asyncio.timeout(PATIENCE):
        while not counted.commits:
            await asyncio.sleep(0)
    assert timers.count(hub.settings.lazy_flush) == 1
    hub.turns.lazily()
    assert timers.count(hub.settings.lazy_flush) == 2


async def test_an_engine_that_is_closed_takes_no_turns(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    put(hub)
    run(hub)
    waiting = asyncio.create_task(hub.turns.stored())
    await asyncio.sleep(0)
    hub.turns.close()
    await waiting  # it was stored with the last turn
    counted = Stored(hub, monkeypatch)
    run(hub)
    await asyncio.to_thread(hub.turns.set_clock_soon)  # where no loop runs, as after the engine's end
    for plan in (hub.turns.soon, hub.turns.lazily, hub.turns.run, hub.turns.set_clock_soon, hub.turns.close):
        plan()
        assert not hub.turns.is_planned
    with pytest.raises(Refused) as caught:
        await hub.turns.stored()
    assert (caught.value.code, caught.value.message) == (Code.UNAVAILABLE, STOPPING)
    assert counted.commits == 0


async def test_the_end_in_trouble_is_told(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    put(hub)
    hub.store.db.execute("PRAGMA query_only = ON")
    waiting = asyncio.create_task(hub.turns.stored())
    await asyncio.sleep(0)
    hub.turns.close()
    with pytest.raises(Refused, match="could not store the request"):
        await waiting
    assert caplog.messages[-1] == "the embedded engine stops with changes that it could not store in memory"


@pytest.fixture
def _no_state(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing can be read either."""
    with monkeypatch.context() as broken:
        broken.setattr(hub, "rebuild", _unread)
        yield


def _unread() -> None:
    raise StorageError("gone")


@pytest.mark.usefixtures("_no_state")
async def test_what_is_asked_for_is_refused_while_the_state_cannot_be_read(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STORAGE_RETRY", 0.001)
    hub.store.db.execute("PRAGMA query_only = ON")
    for _ in range(2):
        put(hub)
        with pytest.raises(Refused, match="could not store the request"):
            await hub.turns.stored()
    hub.store.db.execute("PRAGMA query_only = OFF")
    with pytest.raises(Refused, match=r"could not store the request: gone$"):
        await hub.turns.stored()


LOST = (Code.UNAVAILABLE, "the embedded engine could not store what was asked for on this stream")


def ended(stream: DurableStream) -> tuple[Code, str] | None:
    """What a stream of durable tasks was ended with; None for one that goes on."""
    assert stream.box.closed == (stream.failure is not None)
    return None if stream.failure is None else (stream.failure.code, stream.failure.message)


def fill(hub: Hub) -> None:
    """Let nothing be stored."""
    hub.store.db.execute("PRAGMA query_only = ON")


def refuse_runs(hub: Hub) -> None:
    """Let no run be stored, and everything else."""
    hub.store.db.execute("CREATE TRIGGER picky BEFORE INSERT ON runs BEGIN SELECT raise(ABORT, 'a bad row'); END")


def add_unstorable(hub: Hub) -> None:
    """Have something stored that no row can hold."""
    hub.core.changes.kept["cron", "broken"] = "\ud800"


def break_commits(hub: Hub) -> None:
    """Let the turn itself fail, by a fault in the engine."""
    hub.store.commit = lambda _: 1 / 0  # type: ignore[assignment, method-assign, return-value]  # it never returns


@pytest.mark.parametrize("spoil", [fill, refuse_runs, add_unstorable, break_commits])
async def test_what_is_lost_ends_the_streams_on_which_it_may_have_been_asked_for(
    hub: Hub, spoil: Callable[[Hub], None]
) -> None:
    put(hub)
    stream = hub.durable_streams.open()
    await hub.turns.stored()
    assert ended(stream) is None  # nothing was lost
    spoil(hub)
    run(hub)
    with pytest.raises(Refused):
        await hub.turns.stored()
    assert ended(stream) == LOST
    hub.store.db.execute("PRAGMA query_only = OFF")  # as the engine is about to be closed


async def test_a_stream_that_was_opened_in_trouble_ends_when_the_state_is_read_again(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was asked for on it was done to a state that is given up."""
    monkeypatch.setattr(module, "STORAGE_RETRY", 0.001)
    before = hub.durable_streams.open()
    with monkeypatch.context() as broken:
        broken.setattr(hub, "rebuild", _unread)
        fill(hub)
        put(hub)
        with pytest.raises(Refused, match="could not store the request"):
            await hub.turns.stored()
        assert ended(before) == LOST
        between = hub.durable_streams.open()
        hub.store.db.execute("PRAGMA query_only = OFF")
    put(hub)
    with pytest.raises(Refused, match="could not store the request"):
        await hub.turns.stored()
    after = hub.durable_streams.open()
    assert (ended(between), hub.core.workflows) == (LOST, {})
    put(hub)
    await hub.turns.stored()
    assert ended(after) is None
