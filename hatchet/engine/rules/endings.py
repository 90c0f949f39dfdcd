"""Tasks that are about to end. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from hatchet.engine.state.model import Run, Status, TaskRun


class Endings:
    """Tasks with how they end, each once; what their ends end may join while they are gone through."""

    def __init__(self, *ending: tuple[TaskRun, Status]) -> None:
        self._ending = list(ending)
        self._tasks = {task for task, _ in ending}

    def add(self, task: TaskRun, status: Status) -> None:
        """Let a task end, too."""
        self._ending.append((task, status))
        self._tasks.add(task)

    def __contains__(self, task: TaskRun) -> bool:
        return task in self._tasks

    def __iter__(self) -> Iterator[tuple[TaskRun, Status]]:
        return iter(self._ending)


class Followers(Protocol):
    """Who is told of the end of runs, and of durable tasks that end and start again."""

    def run_ended(self, run: Run, now: float) -> None:
        """A run has ended."""
        ...

    def task_ended(self, task: TaskRun) -> None:
        """A durable task has ended."""
        ...

    def task_back(self, task: TaskRun, now: float) -> None:
        """A durable task that had ended starts again."""
        ...
