"""One implementation for sync and async."""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import threading
from collections.abc import AsyncGenerator

import pytest

from hatchet import BlockingCallError, HatchetError
from hatchet.scope import Scope, current_scope
from hatchet.transport.io_loop import IoLoop, blocking

variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="unset")


class Client:
    def __init__(self) -> None:
        self.io: IoLoop = IoLoop()

    async def aio_double(self, number: int, *, plus: int = 0) -> tuple[int, str, str]:
        """Twice a number."""
        return await self.io.run(self._double(number + plus))

    async def _double(self, number: int) -> tuple[int, str, str]:
        return number * 2, threading.current_thread().name, variable.get()

    double = blocking(aio_double)


@pytest.fixture
def client() -> Client:
    return Client()


def test_the_twin_has_the_same_parameters_result_and_docstring(client: Client) -> None:
    assert client.double(2, plus=1)[0] == 6
    assert Client.double.__doc__ == "Twice a number."
    assert Client.double.__name__ == "double"
    assert list(inspect.signature(Client.double).parameters) == ["self", "number", "plus"]
    assert list(inspect.signature(client.double).parameters) == ["number", "plus"]
    client.io.close()


def test_the_twin_is_a_plain_function_so_that_a_call_costs_no_descriptor_of_ours() -> None:
    assert inspect.isfunction(Client.double)
    assert inspect.ismethod(Client().double)


def test_both_spellings_run_on_the_one_loop_with_the_caller_s_context(client: Client) -> None:
    token = variable.set("set")
    try:
        assert client.double(1)[1:] == ("hatchet-io", "set")
        assert asyncio.run(client.aio_double(1))[1:] == ("hatchet-io", "set")
    finally:
        variable.reset(token)
        client.io.close()


def test_a_blocking_call_on_the_loop_itself_is_refused(client: Client) -> None:
    async def wrong() -> None:
        client.double(1)

    with pytest.raises(BlockingCallError, match="on the client's own loop would wait for itself"):
        client.io.block(wrong())
    client.io.close()


def test_a_blocking_call_on_a_loop_that_hosts_a_worker_of_the_engine_names_the_async_spelling(client: Client) -> None:
    mine, other = client.io.for_engine("mine"), client.io.for_engine("other")
    client.io = mine

    async def hosts() -> None:
        with mine.hosting("first"), mine.hosting("second"):
            with pytest.raises(
                BlockingCallError, match=r"Client\.double\(\).*first, second.*`await ….aio_double\(…\)`"
            ):
                client.double(1)
            scope = current_scope.set(Scope("run", "task-run", 0, "worker", {}))
            with pytest.raises(BlockingCallError, match="in the async task of run task-run"):
                client.double(1)
            current_scope.reset(scope)
            again = client.io.for_engine("mine")
            assert again.workers_here() == ["first", "second"], "another client of the same engine waits for it, too"
            assert other.workers_here() == [], "of another engine nothing is waited for here"
            assert await asyncio.to_thread(client.double, 2) == (4, "hatchet-io", "unset"), "threads have no loop"
        assert client.double(2)[0] == 4, "they have ended"

    asyncio.run(hosts())
    mine.close()


def test_a_worker_that_fails_hosts_its_loop_no_longer(client: Client) -> None:
    io = client.io.for_engine("mine")

    async def fails() -> None:
        with pytest.raises(ZeroDivisionError), io.hosting("worker"):
            raise ZeroDivisionError
        assert io.workers_here() == []

    asyncio.run(fails())


def test_a_loop_elsewhere_is_not_held_up(client: Client) -> None:
    io = client.io.for_engine("mine")
    client.io = io
    begun, over = threading.Event(), threading.Event()

    async def hosts() -> None:
        with io.hosting("worker"):
            begun.set()
            await asyncio.to_thread(over.wait, 10)

    thread = threading.Thread(target=lambda: asyncio.run(hosts()))
    thread.start()
    assert begun.wait(10)

    async def calls() -> int:
        return client.double(2)[0]

    assert asyncio.run(calls()) == 4
    over.set()
    thread.join(10)
    io.close()


async def test_cancelling_the_caller_cancels_the_call(client: Client) -> None:
    began, cancelled = threading.Event(), threading.Event()

    async def waits() -> None:
        began.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    call = asyncio.create_task(client.io.run(waits()))
    assert await asyncio.to_thread(began.wait, 10)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert await asyncio.to_thread(cancelled.wait, 10)
    client.io.close()


def test_a_failed_background_task_is_logged_with_its_name(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    async def spawn() -> None:
        async def fails() -> None:
            raise ValueError("lost?")

        task = client.io.spawn(fails(), "the heartbeats")
        await asyncio.wait([task])

    client.io.block(spawn())
    client.io.close()
    assert [record.getMessage() for record in caplog.records] == ["background task the heartbeats failed"]


def test_the_loop_starts_again_after_it_was_closed(client: Client) -> None:
    assert client.double(1)[0] == 2
    client.io.close()
    assert client.double(1)[0] == 2
    client.io.close()


def test_everything_has_ended_when_the_loop_is_closed(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    ended: list[str] = []

    async def last() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("a task that a task started at its end")

    async def first() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            kept.append(asyncio.ensure_future(last()))
            ended.append("a task")

    async def generator() -> AsyncGenerator[int]:
        try:
            yield 1
        finally:
            await asyncio.sleep(0)
            ended.append("a generator that nobody closed")

    async def start() -> None:
        kept.append(asyncio.ensure_future(first()))
        kept.append(opened := generator())
        await anext(opened)

    async def fails() -> None:
        raise ValueError("cannot")

    kept: list[object] = []
    client.io.block(start())
    client.io.before_close(fails)
    client.io.close()
    assert ended == ["a task", "a task that a task started at its end", "a generator that nobody closed"]
    assert "what was to be done at the end of a client or of the program failed" in caplog.text


def test_a_thread_that_waits_when_the_program_ends_is_told_so(client: Client) -> None:
    begun = threading.Event()
    said: list[str] = []

    async def forever() -> None:
        begun.set()
        await asyncio.Event().wait()

    def wait() -> None:
        try:
            client.io.block(forever())
        except HatchetError as error:
            said.append(str(error))

    thread = threading.Thread(target=wait)
    thread.start()
    assert begun.wait(10)
    client.io.close()
    thread.join(10)
    assert said == ["the call was given up, because the program ends and the client's loop with it"]
