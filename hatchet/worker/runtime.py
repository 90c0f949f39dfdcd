"""One life of a worker: it connects, executes, drains and leaves. Worker is its face, this is its inside.

Two loops share the work. Async handlers, the lifespan and hooks run on the loop of whoever started the worker; the
connection, outcomes and the end run on the client's own, so that a handler that blocks its loop stops none of them.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from hatchet._dataclasses import dataclass
from hatchet.definitions.task import Task
from hatchet.definitions.workflow import Workflow
from hatchet.errors import ApiError, HatchetError, WorkerError
from hatchet.hooks import Hooks, tell
from hatchet.transport.flag import Flag
from hatchet.transport.io_loop import IoLoop
from hatchet.wire import versions
from hatchet.wire.gateway import Gateway
from hatchet.wire.values import Assignment, AttemptKey
from hatchet.worker.attempts import Attempts
from hatchet.worker.capacity import Capacity
from hatchet.worker.connection import Connection
from hatchet.worker.executor import Executor
from hatchet.worker.lifespan import Lifespan
from hatchet.worker.listener import Listener
from hatchet.worker.log_capture import LogSender, captures
from hatchet.worker.loop_watch import LoopWatch
from hatchet.worker.options import DurableOptions
from hatchet.worker.reporter import Reporter
from hatchet.worker.state import check_state
from hatchet.worker.stopping import Stopping

if TYPE_CHECKING:
    from hatchet.worker.health import HealthServer
    from hatchet.worker.metrics import Figures

logger: Final = logging.getLogger("hatchet")

REGISTRATIONS_AT_ONCE = 5
LOG_DRAIN_TIMEOUT = 5.0  # s; the last log lines must not hold up the exit for longer
AWAY_LIMIT = 60.0  # s; an engine has handed a worker's tasks to others when it has not heard of it for 30
REFUSED_GRACE = 2.0  # s in which a worker that the engine refuses tries to deliver the outcomes that it has
EXIT_LIMIT = 2.0  # s to drain for a worker in a thread of a program that ends
STOP_GRACE = 0.5  # s that a coroutine has for its cancellation when a worker is forced, before it is let go of
START_GRACE = 10.0  # s; a worker that has not connected by then is not healthy


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
    set_paused: Callable[[str, bool], Awaitable[bool]]
    """Takes the worker with an id out of scheduling, or puts it back; whether that changed anything."""
    durable: DurableOptions
    """How it treats durable tasks."""


class Runtime:
    """Everything that a started worker holds. Made and run on the loop of async handlers."""

    def __init__(self, plan: Plan, gateway: Gateway, ready: Flag, on_forced: Callable[[], None]) -> None:
        """`ready` is set when it listens.

        `on_forced` is told, on the I/O loop, that the worker waits no longer for what is running.
        """
        self._plan = plan
        self._gateway = gateway
        self._io: IoLoop = gateway.io
        self._config = gateway.config
        self._loop = asyncio.get_running_loop()
        self._stopping = Stopping(self._io, plan.drain_timeout, on_forced)
        self._working: asyncio.Task[None] | None = None
        self._tasks_done = 0
        self._began = time.monotonic()
        self._hooks = gateway.hooks
        self._figures: Figures | None = None
        self._health: HealthServer | None = None
        self._executor: Executor | None = None
        self._attempts: Attempts | None = None
        self._connection: Connection | None = None
        self._capacity = Capacity(lambda: self.worker_id, plan.set_paused)
        self.status: WorkerStatus = WorkerStatus.STARTING
        self._ready = ready
        self.reporter: Reporter = Reporter(gateway)
        self.logs: LogSender = LogSender(gateway, self._io, self._config.log_queue_size)
        self.watch: LoopWatch = LoopWatch(
            self._loop, threading.get_ident(), self._config.healthcheck.block_threshold, self._who_runs
        )

    # -- what it is, from any thread

    @property
    def forced(self) -> bool:
        """Whether it did not wait for what was running."""
        return self._stopping.forced

    @property
    def worker_id(self) -> str:
        """The id that the engine gave it last; empty before."""
        return "" if self._connection is None else self._connection.listener.worker_id

    @property
    def connected(self) -> bool:
        """Whether the engine takes its heartbeats."""
        return self._connection is not None and self._connection.listener.connected.is_set()

    @property
    def reconnects(self) -> int:
        """How often the connection was lost."""
        return 0 if self._connection is None else self._connection.reconnects

    @property
    def health_port(self) -> int | None:
        """Where `/health` is served; None where it is not."""
        return None if self._health is None else self._health.port

    def slots(self) -> dict[str, tuple[int, int]]:
        """Slots by kind: how many are taken, and how many there are."""
        used = {} if self._executor is None else self._executor.room.used()
        return {kind: (used.get(kind, 0), size) for kind, size in self._plan.slots.items()}

    def held_slots(self) -> dict[str, int]:
        """Slots by kind that functions hold which were cancelled and go on."""
        return dict.fromkeys(self._plan.slots, 0) if self._executor is None else self._executor.room.held()

    @property
    def is_paused(self) -> bool:
        """Whether it has told the engine that it has no room for more."""
        return bool(self._capacity.paused_id)

    def still_running(self) -> list[str]:
        """In words: the attempts whose code still runs."""
        return [] if self._executor is None else self._executor.still_running()

    def resting(self) -> set[str]:
        """The durable task runs whose code waits for nothing but the engine. Runs on the I/O loop."""
        durable = None if self._executor is None else self._executor.durable
        lines = () if durable is None else durable.stream.lines
        return {line.log.invocation.task_run_id for line in lines if line.idle_since is not None}

    def health(self) -> dict[str, object]:
        """What `/health` says; `held` and `paused` only while cancelled functions go on and keep their slots."""
        slots = {kind: {"used": used, "limit": limit} for kind, (used, limit) in self.slots().items()}
        for kind, held in self.held_slots().items():
            if held:
                slots[kind]["held"] = held
        health: dict[str, object] = {
            "status": self._health_status(),
            "draining": self.status is WorkerStatus.DRAINING,
            "slots": slots,
        }
        return {**health, "paused": True} if self.is_paused else health

    def _health_status(self) -> str:
        if self.status is WorkerStatus.STARTING:
            return "STARTING" if time.monotonic() - self._began < START_GRACE else "UNHEALTHY"
        fine = self.connected and not self.watch.is_blocked
        return "HEALTHY" if fine and self.status is not WorkerStatus.STOPPED else "UNHEALTHY"

    # -- its life, on the loop of async handlers

    async def run(self, lifespan: Lifespan) -> None:
        """From registration to farewell.

        A first cancellation drains, as a signal does; one that comes while it drains forces.

        Raises:
            WorkerError: it cannot start, or the engine refuses it for good.
            DefinitionError: its lifespan yields another state than a task expects.
        """
        context = contextvars.copy_context()
        try:
            async with AsyncExitStack() as stack:
                if self._config.healthcheck.enabled:
                    self._serve_health(stack)
                if not await self._io.run(self._stopping.unless_asked(self._register())):
                    return
                stack.push_async_callback(lifespan.leave)
                state = await lifespan.enter()
                if lifespan.is_given:
                    check_state(self._plan.name, self._plan.tasks.values(), state)
                if not self._config.disable_log_capture:
                    captures.add(self._config.logger)
                    stack.callback(captures.remove, self._config.logger)
                self._executor = Executor(
                    self._plan.tasks,
                    self._gateway,
                    slots=self._plan.slots,
                    lifespan=state,
                    context=context,
                    hooks=self._hooks,
                    on_room=lambda free: self._io.post(lambda: self._capacity.set_room(free)),
                    name=self._plan.name,
                    durable=self._plan.durable,
                )
                await self._serve(self._executor)
        finally:
            self._io.post(self._stopping.over)
            self.status = WorkerStatus.STOPPED

    def _serve_health(self, stack: AsyncExitStack) -> None:
        from hatchet.worker.health import HealthServer  # with the metrics, only for workers that serve them
        from hatchet.worker.metrics import Figures

        self._figures = Figures(self)
        self._hooks = Hooks([*self._hooks.all, self._figures.tasks])
        self._health = HealthServer(self._config.healthcheck, self, self._figures)
        stack.callback(self._health.close)

    async def _serve(self, executor: Executor) -> None:
        working = asyncio.ensure_future(self._io.run(self._work(executor)))
        interrupted: asyncio.CancelledError | None = None
        try:
            while not working.done():
                try:
                    await asyncio.wait([working])
                except asyncio.CancelledError as error:
                    self.stop(force=interrupted is not None)
                    interrupted = error
            if not working.cancelled():  # else the client's loop has ended before it: the program ends
                working.result()
        finally:
            await executor.stop(STOP_GRACE)
        if interrupted is not None:
            raise interrupted

    # -- its life, on the I/O loop

    async def _work(self, executor: Executor) -> None:
        """Connect, take work, and drain when it is told to stop."""
        self._working = asyncio.current_task()
        self._attempts = attempts = Attempts(executor, self.reporter, self.logs, self._settled)
        self._connection = connection = Connection(
            self._plan.name, attempts, self._new_listener, self._pause, self._config.listener_v2_timeout
        )
        leave_at_exit = self._leave_at_exit
        self._io.before_close(leave_at_exit, connected=True)
        background = [
            self._io.spawn(self._announce(connection.listener), f"start of worker {self._plan.name}"),
            self._io.spawn(self._capacity.run(), f"capacity of worker {self._plan.name}"),
            self._io.spawn(self.watch.run(), f"loop watch of worker {self._plan.name}"),
        ]
        durable = executor.durable
        if durable is not None:
            background.append(self._io.spawn(durable.evictions.run(), f"evictions of worker {self._plan.name}"))
        listening = asyncio.create_task(connection.run())
        reason, grace = "", 0.0
        try:
            if not await self._stopping.unless_asked(asyncio.shield(listening)):
                if durable is not None:
                    background.append(self._io.spawn(durable.evictions.drain(), f"last evictions of {self._plan.name}"))
                reason = await self._drain(connection, attempts)
        except WorkerError:
            reason, grace = "was refused by the engine", REFUSED_GRACE
            raise
        finally:
            self._io.closed_before(leave_at_exit)
            for task in (listening, *background):
                task.cancel()
            await asyncio.wait([listening])
            left = await attempts.give_up(grace)
            if durable is not None:  # what its tasks make of that is no outcome: they go on elsewhere
                await durable.stream.stop()
            self.reporter.undelivered += len(left.task_run_ids)
            left.tell(f"worker {self._plan.name} {reason or 'ends'}", even_if_none=bool(reason) and not grace)
            await self.logs.drain(0.0 if self.forced else LOG_DRAIN_TIMEOUT)

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

    def _new_listener(self) -> Listener:
        return Listener(
            self._gateway,
            self._io,
            name=self._plan.name,
            actions=sorted(self._plan.tasks),
            slots=self._plan.slots,
            labels=self._plan.labels,
            on_assignment=self._assigned,
            unsettled=self._unsettled,
            on_worker_id=self._identified,
        )

    async def _announce(self, listener: Listener) -> None:
        await listener.connected.wait()
        if self.status is WorkerStatus.STARTING:
            self.status = WorkerStatus.HEALTHY
        self._ready.set()

    def _identified(self, worker_id: str) -> None:
        self.reporter.worker_id = worker_id
        if self._executor is not None:
            self._executor.identify(worker_id, self._plan.labels, self.logs)

    def _assigned(self, assignment: Assignment, worker_id: str) -> None:
        assert self._attempts is not None
        if self._hooks.assignment_received:
            tell(self._hooks.assignment_received, lambda hook: hook.assignment_received(assignment))
        self._attempts.take(assignment, worker_id)

    def _unsettled(self, worker_id: str) -> frozenset[AttemptKey]:
        return frozenset() if self._attempts is None else self._attempts.unsettled(worker_id)

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
        """Ask it to drain and end; with `force` it does not wait for what is running.

        From any thread, and from a signal's handler: it takes no lock.
        """
        if self.status is not WorkerStatus.STOPPED:
            self._stopping.ask(force=force)

    async def _leave_at_exit(self) -> None:
        """The client is closed, or the program ends, and with it this worker's thread: it has a moment to drain."""
        self._stopping.ask(force=False)
        self._stopping.limit_to(EXIT_LIMIT)
        if self._working is not None:
            await asyncio.wait([self._working])

    async def _pause(self, worker_id: str) -> None:
        """Take no new work under an id; a failure is logged, since draining goes on without."""
        try:
            await self._plan.set_paused(worker_id, True)
        except HatchetError as error:
            logger.warning("worker %s could not be paused, and may get new tasks while it drains: %s", worker_id, error)

    async def _drain(self, connection: Connection, attempts: Attempts) -> str:
        """Finish what is running; why that ended before its time, if a forced stop or the end of the time did it."""
        self.status = WorkerStatus.DRAINING
        logger.info("worker %s drains: %d attempts are running", self._plan.name, len(attempts))
        connection.take_no_more_ids()
        return await self._stopping.unless_forced(connection.finish(), lambda: self._outage(connection))

    def _outage(self, connection: Connection) -> str:
        """Why there is no sense in waiting for outcomes to be delivered; empty while there is."""
        beat_at = connection.listener.beat_at
        away = self._stopping.seconds
        if beat_at is not None:
            away = min(away, asyncio.get_running_loop().time() - beat_at)
        if away > AWAY_LIMIT and self._executor is not None and self._executor.is_idle:
            return f"has outcomes to deliver, and the engine was away for {away:.0f} s"
        return ""
