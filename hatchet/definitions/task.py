"""A task: the user's function, its options, and how its input and output become JSON."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Generic

from typing_extensions import TypeVar

from hatchet._lazy import Deferred
from hatchet.context.context import Context
from hatchet.context.durable import DurableContext
from hatchet.definitions.dependencies import ResolvedDependency, dependencies_of
from hatchet.errors import DefinitionError
from hatchet.options.annotations import annotations_of
from hatchet.options.specs import TaskSpec
from hatchet.wire.requests import TaskDefinition

if TYPE_CHECKING:
    from hatchet.definitions.workflow import Workflow
    from hatchet.options import payload as payloads
else:
    # pydantic takes longer to load than all of this package; it is needed with the first task.
    payloads = Deferred("hatchet.options.payload")

TIn_contra = TypeVar("TIn_contra", contravariant=True)
TOut_co = TypeVar("TOut_co", covariant=True)

NAME_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_")


class Task(Generic[TIn_contra, TOut_co]):
    """One task of a workflow; the decorators make them."""

    def __init__(
        self,
        function: Callable[..., Any],
        workflow: Workflow[Any],
        name: str,
        spec: TaskSpec,
        *,
        is_durable: bool,
        parents: Sequence[Task[Any, Any]] = (),
    ) -> None:
        self._function = function
        self._workflow = workflow
        self._name = name
        self._spec = spec
        self._is_durable = is_durable
        self._parents = tuple(parents)
        signature = Signature(function, is_durable=is_durable)
        self._input: payloads.Payload[Any] = signature.input
        self._output: payloads.Payload[TOut_co] = signature.output
        self._dependencies = dependencies_of(function)

    @property
    def name(self) -> str:
        """The task's name, in lower case as the engine keeps it."""
        return self._name

    @property
    def workflow(self) -> Workflow[Any]:
        """The workflow that it belongs to."""
        return self._workflow

    @property
    def parents(self) -> tuple[Task[Any, Any], ...]:
        """The tasks that it waits for."""
        return self._parents

    @property
    def spec(self) -> TaskSpec:
        """Its options, defaults included."""
        return self._spec

    @property
    def is_durable(self) -> bool:
        """Whether it is a durable task."""
        return self._is_durable

    @property
    def is_async_function(self) -> bool:
        """Whether its function is a coroutine function."""
        return inspect.iscoroutinefunction(self._function)

    @property
    def function(self) -> Callable[..., Any]:
        """The user's function."""
        return self._function

    @property
    def dependencies(self) -> dict[str, ResolvedDependency]:
        """What fills in the parameters after input and context."""
        return self._dependencies

    @property
    def input(self) -> payloads.Payload[Any]:
        """How its input is read."""
        return self._input

    @property
    def output(self) -> payloads.Payload[TOut_co]:
        """How its output is written and read."""
        return self._output

    @property
    def action_id(self) -> str:
        """The name under which workers offer it."""
        return f"{self._workflow.service_name}:{self._name}"

    def load_output(self, data: str | bytes) -> TOut_co:
        """The output that a JSON text stands for, validated."""
        return self._output.load(data)

    def definition(self) -> TaskDefinition:
        """What its registration needs."""
        return TaskDefinition(
            name=self._name,
            action_id=self.action_id,
            spec=self._spec,
            parents=tuple(parent.name for parent in self._parents),
            is_durable=self._is_durable,
        )

    def __repr__(self) -> str:
        return f"Task({self._name!r} of {self._workflow.name!r})"


class Signature:
    """What the annotations of a task function say."""

    def __init__(self, function: Callable[..., Any], *, is_durable: bool) -> None:
        check_function(function)
        self.name: str = function.__qualname__
        hints = annotations_of(function)
        parameters = list(inspect.signature(function).parameters.values())
        if len(parameters) < 2:
            raise DefinitionError(
                f"{self.name} takes {len(parameters)} parameters; write def {function.__name__}(input, ctx)"
            )
        missing = [p.name for p in parameters[:2] if p.name not in hints]
        if missing:
            raise DefinitionError(f"{self.name}: annotate {' and '.join(missing)}, so that the input's type is known")
        self._check_context(hints[parameters[1].name], is_durable)
        self.input_annotation: Any = hints[parameters[0].name]
        self.output_annotation: Any = hints.get("return", Any)
        self.input: payloads.Payload[Any] = payloads.payload_of(self.input_annotation)
        self.output: payloads.Payload[Any] = payloads.payload_of(self.output_annotation)

    def _check_context(self, annotation: Any, is_durable: bool) -> None:
        origin = getattr(annotation, "__origin__", annotation)
        given = DurableContext if is_durable else Context
        if not inspect.isclass(origin) or not issubclass(given, origin):
            raise DefinitionError(
                f"{self.name}: its second parameter is {annotation}, but "
                f"{'a durable task' if is_durable else 'a task'} gets a {given.__name__}"
            )


def check_function(function: object) -> None:
    """Refuse what cannot be a task, with the way to write it."""
    name = getattr(function, "__qualname__", repr(function))
    if not inspect.isfunction(function):
        raise DefinitionError(f"{name} is no function; write @hatchet.task() with parentheses above a def or async def")
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise DefinitionError(f"{name} yields; a task returns its output, chunks go out with ctx.put_stream")


def check_name(name: str, what: str) -> str:
    """Refuse a name that the engine would refuse."""
    if not name or not set(name) <= NAME_CHARACTERS:
        raise DefinitionError(f"the {what} name {name!r} is not allowed; use letters, digits, '.', '-' and '_'")
    return name
