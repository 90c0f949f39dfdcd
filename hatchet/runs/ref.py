"""References to runs: what a trigger gives back when nobody waits."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, Generic, overload

from typing_extensions import TypeVar

from hatchet._lazy import Deferred
from hatchet.options.outputs import ChildOutputs, Producer
from hatchet.runs.results import WorkflowResult, outputs_of
from hatchet.runs.stream import ChunkStream, RunEventListener, chunks_of
from hatchet.runs.trigger import on_io
from hatchet.transport.io_loop import IoLoop, blocking
from hatchet.wire.gateway import Gateway

if TYPE_CHECKING:
    from uuid import UUID

    from hatchet import pictures, svg
    from hatchet.pictures import Direction, Node
    from hatchet.wire.values import RunDetails, RunStatus
else:
    pictures = Deferred("hatchet.pictures")  # most programs draw nothing
    svg = Deferred("hatchet.svg")

T = TypeVar("T")
TIn_contra = TypeVar("TIn_contra", contravariant=True)
TOut_co = TypeVar("TOut_co", covariant=True)


class RunRef(ABC, Generic[TOut_co]):
    """A run that was started."""

    def __init__(self, workflow_run_id: str | UUID, gateway: Gateway) -> None:
        self._workflow_run_id = str(workflow_run_id)
        self._gateway = gateway

    @property
    def workflow_run_id(self) -> str:
        """The run's id."""
        return self._workflow_run_id

    @property
    def io(self) -> IoLoop:
        """The loop that its calls run on."""
        return self._gateway.io

    @abstractmethod
    def read(self, outputs: dict[str, str]) -> TOut_co:
        """The result that the output texts of the run's tasks stand for."""

    async def aio_result(self, timeout: float | None = None) -> TOut_co:
        """Wait for the run to end. Gives its result.

        Args:
            timeout: seconds to wait at most. Default: as long as the run lasts.

        Raises:
            RunFailed: a task of it failed; `.errors` has type, message and traceback of each.
            RunCancelled: it was cancelled.
            ResultTimeout: it did not end in time.
            OutputError: its output is not of the declared type.
        """
        return self.read(await on_io(self.io, outputs_of(self._gateway, self._workflow_run_id, timeout)))

    async def aio_details(self) -> RunDetails:
        """The run as the engine sees it now; outputs are filled in once it has ended."""
        return await self.io.run(self._gateway.run_details(self._workflow_run_id))

    async def aio_status(self) -> RunStatus:
        """Where the run is now."""
        return (await self.aio_details()).status

    async def aio_cancel(self) -> None:
        """Cancel the run, unless it has ended."""
        await self.io.run(self._gateway.cancel([self._workflow_run_id]))

    def stream(self) -> RunEventListener:
        """What happens in the run from now on, until it ends: `async for event in ref.stream()`."""
        return RunEventListener.of_run(self._gateway, self._workflow_run_id)

    @overload
    def subscribe_to_stream(self) -> ChunkStream: ...
    @overload
    def subscribe_to_stream(self, chunk_type: type[T]) -> ChunkStream[T]: ...
    def subscribe_to_stream(self, chunk_type: Any = None) -> Any:
        """The chunks that its tasks send from now on: `async for chunk in ref.subscribe_to_stream()`.

        Args:
            chunk_type: type of the chunks. Default: text.
        """
        return chunks_of(self._gateway, self._workflow_run_id, chunk_type)

    def nodes(self, details: RunDetails) -> Sequence[Node]:
        """The tasks of a picture; how they depend on each other is known only where the workflow is."""
        return [pictures.Node(name) for name in details.tasks]

    async def aio_to_mermaid(self, direction: Direction = "LR") -> str:
        """A picture of the run with the states of its tasks, as text of Mermaid.

        The order of the tasks is known only to references that a declared workflow gave. For others take
        `hatchet.runs.to_mermaid`, which asks the engine.

        Args:
            direction: from left to right, or from top to bottom (`TB`).
        """
        details = await self.aio_details()
        states = {name: task.status.value for name, task in details.tasks.items()}
        return pictures.mermaid(self.nodes(details), states, direction)

    async def aio_to_svg(self, direction: Direction = "LR") -> str:
        """The same as SVG, which every browser shows; otherwise as `to_mermaid`.

        Args:
            direction: from left to right, or from top to bottom (`TB`).
        """
        details = await self.aio_details()
        states = {name: task.status.value for name, task in details.tasks.items()}
        return svg.svg(self.nodes(details), states, direction)

    result: Final = blocking(aio_result)
    details: Final = blocking(aio_details)
    status: Final = blocking(aio_status)
    cancel: Final = blocking(aio_cancel)
    to_mermaid: Final = blocking(aio_to_mermaid)
    to_svg: Final = blocking(aio_to_svg)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._workflow_run_id!r})"


class TaskRunRef(RunRef[TOut_co], Generic[TIn_contra, TOut_co]):
    """A run of a standalone task; its result is what the task returns."""

    def __init__(self, workflow_run_id: str | UUID, gateway: Gateway, task: Producer[TOut_co]) -> None:
        super().__init__(workflow_run_id, gateway)
        self._task = task

    def read(self, outputs: dict[str, str]) -> TOut_co:
        """The task's output: the only one there is, whatever another service calls the task."""
        text = next(iter(outputs.values())) if len(outputs) == 1 else outputs.get(self._task.name, "")
        return self._task.load_output(text)


class WorkflowRunRef(RunRef[WorkflowResult]):
    """A run of a workflow; its result has the output of each task."""

    def __init__(
        self,
        workflow_run_id: str | UUID,
        gateway: Gateway,
        workflow: str | None = None,
        tasks: Sequence[str] = (),
        is_alone: bool = False,
        nodes: Callable[[], Sequence[Node]] | None = None,
    ) -> None:
        """`workflow` is the workflow's name, where it is known, and `tasks` its tasks' names; `is_alone`: only one.

        `nodes` gives its tasks for a picture.
        """
        super().__init__(workflow_run_id, gateway)
        self._workflow = workflow
        self._tasks = tasks
        self._is_alone = is_alone
        self._nodes = nodes

    def nodes(self, details: RunDetails) -> Sequence[Node]:
        """The tasks of a picture."""
        return super().nodes(details) if self._nodes is None else self._nodes()

    def read(self, outputs: dict[str, str]) -> WorkflowResult:
        """The outputs by task."""
        if isinstance(outputs, ChildOutputs):
            outputs = outputs.by_task(self._tasks, is_alone=self._is_alone)
        return WorkflowResult(outputs, self._workflow_run_id, self._workflow)
