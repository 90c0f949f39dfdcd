"""Why a run is not executed: from what the engine knows of a waiting task to words for a person. Pure."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from typing import Final

from hatchet._dataclasses import dataclass

SHOWN: Final = 3  # names of workers in a message


class Kind(Enum):
    """What a task waits for."""

    NO_WORKER = "no worker"
    WORKER_PAUSED = "worker paused"
    WORKFLOW_PAUSED = "workflow paused"
    LABELS = "labels"
    SLOTS = "slots"
    RATE_LIMIT = "rate limit"
    CONCURRENCY = "concurrency"
    BATCH = "batch"
    RETRY = "retry"
    UNKNOWN = "unknown"

    @property
    def is_expected(self) -> bool:
        """Whether the task was declared to wait so, which is no news."""
        return self in (Kind.BATCH, Kind.RETRY)


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that a task waits for."""

    kind: Kind
    text: str
    """In words, with what to do."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One entry of a task run's events."""

    type: str
    message: str
    retry_count: int = 0
    task_run_id: str = ""


@dataclass(frozen=True, slots=True)
class WantedLabel:
    """A label that a worker must have."""

    key: str
    value: str | int
    comparator: str = "EQUAL"

    def __str__(self) -> str:
        return f"{self.key} {_SIGNS.get(self.comparator, self.comparator)} {self.value}"


@dataclass(frozen=True, slots=True)
class Offer:
    """A connected worker that has the task."""

    name: str
    is_paused: bool
    free: int
    """Slots of the kind that the task needs."""
    slots: int
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the engine says of a task that waits for a worker; None is what it did not say."""

    task: str
    events: Sequence[Happened] | None = None
    """Newest first."""
    offers: Sequence[Offer] | None = None
    labels: Sequence[WantedLabel] = ()
    concurrency: Sequence[str] = ()
    """Limits that make it wait, in words."""
    rate_limits: Sequence[str] = ()
    workflow_is_paused: bool = False
    schedule_timeout: str | None = None
    problem: str | None = None
    """What kept the engine from saying more."""


_SIGNS: Final = {
    "EQUAL": "=",
    "NOT_EQUAL": "≠",
    "GREATER_THAN": ">",
    "GREATER_THAN_OR_EQUAL": "≥",
    "LESS_THAN": "<",
    "LESS_THAN_OR_EQUAL": "≤",
}
_ORDERS: Final[Mapping[str, Callable[[int, int], bool]]] = {
    "GREATER_THAN": operator.gt,
    "GREATER_THAN_OR_EQUAL": operator.ge,
    "LESS_THAN": operator.lt,
    "LESS_THAN_OR_EQUAL": operator.le,
}


def fits(wanted: WantedLabel, labels: Mapping[str, str]) -> bool:
    """Whether a worker's labels have what is wanted."""
    have = labels.get(wanted.key)
    if have is None:
        return False
    if wanted.comparator == "NOT_EQUAL":
        return have != str(wanted.value)
    order = _ORDERS.get(wanted.comparator)
    if order is None:
        return have == str(wanted.value)
    try:
        return order(int(have), int(wanted.value))
    except ValueError:
        return False


def explain(facts: Facts) -> tuple[Reason, ...]:
    """What a queued task waits for; more than one thing where more than one holds."""
    return tuple(_reasons(facts)) or (_unknown(facts),)


def _reasons(facts: Facts) -> Iterable[Reason]:
    current = _current(facts.events or ())
    types = {event.type for event in current}
    if "WAITING_FOR_BATCH" in types:
        yield Reason(Kind.BATCH, "it waits for its batch to fill, or for batch_max_interval to pass")
        return
    if current and current[0].type == "RETRYING":
        yield Reason(Kind.RETRY, "it has failed, and its next attempt is not due yet")
        return
    if facts.workflow_is_paused:
        yield Reason(Kind.WORKFLOW_PAUSED, "its workflow is paused; `unpause` of the workflow lets its runs go")
    workers = list(_of_workers(facts))
    yield from workers
    limited = [event for event in current if event.type == "REQUEUED_RATE_LIMIT"]
    if limited:
        named = limited[0].message or ", ".join(facts.rate_limits) or "one of its own"
        yield Reason(
            Kind.RATE_LIMIT, f"it waits for a rate limit ({named}); raise it with hatchet.rate_limits.put, or wait"
        )
    elif facts.concurrency and not facts.workflow_is_paused and all(each.kind is Kind.SLOTS for each in workers):
        yield Reason(
            Kind.CONCURRENCY,
            f"it {'may wait' if workers else 'waits'} for its concurrency limit ({', '.join(facts.concurrency)}); "
            "raise max_runs, or wait for the runs before it",
        )


def _current(events: Sequence[Happened]) -> list[Happened]:
    """The events of the newest attempt."""
    newest = max((event.retry_count for event in events), default=0)
    return [event for event in events if event.retry_count == newest]


def _of_workers(facts: Facts) -> Iterable[Reason]:
    if facts.offers is None:
        return
    active = [offer for offer in facts.offers if not offer.is_paused]
    if not facts.offers:
        yield Reason(
            Kind.NO_WORKER, "no connected worker offers it; start a worker that is given its workflow: workflows=[…]"
        )
    elif not active:
        yield Reason(
            Kind.WORKER_PAUSED,
            f"every worker that offers it is paused ({_names(facts.offers)}), as workers are while they drain and once "
            "they have stopped; start another, or call hatchet.workers.unpause",
        )
    elif not (able := [offer for offer in active if all(fits(label, offer.labels) for label in facts.labels)]):
        wanted = ", ".join(map(str, facts.labels))
        yield Reason(
            Kind.LABELS,
            f"no worker that offers it has the labels that it requires ({wanted}): {_labelled(active, facts.labels)}; "
            "start a worker with labels={…}",
        )
    elif sum(offer.free for offer in able) <= 0:
        total = sum(offer.slots for offer in able)
        yield Reason(
            Kind.SLOTS,
            f"all slots are taken, {total} of {_names(able)}; start more workers, or give them more slots",
        )


def _unknown(facts: Facts) -> Reason:
    if facts.offers is None:
        return Reason(Kind.UNKNOWN, f"why is not known: {facts.problem or 'the engine does not say'}")
    return Reason(
        Kind.UNKNOWN,
        "why is not known: workers that offer it have free slots; it may wait for a worker that the run asks for "
        "(sticky, desired_worker_id, desired_worker_labels), or for more slots at once than are free (slot_cost)",
    )


def _names(offers: Sequence[Offer]) -> str:
    shown = ", ".join(repr(offer.name) for offer in offers[:SHOWN])
    noun = "worker" if len(offers) == 1 else f"{len(offers)} workers:"
    return f"{noun} {shown}{', …' if len(offers) > SHOWN else ''}"


def _labelled(offers: Sequence[Offer], wanted: Sequence[WantedLabel]) -> str:
    keys = dict.fromkeys(label.key for label in wanted)

    def said(offer: Offer) -> str:
        have = ", ".join(f"{key} = {offer.labels[key]}" if key in offer.labels else f"no {key}" for key in keys)
        return f"{offer.name!r} has {have}"

    return "; ".join(map(said, offers[:SHOWN]))


def in_words(reasons: Sequence[Reason]) -> str:
    """Several reasons as one text."""
    return "; ".join(reason.text for reason in reasons)


def untaken(task: str, reasons: Sequence[Reason]) -> str:
    """The clause for a task that still waits."""
    return f"no worker has taken its task {task!r}: {in_words(reasons)}"


def too_late(facts: Facts, reasons: Sequence[Reason]) -> str:
    """The clause for a task whose schedule timeout has passed."""
    limit = f" of {facts.schedule_timeout}" if facts.schedule_timeout else ""
    return (
        f"no worker took its task {facts.task!r} within its schedule timeout{limit}, so the engine gave it up: "
        f"{in_words(reasons)}"
    )


CANCELLED: Final = "CANCELLED"
SCHEDULING_TIMED_OUT: Final = "SCHEDULING_TIMED_OUT"
#: What the engine writes on a cancellation of its own, in part, and what it means.
_ENGINES_OWN: Final = {
    "concurrency": "the engine cancelled it by its concurrency limit, to keep to max_runs",
    "paused workflow": "its workflow was paused for longer than the pause's queue_ttl",
}


def cancelled_by(events: Sequence[Happened]) -> str | None:
    """Who cancelled a run, from the events of its tasks; None where no event tells yet."""
    messages = [event.message for event in events if event.type == CANCELLED]
    for part, meaning in _ENGINES_OWN.items():
        if any(part in message for message in messages):
            return meaning
    return "somebody asked for it, or a condition of its own (cancel_if)" if messages else None
