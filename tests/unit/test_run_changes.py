"""What is done to many runs: how many at a time, what is waited for in between, and what a failure says of the rest."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest

from hatchet.errors import ApiError, BulkProgress, InputError, NotFound, Unavailable
from hatchet.features import log_lines, run_changes
from hatchet.features.log_lines import Cursor, Following
from hatchet.features.run_changes import CANCEL, REPLAY, Change, RunChanges, RunsChanged
from hatchet.features.run_filters import BulkCancelReplayOpts
from tests.jumping import jumping, now

AWAY = Unavailable("away", code="503", call="v1-task:replay")


class Changes(RunChanges):
    """An engine that takes some runs at a time, and begins with those that it replays after a while."""

    def __init__(self, begins: float = 0.0, fails: dict[int, ApiError] | None = None, is_sent: bool = True) -> None:
        self.sent: list[tuple[float, str, int]] = []
        self.looks: list[tuple[float, int]] = []
        self.begins = begins
        """Seconds from one run to the next that it has begun with."""
        self.fails = fails or {}
        for each in self.fails.values():
            each.sent = is_sent
        self.at = 0.0
        self._way = cast(Any, SimpleNamespace(gateway=SimpleNamespace(run_details=self._details)))
        self.known: dict[str, int] = {}

    @property
    def _tenant(self) -> Any:
        return "t"

    async def _send(self, operation: Any) -> Any:
        ids = json.loads(operation.body.content)["externalIds"]
        self.sent.append((now(), operation.name, len(ids)))
        if (error := self.fails.get(len(self.sent))) is not None:
            raise error
        self.at = now()
        self.known = {run_id: number for number, run_id in enumerate(ids, 1)}
        return SimpleNamespace(ids=[f"changed {run_id[-3:]}" for run_id in ids])

    async def _details(self, run_id: str) -> Any:
        if self.known[run_id] == 1 and self.begins < 0:
            raise NotFound("a task of a run", code="NOT_FOUND", call="GetRunDetails")
        self.looks.append((now(), self.known[run_id]))
        return SimpleNamespace(done=now() - self.at < abs(self.begins) * self.known[run_id])

    async def _call(self, work: Any, name: str) -> Any:
        assert name.startswith("details of 0000")
        return await work

    async def change(self, change: Change, number: int, size: int = 500, pause: float = 0.0) -> RunsChanged:
        ids = [f"00000000-0000-4000-8000-{n:012}" for n in range(number)]
        return await self._change(change, BulkCancelReplayOpts(ids=ids), size, pause)


@pytest.fixture(autouse=True)
def _time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_changes, "time", SimpleNamespace(monotonic=lambda: asyncio.get_running_loop().time()))


@pytest.mark.parametrize(
    ("change", "number", "size", "pause", "sent"),
    [
        (CANCEL, 0, 500, 0.0, []),
        (CANCEL, 5, 2, 0.0, [(0.0, 2), (0.0, 2), (0.0, 1)]),
        (CANCEL, 5, 2, 3.0, [(0.0, 2), (3.0, 2), (6.0, 1)]),
        (CANCEL, 2, 2, 3.0, [(0.0, 2)]),
        (CANCEL, 1001, 500, 0.0, [(0.0, 500), (0.0, 500), (0.0, 1)]),
        (REPLAY, 201, 500, 0.0, [(0.0, 100), (0.0, 100), (0.0, 1)]),
        (REPLAY, 3, 2, 0.0, [(0.0, 2), (0.0, 1)]),
    ],
)
@jumping
async def test_so_many_are_changed_at_a_time(
    change: Change, number: int, size: int, pause: float, sent: list[tuple[float, int]]
) -> None:
    engine = Changes()
    changed = await engine.change(change, number, size, pause)
    name = "v1-task:cancel" if change is CANCEL else "v1-task:replay"
    assert engine.sent == [(at, name, count) for at, count in sent]
    assert changed == RunsChanged(tuple(f"changed {n % 1000:03}" for n in range(number)), number)
    assert changed.count == number
    assert (engine.looks == []) is (change is CANCEL or len(sent) < 2)


@pytest.mark.parametrize(("begins", "next_at"), [(0.25, 0.5), (0.95, 1.9), (1.5, 1.0), (-0.25, 0.5)])
@jumping
async def test_the_next_to_replay_wait_until_the_engine_has_begun_with_those_before(
    begins: float, next_at: float
) -> None:
    engine = Changes(begins)
    await engine.change(REPLAY, 3, 2)
    [(first, _, _), (second, _, _)] = engine.sent
    assert first == 0.0
    assert next_at <= second < next_at + 0.2, second
    assert [number for at, number in engine.looks if at == 0.0] == ([2] if begins < 0 else [1, 2])
    if begins == 0.25:
        assert [at for at, number in engine.looks if number == 1] == [0.0, 0.1, 0.2, 0.3]


@pytest.mark.parametrize(
    ("number", "is_sent", "progress"),
    [
        (1, True, BulkProgress(5, (), uncertain=2)),
        (2, True, BulkProgress(5, ("changed 000", "changed 001"), uncertain=2)),
        (3, True, BulkProgress(5, ("changed 000", "changed 001", "changed 002", "changed 003"), uncertain=1)),
        (2, False, BulkProgress(5, ("changed 000", "changed 001"), uncertain=0)),
    ],
)
@jumping
async def test_a_failure_says_what_was_done_before_it(number: int, is_sent: bool, progress: BulkProgress) -> None:
    error = Unavailable("away", code="503", call="v1-task:cancel")
    with pytest.raises(Unavailable) as failed:
        await Changes(fails={number: error}, is_sent=is_sent).change(CANCEL, 5, 2)
    assert failed.value is error
    assert failed.value.progress == progress


@pytest.mark.parametrize("size", [0, 501])
@jumping
async def test_what_is_no_size_is_refused(size: int) -> None:
    with pytest.raises(InputError, match="chunk_size"):
        await Changes().change(CANCEL, 1, size)


# -- lines as they come


class Run:
    """A run whose lines come at some times, and which ends."""

    def __init__(self, ends: float, shown: float = 0.0, **lines: float) -> None:
        self.ends, self.shown, self.lines = ends, shown, lines
        self.looks: list[float] = []

    async def has_ended(self) -> bool:
        self.looks.append(now())
        if now() < self.shown:
            raise NotFound("no such task run", code="404", call="get")
        return now() >= self.ends

    async def more(self) -> Sequence[str] | None:
        new = [line for line, at in self.lines.items() if at <= now()]
        for line in new:
            del self.lines[line]
        return new or None

    def followed(self) -> Following:
        return Following(cast(Cursor, self), self.has_ended)


async def all_of(following: Following) -> list[tuple[float, list[str]]]:
    found: list[tuple[float, list[str]]] = []
    while (lines := cast("Sequence[str] | None", await following.more())) is not None:
        found.append((now(), [*lines]))
    return found


@pytest.mark.parametrize(
    ("run", "lines", "over"),
    [
        (lambda: Run(2.0), [], 2.5),
        (lambda: Run(2.0, a=0.0, b=0.7, c=0.8), [(0.0, ["a"]), (1.0, ["b", "c"])], 2.5),
        (lambda: Run(2.0, late=2.4), [(2.5, ["late"])], 3.0),
        (lambda: Run(2.0, too_late=9.0), [], 2.5),
        (lambda: Run(12.0, shown=9.9, a=0.0), [(10.0, ["a"])], 12.5),
    ],
)
@jumping
async def test_lines_are_looked_for_every_half_second_until_all_have_come(
    run: Any, lines: list[tuple[float, list[str]]], over: float
) -> None:
    assert await all_of(run().followed()) == lines
    assert now() == over


@jumping
async def test_a_run_has_ten_seconds_to_appear() -> None:
    run = Run(60.0, shown=30.0)
    with pytest.raises(NotFound, match="no such task run"):
        await all_of(run.followed())
    assert (now(), run.looks[:3], log_lines.VISIBLE_WITHIN) == (10.5, [0.0, 0.5, 1.0], 10.0)


@jumping
async def test_one_that_vanishes_for_a_while_has_as_long_again() -> None:
    run = Run(100.0)
    following = run.followed()
    waiting = asyncio.ensure_future(all_of(following))
    for gone, back in ((5, 14), (20, 29)):
        await asyncio.sleep(gone - now())
        run.shown = back
        await asyncio.sleep(back - now())
    await waiting
    assert now() == 100.5
