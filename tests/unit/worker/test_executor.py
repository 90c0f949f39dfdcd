"""What an executor makes of cancellations and of its end, and whom it names: on a loop whose time jumps."""

from __future__ import annotations

import asyncio
import contextvars
import logging
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, cast

import pytest

from hatchet.hooks import Hook, Hooks, TaskEnd
from hatchet.scope import LogSink
from hatchet.wire.durable_values import Invocation
from hatchet.wire.values import Assignment, AssignmentKind, Batch, BatchMember, Outcome, OutcomeKind
from hatchet.worker.execution import Execution
from hatchet.worker.executor import Executor
from hatchet.worker.options import DurableOptions
from tests.jumping import HereLoop, jumping, now, until

DONE = Outcome(OutcomeKind.COMPLETED, b"{}")


class Functions:
    """The threads of a test: a function is a coroutine function, and what it awaits is time in the thread."""

    def __init__(self) -> None:
        self.gone = False

    async def call(self, function: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        running = asyncio.ensure_future(function())
        while not running.done():  # no cancellation ends it
            try:
                await asyncio.shield(running)
            except asyncio.CancelledError:
                if self.gone or running.cancelled():
                    raise
        return running.result()

    def let_go(self) -> None:
        self.gone = True


class Scene:
    """An executor whose attempts are what a test says they are."""

    def __init__(self, slots: int = 10, *hooks: Hook) -> None:
        io = HereLoop()
        io.threads = cast(Any, Functions())
        self.refreshed: list[tuple[float, str, str]] = []
        self.executor = Executor(
            {"t:t": cast(Any, SimpleNamespace(is_durable=False, slot_requests={"default": 1}))},
            cast(Any, SimpleNamespace(io=io, refresh_timeout=self._refresh)),
            slots={"default": slots},
            lifespan=None,
            context=contextvars.copy_context(),
            hooks=Hooks(hooks),
            on_room=self._room,
            name="w",
            durable=DurableOptions(),
        )
        self.rooms: list[tuple[float, bool]] = []
        self.outcomes: dict[str, tuple[float, Outcome | None]] = {}
        self.bodies: dict[str, Callable[[Execution], Coroutine[Any, Any, Outcome]]] = {}
        self.executor._completed = self._completed  # type: ignore[method-assign]

    async def _refresh(self, task_run_id: str, by: str) -> None:
        self.refreshed.append((now(), task_run_id, by))

    def _room(self, free: bool) -> None:
        self.rooms.append((now(), free))

    async def _completed(self, execution: Execution, task: object) -> Outcome:
        return await self.bodies[execution.assignment.task_run_id](execution)

    def begin(self, run: str, body: Callable[[Execution], Coroutine[Any, Any, Outcome]], **given: Any) -> None:
        self.bodies[run] = body
        made = Assignment(AssignmentKind.START, given.pop("action", "t:t"), run, "pay", run, run, 0, **given)
        self.executor.submit(made, lambda outcome: self.outcomes.__setitem__(run, (now(), outcome)))

    def ended(self) -> dict[str, float]:
        """When each has ended, with nothing to report."""
        assert {outcome for _, outcome in self.outcomes.values()} <= {None}
        return {run: seconds for run, (seconds, _) in self.outcomes.items()}


async def sleeps(execution: Execution) -> Outcome:
    await asyncio.sleep(100)
    return DONE


async def resists(execution: Execution) -> Outcome:
    """It does not let a cancellation end it."""
    end = asyncio.get_running_loop().time() + 100
    while (left := end - asyncio.get_running_loop().time()) > 0:
        try:
            await asyncio.sleep(left)
        except asyncio.CancelledError:
            continue
    return DONE


async def in_thread(execution: Execution, scene: Scene) -> Outcome:
    async def function() -> Outcome:
        await asyncio.sleep(100)
        return DONE

    return await scene.executor._in_thread(execution, cast(Any, function))


@asynccontextmanager
async def scene_of(slots: int = 10) -> AsyncGenerator[Scene]:
    scene = Scene(slots)
    yield scene
    await scene.executor.stop(0.0)


@jumping
async def test_an_attempt_is_executed_and_its_outcome_told() -> None:
    async with scene_of() as scene:
        scene.begin("a", sleeps)
        await until(1)
        assert (scene.executor.is_idle, scene.executor.still_running()) == (False, ["task 'pay' (run a)"])
        await until(101)
        assert scene.outcomes == {"a": (100.0, DONE)}
        assert (scene.executor.is_idle, scene.executor.still_running()) == (True, [])


@jumping
async def test_an_attempt_of_a_task_that_the_worker_has_not_fails_for_good() -> None:
    async with scene_of() as scene:
        scene.begin("a", sleeps, action="other:other")
        await until(1)
        [(_, outcome)] = scene.outcomes.values()
        assert outcome is not None
        assert (outcome.kind, outcome.should_not_retry) == (OutcomeKind.FAILED, True)
        assert "this worker has no task 'other:other'; it has: t:t" in outcome.payload.decode()


def test_a_coroutine_has_a_second_to_see_that_it_was_cancelled(caplog: pytest.LogCaptureFixture) -> None:
    marked: list[float] = []

    async def sees(execution: Execution) -> Outcome:
        execution.context = cast(Any, SimpleNamespace(mark_cancelled=lambda: marked.append(now())))
        return await sleeps(execution)

    @jumping
    async def check() -> None:
        async with scene_of() as scene:
            scene.begin("a", sees)
            scene.begin("b", sleeps)
            await until(5)
            for _ in range(2):  # the second changes nothing
                scene.executor.cancel(("a", 0, 3))  # whichever invocation
            scene.executor.cancel(("nobody", 0, 0))
            scene.executor.cancel(("b", 1, 0))  # another attempt
            await until(20)
            assert [round(at, 1) for at in marked] == [5.0]
            assert {run: round(at, 1) for run, at in scene.ended().items()} == {"a": 6.0}
            assert scene.executor.room.used() == {"default": 1}

    check()
    assert [each for each in caplog.records if each.levelno >= logging.WARNING] == []


def test_code_that_goes_on_after_its_cancellation_is_named(caplog: pytest.LogCaptureFixture) -> None:
    @jumping
    async def check() -> None:
        async with scene_of(slots=3) as scene:
            scene.begin("a", resists)
            scene.begin("b", lambda execution: in_thread(execution, scene))
            await until(1)
            for run in "ab":
                scene.executor.cancel((run, 0, 0))
            await until(1.5)
            assert (scene.executor.room.used(), scene.executor.room.held()) == ({"default": 1}, {"default": 1})
            assert caplog.messages == []
            await until(2.5)
            assert len(caplog.messages) == 1
            await until(50)
            assert scene.outcomes == {}
            await until(200)
            assert scene.ended() == {"a": 100.0, "b": 100.0}
            assert scene.executor.room.used() == {"default": 0}

    check()
    assert caplog.messages == [
        "task 'pay' (run b) was cancelled or has timed out, and its function goes on; it keeps its slot until the "
        "function ends. A long sync task should look at ctx.is_cancelled now and then",
        "task 'pay' (run a) was cancelled or has timed out, and goes on: it does not let CancelledError end it",
    ]


@jumping
async def test_when_a_function_in_a_thread_has_ended_its_attempt_is_like_any_other() -> None:
    async def goes_on(execution: Execution) -> Outcome:
        async def function() -> None:
            await asyncio.sleep(10)

        try:
            await scene.executor._in_thread(execution, cast(Any, function))
        finally:
            await resists(execution)
        return DONE

    async with scene_of() as scene:
        used: list[tuple[int, int]] = []
        for run in "abc":
            scene.begin(run, goes_on)
        for second, cancelled in ((5, "a"), (8, ""), (12, "b"), (13, "")):
            await until(second)
            if cancelled:
                scene.executor.cancel((cancelled, 0, 0))
                await asyncio.sleep(0)
            room = scene.executor.room
            used.append((room.used()["default"], room.held()["default"]))
        assert used == [(3, 1), (3, 1), (1, 0), (1, 0)], "a has left with its function, and b at once"
        await until(200)
        assert scene.executor.room.used() == {"default": 0}


@jumping
async def test_one_that_is_cancelled_before_it_has_a_slot_is_not_executed() -> None:
    async with scene_of(slots=1) as scene:
        for run in "ab":
            scene.begin(run, sleeps)
        await until(1)
        scene.executor.cancel(("b", 0, 0))
        await until(3)
        assert list(scene.ended()) == ["b"]


@jumping
async def test_what_waits_for_a_slot_has_its_timeout_pushed_back_and_fails_in_the_end() -> None:
    async with scene_of(slots=1) as scene:
        scene.begin("a", lambda execution: in_thread(execution, scene))
        scene.begin("b", sleeps)
        await until(1)
        scene.executor.cancel(("a", 0, 0))
        await until(12)
        assert scene.refreshed == [(0.0, "b", "10s"), (5.0, "b", "5s"), (10.0, "b", "5s")]
        assert scene.rooms == [(scene.rooms[0][0], False)]
        await until(101)
        assert scene.rooms[1:] == [(100.0, True)]
        await until(105)
        refreshed = len(scene.refreshed)
        await until(180)
        assert len(scene.refreshed) == refreshed, "it has its slot"
        await until(201)
        assert scene.outcomes["b"] == (200.0, DONE)


async def endless(execution: Execution) -> Outcome:
    await asyncio.sleep(1e9)
    return DONE


@jumping
async def test_what_finds_no_slot_within_five_minutes_fails() -> None:
    async with scene_of(slots=1) as scene:
        scene.begin("a", endless)
        scene.begin("b", sleeps)
        await until(299)
        assert scene.outcomes == {}
        await until(301)
        at, outcome = scene.outcomes["b"]
        assert (at, outcome and outcome.kind) == (300.0, OutcomeKind.FAILED)
        assert outcome is not None
        words = "no slot became free for it within 300 s; cancelled functions that go on: none"
        assert words in outcome.payload.decode()
        assert len(scene.refreshed) == 60


def batch(*runs: str, of: str = "batch") -> Batch:
    return Batch(of, None, {run: BatchMember(run, {}) for run in runs})


@jumping
async def test_a_batch_is_cancelled_with_the_last_of_its_runs() -> None:
    async with scene_of() as scene:
        for number, runs in enumerate((("a", "b"), ("b", "c"))):
            scene.begin(f"batch {number}", sleeps, batch=batch(*runs, of=f"batch {number}"))
        await until(1)
        cancelled: list[list[list[str]]] = []
        for run in ("b", "b", "b", "other", "a"):
            scene.executor._cancel_by_key((run, 0, 0))
            cancelled.append([sorted(each.cancelled_members) for each in scene.executor._running.values()])
        assert cancelled == [[["b"], []], [["b"], ["b"]], [["b"], ["b"]], [["b"], ["b"]], [["a", "b"], ["b"]]]
        assert [each.cancelled for each in scene.executor._running.values()] == [True, False]
        await until(3)
        assert list(scene.ended()) == ["batch 0"]


@jumping
async def test_an_attempt_that_has_given_its_slot_back_goes_on() -> None:
    async with scene_of(slots=1) as scene:
        logs = cast(LogSink, object())
        scene.executor.identify("w1", {"a": 1}, logs)
        facts = scene.executor.worker
        assert (facts.worker_id, facts.labels, facts.logs) == ("w1", {"a": 1}, logs)
        for run in "ab":
            scene.begin(run, sleeps)
        await until(1)
        assert facts.slot_released is not None
        facts.slot_released(("a", 0, 0))
        facts.slot_released(("nobody", 0, 0))
        await until(200)
        assert {run: round(at) for run, (at, _) in scene.outcomes.items()} == {"a": 100, "b": 101}


@jumping
async def test_of_two_invocations_the_one_that_is_named_is_cancelled_and_else_both() -> None:
    for key, cancelled in (("named", [True, False]), ("neither", [True, True])):
        async with scene_of() as scene:
            for run, number in (("a", 0 if key == "named" else 1), ("a", 2)):
                scene.begin(run, sleeps, invocation_count=number)
            await until(now() + 1)
            scene.executor.cancel(("a", 0, 0))
            await asyncio.sleep(0)
            assert [each.cancelled for each in scene.executor._running.values()] == cancelled


@jumping
async def test_an_attempt_runs_under_its_name_in_the_context_of_its_worker() -> None:
    seen: list[tuple[str, str]] = []
    variable = contextvars.ContextVar("variable", default="nothing")

    async def looks(execution: Execution) -> Outcome:
        task = asyncio.current_task()
        assert task is not None
        seen.append((task.get_name(), variable.get()))
        variable.set("its own")
        return DONE

    variable.set("of the worker")
    async with scene_of() as scene:
        variable.set("later")
        for run in "ab":
            scene.begin(run, looks)
        await until(1)
    assert seen == [(f"task 'pay' (run {run})", "of the worker") for run in "ab"]


@jumping
async def test_whose_code_the_loop_runs_is_named() -> None:
    said: list[str] = []

    async def asks(execution: Execution) -> Outcome:
        said.append(scene.executor.who_runs())
        return DONE

    async def another() -> None:
        said.append(scene.executor.who_runs())

    async with scene_of() as scene:
        scene.begin("a", asks)
        scene.begin("b", sleeps)
        await asyncio.create_task(another(), name="mine")
        asyncio.get_running_loop().call_soon(lambda: said.append(scene.executor.who_runs()))
        await until(1)
    assert said == ["the coroutine 'mine'", "the async task 'pay' (run a)", "a callback"]


@jumping
async def test_at_the_end_what_runs_is_cancelled_and_what_goes_on_let_go_of() -> None:
    scene = Scene()
    ends: list[tuple[str, float]] = []

    async def cleans_up(execution: Execution) -> Outcome:
        try:
            return await sleeps(execution)
        finally:
            await asyncio.sleep(0.2)
            ends.append(("cleaned up", now()))

    marked: list[bool] = []

    async def never(execution: Execution) -> Outcome:
        execution.context = cast(Any, SimpleNamespace(mark_cancelled=lambda: marked.append(True)))
        return await resists(execution)

    scene.begin("a", cleans_up)
    scene.begin("b", lambda execution: in_thread(execution, scene))
    scene.begin("c", never)
    await until(1)
    left = {each.assignment.task_run_id: each.task for each in scene.executor._running.values()}
    before = now()
    await scene.executor.stop(0.5)
    assert round(now() - before, 3) == 1.0, "once for those that clean up, and once without the threads"
    assert [(what, round(at - before, 3)) for what, at in ends] == [("cleaned up", 0.2)]
    assert (marked, list(scene.ended())) == ([True], ["a"])
    known = asyncio.all_tasks()
    assert [run for run, task in left.items() if task in known] == []
    assert [run for run, task in left.items() if task is not None and not task.done()] == ["b", "c"]
    await until(200)


@jumping
async def test_the_end_of_an_executor_without_work_takes_no_time() -> None:
    scene = Scene()
    await scene.executor.stop(0.5)
    assert now() == 0.0
    assert cast(Functions, scene.executor._threads).gone


class Hears(Hook):
    """Notes how attempts end, and may fail at it."""

    def __init__(self, fails: BaseException | None = None) -> None:
        self.heard: list[tuple[Any, str, BaseException | None]] = []
        self.fails = fails

    def task_ended(self, ctx: Any, end: TaskEnd) -> None:
        assert 0 <= end.seconds < 60
        self.heard.append((ctx.name, end.status, end.error))
        if self.fails is not None:
            raise self.fails


@jumping
async def test_hooks_hear_how_each_attempt_ends() -> None:
    hook = Hears()
    fault, of_batch = ValueError("no"), LookupError("no input")

    def body(name: str, does: Callable[[Execution], Coroutine[Any, Any, Outcome]]) -> Any:
        async def run(execution: Execution) -> Outcome:
            execution.context = cast(Any, SimpleNamespace(name=name, mark_cancelled=lambda: None))
            return await does(execution)

        return run

    async def fails(execution: Execution) -> Outcome:
        raise fault

    async def batch_fails(execution: Execution) -> Outcome:
        execution.fault = of_batch
        return DONE

    scene = Scene(10, hook)
    for run, does in (("a", sleeps), ("b", fails), ("c", sleeps), ("d", sleeps), ("e", batch_fails)):
        scene.begin(run, body(run, does))
    scene.begin("f", sleeps)  # without a context nobody is told
    await until(1)
    scene.executor.cancel(("c", 0, 0))
    scene.executor.suspend(Invocation("d", 1))
    await until(200)
    heard = {name: (status, error) for name, status, error in hook.heard}
    cancelled = {name: heard.pop(name) for name in "cd"}
    assert heard == {"a": ("completed", None), "b": ("failed", fault), "e": ("failed", of_batch)}
    assert {name: status for name, (status, _) in cancelled.items()} == {"c": "cancelled", "d": "evicted"}
    assert {type(error) for _, error in cancelled.values()} == {asyncio.CancelledError}
    assert {run: outcome and outcome.kind for run, (_, outcome) in scene.outcomes.items()} == {
        "a": OutcomeKind.COMPLETED, "b": OutcomeKind.FAILED, "c": None, "d": None, "e": OutcomeKind.COMPLETED,
        "f": OutcomeKind.COMPLETED,
    }  # fmt: skip


@pytest.mark.parametrize(("fails", "kind"), [(ValueError(), OutcomeKind.COMPLETED), (SystemExit(), OutcomeKind.FAILED)])
@jumping
async def test_a_hook_that_ends_programs_fails_the_attempt_and_another_fault_does_not(
    fails: BaseException, kind: OutcomeKind
) -> None:
    async def ends(execution: Execution) -> Outcome:
        execution.context = cast(Any, SimpleNamespace(name="a"))
        return DONE

    scene = Scene(1, Hears(fails))
    scene.begin("a", ends)
    await until(1)
    [(_, outcome)] = scene.outcomes.values()
    assert (outcome and outcome.kind, scene.executor.is_idle) == (kind, True)
    assert scene.executor.room.used() == {"default": 0}
