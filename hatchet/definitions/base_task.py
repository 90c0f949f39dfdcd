"""What a worker executes of a task: the user's function, its options, and how its input and output become JSON."""

from __future__ import annotations

import inspect
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Generic, cast, get_args, get_origin
from typing import TypeVar as TypingTypeVar

from typing_extensions import TypeVar

from hatchet._lazy import Deferred
from hatchet.context.context import Context
from hatchet.definitions.dependencies import ResolvedDependency, dependencies_of
from hatchet.definitions.runnable import Runnable
from hatchet.errors import DefinitionError, InputError, OutputError
from hatchet.options.annotations import annotations_of, is_async, name_of, state_type, written_function
from hatchet.options.conditions import ParentCondition, PlacedCondition, UserEventCondition, place
from hatchet.options.eviction import DEFAULT_EVICTION
from hatchet.options.specs import BatchSpec, TaskSpec
from hatchet.runs.ref import WorkflowRunRef
from hatchet.runs.results import WorkflowResult
from hatchet.wire.requests import TaskDefinition

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from hatchet import pictures
    from hatchet.context import durable as durables
    from hatchet.options import payload as payloads
    from hatchet.pictures import Node
else:
    pictures = Deferred("hatchet.pictures")  # most programs draw nothing
    durables = Deferred("hatchet.context.durable")  # only programs with durable tasks need it
    # pydantic takes longer to load than all of this package; it is needed with the first task.
    payloads = Deferred("hatchet.options.payload")

TIn_contra = TypeVar("TIn_contra", contravariant=True)
TOut_co = TypeVar("TOut_co", covariant=True)

NAME_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_")


class Owner(Runnable[TIn_contra, WorkflowResult, WorkflowRunRef], Generic[TIn_contra]):
    """A workflow, as its tasks see it."""

    @property
    @abstractmethod
    def tasks(self) -> Sequence[BaseTask[TIn_contra, Any]]:
        """Its tasks, those for success and for failure included."""

    @property
    @abstractmethod
    def leaves(self) -> tuple[BaseTask[Any, Any], ...]:
        """The tasks that no other waits for."""

    @property
    @abstractmethod
    def has_parents(self) -> bool:
        """Whether a task of it may read the output of another."""


class BaseTask(Generic[TIn_contra, TOut_co]):
    """A task, without what is known of it only in tests."""

    def __init__(
        self,
        function: Callable[..., Any],
        workflow: Owner[Any],
        name: str,
        spec: TaskSpec,
        *,
        is_durable: bool,
        parents: Sequence[BaseTask[Any, Any]] | None = (),
    ) -> None:
        self._function = function
        self._workflow = workflow
        self._name = name
        self._spec = spec
        self._is_durable = is_durable
        self._parents = None if parents is None else tuple(parents)
        self._conditions = self._place_conditions()
        if is_durable and spec.slot_cost != 1:
            raise DefinitionError(
                f"durable task {name!r} has slot_cost={spec.slot_cost}; a durable task takes one slot"
            )
        if not is_durable and spec.eviction_policy is not DEFAULT_EVICTION:
            raise DefinitionError(f"task {name!r} has an eviction_policy, which only durable tasks take")
        signature = Signature(function, is_durable=is_durable, batch=spec.batch)
        self._input: payloads.Payload[Any] = signature.input
        self._output: payloads.Payload[TOut_co] = signature.output
        self._lifespan_type = signature.lifespan_type
        self._dependencies = dependencies_of(function, is_durable=is_durable)

    @property
    def name(self) -> str:
        """The task's name, in lower case as the engine keeps it."""
        return self._name

    @property
    def workflow(self) -> Owner[Any]:
        """The workflow that it belongs to."""
        return self._workflow

    @property
    def parents(self) -> tuple[BaseTask[Any, Any], ...]:
        """The tasks that it waits for; of an on-success task those that no other waits for."""
        return self._workflow.leaves if self._parents is None else self._parents

    @property
    def spec(self) -> TaskSpec:
        """Its options, defaults included."""
        return self._spec

    @property
    def is_durable(self) -> bool:
        """Whether it is a durable task."""
        return self._is_durable

    @property
    def is_batch(self) -> bool:
        """Whether one call of its function executes many runs."""
        return self._spec.batch is not None

    @property
    def is_async_function(self) -> bool:
        """Whether a call of its function makes a coroutine, as far as its declaration tells."""
        return is_async(self._function)

    @property
    def function(self) -> Callable[..., Any]:
        """The user's function."""
        return self._function

    @property
    def dependencies(self) -> dict[str, ResolvedDependency]:
        """What fills in the parameters after input and context."""
        return self._dependencies

    @property
    def lifespan_type(self) -> Any:
        """The declared type of `ctx.lifespan`: of `Context[State]` it is State, of `Context` alone Any."""
        return self._lifespan_type

    @property
    def input(self) -> payloads.Payload[Any]:
        """How its input is read."""
        return self._input

    @property
    def output(self) -> payloads.Payload[TOut_co]:
        """How its output is written and read."""
        return self._output

    @property
    def input_validator_type(self) -> Any:
        """The declared type of its input."""
        return self._input.annotation

    @property
    def output_validator(self) -> TypeAdapter[Any]:
        """What reads its output."""
        return self._output.adapter

    @property
    def output_validator_type(self) -> Any:
        """The declared type of its output."""
        return self._output.annotation

    @property
    def fn(self) -> Callable[..., Any]:
        """The user's function, as `function`."""
        return self._function

    @property
    def slot_requests(self) -> dict[str, int]:
        """Slots that a run takes of its worker, by kind."""
        return {"durable": 1} if self._is_durable else {"default": self._spec.slot_cost}

    @property
    def action_id(self) -> str:
        """The name under which workers offer it."""
        return f"{self._workflow.service_name}:{self._name}"

    def load_output(self, data: str | bytes) -> TOut_co:
        """The output that a JSON text stands for; raises OutputError when it is not of the declared type."""
        return self._output.load_output(data, f"task {self._name!r}")

    def dump_output(self, value: object) -> bytes:
        """An output as JSON; raises OutputError when it is not of the declared type."""
        owner = f"task {self._name!r}"
        try:
            valid = self._output.adapter.validate_python(value)
        except ValueError as error:  # pydantic's ValidationError is one
            raise OutputError(f"{value!r} is no output of {owner}: {error}") from error
        return self.send_output(valid, owner)

    def send_output(self, value: Any, owner: str) -> bytes:
        """What a run returned, as JSON; raises OutputError when it is not of the declared type."""
        return self._output.dump_output(value, owner, is_parents=self._workflow.has_parents)

    def read_input(self, value: object, owner: str) -> object:
        """The input that decoded JSON stands for, as a run of it arrives; raises InputError when it does not fit."""
        try:
            return self._input.load_object({} if value is None else value)
        except ValueError as error:  # pydantic's ValidationError is one
            raise InputError(f"the input of {owner} does not fit its declared type: {error}") from error

    def outputs_by_run(self, run_ids: Sequence[str], result: object) -> Mapping[str, object]:
        """Of a batch task: the output of each run, from what its function returned.

        Raises:
            OutputError: it returned something for other runs than it was given, or no mapping at all.
        """
        if self._spec.batch is not None and self._spec.batch.broadcast_output:
            return dict.fromkeys(run_ids, result)
        if not isinstance(result, Mapping):
            raise OutputError(
                f"the batch task {self.name!r} returned {type(result).__name__}; it returns a dict with an output for "
                "each run's id, or is declared with broadcast_output=True"
            )
        outputs = cast(Mapping[str, object], result)
        missing, additional = {*run_ids} - outputs.keys(), outputs.keys() - {*run_ids}
        if missing or additional:
            raise OutputError(
                f"the batch task {self.name!r} returned outputs for {len(outputs)} runs: "
                f"{len(missing)} of the {len(run_ids)} runs of the batch are missing, {len(additional)} are not of it"
            )
        return outputs

    def definition(self) -> TaskDefinition:
        """What its registration needs."""
        return TaskDefinition(
            name=self._name,
            action_id=self.action_id,
            spec=self._spec,
            parents=tuple(parent.name for parent in self.parents),
            is_durable=self._is_durable,
            conditions=tuple(self._namespaced(placed) for placed in self._conditions),
        )

    def node(self, *, is_on_failure: bool = False) -> Node:
        """The task as a picture has it."""
        return pictures.Node(
            self._name,
            # The one for failures runs once all others have ended.
            [task.name for task in (self._workflow.leaves if is_on_failure else self.parents)],
            is_durable=self._is_durable,
            is_on_failure=is_on_failure,
            notes=pictures.notes_of(self._spec),
        )

    def _place_conditions(self) -> tuple[PlacedCondition, ...]:
        owner = f"{self._workflow.name}/{self._name}"
        placed = place(self._spec.conditions(), owner)
        for each in placed:
            condition = each.condition
            if isinstance(condition, ParentCondition) and all(condition.parent is not task for task in self.parents):
                raise DefinitionError(
                    f"task {owner}: {each.action.value} looks at the output of {condition.parent.name!r}, which is "
                    "none of its parents; name it in parents=[…]"
                )
        return placed

    def _namespaced(self, placed: PlacedCondition) -> PlacedCondition:
        condition = placed.condition
        if not isinstance(condition, UserEventCondition):
            return placed
        key = self._workflow.gateway.config.apply_namespace(condition.event_key)
        return replace(placed, condition=replace(condition, event_key=key))

    def __repr__(self) -> str:
        return f"Task({self._name!r} of {self._workflow.name!r})"


class Signature:
    """What the annotations of a task function say."""

    def __init__(self, function: Callable[..., Any], *, is_durable: bool, batch: BatchSpec | None = None) -> None:
        check_function(function)
        self.name: str = name_of(function)
        hints = annotations_of(function)
        parameters = list(inspect.signature(function).parameters.values())
        if len(parameters) < 2:
            raise DefinitionError(f"{self.name} takes {len(parameters)} parameters; write def {self.name}(input, ctx)")
        missing = [p.name for p in parameters[:2] if p.name not in hints]
        if missing:
            raise DefinitionError(f"{self.name}: annotate {' and '.join(missing)}, so that the input's type is known")
        for parameter in parameters[:2]:
            if _is_open(hints[parameter.name]):
                raise DefinitionError(
                    f"{self.name}: {parameter.name} is annotated with a type variable, {hints[parameter.name]}, which "
                    "says no type; put @functools.wraps(function) above the wrapper"
                )
        self._check_context(hints[parameters[1].name], is_durable)
        self.lifespan_type: Any = state_type(hints[parameters[1].name])
        self.input_annotation: Any = hints[parameters[0].name]
        self.output_annotation: Any = hints.get("return", Any)
        if _is_open(self.output_annotation):
            self.output_annotation = Any
            hints.pop("return")
        if batch is not None:
            self.input_annotation = self._member(self.input_annotation, "takes")
            if not batch.broadcast_output:
                self.output_annotation = self._member(self.output_annotation, "returns")
        self.input: payloads.Payload[Any] = payloads.payload_of(self.input_annotation)
        self.output: payloads.Payload[Any] = payloads.payload_of(self.output_annotation, is_declared="return" in hints)

    def _member(self, annotation: Any, verb: str) -> Any:
        """What belongs to one run, of a mapping that has all runs of a batch by their ids."""
        origin, arguments = get_origin(annotation), get_args(annotation)
        if annotation is Any:
            return Any
        if not (inspect.isclass(origin) and issubclass(dict, origin) and len(arguments) == 2 and arguments[0] is str):
            raise DefinitionError(
                f"{self.name} is a batch task and {verb} {annotation}; write dict[str, …], a value for each run's id"
                + (", or broadcast_output=True for one output that all runs share" if verb == "returns" else "")
            )
        return arguments[1]

    def _check_context(self, annotation: Any, is_durable: bool) -> None:
        origin = getattr(annotation, "__origin__", annotation)
        given = durables.DurableContext if is_durable else Context
        if not inspect.isclass(origin) or not issubclass(given, origin):
            raise DefinitionError(
                f"{self.name}: its second parameter is {annotation}, but "
                f"{'a durable task' if is_durable else 'a task'} gets a {given.__name__}"
            )


def same_input(taken: Any, declared: Any) -> bool:
    """Whether a parameter's type and `input_validator=` are the same; `dict` says no more than its kind."""
    if taken == declared:
        return True
    kind, declared_kind = get_origin(taken) or taken, get_origin(declared) or declared
    if not (inspect.isclass(kind) and inspect.isclass(declared_kind) and (kind is taken or declared_kind is declared)):
        return False
    is_generic = kind is not taken or declared_kind is not declared
    return is_generic and issubclass(declared_kind, kind)


def _is_open(annotation: Any) -> bool:
    """Whether a type variable stands in an annotation, for which a wrapper's caller has the type."""
    return isinstance(annotation, TypingTypeVar) or any(map(_is_open, get_args(annotation)))


def check_function(function: object) -> None:
    """Refuse what cannot be a task, with the way to write it."""
    name = name_of(function)
    if inspect.isclass(function) or not callable(function):
        raise DefinitionError(f"{name} is no function; write @hatchet.task() with parentheses above a def or async def")
    written = written_function(function)
    if inspect.isgeneratorfunction(written) or inspect.isasyncgenfunction(written):
        raise DefinitionError(f"{name} yields; a task returns its output, chunks go out with ctx.put_stream")
    try:
        inspect.signature(function)
    except ValueError as error:
        raise DefinitionError(f"{name} does not say which parameters it takes; write a def around it") from error


def check_name(name: str, what: str) -> str:
    """Refuse a name that the engine would refuse."""
    if not name or not set(name) <= NAME_CHARACTERS:
        raise DefinitionError(f"the {what} name {name!r} is not allowed; use letters, digits, '.', '-' and '_'")
    return name
