"""Whole answers, each field: `python -m tests.engine.test_whole_world` writes `whole_world.json` anew, to be read."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from tests.engine.whole_world import everything

ANEW = "`python -m tests.engine.test_whole_world` records the answers anew"
KEPT = Path(__file__).with_name("whole_world.json")


async def test_each_answer_has_every_field_as_it_was() -> None:
    [told], kept = await everything(), json.loads(KEPT.read_text())
    assert list(told) == list(kept), ANEW
    assert {name: answer for name, answer in told.items() if answer != kept[name]} == {}, ANEW


async def test_each_answer_is_the_same_after_a_restart(tmp_path: Path) -> None:
    before, after = await everything(tmp_path)
    metrics = "/api/v1/tenants/T/prometheus-metrics"
    before[metrics] = [line for line in before[metrics] if "worker_id" not in line]  # of workers that are there
    assert {name: answer for name, answer in after.items() if answer != before[name]} == {}
    assert list(after) == list(before)[-len(after) :]


def main() -> None:
    """Write what is told now."""
    [told] = asyncio.run(everything())
    KEPT.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
