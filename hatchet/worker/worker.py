"""A worker: takes assignments of its workflows, executes them, reports, and drains when it is told to stop."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import threading
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext, suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from hatchet.definitions.services import Services
from hatchet.definitions.standalone import Standalone
from hatchet.definitions.workflow import Workflow
from hatchet.errors import DefinitionError, WorkerError
from hatchet.options.kinds import check_kind
from hatchet.transport.flag import Flag
from hatchet.transport.io_loop import IoLoop, blocking
from hatchet.wire.gateway import Gateway
from hatchet.worker.lifespan import Lifespan, LifespanFunction
from hatchet.worker.options import DurableOptions
from hatchet.worker.process import FORCE_GRACE, ProcessEnd, TaskFactory, run_until_ended
from hatchet.worker.registry import Employment
from hatchet.worker.runtime import Plan, Runtime
from hatchet.worker.runtime import WorkerStatus as WorkerStatus
from hatchet.worker.signals import StopSignals
from hatchet.worker.state import check_state

if TYPE_CHECKING:
    import signal

logger: Final = logging.getLogger("hatchet")

READY_TIMEOUT = 30.0  # s; a worker that does not listen by then has no engine to listen to
DEFAULT_SLOTS, DEFAULT_DURABLE_SLOTS = 100, 1000


class Worker:
    """Executes the tasks of workflows; `Hatchet.worker` makes it."""

    def __init__(
        self,
        name: str,
        client: Services,
        set_paused: Callable[[str, bool], Awaitable[bool]],
        *,
        slots: int | None,
        durable_slots: int | None,
        labels: Mapping[str, str | int],
        workflows: Sequence[Workflow[Any] | Standalone[Any, Any]],
        lifespan: LifespanFunction | None,
        drain_timeout: timedelta | float | None,
        handle_signals: bool | None = None,
        durable: DurableOptions,
    ) -> None:
        whose = f" of worker {name!r}"
        check_kind("name", name, str, whose)
        check_kind("labels", labels, Mapping[str, str | int], whose)
        check_kind("drain_timeout", drain_timeout, timedelta | float | None, whose)
        for option, number in (("slots", slots), ("durable_slots", durable_slots)):
            check_kind(option, number, int | None, whose)
            if number is not None and number < 1:
                raise DefinitionError(f"{option} of worker {name!r} is {number}; write 1 or more")
        seconds = drain_timeout.total_seconds() if isinstance(drain_timeout, timedelta) else drain_timeout
        if seconds is not None and not 0 <= seconds < float("inf"):
            raise DefinitionError(f"drain_timeout of worker {name!r} is {drain_timeout}; write 0 or more, or None")
        if not name.strip():
            raise DefinitionError("a worker needs a name")
        self._name, self._set_paused, self._labels = name, set_paused, labels
        self._slots, self._durable_slots = slots or DEFAULT_SLOTS, durable_slots or DEFAULT_DURABLE_SLOTS
        self._drain_timeout, self._handle_signals, self._durable = seconds, handle_signals, durable
        self._lifespan = Lifespan(lifespan)
        self._employment = Employment(client, name)
        self._ready = Flag()  # it listens, or has ended
        self._settled = Flag()  # it has ended, or waits no longer for what is running
        self._over = Flag()
        self._stop_early = self._ended = False
        self._runtime: Runtime | None = None
        self._thread: threading.Thread | None = None
        self._failure: BaseException | None = None
        self._background: asyncio.Task[None] | None = None
        if not isinstance(workflows, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers without a checker
            raise DefinitionError(f"worker {name!r}: workflows is {workflows!r}; write a list: workflows=[…]")
        self.register_workflows(workflows)

    @property
    def _gateway(self) -> Gateway:
        return self._employment.gateway

    # -- what it is

    @property
    def name(self) -> str:
        """The worker's name, with the namespace."""
        return self._employment.name

    @property
    def io(self) -> IoLoop:
        """The loop that its connection lives on."""
        return self._gateway.io

    @property
    def id(self) -> str | None:
        """The id that the engine gave it; None before it has started."""
        return None if self._runtime is None else self._runtime.worker_id or None

    @property
    def status(self) -> WorkerStatus:
        """Where it is in its life."""
        runtime = self._runtime
        if self._ended:
            return WorkerStatus.STOPPED
        if runtime is None:
            return WorkerStatus.INITIALIZED
        if runtime.status is WorkerStatus.HEALTHY and not runtime.connected:
            return WorkerStatus.UNHEALTHY
        return runtime.status

    @property
    def was_forced(self) -> bool:
        """Whether it ended without waiting for what was running."""
        return self._runtime is not None and self._runtime.forced

    @property
    def dropped_log_lines(self) -> int:
        """Log lines of its tasks that did not reach the engine: no room in the queue, or refused."""
        return 0 if self._runtime is None else self._runtime.logs.dropped + self._runtime.logs.refused

    @property
    def undelivered_outcomes(self) -> int:
        """Task runs of which the engine has not learned how they ended.

        Either it refused the outcome for good, as for a run that is deleted, or the worker ended before it was
        delivered; runs of the second kind go to other workers.
        """
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
        self._employment.add(workflow)

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
        does the end of `drain_timeout`: the process then ends within seconds, with exit code 1, whatever tasks do.
        Signals are handled in the main thread only, and what they did before is put back at the end.

        Raises:
            WorkerError: it cannot start, or the engine refuses it for good.
            DefinitionError: it has no tasks.
        """
        if threading.current_thread() is not threading.main_thread():
            self._run_on_own_loop(self._settled.set)
            return
        ending = ProcessEnd(self._gateway.io, self._still_running)
        try:
            self._run_on_own_loop(ending.arm)
        finally:
            ending.disarm()
        if self.was_forced:
            ending.when_main_thread_ends()
            raise SystemExit(1)

    def _run_on_own_loop(self, on_forced: Callable[[], None]) -> None:
        self._gateway.io.check_own_loop()
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            pass
        else:
            raise WorkerError("worker.start() would block the running event loop; await worker.aio_start() instead")
        handled = self._handle_signals is not False
        main = self._live(on_forced, handle_signals=handled)
        run_until_ended(main, signals_handled=handled, task_factory=self._task_factory())

    def _task_factory(self) -> TaskFactory | None:
        if not self._employment.has_durable_tasks:
            return None
        from hatchet.context.durable_session import counting_task  # only for workers that have such tasks

        return counting_task

    async def aio_start(self) -> None:
        """Run until stopped, with async handlers on the running loop.

        The program keeps its signals, unless the worker was made with `handle_signals=True`. A cancellation drains; one
        that comes meanwhile forces. Otherwise as `start`.
        """
        await self._live(self._settled.set, handle_signals=self._handle_signals is True)

    async def _live(self, on_forced: Callable[[], None], *, handle_signals: bool) -> None:
        if self._runtime is not None or self._ended:
            raise WorkerError(f"worker {self.name!r} was started before; make a new one")
        try:
            self._runtime = runtime = self._make_runtime(on_forced)
            if self._stop_early:
                runtime.stop()
            signals = StopSignals(self._on_signal) if handle_signals else nullcontext()
            with signals, self._gateway.io.hosting(self.name), self._gateway.running(runtime):
                await runtime.run(self._lifespan)
        finally:
            self._ended = True
            if self._thread is None:  # else when its thread has come to its end
                self._end()

    def _make_runtime(self, on_forced: Callable[[], None]) -> Runtime:
        registry = self._employment.begin()
        if not registry.tasks:
            raise DefinitionError(f"worker {self.name!r} has no tasks; give it workflows=[…]")
        if not self._lifespan.is_given:
            check_state(self.name, registry.tasks.values())
        return Runtime(
            Plan(
                name=self.name,
                workflows=registry.workflows,
                tasks=registry.tasks,
                slots=registry.slots(self._slots, self._durable_slots),
                labels={**self._gateway.config.worker_preset_labels, **self._labels},
                drain_timeout=self._drain_timeout,
                set_paused=self._set_paused,
                durable=self._durable.resolved(self._gateway),
            ),
            self._gateway,
            self._ready,
            on_forced,
        )

    def _still_running(self) -> list[str]:
        return [] if self._runtime is None else self._runtime.still_running()

    # -- in the background of a program

    def start_in_background(self, timeout: float = READY_TIMEOUT) -> None:
        """Start it in a thread of its own, and wait until it listens; `stop` and `wait` end it.

        Context variables that are set here reach every task. The program keeps its signals. A program that ends without
        stopping it gives it two seconds to drain. `with worker:` does all of it.

        Args:
            timeout: seconds to wait at most.

        Raises:
            WorkerError: it cannot start, or is not ready in time.
        """
        self._gateway.io.check_own_loop()
        if self._thread is not None:
            raise WorkerError(f"worker {self.name!r} was started before; make a new one")
        run = contextvars.copy_context().run
        self._thread = threading.Thread(
            target=run, args=(self._run_in_thread,), name=f"hatchet-worker {self.name}", daemon=True
        )
        self._thread.start()
        try:
            self.wait_until_ready(timeout)
        except BaseException:
            self.stop(force=True)
            self.wait()
            raise

    def __repr__(self) -> str:
        return f"Worker({self.name!r}, {self.status.name}, workflows=[{', '.join(self._employment.names)}])"

    def __enter__(self) -> Worker:
        """Start it in a thread of its own, and wait until it listens; the end of the `with` block drains it."""
        self.start_in_background()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()
        try:
            self.wait()
        except KeyboardInterrupt:  # a second Ctrl-C, while it drains
            self.stop(force=True)
            self.wait()
            raise

    def _run_in_thread(self) -> None:
        try:
            self._run_on_own_loop(self._settled.set)
        except BaseException as error:  # raised again by whoever waits for the worker
            self._failure = error
        finally:
            self._end()

    async def __aenter__(self) -> Worker:
        """Start it on the running loop, and wait until it listens; the end of the `async with` block drains it."""
        self._background = background = asyncio.create_task(self.aio_start(), name=f"worker {self.name}")
        ready = asyncio.create_task(self._ready.aio_wait())
        try:
            await asyncio.wait([background, ready], timeout=READY_TIMEOUT, return_when=asyncio.FIRST_COMPLETED)
            if background.done() or self._ended:
                await background  # which says why
            self._check_ready(READY_TIMEOUT)
        except BaseException:
            # What was given up must not go on in the background, not even a lifespan that is being entered.
            self.stop(force=True)
            background.cancel()
            await asyncio.wait([background], timeout=FORCE_GRACE)
            if background.done() and not background.cancelled():
                background.exception()  # told by the error that is raised here, or nobody's any more
            raise
        finally:
            ready.cancel()
        return self

    async def __aexit__(self, *error: object) -> None:
        self.stop()
        if self._background is not None:
            await self._background

    # -- stopping, and waiting for it

    def stop(self, *, force: bool = False) -> None:
        """Ask it to drain and end, from any thread; with `force` it does not wait for what is running."""
        self._stop_early = True
        if self._runtime is not None:
            self._runtime.stop(force=force)

    async def aio_stop(self, *, force: bool = False) -> None:
        """Ask it to drain, and wait until it has ended; otherwise as `stop` and `aio_wait`."""
        self.stop(force=force)
        await self.aio_wait()

    async def exit_gracefully(self) -> None:
        """The same as `stop`, under the name that other clients have for it."""
        self.stop()

    async def aio_wait(self) -> None:
        """Wait until it has ended; a worker that was not started has.

        Once it was forced, by `stop(force=True)` or the end of `drain_timeout`, this takes a few seconds at most.

        Raises:
            WorkerError: what a worker in a thread ended with.
        """
        if self._thread is None and self._runtime is None:
            return
        await self._settled.aio_wait()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._over.aio_wait(), FORCE_GRACE)
        if not self._over.is_set():
            logger.error(
                "worker %s has ended, but this goes on: %s",
                self.name, ", ".join(self._still_running()) or "coroutines that its tasks have started",
            )  # fmt: skip
            self._ended = True
        if self._failure is not None:
            raise self._failure

    wait: Final = blocking(aio_wait)

    def _end(self) -> None:
        self._ended = True
        for flag in (self._ready, self._over, self._settled):
            flag.set()

    async def aio_wait_until_ready(self, timeout: float = READY_TIMEOUT) -> None:
        """Wait until it listens; for programs that start it in a thread.

        Raises:
            WorkerError: it ended before, or `timeout` seconds have passed.
        """
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ready.aio_wait(), timeout)
        self._check_ready(timeout)

    def _check_ready(self, timeout: float) -> None:
        if self._failure is not None:
            raise self._failure
        if self._ended or not self._ready.is_set():
            status = self.status.name.lower()
            raise WorkerError(f"worker {self.name!r} is {status}, and was not ready within {timeout:g} s")

    wait_until_ready: Final = blocking(aio_wait_until_ready)

    def _on_signal(self, number: signal.Signals, count: int) -> None:
        # Between any two steps of the main thread: what might wait for a lock is done elsewhere.
        self._gateway.io.post(lambda: logger.info("worker %s received %s", self.name, number.name))
        self.stop(force=count > 1 or self._gateway.config.force_shutdown_on_shutdown_signal)
