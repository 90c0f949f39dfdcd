"""A batch: runs of one task that one call of its function executes. Inputs apart, outputs apart, faults apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from hatchet.definitions.task import Task
from hatchet.errors import HatchetError, OutputError
from hatchet.scope import LogLine, LogSink
from hatchet.wire.values import Batch, Outcome, OutcomeKind

ReadInput = Callable[[object, str], object]
Failed = Callable[[BaseException, str], Outcome]


def read_inputs(batch: Batch, read: ReadInput) -> tuple[dict[str, object], dict[str, HatchetError]]:
    """The inputs by task run, and what is wrong with those that are not valid: their runs fail alone."""
    inputs: dict[str, object] = {}
    faults: dict[str, HatchetError] = {}
    for run_id, member in batch.members.items():
        try:
            inputs[run_id] = read(member.envelope.get("input"), run_id)
        except HatchetError as error:
            faults[run_id] = error
    return inputs, faults


def outcomes(task: Task[Any, Any], inputs: Mapping[str, object], result: object, failed: Failed) -> dict[str, Outcome]:
    """What the function returned, as the outcome of each run; an output that cannot be sent fails its run alone.

    Raises:
        OutputError: it returned something for other runs than it was given, or no mapping at all.
    """
    found: dict[str, Outcome] = {}
    for run_id, output in task.outputs_by_run([*inputs], result).items():
        try:
            payload = task.send_output(output, f"task {task.name!r}, run {run_id}")
            found[run_id] = Outcome(OutcomeKind.COMPLETED, payload)
        except OutputError as error:
            found[run_id] = failed(error, run_id)
    return found


class BatchLogs:
    """Writes a line into the log of every run of a batch."""

    def __init__(self, sink: LogSink, run_ids: list[str]) -> None:
        self._sink = sink
        self._run_ids = run_ids

    def put(self, line: LogLine) -> None:
        """Hand it on, once for each run."""
        for run_id in self._run_ids:
            self._sink.put(replace(line, task_run_id=run_id))

    async def aio_put(self, line: LogLine, *, delivered: bool) -> None:
        """Hand it on, once for each run."""
        for run_id in self._run_ids:
            await self._sink.aio_put(replace(line, task_run_id=run_id), delivered=delivered)
