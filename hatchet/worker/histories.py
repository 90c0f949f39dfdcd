"""Writes the histories of durable tasks down, as a worker sees them. Lives on the I/O loop.

One file for each task run, which every invocation adds to; `hatchet.testing.replay` reads it.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import quote

from hatchet._dataclasses import dataclass
from hatchet.context import durable_history as lines
from hatchet.context.durable_actions import Step
from hatchet.context.durable_log import DurableLog
from hatchet.wire.durable_values import Completed, MemoAck, MemoValue, Message, Place, Request, StartAck, WaitAck
from hatchet.wire.values import Assignment

logger: Final = logging.getLogger("hatchet")

REMEMBERED: Final = (
    1000  # runs of which it is known what was written; of others things are written again, which is read
)


@dataclass(eq=False)
class _File:
    path: Path
    written: set[tuple[str, Place]]


class HistoryRecorder:
    """Writes into one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: OrderedDict[str, _File] = OrderedDict()
        self.failed: int = 0
        """Lines that could not be written."""

    def begin(self, workflow: str, task: str, assignment: Assignment) -> None:
        """An invocation begins."""
        run_id = assignment.task_run_id
        if run_id in self._files:
            return
        name = f"{quote(task, safe='')}-{run_id}.jsonl"
        self._files[run_id] = file = _File(self._folder / name, set())
        while len(self._files) > REMEMBERED:
            self._files.popitem(last=False)
        attempt = lines.Attempt(
            workflow=workflow,
            task=task,
            task_run_id=run_id,
            workflow_run_id=assignment.workflow_run_id,
            payload=assignment.payload,
            retry_count=assignment.retry_count,
            additional_metadata=assignment.additional_metadata,
            priority=assignment.priority,
        )
        if not file.path.exists():  # else by an earlier process, or by this one long ago
            self._write(run_id, lines.attempt_line(attempt))

    def received(self, log: DurableLog, asking: tuple[Step, Request] | None, message: Message) -> None:
        """The engine has said something, and the log has taken it: an answer to a request, or a completion."""
        match message:
            case Completed():
                self._once(log, ("completed", message.place), lines.completed_line(message))
            case WaitAck(place) if asking is not None:
                self._entries(log, asking, [(place, "", None)])
            case MemoAck(place, value) if asking is not None:
                self._entries(log, asking, [(place, "", value)])
            case StartAck(entries) if asking is not None:
                self._entries(log, asking, [(place, run_id, None) for place, run_id in entries])
            case _:
                pass

    def remembered(self, log: DurableLog, value: MemoValue) -> None:
        """The code has made the value of a memo."""
        self._once(log, ("value", value.place), lines.value_line(value.place, value.value))

    def ended(self, task_run_id: str, end: str) -> None:
        """The run has ended."""
        self._write(task_run_id, lines.end_line(end))
        self._files.pop(task_run_id, None)

    def _entries(
        self, log: DurableLog, asking: tuple[Step, Request], found: list[tuple[Place, str, bytes | None]]
    ) -> None:
        step, request = asking
        for call, (place, run_id, value) in zip(lines.calls_of(request), found, strict=True):
            entry = lines.Recorded(place, call, step.text, step.site, value, run_id)
            self._once(log, ("entry", place), lines.entry_line(entry))

    def _once(self, log: DurableLog, what: tuple[str, Place], line: Mapping[str, object]) -> None:
        file = self._files.get(log.invocation.task_run_id)
        if file is not None and what not in file.written:
            file.written.add(what)
            self._write(log.invocation.task_run_id, line)

    def _write(self, task_run_id: str, line: Mapping[str, object]) -> None:
        file = self._files.get(task_run_id)
        if file is None:
            return
        try:
            file.path.parent.mkdir(parents=True, exist_ok=True)
            with file.path.open("a", encoding="utf-8") as opened:
                opened.write(f"{lines.dump(line)}\n")
        except OSError as error:
            self.failed += 1
            if self.failed == 1:
                logger.error("the history of task run %s cannot be written to %s: %s", task_run_id, file.path, error)
