"""What a report says of a test's engine, whole, and where it is cut short."""

from __future__ import annotations

import pytest

from hatchet import Context, Hatchet, RunFailed
from hatchet.testing import MemoryEngine, StartWorker
from hatchet.testing.report import Leftovers


@pytest.mark.parametrize(("number", "more"), [(0, []), (1, []), (20, []), (21, ["1 more"]), (23, ["3 more"])])
def test_of_many_runs_twenty_are_shown(number: int, more: list[str]) -> None:
    runs = [f"order ({n})" for n in range(number)]
    shown = [*runs[:20], *more]
    assert str(Leftovers(running=runs)).splitlines() == [f"still running: {each}" for each in shown]
    assert str(Leftovers(waiting=runs)).splitlines() == [f"still waiting: {each}" for each in shown]
    words = "failed, and nobody has asked for the result"
    assert str(Leftovers(unread=runs)).splitlines() == [f"{words}: {each}" for each in shown]


def test_what_runs_comes_first_and_what_waits_last() -> None:
    assert str(Leftovers(running=["a", "b"], unread=["c"], waiting=["d"])) == (
        "still running: a\nstill running: b\nfailed, and nobody has asked for the result: c\nstill waiting: d"
    )


def test_of_a_long_traceback_both_ends_are_shown_and_of_many_failures_the_last(
    hatchet: Hatchet, engine: MemoryEngine, worker: StartWorker
) -> None:
    @hatchet.task(name="parse", retries=0)
    async def parse(input: int, ctx: Context) -> None:
        raise ValueError("\n".join(f"line {n}" for n in range(1, input + 1)))

    def fail_with(lines: int) -> list[str]:
        with worker(parse), pytest.raises(RunFailed):
            parse.run(lines)
        return engine.failures[-1].split("\n")

    head, *short = fail_with(1)
    rest = 41 - len(short)  # so many lines of a message make a traceback of 40
    start, message = short[:-1], ["ValueError: line 1", *(f"line {n}" for n in range(2, 50))]
    assert (head, short[-1]) == ("parse, task parse, attempt 1:", "ValueError: line 1")
    assert fail_with(rest) == [head, *start, *message[:rest]]
    long = [*start, *message[: rest + 1]]
    assert len(long) == 41
    assert fail_with(rest + 1) == [head, *long[:20], "…", *long[-20:]]
    with worker(parse):
        parse.run_many([parse.create_bulk_run_item(1)] * 20, return_exceptions=True)
    assert len(engine.failures) == 20
    assert {each.count("\n") for each in engine.failures} == {len(short)}
