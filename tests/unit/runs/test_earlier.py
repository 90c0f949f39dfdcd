"""Waits for runs that were started some time ago, and for children: whom they ask, and when; on a clock that jumps."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from hatchet.errors import ApiError, NotFound, ResultTimeout, RunCancelled, RunFailed, Unavailable
from hatchet.runs.results import _of_child, _of_earlier, all_of, from_details
from hatchet.wire.values import FinishedRun, RunDetails, RunStatus, TaskResult, TaskRunDetails
from tests.jumping import HereLoop, jumping, now

AWAY = Unavailable("away", code="UNAVAILABLE", call="GetRunDetails")
MISSING = NotFound("no such run", code="NOT_FOUND", call="GetRunDetails")


def details(status: str, *tasks: TaskRunDetails) -> RunDetails:
    done = status in ("COMPLETED", "FAILED", "CANCELLED")
    return RunDetails("r", RunStatus(status), done, "", {}, {each.name: each for each in tasks})


def task(name: str, status: str, sent: str | None = None, error: str | None = None) -> TaskRunDetails:
    return TaskRunDetails(f"id of {name}", name, RunStatus(status), None, error, sent)


class Gateway:
    """An engine that tells of the end of a run after some seconds, and of its details at once."""

    def __init__(self, takes: float, *found: RunDetails | ApiError, waits: int = 1) -> None:
        self.io = HereLoop()
        self.takes, self.found, self.waits = takes, [*found], waits
        self.asked: list[tuple[float, bool, bool]] = []
        self.tasks: tuple[TaskResult, ...] = (TaskResult("t", "id of t", '"x"', None),)
        self.lost: BaseException | None = None
        self.given_up = False
        self.seen: set[str] = set()
        self.confirmed: list[tuple[float, str, str]] = []
        self.exist: list[tuple[str, str]] = []
        self.missing: ApiError | None = None

    async def finished(self, run_id: str, workflow: str) -> FinishedRun:
        assert run_id == workflow == "r"
        try:
            await asyncio.sleep(self.takes)
        except asyncio.CancelledError:
            self.given_up = True
            raise
        if self.lost is not None:
            raise self.lost
        return FinishedRun(run_id, self.tasks)

    async def run_details(self, run_id: str, *, once: bool = False, ended: bool = False) -> RunDetails:
        self.asked.append((now(), once, ended))
        found = self.found.pop(0)
        if isinstance(found, ApiError):
            raise found
        return found

    def has_seen(self, workflow: str) -> bool:
        return workflow in self.seen

    async def confirm(self, run_id: str, workflow: str) -> None:
        self.confirmed.append((now(), run_id, workflow))
        if self.missing is not None:
            raise self.missing

    def exists(self, workflow: str, run_id: str) -> None:
        self.exist.append((workflow, run_id))


class Wait:
    """What a wait has seen."""

    def __init__(self) -> None:
        self.seen: list[RunDetails] = []

    def saw(self, details: RunDetails) -> None:
        self.seen.append(details)


async def earlier(gateway: Gateway) -> tuple[dict[str, str], list[RunDetails]]:
    wait = Wait()
    outputs = await _of_earlier(cast(Any, gateway), "r", cast(Any, wait))
    return outputs, wait.seen


RUNS, ENDED = details("RUNNING"), details("COMPLETED", task("t", "COMPLETED", '"d"'), task("s", "COMPLETED"))


@pytest.mark.parametrize(
    ("gateway", "outputs", "seen", "asked", "ends"),
    [
        (lambda: Gateway(0.04), {"t": '"x"'}, [], [], 0.04),
        (lambda: Gateway(1.0, ENDED), {"t": '"d"', "s": ""}, [ENDED], [(0.05, True, False)], 0.05),
        (lambda: Gateway(1.0, RUNS), {"t": '"x"'}, [RUNS], [(0.05, True, False)], 1.0),
        (lambda: Gateway(1.0, AWAY), {"t": '"x"'}, [], [(0.05, True, False)], 1.0),
        (lambda: Gateway(1.0, ENDED, waits=8), {"t": '"d"', "s": ""}, [ENDED], [(0.05, True, False)], 0.05),
        (lambda: Gateway(1.0, ENDED, waits=9), {"t": '"x"'}, [], [], 1.0),
    ],
)
@jumping
async def test_of_an_earlier_run_the_details_are_asked_for_once_if_few_wait(
    gateway: Any, outputs: dict[str, str], seen: list[RunDetails], asked: list[Any], ends: float
) -> None:
    engine = gateway()
    assert await earlier(engine) == (outputs, seen)
    assert (engine.asked, now()) == (asked, ends)
    await asyncio.sleep(5)
    assert engine.given_up is (ends < engine.takes)


@jumping
async def test_a_wait_that_fails_after_the_details_have_told_of_the_end_is_nobody_s() -> None:
    engine = Gateway(0.05, ENDED)
    engine.lost = AWAY
    wait = Wait()
    engine.takes = 1.0
    assert await _of_earlier(cast(Any, engine), "r", cast(Any, wait)) == {"t": '"d"', "s": ""}
    engine = Gateway(1.0, RUNS)
    engine.lost = AWAY
    with pytest.raises(Unavailable):
        await earlier(engine)


@jumping
async def test_what_the_stream_does_not_tell_the_details_do() -> None:
    for tasks in ((), (TaskResult("t", "id of t", None, ""),)):
        engine = Gateway(0.0, ENDED)
        engine.tasks = tasks
        assert await earlier(engine) == ({"t": '"d"', "s": ""}, [ENDED])
        assert [each[1:] for each in engine.asked] == [(False, True)]


def test_details_tell_how_a_run_has_ended() -> None:
    wait = Wait()
    assert from_details(ENDED, cast(Any, wait)) == {"t": '"d"', "s": ""}
    cancelled = details("CANCELLED", task("t", "CANCELLED"))
    with pytest.raises(RunCancelled) as gone:
        from_details(cancelled, cast(Any, wait))
    assert gone.value.run_id == "r"
    failed = details("FAILED", task("a", "COMPLETED", "1"), task("b", "FAILED", None, "no"), task("c", "FAILED"))
    with pytest.raises(RunFailed) as raised:
        from_details(failed, cast(Any, wait))
    assert [(each.task_name, each.task_run_id, each.message) for each in raised.value.errors] == [
        ("b", "id of b", "no"), ("c", "id of c", ""),
    ]  # fmt: skip
    assert wait.seen == [ENDED, cancelled, failed]


# -- children


class Log:
    """The log of a durable task, which tells what a child gives after some seconds."""

    def __init__(self, takes: float) -> None:
        self.takes = takes

    def workflow_of(self, run_id: str) -> str:
        return f"workflow of {run_id}"

    async def outputs(self, run_id: str) -> dict[str, str]:
        await asyncio.sleep(self.takes)
        return {"t": run_id}


async def child(engine: Gateway, takes: float, timeout: float | None = None) -> dict[str, str]:
    return await _of_child(cast(Any, engine), cast(Any, Log(takes)), "c", timeout)


@pytest.mark.parametrize(
    ("takes", "seen", "confirmed"),
    [
        (9.0, False, []),
        (60.0, False, [(10.0, "c", "workflow of c")]),
        (60.0, True, []),
    ],
)
@jumping
async def test_a_child_that_takes_long_is_asked_about_once(takes: float, seen: bool, confirmed: list[Any]) -> None:
    engine = Gateway(0.0)
    if seen:
        engine.seen.add("workflow of c")
    assert await child(engine, takes) == {"t": "c"}
    await asyncio.sleep(60)
    assert (engine.confirmed, engine.exist) == (confirmed, [("workflow of c", "c")])


@jumping
async def test_a_child_that_the_engine_never_made_ends_the_wait() -> None:
    engine = Gateway(0.0)
    engine.missing = MISSING
    for timeout in (None, 60.0):
        began = now()
        with pytest.raises(NotFound, match="no such run"):
            await child(engine, 1e6, timeout)
        assert now() - began == 10.0
    assert engine.exist == []


@jumping
async def test_a_child_has_the_time_of_its_caller() -> None:
    engine = Gateway(0.0)
    for timeout in (5.0, 30.0):
        began = now()
        with pytest.raises(ResultTimeout, match="c") as late:
            await child(engine, 1e6, timeout)
        assert (now() - began, late.value.__context__ is not None) == (timeout, True)
    assert engine.exist == []


@jumping
async def test_a_timeout_of_the_child_s_own_is_its_own() -> None:
    class Fails(Log):
        async def outputs(self, run_id: str) -> dict[str, str]:
            raise TimeoutError("its own")

    with pytest.raises(TimeoutError, match="its own"):
        await _of_child(cast(Any, Gateway(0.0)), cast(Any, Fails(0.0)), "c", 5.0)


@jumping
async def test_the_others_end_with_the_one_that_fails() -> None:
    ended: list[str] = []

    async def one(name: str, seconds: float, fails: bool = False) -> str:
        try:
            await asyncio.sleep(seconds)
        finally:
            ended.append(f"{name} at {now():g}")
        if fails:
            raise LookupError(name)
        return name

    assert await all_of([one("a", 2), one("b", 1)]) == ["a", "b"]
    with pytest.raises(LookupError, match="b"):
        await all_of([one("a", 60), one("b", 1, fails=True), one("c", 0.5)])
    giving_up = asyncio.ensure_future(all_of([one("d", 60)]))
    await asyncio.sleep(1)
    giving_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await giving_up
    assert ended == ["b at 1", "a at 2", "c at 2.5", "b at 3", "a at 3", "d at 4"]
    assert await all_of([]) == []


def test_nothing_of_a_doubt_is_left(caplog: pytest.LogCaptureFixture) -> None:
    @jumping
    async def check() -> None:
        engine = Gateway(0.0)
        engine.missing = AWAY

        async def confirm(run_id: str, workflow: str) -> None:
            await asyncio.sleep(10)
            raise MISSING

        engine.confirm = confirm  # type: ignore[method-assign]
        assert await child(engine, 15.0) == {"t": "c"}
        await asyncio.sleep(60)  # the doubt comes when nobody waits any more

    check()
    assert caplog.messages == []
