"""A worker: takes assignments of its workflows, executes them, reports, and drains when it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from hatchet.config import ClientConfig
from hatchet.definitions.standalone import Standalone
from hatchet.definitions.task import Task
from hatchet.definitions.workflow import Workflow
from hatchet.errors import DefinitionError, WorkerError
from hatchet.transport.io_loop import IoLoop, blocking
from hatchet.wire.gateway import Gateway
from hatchet.worker.lifespan import Lifespan, LifespanFunction
from hatchet.worker.runtime import Plan, Runtime
from hatchet.worker.runtime import WorkerStatus as WorkerStatus

logger: Final = logging.getLogger("hatchet")

READY_TIMEOUT = 30.0  # s; a worker that does not listen by then has no engine to listen to
SIGNALS = (signal.SIGTERM, signal.SIGINT)
DEFAULT_SLOTS, DEFAULT_DURABLE_SLOTS = 100, 1000


class Worker:
    """Executes the tasks of workflows; `Hatchet.worker` makes it."""

    def __init__(
        self,
        name: str,
        gateway: Gateway,
        pause: Callable[[str], Awaitable[None]],
        *,
        slots: int | None,
        durable_slots: int | None,
        labels: Mapping[str, str | int],
        workflows: Sequence[Workflow[Any] | Standalone[Any, Any]],
        lifespan: LifespanFunction | None,
        drain_timeout: timedelta | float | None,
    ) -> None:
        for option, number in (("slots", slots), ("durable_slots", durable_slots)):
            if number is not None and number < 1:
                raise DefinitionError(f"{option} of worker {name!r} is {number}; write 1 or more")
        seconds = drain_timeout.total_seconds() if isinstance(drain_timeout, timedelta) else drain_timeout
        if seconds is not None and seconds < 0:
            raise DefinitionError(f"drain_timeout of worker {name!r} is {drain_timeout}; write 0 or more, or None")
        if not name.strip():
            raise DefinitionError("a worker needs a name")
        self._name = name
        self._gateway = gateway
        self._pause = pause
        self._slots = slots or DEFAULT_SLOTS
        self._durable_slots = durable_slots or DEFAULT_DURABLE_SLOTS
        self._labels = {**gateway.config.worker_preset_labels, **labels}
        self._drain_timeout = seconds
        self._lifespan = Lifespan(lifespan)
        self._workflows: dict[str, Workflow[Any]] = {}
        self._tasks: dict[str, Task[Any, Any]] = {}
        self._stop_early = threading.Event()
        self._started = threading.Event()
        self._ended = False
        self._runtime: Runtime | None = None
        self._thread: threading.Thread | None = None
        self._failure: BaseException | None = None
        self._background: asyncio.Task[None] | None = None
        for workflow in workflows:
            self.register_workflow(workflow)

    # -- what it is

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
        return None if self._runtime is None else self._runtime.listener.worker_id or None

    @property
    def status(self) -> WorkerStatus:
        """Where it is in its life."""
        runtime = self._runtime
        if self._ended:
            return WorkerStatus.STOPPED
        if runtime is None:
            return WorkerStatus.INITIALIZED
        if runtime.status is WorkerStatus.HEALTHY and not runtime.listener.connected.is_set():
            return WorkerStatus.UNHEALTHY
        return runtime.status

    @property
    def dropped_log_lines(self) -> int:
        """Log lines of its tasks that did not reach the engine: no room in the queue, or refused."""
        return 0 if self._runtime is None else self._runtime.logs.dropped + self._runtime.logs.refused

    @property
    def undelivered_outcomes(self) -> int:
        """Outcomes that the engine refused for good, such as those of runs that are deleted."""
        return 0 if self._runtime is None else self._runtime.reporter.undelivered

    @property
    def health_port(self) -> int | None:
        """The port of `/health` and `/metrics`; None where they are not served."""
        return None if self._runtime is None else self._runtime.health_port

    # -- before it starts

    def register_workflow(self, workflow: Workflow[Any] | Standalone[Any, Any]) -> None:
        """Add a workflow or a standalone task; before the worker starts.

        Raises:
            DefinitionError: it declares a task that this worker has already, or it has none; or a client of another
                engine, tenant or namespace has declared it.
        """
        if self._runtime is not None or self._ended:
            raise WorkerError(f"worker {self.name!r} has started; register workflows before")
        target = workflow.workflow if isinstance(workflow, Standalone) else workflow
        if not isinstance(target, Workflow):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers without a checker
            raise DefinitionError(f"worker {self.name!r}: {target!r} is neither a workflow nor a standalone task")
        self._check_client(target)
        if self._workflows.get(target.name) is target:
            return
        target.definition()  # a fault of the definition is an error here, not after the worker has started
        for task in target.tasks:
            if task.action_id in self._tasks:
                raise DefinitionError(f"worker {self.name!r} has two tasks {task.action_id!r}; names ignore case")
        self._workflows[target.name] = target
        self._tasks.update({task.action_id: task for task in target.tasks})

    def _check_client(self, workflow: Workflow[Any]) -> None:
        """Runs of a workflow go to the engine of the client that declared it; a worker of another never gets them."""
        ours, theirs = self._gateway.config, workflow.gateway.config
        if workflow.gateway.engine == self._gateway.engine and theirs.namespace == ours.namespace:
            return
        raise DefinitionError(
            f"worker {self.name!r} was given {workflow.name!r}, which another client has declared: its runs go to "
            f"{_place(theirs)}, and this worker takes those of {_place(ours)}; declare it with the client of the "
            "worker, or make the worker with the client that declared it"
        )

    def register_workflows(self, workflows: Sequence[Workflow[Any] | Standalone[Any, Any]]) -> None:
        """Add several; otherwise as `register_workflow`."""
        for workflow in workflows:
            self.register_workflow(workflow)

    async def aio_register_workflow(self, workflow: Workflow[Any] | Standalone[Any, Any]) -> None:
        """The same as `register_workflow`, under the name that other clients have for it."""
        self.register_workflow(workflow)

    # -- its life

    def start(self) -> None:
        """Run until stopped: by SIGTERM or SIGINT in the main thread, or by `stop`.

        A first signal drains: no new work, running tasks finish, their outcomes are delivered. A second forces, and so
        does the end of `drain_timeout`; a worker that was forced exits with code 1.

        Raises:
            WorkerError: it cannot start, or the engine refuses it for good.
            DefinitionError: it has no tasks.
        """
        self._run()
        if self._runtime is not None and self._runtime.forced:
            self._exit_at_once(self._runtime.busy_threads)
            raise SystemExit(1)

    def _run(self) -> None:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            pass
        else:
            raise WorkerError("worker.start() would block the running event loop; await worker.aio_start() instead")
        with asyncio.Runner() as runner:
            runner.run(self.aio_start())

    def _exit_at_once(self, busy: int) -> None:
        """End a forced worker's process although sync tasks still run: Python would wait for their threads at exit."""
        if busy and threading.current_thread() is threading.main_thread():
            logger.warning("worker %s ends while %d sync tasks run", self.name, busy)
            logging.shutdown()
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(1)

    async def aio_start(self) -> None:
        """Run until stopped, with async handlers on the running loop; otherwise as `start`."""
        if self._runtime is not None or self._ended:
            raise WorkerError(f"worker {self.name!r} was started before; make a new one")
        if not self._tasks:
            raise DefinitionError(f"worker {self.name!r} has no tasks; give it workflows=[…]")
        self._runtime = runtime = Runtime(
            Plan(
                name=self.name,
                workflows=self._workflows,
                tasks=self._tasks,
                slots=self._slot_config(),
                labels=self._labels,
                drain_timeout=self._drain_timeout,
                pause=self._pause,
            ),
            self._gateway,
        )
        self._started.set()
        if self._stop_early.is_set():
            runtime.stop()
        handled = self._handle_signals()
        try:
            with self._gateway.io.hosting(self.name):
                await runtime.run(self._lifespan)
        finally:
            self._ended = True
            runtime.ready.set()
            for number in handled:
                asyncio.get_running_loop().remove_signal_handler(number)

    def _slot_config(self) -> dict[str, int]:
        durable = any(task.is_durable for task in self._tasks.values())
        plain = any(not task.is_durable for task in self._tasks.values())
        return {**({"default": self._slots} if plain else {}), **({"durable": self._durable_slots} if durable else {})}

    # -- in the background of a program

    def __enter__(self) -> Worker:
        """Start it in a thread of its own, and wait until it listens; the end of the `with` block drains it."""
        self._thread = threading.Thread(target=self._run_in_thread, name=f"hatchet-worker {self.name}", daemon=True)
        self._thread.start()
        if not self._is_ready(READY_TIMEOUT):
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
            self._run()
        except BaseException as error:  # raised again by the thread that waits for this one
            self._failure = error
            self._ended = True
            self._started.set()

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

    # -- stopping, and waiting for it to be ready

    def stop(self, *, force: bool = False) -> None:
        """Ask it to drain and end, from any thread; with `force` it does not wait for what is running."""
        self._stop_early.set()
        if self._runtime is not None:
            self._runtime.stop(force=force)

    async def exit_gracefully(self) -> None:
        """The same as `stop`, under the name that other clients have for it."""
        self.stop()

    def _is_ready(self, timeout: float) -> bool:
        deadline = time.monotonic() + timeout
        if not self._started.wait(timeout) or self._runtime is None:
            return False
        return self._runtime.ready.wait(deadline - time.monotonic()) and not self._ended

    async def aio_wait_until_ready(self, timeout: float = READY_TIMEOUT) -> None:
        """Wait until it listens; for programs that start it in a thread.

        Raises:
            WorkerError: it ended before, or `timeout` seconds have passed.
        """
        if not await asyncio.to_thread(self._is_ready, timeout):
            raise WorkerError(f"worker {self.name!r} is not ready: {self.status.name.lower()}")

    wait_until_ready: Final = blocking(aio_wait_until_ready)

    def _handle_signals(self) -> list[signal.Signals]:
        if threading.current_thread() is not threading.main_thread():
            return []
        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            loop.add_signal_handler(number, self._on_signal, number)
        return list(SIGNALS)

    def _on_signal(self, number: signal.Signals) -> None:
        logger.info("worker %s received %s", self.name, number.name)
        second = self._stop_early.is_set()
        self.stop(force=second or self._gateway.config.force_shutdown_on_shutdown_signal)


def _place(config: ClientConfig) -> str:
    """Where runs go, in words."""
    namespace = f", namespace {config.namespace!r}" if config.namespace else ""
    return f"{config.host_port} (tenant {config.tenant_id}{namespace})"
