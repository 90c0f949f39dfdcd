"""Many runs whose results come by a stream that breaks as the first of them is waited for: prints seconds as JSON."""

from __future__ import annotations

import asyncio
import json
import time

from pydantic import BaseModel

from tests.fakes.engine import FakeEngine, Step

RUNS = 10_050
FIRST = 2  # runs that the stream is opened for
ROUNDS = 3


class Numbered(BaseModel):
    id: int


async def _measure(engine: FakeEngine, *, lose: bool) -> float:
    breaks = Step(status="UNAVAILABLE", after=FIRST)
    engine.play({"SubscribeToWorkflowRuns": [breaks]} if lose else {})
    async with engine.client() as hatchet:
        echo = hatchet.stubs.task(name="echo", input_validator=Numbered, output_validator=Numbered)
        items = [echo.create_bulk_run_item(Numbered(id=number)) for number in range(FIRST + RUNS)]
        await echo.aio_run_many(items[:FIRST])
        began = time.perf_counter()
        results = await echo.aio_run_many(items[FIRST:])
        taken = time.perf_counter() - began
    assert [result.id for result in results] == list(range(FIRST, FIRST + RUNS))
    assert engine.script.count("SubscribeToWorkflowRuns") == 1 + lose
    return taken


def main() -> None:
    """Measure in turns, so that drift of the machine hits both alike."""
    seconds: dict[str, list[float]] = {"kept": [], "lost": []}
    with FakeEngine() as engine:
        for round_ in range(ROUNDS + 1):
            for name, found in seconds.items():
                taken = asyncio.run(_measure(engine, lose=name == "lost"))
                if round_ > 0:  # the first round warms up
                    found.append(taken)
    print(json.dumps(seconds))


if __name__ == "__main__":
    main()
