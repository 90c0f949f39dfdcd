"""What is done on the I/O loop at an end: of a client, of the program, of an object that nobody holds."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Coroutine, Generator
from typing import Any

import pytest

from hatchet import ClientClosed
from hatchet.errors import BlockingCallError
from hatchet.transport.io_loop import IoLoop, shared_io_loop, stand_in

Finish = Callable[[], Coroutine[Any, Any, None]]


@pytest.fixture
def io() -> Generator[IoLoop]:
    loop = IoLoop()
    assert loop.loop.is_running()
    yield loop
    loop.close()


class Done:
    """What was done, in its order."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def note(self, name: str) -> Finish:
        async def finish() -> None:
            self.names.append(name)

        return finish


class Feature:
    """An object with a method that is to be called at the end."""

    def __init__(self, done: Done, name: str) -> None:
        self._done = done
        self._name = name

    async def close(self) -> None:
        self._done.names.append(self._name)


@pytest.mark.parametrize("of_client", [False, True])
def test_the_last_is_done_first_and_what_needs_connections_before_all(io: IoLoop, of_client: bool) -> None:
    done = Done()
    loop = io.for_engine("e") if of_client else io
    for name, connected in (("a", False), ("b", True), ("c", False), ("d", True), ("gone", False), ("left", True)):
        finish = done.note(name)
        loop.before_close(finish, connected=connected)
        loop.before_close(finish, connected=connected)
        if name in ("gone", "left"):
            loop.closed_before(finish)
            loop.closed_before(finish)
    io.block(loop.finish())
    assert done.names == ["d", "b", "c", "a"]
    io.block(loop.finish())
    assert len(done.names) == 4, "for once"


def test_what_fails_keeps_nothing_else_from_its_end(io: IoLoop, caplog: pytest.LogCaptureFixture) -> None:
    async def fails() -> None:
        raise ValueError("cannot")

    done = Done()
    io.before_close(done.note("first"))
    io.before_close(fails)
    io.before_close(done.note("last"))
    io.block(io.finish())
    assert done.names == ["last", "first"]
    assert [record.getMessage() for record in caplog.records] == [
        "what was to be done at the end of a client or of the program failed"
    ]


def test_a_client_keeps_no_object_for_its_end(io: IoLoop) -> None:
    done = Done()
    client = io.for_engine("e")
    kept, dropped, told = Feature(done, "kept"), Feature(done, "dropped"), Feature(done, "told")
    for each in (kept, kept, dropped, told):
        client.before_close(each.close)
    client.closed_before(told.close)
    del dropped
    gc.collect()
    io.block(client.close_client())
    assert done.names == ["kept"]


def test_a_client_that_is_closed_takes_nothing_more_and_another_one_does(io: IoLoop) -> None:
    done = Done()
    client, other = io.for_engine("e"), io.for_engine("e")
    client.before_close(done.note("client"))
    other.before_close(done.note("other"))
    client.check_open()

    async def twice() -> None:
        await asyncio.gather(client.close_client(), client.close_client())
        await client.close_client()

    io.block(twice())
    assert (done.names, client.closed, other.closed) == (["client"], True, False)
    for call in (client.check_open, lambda: client.before_close(done.note("late"))):
        with pytest.raises(ClientClosed) as caught:
            call()
        assert str(caught.value) == "this client was closed; make a new one with Hatchet()"
    other.check_open()
    io.close()
    assert done.names == ["client", "other"], "at the program's end"


def test_clients_end_before_what_is_the_loop_s_own(io: IoLoop) -> None:
    done = Done()
    io.before_close(done.note("the engine"))
    clients = [io.for_engine("e"), io.for_engine("f").for_engine("g")]
    for number, client in enumerate(clients):
        client.before_close(done.note(f"client {number}"))
    assert io.loop.is_running()
    io.close()
    assert done.names == ["client 0", "client 1", "the engine"]


def test_what_nobody_holds_is_ended_on_the_loop(io: IoLoop) -> None:
    ended = asyncio.run(dropped_on(io))
    assert ended == [True]


async def dropped_on(io: IoLoop) -> list[bool]:
    here: list[bool] = []
    over = asyncio.Event()
    mine = asyncio.get_running_loop()

    async def finish() -> None:
        here.append(io.here())
        mine.call_soon_threadsafe(over.set)

    assert io.loop.is_running()
    client = io.for_engine("e")
    owner, detached = Feature(Done(), "owner"), Feature(Done(), "detached")
    client.when_dropped(detached, finish).detach()
    assert client.when_dropped(owner, finish).atexit is False
    del owner, detached
    gc.collect()
    await asyncio.wait_for(over.wait(), 10)
    return here


def test_what_belongs_to_a_loop_that_was_closed_is_ended_on_no_other(io: IoLoop) -> None:
    done = Done()
    owner = Feature(done, "owner")
    assert io.loop.is_running()
    io.when_dropped(owner, done.note("dropped"))
    io.close()
    del owner
    gc.collect()
    assert io.loop.is_running()
    later = Feature(done, "later")
    io.when_dropped(later, done.note("dropped later"))
    del later
    gc.collect()

    async def nothing() -> None: ...

    for _ in range(3):
        io.block(nothing())
    assert done.names == ["dropped later"]


async def test_who_would_hold_up_a_worker_is_told_which_and_another_engine_s_client_is_not(io: IoLoop) -> None:
    async def five() -> int:
        return 5

    client, other = io.for_engine("e"), io.for_engine("f")
    with client.hosting("one"), io.for_engine("e").hosting("two"):
        assert (client.workers_here(), other.workers_here()) == (["one", "two"], [])
        with pytest.raises(BlockingCallError, match="would block the event loop that runs worker one, two, and wait"):
            client.block(five())
        assert other.block(five()) == 5
        assert await asyncio.to_thread(client.block, five()) == 5
    assert (client.workers_here(), io.hosted) == ([], {})
    with client.hosting("one"):
        with client.hosting("two"):
            pass
        assert client.workers_here() == ["one"], "the first stays when the second leaves"
    with client.hosting("alone"):
        pass
    assert io.hosted == {}
    assert io.workers_here() == []
    assert client.block(five()) == 5


def test_another_loop_may_stand_for_that_of_the_process(io: IoLoop) -> None:
    usual = shared_io_loop()
    token = stand_in.set(io)
    try:
        assert shared_io_loop() is io
    finally:
        stand_in.reset(token)
    assert shared_io_loop() is usual is not io


def test_a_loop_is_made_when_it_is_used() -> None:
    io = IoLoop()
    assert not io.here()
    io.close()
    assert io._loop is None
    first = io.loop
    assert io.loop is first
    thread: Any = io._thread
    assert (thread.name, thread.daemon) == ("hatchet-io", True)
    io.close()
    assert first.is_closed()
    assert not thread.is_alive()
    assert io.loop is not first
    io.close()
