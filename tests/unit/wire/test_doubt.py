"""Runs that an engine never made: who asks whether they exist, when, and how often; on a clock that jumps."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from hatchet.errors import ApiError, InvalidRequest, NotFound, PayloadTooLarge, Unavailable
from hatchet.transport.retry import ONCE
from hatchet.wire import run_calls
from hatchet.wire.run_calls import Doubt, RunCalls
from tests.jumping import HereLoop, jumping, now, until

MISSING = NotFound("no such run", code="NOT_FOUND", call="GetRunDetails")
AWAY = Unavailable("away", code="UNAVAILABLE", call="GetRunDetails")
WRONG = InvalidRequest("odd", code="INVALID_ARGUMENT", call="GetRunDetails")


class Calls(RunCalls):
    """Calls of an engine that knows some runs, and takes a second to say so."""

    def __init__(self, *known: str, fails: tuple[ApiError, ...] = ()) -> None:
        self.io = cast(Any, HereLoop())
        self.known, self.fails = known, [*fails]
        self.asked: list[tuple[float, str, bool]] = []
        self.failed: list[tuple[float, str, str]] = []
        self._existing: set[str] = set()
        self._confirming: dict[str, asyncio.Lock] = {}
        self.results = cast(Any, SimpleNamespace(fail=self._fail, wait=self._wait))
        self.takes = 1e6
        """Seconds until a result comes."""

    def _fail(self, run_id: str, error: ApiError) -> None:
        self.failed.append((now(), run_id, str(error)))

    async def _wait(self, run_id: str) -> Any:
        await asyncio.sleep(self.takes)
        return SimpleNamespace(workflow_run_id=run_id, results=[])

    async def run_details(self, run_id: str, *, once: bool = False, ended: bool = False) -> Any:
        self.asked.append((now(), run_id, once))
        await asyncio.sleep(1)
        if self.fails:
            raise self.fails.pop(0)
        if run_id not in self.known:
            raise MISSING


@pytest.mark.parametrize(
    ("run", "workflow", "told"),
    [
        ("there", "w", []),
        ("nowhere", "w", [(11.0, "nowhere", "run nowhere of 'w' does not exist, though the engine gave it this id: no "
                           "worker has registered the workflow")]),
        ("nowhere", "nowhere", [(11.0, "nowhere", "run nowhere does not exist")]),
    ],
)  # fmt: skip
@jumping
async def test_after_ten_seconds_without_a_result_the_engine_is_asked_about_the_run(
    run: str, workflow: str, told: list[tuple[float, str, str]]
) -> None:
    calls = Calls("there")
    doubt = Doubt(calls, run, workflow)
    await until(9)
    assert calls.asked == []
    await until(60)
    assert calls.asked == [(10.0, run, True)]
    assert (calls.failed, calls._confirming) == (told, {})
    assert calls.has_seen(workflow) is (not told)
    doubt.end()


@jumping
async def test_a_doubt_ends_with_the_wait() -> None:
    calls = Calls()
    early, late = Doubt(calls, "a", "v"), Doubt(calls, "b", "w")
    await until(5)
    early.end()
    await until(10.5)
    late.end()
    await until(60)
    assert (calls.asked, calls.failed, calls._confirming) == ([(10.0, "b", True)], [], {})


@jumping
async def test_an_engine_that_is_away_is_asked_until_it_is_back_and_another_failure_ends_the_wait() -> None:
    calls = Calls("there", fails=(AWAY, AWAY))
    Doubt(calls, "there", "w")
    await until(60)
    assert (len(calls.asked), calls.failed, calls.has_seen("w")) == (3, [], True)
    calls = Calls("there", fails=(WRONG,))
    Doubt(calls, "there", "w")
    await until(120)
    assert [told for _, *told in calls.failed] == [["there", "odd"]]


@jumping
async def test_waits_for_one_workflow_ask_about_one_run() -> None:
    calls = Calls("a", "b", "c")
    for run in ("a", "b"):
        Doubt(calls, run, "w")
    Doubt(calls, "c", "v")
    await until(60)
    assert calls.asked == [(10.0, "a", True), (10.0, "c", True)]
    assert calls._existing == {"v", "w"}


@jumping
async def test_a_workflow_that_gave_a_result_is_not_doubted_again() -> None:
    calls = Calls()
    calls.takes = 5.0
    for _ in range(2):
        assert (await calls.finished("a", "w")).run_id == "a"
        assert calls.has_seen("w")
    calls.takes = 60.0
    await calls.finished("b", "w")
    assert calls.asked == []
    await calls.finished("c", "c")  # by its id alone, which tells nothing of others
    assert ([run for _, run, _ in calls.asked], calls._existing) == (["c"], {"w"})


def test_no_more_workflows_are_remembered_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_calls, "EXISTING_LIMIT", 2)
    calls = Calls()
    for workflow in ("a", "b", "c", "a"):
        calls.exists(workflow, "run")
    assert calls._existing == {"a", "b"}


@pytest.mark.parametrize("once", [False, True])
@pytest.mark.parametrize("ended", [False, True])
async def test_a_run_that_is_too_large_for_a_message_is_read_another_way(once: bool, ended: bool) -> None:
    large = PayloadTooLarge("too large", code="RESOURCE_EXHAUSTED", call="GetRunDetails")
    given: list[Any] = []

    class Large(RunCalls):
        def __init__(self) -> None:
            self.watch = None

        async def _call(self, *parts: Any, **named: Any) -> Any:
            given.append((parts[2], named))
            raise large

    async def large_details(*parts: Any, **named: Any) -> Any:
        return parts, named

    calls = Large()
    with pytest.raises(PayloadTooLarge):
        await calls.run_details("r", once=once, ended=ended)
    calls.watch = cast(Any, SimpleNamespace(large_details=large_details))
    found: Any = await calls.run_details("r", once=once, ended=ended)
    assert found == (("r", large), {"ended": ended})
    assert given == [("GetRunDetails r", {"policy": ONCE if once else None})] * 2
