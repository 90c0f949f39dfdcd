"""A workflow: tasks that wait for each other, started together with one input."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, Literal, cast, overload

from typing_extensions import TypeVar, Unpack

from hatchet._lazy import Deferred
from hatchet.context.context import Context
from hatchet.definitions import mock
from hatchet.definitions.base_task import Owner, check_function, check_name, same_input
from hatchet.definitions.drawn import Drawn
from hatchet.definitions.services import Services
from hatchet.definitions.task import Single, Task
from hatchet.definitions.task_decorators import BatchTaskDecorator, BroadcastTaskDecorator, TaskDecorator
from hatchet.errors import DefinitionError, InputError
from hatchet.options.annotations import own_name
from hatchet.options.defaults import AttemptOptions
from hatchet.options.keys import BatchTaskOptions, TaskOptions, WorkflowDurableTaskOptions, WorkflowTaskOptions
from hatchet.options.signatures import declaring, takes
from hatchet.options.specs import BatchTaskSpec, TaskSpec, WorkflowSpec
from hatchet.runs.ref import WorkflowRunRef
from hatchet.runs.results import WorkflowResult
from hatchet.wire.requests import WorkflowDefinition

if TYPE_CHECKING:
    from uuid import UUID

    from pydantic import TypeAdapter

    from hatchet.context.durable import DurableContext
    from hatchet.definitions import mock_runs
    from hatchet.options import payload as payloads
    from hatchet.options.payload import EmptyModel
    from hatchet.pictures import Node
else:
    # pydantic takes longer to load than all of this package; it is needed with the first task.
    payloads = Deferred("hatchet.options.payload")
    mock_runs = Deferred("hatchet.definitions.mock_runs")

TIn = TypeVar("TIn", contravariant=True, default="EmptyModel")
R = TypeVar("R")


class Workflow(Owner[TIn], Drawn, Generic[TIn]):
    """A workflow; `Hatchet.workflow` makes it, `task` adds to it."""

    def __init__(self, name: str, client: Services, input_type: Any, spec: WorkflowSpec) -> None:
        super().__init__(check_name(name, "workflow"), client, spec.default_additional_metadata)
        self._spec = spec
        self._input = payloads.payload_of(payloads.EmptyModel if input_type is None else input_type)
        self._tasks: dict[str, Task[TIn, Any]] = {}
        self._on_failure: Task[TIn, Any] | None = None
        self._on_success: Task[TIn, Any] | None = None
        payloads.dump_mapping(spec.default_additional_metadata, f"default_additional_metadata of {name!r}")
        self._cron_input = None if spec.cron_input is None else self.dump_input(spec.cron_input).decode()
        if spec.on_crons and self._cron_input is None:
            self._check_empty_input()

    def _check_empty_input(self) -> None:
        """Refuse crons whose runs could only fail: they are started without an input."""
        try:
            self._input.load_object({})
        except ValueError as error:  # pydantic's ValidationError is one
            raise DefinitionError(
                f"{self._base_name!r} has on_crons, whose runs have no input, and takes {self._input.type_name}; give "
                "the input's fields defaults, or start it with create_cron(name, expression, input)"
            ) from error

    @property
    def spec(self) -> WorkflowSpec:
        """Its options, defaults included."""
        return self._spec

    @property
    def tasks(self) -> list[Task[TIn, Any]]:
        """Its tasks, in the order of their declaration; then those for success and for failure."""
        last = (self._on_success, self._on_failure)
        return [*self._tasks.values(), *(task for task in last if task is not None)]

    @property
    def leaves(self) -> tuple[Task[TIn, Any], ...]:
        """The tasks that no other waits for; the on-success task waits for them."""
        waited_for = {parent.name for task in self._tasks.values() for parent in task.parents}
        return tuple(task for task in self._tasks.values() if task.name not in waited_for)

    @property
    def has_parents(self) -> bool:
        """Whether a task of it may read the output of another."""
        return self._on_success is not None or len(self._tasks) > 1

    @property
    def input_validator_type(self) -> Any:
        """The declared type of its input."""
        return self._input.annotation

    @property
    def input_validator(self) -> TypeAdapter[Any]:
        """What reads its input."""
        return self._input.adapter

    @takes(TaskSpec, WorkflowTaskOptions)
    def task(
        self, name: str | None = None, *, parents: Sequence[Task[TIn, Any]] = (), **options: Unpack[WorkflowTaskOptions]
    ) -> TaskDecorator[TIn, Context[Any]]:
        """Add a task. It starts when all of its `parents` have completed.

        Args:
            name: default: the function's.
            parents: tasks of this workflow, declared before.
        """
        given: WorkflowTaskOptions = {**self._defaults(), **options}
        with declaring(name):
            spec = TaskSpec(**given)
        return TaskDecorator(self._adder(name, parents, spec))

    @takes(TaskSpec, WorkflowDurableTaskOptions)
    def durable_task(
        self,
        name: str | None = None,
        *,
        parents: Sequence[Task[TIn, Any]] = (),
        **options: Unpack[WorkflowDurableTaskOptions],
    ) -> TaskDecorator[TIn, DurableContext[Any]]:
        """Add a durable task; otherwise as `task`."""
        given: WorkflowDurableTaskOptions = {**self._defaults(), **options}
        with declaring(name):
            spec = TaskSpec(**given)
        return TaskDecorator(self._adder(name, parents, spec, is_durable=True))

    @overload
    def batch_task(
        self,
        name: str | None = None,
        *,
        batch_max_size: int,
        broadcast_output: Literal[False] = False,
        parents: Sequence[Task[TIn, Any]] = (),
        **options: Unpack[BatchTaskOptions],
    ) -> BatchTaskDecorator[TIn, Context[Any]]: ...
    @overload
    def batch_task(
        self,
        name: str | None = None,
        *,
        batch_max_size: int,
        broadcast_output: Literal[True],
        parents: Sequence[Task[TIn, Any]] = (),
        **options: Unpack[BatchTaskOptions],
    ) -> BroadcastTaskDecorator[TIn, Context[Any]]: ...
    @takes(BatchTaskSpec, BatchTaskOptions)
    def batch_task(
        self,
        name: str | None = None,
        *,
        batch_max_size: int,
        broadcast_output: bool = False,
        parents: Sequence[Task[TIn, Any]] = (),
        **options: Unpack[BatchTaskOptions],
    ) -> BatchTaskDecorator[TIn, Any] | BroadcastTaskDecorator[TIn, Any]:
        """Add a task of which one call executes many runs: its input and output are mappings by the runs' ids.

        Args:
            name: default: the function's.
            batch_max_size: runs in one call at most; fewer when `batch_max_interval` has passed.
            broadcast_output: the function returns one output, which all runs of the call get.
            parents: tasks of this workflow, declared before.
        """
        given: BatchTaskOptions = {**self._defaults(), **options}
        with declaring(name):
            spec = BatchTaskSpec(batch_max_size=batch_max_size, broadcast_output=broadcast_output, **given).task()
        add = self._adder(name, parents, spec)
        return BroadcastTaskDecorator(add) if broadcast_output else BatchTaskDecorator(add)

    @takes(TaskSpec, TaskOptions)
    def on_failure_task(
        self, name: str | None = None, **options: Unpack[TaskOptions]
    ) -> TaskDecorator[TIn, Context[Any]]:
        """Add the task that runs when a task of the workflow has failed for good; `ctx.task_run_errors` says how.

        Args:
            name: default: the function's, with `-on-failure`.
        """
        check_option_name(name)
        with declaring(name):
            spec = TaskSpec(**options)

        def add(function: Callable[..., Any]) -> Task[TIn, Any]:
            if self._on_failure is not None:
                raise DefinitionError(
                    f"workflow {self.name!r} has an on-failure task already, {self._on_failure.name!r}"
                )
            check_function(function)
            self._on_failure = self._make(function, name or f"{own_name(function)}-on-failure", spec)
            return self._on_failure

        return TaskDecorator(add)

    @takes(TaskSpec, TaskOptions)
    def on_success_task(
        self, name: str | None = None, **options: Unpack[TaskOptions]
    ) -> TaskDecorator[TIn, Context[Any]]:
        """Add the task that runs when all others have completed, whether they are declared before or after it.

        Args:
            name: default: the function's, with `-on-success`.
        """
        check_option_name(name)
        with declaring(name):
            spec = TaskSpec(**options)

        def add(function: Callable[..., Any]) -> Task[TIn, Any]:
            if self._on_success is not None:
                raise DefinitionError(
                    f"workflow {self.name!r} has an on-success task already, {self._on_success.name!r}"
                )
            check_function(function)
            self._on_success = self._make(function, name or f"{own_name(function)}-on-success", spec, parents=None)
            return self._on_success

        return TaskDecorator(add)

    def add_task(self, task: Single[TIn, R]) -> Task[TIn, R]:
        """Add the function of a standalone task, with its options, as a task of this workflow."""
        single = task.task
        return self.add(single.function, single.name, single.spec, (), is_durable=single.is_durable)

    def _defaults(self) -> AttemptOptions:
        given: AttemptOptions = {**self._spec.task_defaults.given}  # type: ignore[typeddict-item]  # checked by
        return given  # TaskDefaults; a TypedDict cannot be unpacked from a mapping

    def _adder(
        self, name: str | None, parents: Sequence[Task[Any, Any]], spec: TaskSpec, *, is_durable: bool = False
    ) -> Callable[[Callable[..., Any]], Task[TIn, Any]]:
        check_option_name(name)
        return lambda function: self.add(function, name, spec, parents, is_durable=is_durable)

    def add(
        self,
        function: Callable[..., Any],
        name: str | None,
        spec: TaskSpec,
        parents: Sequence[Task[Any, Any]],
        *,
        is_durable: bool,
    ) -> Task[TIn, Any]:
        """Add a task that is described by values; what the decorators end in."""
        check_function(function)
        task_name = (name or own_name(function)).lower()
        if not isinstance(parents, Sequence):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers without a checker
            raise DefinitionError(f"task {task_name!r}: parents is {parents!r}; write a list: parents=[…]")
        for parent in parents:
            if not isinstance(parent, Task):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers without a checker
                raise DefinitionError(f"task {task_name!r}: parents are tasks, not {parent!r}")
            if parent.workflow is not self:
                raise DefinitionError(
                    f"task {task_name!r} of {self.name!r} has the parent {parent.name!r} of another workflow, "
                    f"{parent.workflow.name!r}; a parent belongs to the same workflow"
                )
            if parent in (self._on_failure, self._on_success):
                raise DefinitionError(f"task {task_name!r}: {parent.name!r} runs after all others, and is no parent")
        task = self._make(function, task_name, spec, parents=parents, is_durable=is_durable)
        self._tasks[task.name] = task
        return task

    def _make(
        self,
        function: Callable[..., Any],
        name: str,
        spec: TaskSpec,
        *,
        parents: Sequence[Task[Any, Any]] | None = (),
        is_durable: bool = False,
    ) -> Task[TIn, Any]:
        check_function(function)
        task_name = check_name(name.lower(), "task")
        if task_name in {task.name for task in self.tasks}:
            raise DefinitionError(f"workflow {self.name!r} has a task {task_name!r} already; names ignore case")
        task: Task[TIn, Any] = Task(function, self, task_name, spec, is_durable=is_durable, parents=parents)
        self._check_input(task)
        return task

    def _check_input(self, task: Task[Any, Any]) -> None:
        declared, taken = self._input.annotation, task.input.annotation
        if not same_input(taken, declared) and taken is not Any and not _is_base(taken, declared):
            raise DefinitionError(
                f"task {task.name!r} takes {taken}, but the input of workflow {self.name!r} is {declared}; "
                "give the workflow input_validator="
            )

    def dump_input(self, value: object) -> bytes:
        """The input as JSON; raises InputError when it is not of the declared type."""
        return self._input.dump_input(value, f"workflow {self.name!r}")

    def dump_result(self, value: object) -> dict[str, str]:
        """The output texts of its tasks that a result stands for: a mapping by task, or by its name."""
        if not isinstance(value, Mapping):
            raise InputError(f"the result of workflow {self.name!r} is a mapping by task, not {value!r}")
        outputs = mock_runs.dump_outputs(cast(Mapping[str, object], value), self, "the result of a child run")
        return {name: json.dumps(output) for name, output in outputs.items()}

    @overload
    async def aio_mock_run(
        self: Workflow[EmptyModel], input: EmptyModel | None = None, **options: Unpack[mock.WorkflowMockOptions]
    ) -> WorkflowResult: ...
    @overload
    async def aio_mock_run(self, input: TIn, **options: Unpack[mock.WorkflowMockOptions]) -> WorkflowResult: ...
    @takes(mock.WorkflowMockSpec)
    async def aio_mock_run(self, input: Any = None, **options: Unpack[mock.WorkflowMockOptions]) -> WorkflowResult:
        """Call the functions of all tasks in the order of their parents, without an engine; one attempt each.

        Conditions are not looked at: `skipped` names the tasks that are to be skipped. When a task fails, those that
        wait for it do not run, and the on-failure task does.

        Raises:
            RunFailed: a task failed.
        """
        outputs = await mock_runs.mock_workflow(self, self._on_failure, input, options)
        return WorkflowResult(outputs, workflow=self.name)

    @overload
    def mock_run(
        self: Workflow[EmptyModel], input: EmptyModel | None = None, **options: Unpack[mock.WorkflowMockOptions]
    ) -> WorkflowResult: ...
    @overload
    def mock_run(self, input: TIn, **options: Unpack[mock.WorkflowMockOptions]) -> WorkflowResult: ...
    @takes(mock.WorkflowMockSpec)
    def mock_run(self, input: Any = None, **options: Unpack[mock.WorkflowMockOptions]) -> WorkflowResult:
        """Call the functions of all tasks without an engine; in async tests await `aio_mock_run`, which says more."""
        return mock_runs.run_sync(self.aio_mock_run(input, **options), self.tasks)

    def ref(self, run_id: str | UUID) -> WorkflowRunRef:
        """A reference to a run of this workflow."""
        return WorkflowRunRef(
            run_id,
            self.gateway,
            self.name,
            [task.name for task in self.tasks if task is not self._on_failure],
            is_alone=len(self.tasks) == 1,
            nodes=self.nodes,
        )

    def nodes(self) -> list[Node]:
        """Its tasks as a picture has them."""
        return [task.node(is_on_failure=task is self._on_failure) for task in self.tasks]

    def definition(self) -> WorkflowDefinition:
        """What its registration needs.

        Raises:
            DefinitionError: it has no tasks, or its tasks wait for each other in a circle.
        """
        if not self._tasks:
            raise DefinitionError(f"workflow {self.name!r} has no tasks; add one with @{self._base_name}.task()")
        check_acyclic(self.name, {task.name: [parent.name for parent in task.parents] for task in self.tasks})
        return WorkflowDefinition(
            name=self.name,
            spec=self._spec,
            events=tuple(self._client.config.apply_namespace(key) for key in self._spec.on_events),
            tasks=tuple(task.definition() for task in self.tasks if task is not self._on_failure),
            input_schema=self._input.schema(),
            on_failure=None if self._on_failure is None else self._on_failure.definition(),
            cron_input=self._cron_input,
        )

    def __repr__(self) -> str:
        return f"Workflow({self.name!r}, tasks=[{', '.join(self._tasks)}])"


def _is_base(taken: object, declared: object) -> bool:
    return isinstance(taken, type) and isinstance(declared, type) and issubclass(declared, taken)


def check_option_name(name: object) -> None:
    """Refuse a decorator that was written without its parentheses."""
    if name is not None and not isinstance(name, str):
        hint = "@….task() with parentheses" if callable(name) else "a text"
        raise DefinitionError(f"{getattr(name, '__qualname__', name)!r} was given as the name; write {hint}")


def check_acyclic(workflow: str, parents: dict[str, list[str]]) -> None:
    """Refuse tasks that wait for each other; the error shows the way round."""
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            circle = " → ".join((*path[path.index(name) :], name))
            raise DefinitionError(f"the tasks of workflow {workflow!r} wait for each other: {circle}")
        if name not in done:
            for parent in parents.get(name, ()):
                visit(parent, (*path, name))
            done.add(name)

    for name in parents:
        visit(name, ())
