"""Log lines read on: each once, whatever shares a time or comes late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

import pytest

from hatchet import NotFound
from hatchet.features import log_lines
from hatchet.features.log_lines import Cursor, Following
from hatchet_api.rest.models import V1LogLine

START = datetime(2026, 1, 1, tzinfo=timezone.utc)


class Log:
    """Lines as the engine has them: by time, those after a moment, so many at most."""

    def __init__(self) -> None:
        self.lines: list[V1LogLine] = []

    def write(self, message: str, seconds: float) -> None:
        self.lines.append(V1LogLine(created_at=START + timedelta(seconds=seconds), message=message, metadata={}))

    async def fetch(self, after: datetime | None, limit: int) -> Sequence[V1LogLine]:
        found = [line for line in self.lines if after is None or line.created_at > after]
        return sorted(found, key=lambda line: line.created_at)[:limit]


async def rest_of(cursor: Cursor) -> list[str]:
    found: list[str] = []
    while (lines := await cursor.more()) is not None:
        found += [line.message for line in lines]
    return found


async def test_lines_of_one_time_are_not_lost_between_pages() -> None:
    log = Log()
    for number in range(7):
        log.write(f"same {number}", 1.0)
    log.write("later", 2.0)
    assert await rest_of(Cursor(log.fetch, None, timedelta(), page_size=3)) == [
        *(f"same {n}" for n in range(7)),
        "later",
    ]


async def test_equal_lines_are_two_lines() -> None:
    log = Log()
    log.write("again", 1.0)
    log.write("again", 1.0)
    assert await rest_of(Cursor(log.fetch, None, timedelta(seconds=5))) == ["again", "again"]


async def test_a_line_that_comes_late_is_still_told_and_the_others_are_not_repeated() -> None:
    log = Log()
    cursor = Cursor(log.fetch, None, timedelta(seconds=5))
    log.write("a", 10.0)
    log.write("b", 12.0)
    assert await rest_of(cursor) == ["a", "b"]
    log.write("late", 11.0)
    log.write("c", 13.0)
    assert await rest_of(cursor) == ["late", "c"]
    assert await rest_of(cursor) == []


async def test_a_server_that_gives_the_same_lines_for_ever_ends_the_list() -> None:
    lines = [V1LogLine(created_at=START + timedelta(seconds=n), message=str(n), metadata={}) for n in range(30)]

    async def fetch(since: datetime | None, limit: int) -> Sequence[V1LogLine]:
        return lines

    cursor = Cursor(fetch, None, timedelta(seconds=5), page_size=10)
    assert await cursor.more() == lines
    assert await cursor.more() is None


async def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_lines, "REMEMBERED", 10)
    log = Log()
    asked: list[int] = []

    async def fetch(after: datetime | None, limit: int) -> Sequence[V1LogLine]:
        asked.append(limit)
        return await log.fetch(after, limit)

    for number in range(200):
        log.write(f"{number}", number / 1000)
    assert await rest_of(Cursor(fetch, None, timedelta(seconds=5), page_size=4)) == [
        f"{number}" for number in range(200)
    ]
    assert max(asked) <= 4 + 10


async def test_following_ends_once_the_run_has_ended_and_a_further_look_finds_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(log_lines, "INTERVAL", 0.001)
    log, looks = Log(), 0

    async def has_ended() -> bool:
        nonlocal looks
        looks += 1
        if looks == 1:
            raise NotFound("not yet", code="404", call="get")
        if looks == 4:
            log.write("on its way when the run ended", 1.0)
        return looks > 2

    following = Following(Cursor(log.fetch, None, timedelta(seconds=5)), has_ended)
    assert [line.message for line in await following.more() or ()] == ["on its way when the run ended"]
    assert await following.more() is None


async def test_following_a_run_that_never_appears_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_lines, "INTERVAL", 0.001)
    monkeypatch.setattr(log_lines, "VISIBLE_WITHIN", 0.01)

    async def has_ended() -> bool:
        raise NotFound("no such task run", code="404", call="get")

    with pytest.raises(NotFound, match="no such task run"):
        await Following(Cursor(Log().fetch, None, timedelta()), has_ended).more()
