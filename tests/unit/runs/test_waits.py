"""Whom of those that wait the client looks at, what it says of them, and how often; with a clock of the test's own."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest

from hatchet.errors import HatchetError
from hatchet.runs import waits as module
from hatchet.runs.waits import WaitingRun, Waits, watch_of
from hatchet.runs.why import Facts, Happened, Kind, Reason
from hatchet.wire.gateway import Gateway
from hatchet.wire.values import RunDetails, RunStatus, TaskRunDetails
from tests.jumping import HereLoop, jumping, now


class Clock:
    """What the module takes for the time."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    return clock


class Engine:
    """What a client has of an engine: runs are looked at."""

    def __init__(self) -> None:
        self.io = self
        self.watch: Waits | None = None
        self.spawned: list[str] = []

    def spawn(self, code: Any, name: str) -> None:
        code.close()
        self.spawned.append(name)


def begun(engine: Engine) -> Waits:
    return Waits(cast("Gateway", engine))  # the part of it that waits use


def task(name: str = "t", status: str = "QUEUED") -> TaskRunDetails:
    return TaskRunDetails(f"id of {name}", name, RunStatus(status), None, None)


def details(*tasks: TaskRunDetails, done: bool = False) -> RunDetails:
    named: Mapping[str, TaskRunDetails] = {each.name: each for each in tasks}
    return RunDetails("r", RunStatus("QUEUED"), done, "", {}, named)


def due(waits: Waits, now: float) -> list[str]:
    return [wait.run_id for wait in waits._due(now)]


async def test_a_wait_is_looked_at_after_a_while_and_ever_more_rarely(clock: Clock) -> None:
    engine = Engine()
    waits = begun(engine)
    waits.begin("a", "w", None)
    assert due(waits, 1004.9) == []
    assert due(waits, 1005.0) == ["a"]
    assert due(waits, 1009.9) == []
    assert due(waits, 1010.0) == ["a"]
    assert due(waits, 1019.9) == []
    assert due(waits, 1020.0) == ["a"]
    assert due(waits, 1039.9) == []
    assert due(waits, 1040.0) == ["a"]


async def test_of_a_workflow_the_oldest_and_the_newest_are_looked_at(clock: Clock) -> None:
    engine = Engine()
    waits = begun(engine)
    for run_id, workflow in (("a", "w"), ("b", "w"), ("c", "w"), ("d", "x"), ("e", None), ("f", "y"), ("g", "z")):
        waits.begin(run_id, workflow, None)
    clock.now = 1003.0
    waits.begin("young", "young", None)
    assert due(waits, 1005.0) == ["a", "c", "d", "e", "f"]  # of four workflows at once
    assert due(waits, 1006.0) == ["g"]
    assert due(waits, 1009.0) == ["young"]
    assert due(waits, 1010.0) == ["a", "c", "d", "e", "f"]


async def test_who_waits_no_longer_is_not_looked_at(clock: Clock) -> None:
    waits = begun(Engine())
    first, second = waits.begin("a", "w", None), waits.begin("b", "w", None)
    assert list(waits.waiting) == [first, second]
    first.end()
    assert (first.has_ended, second.has_ended) == (True, False)
    assert list(waits.waiting) == [second]
    assert due(waits, 1005.0) == ["b"]


async def test_a_tick_looks_and_the_next_one_comes_while_somebody_waits(clock: Clock) -> None:
    engine = Engine()
    waits = begun(engine)
    wait = waits.begin("a", "w", None)
    timer = waits._ticking
    assert timer is not None
    waits.begin("b", "w", None)
    assert waits._ticking is timer
    timer.cancel()
    clock.now = 1006.0
    waits._tick()
    assert engine.spawned == ["look at run a", "look at run b"]
    assert waits._ticking is not None
    assert waits._ticking is not timer
    waits._ticking.cancel()
    for each in list(waits.waiting):
        each.end()
    waits._tick()
    assert [waits._ticking, *waits._looked] == [None]
    wait.end()  # a second time


def reasons(kind: Kind) -> list[Reason]:
    return [Reason(kind, "why")]


def said(waits: Waits, wait: WaitingRun, kind: Kind = Kind.NO_WORKER, name: str = "t") -> None:
    wait.reasons = {f"id of {name}": reasons(kind)}
    waits._say(wait, task(name))


async def test_a_reason_is_said_once_in_a_while(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    waits = begun(Engine())
    wait, other, alone = waits.begin("a", "w", None), waits.begin("b", "w", None), waits.begin("c", None, None)
    clock.now = 1004.9
    said(waits, wait)
    assert caplog.messages == []
    clock.now = 1005.0
    said(waits, wait)
    said(waits, other)  # of the same workflow
    assert caplog.messages == ["run a of w has no result after 5 s, and no worker has taken its task 't': why"]
    caplog.clear()
    said(waits, other, Kind.SLOTS)
    said(waits, other, name="u")
    said(waits, alone)
    assert len(caplog.messages) == 3
    assert caplog.messages[-1] == "run c has no result after 5 s, and no worker has taken its task 't': why"
    caplog.clear()
    clock.now = 1304.9
    said(waits, wait)
    assert caplog.messages == []
    clock.now = 1305.0
    said(waits, wait)
    said(waits, other, Kind.BATCH)
    said(waits, other, Kind.RETRY)
    other.end()
    said(waits, other, Kind.LABELS)
    assert caplog.messages == ["run a of w has no result after 305 s, and no worker has taken its task 't': why"]


async def test_what_was_said_longest_ago_is_forgotten_first(
    clock: Clock, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SAID_LIMIT", 2)
    waits = begun(Engine())
    wait = waits.begin("a", "w", None)
    clock.now = 1010.0
    for name in ("t", "u", "v", "u", "v", "t"):
        said(waits, wait, name=name)
    assert [message.partition("task ")[2][:3] for message in caplog.messages] == ["'t'", "'u'", "'v'", "'t'"]
    assert len(waits._said) == 2


async def test_looks_for_the_sake_of_errors_are_few(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine()
    waits = begun(engine)
    wait = waits.begin("a", "w", None)
    for _ in range(21):
        waits.look_before_the_end(wait)
    assert engine.spawned == ["look at run a"] * 20
    clock.now = 1004.9
    waits.look_before_the_end(wait)
    assert len(engine.spawned) == 20
    clock.now = 1005.0
    for _ in range(21):
        waits.look_before_the_end(wait)
    assert len(engine.spawned) == 40


@pytest.mark.parametrize(
    ("timeout", "is_short", "after"),
    [
        (None, False, None),
        (0.0, True, None),
        (0.5, True, 0.25),
        (1.0, False, 0.5),
        (1.5, False, 0.75),
        (5.0, False, 4.0),
    ],
)
async def test_a_wait_is_looked_at_before_its_end(
    monkeypatch: pytest.MonkeyPatch, timeout: float | None, is_short: bool, after: float | None
) -> None:
    loop = asyncio.get_running_loop()
    later: list[float] = []
    call_later = loop.call_later

    def noted(delay: float, call: Any, *given: Any) -> asyncio.TimerHandle:
        later.append(delay)
        return call_later(delay, call, *given)

    monkeypatch.setattr(loop, "call_later", noted)
    wait = begun(Engine()).begin("a", "w", timeout)
    assert (wait.is_short, later) == (is_short, [module.TICK] if after is None else [after, module.TICK])
    timer = wait._last_look
    wait.end()
    assert [each.cancelled() for each in (timer,) if each is not None] == ([] if after is None else [True])


@pytest.mark.parametrize(
    ("shown", "untaken"),
    [
        (None, None),
        (details(), None),
        (details(task("t")), "t"),
        (details(task("s", "COMPLETED"), task("t"), task("u")), "t"),
        (details(task("s", "RUNNING"), task("t")), None),
        (details(task("t", "COMPLETED")), None),
        (details(task("t"), done=True), None),
    ],
)
async def test_the_task_that_no_worker_has_taken(shown: RunDetails | None, untaken: str | None) -> None:
    wait = begun(Engine()).begin("a", "w", None)
    if shown is not None:
        wait.saw(shown)
    assert (None if wait.untaken is None else wait.untaken.name) == untaken
    wait.end()


async def test_a_wait_whose_time_is_over_says_what_is_known() -> None:
    wait = begun(Engine()).begin("a", "w", 5)
    error = wait.timed_out()
    assert (str(error), error.state, error.reason) == (
        "run a had no result after 5 s; it goes on, ask again",
        None,
        None,
    )
    wait.saw(details(task()))
    error = wait.timed_out()
    assert (error.state, error.reason) == ("QUEUED", None)
    wait.reasons = {"id of t": reasons(Kind.NO_WORKER)}
    assert wait.timed_out().reason == "no worker has taken its task 't': why"
    wait.end()
    assert (
        str(begun(Engine()).begin("a", "w", None).timed_out()) == "run a had no result after 0 s; it goes on, ask again"
    )


async def test_a_connection_has_one_watch() -> None:
    engine = Engine()
    first = watch_of(cast("Gateway", engine))
    assert watch_of(cast("Gateway", engine)) is first
    assert await cast(Waits, first).why_cancelled(cast(WaitingRun, SimpleNamespace())) is None  # nobody to ask


class Silent:
    """A REST side that does not tell."""

    async def facts(self, task_run_id: str) -> Facts:
        raise TimeoutError


async def test_facts_that_are_not_told_are_the_problem() -> None:
    async def knowledge() -> Any:
        return Silent()

    engine = Engine()
    waits = Waits(cast("Gateway", engine), knowledge)
    assert await waits._facts(task("t")) == Facts("t", problem="no answer within 3 s")


class Told:
    """What REST tells of the end of a run, each time that it is asked."""

    def __init__(self, *answers: Sequence[Happened] | Exception, takes: float = 0.0) -> None:
        self.answers, self.takes = [*answers], takes
        self.asked: list[tuple[float, str, list[str]]] = []

    async def events(self, run_id: str, task_run_ids: Sequence[str]) -> Sequence[Happened]:
        self.asked.append((now(), run_id, [*task_run_ids]))
        await asyncio.sleep(self.takes)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def facts(self, task_run_id: str) -> Facts:
        return Facts("t", schedule_timeout="5m", problem="it was not asked")


SOMEBODY = "somebody asked for it, or a condition of its own (cancel_if)"
CANCELLED = [Happened("CANCELLED", "by hand")]


LATE = (
    "no worker took its task 't' within its schedule timeout of 5m, so the engine gave it up: why is not known: it was "
    "not asked"
)


def late(task_run_id: str) -> Happened:
    return Happened("SCHEDULING_TIMED_OUT", "late", 0, task_run_id)


@pytest.mark.parametrize(
    ("told", "cause", "ends", "asked"),
    [
        (lambda: Told(CANCELLED), SOMEBODY, 0.0, 1),
        (lambda: Told([], [], [], CANCELLED), SOMEBODY, 0.3, 4),
        (lambda: Told([]), None, 2.0, 20),
        (lambda: Told(CANCELLED, takes=5.0), None, 2.0, 1),
        (lambda: Told(HatchetError("no such thing")), None, 0.0, 1),
        (lambda: Told([], [late("id of t")]), LATE, 0.1, 2),
        (lambda: Told([late("id of another"), *CANCELLED]), SOMEBODY, 0.0, 1),
    ],
)
@jumping
async def test_why_a_run_was_cancelled_is_asked_for_two_seconds_at_most(
    told: Any, cause: str | None, ends: float, asked: int
) -> None:
    rest = told()

    async def knowledge() -> Any:
        return rest

    gateway: Any = Engine()
    gateway.io = HereLoop()
    waits = Waits(gateway, knowledge)
    wait = waits.begin("r", "w", None)
    wait.saw(details(task()))
    assert (await waits.why_cancelled(wait), now()) == (cause, ends)
    assert rest.asked[0] == (0.0, "r", ["id of t"])
    await asyncio.sleep(10)
    assert abs(len(rest.asked) - asked) <= (asked == 20), "it is asked on"
    wait.end()
