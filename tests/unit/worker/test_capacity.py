"""When the engine is told that a worker has no room, what it is told, and what is said when it cannot be."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from hatchet.errors import HatchetError, InvalidRequest, Unavailable
from hatchet.transport.retry import Backoff
from hatchet.worker import capacity
from hatchet.worker.capacity import Capacity

AWAY = Unavailable("away", code="UNAVAILABLE", call="worker:update")
WRONG = InvalidRequest("no such worker", code="NOT_FOUND", call="worker:update")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    backoff = Backoff(first=0.0001, limit=0.0001)
    monkeypatch.setattr(capacity, "DELIVERY", replace(capacity.DELIVERY, backoff=backoff))


class Engine:
    """Notes what it is told; `answers` are what it gives, one after the other."""

    def __init__(self, *answers: bool | HatchetError) -> None:
        self.told: list[tuple[str, bool]] = []
        self.worker_id = "w1"
        self._answers = list(answers)
        self.room = Capacity(lambda: self.worker_id, self._set_paused)

    async def _set_paused(self, worker_id: str, paused: bool) -> bool:
        self.told.append((worker_id, paused))
        answer = self._answers.pop(0) if self._answers else True
        if isinstance(answer, HatchetError):
            raise answer
        return answer

    async def tell(self, *free: bool) -> None:
        """Say so, and tell the engine."""
        for each in free:
            self.room.set_room(each)
            await self.room._tell_until_heard()


def said(caplog: pytest.LogCaptureFixture) -> list[tuple[int, str]]:
    return [(record.levelno, record.getMessage()) for record in caplog.records]


async def test_only_a_change_is_told() -> None:
    engine = Engine()
    await engine.tell(True, False, False)
    assert (engine.told, engine.room.paused_id) == ([("w1", True)], "w1")
    await engine.tell(True, True)
    assert (engine.told, engine.room.paused_id) == ([("w1", True), ("w1", False)], "")


async def test_a_new_id_is_paused_too() -> None:
    engine = Engine()
    await engine.tell(False)
    engine.worker_id = "w2"
    await engine.tell(False, True)
    assert engine.told == [("w1", True), ("w2", True), ("w2", False)]


async def test_what_a_person_has_paused_stays_paused() -> None:
    engine = Engine(False)
    await engine.tell(False)
    assert engine.room.paused_id == ""
    await engine.tell(True)
    assert engine.told == [("w1", True)]


async def test_an_engine_that_is_away_is_told_in_the_end_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    engine = Engine(AWAY, AWAY, AWAY)
    await engine.tell(False)
    assert (engine.told, engine.room.paused_id) == ([("w1", True)] * 4, "w1")
    text = "the engine could not be told that worker w1 has no free slot: "
    assert [(level, message.startswith(text)) for level, message in said(caplog)] == [(logging.WARNING, True)]


@pytest.mark.parametrize(
    ("rooms", "told", "words"),
    [
        ((False,), [True], "has no free slot"),
        ((False, True), [True, False], "has free slots again"),
    ],
)
async def test_what_it_refuses_is_said_and_not_repeated(
    rooms: tuple[bool, ...], told: list[bool], words: str, caplog: pytest.LogCaptureFixture
) -> None:
    engine = Engine(*([True] * (len(rooms) - 1)), WRONG)
    await engine.tell(*rooms)
    assert [paused for _, paused in engine.told] == told
    assert engine.room.paused_id == ""
    wanted = f"the engine could not be told that worker w1 {words}: {WRONG}"
    assert said(caplog) == [(logging.WARNING, wanted)]
