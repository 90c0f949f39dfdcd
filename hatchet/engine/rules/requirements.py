"""What a task asks of the worker that gets it. Pure."""

from __future__ import annotations

from hatchet.engine.rules.rate_limits import together
from hatchet.engine.state.definitions import Rates, Requirement
from hatchet.engine.state.model import TaskRun


def rates_of(task: TaskRun) -> Rates:
    """What a task consumes of rate limits."""
    return () if task.limits is None else together(task.limits.rates)


def requirement_of(task: TaskRun, rates: Rates = ()) -> Requirement:
    """Slots, labels and the wanted worker, which only counts when the workflow is sticky."""
    definition = task.definition
    run = task.run
    sticky = run.version.definition.sticky
    labels = run.desired_labels or definition.labels
    if sticky is None:
        return Requirement(definition.slots, labels, rates=rates)
    wanted = run.desired_worker_id
    for parent in definition.parents:
        wanted = run.tasks[parent].worker_id or wanted
    return Requirement(definition.slots, labels, wanted, sticky if wanted is not None else None, rates)
