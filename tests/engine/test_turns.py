"""When the engine takes its turns, and what it says of trouble: an engine without servers, on a loop of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from hatchet.engine import turns as module
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

    def fails() -> None:
        raise StorageError("gone")

    with monkeypatch.context() as broken:
        broken.setattr(hub, "rebuild", fails)
        yield


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
