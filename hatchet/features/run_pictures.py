"""What `hatchet.runs` draws."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Final
from uuid import UUID

from hatchet.features.rest import Feature, id_of
from hatchet.rows import is_object
from hatchet.transport.io_loop import blocking

if TYPE_CHECKING:
    from hatchet.pictures import Direction, Node
    from hatchet_api.rest.models import V1TaskSummary, V1WorkflowRunDetails


class RunPictures(Feature):
    """Pictures of runs, with the states of their tasks."""

    @abstractmethod
    async def aio_get(self, workflow_run_id: str | UUID) -> V1WorkflowRunDetails:
        """A run with its tasks, events and shape."""

    async def aio_to_mermaid(self, run_id: str | UUID, direction: Direction = "LR") -> str:
        """A picture of a run with the states of its tasks, as text of Mermaid (API: `v1-workflow-run:get`).

        Args:
            run_id: the run.
            direction: from left to right, or from top to bottom (`TB`).

        Raises:
            NotFound: there is none; or the engine does not show it yet, a moment after another program started it.
        """
        from hatchet import pictures  # most programs draw nothing

        nodes, states = drawn(await self.aio_get(id_of(run_id, "run_id")))
        return pictures.mermaid(nodes, states, direction)

    async def aio_to_svg(self, run_id: str | UUID, direction: Direction = "LR") -> str:
        """The same as SVG, which every browser shows; otherwise as `to_mermaid` (API: `v1-workflow-run:get`).

        Args:
            run_id: the run.
            direction: from left to right, or from top to bottom (`TB`).

        Raises:
            NotFound: there is none; or the engine does not show it yet, a moment after another program started it.
        """
        from hatchet import svg  # most programs draw nothing

        details = await self.aio_get(id_of(run_id, "run_id"))
        nodes, states = drawn(details)
        return svg.svg(nodes, states, direction, title=f"Tasks of {details.run.display_name}")

    to_mermaid: Final = blocking(aio_to_mermaid)
    to_svg: Final = blocking(aio_to_svg)


def drawn(details: V1WorkflowRunDetails) -> tuple[list[Node], dict[str, str]]:
    """The tasks of a run as a picture has them, and their states."""
    from hatchet.pictures import Node

    names = {item.step_id: item.task_name for item in details.shape}
    durable = {names.get(task.step_id or "") for task in details.tasks if task.is_durable}
    on_failure = _on_failure(details)
    ends = [item.task_name for item in details.shape if not item.children_step_ids and item.task_name != on_failure]
    nodes = [
        Node(
            item.task_name,
            ends
            if item.task_name == on_failure
            else [names[other.step_id] for other in details.shape if item.step_id in other.children_step_ids],
            is_durable=item.task_name in durable,
            is_on_failure=item.task_name == on_failure,
        )
        for item in details.shape
    ]
    states = {names[task.step_id]: state_of(task) for task in details.tasks if task.step_id in names}
    return nodes, states


def state_of(task: V1TaskSummary) -> str:
    """Where a task is, as people see it: engines tell one that was skipped as completed, with a mark as its output."""
    if task.is_evicted:
        return "EVICTED"
    output: object = task.output
    is_skipped = task.status.value == "COMPLETED" and is_object(output) and output.get("skipped") is True
    return "SKIPPED" if is_skipped else task.status.value


def _on_failure(details: V1WorkflowRunDetails) -> str | None:
    job: object = (details.workflow_config or {}).get("onFailureJob")
    name: object = job.get("ReadableId") if is_object(job) else None
    return name if isinstance(name, str) else None
