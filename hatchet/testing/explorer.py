"""`explore`: a test runs under many orders of events, and one that it fails under is repeated by its seed."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import inspect
import os
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any, Final, ParamSpec, overload

from hatchet._dataclasses import dataclass
from hatchet.errors import HatchetError
from hatchet.testing.explore_loop import ExploredLoop, Quiet, Step
from hatchet.testing.explore_order import FIRST_SEED, order_of
from hatchet.testing.explore_refused import ExplorationError as ExplorationError
from hatchet.testing.explore_trace import Event, Trace, place, shown
from hatchet.testing.explore_world import UPTIME, World, check_free

P = ParamSpec("P")

SEED: Final = "HATCHET_EXPLORE_SEED"
RUNS: Final = "HATCHET_EXPLORE_RUNS"
DEFAULT_RUNS: Final = 200
DEFAULT_LIMIT: Final = timedelta(hours=1)
STEPS: Final = 200_000  # at one moment; more of them make no progress
EVENTS: Final = 200  # that are shown: the last
END_LIMIT: Final = 60.0  # s of made-up time that what a run has left open may take to end

Test = Callable[P, Coroutine[Any, Any, object] | object]


@dataclass(frozen=True)
class Run:
    """One run of an explored test."""

    seed: int
    error: BaseException | None
    """What the test raised."""
    steps: tuple[str, ...]
    """Every step of the loop, where they were written down."""
    events: tuple[Event, ...]
    """The steps of the test's and the tasks' own code."""
    count: int
    """How many steps there were."""


@overload
def explore(test: Test[P], /) -> Callable[P, None]: ...
@overload
def explore(
    *, runs: int | None = None, seed: int | None = None, limit: timedelta = DEFAULT_LIMIT
) -> Callable[[Test[P]], Callable[P, None]]: ...
def explore(
    test: Test[P] | None = None,
    /,
    *,
    runs: int | None = None,
    seed: int | None = None,
    limit: timedelta = DEFAULT_LIMIT,
) -> Callable[P, None] | Callable[[Test[P]], Callable[P, None]]:
    """Run a test under many orders of events, each drawn by a seed; a decorator of async tests and of sync ones.

    ::

        @explore(runs=200)
        async def test_no_deposit_is_lost() -> None:
            hatchet = Hatchet.from_embedded(None)
            ...
            async with hatchet.worker("bank", workflows=[deposit]):
                await asyncio.gather(deposit.aio_run(Amount(1)), deposit.aio_run(Amount(1)))
            assert account.balance == 2

    Engine, worker, handlers and test share one event loop, whose time is made up: it jumps to the next timer when
    nothing else can happen. What fails names its seed and shows the order of events. The environment variable
    `HATCHET_EXPLORE_SEED` repeats one, `HATCHET_EXPLORE_RUNS` says how many are tried, whatever the tests say.

    Args:
        test: the test; its arguments, fixtures included, are the same in each run.
        runs: how many orders are tried, each with a seed of its own: 0, 1, 2, … Default: 200. The first is asyncio's.
        seed: try this one only.
        limit: made-up time in which a run has to end; default: an hour.

    Raises:
        ExplorationError: a run came to no end, or went another way when it was repeated.
    """

    def decorate(test: Test[P]) -> Callable[P, None]:
        @functools.wraps(test)
        def explored(*args: P.args, **kwargs: P.kwargs) -> None:
            check_free()
            for each in _seeds(runs, seed):
                run = run_once(functools.partial(test, *args, **kwargs), each, limit)
                if run.error is not None:
                    raise _told(run, run_once(functools.partial(test, *args, **kwargs), each, limit, traced=True))

        return explored

    return decorate if test is None else decorate(test)


def _seeds(runs: int | None, seed: int | None) -> range:
    chosen, number = os.environ.get(SEED), os.environ.get(RUNS)
    try:
        seed = seed if chosen is None else int(chosen)
        runs = runs if number is None else int(number)
    except ValueError:
        raise HatchetError(f"{SEED}={chosen!r} and {RUNS}={number!r}: write whole numbers") from None
    if seed is not None:
        return range(seed, seed + 1)
    count = DEFAULT_RUNS if runs is None else runs
    if count < 1:
        raise HatchetError(f"an exploration of {count} runs shows nothing; write 1 or more")
    return range(FIRST_SEED, FIRST_SEED + count)


def run_once(test: Callable[[], object], seed: int, limit: timedelta = DEFAULT_LIMIT, *, traced: bool = False) -> Run:
    """Run a test under one seed."""
    trace = Trace(UPTIME) if traced else None
    watch = _Watch(UPTIME + limit.total_seconds(), trace)
    loop = ExploredLoop(order_of(seed), UPTIME, watch)
    world = World(seed, loop)

    def run() -> BaseException | None:
        with world.entered():
            error = _run(test, loop, world)
            if trace is not None:
                trace.flush()
            watch.until = loop.time() + END_LIMIT
            return _end(loop, world, error)

    error = contextvars.copy_context().run(run)
    if isinstance(error, KeyboardInterrupt | SystemExit):
        raise error
    return Run(seed, error, tuple(trace.steps) if trace else (), tuple(trace.events) if trace else (), loop.steps)


async def _main(test: Callable[[], object], world: World) -> None:
    function = test
    while isinstance(function, functools.partial):
        function = function.func
    given = test() if inspect.iscoroutinefunction(function) else await world.threads.call(test)
    if inspect.isawaitable(given):
        await given


def _run(test: Callable[[], object], loop: ExploredLoop, world: World) -> BaseException | None:
    main = loop.create_task(_main(test, world), name="the test")
    try:
        loop.run_until_complete(main)
    except Quiet:
        return ExplorationError(f"nothing can happen any more, and the test has not ended. {_waiting(loop)}")
    except _Endless as error:
        return ExplorationError(f"{error}. {_waiting(loop)}")
    except BaseException as error:
        return error
    return None


def _end(loop: ExploredLoop, world: World, error: BaseException | None) -> BaseException | None:
    try:
        world.threads.give_up()
        loop.run_until_complete(loop.create_task(world.end(), name="the end"))
    except (Quiet, _Endless) as left:
        error = error or ExplorationError(f"what the test has left open did not end: {left}. {_waiting(loop)}")
    finally:
        loop.close()
    return error


def _waiting(loop: ExploredLoop) -> str:
    places = [f"{task.get_name()} at {shown(frame)}" for task in asyncio.all_tasks(loop) if (frame := place(task))]
    return f"These wait: {', '.join(places) or 'none of your own code'}"


class _Endless(Exception):
    """A run comes to no end."""


class _Watch:
    """Sees to it that a run ends."""

    def __init__(self, until: float, trace: Trace | None) -> None:
        self.until = until
        self._trace = trace
        self._at = 0.0
        self._steps = 0

    def __call__(self, loop: ExploredLoop, step: Step) -> None:
        now = loop.time()
        if now != self._at:
            self._at, self._steps = now, 0
            if now > self.until:
                after = timedelta(seconds=round(now - UPTIME))
                raise _Endless(f"the run has not ended after {after} of its own time; limit= gives it more")
        self._steps += 1
        if self._steps > STEPS:
            raise _Endless(f"{STEPS} steps were made in which no time passes")
        if self._trace is not None:
            self._trace(loop, step)


def _told(first: Run, again: Run) -> BaseException:
    error = again.error
    if error is None or type(error) is not type(first.error) or first.count != again.count:
        then = "no error" if error is None else repr(error)
        raise ExplorationError(
            f"seed {first.seed} failed with {first.error!r} after {first.count} steps, and gave {then} after "
            f"{again.count} when it was repeated: something in the test does not come from the seed, such as what an "
            "earlier run has left, the real clock, or a thread"
        ) from first.error
    shown = again.events[-EVENTS:]
    left = len(again.events) - len(shown)
    lines = "".join(f"\n{event}" for event in shown)
    error.add_note(
        f"seed {first.seed}; {SEED}={first.seed} or @explore(seed={first.seed}) repeats it. The order of events, in "
        f"seconds of its own time{f' ({left} earlier ones are left out)' if left else ''}:{lines}"
    )
    return error
