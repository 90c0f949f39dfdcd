"""`Hatchet`: holds configuration, connection and features; declares tasks and workflows; makes workers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, overload

from typing_extensions import TypeVar, Unpack

from hatchet._lifetime import ClosableClient
from hatchet.config import DATA, MEMORY, ClientConfig, EmbeddedHatchetConfig, EmbeddedOptions, EmbeddedSpec
from hatchet.context.context import Context
from hatchet.definitions.base_task import Signature, check_function, same_input
from hatchet.definitions.decorators import (
    BatchStandaloneDecorator,
    BroadcastStandaloneDecorator,
    StandaloneDecorator,
    ValidatedStandaloneDecorator,
)
from hatchet.definitions.standalone import Standalone
from hatchet.definitions.stubs import StubsClient
from hatchet.definitions.workflow import Workflow, check_option_name
from hatchet.errors import DefinitionError
from hatchet.hooks import Hook, Hooks
from hatchet.options.annotations import name_of, own_name
from hatchet.options.defaults import TaskDefaults
from hatchet.options.keys import BatchStandaloneOptions, DurableStandaloneOptions, StandaloneOptions, WorkflowOptions
from hatchet.options.signatures import declaring, takes
from hatchet.options.specs import BatchStandaloneSpec, StandaloneSpec, WorkflowSpec
from hatchet.scope import current_scope
from hatchet.transport.io_loop import blocking

if TYPE_CHECKING:
    from hatchet.context.durable import DurableContext
    from hatchet.options.payload import EmptyModel
    from hatchet.worker.lifespan import LifespanFunction
    from hatchet.worker.worker import Worker

logger: Final = logging.getLogger("hatchet")

TIn = TypeVar("TIn", default="EmptyModel")
TGiven = TypeVar("TGiven")


def _settings(given: ClientConfig | None, debug: bool | None) -> ClientConfig:
    config = given or ClientConfig(debug=debug)
    if config.debug:
        logger.setLevel(logging.DEBUG)
    return config


class Hatchet(ClosableClient):
    """A client of one engine.

    ::

        hatchet = Hatchet()                   # the engine that HATCHET_CLIENT_TOKEN names, or HATCHET_CLIENT_EMBEDDED
        hatchet = Hatchet.from_embedded()     # or one in this process

    A module can make a client and declare tasks where there is neither a token nor an engine. The first call, the first
    worker, `config` or `with hatchet:` reads the settings, and starts an engine in this process. A setting that is
    missing, malformed, unreadable or unknown raises ConfigError then.

    Args:
        config: the settings. Default: read from `HATCHET_CLIENT_*` and the token.
        debug: whether the logger `hatchet` logs at level DEBUG. Default: as `HATCHET_CLIENT_DEBUG` says.
        hooks: the program's own code around triggers and tasks; see `Hook`.
    """

    def __init__(
        self, config: ClientConfig | None = None, *, debug: bool | None = None, hooks: Sequence[Hook] = ()
    ) -> None:
        if debug or (config is not None and config.debug):
            logger.setLevel(logging.DEBUG)
        super().__init__(partial(_settings, config, debug), Hooks(hooks), config)

    @classmethod
    @takes(EmbeddedSpec)
    def from_embedded(
        cls, data: str | Path | None = DATA, *, namespace: str | None = None, hooks: Sequence[Hook] = (),
        config: ClientConfig | EmbeddedHatchetConfig | None = None, **options: Unpack[EmbeddedOptions],
    ) -> Hatchet:  # fmt: skip
        """A client of an engine in this process, or of one that already serves the same folder.

        No socket is needed within the process. An engine in memory starts when it is first needed, and opens ports only
        when its address is read. The engine of a folder starts now, and soon serves other processes, too.

        Args:
            data: folder where the engine keeps what it accepted; None keeps it in memory.
            namespace: prefix of workflow, worker and event names.
            hooks: the program's own code around triggers and tasks; see `Hook`.
            config: the engine, or the whole client, as `hatchet_sdk` describes it, in place of `data`.
            options: how long the engine keeps data, and how safely, if this client starts it; see docs/engine.md.

        Raises:
            HatchetError: an option has a wrong value, the extra `embedded` is missing, or the engine cannot start. An
                engine in memory raises it when it is first needed.
        """
        where = MEMORY if data is None else str(Path(data).absolute())
        if isinstance(config, ClientConfig):
            config.embedded = config.embedded or where
            return cls(config, hooks=hooks)
        if config is not None:
            return cls(ClientConfig(embedded=config, embedded_options=options, namespace=namespace), hooks=hooks)
        return cls(ClientConfig(embedded=where, embedded_options=options, namespace=namespace), hooks=hooks)

    @property
    def current_context(self) -> Context[Any] | None:
        """The context of the task that runs here; None outside of a task."""
        scope = current_scope.get()
        context: Context[Any] | None = None if scope is None else scope.context
        return context

    async def aio_get_engine_version(self) -> str | None:
        """The engine's version, such as `v0.101.27`; None for one older than v0.78.23, which does not tell."""
        return await self.io.run(self.gateway.engine_version())

    get_engine_version: Final = blocking(aio_get_engine_version)

    @property
    def stubs(self) -> StubsClient:
        """Tasks and workflows that live in another service."""
        return StubsClient(self)

    # -- declarations

    @takes(WorkflowSpec, WorkflowOptions)
    def workflow(
        self,
        name: str,
        *,
        input_validator: type[TIn] | None = None,
        cron_input: TIn | None = None,
        **options: Unpack[WorkflowOptions],
    ) -> Workflow[TIn]:
        """Make a workflow; add its tasks with `@workflow.task()`.

        Args:
            name: letters, digits, `.`, `-` and `_`; unique in the tenant.
            input_validator: type of its input. Default: it takes no input.
            cron_input: input of the runs that `on_crons` start.

        Raises:
            DefinitionError: an option does not make sense.
        """
        given: WorkflowOptions = {**options}
        defaults = given.get("task_defaults")
        if isinstance(defaults, TaskDefaults) and defaults.priority is not None:
            given = {"default_priority": defaults.priority, **options}
        with declaring(name, "workflow"):
            spec = WorkflowSpec(cron_input=cron_input, **given)
        return Workflow(name, self, input_validator, spec)

    @overload
    def task(
        self,
        name: str | None = None,
        *,
        input_validator: None = None,
        cron_input: None = None,
        **options: Unpack[StandaloneOptions],
    ) -> StandaloneDecorator[Context[Any]]: ...
    @overload
    def task(
        self,
        name: str | None = None,
        *,
        input_validator: type[TGiven],
        cron_input: TGiven | None = None,
        **options: Unpack[StandaloneOptions],
    ) -> ValidatedStandaloneDecorator[TGiven, Context[Any]]: ...
    @overload
    def task(
        self,
        name: str | None = None,
        *,
        input_validator: None = None,
        cron_input: TGiven,
        **options: Unpack[StandaloneOptions],
    ) -> ValidatedStandaloneDecorator[TGiven, Context[Any]]: ...
    @takes(StandaloneSpec, StandaloneOptions)
    def task(
        self,
        name: str | None = None,
        *,
        input_validator: Any = None,
        cron_input: Any = None,
        **options: Unpack[StandaloneOptions],
    ) -> StandaloneDecorator[Any] | ValidatedStandaloneDecorator[Any, Any]:
        """Declare a task that belongs to no workflow: `@hatchet.task()` above `def f(input: In, ctx: Context) -> Out`.

        Args:
            name: the task's name. Default: that of the function.
            input_validator: type of its input; default: the annotation of its first parameter.
            cron_input: input of the runs that `on_crons` start.

        Raises:
            DefinitionError: an option does not make sense, or the function cannot be a task.
        """
        with declaring(name):
            spec = StandaloneSpec(cron_input=cron_input, **options)
        make = self._standalone(name, input_validator, spec)
        typed = input_validator is not None or cron_input is not None
        return ValidatedStandaloneDecorator(make) if typed else StandaloneDecorator(make)

    @overload
    def durable_task(
        self,
        name: str | None = None,
        *,
        input_validator: None = None,
        cron_input: None = None,
        **options: Unpack[DurableStandaloneOptions],
    ) -> StandaloneDecorator[DurableContext[Any]]: ...
    @overload
    def durable_task(
        self,
        name: str | None = None,
        *,
        input_validator: type[TGiven],
        cron_input: TGiven | None = None,
        **options: Unpack[DurableStandaloneOptions],
    ) -> ValidatedStandaloneDecorator[TGiven, DurableContext[Any]]: ...
    @overload
    def durable_task(
        self,
        name: str | None = None,
        *,
        input_validator: None = None,
        cron_input: TGiven,
        **options: Unpack[DurableStandaloneOptions],
    ) -> ValidatedStandaloneDecorator[TGiven, DurableContext[Any]]: ...
    @takes(StandaloneSpec, DurableStandaloneOptions)
    def durable_task(
        self,
        name: str | None = None,
        *,
        input_validator: Any = None,
        cron_input: Any = None,
        **options: Unpack[DurableStandaloneOptions],
    ) -> StandaloneDecorator[Any] | ValidatedStandaloneDecorator[Any, Any]:
        """Declare a durable task that belongs to no workflow; it gets a `DurableContext`. Otherwise as `task`."""
        with declaring(name):
            spec = StandaloneSpec(cron_input=cron_input, **options)
        make = self._standalone(name, input_validator, spec, is_durable=True)
        typed = input_validator is not None or cron_input is not None
        return ValidatedStandaloneDecorator(make) if typed else StandaloneDecorator(make)

    @overload
    def batch_task(
        self,
        name: str | None = None,
        *,
        batch_max_size: int,
        broadcast_output: Literal[False] = False,
        input_validator: Any = None,
        **options: Unpack[BatchStandaloneOptions],
    ) -> BatchStandaloneDecorator[Context[Any]]: ...
    @overload
    def batch_task(
        self,
        name: str | None = None,
        *,
        batch_max_size: int,
        broadcast_output: Literal[True],
        input_validator: Any = None,
        **options: Unpack[BatchStandaloneOptions],
    ) -> BroadcastStandaloneDecorator[Context[Any]]: ...
    @takes(BatchStandaloneSpec, BatchStandaloneOptions)
    def batch_task(
        self,
        name: str | None = None,
        *,
        batch_max_size: int,
        broadcast_output: bool = False,
        input_validator: Any = None,
        **options: Unpack[BatchStandaloneOptions],
    ) -> BatchStandaloneDecorator[Any] | BroadcastStandaloneDecorator[Any]:
        """Declare a batch task that belongs to no workflow: one call executes many runs.

        ::

            @hatchet.batch_task(batch_max_size=100, batch_max_interval=timedelta(seconds=1))
            async def embed(inputs: dict[str, Text], ctx: Context) -> dict[str, Vector]: ...

        Args:
            name: the task's name. Default: that of the function.
            batch_max_size: runs in one call at most; fewer when `batch_max_interval` has passed.
            broadcast_output: the function returns one output, which all runs of the call get.
            input_validator: type of one run's input; default: that of the values of the first parameter.
        """
        with declaring(name):
            spec = BatchStandaloneSpec(batch_max_size=batch_max_size, broadcast_output=broadcast_output, **options)
        make = self._standalone(name, input_validator, spec)
        return BroadcastStandaloneDecorator(make) if broadcast_output else BatchStandaloneDecorator(make)

    def _standalone(
        self, name: str | None, input_validator: Any, spec: StandaloneSpec, *, is_durable: bool = False
    ) -> Callable[[Callable[..., Any]], Standalone[Any, Any]]:
        check_option_name(name)
        task_spec = spec.task()

        def make(function: Callable[..., Any]) -> Standalone[Any, Any]:
            check_function(function)
            taken = Signature(function, is_durable=is_durable, batch=task_spec.batch).input_annotation
            if input_validator is not None and not same_input(taken, input_validator):
                raise DefinitionError(f"{name_of(function)} takes {taken}, but input_validator is {input_validator}")
            own = own_name(function)
            workflow: Workflow[Any] = Workflow(name or own, self, taken, spec.workflow())
            return Standalone(workflow, workflow.add(function, name, task_spec, (), is_durable=is_durable))

        return make

    # -- workers

    async def _set_paused(self, worker_id: str, paused: bool) -> bool:
        """Take a worker out of scheduling or put it back; whether that changed anything."""
        status = (await self.workers.aio_get(worker_id)).status
        was_paused = status is not None and status.value == "PAUSED"
        if was_paused != paused:
            await (self.workers.aio_pause if paused else self.workers.aio_unpause)(worker_id)
        return was_paused != paused

    def worker(
        self,
        name: str,
        *,
        slots: int | None = None,
        durable_slots: int | None = None,
        labels: Mapping[str, str | int] | None = None,
        workflows: Sequence[Workflow[Any] | Standalone[Any, Any]] = [],
        lifespan: LifespanFunction | None = None,
        drain_timeout: timedelta | float | None = None,
        handle_signals: bool | None = None,
        always_replay: bool | None = None,
        record_histories: str | Path | None = None,
    ) -> Worker:
        """Make a worker for workflows and standalone tasks; `start()` runs it.

        Args:
            name: shown in lists of workers.
            slots: how many tasks it runs at once. Default: 100.
            durable_slots: how many durable tasks it runs at once. Default: 1000.
            labels: what tasks can ask for with `desired_worker_labels`.
            workflows: what it executes.
            lifespan: opened before the first task and closed after the last; what it yields is `ctx.lifespan`.
            drain_timeout: seconds that running tasks may take after the worker was told to stop. Then it ends without
                them, and the engine hands them to other workers. Default: no limit.
            handle_signals: whether SIGTERM and SIGINT stop it while it runs in the main thread. Default: True in
                `start()`; False in `with worker`, `async with worker` and `aio_start()`, which leave signals to the
                program.
            always_replay: for tests: run a durable task again from the top at each wait, so that code that takes
                another way then fails with `NonDeterminismError`. Default: what the client's settings say.
            record_histories: folder for the histories of durable tasks, a file for each task run; `hatchet-py replay`
                reads them. Default: what the client's settings say.

        Raises:
            DefinitionError: two tasks have the same name, or a workflow is faulty.
        """
        from hatchet.worker.options import DurableOptions
        from hatchet.worker.worker import Worker  # programs that only start runs never load it

        return Worker(
            name,
            self,
            self._set_paused,
            slots=slots,
            durable_slots=durable_slots,
            labels=labels or {},
            workflows=workflows,
            lifespan=lifespan,
            drain_timeout=drain_timeout,
            handle_signals=handle_signals,
            durable=DurableOptions.of(name, always_replay, record_histories),
        )
