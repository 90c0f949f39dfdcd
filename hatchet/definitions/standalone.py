"""A standalone task: a workflow of one task, run and awaited like a function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Generic, overload

from typing_extensions import TypeVar, Unpack

from hatchet.definitions.drawn import Drawn
from hatchet.definitions.mock import MockOptions, MockSpec
from hatchet.definitions.runnable import Runnable
from hatchet.definitions.task import Task
from hatchet.definitions.workflow import Workflow
from hatchet.options.signatures import takes
from hatchet.runs.ref import TaskRunRef
from hatchet.transport.io_loop import blocking

if TYPE_CHECKING:
    from uuid import UUID

    from pydantic import TypeAdapter

    from hatchet.options.payload import EmptyModel
    from hatchet.pictures import Node

TIn_contra = TypeVar("TIn_contra", contravariant=True)
TOut_co = TypeVar("TOut_co", covariant=True)


class Standalone(Runnable[TIn_contra, TOut_co, TaskRunRef[TIn_contra, TOut_co]], Drawn, Generic[TIn_contra, TOut_co]):
    """A task of its own; `Hatchet.task` makes it."""

    def __init__(self, workflow: Workflow[Any], task: Task[Any, TOut_co]) -> None:
        super().__init__(workflow.base_name, workflow.client, workflow.default_additional_metadata)
        self._workflow = workflow
        self._task = task

    @property
    def workflow(self) -> Workflow[Any]:
        """The workflow around it."""
        return self._workflow

    @property
    def task(self) -> Task[TIn_contra, TOut_co]:
        """The task itself."""
        return self._task

    @property
    def tasks(self) -> list[Task[TIn_contra, TOut_co]]:
        """The task itself, as a workflow would list it."""
        return [self._task]

    @property
    def is_async_function(self) -> bool:
        """Whether its function is a coroutine function."""
        return self._task.is_async_function

    @property
    def input_validator_type(self) -> Any:
        """The declared type of its input."""
        return self._task.input.annotation

    @property
    def input_validator(self) -> TypeAdapter[Any]:
        """What reads its input."""
        return self._task.input.adapter

    @property
    def output_validator(self) -> TypeAdapter[Any]:
        """What reads its output."""
        return self._task.output.adapter

    @property
    def output_validator_type(self) -> Any:
        """The declared type of its output."""
        return self._task.output.annotation

    def dump_input(self, value: object) -> bytes:
        """The input as JSON; raises InputError when it is not of the declared type."""
        return self._task.input.dump_input(value, f"task {self.name!r}")

    def load_output(self, data: str | bytes) -> TOut_co:
        """The output that a JSON text stands for; raises OutputError when it is not of the declared type."""
        return self._task.load_output(data)

    def dump_result(self, value: object) -> dict[str, str]:
        """The output text of its task that a result stands for."""
        return {self._task.name: self._task.dump_output(value).decode()}

    def ref(self, run_id: str | UUID) -> TaskRunRef[TIn_contra, TOut_co]:
        """A reference to a run of this task."""
        return TaskRunRef(run_id, self.gateway, self._task)

    def get_run_ref(self, run_id: str | UUID) -> TaskRunRef[TIn_contra, TOut_co]:
        """A reference to a run of this task that was started elsewhere."""
        return self.ref(run_id)

    async def aio_get_result(self, run_id: str | UUID) -> TOut_co:
        """The result of a run of this task that was started elsewhere; raises as `TaskRunRef.aio_result`."""
        return await self.ref(run_id).aio_result()

    get_result: Final = blocking(aio_get_result)

    @overload
    async def aio_mock_run(
        self: Standalone[EmptyModel, TOut_co], input: EmptyModel | None = None, **options: Unpack[MockOptions]
    ) -> TOut_co: ...
    @overload
    async def aio_mock_run(self, input: TIn_contra, **options: Unpack[MockOptions]) -> TOut_co: ...
    @takes(MockSpec)
    async def aio_mock_run(self, input: Any = None, **options: Unpack[MockOptions]) -> TOut_co:
        """Call the function as a worker would, without an engine; as `Task.aio_mock_run`."""
        return await self._task.aio_mock_run(input, **options)

    @overload
    def mock_run(
        self: Standalone[EmptyModel, TOut_co], input: EmptyModel | None = None, **options: Unpack[MockOptions]
    ) -> TOut_co: ...
    @overload
    def mock_run(self, input: TIn_contra, **options: Unpack[MockOptions]) -> TOut_co: ...
    @takes(MockSpec)
    def mock_run(self, input: Any = None, **options: Unpack[MockOptions]) -> TOut_co:
        """Call the function as a worker would, without an engine; as `Task.mock_run`."""
        return self._task.mock_run(input, **options)

    def nodes(self) -> list[Node]:
        """Its one task as a picture has it."""
        return self._workflow.nodes()

    def __repr__(self) -> str:
        return f"Standalone({self.name!r})"
