"""A durable log that something in the process answers, in place of an engine: of mock runs and of replays."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from typing import Final

from hatchet.context.durable_actions import Action, Offer
from hatchet.context.durable_log import DurableLog
from hatchet.context.durable_session import TURNS, Act, DurableSession
from hatchet.wire.durable_values import Invocation, MemoValue, Request

MESSAGE_LIMIT: Final = 4 * 1024 * 1024  # bytes; no message is sent here


class AnsweredLog(ABC):
    """Lives on the loop on which it was made."""

    def __init__(self, invocation: Invocation, *, is_async: bool) -> None:
        self._loop = asyncio.get_running_loop()
        self._turns = TURNS if is_async else 0
        self._acts = 0
        self.log: DurableLog = DurableLog(invocation)
        """The state of the log."""
        self.session: DurableSession = DurableSession(invocation, self, is_async=is_async, message_limit=MESSAGE_LIMIT)
        """What the context of the task uses."""

    @abstractmethod
    def answer(self, request: Request) -> None:
        """Tell the log what becomes of a request."""

    @abstractmethod
    def rested(self) -> None:
        """The code waits for its log, and for nothing that was said to it already."""

    def post(self, session: DurableSession, act: Act) -> None:
        """Tell the log something; from any thread, in the order of these."""
        self._loop.call_soon_threadsafe(self.act, act)

    def act(self, act: Act) -> None:
        """Tell the log something, and answer what it wants."""
        self._acts += 1
        act(self.log)
        try:
            self._answer_all()
        except Exception as error:  # what the test gave may raise anything; it ends the task's waits
            self.log.end(error)
            self._answer_all()
        if self.log.is_idle:
            self._settle(self._turns, self._acts)

    def _answer_all(self) -> None:
        while actions := self.log.take():
            for action in actions:
                self._do(action)

    def _do(self, action: Action) -> None:
        if isinstance(action, Offer):
            self.session.offer(action)
        elif not isinstance(action, MemoValue):
            self.answer(action)

    def _settle(self, left: int, acts: int) -> None:
        """Let the code come to rest: it may call again."""
        if acts != self._acts:
            return
        if left > 0:
            self._loop.call_soon(self._settle, left - 1, acts)
        else:
            self.rested()
