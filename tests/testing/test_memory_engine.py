"""The engine of a test: when it can be used, when it begins, whom it serves, and what a restart keeps."""

from __future__ import annotations

import socket
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from hatchet import Context, DefinitionError, EmptyModel, Hatchet, InputError
from hatchet._lifetime import takeovers
from hatchet.embedded import Local
from hatchet.errors import HatchetError
from hatchet.hooks import Hook, TaskEnd
from hatchet.testing import MemoryEngine
from hatchet.testing.clock import AutomaticTime
from hatchet.testing.report import Leftovers

OFF = "this engine is not on; use it in `with MemoryEngine() as engine:`"
OVER = "the test of this engine has ended, and the engine with it"
AGAIN = "this engine was entered before; make a new MemoryEngine()"
UNUSED = "this engine has not been used yet, and does not run"


def refusal(act: Any) -> str:
    with pytest.raises(HatchetError) as caught:
        act()
    return str(caught.value)


def test_it_is_used_within_its_block_and_entered_once() -> None:
    engine = MemoryEngine()
    assert refusal(lambda: engine.io) == OFF
    assert refusal(lambda: engine._store) == UNUSED
    before = takeovers.current
    with engine:
        assert takeovers.current is engine._engines
        assert refusal(lambda: engine._running) == UNUSED
        assert engine.leftovers == Leftovers()
        assert engine._local is None, "to look at what is left starts nothing"
        assert refusal(engine.__enter__) == AGAIN
        engine.skip(timedelta(seconds=1))
        assert isinstance(engine._local, Local)
    assert takeovers.current is before
    assert refusal(lambda: engine.skip(timedelta(seconds=1))) == OVER
    assert refusal(engine.__enter__) == AGAIN
    assert (engine.leftovers, list(engine.failures)) == (Leftovers(), [])


def test_one_that_nobody_used_is_over_all_the_same() -> None:
    with MemoryEngine() as engine:
        pass
    assert (refusal(lambda: engine.io), engine._local) == (OVER, None)


async def test_async_code_has_it_the_same_way() -> None:
    before = takeovers.current
    async with MemoryEngine() as engine:
        assert takeovers.current is engine._engines
        await engine.aio_skip(timedelta(seconds=1))
    assert takeovers.current is before
    assert refusal(lambda: engine.io) == OVER


@pytest.mark.parametrize("time", ["", "Flowing", None, "real"])
def test_time_passes_in_one_of_two_ways(time: Any) -> None:
    assert refusal(lambda: MemoryEngine(time=time)) == f"time is {time!r}; write 'flowing' or 'automatic'"


def test_it_begins_when_it_is_told_to_and_so_do_further_ones() -> None:
    start = datetime(2031, 5, 6, 7, 8, tzinfo=timezone(timedelta(hours=2)))
    with MemoryEngine(time="automatic", start=start) as engine:
        assert timedelta() <= engine.now() - start < timedelta(minutes=1)
        Hatchet().workflows.list()
        further = engine.of(Hatchet())
        assert further is not engine
        assert timedelta() <= further.now() - start < timedelta(minutes=1)
        assert further._time == "automatic"
        assert isinstance(further._automatic, AutomaticTime)
    assert refusal(lambda: further.io) == OVER, "they end together"
    with pytest.raises(InputError, match="start"):
        MemoryEngine(start=datetime(2031, 5, 6))
    with MemoryEngine() as usual:
        assert abs(usual.now() - datetime.now(timezone.utc)) < timedelta(minutes=1)


class Noted(Hook):
    def __init__(self) -> None:
        self.ended: list[str] = []

    def task_ended(self, ctx: Context[Any], end: TaskEnd) -> None:
        self.ended.append(f"{ctx.workflow_name} {end.status}")


def test_a_client_of_it_has_its_own_namespace_and_hooks() -> None:
    noted = Noted()
    with MemoryEngine() as engine:
        plain, named = engine.client(), engine.client(namespace="Team", hooks=[noted])

        @named.task(name="add")
        async def add(input: int, ctx: Context) -> int:
            return input + 1

        @plain.task(name="fail")
        async def fail(input: EmptyModel, ctx: Context) -> None:
            raise ValueError("wrong")

        with engine.worker(add), engine.worker([fail], name="second"):
            assert add.run(1) == 2
            assert fail.run(wait_for_result=False).workflow_run_id in engine.runs()
            engine.settle()
            names = {each.name for each in plain.workers.list().rows or ()}
        assert engine.of(plain) is engine.of(named) is engine
        assert {each.name for each in plain.workflows.list().rows or ()} == {"fail", "team_add"}
        assert names == {"team_test-worker", "second"}
        assert noted.ended == ["team_add completed"]
        assert [each.split("\n")[0] for each in engine.failures] == ["fail, task fail, attempt 1:"]
        assert len(engine.leftovers.unread) == 1
        assert (
            refusal(engine.worker) == "the worker has nothing to execute; name workflows or tasks: worker(bill, notify)"
        )
        assert refusal(lambda: engine.worker([])) == refusal(engine.worker)
        with pytest.raises(DefinitionError):
            engine.worker(add, another_s_task())


def another_s_task() -> Any:
    hatchet = Hatchet()

    @hatchet.task(name="other")
    async def other(input: EmptyModel, ctx: Context) -> None: ...

    return other


def test_a_restart_keeps_what_was_accepted_and_the_time(hatchet: Hatchet, engine: MemoryEngine) -> None:
    @hatchet.task(name="add")
    async def add(input: int, ctx: Context) -> int:
        return input + 1

    with engine.worker(add):
        assert add.run(1) == 2
    engine.skip(timedelta(days=400))
    waiting = add.run_no_wait(5)
    before, hub = engine.now(), engine._hub
    runs = engine.runs()
    engine.restart()
    assert engine._hub is not hub
    assert (engine.runs(), engine.state(waiting)) == (runs, "QUEUED")
    assert timedelta() <= engine.now() - before < timedelta(minutes=1)
    with engine.worker(add):
        assert waiting.result() == 6
    assert len(engine.runs()) == 2, "nothing is deleted for its age"


def test_a_restart_keeps_the_ports_that_other_programs_have(engine: MemoryEngine) -> None:
    config = engine.client().config
    engine.restart()
    addresses = [config.host_port, config.server_url]
    ports = [int(each.rpartition(":")[2]) for each in addresses]
    assert [port for port in ports if port < 1024] == []
    engine.restart()
    assert [config.host_port, config.server_url] == addresses
    for port in ports:
        with socket.create_connection(("127.0.0.1", port), timeout=20):
            pass
