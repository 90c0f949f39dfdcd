"""Tasks whose parents are done and that still wait for a sleep or an event. Pure."""

from __future__ import annotations

from hatchet.engine.rules import expressions, matches
from hatchet.engine.rules.core import Core
from hatchet.engine.rules.matches import EventInterest
from hatchet.engine.state.conditions import Action, Condition, Match, Wait
from hatchet.engine.state.model import TaskRun
from hatchet.engine.state.timers import TimerKind


class Waiting:
    """Begins, follows and ends the second stage of waiting tasks; what comes of it is the lifecycle's business."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._interest = EventInterest[TaskRun]()

    def begin(self, task: TaskRun, now: float) -> None:
        """The parents are done: sleeps count from here, and events from here on are heard."""
        task.match = Match(now)
        self._core.touch(task)
        self.resume(task)

    def resume(self, task: TaskRun) -> None:
        """Book what a waiting task needs; after a start of the engine as well as at its beginning."""
        match = task.match
        if match is None or match.fired:
            return
        self._interest.follow(task, task.definition.waits)
        due = matches.next_sleep(match, task.definition.waits)
        if due is not None:
            self._core.timers.set(TimerKind.WAIT, task.id, due)

    def end(self, task: TaskRun) -> None:
        """The task waits no longer; what it has heard stays with it."""
        if task.match is not None and not task.match.fired:
            self._interest.forget(task, task.definition.waits)
            self._core.timers.clear(TimerKind.WAIT, task.id)

    def woken(self, task: TaskRun, now: float) -> Action | None:
        """A sleep is over; what that triggers."""
        match = task.match
        if match is None or match.fired:
            return None
        matches.wake(match, task.definition.waits, now)
        self._core.touch(task)
        due = matches.next_sleep(match, task.definition.waits)
        if due is not None:
            self._core.timers.set(TimerKind.WAIT, task.id, due)
        return self._verdict(task, match)

    def pushed(self, key: str, scope: str | None, payload: str) -> list[tuple[TaskRun, Action]]:
        """An event came; the tasks that it moves on."""
        moved: list[tuple[TaskRun, Action]] = []

        def holds(wait: Wait) -> bool:
            return expressions.condition_holds(wait.expression, input=payload)

        for task in self._interest.waiting(key):
            match = task.match
            if match is None or not matches.hear(match, task.definition.waits, key, scope, payload, holds):
                continue
            self._core.touch(task)
            action = self._verdict(task, match)
            if action is not None:
                moved.append((task, action))
        return moved

    def _verdict(self, task: TaskRun, match: Match) -> Action | None:
        action = matches.verdict(match, task.definition.waits)
        if action is not None:
            self.end(task)
            match.fired = True
        return action


def parent_holds(task: TaskRun, condition: Condition) -> bool:
    """Whether a parent's output satisfies the expression of a condition."""
    return expressions.condition_holds(condition.expression, output=task.run.tasks[condition.source].output or "")
