"""The user's side of one invocation: calls come from any loop or thread, and go on in the one order of the log.

Async code goes on on the loop of the worker's handlers. A call may wake several coroutines after one another, as
`asyncio.gather` within a task group does; the next call goes on only when they had their turns.
"""

from __future__ import annotations

import asyncio
import contextvars
import sys
import threading
from collections.abc import Callable, Coroutine, Generator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from copy import copy
from types import FrameType
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar, cast

from hatchet.context.durable_actions import Answer, Compute, Ended, Offer, Resumption, Step
from hatchet.context.durable_children import chunks, outputs_of_child, started
from hatchet.context.outcomes import Wait
from hatchet.errors import HatchetError
from hatchet.scope import current_scope
from hatchet.wire.durable_values import Invocation, MemoRequest, Request, WaitRequest

if TYPE_CHECKING:
    from hatchet.context.durable_log import DurableLog
    from hatchet.wire.requests import Trigger

TURNS: Final = 12  # of the loop, in which coroutines that wait for each other come to rest: two for each level
OWN_MODULES: Final = ("hatchet.", "asyncio.")
LOOP_MODULES: Final = ("asyncio.events", "hatchet.worker.process")  # whose frames are below those of a task

T = TypeVar("T")
Act = Callable[["DurableLog"], None]


class LogPort(Protocol):
    """The way to the log of an invocation."""

    def post(self, session: DurableSession, act: Act) -> None:
        """Tell the log of a session something, from any thread; in the order of these."""
        ...


class DurableSession:
    """One invocation of a durable task, as its code uses it."""

    def __init__(self, invocation: Invocation, port: LogPort, *, is_async: bool, message_limit: int) -> None:
        """Made on the loop that async code of the task goes on on."""
        self.invocation: Invocation = invocation
        self._port = port
        self._loop = asyncio.get_running_loop()
        self._turns = TURNS if is_async else 0
        self._message_limit = message_limit
        self._lock = threading.Lock()
        self._latest = 0
        self._futures: dict[int, asyncio.Future[Answer]] = {}
        self._workflows: dict[str, str] = {}
        self._children = 0
        self._offer: Offer | None = None
        self._handed = 0
        self._unsaid = 0  # how many of them the log has not heard of
        self._beside: dict[asyncio.Task[Any], str] = {}  # tasks that the code has made, and where
        self._error: BaseException | None = None

    # -- what the code asks for

    async def wait(self, wait: Wait, label: str | None) -> bytes:
        """Wait for conditions; what the engine tells of their end."""
        request = WaitRequest(wait.conditions, label)
        ended = await self._call([request], f"a wait for {wait}")
        assert isinstance(ended, Ended)
        return ended.payload

    async def remember(self, key: bytes, value: bytes, text: str) -> bytes:
        """A value as it was the first time."""
        found = await self._call([MemoRequest(key, value)], text)
        assert isinstance(found, bytes)
        return found

    async def probe(self, key: bytes, value: bytes, text: str) -> bool:
        """Whether an entry is here, or can be made: not where the log has another one."""
        return await self._call([MemoRequest(key, value, is_probe=True)], text) is not False

    async def open_memo(self, key: bytes, text: str) -> bytes | int:
        """The value that is remembered; or else the number under which `close_memo` gives it."""
        number = self._number()
        found = await self._ask(number, self._calls(number, [MemoRequest(key)], text))
        return number if isinstance(found, Compute) else cast(bytes, found)

    async def close_memo(self, memo: int, value: bytes | None) -> None:
        """The function of a memo has ended; its caller goes on in its turn."""
        number = self._number()
        await self._ask(number, lambda log: log.remembered(number, memo, value))

    def drop_memo(self, memo: int) -> None:
        """The function of a memo was given up."""
        self._post(lambda log: log.forget(memo))

    async def start(self, runs: Sequence[object]) -> list[str]:
        """Start children; their ids, in the order of the runs."""
        triggers = cast("Sequence[Trigger]", runs)
        with self._lock:
            first, self._children = self._children, self._children + len(triggers)
        requests = chunks(triggers, first, self._message_limit)
        names = ", ".join(dict.fromkeys(run.workflow for run in triggers))
        answer = await self._call(requests, f"a start of {names}")
        return started(answer, triggers, self._workflows)

    def knows(self, run_id: str) -> bool:
        """Whether a run was started here."""
        return run_id in self._workflows

    def workflow_of(self, run_id: str) -> str:
        """The workflow of a run that was started here."""
        return self._workflows[run_id]

    async def outputs(self, run_id: str) -> dict[str, str]:
        """The output texts of a child's tasks, once it has ended.

        Raises:
            RunFailed: it failed.
            RunCancelled: it was cancelled.
            IdempotencyCollisionError: it was not started, because another run holds its key.
        """
        number = self._number()
        ended = await self._ask(number, lambda log: log.wait_for_run(number, run_id))
        assert isinstance(ended, Ended)
        return outputs_of_child(ended, run_id, self._workflows[run_id])

    async def _call(self, requests: Sequence[Request], text: str) -> Answer:
        number = self._number()
        return await self._ask(number, self._calls(number, requests, text))

    def _calls(self, number: int, requests: Sequence[Request], text: str) -> Act:
        task = asyncio.current_task()
        step = Step(text, call_site() or (self._beside.get(task, "") if task is not None else ""))
        return lambda log: log.call(number, requests, step)

    def _number(self) -> int:
        scope = current_scope.get()
        if scope is not None and scope.memo:
            raise HatchetError(
                f"{scope.memo} is the function of a memo, and makes a durable call; make it outside, and give the "
                "function what it needs"
            )
        with self._lock:
            self._latest += 1
            return self._latest

    async def _ask(self, number: int, act: Act) -> Answer:
        if self._error is not None:
            raise copy(self._error)
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._futures[number] = future
        self._post(act)
        try:
            answer = await future
        except asyncio.CancelledError:
            self._post(lambda log: log.forget(number))
            raise
        finally:
            self._futures.pop(number, None)
        if isinstance(answer, BaseException):
            raise copy(answer)
        return answer

    def _post(self, act: Act) -> None:
        """Tell the log of it, and before of all that has gone on."""
        with self._lock:
            handed, self._unsaid = self._unsaid, 0
        if not handed:
            self._port.post(self, act)
            return

        def both(log: DurableLog) -> None:
            log.handed(handed)
            act(log)

        self._port.post(self, both)

    # -- what goes on

    def joined(self, task: asyncio.Task[Any]) -> None:
        """The code has made a task beside its own."""
        self._beside[task] = call_site()
        task.add_done_callback(self._beside.pop)

    async def comes_to_rest(self) -> int:
        """The number of the last call, once the code has come to rest, as far as it waits for nothing but its log."""
        rested: Future[int] = Future()
        with suppress(RuntimeError):  # the loop is closed: nothing goes on there
            self._loop.call_soon_threadsafe(self._look, self._turns, self._latest, rested)
        return await asyncio.wrap_future(rested)

    def _look(self, left: int, latest: int, rested: Future[int]) -> None:
        if left <= 0 or self._is_alone:
            if rested.set_running_or_notify_cancel():
                rested.set_result(self._latest)
        else:
            left = left - 1 if latest == self._latest else self._turns
            self._loop.call_soon(self._look, left, self._latest, rested)

    def offer(self, offer: Offer) -> None:
        """Let calls go on; from any thread."""
        with suppress(RuntimeError):  # the loop is closed: nobody is there to go on
            self._loop.call_soon_threadsafe(self._conduct, offer)

    def end(self, error: BaseException) -> None:
        """Nothing goes on any more: every call ends with this, those of later too. From any thread."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._end, error)

    def _end(self, error: BaseException) -> None:
        self._error = self._error or error
        for number in list(self._futures):
            self._resume(Resumption(number, self._error))

    def _conduct(self, offer: Offer) -> None:
        self._offer, self._handed = offer, 0
        self._settle()

    def _settle(self) -> None:
        """Hand over what is next as soon as the code has come to rest."""
        if self._turns and not self._is_alone:
            self._loop.call_soon(self._turn, self._turns - 1, self._latest)
        else:
            self._hand_over()

    def _turn(self, left: int, latest: int) -> None:
        if latest != self._latest:
            left = self._turns
        if left > 0:
            self._loop.call_soon(self._turn, left - 1, self._latest)
        else:
            self._hand_over()

    @property
    def _is_alone(self) -> bool:
        """Whether the code has no task beside its own, and that one waits in a call: then it is at rest."""
        if self._beside or len(self._futures) != 1 or self._loop.get_task_factory() is not counting_task:
            return False
        (future,) = self._futures.values()
        return not future.done() and future.get_loop() is self._loop

    def _hand_over(self) -> None:
        offer = self._offer
        assert offer is not None
        if offer.are_completions and self._latest != offer.seen:
            latest = self._latest
            self._post(lambda log: log.returned(latest))
            return
        self._resume(offer.resumptions[self._handed])
        self._handed += 1
        with self._lock:
            self._unsaid += 1
        self._loop.call_soon(self._say)  # with what the code asks for next, if that comes at once
        if self._handed < len(offer.resumptions):
            self._settle()

    def _say(self) -> None:
        if self._unsaid:
            self._post(_nothing)

    def _resume(self, resumption: Resumption) -> None:
        future = self._futures.get(resumption.call)
        if future is None:
            return
        loop = future.get_loop()
        if loop is self._loop:
            _resolve(future, resumption.answer)
        else:
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(_resolve, future, resumption.answer)


def _nothing(log: DurableLog) -> None:
    """Nothing but what has gone on."""


def counting_task(
    loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, T] | Generator[Any, None, T], **options: Any
) -> asyncio.Task[T]:
    """A factory of tasks, with which a durable task knows of those that its code makes."""
    task = asyncio.Task(coroutine, loop=loop, **options)
    context: contextvars.Context | None = options.get("context")
    scope = current_scope.get() if context is None else context.get(current_scope)
    if scope is not None and scope.log is not None:
        scope.log.joined(task)
    return task


def _resolve(future: asyncio.Future[Answer], answer: Answer) -> None:
    if not future.done():
        future.set_result(answer)


def call_site() -> str:
    """Where the user's code has made the call that goes on here, as `file:line`.

    Empty where it has made a task of the call, as `asyncio.gather` does: then the loop is all that called it, and the
    place is where the task was made.
    """
    frame: FrameType | None = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]  # documented by sys
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if module in LOOP_MODULES:
            return ""
        if not module.startswith(OWN_MODULES):
            return f"{frame.f_code.co_filename}:{frame.f_lineno}"
        frame = frame.f_back
    return ""
