"""An event loop of which a seed decides what comes next, and whose time jumps to the next timer when all is quiet.

What is ready stands in lanes. Within a lane the order is that of asyncio; between lanes it is drawn. Each task of
asyncio is a lane. All callbacks that are no steps of tasks are one, since what a thread hands to a loop arrives in
order. And all that one invocation of a durable task does is one: its replay counts on asyncio's order among its
coroutines (docs/decisions/0078-what-an-exploration-draws.md).
"""

from __future__ import annotations

import asyncio
import contextvars
import heapq
import itertools
import logging
import threading
from collections import deque
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Sequence
from concurrent.futures import Executor
from functools import partial
from typing import Any, Final, Protocol, TypeVar, TypeVarTuple, Unpack, cast

from hatchet.context.durable_session import DurableSession
from hatchet.scope import current_scope
from hatchet.testing.explore_refused import STRANGE_THREAD, ExplorationError, WithoutNetwork

logger: Final = logging.getLogger("hatchet")

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

Scheduled = Coroutine[Any, Any, T] | Generator[Any, None, T]
CALLBACKS: Final = 0  # the lane of those that are no steps of tasks
Handler = Callable[[asyncio.AbstractEventLoop, dict[str, Any]], object]


class Order(Protocol):
    """Draws what comes next."""

    has_lanes: bool
    """Whether anything is drawn: without lanes the order is that of asyncio."""

    def pick(self, ready: Sequence[Step]) -> int:
        """Which of these goes on, as an index; they are in the order in which they became the first of their lanes."""
        ...

    def shuffle(self, timers: list[Timer]) -> None:
        """Put timers of the same time in the order in which they ring."""
        ...


class Quiet(Exception):
    """Nothing is ready and no timer is set: nothing can happen any more."""


class Task(asyncio.Task[T]):
    """A task with a number, so that sets of tasks have the same order each time."""

    def __init__(self, coroutine: Scheduled[T], number: int, **options: Any) -> None:
        self.number: int = number
        """In the order in which they were made; needed at once, as a task is in sets and is ready when it is made."""
        self.steps: deque[Step] = deque()
        """Those that are ready; at most one, but for a cancellation."""
        super().__init__(cast("Coroutine[Any, Any, T]", coroutine), **options)

    def __hash__(self) -> int:
        return self.number


class Future(asyncio.Future[T]):
    """A future with a number; otherwise as `Task`."""

    def __init__(self, number: int, loop: asyncio.AbstractEventLoop) -> None:
        self.number: int = number
        super().__init__(loop=loop)

    def __hash__(self) -> int:
        return self.number


class Step(asyncio.Handle):
    """A callback that is ready."""

    def __init__(
        self,
        callback: Callable[..., object],
        args: Sequence[Any],
        loop: asyncio.AbstractEventLoop,
        context: contextvars.Context | None,
    ) -> None:
        self.callback: Callable[..., object] = callback
        """What it calls."""
        self.context: contextvars.Context = context if context is not None else contextvars.copy_context()
        """The context variables that it sees."""
        self.lanes: tuple[deque[Step], ...] = ()
        """Where it waits for its turn, while it is ready."""
        self.lane: int = CALLBACKS
        """The number of the one that ranks are given to."""
        self.behind: int = 0
        """In how many of them something is before it."""
        super().__init__(callback, args, loop, self.context)

    def run(self) -> None:
        """Call it; what it raises goes to the exception handler of the loop, and SystemExit and the like out."""
        self._run()

    def session(self) -> object:
        """The invocation of a durable task that it is a part of; None for everything else."""
        scope = self.context.get(current_scope)
        if scope is not None and scope.log is not None:
            return scope.log
        owner = getattr(self.callback, "__self__", None)
        return owner if isinstance(owner, DurableSession) else None


class Timer(asyncio.TimerHandle):
    """A callback that a time is set for."""

    def __init__(self, when: float, step: Step, args: Sequence[Any], loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(when, step.callback, args, loop, step.context)
        self.step: Step = step
        """What is ready once the time has come."""


class ExploredLoop(WithoutNetwork):
    """The loop of one run of an exploration. It has no network, no processes, and one thread that runs at a time."""

    def __init__(self, order: Order, start: float, watch: Callable[[ExploredLoop, Step], None] | None = None) -> None:
        """`start` is its first time, in seconds; `watch` is told of each step before it is made."""
        self._order = order
        self._now = start
        self._watch = watch
        self._ready: list[Step] = []  # the first of their lanes
        self._callbacks: deque[Step] = deque()
        self._sessions: dict[object, tuple[int, deque[Step]]] = {}
        self._timers: list[tuple[float, int, Timer]] = []
        self._numbers = itertools.count(1)
        self._factory: Callable[..., asyncio.Task[Any]] | None = None
        self._handler: Handler | None = None
        self._generators: dict[int, AsyncGenerator[Any, Any]] = {}
        self._running = False
        self._closed = False
        self._thread = 0
        self.steps: int = 0
        """How many callbacks it has called."""
        self.call_in_thread: Callable[[Callable[[], Any]], Coroutine[Any, Any, Any]]
        """Calls a function beside the loop."""
        self.knows_thread: Callable[[], bool] = self.is_here
        """Whether the caller's thread takes turns with it."""

    # -- what comes next

    def run_until_complete(self, future: Scheduled[T] | asyncio.Future[T]) -> T:  # type: ignore[override]  # as base
        """Go on until a coroutine has ended; its result.

        Raises:
            Quiet: it waits for what cannot happen.
        """
        main: asyncio.Future[T] = asyncio.ensure_future(cast("Coroutine[Any, Any, T]", future), loop=self)
        before = asyncio._get_running_loop()
        self._thread, self._running = threading.get_ident(), True
        asyncio._set_running_loop(self)
        try:
            while not main.done():
                self._step()
        finally:
            asyncio._set_running_loop(before)
            self._running = False
        return main.result()

    def _step(self) -> None:
        ready = self._ready
        if not ready:
            self._jump()
            return
        step = ready.pop(self._order.pick(ready) if len(ready) > 1 else 0)
        for lane in step.lanes:
            lane.popleft()
            if lane:
                lane[0].behind -= 1
                if not lane[0].behind:
                    ready.append(lane[0])
        if step.cancelled():
            return
        self.steps += 1
        if self._watch is not None:
            self._watch(self, step)
        step.run()

    def _jump(self) -> None:
        """Let time pass until the next timer rings, and with it all of the same time."""
        due: list[Timer] = []
        while self._timers and (not due or self._timers[0][0] <= self._now):
            when, _, timer = heapq.heappop(self._timers)
            if not timer.cancelled():
                self._now = max(self._now, when)
                due.append(timer)
        if not due:
            raise Quiet
        self._order.shuffle(due)
        for timer in due:
            self._add(timer.step)

    def _add(self, step: Step) -> Step:
        step.lanes = (self._callbacks,) if not self._order.has_lanes else self._lanes(step)
        for lane in step.lanes:
            step.behind += bool(lane)
            lane.append(step)
        if not step.behind:
            self._ready.append(step)
        return step

    def _lanes(self, step: Step) -> tuple[deque[Step], ...]:
        owner = getattr(step.callback, "__self__", None)
        session = step.session()
        if session is not None:
            if session not in self._sessions:
                self._sessions[session] = next(self._numbers), deque()
            step.lane, lane = self._sessions[session]
            return (lane,) if isinstance(owner, Task) else (self._callbacks, lane)
        if not isinstance(owner, Task):
            return (self._callbacks,)
        step.lane = owner.number
        return (owner.steps,)

    def pass_time(self, seconds: float) -> None:
        """Let time pass while the caller keeps the loop from running, as `time.sleep` does."""
        self._now += seconds

    # -- what asyncio asks of a loop

    def time(self) -> float:
        """Seconds, made up."""
        return self._now

    def call_soon(
        self, callback: Callable[[Unpack[Ts]], object], *args: *Ts, context: contextvars.Context | None = None
    ) -> asyncio.Handle:
        """Call it when it is drawn."""
        return self._add(Step(callback, args, self, context))

    def call_soon_threadsafe(
        self, callback: Callable[[Unpack[Ts]], object], *args: *Ts, context: contextvars.Context | None = None
    ) -> asyncio.Handle:
        """The same: its threads take turns with it.

        RuntimeError when it is closed, or the thread is none that the run knows, which might call at any time.
        """
        if self._closed:
            raise RuntimeError("Event loop is closed")
        if not self.knows_thread():
            raise ExplorationError(STRANGE_THREAD)
        return self._add(Step(callback, args, self, context))

    def call_later(
        self,
        delay: float,
        callback: Callable[[Unpack[Ts]], object],
        *args: *Ts,
        context: contextvars.Context | None = None,
    ) -> asyncio.TimerHandle:
        """Call it when so many seconds have passed."""
        return self.call_at(self._now + delay, callback, *args, context=context)

    def call_at(
        self,
        when: float,
        callback: Callable[[Unpack[Ts]], object],
        *args: *Ts,
        context: contextvars.Context | None = None,
    ) -> asyncio.TimerHandle:
        """Call it at a time of this loop."""
        timer = Timer(when, Step(callback, args, self, context), args, self)
        heapq.heappush(self._timers, (when, next(self._numbers), timer))
        return timer

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """A timer that is cancelled is passed by when its time has come."""

    def create_future(self) -> asyncio.Future[Any]:
        """A future of this loop."""
        return Future[Any](next(self._numbers), self)

    def create_task(
        self, coro: Scheduled[T], *, name: str | None = None, context: contextvars.Context | None = None
    ) -> asyncio.Task[T]:
        """A task of this loop."""
        if self._factory is not None:
            return cast("asyncio.Task[T]", self._factory(self, coro, context=context))
        number = next(self._numbers)
        return Task(coro, number, loop=self, name=name or f"Task-{number}", context=context)

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[Unpack[Ts]], T], *args: *Ts
    ) -> asyncio.Future[T]:
        """Call a function in a thread that takes turns with the loop, whatever the executor."""
        return self.create_task(self.call_in_thread(partial(func, *args)), name=name_of(func))

    def set_task_factory(self, factory: Any) -> None:
        """What makes tasks from now on."""
        self._factory = factory

    def get_task_factory(self) -> Any:
        """What makes tasks; None where the loop does."""
        return self._factory

    def get_debug(self) -> bool:
        """Never: asyncio's debugging reads the real clock."""
        return False

    def set_debug(self, enabled: bool) -> None:
        """Nothing; see `get_debug`."""

    def is_running(self) -> bool:
        """Whether it runs."""
        return self._running

    def is_closed(self) -> bool:
        """Whether it is closed."""
        return self._closed

    def is_here(self) -> bool:
        """Whether the caller's thread is the one that it runs in."""
        return threading.get_ident() == self._thread

    def close(self) -> None:
        """Forget what is ready and what is set."""
        self._closed = True
        self._ready.clear()
        self._callbacks.clear()
        self._sessions.clear()
        self._timers.clear()

    def set_exception_handler(self, handler: Handler | None) -> None:
        """Who is told of an exception in a callback."""
        self._handler = handler

    def get_exception_handler(self) -> Any:
        """Who is told of an exception in a callback; None: the log."""
        return self._handler

    def default_exception_handler(self, context: dict[str, Any]) -> None:
        """Write it to the log."""
        logger.error("%s", context.get("message", "an exception in a callback"), exc_info=context.get("exception"))

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Tell of an exception in a callback."""
        if self._handler is None:
            self.default_exception_handler(context)
        else:
            self._handler(self, context)

    # -- async generators, which a loop ends

    def first_iterated(self, generator: AsyncGenerator[Any, Any]) -> None:
        """An async generator begins; for `sys.set_asyncgen_hooks`."""
        self._generators[id(generator)] = generator

    def finalized(self, generator: AsyncGenerator[Any, Any]) -> None:
        """Nobody holds it any more."""
        self._generators.pop(id(generator), None)
        if not self._closed:
            self.create_task(generator.aclose())

    async def shutdown_asyncgens(self) -> None:
        """End those that are not at their end."""
        left, self._generators = list(self._generators.values()), {}
        for generator in left:
            await generator.aclose()

    async def shutdown_default_executor(self) -> None:
        """Nothing: there is none."""


def name_of(called: object) -> str:
    """What is called, in words; through partials, and what `asyncio.to_thread` makes of a function."""
    while isinstance(called, partial):
        inner = cast("partial[object]", called)
        is_run = getattr(inner.func, "__name__", "") == "run" and inner.args and callable(inner.args[0])
        called = inner.args[0] if is_run else inner.func
    return str(getattr(called, "__qualname__", type(called).__qualname__))
