"""The threads of an exploration: one runs at a time, waits in made-up time, and ends with its run."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from functools import partial
from typing import Any, cast

import pytest

from hatchet.errors import HatchetError
from hatchet.testing import explore_threads
from hatchet.testing.explore_loop import ExploredLoop
from hatchet.testing.explore_order import AsyncioOrder
from hatchet.testing.explore_threads import SteppedThread, SteppedThreads

name = contextvars.ContextVar("name", default="nobody")


class Scene:
    """A loop with threads that take turns with it."""

    def __init__(self) -> None:
        self.loop = ExploredLoop(AsyncioOrder(), 1000.0)
        self.threads = SteppedThreads(self.loop)
        self.loop.knows_thread = lambda: self.loop.is_here() or self.here is not None
        self.said: list[str] = []

    @property
    def here(self) -> SteppedThread | None:
        return self.threads.here()

    @property
    def thread(self) -> SteppedThread:
        assert self.here is not None
        return self.here

    def say(self, what: str) -> None:
        self.said.append(f"{what} at {self.loop.time() - 1000:g}")

    def run(self, coroutine: Any) -> Any:
        try:
            return self.loop.run_until_complete(coroutine)
        finally:
            self.loop.close()


def others() -> list[str]:
    """The threads of explorations that live."""
    return sorted(each.name for each in threading.enumerate() if each.name.startswith("explored "))


def test_functions_take_turns_and_sleep_in_made_up_time() -> None:
    scene = Scene()

    def works(what: str, seconds: float) -> str:
        assert scene.thread.name.endswith("works")
        scene.say(f"{what} begins, {name.get()}")
        scene.thread.sleep(seconds)
        scene.say(f"{what} goes on")
        return what

    async def main() -> list[str]:
        name.set("somebody")
        first = asyncio.ensure_future(scene.threads.call(lambda: works("a", 3600)))
        second = asyncio.ensure_future(scene.threads.call(lambda: works("b", 60)))
        return [await first, await second]

    def named(function: Any) -> Any:
        function.__qualname__ = "works"
        return function

    call = scene.threads.call
    scene.threads.call = lambda function: call(named(function))  # type: ignore[method-assign]
    assert scene.run(main()) == ["a", "b"]
    assert scene.said == ["a begins, somebody at 0", "b begins, somebody at 0", "b goes on at 60", "a goes on at 3600"]
    assert (scene.threads.alive, scene.threads.by_id, scene.here, others()) == ({}, {}, None, [])


def test_a_function_waits_for_a_coroutine_on_the_loop() -> None:
    scene = Scene()

    async def answers(seconds: float) -> str:
        await asyncio.sleep(seconds)
        if seconds > 50:
            raise LookupError("too long")
        return f"after {seconds:g} s"

    def asks() -> str:
        found: str = scene.thread.block(answers(5.0))
        with pytest.raises(LookupError, match="too long"):
            scene.thread.block(answers(60.0))
        return found

    assert scene.run(scene.threads.call(asks)) == "after 5 s"
    assert scene.loop.time() == 1065.0


@pytest.mark.parametrize("error", [ValueError("no"), SystemExit(3), KeyboardInterrupt()])
def test_what_a_function_raises_is_raised_where_it_was_called(error: BaseException) -> None:
    scene = Scene()

    def fails() -> None:
        raise error

    with pytest.raises(type(error)) as raised:
        scene.run(scene.threads.call(fails))
    assert raised.value is error


def test_with_the_run_all_that_wait_end_and_what_has_not_begun_never_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explore_threads, "STUCK_AFTER", 10.0)
    scene = Scene()

    async def never() -> None:
        tasks.append(cast("asyncio.Task[None]", asyncio.current_task()))
        await asyncio.Event().wait()

    def works(how: str) -> None:
        try:
            try:
                if how == "sleeps":
                    scene.thread.sleep(1e6)
                else:
                    scene.thread.block(never())
            except Exception:
                scene.say("this is no error")
            scene.say("it went on")
        finally:
            scene.say(f"{how} is left")
            with pytest.raises(explore_threads.GivenUp):
                scene.thread.sleep(1.0)  # it waits for nothing any more

    async def main() -> None:
        calls.extend(asyncio.ensure_future(scene.threads.call(partial(works, how))) for how in ("sleeps", "asks"))
        await asyncio.sleep(1.0)
        ended = [each.place() for each in scene.threads.alive]
        late = SteppedThread(scene.threads, scene.loop, lambda: scene.say("it began"), "late")
        late.start()
        assert (ended, late.place()) == (["goes on", "goes on"], "begins")
        scene.threads.give_up()
        assert scene.threads.alive == {}
        late._thread.join(20)
        late.give_up()  # which has ended
        assert [task.cancelling() for task in tasks] == [1]

    tasks: list[asyncio.Task[None]] = []
    calls: list[asyncio.Future[None]] = []  # which nobody answers any more, as the run is over
    scene.run(main())
    assert scene.said == ["sleeps is left at 1", "asks is left at 1"]
    assert others() == []


def test_one_that_waits_for_another_thread_is_told_with_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explore_threads, "STUCK_AFTER", 0.05)
    scene = Scene()
    go_on, raised = threading.Event(), list[HatchetError]()

    def waits_elsewhere() -> None:
        go_on.wait(20)

    thread = SteppedThread(scene.threads, scene.loop, waits_elsewhere, "the task")
    scene.threads.alive[thread] = None
    thread._thread.start()
    try:
        thread.turn()
    except HatchetError as error:
        raised.append(error)
    go_on.set()
    thread._thread.join(20)
    [stuck] = raised
    said, _, place = str(stuck).partition("It is at\n")
    assert said == (
        "the task has run for 0.05 s and neither ended nor waited in a call of the client; what it waits for comes "
        "from a thread that the exploration does not know, or never. "
    )
    assert "go_on.wait(20)" in place
    assert place.count("  File ") <= explore_threads.FRAMES == 8
