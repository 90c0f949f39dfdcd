"""The loop of an exploration on its own, and what it refuses."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import threading
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any, cast

import pytest

from hatchet.testing.explore_loop import ExploredLoop, Quiet, Step, Timer, name_of
from hatchet.testing.explore_order import AsyncioOrder
from hatchet.testing.explore_refused import ExplorationError


class Last:
    """Takes what became ready last, and lets timers ring the other way round."""

    has_lanes = True

    def pick(self, ready: Sequence[Step]) -> int:
        return len(ready) - 1

    def shuffle(self, timers: list[Timer]) -> None:
        timers.reverse()


def loop(order: Any = None, start: float = 100.0, **given: Any) -> ExploredLoop:
    return ExploredLoop(order or AsyncioOrder(), start, **given)


async def three(done: list[str], pause: float | None = None) -> None:
    async def one(name: str) -> None:
        done.append(f"{name}1")
        await asyncio.sleep(0 if pause is None else pause)
        done.append(f"{name}2")

    await asyncio.gather(*(one(name) for name in "abc"))


@pytest.mark.parametrize(("order", "done"), [(AsyncioOrder(), "a1 b1 c1 a2 b2 c2"), (Last(), "c1 c2 b1 b2 a1 a2")])
def test_what_is_ready_goes_on_as_the_order_says(order: Any, done: str) -> None:
    found: list[str] = []
    loop(order).run_until_complete(three(found))
    assert " ".join(found) == done


def test_timers_of_one_time_ring_as_the_order_says() -> None:
    for order, done in ((AsyncioOrder(), "abc"), (Last(), "cba")):
        found: list[str] = []
        given = loop(order)

        async def main(given: ExploredLoop = given, found: list[str] = found) -> None:
            for name in "abc":
                given.call_at(105.0, found.append, name)
            given.call_later(4.0, found.append, "x").cancel()
            await asyncio.sleep(5.5)

        given.run_until_complete(main())
        assert ("".join(found), given.time()) == (done, 105.5)


def test_time_jumps_to_the_next_timer_and_may_be_passed() -> None:
    given = loop()
    told: list[float] = []

    async def main() -> str:
        given.call_later(2.0, lambda: told.append(given.time()))
        given.pass_time(3.0)
        await asyncio.sleep(1.0)
        told.append(given.time())
        return "done"

    assert given.run_until_complete(main()) == "done"
    assert told == [103.0, 104.0]  # a timer that is late rings at once


def test_what_cannot_go_on_is_told() -> None:
    given = loop()
    with pytest.raises(Quiet):
        given.run_until_complete(given.create_future())
    assert not given.is_running()
    assert asyncio._get_running_loop() is None


def test_steps_are_counted_and_watched_but_not_those_that_were_cancelled() -> None:
    seen: list[str] = []
    given = loop(watch=lambda here, step: seen.append(name_of(step.callback)))
    given.call_soon(print).cancel()
    given.call_soon(id, 1)

    async def main() -> None:
        assert given.is_running()
        assert asyncio.get_running_loop() is given

    given.run_until_complete(main())
    assert (given.steps, seen[0]) == (2, "id")


def test_callbacks_are_one_lane_and_tasks_are_lanes_of_their_own() -> None:
    given = loop(Last())
    found: list[str] = []
    for name in "ab":
        given.call_soon(found.append, name)

    async def main() -> None:
        found.append("main")
        await asyncio.sleep(1)

    given.run_until_complete(main())
    assert found == ["main", "a", "b"]  # the task became ready last, and the second callback is behind the first


def test_context_variables_are_those_that_were_given() -> None:
    variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="none")
    context = contextvars.copy_context()
    context.run(variable.set, "given")
    found: list[str] = []
    given = loop()

    async def main() -> None:
        def note() -> None:
            found.append(variable.get())

        given.call_soon(note)
        given.call_soon(note, context=context)
        given.call_soon_threadsafe(note, context=context)
        given.call_later(1, note, context=context)
        given.call_at(102, note, context=context)
        await asyncio.sleep(3)

        async def as_task() -> None:
            note()

        await given.create_task(as_task(), context=context)

    given.run_until_complete(main())
    assert found == ["none", *["given"] * 5]


def test_tasks_have_numbers_and_names() -> None:
    given = loop()

    async def main() -> None: ...

    first, named = given.create_task(main()), given.create_task(main(), name="mine")
    assert (first.get_name(), named.get_name()) == ("Task-1", "mine")
    assert (hash(first), hash(named), hash(given.create_future())) == (1, 2, 3)
    given.run_until_complete(asyncio.wait([first, named]))


def test_a_factory_makes_tasks() -> None:
    given = loop()
    made: list[Any] = []

    def factory(here: Any, coroutine: Any, context: Any = None) -> asyncio.Task[Any]:
        made.append((here, context))
        return asyncio.Task(coroutine, loop=here)

    given.set_task_factory(factory)
    assert given.get_task_factory() is factory

    async def main() -> int:
        return 1

    assert given.run_until_complete(main()) == 1
    assert made == [(given, None)]


def test_an_exception_in_a_callback_is_told(caplog: pytest.LogCaptureFixture) -> None:
    given = loop()
    told: list[str] = []

    def handler(here: object, context: dict[str, Any]) -> None:
        told.append(type(context["exception"]).__name__)

    async def main() -> None:
        given.call_soon(lambda: 1 / 0)
        await asyncio.sleep(0)
        given.set_exception_handler(handler)
        given.call_soon(lambda: 1 / 0)
        await asyncio.sleep(0)

    given.run_until_complete(main())
    assert told == ["ZeroDivisionError"]
    [record] = [each for each in caplog.records if each.name == "hatchet"]
    assert (record.levelno, record.exc_info is not None) == (logging.ERROR, True)
    assert given.get_exception_handler() is handler
    given.set_exception_handler(None)
    caplog.clear()
    given.call_exception_handler({})
    assert caplog.messages == ["an exception in a callback"]


def test_it_is_closed_once_and_has_no_debugging() -> None:
    given = loop()
    given.set_debug(True)
    assert (given.get_debug(), given.is_closed(), given.is_running()) == (False, False, False)
    given.call_soon(print)
    given.call_later(1, print)
    given.close()
    assert given.is_closed()
    with pytest.raises(RuntimeError, match="Event loop is closed"):
        given.call_soon_threadsafe(print)
    with pytest.raises(Quiet):
        given.run_until_complete(given.create_future())


def test_a_thread_that_it_does_not_know_may_not_call() -> None:
    given = loop()
    found: list[BaseException] = []

    def strange() -> None:
        try:
            given.call_soon_threadsafe(print)
        except ExplorationError as error:
            found.append(error)

    async def main() -> None:
        assert given.is_here()
        thread = threading.Thread(target=strange)
        thread.start()
        thread.join()

    given.run_until_complete(main())
    assert "a thread that the exploration does not know uses its loop" in str(found[0])


def test_async_generators_are_ended() -> None:
    given = loop()
    ended: list[str] = []

    async def numbers(name: str) -> AsyncIterator[int]:
        try:
            yield 1
            yield 2
        finally:
            ended.append(name)

    async def main() -> None:
        first, second, third = numbers("first"), numbers("second"), numbers("third")
        for each in (first, second, third):
            given.first_iterated(cast(Any, each))
            await anext(each)
        given.finalized(cast(Any, first))
        await asyncio.sleep(0)
        assert ended == ["first"]
        await given.shutdown_asyncgens()
        assert ended == ["first", "second", "third"]
        await given.shutdown_asyncgens()
        await given.shutdown_default_executor()

    given.run_until_complete(main())
    given.close()
    given.finalized(cast(Any, numbers("fourth")))


def test_what_is_called_has_a_name() -> None:
    def mine() -> None: ...

    context = contextvars.copy_context()
    name = "test_what_is_called_has_a_name.<locals>.mine"
    assert [name_of(each) for each in (mine, partial(mine), partial(context.run, mine), partial(partial(mine)))] == [
        name
    ] * 4
    assert (name_of(partial(context.run)), name_of(3)) == ("Context.run", "int")


REFUSED = {
    "a network connection": "create_connection create_unix_connection create_datagram_endpoint",
    "a network server": "create_server create_unix_server",
    "TLS": "start_tls",
    "name resolution": "getaddrinfo getnameinfo",
    "a socket": "add_reader remove_reader add_writer remove_writer connect_accepted_socket sock_accept sock_connect"
    " sock_recv sock_recv_into sock_recvfrom sock_recvfrom_into sock_sendall sock_sendto sock_sendfile sendfile",
    "a pipe": "connect_read_pipe connect_write_pipe",
    "a process": "subprocess_exec subprocess_shell",
    "a signal": "add_signal_handler remove_signal_handler",
    "an executor": "set_default_executor",
    "a loop that runs for ever": "run_forever stop",
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_a_run_does_not_have_is_refused(what: str) -> None:
    for name in REFUSED[what].split():
        with pytest.raises(
            ExplorationError, match=f"^the code uses {what}, which a run of an exploration does not have"
        ):
            getattr(loop(), name)()
