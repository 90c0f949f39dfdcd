"""Whatever the engine answers, and when: every call ends in time, nothing is done twice, nothing is left behind.

`HATCHET_EXAMPLES=2000 make test ARGS=tests/fakes` looks at more plans than the usual run.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from hatchet import BulkPushEvent, Context, Hatchet, HatchetError, TenacityConfig
from hatchet.transport import retry
from hatchet.transport.io_loop import shared_io_loop
from hatchet.wire import worker_calls
from hatchet.worker import listener, reporter
from tests.fakes.engine import FakeEngine, Step
from tests.fakes.world import World, assignment, filter_id

T = TypeVar("T")

EXAMPLES = int(os.environ.get("HATCHET_EXAMPLES", "25"))
LIMIT = 6.0  # s; a call that takes longer hangs, and what is left so long is never closed
CALL = 0.25  # s that each try may take
TRIES = 3
# A plan that hangs takes its time with each try to shorten it: only longer runs do that.
PHASES = [Phase.explicit, Phase.generate, *([Phase.shrink] if EXAMPLES > 100 else [])]
QUIET = settings(
    max_examples=EXAMPLES, phases=PHASES, deadline=None, database=None, print_blob=True, derandomize=EXAMPLES <= 100,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip

STATUSES = (
    "UNAVAILABLE", "RESOURCE_EXHAUSTED", "DEADLINE_EXCEEDED", "INTERNAL", "UNKNOWN", "ABORTED", "CANCELLED",
    "FAILED_PRECONDITION", "INVALID_ARGUMENT", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "UNAUTHENTICATED",
    "OUT_OF_RANGE", "UNIMPLEMENTED", "DATA_LOSS",
)  # fmt: skip
BROKEN = (
    Step(late=0.05),
    Step(late=CALL * 1.2),
    Step(never=True),
    Step(never=True, acts=False),
    Step(copies=0),
    Step(copies=2),
    Step(half=True),
    Step(acts=False),
)
# An engine that refuses a call for its rate or its token has not acted on it: that is what allows another try.
REFUSED = ("RESOURCE_EXHAUSTED", "UNAUTHENTICATED", "429", "401")
ANSWERS = ("500", "503", "429", "404", "409", "401", "400", "302")


def failing(statuses: tuple[str, ...]) -> list[Step]:
    """Each status, where it can be after the call was acted on as well."""
    return [Step(status=s, acts=acts) for s in statuses for acts in (False, True) if not (acts and s in REFUSED)]


UNARY = st.sampled_from([Step(), *BROKEN, *failing(STATUSES)])
STREAMED = st.sampled_from(
    [
        Step(),
        *BROKEN[:-1],
        *(Step(status=s, after=after) for s in STATUSES for after in (0, 1)),
        Step(never=True, after=1),
    ]
)
HTTP = st.sampled_from(
    [
        Step(),
        *BROKEN[:-1],  # an answer without rows is a list that has none
        *failing(ANSWERS),
        *(Step(status="429", acts=False, retry_after=after) for after in ("0", "3600", "soon", "-1", "1e400")),
    ]
)


def plans(unary: list[str], streamed: list[str], http: list[str]) -> st.SearchStrategy[dict[str, list[Step]]]:
    """What happens to the first calls of each method."""
    kinds = {name: kind for names, kind in ((unary, UNARY), (streamed, STREAMED), (http, HTTP)) for name in names}
    return st.fixed_dictionaries({}, optional={name: st.lists(kind, max_size=5) for name, kind in kinds.items()})


class Numbered(BaseModel):
    id: int


@pytest.fixture(scope="module")
def engine() -> Generator[FakeEngine]:
    with FakeEngine() as engine:
        asyncio.run(_once(engine))
        yield engine


async def _once(engine: FakeEngine) -> None:
    """Make every call, so that what a process opens once is open."""
    world = engine.play()
    async with engine.client() as hatchet:
        for number, operation in enumerate(OPERATIONS.values(), start=1):
            await operation(Calls(hatchet, world), number)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same rules, in little time."""
    monkeypatch.setattr(retry.Backoff, "wait", lambda self, failures: 0.002)
    monkeypatch.setattr(reporter, "TRY_TIMEOUT", CALL)
    monkeypatch.setattr(worker_calls, "HEARTBEAT_TIMEOUT", CALL)
    monkeypatch.setattr(worker_calls, "UNSUBSCRIBE_TIMEOUT", CALL)
    monkeypatch.setattr(listener, "HEARTBEAT_PERIOD", 0.1)


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


def background() -> Counter[str]:
    return Counter(str(task.get_coro()).split(" at ")[0] for task in asyncio.all_tasks(shared_io_loop().loop))


class Said(logging.Handler):
    """What the libraries complain of."""

    def __init__(self) -> None:
        super().__init__()
        self.complaints: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        of_asyncio = record.name == "asyncio" and record.levelno >= logging.ERROR
        if of_asyncio or "background task" in message or message.startswith("attempt "):
            self.complaints.append(f"{message}: {record.exc_info[1]!r}" if record.exc_info else message)


@contextmanager
def leaving_nothing() -> Generator[None]:
    """Around one example: what it opened and started is gone afterwards, and nobody complains."""
    gc.collect()  # what other tests have left is told before
    said = Said()
    for name in ("asyncio", "hatchet"):
        logging.getLogger(name).addHandler(said)
        # pytest keeps records, and those the errors that they tell of, with all that these hold.
        logging.getLogger(name).propagate = False
    shared_io_loop().block(asyncio.sleep(0))
    files, tasks = open_files(), background()
    try:
        yield
        deadline = time.monotonic() + LIMIT
        while open_files() > files or background() - tasks:
            assert time.monotonic() < deadline, f"left: {open_files() - files} files, {background() - tasks}"
            time.sleep(0.01)
            gc.collect()  # an error holds the call that failed, and that its connection
        gc.collect()  # exceptions that nobody has looked at are told then
        assert said.complaints == []
    finally:
        for name in ("asyncio", "hatchet"):
            logging.getLogger(name).removeHandler(said)
            logging.getLogger(name).propagate = True


def quick_client(engine: FakeEngine) -> Hatchet:
    return engine.client(request_timeout=CALL, tenacity=TenacityConfig(max_attempts=TRIES))


class Calls:
    """What a program does with a client; each method is one thing, with a number of its own."""

    def __init__(self, hatchet: Hatchet, world: World) -> None:
        self.hatchet = hatchet
        self.world = world
        self.echo = hatchet.stubs.task(name="echo", input_validator=Numbered, output_validator=Numbered)

    async def version(self, number: int) -> None:
        assert await self.hatchet.aio_get_engine_version() in ("v0.101.27", None)  # None: it does not serve the call

    async def run(self, number: int) -> None:
        ref = await self.echo.aio_run_no_wait(Numbered(id=number))
        assert self.world.effects[f"trigger {number}"] == 1
        assert await ref.aio_result(timeout=1.5) == Numbered(id=number)

    async def run_many(self, number: int) -> None:
        items = [self.echo.create_bulk_run_item(Numbered(id=100 * number + each)) for each in range(3)]
        refs = await self.echo.aio_run_many_no_wait(items)
        found = await asyncio.gather(*(ref.aio_result(timeout=1.5) for ref in refs))
        assert [each.id for each in found] == [100 * number + each for each in range(3)]

    async def events_of_a_run(self, number: int) -> None:
        ref = await self.echo.aio_run_no_wait(Numbered(id=number))
        stream = ref.stream()
        try:
            with suppress(TimeoutError):  # an engine that says nothing may do so for as long as the run lasts
                async with asyncio.timeout(1.0):
                    assert [event.is_last async for event in stream][-1:] in ([True], [False], [])
        finally:
            await stream.aio_close()

    async def push(self, number: int) -> None:
        event = await self.hatchet.event.aio_push("key", {"id": number})
        assert event.key == "key"
        assert self.world.effects[f"event {number}"] == 1

    async def bulk_push(self, number: int) -> None:
        pushed = await self.hatchet.event.aio_bulk_push(
            [BulkPushEvent(key="key", payload={"id": 100 * number + each}) for each in range(3)]
        )
        assert len(pushed) == 3

    async def list_all(self, number: int) -> None:
        rows = [row.scope async for row in self.hatchet.filters.iterate(page_size=3)]
        assert rows == [str(each) for each in range(7)]

    async def create_filter(self, number: int) -> None:
        created = await self.hatchet.filters.aio_create(filter_id("1"), "true", str(number))
        assert created.scope == str(number)

    async def delete_filter(self, number: int) -> None:
        self.world.filters.add(str(number))
        await self.hatchet.filters.aio_delete(filter_id(str(number)))
        assert str(number) not in self.world.filters


OPERATIONS: dict[str, Callable[[Calls, int], Coroutine[Any, Any, None]]] = {
    name: operation for name, operation in vars(Calls).items() if not name.startswith("_")
}


async def ended(what: str, call: Awaitable[T]) -> T | HatchetError:
    """What came of a call, which has to end."""
    task = asyncio.ensure_future(call)
    done, _ = await asyncio.wait([task], timeout=LIMIT)
    if not done:
        task.cancel()
        raise AssertionError(f"{what} does not end: {task}")
    try:
        return task.result()
    except HatchetError as error:
        return error


async def waits_of(hatchet: Hatchet) -> int:
    async def ask() -> int:
        return hatchet.gateway.waits

    return await hatchet.io.run(ask())


@pytest.mark.timeout(300)  # they take 20 s of a processor
@QUIET
@given(
    plan=plans(
        ["GetVersion", "TriggerWorkflow", "BulkTriggerWorkflow", "Push", "BulkPush", "GetRunDetails"],
        ["SubscribeToWorkflowRuns", "SubscribeToWorkflowEvents"],
        ["GET", "POST", "DELETE"],
    ),
    chosen=st.lists(st.sampled_from(sorted(OPERATIONS)), min_size=1, max_size=6),
)
def test_every_call_ends_and_nothing_is_done_twice_or_left_behind(
    engine: FakeEngine, plan: dict[str, list[Step]], chosen: list[str]
) -> None:
    world = engine.play(plan)

    async def example() -> None:
        async with quick_client(engine) as hatchet:
            calls = Calls(hatchet, world)
            async with asyncio.TaskGroup() as group:
                for number, name in enumerate(chosen, start=1):
                    group.create_task(ended(name, OPERATIONS[name](calls, number)))
            assert await waits_of(hatchet) == 0

    with leaving_nothing():
        asyncio.run(example())
    assert world.doubled == {}


@pytest.mark.timeout(300)  # they take 20 s of a processor
@QUIET
@given(
    plan=plans(
        ["GetVersion", "PutWorkflow", "Register", "Heartbeat", "SendStepActionEvent", "PutLog", "Unsubscribe"],
        ["ListenV2"],
        [],
    ),
    number=st.integers(min_value=0, max_value=4),
)
def test_a_worker_executes_once_what_it_gets_tells_what_became_of_it_and_ends(
    engine: FakeEngine, plan: dict[str, list[Step]], number: int
) -> None:
    world = engine.play(plan)
    executed: Counter[str] = Counter()

    async def example() -> int:
        async with quick_client(engine) as hatchet:

            @hatchet.task(name="echo", retries=0)
            async def echo(input: Numbered, ctx: Context) -> Numbered:
                executed[ctx.task_run_id] += 1
                await ctx.aio_log(f"line {input.id}")
                if input.id == 2:
                    raise ValueError("as it says")
                return input

            world.assignments = [assignment(each, "echo:echo", {"id": each}) for each in range(1, number + 1)]
            worker = hatchet.worker("w", workflows=[echo], drain_timeout=3)
            living = asyncio.ensure_future(worker.aio_start())
            with suppress(TimeoutError):  # a stream that stands and says nothing is no fault that a worker could see
                async with asyncio.timeout(2.0):
                    while world.assignments and not living.done():
                        await asyncio.sleep(0.005)
            await ended("aio_stop", worker.aio_stop())
            await ended("aio_start", living)
            return worker.undelivered_outcomes

    with leaving_nothing():
        undelivered = asyncio.run(example())
    assert set(executed.values()) <= {1}
    heard = {entry.split()[0] for entry in world.outcomes if not entry.endswith("STARTED")}
    assert len(set(executed) - heard) <= undelivered
    assert heard <= set(executed)


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_without_faults_every_call_succeeds(engine: FakeEngine, name: str) -> None:
    world = engine.play()

    async def example() -> None:
        async with quick_client(engine) as hatchet:
            await OPERATIONS[name](Calls(hatchet, world), 1)

    with leaving_nothing():
        asyncio.run(example())
    assert bool(world.effects) == (name not in ("version", "list_all"))


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_a_call_that_gets_no_answer_ends_when_the_client_is_closed(engine: FakeEngine, name: str) -> None:
    world = engine.play()
    for method in (*world.grpc, "GET", "POST", "DELETE"):
        engine.script.always(method, Step(never=True, acts=False))

    async def example() -> object:
        hatchet = engine.client()
        call = asyncio.ensure_future(ended(name, OPERATIONS[name](Calls(hatchet, world), 1)))
        while not engine.script.calls:
            await asyncio.sleep(0.002)
        await hatchet.aio_close()
        return await call

    with leaving_nothing():
        assert type(asyncio.run(example())).__name__ == "ClientClosed"


def test_the_test_engine_does_what_its_steps_say(engine: FakeEngine) -> None:
    """The faults that the properties rest on come about."""
    engine.play(
        {"GetVersion": [Step(status="UNAVAILABLE"), Step(late=0.05), replace(Step(), copies=2), Step(half=True)]}
    )
    with engine.client(request_timeout=CALL, tenacity=TenacityConfig(max_attempts=1)) as hatchet:
        found: list[str] = []
        for _ in range(5):
            try:
                found.append(hatchet.get_engine_version() or "")
            except HatchetError as error:
                found.append(type(error).__name__)
    assert found[0] == "Unavailable"
    assert found[1] == "v0.101.27"
    assert "v0.101.27" not in found[2:4]
    assert found[4] == "v0.101.27"
    assert threading.active_count() < 40
