"""A task of a workflow, which can be tried out without an engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Protocol, overload

from typing_extensions import TypeVar, Unpack

from hatchet._lazy import Deferred
from hatchet.definitions import mock
from hatchet.definitions.base_task import BaseTask
from hatchet.options.signatures import takes

if TYPE_CHECKING:
    from hatchet.definitions import mock_runs
    from hatchet.options.payload import EmptyModel
else:
    mock_runs = Deferred("hatchet.definitions.mock_runs")

TIn_contra = TypeVar("TIn_contra", contravariant=True)
TOut_co = TypeVar("TOut_co", covariant=True)


class Task(BaseTask[TIn_contra, TOut_co], Generic[TIn_contra, TOut_co]):
    """One task of a workflow; the decorators make them."""

    @overload
    async def aio_mock_run(
        self: Task[EmptyModel, TOut_co], input: EmptyModel | None = None, **options: Unpack[mock.MockOptions]
    ) -> TOut_co: ...
    @overload
    async def aio_mock_run(self, input: TIn_contra, **options: Unpack[mock.MockOptions]) -> TOut_co: ...
    @takes(mock.MockSpec)
    async def aio_mock_run(self, input: Any = None, **options: Unpack[mock.MockOptions]) -> TOut_co:
        """Call the function as a worker would, without an engine: input and output are checked as in a real run.

        What the task starts, sends and logs is not sent, and can be read from `record` afterwards. Dependencies are
        resolved unless they are given. Of a batch task the input is that of one run, which makes a batch of its own.

        Args:
            input: of the run.

        Raises:
            InputError, OutputError: what goes in or comes out is not of the declared type.
            Exception: whatever the function raises.
        """
        return await mock_runs.mock_run(self, input, mock.MockSpec(**options))

    @overload
    def mock_run(
        self: Task[EmptyModel, TOut_co], input: EmptyModel | None = None, **options: Unpack[mock.MockOptions]
    ) -> TOut_co: ...
    @overload
    def mock_run(self, input: TIn_contra, **options: Unpack[mock.MockOptions]) -> TOut_co: ...
    @takes(mock.MockSpec)
    def mock_run(self, input: Any = None, **options: Unpack[mock.MockOptions]) -> TOut_co:
        """Call the function as a worker would, without an engine; `aio_mock_run`, for async tests, says more."""
        return mock_runs.run_sync(mock_runs.mock_run(self, input, mock.MockSpec(**options)), [self])


class Single(Protocol[TIn_contra, TOut_co]):
    """Something that is one task: a standalone one."""

    @property
    def task(self) -> Task[TIn_contra, TOut_co]:
        """The task itself."""
        ...
