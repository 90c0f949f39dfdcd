"""What may be written of a test's worker, and the type of the fixture that starts one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol, TypedDict

from typing_extensions import Unpack

if TYPE_CHECKING:
    from hatchet.definitions.standalone import Standalone
    from hatchet.definitions.workflow import Workflow
    from hatchet.worker.lifespan import LifespanFunction
    from hatchet.worker.worker import Worker


class WorkerOptions(TypedDict, total=False):
    """The options of `Hatchet.worker` besides its name and its workflows."""

    slots: int | None
    """Tasks that it runs at once; default 100."""
    durable_slots: int | None
    """Durable tasks that it runs at once; default 1000."""
    labels: Mapping[str, str | int] | None
    """What tasks can ask for with `desired_worker_labels`."""
    lifespan: LifespanFunction | None
    """Opened before the first task and closed after the last."""
    drain_timeout: timedelta | float | None
    """Seconds that running tasks may take once it is told to stop."""
    handle_signals: bool | None
    """Whether SIGTERM and SIGINT stop it."""


class StartWorker(Protocol):
    """The fixture `worker`: `with worker(bill, notify): …`, or `async with`."""

    def __call__(
        self,
        *workflows: Workflow[Any] | Standalone[Any, Any] | Sequence[Workflow[Any] | Standalone[Any, Any]],
        name: str = "test-worker",
        **options: Unpack[WorkerOptions],
    ) -> Worker:
        """A worker of the client that has declared these workflows and tasks; they may be given as a list, too."""
        ...
