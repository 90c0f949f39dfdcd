"""Why a run is not executed, in words: one case for each thing that it can wait for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hatchet.runs.why import Facts, Happened, Kind, Offer, WantedLabel, cancelled_by, explain, fits, too_late, untaken

FREE = Offer("w", is_paused=False, free=3, slots=3, labels={"gpu": "none", "memory": "64"})
BUSY = replace(FREE, name="busy", free=0)
PAUSED = replace(FREE, name="resting", is_paused=True)
GPU = WantedLabel("gpu", "a100")
LIMIT = "'k', 1 at a time"
FACTS = Facts("charge", events=[Happened("QUEUED", "")], offers=[FREE])


@pytest.mark.parametrize(
    ("facts", "kinds", "words"),
    [
        (replace(FACTS, offers=[]), [Kind.NO_WORKER], "no connected worker offers it"),
        (replace(FACTS, offers=[PAUSED]), [Kind.WORKER_PAUSED], "is paused (worker 'resting')"),
        (replace(FACTS, workflow_is_paused=True), [Kind.WORKFLOW_PAUSED], "`unpause`"),
        (replace(FACTS, labels=[GPU]), [Kind.LABELS], "(gpu = a100): 'w' has gpu = none"),
        (replace(FACTS, labels=[WantedLabel("zone", 1)]), [Kind.LABELS], "'w' has no zone"),
        (replace(FACTS, offers=[BUSY, PAUSED]), [Kind.SLOTS], "all slots are taken, 3 of worker 'busy'"),
        (replace(FACTS, offers=[BUSY] * 5), [Kind.SLOTS], "15 of 5 workers: 'busy', 'busy', 'busy', …"),
        (replace(FACTS, concurrency=[LIMIT]), [Kind.CONCURRENCY], f"it waits for its concurrency limit ({LIMIT})"),
        (
            replace(FACTS, offers=[BUSY], concurrency=[LIMIT]),
            [Kind.SLOTS, Kind.CONCURRENCY],
            "it may wait for its concurrency limit",
        ),
        (
            replace(FACTS, offers=[], concurrency=[LIMIT], workflow_is_paused=True),
            [Kind.WORKFLOW_PAUSED, Kind.NO_WORKER],
            "its workflow is paused",
        ),
        (
            replace(FACTS, events=[Happened("REQUEUED_RATE_LIMIT", "0 of 'api' left")]),
            [Kind.RATE_LIMIT],
            "(0 of 'api' left)",
        ),
        (
            replace(FACTS, events=[Happened("REQUEUED_RATE_LIMIT", "")], rate_limits=["api"]),
            [Kind.RATE_LIMIT],
            "a rate limit (api)",
        ),
        (replace(FACTS, events=[Happened("WAITING_FOR_BATCH", "")]), [Kind.BATCH], "its batch to fill"),
        (replace(FACTS, events=[Happened("RETRYING", "", 1)]), [Kind.RETRY], "its next attempt is not due"),
        (FACTS, [Kind.UNKNOWN], "have free slots"),
        (Facts("charge", problem="REST is away"), [Kind.UNKNOWN], "why is not known: REST is away"),
    ],
)
def test_each_thing_that_a_task_can_wait_for_is_named(facts: Facts, kinds: list[Kind], words: str) -> None:
    reasons = explain(facts)
    assert [reason.kind for reason in reasons] == kinds
    assert words in untaken("charge", reasons)


def test_what_happened_to_earlier_attempts_says_nothing_of_this_one() -> None:
    facts = replace(FACTS, events=[Happened("QUEUED", "", 1), Happened("REQUEUED_RATE_LIMIT", "", 0)], offers=[])
    assert [reason.kind for reason in explain(facts)] == [Kind.NO_WORKER]


@pytest.mark.parametrize(
    ("label", "good"),
    [
        (WantedLabel("gpu", "none"), True),
        (WantedLabel("gpu", "a100"), False),
        (WantedLabel("gpu", "a100", "NOT_EQUAL"), True),
        (WantedLabel("memory", 64), True),
        (WantedLabel("memory", 64, "GREATER_THAN"), False),
        (WantedLabel("memory", 64, "GREATER_THAN_OR_EQUAL"), True),
        (WantedLabel("memory", 65, "LESS_THAN"), True),
        (WantedLabel("memory", 63, "LESS_THAN_OR_EQUAL"), False),
        (WantedLabel("gpu", 1, "GREATER_THAN"), False),
        (WantedLabel("zone", "a", "NOT_EQUAL"), False),
    ],
)
def test_labels_are_compared_as_the_engine_compares_them(label: WantedLabel, good: bool) -> None:
    assert fits(label, FREE.labels) is good


def test_a_schedule_timeout_does_not_read_as_if_a_person_had_cancelled_the_run() -> None:
    text = too_late(replace(FACTS, schedule_timeout="3s"), explain(replace(FACTS, offers=[])))
    assert text.startswith(
        "no worker took its task 'charge' within its schedule timeout of 3s, so the engine gave it up"
    )
    assert "no connected worker offers it" in text


@pytest.mark.parametrize(
    ("messages", "words"),
    [
        (["Cancelled due to concurrency strategy"], "to keep to max_runs"),
        (["paused workflow queue item TTL expired."], "queue_ttl"),
        (["", "A parent task failed or was cancelled"], "somebody asked for it"),
        ([], None),
    ],
)
def test_who_cancelled_a_run_is_told_by_its_events(messages: list[str], words: str | None) -> None:
    said = cancelled_by([Happened("QUEUED", ""), *(Happened("CANCELLED", message) for message in messages)])
    assert (said is None) if words is None else (said is not None and words in said)
