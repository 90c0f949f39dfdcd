"""Whole histories, each field: `python -m tests.engine.test_histories` writes `histories.json` anew, to be read."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from hatchet.engine.state.changes import TaskEventType
from tests.engine.histories import histories

ANEW = "`python -m tests.engine.test_histories` records the answers anew"
KEPT = Path(__file__).with_name("histories.json")
UNSHOWN = {TaskEventType.CREATED, TaskEventType.COULD_NOT_SEND_TO_WORKER}
"""What is not listed, by the protocol; and what happens to a worker whose stream ends at the same moment."""


async def test_each_history_has_every_field_as_it_was() -> None:
    told, kept = await histories(), json.loads(KEPT.read_text())
    assert list(told) == list(kept), ANEW
    changed = {
        f"{scene}: {name}": answers.get(name)
        for scene, answers in told.items()
        for name in {**answers, **kept[scene]}
        if answers.get(name) != kept[scene].get(name)
    }
    assert changed == {}, ANEW


def test_each_kind_of_event_is_in_a_history() -> None:
    text = KEPT.read_text()
    assert {kind for kind in TaskEventType if f'"eventType": "{kind.value}"' not in text} == UNSHOWN


def main() -> None:
    """Write what is told now."""
    KEPT.write_text(json.dumps(asyncio.run(histories()), indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
