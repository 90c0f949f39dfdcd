"""A workflow: tasks that wait for each other, started together with one input."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Generic

from typing_extensions import TypeVar, Unpack

from hatchet._lazy import Deferred
from hatchet.context.context import Context
from hatchet.context.durable import DurableContext
from hatchet.definitions.decorators import TaskDecorator
from hatchet.definitions.runnable import Runnable
from hatchet.definitions.task import Task, check_function, check_name
from hatchet.errors import DefinitionError
from hatchet.options.keys import TaskOptions
from hatchet.options.specs import TaskSpec, WorkflowSpec, takes
from hatchet.runs.ref import WorkflowRunRef
from hatchet.runs.results import WorkflowResult
from hatchet.wire.gateway import Gateway
from hatchet.wire.requests import WorkflowDefinition

if TYPE_CHECKING:
    from hatchet.options import payload as payloads
    from hatchet.options.payload import EmptyModel
else:
    # pydantic takes longer to load than all of this package; it is needed with the first task.
    payloads = Deferred("hatchet.options.payload")

TIn = TypeVar("TIn", contravariant=True, default="EmptyModel")


class Workflow(Runnable[TIn, WorkflowResult, WorkflowRunRef], Generic[TIn]):
    """A workflow; `Hatchet.workflow` makes it, `task` adds to it."""

    def __init__(self, name: str, gateway: Gateway, input_type: Any, spec: WorkflowSpec) -> None:
        self._base_name = check_name(name, "workflow")
        self._gateway = gateway
        self._spec = spec
        self._input = payloads.payload_of(payloads.EmptyModel if input_type is None else input_type)
        self._tasks: dict[str, Task[TIn, Any]] = {}

    @property
    def name(self) -> str:
        """The workflow's name, with the namespace."""
        return self._gateway.config.apply_namespace(self._base_name)

    @property
    def service_name(self) -> str:
        """The part that the action ids of its tasks have in common."""
        return self.name.lower()

    @property
    def gateway(self) -> Gateway:
        """The engine that runs it."""
        return self._gateway

    @property
    def spec(self) -> WorkflowSpec:
        """Its options, defaults included."""
        return self._spec

    @property
    def tasks(self) -> list[Task[TIn, Any]]:
        """Its tasks, in the order of their declaration."""
        return list(self._tasks.values())

    @property
    def input_validator_type(self) -> Any:
        """The declared type of its input."""
        return self._input.annotation

    @takes(TaskSpec)
    def task(
        self, name: str | None = None, *, parents: Sequence[Task[Any, Any]] = (), **options: Unpack[TaskOptions]
    ) -> TaskDecorator[TIn, Context[Any]]:
        """Add a task. It starts when all of its `parents` have completed.

        Args:
            name: default: the function's.
            parents: tasks of this workflow, declared before.
        """
        return TaskDecorator(self._adder(name, parents, options, is_durable=False))

    @takes(TaskSpec)
    def durable_task(
        self, name: str | None = None, *, parents: Sequence[Task[Any, Any]] = (), **options: Unpack[TaskOptions]
    ) -> TaskDecorator[TIn, DurableContext[Any]]:
        """Add a durable task; otherwise as `task`."""
        return TaskDecorator(self._adder(name, parents, options, is_durable=True))

    def _adder(
        self, name: str | None, parents: Sequence[Task[Any, Any]], options: TaskOptions, *, is_durable: bool
    ) -> Callable[[Callable[..., Any]], Task[TIn, Any]]:
        check_option_name(name)
        given: TaskOptions = {**self._spec.task_defaults.given, **options}  # type: ignore[typeddict-item]  # the
        # defaults were checked by TaskDefaults; a TypedDict cannot be unpacked from a mapping
        spec = TaskSpec(**given)
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
        task_name = check_name((name or function.__name__).lower(), "task")
        if task_name in self._tasks:
            raise DefinitionError(f"workflow {self.name!r} has a task {task_name!r} already; names ignore case")
        for parent in parents:
            if not isinstance(parent, Task):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers without a checker
                raise DefinitionError(f"task {task_name!r}: parents are tasks, not {parent!r}")
            if parent.workflow is not self:
                raise DefinitionError(
                    f"task {task_name!r} of {self.name!r} has the parent {parent.name!r} of another workflow, "
                    f"{parent.workflow.name!r}; a parent belongs to the same workflow"
                )
        task: Task[TIn, Any] = Task(function, self, task_name, spec, is_durable=is_durable, parents=parents)
        self._check_input(task)
        self._tasks[task_name] = task
        return task

    def _check_input(self, task: Task[Any, Any]) -> None:
        declared, taken = self._input.annotation, task.input.annotation
        if taken != declared and taken is not Any and not _is_base(taken, declared):
            raise DefinitionError(
                f"task {task.name!r} takes {taken}, but the input of workflow {self.name!r} is {declared}; "
                "give the workflow input_validator="
            )

    def dump_input(self, value: object) -> bytes:
        """The input as JSON; raises InputError when it is not of the declared type."""
        return self._input.dump_input(value, f"workflow {self.name!r}")

    def ref(self, run_id: str) -> WorkflowRunRef:
        """A reference to a run of this workflow."""
        return WorkflowRunRef(run_id, self._gateway)

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
            events=tuple(self._gateway.config.apply_namespace(key) for key in self._spec.on_events),
            tasks=tuple(task.definition() for task in self.tasks),
            input_schema=self._input.schema(),
        )

    def __repr__(self) -> str:
        return f"Workflow({self.name!r}, tasks=[{', '.join(self._tasks)}])"


def _is_base(taken: object, declared: object) -> bool:
    return isinstance(taken, type) and isinstance(declared, type) and issubclass(declared, taken)


def check_option_name(name: object) -> None:
    """Refuse a decorator that was written without its parentheses."""
    if name is not None and not isinstance(name, str):
        raise DefinitionError(
            f"{getattr(name, '__qualname__', name)!r} was given as the name; write @….task() with parentheses"
        )


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
