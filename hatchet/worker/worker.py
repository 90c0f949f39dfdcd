"""A worker: takes assignments of its workflows, executes them, reports, and drains when it is told to stop."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from enum import Enum
from typing import Any, Final

from hatchet.context.context import WorkerFacts
from hatchet.definitions.standalone import Standalone
from hatchet.definitions.task import Task
from hatchet.definitions.workflow import Workflow
from hatchet.errors import ApiError, DefinitionError, HatchetError, WorkerError
from hatchet.transport.io_loop import IoLoop, blocking
from hatchet.wire.gateway import Gateway
from hatchet.wire.values import Assignment, AssignmentKind, Outcome
from hatchet.worker.executor import Executor
from hatchet.worker.lifespan import Lifespan, LifespanFunction
from hatchet.worker.listener import Listener
from hatchet.worker.mailbox import Mailbox
from hatchet.worker.reporter import Reporter

logger: Final = logging.getLogger("hatchet")

REGISTRATIONS_AT_ONCE = 5
#: An engine older than this has no slot types; the wire of before is not spoken here.
OLDEST_ENGINE = (0, 78, 23)
READY_TIMEOUT = 30.0  # s; a worker that does not listen by then has no engine to listen to
SIGNALS = (signal.SIGTERM, signal.SIGINT)


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


class Worker:
    """Executes the tasks of workflows; `Hatchet.worker` makes it."""

    def __init__(
        self,
        name: str,
        gateway: Gateway,
        pause: Callable[[str], Awaitable[None]],
        *,
        slots: int,
        durable_slots: int,
        labels: Mapping[str, str | int],
        workflows: Sequence[Workflow[Any] | Standalone[Any, Any]],
        lifespan: LifespanFunction | None,
    ) -> None:
        for option, number in (("slots", slots), ("durable_slots", durable_slots)):
            if number < 1:
                raise DefinitionError(f"{option} of worker {name!r} is {number}; write 1 or more")
        self._name = name
        self._gateway = gateway
        self._pause = pause
        self._slots = slots
        self._durable_slots = durable_slots
        self._labels = {**gateway.config.worker_preset_labels, **labels}
        self._lifespan = Lifespan(lifespan)
        self._workflows: dict[str, Workflow[Any]] = {}
        self._tasks: dict[str, Task[Any, Any]] = {}
        self._reporter = Reporter(gateway)
        self._attempts: dict[tuple[str, int], asyncio.Task[None]] = {}
        self._listener: Listener | None = None
        self._executor: Executor | None = None
        self._status = WorkerStatus.INITIALIZED
        self._stop = threading.Event()
        self._wake: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._forced = False
        self._ready = threading.Event()
        self._thread: threading.Thread | None = None
        self._failure: BaseException | None = None
        self._background: asyncio.Task[None] | None = None
        for workflow in workflows:
            self.register_workflow(workflow)

    # -- before it starts

    @property
    def name(self) -> str:
        """The worker's name, with the namespace."""
        return self._gateway.config.apply_namespace(self._name)

    @property
    def io(self) -> IoLoop:
        """The loop that its connection lives on."""
        return self._gateway.io

    @property
    def id(self) -> str | None:
        """The id that the engine gave it; None before it has started."""
        return self._reporter.worker_id or None

    @property
    def status(self) -> WorkerStatus:
        """Where it is in its life."""
        listener = self._listener
        if self._status is WorkerStatus.HEALTHY and listener is not None and not listener.connected.is_set():
            return WorkerStatus.UNHEALTHY
        return self._status

    def register_workflow(self, workflow: Workflow[Any] | Standalone[Any, Any]) -> None:
        """Add a workflow or a standalone task; before the worker starts.

        Raises:
            DefinitionError: it declares a task that this worker has already, or it has none.
        """
        if self._status is not WorkerStatus.INITIALIZED:
            raise WorkerError(f"worker {self.name!r} has started; register workflows before")
        target = workflow.workflow if isinstance(workflow, Standalone) else workflow
        if not isinstance(target, Workflow):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers without a checker
            raise DefinitionError(f"worker {self.name!r}: {target!r} is neither a workflow nor a standalone task")
        if self._workflows.get(target.name) is target:
            return
        target.definition()  # a fault of the definition is an error here, not after the worker has started
        for task in target.tasks:
            if task.action_id in self._tasks:
                raise DefinitionError(f"worker {self.name!r} has two tasks {task.action_id!r}; names ignore case")
        self._workflows[target.name] = target
        self._tasks.update({task.action_id: task for task in target.tasks})

    def register_workflows(self, workflows: Sequence[Workflow[Any] | Standalone[Any, Any]]) -> None:
        """Add several; otherwise as `register_workflow`."""
        for workflow in workflows:
            self.register_workflow(workflow)

    # -- its life

    def start(self) -> None:
        """Run until stopped: by SIGTERM or SIGINT in the main thread, or by `stop`.

        A first signal drains: no new work, running tasks finish, their outcomes are delivered. A second forces.

        Raises:
            WorkerError: it cannot start, or the engine refuses it for good.
            DefinitionError: it has no tasks.
        """
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            pass
        else:
            raise WorkerError("worker.start() would block the running event loop; await worker.aio_start() instead")
        with asyncio.Runner() as runner:
            runner.run(self.aio_start())
        if self._forced:
            self._exit_at_once()
            raise SystemExit(1)

    def _exit_at_once(self) -> None:
        """End a forced worker's process although sync tasks still run: Python would wait for their threads at exit."""
        busy = 0 if self._executor is None else self._executor.busy_threads
        if busy and threading.current_thread() is threading.main_thread():
            logger.warning("worker %s ends while %d sync tasks run", self.name, busy)
            logging.shutdown()
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(1)

    async def aio_start(self) -> None:
        """Run until stopped, with async handlers on the running loop; otherwise as `start`."""
        if self._status is not WorkerStatus.INITIALIZED:
            raise WorkerError(f"worker {self.name!r} was started before; make a new one")
        if not self._tasks:
            raise DefinitionError(f"worker {self.name!r} has no tasks; give it workflows=[…]")
        self._status = WorkerStatus.STARTING
        self._loop = asyncio.get_running_loop()
        self._wake = asyncio.Event()
        if self._stop.is_set():
            self._wake.set()
        handled = self._handle_signals()
        try:
            await self.io.run(self._register())
            await self._live()
        finally:
            self._status = WorkerStatus.STOPPED
            self._ready.set()
            for number in handled:
                self._loop.remove_signal_handler(number)

    async def _live(self) -> None:
        context = contextvars.copy_context()
        state = await self._lifespan.enter()
        try:
            threads = sum(self._slot_config().values())
            self._executor = Executor(self._tasks, self._gateway, threads=threads, lifespan=state, context=context)
            listening = asyncio.ensure_future(self.io.run(self._connect()))
            try:
                await self._until_stopped(listening)
                if not self._forced:
                    await self._drain()
            finally:
                listening.cancel()
                self._executor.stop()
                await asyncio.wait([listening])
            if not self._forced:
                await self.io.run(self._leave())
        finally:
            await self._lifespan.leave()

    async def _register(self) -> None:
        await self._check_engine()
        limit = asyncio.Semaphore(REGISTRATIONS_AT_ONCE)

        async def put(workflow: Workflow[Any]) -> None:
            async with limit:
                await self._gateway.put_workflow(workflow.definition())

        try:
            async with asyncio.TaskGroup() as group:
                for workflow in self._workflows.values():
                    group.create_task(put(workflow))
        except BaseExceptionGroup as errors:
            first = errors.exceptions[0]
            if isinstance(first, HatchetError):
                raise WorkerError(f"worker {self.name!r} cannot start: {first}") from first
            raise

    async def _check_engine(self) -> None:
        try:
            version = await self._gateway.engine_version()
        except ApiError as error:
            raise WorkerError(f"worker {self.name!r} cannot start: {error}") from error
        numbers = _version_numbers(version)
        if version is None or (numbers is not None and numbers < OLDEST_ENGINE):
            oldest = ".".join(map(str, OLDEST_ENGINE))
            raise WorkerError(f"the engine is {version or 'too old to say'}; this client needs v{oldest} or newer")

    async def _connect(self) -> None:
        """Register and listen until cancelled. Runs on the I/O loop."""
        self._outbox: Mailbox[tuple[asyncio.Future[Outcome | None], Outcome | None]] = Mailbox(
            asyncio.get_running_loop(), _resolve
        )
        listener = Listener(
            self._gateway,
            self.io,
            name=self.name,
            actions=sorted(self._tasks),
            slots=self._slot_config(),
            labels=self._labels,
            on_assignment=self._assigned,
            on_worker_id=self._identified,
        )
        try:
            await listener.register()
        except ApiError as error:
            raise WorkerError(f"worker {self.name!r} cannot register: {error}") from error
        self._listener = listener
        ready = self.io.spawn(self._announce(listener), f"start of worker {self.name}")
        try:
            await listener.run()
        finally:
            ready.cancel()

    async def _announce(self, listener: Listener) -> None:
        await listener.connected.wait()
        if self._status is WorkerStatus.STARTING:
            self._status = WorkerStatus.HEALTHY
        self._ready.set()

    def _identified(self, worker_id: str) -> None:
        self._reporter.worker_id = worker_id
        if self._executor is not None:
            self._executor.worker = WorkerFacts(worker_id, self._labels)

    async def _until_stopped(self, listening: asyncio.Future[None]) -> None:
        assert self._wake is not None
        stopped = asyncio.ensure_future(self._wake.wait())
        try:
            either: list[asyncio.Future[Any]] = [stopped, listening]
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopped.cancel()
        if listening.done():
            listening.result()  # raises why the connection ended

    async def _drain(self) -> None:
        """Finish what is running; a forced stop ends the wait."""
        assert self._wake is not None
        self._status = WorkerStatus.DRAINING
        logger.info("worker %s drains: %d attempts are running", self.name, len(self._attempts))
        drained = asyncio.ensure_future(self.io.run(self._finish()))
        forced = asyncio.ensure_future(self._until_forced(self._wake))
        either: list[asyncio.Future[Any]] = [drained, forced]
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        forced.cancel()
        if not drained.done():
            logger.warning("worker %s was forced to stop; %d attempts are lost to it", self.name, len(self._attempts))
            drained.cancel()
        else:
            drained.result()

    async def _until_forced(self, wake: asyncio.Event) -> None:
        while not self._forced:
            wake.clear()
            await wake.wait()

    async def _finish(self) -> None:
        """Ask for no more work, then wait for all attempts and their outcomes. Runs on the I/O loop."""
        if self.id is not None:
            await self._pause(self.id)
        while self._attempts:  # one that was assigned before the pause took effect is finished too
            await asyncio.wait(list(self._attempts.values()))

    async def _leave(self) -> None:
        if self.id is None:
            return
        try:
            await self._gateway.unsubscribe(self.id)
        except ApiError as error:
            logger.info("the farewell of worker %s did not arrive: %s", self.name, error)

    def _slot_config(self) -> dict[str, int]:
        durable = any(task.is_durable for task in self._tasks.values())
        plain = any(not task.is_durable for task in self._tasks.values())
        return {**({"default": self._slots} if plain else {}), **({"durable": self._durable_slots} if durable else {})}

    # -- in the background of a program

    def __enter__(self) -> Worker:
        """Start it in a thread of its own, and wait until it listens; the end of the `with` block drains it."""
        self._thread = threading.Thread(target=self._run_in_thread, name=f"hatchet-worker {self.name}", daemon=True)
        self._thread.start()
        if not self._ready.wait(READY_TIMEOUT) or self._status is WorkerStatus.STOPPED:
            self.__exit__()
            raise WorkerError(f"worker {self.name!r} was not ready within {READY_TIMEOUT:g} s")
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()
        if self._thread is not None:
            self._thread.join()
        if self._failure is not None:
            raise self._failure

    def _run_in_thread(self) -> None:
        try:
            self.start()
        except BaseException as error:  # raised again by the thread that waits for this one
            self._failure = error

    async def __aenter__(self) -> Worker:
        """Start it on the running loop, and wait until it listens; the end of the `async with` block drains it."""
        self._background = asyncio.create_task(self.aio_start(), name=f"worker {self.name}")
        ready = asyncio.ensure_future(self.aio_wait_until_ready(READY_TIMEOUT))
        either: list[asyncio.Future[Any]] = [self._background, ready]
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if self._background.done():
            ready.cancel()
            self._background.result()
        await ready
        return self

    async def __aexit__(self, *error: object) -> None:
        self.stop()
        if self._background is not None:
            await self._background

    # -- assignments, on the I/O loop

    def _assigned(self, assignment: Assignment) -> None:
        assert self._executor is not None
        if assignment.kind is AssignmentKind.CANCEL:
            self._executor.cancel(assignment.key)
        elif assignment.kind is not AssignmentKind.START:
            logger.error("an assignment of a kind that this client does not know was left alone: %s", assignment)
        elif assignment.key not in self._attempts:  # a repeated delivery is the same attempt
            attempt = asyncio.get_running_loop().create_task(self._attempt(assignment))
            self._attempts[assignment.key] = attempt
            attempt.add_done_callback(lambda task: self._settled(assignment, task))

    async def _attempt(self, assignment: Assignment) -> None:
        assert self._executor is not None
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[Outcome | None] = loop.create_future()
        outbox = self._outbox
        self._executor.submit(assignment, lambda value: outbox.put((outcome, value)))
        await self._reporter.started(assignment)
        result = await outcome
        if result is not None:
            await self._reporter.deliver(assignment, result)

    def _settled(self, assignment: Assignment, attempt: asyncio.Task[None]) -> None:
        self._attempts.pop(assignment.key, None)
        if not attempt.cancelled() and (error := attempt.exception()) is not None:
            logger.error(
                "attempt %s of task run %s was lost", assignment.retry_count + 1, assignment.task_run_id, exc_info=error
            )

    # -- stopping

    def stop(self, *, force: bool = False) -> None:
        """Ask it to drain and end, from any thread; with `force` it does not wait for what is running."""
        self._forced = self._forced or force
        self._stop.set()
        loop, wake = self._loop, self._wake
        if loop is not None and wake is not None and not loop.is_closed():
            loop.call_soon_threadsafe(wake.set)

    def exit_gracefully(self) -> None:
        """The same as `stop`, under the name that other clients have for it."""
        self.stop()

    async def aio_wait_until_ready(self, timeout: float = READY_TIMEOUT) -> None:
        """Wait until it listens; for programs that start it in a thread.

        Raises:
            WorkerError: it ended before, or `timeout` seconds have passed.
        """
        started = await asyncio.to_thread(self._ready.wait, timeout)
        if not started or self._status is WorkerStatus.STOPPED:
            raise WorkerError(f"worker {self.name!r} is not ready: {self._status.name.lower()}")

    wait_until_ready: Final = blocking(aio_wait_until_ready)

    def _handle_signals(self) -> list[signal.Signals]:
        if threading.current_thread() is not threading.main_thread():
            return []
        assert self._loop is not None
        for number in SIGNALS:
            self._loop.add_signal_handler(number, self._on_signal, number)
        return list(SIGNALS)

    def _on_signal(self, number: signal.Signals) -> None:
        logger.info("worker %s received %s", self.name, number.name)
        second = self._stop.is_set()
        self.stop(force=second or self._gateway.config.force_shutdown_on_shutdown_signal)


def _resolve(settled: tuple[asyncio.Future[Outcome | None], Outcome | None]) -> None:
    future, value = settled
    if not future.done():
        future.set_result(value)


def _version_numbers(version: str | None) -> tuple[int, ...] | None:
    """The numbers of `v1.2.3`; None for a text of another shape, which is taken for a build of one's own."""
    parts = (version or "").removeprefix("v").partition("-")[0].split(".")
    return tuple(int(part) for part in parts) if len(parts) == 3 and all(part.isdigit() for part in parts) else None
