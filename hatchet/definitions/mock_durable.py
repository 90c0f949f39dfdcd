"""The log of a durable task in a mock run: the worker's own, with an answer to everything at once.

Time is made up. Sleeps end in the order in which they would, events that the test gives have come before them, and
nothing is waited for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, cast

from hatchet._dataclasses import dataclass
from hatchet.context import memos
from hatchet.context.context import Context
from hatchet.context.durable import DurableContext as DurableContext
from hatchet.definitions.answered_log import AnsweredLog
from hatchet.errors import HatchetError
from hatchet.options import cel
from hatchet.options.conditions import PlacedCondition, SleepCondition, UserEventCondition
from hatchet.options.durations import length_of, render_duration
from hatchet.options.payload import dump_event
from hatchet.wire.durable_values import (
    Completed,
    Invocation,
    MemoAck,
    MemoRequest,
    Place,
    Refused,
    Request,
    WaitAck,
    WaitRequest,
)

if TYPE_CHECKING:
    from hatchet.definitions.mock import MockRecord, WorkflowMockSpec

BRANCH: Final = 1


@dataclass(frozen=True)
class _End:
    """How a wait ends."""

    due: timedelta
    """When, counted from the start of the run."""
    payload: bytes
    slept: timedelta


class MockLog(AnsweredLog):
    """Answers what a durable task asks its log for."""

    def __init__(self, owner: str, spec: WorkflowMockSpec, record: MockRecord, *, is_async: bool) -> None:
        super().__init__(Invocation("mock-task-run", 1), is_async=is_async)
        self._owner = owner
        self._events = spec.events
        self._unpatched = {memos.key_of("patched", patch_id) for patch_id in spec.unpatched}
        self._record = record
        self._node = 0
        self._now = timedelta(0)
        self._ends: dict[Place, _End] = {}
        self._missing: dict[Place, str] = {}

    def answer(self, request: Request) -> None:
        """Everything is answered at once."""
        self._node += 1
        place = Place(BRANCH, self._node)
        if isinstance(request, WaitRequest):
            self._begin(place, request.conditions)
            self.log.receive(WaitAck(place))
        else:
            assert isinstance(request, MemoRequest)  # children are started by the mock run itself
            is_old = request.key in self._unpatched
            self.log.receive(Refused(place, "", is_nondeterminism=True) if is_old else MemoAck(place, None))

    # -- waits

    def _begin(self, place: Place, conditions: Sequence[PlacedCondition]) -> None:
        groups: dict[str, list[PlacedCondition]] = {}
        for each in conditions:
            groups.setdefault(each.group_id, []).append(each)
        data: dict[str, list[Any]] = {}
        slept = timedelta(0)
        missing: list[str] = []
        for group in groups.values():
            sleeps = [each for each in group if isinstance(each.condition, SleepCondition)]
            found = next((pair for each in group if (pair := self._event(each, missing)) is not None), None)
            if found is not None:
                data[found[0]] = [found[1]]
            elif sleeps:
                first = min(sleeps, key=_length)
                slept = max(slept, _length(first))
                data[first.data_key] = [{"sleep_duration": _text(first)}]
            else:
                self._missing[place] = missing[-1]
                return
        self._ends[place] = _End(self._now + slept, json.dumps({"CREATE": data}).encode(), slept)

    def _event(self, placed: PlacedCondition, missing: list[str]) -> tuple[str, Any] | None:
        """The data of an event that has come."""
        condition = placed.condition
        if not isinstance(condition, UserEventCondition):
            return None
        key = condition.event_key
        given = self._events.get(key)
        if callable(given):
            given = cast(Callable[[UserEventCondition], object], given)(condition)
        if given is None:
            missing.append(
                f"no event {key!r} comes; write mock_run(…, events={{{key!r}: …}}) with its payload, or a function of "
                "the condition"
            )
            return None
        payload = json.loads(dump_event(given, key))
        for field, value in (condition.match or {}).items():
            if field not in payload or payload[field] != json.loads(cel.quoted(value)):
                missing.append(
                    f"the payload in events={{{key!r}: …}} has {field}={payload.get(field)!r}, and the task waits for "
                    f"{value!r}"
                )
                return None
        return placed.data_key, payload

    def rested(self) -> None:
        """The next thing happens that somebody waits for."""
        awaited = set(self.log.entries.waits.values())
        ready = [place for place in awaited if place in self._ends]
        if ready:
            place = min(ready, key=lambda place: (self._ends[place].due, place))
            end = self._ends.pop(place)
            self._now = max(self._now, end.due)
            if end.slept:
                self._record.slept.append(end.slept)
            self.act(lambda log: log.receive(Completed(place, end.payload)))
        else:
            waits = self.log.entries.waits_for
            reasons = "; ".join(self._missing[place] for place in sorted(awaited) if place in self._missing)
            error = HatchetError(f"{self._owner} waits for {waits}, and nothing ends that: {reasons}")
            self.act(lambda log: log.end(error))


async def use_mock_log(
    context: Context[Any], owner: str, spec: WorkflowMockSpec, record: MockRecord, *, is_async: bool
) -> None:
    """Give the context of a mock run its log. Runs on the loop on which that is to live."""
    assert isinstance(context, DurableContext)
    context.use(MockLog(owner, spec, record, is_async=is_async).session, str)


def _length(placed: PlacedCondition) -> timedelta:
    assert isinstance(placed.condition, SleepCondition)
    return length_of(placed.condition.duration)


def _text(placed: PlacedCondition) -> str:
    assert isinstance(placed.condition, SleepCondition)
    return render_duration(placed.condition.duration, "the duration of a SleepCondition")
