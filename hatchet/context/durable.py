"""The context of durable tasks: what is written into their log, so that it is not done again when they go on."""

from __future__ import annotations

import inspect
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar, overload

from hatchet.context import combinators, memos
from hatchet.context.combinators import Resolved
from hatchet.context.context import Context, TLifespan_co
from hatchet.context.outcomes import SleepResult, Wait, WaitOutcome
from hatchet.errors import HatchetError, InputError
from hatchet.options.conditions import Condition, OrGroup, SleepCondition, UserEventCondition
from hatchet.options.durations import length_of
from hatchet.options.moments import in_utc
from hatchet.options.values import Duration
from hatchet.transport.io_loop import blocking

if TYPE_CHECKING:
    from hatchet.context.durable_session import DurableSession

P = ParamSpec("P")
T = TypeVar("T")


class DurableContext(Context[TLifespan_co]):
    """The running attempt of a durable task.

    The engine keeps a log of what the task waits for, remembers and starts. When the task goes on after an eviction, a
    crash or a failure, its function runs again from the top, and these calls give what they gave before. So it must
    make the same calls in the same order. Code between them runs at least once.
    """

    _session: DurableSession | None = None
    _waits = 0
    _namespaced: Callable[[str], str] = staticmethod(str)

    def use(self, session: DurableSession, namespaced: Callable[[str], str]) -> None:
        """Keep the log of an invocation; called by the worker before it calls the task."""
        self._session = session
        self._namespaced = namespaced
        self._scope.log = session
        self._patches: dict[str, bool] = {}

    @property
    def _log(self) -> DurableSession:
        if self._session is None:
            raise HatchetError(f"{self.task_name} makes a durable call, and there is no engine that keeps its log here")
        return self._session

    @property
    def invocation_count(self) -> int:
        """How often the task was handed to a worker, counted from 1."""
        return self._assignment.invocation_count or 1

    @property
    def wait_index(self) -> int:
        """How many waits this invocation has begun."""
        return self._waits

    # -- waits

    async def aio_sleep_for(self, duration: Duration, label: str | None = None) -> SleepResult:
        """Sleep for a length of time, up to years, counted from the first time that the task comes here.

        Args:
            duration: how long, a timedelta or a text such as `1h30m`.
            label: what the dashboard shows of the wait.
        """
        await self._wait([SleepCondition(duration)], label)
        return SleepResult(length_of(duration))

    async def aio_sleep_until(self, wake_at: datetime, label: str | None = None) -> SleepResult:
        """Sleep until a time with a time zone; one in the past ends the sleep at once. Takes two entries of the log.

        Raises:
            InputError: the moment has no time zone, or lies at the edge of the calendar.
        """
        left = in_utc(wake_at, "wake_at") - await self.aio_now()
        if left < timedelta(milliseconds=1):
            return SleepResult(timedelta(0))
        return await self.aio_sleep_for(left, label)

    async def aio_wait_for(
        self, signal_key: str | Condition | OrGroup, *conditions: Condition | OrGroup, label: str | None = None
    ) -> WaitOutcome:
        """Wait until all conditions hold; of an `or_(…)`, one is enough.

        Args:
            signal_key: a name of the wait, which is also its default label; or the first condition.
            conditions: sleeps, events, and `or_` of them.
            label: what the dashboard shows of the wait.
        """
        given = conditions if isinstance(signal_key, str) else (signal_key, *conditions)
        name = signal_key if isinstance(signal_key, str) else None
        wait, payload = await self._wait(given, label or name)
        return wait.outcome(payload)

    @overload
    async def aio_wait_for_event(
        self, key: str, expression: str | None = None, *, match: Mapping[str, object] | None = None,
        payload_validator: None = None, scope: str | None = None, lookback_window: timedelta | None = None,
        label: str | None = None,
    ) -> Any: ...  # fmt: skip
    @overload
    async def aio_wait_for_event(
        self, key: str, expression: str | None = None, *, match: Mapping[str, object] | None = None,
        payload_validator: type[T], scope: str | None = None, lookback_window: timedelta | None = None,
        label: str | None = None,
    ) -> T: ...  # fmt: skip
    async def aio_wait_for_event(
        self,
        key: str,
        expression: str | None = None,
        *,
        match: Mapping[str, object] | None = None,
        payload_validator: type[Any] | None = None,
        scope: str | None = None,
        lookback_window: timedelta | None = None,
        label: str | None = None,
    ) -> Any:
        """Wait for an event; its payload.

        Args:
            key: the event's key; the client's namespace is added.
            expression: CEL over the payload, as `input`, that must be true.
            match: values that fields of the payload must have, such as `{"order_id": x}`; they are quoted for CEL.
            payload_validator: type of the payload; without one it is JSON.
            scope: only events with this scope.
            lookback_window: events of this time before the wait count, too; needs a scope.
            label: what the dashboard shows of the wait.

        Raises:
            InputError: `lookback_window` is given without a scope, or the payload is not of the type.
        """
        if lookback_window is not None and scope is None:
            raise InputError(f"the wait for {key!r} has a lookback_window, which needs a scope= as well")
        since = None if lookback_window is None else self._engine.now() - lookback_window
        condition = UserEventCondition(key, expression, scope=scope, consider_events_since=since, match=match)
        wait, payload = await self._wait([condition], label)
        outcome = wait.outcome(payload)
        return (
            outcome.payload(condition) if payload_validator is None else outcome.payload(condition, payload_validator)
        )

    @overload
    def wait_for_event(
        self, key: str, expression: str | None = None, *, match: Mapping[str, object] | None = None,
        payload_validator: None = None, scope: str | None = None, lookback_window: timedelta | None = None,
        label: str | None = None,
    ) -> Any: ...  # fmt: skip
    @overload
    def wait_for_event(
        self, key: str, expression: str | None = None, *, match: Mapping[str, object] | None = None,
        payload_validator: type[T], scope: str | None = None, lookback_window: timedelta | None = None,
        label: str | None = None,
    ) -> T: ...  # fmt: skip
    def wait_for_event(
        self, key: str, expression: str | None = None, *, payload_validator: Any = None, **options: Any
    ) -> Any:
        """Block until an event has come; otherwise as `aio_wait_for_event`."""
        event = self.aio_wait_for_event(key, expression, payload_validator=payload_validator, **options)
        return self.io.block(event, self)

    async def _wait(self, entries: Sequence[Condition | OrGroup], label: str | None) -> tuple[Wait, bytes]:
        wait = Wait.of(entries, f"task {self.task_name}", self._namespaced)
        self._waits += 1
        return wait, await self._log.wait(wait, label)

    # -- what is remembered

    @overload
    async def aio_memo(self, function: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T: ...
    @overload
    async def aio_memo(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T: ...
    async def aio_memo(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call a function and remember what it returns: when the task goes on later, the value comes from the log.

        The function runs again only if the worker was lost before the value was stored. It must make no durable calls.
        While it runs, the other durable calls of the task wait.

        Args:
            function: async, or sync and fast; its return type says how the value is written and read.
            args: its arguments; they must be the same whenever the task goes on.
            kwargs: as `args`.

        Raises:
            OutputError: the value cannot be written as JSON.
        """
        memo = memos.Memo.of(function, args, kwargs)
        opened = await self._log.open_memo(memo.key, str(memo))
        if not isinstance(opened, int):
            return memo.read(opened)
        with memo.running(lambda: self._log.drop_memo(opened)) as run:
            value = function(*args, **kwargs)
            run.value = await value if inspect.isawaitable(value) else value
        await self._log.close_memo(opened, run.data)
        return run.result()

    @overload
    def memo(self, function: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T: ...
    @overload
    def memo(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T: ...
    def memo(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call a function in this thread, and remember what it returns; otherwise as `aio_memo`."""
        memo = memos.Memo.of(function, args, kwargs)
        opened = self.io.block(self._log.open_memo(memo.key, str(memo)), self)
        if not isinstance(opened, int):
            return memo.read(opened)
        with memo.running(lambda: self._log.drop_memo(opened)) as run:
            run.value = function(*args, **kwargs)
        self.io.block(self._log.close_memo(opened, run.data), self)
        return run.result()

    async def aio_now(self) -> datetime:
        """The time at which the task came here first, in UTC."""
        now = json.dumps(self._engine.now().isoformat()).encode()
        return datetime.fromisoformat(json.loads(await self._log.remember(memos.key_of("now"), now, "now")))

    async def aio_patched(self, patch_id: str) -> bool:
        """Whether this run takes the new code: False for a run that went the old way before.

        ::

            if await ctx.aio_patched("send-receipts"):
                await receipt.aio_run(order)

        A run that was past this place before the code changed gets False, and makes the old calls. All others get True.
        """
        if patch_id not in self._patches:
            text = f"patched({patch_id!r})"
            self._patches[patch_id] = await self._log.probe(memos.key_of("patched", patch_id), b"true", text)
        return self._patches[patch_id]

    # -- several at once

    async def first(self, *waits: Awaitable[T]) -> Resolved[T]:
        """Wait for the first of several waits to end, and cancel the others. Raises its error if it failed.

        ::

            winner = await ctx.first(ctx.aio_wait_for_event("paid"), ctx.aio_sleep_for("24h"))
        """
        return await combinators.first(*waits)

    async def any(self, *waits: Awaitable[T]) -> Resolved[T]:
        """Wait for the first of several waits to succeed, and cancel the others.

        Raises:
            ExceptionGroup: all failed; it holds their errors.
        """
        return await combinators.any_of(*waits)

    async def all(self, *waits: Awaitable[T]) -> list[T]:
        """Wait for all of several waits; gives their values in order. When one fails, the others are cancelled."""
        return await combinators.all_of(*waits)

    sleep_for: Final = blocking(aio_sleep_for)
    sleep_until: Final = blocking(aio_sleep_until)
    wait_for: Final = blocking(aio_wait_for)
    now: Final = blocking(aio_now)
    patched: Final = blocking(aio_patched)
