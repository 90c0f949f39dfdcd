"""The files in which a worker writes down the histories of durable tasks, line by line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hatchet.context.durable_actions import Step
from hatchet.context.durable_log import DurableLog
from hatchet.options.specs import RunSpec
from hatchet.wire.durable_values import (
    Completed,
    Invocation,
    MemoAck,
    MemoRequest,
    MemoValue,
    Message,
    Place,
    Refused,
    Request,
    StartAck,
    StartRequest,
    WaitAck,
    WaitRequest,
)
from hatchet.wire.requests import Trigger
from hatchet.wire.values import Assignment, AssignmentKind
from hatchet.worker import histories
from hatchet.worker.histories import HistoryRecorder

STEP = Step("a call", "code.py:7")


def assigned(run: str = "r", **given: Any) -> Assignment:
    return Assignment(AssignmentKind.START, "t:t", run, "t", run, f"workflow run of {run}", 2, **given)


def log(run: str = "r", number: int = 1) -> DurableLog:
    return DurableLog(Invocation(run, number))


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def child(name: str) -> Trigger:
    return Trigger(name, b"{}", RunSpec())


HEAD = {
    "hatchet_history": 1, "workflow": "flow", "task": "pay/é", "task_run_id": "r",
    "workflow_run_id": "workflow run of r", "retry_count": 2, "priority": 3, "additional_metadata": {"a": "b"},
    "payload": {"input": 1},
}  # fmt: skip
SITE = {"text": "a call", "site": "code.py:7"}


def test_all_that_happens_is_written_once_whatever_is_said_twice(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    recorder = HistoryRecorder(folder)
    given = assigned(payload='{"input": 1}', additional_metadata='{"a": "b"}', priority=3)
    said: list[tuple[Request | None, Message | MemoValue]] = [
        (WaitRequest((), "a nap"), WaitAck(Place(1, 1))),
        (StartRequest((child("x"), child("y"))), StartAck(((Place(1, 2), "run x"), (Place(1, 3), "run y")))),
        (MemoRequest(b"key"), MemoAck(Place(1, 4), None)),
        (None, MemoValue(Place(1, 4), b"key", b"value \xff")),
        (MemoRequest(b"other"), MemoAck(Place(1, 5), b"known")),
        (None, Completed(Place(1, 1), b"{}", None, 1)),
        (None, Completed(Place(1, 2), b"", "it failed", None)),
        (None, WaitAck(Place(1, 9))),
        (None, MemoAck(Place(1, 9), None)),
        (None, StartAck(())),
        (WaitRequest(()), Refused(Place(1, 9), "no")),
    ]
    for number in (1, 2):  # another invocation goes the same way
        recorder.begin("flow", "pay/é", given)
        for request, message in said:
            if isinstance(message, MemoValue):
                recorder.remembered(log(number=number), message)
            else:
                recorder.received(log(number=number), None if request is None else (STEP, request), message)
    recorder.ended("r", "COMPLETED")
    recorder.ended("r", "COMPLETED")
    recorder.received(log(), None, Completed(Place(1, 7)))
    [file] = folder.iterdir()
    assert file.name == "pay%2F%C3%A9-r.jsonl"
    head, *found = lines(file)
    assert head == HEAD
    assert [{key: each[key] for key in each if key not in ("waits", "input", "workflow", "key")} for each in found] == [
        {"entry": 1, "branch": 1, "kind": "WAIT_FOR", **SITE},
        {"entry": 2, "branch": 1, "kind": "RUN", "run_id": "run x", **SITE},
        {"entry": 3, "branch": 1, "kind": "RUN", "run_id": "run y", **SITE},
        {"entry": 4, "branch": 1, "kind": "MEMO", **SITE},
        {"value": 4, "branch": 1, "data": "value \udcff"},
        {"entry": 5, "branch": 1, "kind": "MEMO", "data": "known", **SITE},
        {"completed": 1, "branch": 1, "order": 1, "data": "{}"},
        {"completed": 2, "branch": 1, "failure": "it failed"},
        {"end": "COMPLETED"},
    ]
    assert recorder.failed == 0


def test_a_file_of_before_is_gone_on_with(tmp_path: Path) -> None:
    for _ in range(2):  # as two processes do
        recorder = HistoryRecorder(tmp_path)
        recorder.begin("flow", "t", assigned())
        recorder.received(log(), None, Completed(Place(1, 1), b"{}"))
    head, *found = lines(tmp_path / "t-r.jsonl")
    assert head == {
        "hatchet_history": 1, "workflow": "flow", "task": "t", "task_run_id": "r",
        "workflow_run_id": "workflow run of r", "retry_count": 2, "payload": {},
    }  # fmt: skip
    assert found == [{"completed": 1, "branch": 1, "data": "{}"}] * 2


def test_of_a_run_that_did_not_begin_here_nothing_is_written(tmp_path: Path) -> None:
    recorder = HistoryRecorder(tmp_path)
    recorder.received(log("other"), None, Completed(Place(1, 1)))
    recorder.remembered(log("other"), MemoValue(Place(1, 1), b"", b""))
    recorder.ended("other", "COMPLETED")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("most", "known"), [(1, ["c"]), (2, ["b", "c"]), (3, ["a", "b", "c"])])
def test_what_was_written_is_known_of_the_last_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, known: list[str]
) -> None:
    monkeypatch.setattr(histories, "REMEMBERED", most)
    recorder = HistoryRecorder(tmp_path)
    for run in "abc":
        recorder.begin("flow", "t", assigned(run))
    assert list(recorder._files) == known


def test_a_folder_that_cannot_be_written_is_told_of_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "a file").touch()
    recorder = HistoryRecorder(tmp_path / "a file")
    recorder.begin("flow", "t", assigned())
    recorder.received(log(), None, Completed(Place(1, 1)))
    assert recorder.failed == 2
    [said] = caplog.messages
    assert said.startswith(f"the history of task run r cannot be written to {tmp_path}/a file/t-r.jsonl: [Errno ")
