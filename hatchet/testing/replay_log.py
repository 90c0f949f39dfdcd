"""A durable log that a history answers: what was asked for then is what today's code has to ask for."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from hatchet.context.durable_actions import diverged
from hatchet.context.durable_history import COMPLETED, History, Recorded, both, calls_of, describe, identity, places_of
from hatchet.definitions.answered_log import AnsweredLog
from hatchet.errors import NonDeterminismError
from hatchet.wire.durable_values import (
    Completed,
    Invocation,
    MemoAck,
    MemoRequest,
    Place,
    Refused,
    Request,
    StartAck,
    StartRequest,
    WaitAck,
    WaitRequest,
)

BRANCH: Final = 1


class HistoryEnds(BaseException):
    """Ends the code where its history ends; no error of the task, so that none of it catches it."""


class ReplayLog(AnsweredLog):
    """Answers a task with what a history has."""

    def __init__(self, history: History, *, is_async: bool) -> None:
        super().__init__(Invocation(history.attempt.task_run_id, 1), is_async=is_async)
        self._history = history
        self._keyed = places_of(history.entries)
        self._released = 0
        self.nodes: int = 0
        """How many entries the code has come to."""
        self.over: asyncio.Future[None] = self._loop.create_future()
        """Done when the history ends before the code, or they have parted."""
        self.parted: NonDeterminismError | None = None
        """How the code and the history have parted, if they have."""
        self.moves: int = 0
        """How often the code has asked for something."""

    @property
    def left(self) -> Recorded | None:
        """The next entry that the code has not come to."""
        entries = self._history.entries
        return entries[self.nodes] if self.nodes < len(entries) else None

    @property
    def waits_for(self) -> str:
        """What the code waits for, in words; empty where it does not wait for its log."""
        return self.log.entries.waits_for if self.log.is_idle else ""

    def end(self, error: BaseException) -> None:
        """Let the code go on no more."""
        self.act(lambda log: log.end(error))
        self.session.end(error)

    def answer(self, request: Request) -> None:
        """Compare a request with what the history has in its place."""
        self.moves += 1
        asked = calls_of(request)
        found: list[Recorded] = []
        nodes = self.nodes
        for call in asked:
            entry = self._keyed.get(str(call.get("child_key"))) if "child_key" in call else None
            if entry is not None and entry.place.node <= nodes:
                found.append(entry)
                continue
            if nodes == len(self._history.entries):
                self._beyond(request, call)
                return
            expected = self._history.entries[nodes]
            is_same = entry is expected or identity(expected.call) == identity(call)
            if not is_same:
                self._parts(request, expected, call)
                return
            found.append(expected)
            nodes += 1
        self.nodes = nodes
        self._acknowledge(request, found)
        self._release()

    def _acknowledge(self, request: Request, found: list[Recorded]) -> None:
        match request:
            case WaitRequest():
                self.log.receive(WaitAck(found[0].place))
            case StartRequest():
                self.log.receive(StartAck(tuple((each.place, each.run_id) for each in found)))
            case MemoRequest():
                if found[0].value is None and request.value is None:
                    self._ends()  # it was lost in the function of the memo, which is not called for a replay
                else:
                    self.log.receive(MemoAck(found[0].place, found[0].value))

    def _release(self) -> None:
        """What has happened is told in the order in which it did, as far as the code has asked for it."""
        completions = self._history.completions
        while self._released < len(completions) and completions[self._released].place.node <= self.nodes:
            completed = completions[self._released]
            self._released += 1
            self.log.receive(Completed(completed.place, completed.payload, completed.failure, self._released))

    def _parts(self, request: Request, expected: Recorded, call: dict[str, Any]) -> None:
        then, now = both(expected, call)
        said = f" ({expected.text}, called at {expected.site})" if expected.site else ""
        self._refuse(request, expected.place, f"{then}{said}", now)

    def _beyond(self, request: Request, call: dict[str, Any]) -> None:
        if self._history.end != COMPLETED:
            self._ends()
        else:
            place = Place(BRANCH, len(self._history.entries) + 1)
            self._refuse(request, place, "the end of the run", describe(call))

    def _refuse(self, request: Request, place: Place, then: str, now: str) -> None:
        message = f"\n  the history has: {then}\n  the code asks for: {now}"
        refused = Refused(place, message, is_nondeterminism=True)
        asking = self.log.asking
        if not (isinstance(request, MemoRequest) and request.is_probe):  # to which it is an answer, too
            assert asking is not None
            self.parted = diverged(self.log.invocation, refused, asking[0], self.log.steps)
            self._done()
        self.log.receive(refused)

    def rested(self) -> None:
        """Nothing comes any more for what the code waits for."""
        if self._released == len(self._history.completions) and self.left is None:
            self._ends()

    def _ends(self) -> None:
        self._done()
        self.log.end(HistoryEnds())

    def _done(self) -> None:
        if not self.over.done():
            self.over.set_result(None)
