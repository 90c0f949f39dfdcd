"""The history of a durable task: what its code asked for and what came of it, as JSON lines (docs/exploring.md).

The first line is the attempt; each of the others one thing that happened, in the order in which it did. A line is
written at once, so that a history ends where its worker was lost. What was said twice counts once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import Any, Final, cast

from hatchet._dataclasses import dataclass
from hatchet.errors import InputError
from hatchet.options.conditions import PlacedCondition, SleepCondition, UserEventCondition
from hatchet.options.durations import render_duration
from hatchet.wire.durable_values import Completed, MemoRequest, Place, Request, StartRequest, WaitRequest
from hatchet.wire.requests import Trigger

VERSION: Final = 1
SHOWN: Final = 120  # characters of an input or an expression that a text shows
COMPLETED: Final = "COMPLETED"  # the end of a run whose function has returned

Line = dict[str, Any]  # Any: JSON


@dataclass(frozen=True)
class Recorded:
    """One entry."""

    place: Place
    call: Mapping[str, Any]
    """What was asked for: `kind`, and what belongs to it."""
    text: str = ""
    """The call in words, where that is known."""
    site: str = ""
    """`file:line` of the call at that time, where that is known."""
    value: bytes | None = None
    """Of a memo: what is remembered."""
    run_id: str = ""
    """Of a child: its run."""

    def __str__(self) -> str:
        return f"{describe(self.call)}{f', called at {self.site}' if self.site else ''}"


@dataclass(frozen=True)
class Attempt:
    """What the code was given."""

    workflow: str
    """With the namespace."""
    task: str
    task_run_id: str
    workflow_run_id: str
    payload: str
    """Input, outputs of parents and the rest, as a worker gets it: JSON."""
    retry_count: int = 0
    additional_metadata: str = ""
    priority: int | None = None


@dataclass
class History:
    """The history of one task run, on the branch that it went last."""

    attempt: Attempt
    entries: list[Recorded] = field(default_factory=list[Recorded])
    """In the order of their nodes."""
    completions: list[Completed] = field(default_factory=list[Completed])
    """In their order."""
    end: str = ""
    """`COMPLETED`, `FAILED` or `CANCELLED`; empty where the run has not ended."""

    @classmethod
    def of(cls, lines: Iterable[str], name: str = "the history") -> History:
        """Read one.

        Args:
            lines: JSON texts; a last one that is broken off is passed by.
            name: whose they are, for errors.

        Raises:
            InputError: they are no history, or one of a later version.
        """
        read = _Reader(name)
        texts = [line for line in lines if line.strip()]
        for number, text in enumerate(texts, 1):
            try:
                read.line(cast(Line, json.loads(text)), number)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                if isinstance(error, InputError):
                    raise
                was_lost = number == len(texts) > 1 and isinstance(error, json.JSONDecodeError)
                if not was_lost:  # the worker, while it wrote its last line
                    raise InputError(
                        f"{name}, line {number}: {text[:SHOWN]!r} is no line of a history ({error})"
                    ) from error
        return read.done()

    def lines(self) -> list[str]:
        """What `of` reads."""
        said = [dump(attempt_line(self.attempt))]
        said += [dump(entry_line(each)) for each in self.entries]
        said += [dump(completed_line(each)) for each in self.completions]
        return said + ([dump(end_line(self.end))] if self.end else [])


class _Reader:
    def __init__(self, name: str) -> None:
        self._name = name
        self._history: History | None = None
        self._entries: dict[int, Recorded] = {}
        self._completed: dict[Place, Completed] = {}

    def line(self, line: Line, number: int) -> None:
        if number == 1:
            self._begin(line)
            return
        assert self._history is not None
        if "entry" in line:
            place = Place(int(line.get("branch", 1)), int(line["entry"]))
            self._entry(_entry(line, place))
        elif "value" in line:
            node = int(line["value"])
            known = self._entries.get(node)
            if known is not None and known.value is None:
                self._entries[node] = _with_value(known, to_bytes(line["data"]))
        elif "completed" in line:
            place = Place(int(line.get("branch", 1)), int(line["completed"]))
            completed = Completed(place, to_bytes(line.get("data", "")), line.get("failure"), line.get("order"))
            self._completed.setdefault(place, completed)
        elif "end" in line:
            self._history.end = str(line["end"])
        # What a later minor version adds is passed by.

    def _begin(self, line: Line) -> None:
        version = line.get("hatchet_history")
        if version is None:
            raise InputError(f"{self._name} is no history: its first line has no hatchet_history")
        if version != VERSION:
            raise InputError(f"{self._name} is a history of version {version}; this package reads version {VERSION}")
        self._history = History(
            Attempt(
                workflow=str(line["workflow"]),
                task=str(line["task"]),
                task_run_id=str(line["task_run_id"]),
                workflow_run_id=str(line.get("workflow_run_id", line["task_run_id"])),
                payload=json.dumps(line.get("payload", {})),
                retry_count=int(line.get("retry_count", 0)),
                additional_metadata=json.dumps(line["additional_metadata"]) if line.get("additional_metadata") else "",
                priority=line.get("priority"),
            )
        )

    def _entry(self, entry: Recorded) -> None:
        node = entry.place.node
        known = self._entries.get(node)
        if known is not None and known.place == entry.place:
            if entry.value is not None and known.value is None:
                self._entries[node] = _with_value(known, entry.value)
            return
        if known is not None:  # another branch: what came from here on was given up
            self._entries = {at: each for at, each in self._entries.items() if at < node}
        self._entries[node] = entry

    def done(self) -> History:
        if self._history is None:
            raise InputError(f"{self._name} is empty")
        history = self._history
        history.entries = [self._entries[node] for node in sorted(self._entries)]
        numbers = [each.place.node for each in history.entries]
        if numbers != list(range(1, len(numbers) + 1)):
            raise InputError(f"{self._name} lacks entries: it has {', '.join(map(str, numbers))}")
        places = {each.place for each in history.entries}
        known = [each for each in self._completed.values() if each.place in places]
        history.completions = sorted(known, key=lambda each: each.order or 0)  # stable: older engines do not count
        return history


def _entry(line: Line, place: Place) -> Recorded:
    call: Line = {key: line[key] for key in ("kind", "waits", "workflow", "input", "child_key", "key") if key in line}
    identity(call)  # refuses what is none
    value = to_bytes(line["data"]) if line.get("data") is not None else None
    text, site, run_id = (str(line.get(name, "")) for name in ("text", "site", "run_id"))
    return Recorded(place, call, text, site, value, run_id)


def _with_value(known: Recorded, value: bytes) -> Recorded:
    return Recorded(known.place, known.call, known.text, known.site, value, known.run_id)


# -- lines


def dump(line: Mapping[str, object]) -> str:
    """A line as text."""
    return json.dumps({key: value for key, value in line.items() if value is not None and value != ""})


def attempt_line(attempt: Attempt) -> Line:
    """The first line."""
    return {
        "hatchet_history": VERSION,
        "workflow": attempt.workflow,
        "task": attempt.task,
        "task_run_id": attempt.task_run_id,
        "workflow_run_id": attempt.workflow_run_id,
        "retry_count": attempt.retry_count,
        "priority": attempt.priority,
        "additional_metadata": json.loads(attempt.additional_metadata) if attempt.additional_metadata.strip() else None,
        "payload": json.loads(attempt.payload) if attempt.payload.strip() else {},
    }


def entry_line(entry: Recorded) -> Line:
    """A call that has its entry."""
    branch, node = entry.place
    line = {"entry": node, "branch": branch, **entry.call, "run_id": entry.run_id}
    return {
        **line,
        "data": None if entry.value is None else to_text(entry.value),
        "text": entry.text,
        "site": entry.site,
    }


def value_line(place: Place, value: bytes) -> Line:
    """The value of a memo that had none."""
    return {"value": place.node, "branch": place.branch, "data": to_text(value)}


def completed_line(completed: Completed) -> Line:
    """What an entry waited for has happened."""
    return {
        "completed": completed.place.node,
        "branch": completed.place.branch,
        "order": completed.order,
        "data": to_text(completed.payload),
        "failure": completed.failure,
    }


def end_line(end: str) -> Line:
    """The run has ended."""
    return {"end": end}


def to_text(data: bytes) -> str:
    """What is most often JSON, and may be anything."""
    return data.decode("utf-8", "surrogateescape")


def to_bytes(text: str) -> bytes:
    """Back from `to_text`."""
    return text.encode("utf-8", "surrogateescape")


# -- calls


def calls_of(request: Request) -> list[Line]:
    """What a request asks for, entry by entry."""
    match request:
        case WaitRequest(conditions):
            # Sleeps first, as the wire has them.
            sent = sorted(conditions, key=lambda each: not isinstance(each.condition, SleepCondition))
            return [{"kind": "WAIT_FOR", "waits": [_condition(each) for each in sent]}]
        case StartRequest(runs):
            return [_run(each) for each in runs]
        case MemoRequest(key):
            return [{"kind": "MEMO", "key": to_text(key)}]


def _condition(placed: PlacedCondition) -> Line:
    line: Line = {"group": placed.group_id, "key": placed.data_key}
    condition = placed.condition
    if isinstance(condition, SleepCondition):
        line["sleep"] = render_duration(condition.duration, "the duration of a SleepCondition")
    else:
        assert isinstance(condition, UserEventCondition)
        line["event"] = condition.event_key
        line |= {"scope": condition.scope} if condition.scope else {}
        line |= {"expression": condition.full_expression} if condition.full_expression else {}
    return line


def _run(run: Trigger) -> Line:
    line: Line = {"kind": "RUN", "workflow": run.workflow, "input": to_text(run.input)}
    return line if run.options.child_key is None else {**line, "child_key": run.options.child_key}


def identity(call: Mapping[str, Any]) -> object:
    """What a call is recognized by, as the engine does (docs/decisions/0058-what-makes-a-call-the-same.md)."""
    match call["kind"]:
        case "WAIT_FOR":
            groups: dict[str, set[tuple[str, ...]]] = {}
            for wait in call["waits"]:
                said = tuple(str(wait.get(name) or "") for name in ("key", "sleep", "event", "scope", "expression"))
                groups.setdefault(str(wait.get("group", "")), set()).add(said)
            return "WAIT_FOR", frozenset(frozenset(group) for group in groups.values())
        case "RUN":
            return "RUN", call["workflow"], call["input"]
        case "MEMO":
            return "MEMO", call["key"]
        case other:
            raise InputError(f"an entry of a history has the kind {other!r}; known are WAIT_FOR, RUN and MEMO")


def describe(call: Mapping[str, Any], *, closely: bool = False) -> str:
    """A call as people read it; `closely` with what is most often the same."""
    match call["kind"]:
        case "WAIT_FOR":
            groups: dict[str, list[str]] = {}
            for wait in call["waits"]:
                groups.setdefault(str(wait.get("group", "")), []).append(_wait_text(wait, closely))
            parts = [said[0] if len(said) == 1 else f"any of: {', '.join(said)}" for said in groups.values()]
            return " and ".join(parts)
        case "RUN":
            more = f" with the input {_cut(call['input'])}" if closely else ""
            return f"run({call['workflow']}{more})"
        case _:
            return f"memo with the key {_cut(call['key'])}" if closely else "memo"


def both(expected: Recorded, asked: Mapping[str, Any]) -> tuple[str, str]:
    """Two calls that differ, as closely as it takes to see how."""
    one, two = describe(expected.call), describe(asked)
    return (one, two) if one != two else (describe(expected.call, closely=True), describe(asked, closely=True))


def _wait_text(wait: Mapping[str, Any], closely: bool) -> str:
    said = f"sleep({wait['sleep']})" if "sleep" in wait else f"event({wait['event']})"
    if closely:
        said += f" as {wait['key']}"
        said += f" in the scope {wait['scope']}" if wait.get("scope") else ""
        said += f" if {_cut(wait['expression'])}" if wait.get("expression") else ""
    return said


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def places_of(entries: Sequence[Recorded]) -> dict[str, Recorded]:
    """Children with a key, by it."""
    return {str(each.call["child_key"]): each for each in entries if each.call.get("child_key") is not None}
