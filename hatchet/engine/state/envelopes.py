"""What a worker gets with a task, as the text that the wire carries and the REST side shows."""

from __future__ import annotations

import math

from hatchet.engine.state import jsontext
from hatchet.engine.state.model import Status, TaskRun


def envelope(task: TaskRun, *, as_queued: bool = False) -> str:
    """What a worker gets with a task: input, outputs of completed tasks, and why others failed.

    With `as_queued`, what it got when the task was queued, without what has come since.
    """
    run = task.run
    until = (task.queued_at or 0.0) if as_queued else math.inf
    parts = [f'{{"input":{run.input},"triggered_by":"manual","parents":{{']
    if run.is_dag:
        parts.append(
            ",".join(
                f"{jsontext.dump(name)}:{other.output or '{}'}"
                for name, other in run.tasks.items()
                if other.status is Status.COMPLETED and (other.finished_at or 0.0) <= until
            )
        )
    parts.append(f'}},"triggers":{{{_triggers(task)}}},"user_data":null,"overrides":null')
    if task.definition.on_failure:
        errors = {name: other.error or "" for name, other in run.tasks.items() if other.status is Status.FAILED}
        if errors:
            parts.append(f',"step_run_errors":{jsontext.dump(errors)}')
    parts.append("}")
    return "".join(parts)


def _triggers(task: TaskRun) -> str:
    """What released the task, by data key, and the payload of the event filter that started its run."""
    parts: list[str] = []
    if task.match is not None and task.match.fired:
        data = task.match.data(task.definition.waits)
        parts.extend(f"{jsontext.dump(key)}:{text}" for key, text in data.items() if key != "filter_payload")
    parts.append(f'"filter_payload":{task.run.filter_payload or "null"}')
    return ",".join(parts)
