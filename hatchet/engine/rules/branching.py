"""Starting a durable task again from a point of its log. Pure."""

from __future__ import annotations

from hatchet.engine.rules.event_logs import EventLogs
from hatchet.engine.rules.replays import Replays
from hatchet.engine.state.durable import BranchPoint
from hatchet.engine.state.errors import invalid
from hatchet.engine.state.model import TaskRun


class Branching:
    """Opens branches."""

    def __init__(self, logs: EventLogs, replays: Replays) -> None:
        self._logs = logs
        self._replays = replays

    def branch(self, task: TaskRun, node: int, parent: int, now: float) -> int:
        """Start a task again, whether or not it has ended: the calls before a node keep their results of the parent
        branch, that one and the later ones are made anew. Returns the new branch.
        """
        if not task.definition.durable:
            raise invalid(f"Invalid request: task {task.definition.name} is not durable; replay it")
        log = self._logs.of(task)
        if not 1 <= parent <= log.branch:
            raise invalid(
                f"Invalid request: the log of task {task.id} has no branch {parent}; it has 1 to {log.branch}"
            )
        if node < 0:
            raise invalid(f"Invalid request: node_id must not be negative, got {node}")
        log.branch += 1
        log.points[log.branch] = BranchPoint(parent, node)
        # Whoever still speaks for the former invocation is refused; the next one counts from the start.
        log.begin(0)
        log.follow_path()
        self._logs.touch(log)
        self._replays.restart(task, now)
        return log.branch
