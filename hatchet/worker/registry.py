"""What a worker executes: workflows of one client, and their tasks by action."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from hatchet.config import ClientConfig, named
from hatchet.definitions.services import Services
from hatchet.definitions.standalone import Standalone
from hatchet.definitions.task import Task
from hatchet.definitions.workflow import Workflow
from hatchet.errors import ConfigError, DefinitionError
from hatchet.wire.gateway import Gateway


class Registry:
    """The workflows that a worker was given."""

    def __init__(self, worker: str, client: Services) -> None:
        """`worker` is its name, for the words of errors."""
        self._worker = worker
        self._client = client
        self.workflows: dict[str, Workflow[Any]] = {}
        self.tasks: dict[str, Task[Any, Any]] = {}

    def add(self, workflow: Workflow[Any] | Standalone[Any, Any]) -> None:
        """Add a workflow or a standalone task.

        Raises:
            DefinitionError: it declares a task that is there already, or it has none; or a client of another engine,
                tenant or namespace has declared it.
        """
        target = workflow.workflow if isinstance(workflow, Standalone) else workflow
        if not isinstance(target, Workflow):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers without a checker
            raise DefinitionError(f"worker {self._worker!r}: {target!r} is neither a workflow nor a standalone task")
        self._check_client(target)
        if self.workflows.get(target.name) is target:
            return
        target.definition()  # a fault of the definition is an error here, not after the worker has started
        for task in target.tasks:
            if task.action_id in self.tasks:
                raise DefinitionError(f"worker {self._worker!r} has two tasks {task.action_id!r}; names ignore case")
        self.workflows[target.name] = target
        self.tasks.update({task.action_id: task for task in target.tasks})

    def _check_client(self, workflow: Workflow[Any]) -> None:
        """Runs of a workflow go to the engine of the client that declared it; a worker of another never gets them."""
        if workflow.client is self._client:
            return  # also where neither has an engine yet
        gateway = self._client.gateway
        ours, theirs = gateway.config, workflow.gateway.config
        is_same = workflow.gateway.engine == gateway.engine or theirs.route == ours.route
        if is_same and theirs.tenant_id == ours.tenant_id and theirs.namespace == ours.namespace:
            return
        raise DefinitionError(
            f"worker {self._worker!r} was given {workflow.name!r}, which another client has declared: its runs go to "
            f"{_place(theirs)}, and this worker takes those of {_place(ours)}; declare it with the client of the "
            "worker, or make the worker with the client that declared it"
        )

    def slots(self, default: int, durable: int) -> dict[str, int]:
        """Slots of the kinds that the tasks take."""
        sizes = {"default": default, "durable": durable}
        kinds = {"durable" if task.is_durable else "default" for task in self.tasks.values()}
        return {kind: size for kind, size in sizes.items() if kind in kinds}


class Employment:
    """The engine that a worker works for, and what it does there: that of its client when the worker starts."""

    def __init__(self, client: Services, name: str) -> None:
        """`name` is the worker's, without the namespace."""
        self._client = client
        self._name = name
        self._given: list[Workflow[Any] | Standalone[Any, Any]] = []
        self._registry: Registry | None = None
        self._engine: Gateway | None = None

    @property
    def name(self) -> str:
        """The worker's name, with the namespace."""
        return named(self._name, self._client.namespace)

    @property
    def gateway(self) -> Gateway:
        """The calls to it."""
        return self._engine or self._client.gateway

    @property
    def names(self) -> list[str]:
        """The workflows and tasks that it was given."""
        return [each.name for each in self._given]

    @property
    def has_durable_tasks(self) -> bool:
        """Whether any task is durable."""
        workflows = (each.workflow if isinstance(each, Standalone) else each for each in self._given)
        return any(task.is_durable for workflow in workflows for task in workflow.tasks)

    def add(self, workflow: Workflow[Any] | Standalone[Any, Any]) -> None:
        """Add a workflow or a standalone task; raises DefinitionError as `Registry.add`."""
        with suppress(ConfigError):
            # A module may make a worker where there are no settings. It is told what is missing when it starts the
            # worker, and what is wrong with the workflows then.
            if self._registry is None:
                self._registry = Registry(self.name, self._client)
            self._registry.add(workflow)
        self._given.append(workflow)

    def begin(self) -> Registry:
        """The worker starts, and works from now on for the engine that there is: its workflows, as named there."""
        self._engine = self._client.gateway
        registry = Registry(self.name, self._client)
        for workflow in self._given:
            registry.add(workflow)
        return registry


def _place(config: ClientConfig) -> str:
    """Where runs go, in words."""
    namespace = f", namespace {config.namespace!r}" if config.namespace else ""
    return f"{config.route.host_port} (tenant {config.tenant_id}{namespace})"
