"""One life of a worker: it connects, executes, drains and leaves. Worker is its face, this is its inside."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from hatchet.context.context import WorkerFacts
from hatchet.definitions.task import Task
from hatchet.definitions.workflow import Workflow
from hatchet.errors import ApiError, HatchetError, WorkerError
from hatchet.hooks import Hooks, tell
from hatchet.transport.io_loop import IoLoop
from hatchet.wire import versions
from hatchet.wire.gateway import Gateway
from hatchet.wire.values import Assignment
from hatchet.worker.attempts import Attempts
from hatchet.worker.executor import Executor
from hatchet.worker.lifespan import Lifespan
from hatchet.worker.listener import Listener
from hatchet.worker.log_capture import LogSender, captures
from hatchet.worker.loop_watch import LoopWatch
from hatchet.worker.reporter import Reporter

if TYPE_CHECKING:
    from hatchet.worker.health import HealthServer
    from hatchet.worker.metrics import Figures

logger: Final = logging.getLogger("hatchet")

REGISTRATIONS_AT_ONCE = 5
LOG_DRAIN_TIMEOUT = 5.0  # s; the last log lines must not hold up the exit for longer
DRAIN_LOOK = 0.2  # s between two looks at whether there is sense in draining on
AWAY_LIMIT = 60.0  # s; an engine has handed a worker's tasks to others when it has not heard of it for 30
START_GRACE = 10.0  # s; a worker that has not connected by then is not healthy
RUNS_SHOWN = 10  # ids of unfinished task runs in a message


class WorkerStatus(Enum):
    """Where a worker is in its life."""

    INITIALIZED = 1
    STARTING = 2
    HEALTHY = 3
    UNHEALTHY = 4
    """It lost its connection and is reconnecting."""
    DRAINING = 5
    """It takes no new work, and finishes what it has."""
    STOPPED = 6


@dataclass(frozen=True)
class Plan:
    """What a worker was made for."""

    name: str
    """With the namespace."""
    workflows: Mapping[str, Workflow[Any]]
    tasks: Mapping[str, Task[Any, Any]]
    slots: Mapping[str, int]
    labels: dict[str, str | int]
    drain_timeout: float | None
    pause: Callable[[str], Awaitable[None]]
    """Takes the worker with this id out of scheduling."""


class Runtime:
    """Everything that a started worker holds. Made and run on the loop of async handlers."""

    def __init__(self, plan: Plan, gateway: Gateway) -> None:
        self._plan = plan
        self._gateway = gateway
        self._io: IoLoop = gateway.io
        self._config = gateway.config
        self._wake = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._stopping_since = float("inf")
        self._tasks_done = 0
        self._began = time.monotonic()
        self._hooks = gateway.hooks
        self._figures: Figures | None = None
        self._health: HealthServer | None = None
        self._executor: Executor | None = None
        self._attempts: Attempts | None = None
        self.forced: bool = False
        """Whether it did not wait for what was running."""
        self.status: WorkerStatus = WorkerStatus.STARTING
        self.ready: threading.Event = threading.Event()
        """Set when it listens, and when it has ended."""
        self.reporter: Reporter = Reporter(gateway)
        self.logs: LogSender = LogSender(gateway, self._io, self._config.log_queue_size)
        self.listener: Listener = self._new_listener()
        self._lines: dict[Listener, asyncio.Task[None]] = {}
        self._past_reconnects = 0
        self._takeover: asyncio.Task[None] | None = None
        self.watch: LoopWatch = LoopWatch(
            self._loop, threading.get_ident(), self._config.healthcheck.block_threshold, self._who_runs
        )

    @property
    def busy_threads(self) -> int:
        """Threads that execute sync code now."""
        return 0 if self._executor is None else self._executor.busy_threads

    @property
    def health_port(self) -> int | None:
        """Where `/health` is served; None where it is not."""
        return None if self._health is None else self._health.port

    def slots(self) -> dict[str, tuple[int, int]]:
        """Slots by kind: how many are taken, and how many there are."""
        used = {} if self._executor is None else self._executor.used_slots()
        return {kind: (used.get(kind, 0), size) for kind, size in self._plan.slots.items()}

    def health(self) -> dict[str, object]:
        """What `/health` says."""
        return {
            "status": self._health_status(),
            "draining": self.status is WorkerStatus.DRAINING,
            "slots": {kind: {"used": used, "limit": limit} for kind, (used, limit) in self.slots().items()},
        }

    def _health_status(self) -> str:
        if self.status is WorkerStatus.STARTING:
            return "STARTING" if time.monotonic() - self._began < START_GRACE else "UNHEALTHY"
        fine = self.listener.connected.is_set() and not self.watch.is_blocked
        return "HEALTHY" if fine and self.status is not WorkerStatus.STOPPED else "UNHEALTHY"

    @property
    def reconnects(self) -> int:
        """How often the connection was lost."""
        return self._past_reconnects + self.listener.reconnects

    # -- its life

    async def run(self, lifespan: Lifespan) -> None:
        """From registration to farewell.

        Raises:
            WorkerError: it cannot start, or the engine refuses it for good.
        """
        context = contextvars.copy_context()
        async with AsyncExitStack() as stack:
            if self._config.healthcheck.enabled:
                self._serve_health(stack)
            await self._io.run(self._register())
            stack.push_async_callback(lifespan.leave)
            state = await lifespan.enter()
            if not self._config.disable_log_capture:
                captures.add(self._config.logger)
                stack.callback(captures.remove, self._config.logger)
            self._executor = Executor(
                self._plan.tasks,
                self._gateway,
                threads=sum(self._plan.slots.values()),
                lifespan=state,
                context=context,
                hooks=self._hooks,
            )
            watching = asyncio.ensure_future(self._io.run(self.watch.run()))
            stack.callback(watching.cancel)
            await self._serve(self._executor)

    def _serve_health(self, stack: AsyncExitStack) -> None:
        from hatchet.worker.health import HealthServer  # with the metrics, only for workers that serve them
        from hatchet.worker.metrics import Figures

        self._figures = Figures(self)
        self._hooks = Hooks([*self._hooks.all, self._figures.tasks])
        self._health = HealthServer(self._config.healthcheck, self, self._figures)
        stack.callback(self._health.close)

    async def _serve(self, executor: Executor) -> None:
        listening = asyncio.ensure_future(self._io.run(self._connect(executor)))
        try:
            await self._until_stopped(listening)
            if not self.forced:
                await self._drain()
        finally:
            listening.cancel()
            executor.stop()
            await asyncio.wait([listening])
        await self._io.run(self.logs.drain(0.0 if self.forced else LOG_DRAIN_TIMEOUT))

    async def _register(self) -> None:
        await self._check_engine()
        limit = asyncio.Semaphore(REGISTRATIONS_AT_ONCE)

        async def put(workflow: Workflow[Any]) -> None:
            async with limit:
                await self._gateway.put_workflow(workflow.definition())

        try:
            async with asyncio.TaskGroup() as group:
                for workflow in self._plan.workflows.values():
                    group.create_task(put(workflow))
        except BaseExceptionGroup as errors:
            first = errors.exceptions[0]
            if isinstance(first, HatchetError):
                raise WorkerError(f"worker {self._plan.name!r} cannot start: {first}") from first
            raise

    async def _check_engine(self) -> None:
        try:
            version = await self._gateway.engine_version()
        except ApiError as error:
            raise WorkerError(f"worker {self._plan.name!r} cannot start: {error}") from error
        if versions.is_older(version, versions.SLOT_TYPES):
            oldest = versions.text(versions.SLOT_TYPES)
            raise WorkerError(f"the engine is {version or 'too old to say'}; this client needs {oldest} or newer")
        self.reporter.delays_are_kept = not versions.is_older(version, versions.RETRY_AFTER)

    async def _connect(self, executor: Executor) -> None:
        """Register and listen until cancelled. Runs on the I/O loop."""
        self._attempts = Attempts(executor, self.reporter, self.logs, self._settled)
        try:
            await self.listener.register()
        except ApiError as error:
            raise WorkerError(f"worker {self._plan.name!r} cannot register: {error}") from error
        announcing = self._io.spawn(self._announce(), f"start of worker {self._plan.name}")
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                self._lines[self.listener] = group.create_task(self.listener.run())
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from errors.exceptions[0].__cause__
        finally:
            announcing.cancel()

    def _new_listener(self) -> Listener:
        return Listener(
            self._gateway,
            self._io,
            name=self._plan.name,
            actions=sorted(self._plan.tasks),
            slots=self._plan.slots,
            labels=self._plan.labels,
            on_assignment=self._assigned,
            on_worker_id=self._identified,
            on_loss=self._on_loss,
        )

    def _on_loss(self, lost: Listener) -> None:
        busy = self._takeover is not None and not self._takeover.done()
        if lost is self.listener and self.status is WorkerStatus.HEALTHY and not busy:
            self._takeover = self._group.create_task(self._take_over(lost))

    async def _take_over(self, lost: Listener) -> None:
        """Go on under a new id once a connection that was lost is there again.

        What the engine had sent when the connection broke may never have arrived, and the engine takes it to be at work
        here until the time of those tasks is over. So the old id gets nothing new and is kept only until what runs
        under it has ended; then the engine misses its heartbeats, and hands on what has never arrived.
        """
        worker_id = lost.worker_id
        await lost.connected.wait()
        if lost.worker_id != worker_id:
            return  # the engine had forgotten it, so it has a new id already
        fresh = self._new_listener()
        try:
            await fresh.register()
        except ApiError as error:
            logger.warning(
                "worker %s could not take a new id after it had lost its connection; tasks that were sent to it "
                "meanwhile wait for their timeout: %s", self._plan.name, error,
            )  # fmt: skip
            return
        self._lines[fresh] = self._group.create_task(fresh.run())
        await fresh.connected.wait()
        lost.retired = True
        self._past_reconnects += lost.reconnects
        self.listener = fresh
        await self._plan.pause(worker_id)
        if self._attempts is not None:
            await self._attempts.finished(worker_id)
        await lost.leave()
        if self._attempts is not None:
            await self._attempts.finished(worker_id)  # that were on their way when it left
        self._lines.pop(lost).cancel()

    async def _announce(self) -> None:
        await self.listener.connected.wait()
        if self.status is WorkerStatus.STARTING:
            self.status = WorkerStatus.HEALTHY
        self.ready.set()

    def _identified(self, worker_id: str) -> None:
        self.reporter.worker_id = worker_id
        if self._executor is not None:
            self._executor.worker = WorkerFacts(worker_id, self._plan.labels, self.logs)

    # -- assignments, on the I/O loop

    def _assigned(self, assignment: Assignment, worker_id: str) -> None:
        assert self._attempts is not None
        if self._hooks.assignment_received:
            tell(self._hooks.assignment_received, lambda hook: hook.assignment_received(assignment))
        self._attempts.take(assignment, worker_id)

    def _settled(self, assignment: Assignment) -> None:
        self._tasks_done += 1
        if self._figures is not None:
            self._figures.tasks.settled(assignment)
        if self._tasks_done == self._config.terminate_worker_after_num_tasks:
            logger.info("worker %s has done %d tasks and ends, as it was told", self._plan.name, self._tasks_done)
            self.stop()

    def _who_runs(self) -> str:
        return "the program" if self._executor is None else self._executor.who_runs()

    # -- stopping

    def stop(self, *, force: bool = False) -> None:
        """Ask it to drain and end, from any thread; with `force` it does not wait for what is running."""
        self.forced = self.forced or force
        self._stopping_since = min(self._stopping_since, time.monotonic())
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake.set)

    async def _until_stopped(self, listening: asyncio.Future[None]) -> None:
        stopped = asyncio.ensure_future(self._wake.wait())
        try:
            either: list[asyncio.Future[Any]] = [stopped, listening]
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopped.cancel()
        if listening.done():
            listening.result()  # raises why the connection ended

    async def _drain(self) -> None:
        """Finish what is running; a forced stop, or the end of the time for it, ends the wait."""
        self.status = WorkerStatus.DRAINING
        logger.info("worker %s drains: %d attempts are running", self._plan.name, len(self._attempts or ()))
        drained = asyncio.ensure_future(self._io.run(self._finish()))
        forced = asyncio.ensure_future(self._until_forced())
        either: list[asyncio.Future[Any]] = [drained, forced]
        began = time.monotonic()
        while not drained.done():
            reason = "was forced to stop" if forced.done() else self._reason_to_give_up(time.monotonic() - began)
            if reason:
                self._give_up(reason)
                drained.cancel()
                break
            await asyncio.wait(either, timeout=DRAIN_LOOK, return_when=asyncio.FIRST_COMPLETED)
        else:
            drained.result()
        forced.cancel()

    def _reason_to_give_up(self, seconds: float) -> str:
        """Why there is no more sense in draining; empty while there is."""
        limit = self._plan.drain_timeout
        if limit is not None and seconds >= limit:
            return f"had {limit:g} s to drain"
        heard = self.listener.beat_at
        away = time.monotonic() - max(heard or 0.0, self._stopping_since)
        if away > AWAY_LIMIT and self._executor is not None and self._executor.is_idle:
            return f"has outcomes to deliver, and the engine was away for {away:.0f} s"
        return ""

    def _give_up(self, reason: str) -> None:
        self.forced = True
        left = [] if self._attempts is None else self._attempts.task_run_ids()
        shown = ", ".join(left[:RUNS_SHOWN]) + (", …" if len(left) > RUNS_SHOWN else "")
        logger.error(
            "worker %s %s; the engine hands the %d task runs that it leaves to other workers: %s",
            self._plan.name, reason, len(left), shown or "none",
        )  # fmt: skip

    async def _until_forced(self) -> None:
        while not self.forced:
            self._wake.clear()
            await self._wake.wait()

    async def _finish(self) -> None:
        """Ask for no more work, then wait for all attempts and their outcomes. Runs on the I/O loop."""
        if self._takeover is not None:
            self._takeover.cancel()
        ids = [listener.worker_id for listener in self._lines if listener.worker_id]
        await asyncio.gather(*(self._plan.pause(worker_id) for worker_id in ids))
        if self._attempts is not None:
            await self._attempts.finished()
        await asyncio.gather(*(listener.leave() for listener in self._lines))
        if self._attempts is not None:
            await self._attempts.finished()  # that were on their way when it left
