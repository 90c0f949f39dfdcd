"""The list of runs: filters, search, and how many there are in each state."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final, TypedDict
from uuid import UUID

import htpy as h
from typing_extensions import Unpack

from hatchet.errors import InputError, NotFound
from hatchet.page.parts import (
    Ask,
    Part,
    View,
    address,
    badge,
    brief,
    choice,
    field,
    labels,
    lasting,
    notice,
    short,
    table,
    when,
)
from hatchet.rows import headline, pairs, run_id
from hatchet_api.rest.models import V1TaskStatus

if TYPE_CHECKING:
    from hatchet.client import Hatchet
    from hatchet.features.metrics import TaskMetrics
    from hatchet.features.run_filters import RunListOptions
    from hatchet_api.rest.models import V1TaskSummary, V1TaskSummaryList

PAGE: Final = 50
CHOICES: Final = 500  # workflows in the filter
RECENT: Final = 10  # runs beside what they are of
PAST: Final[dict[str, tuple[str, timedelta | None]]] = {
    "15m": ("the last 15 minutes", timedelta(minutes=15)),
    "1h": ("the last hour", timedelta(hours=1)),
    "6h": ("the last 6 hours", timedelta(hours=6)),
    "1d": ("the last day", timedelta(days=1)),
    "7d": ("the last 7 days", timedelta(days=7)),
    "30d": ("the last 30 days", timedelta(days=30)),
    "all": ("all times", None),
}
DEFAULT_PAST: Final = "1d"
EARLIEST: Final = datetime(2000, 1, 1, tzinfo=timezone.utc)
STATES: Final = ("QUEUED", "RUNNING", "COMPLETED", "FAILED", "CANCELLED")


class Chosen(TypedDict):
    """Which runs are listed, as the features take it."""

    since: datetime
    """Created at or after this time."""
    until: datetime | None
    """Created before this time."""
    workflow_ids: list[str] | None
    """Of these workflows."""
    additional_metadata: dict[str, str] | None
    """With any of these pairs."""
    triggering_event_external_id: str | None
    """Started by this event."""
    parent_task_external_id: str | None
    """Started by this task run."""


async def runs(ask: Ask) -> View:
    """The list."""
    filters = {
        name: ask.query(name)
        for name in ("status", "workflow", "past", "before", "metadata", "name", "event", "parent")
    }
    if filters["past"] not in PAST:
        filters["past"] = ""
    page = _page(ask.query("page"))
    workflows = {
        each.metadata.id: each.name for each in (await ask.hatchet.workflows.aio_list(limit=CHOICES)).rows or ()
    }
    try:
        chosen = await _chosen(ask.hatchet, filters)
        statuses = [_status(filters["status"])] if filters["status"] else None
    except InputError as error:
        return View("Runs", "Runs", [Part("filters", _filters(filters, workflows), is_live=False),
                                     Part("list", notice(str(error), kind="bad"))], every=None, status=400)  # fmt: skip
    listed, counts = await asyncio.gather(
        ask.hatchet.runs.aio_list(
            limit=PAGE, offset=(page - 1) * PAGE, include_payloads=False, statuses=statuses, **chosen
        ),
        ask.hatchet.metrics.aio_get_task_metrics(**chosen),
    )
    return View(
        "Runs",
        "Runs",
        [
            Part("filters", _filters(filters, workflows), is_live=False),
            Part("counts", _counts(filters, counts)),
            Part("list", [_table(listed.rows), _pages(filters, page, listed)]),
        ],
        every=1.0 if page == 1 else None,
    )


async def found(ask: Ask) -> str:
    """Where what was searched for is: a run, a task's run, runs with metadata, or runs of workflows."""
    text = ask.query("q")
    try:
        identity = str(UUID(text))
    except ValueError:
        if ":" in text:
            return address("/runs", metadata=text, past="all")
        return address("/runs", name=text, past="all")
    try:
        return f"/runs/{(await ask.hatchet.runs.aio_get(identity)).run.metadata.id}"
    except NotFound:
        return await place_of(ask.hatchet, identity)


async def place_of(hatchet: Hatchet, task_run_id: str) -> str:
    """Where a task's run is shown.

    Raises:
        NotFound: there is none.
    """
    task = await hatchet.runs.aio_get_task_run(task_run_id)
    return address(f"/runs/{task.workflow_run_external_id}", task=task.task_external_id)


async def _chosen(hatchet: Hatchet, filters: Mapping[str, str]) -> Chosen:
    past = PAST[filters["past"] or DEFAULT_PAST][1]
    until = moment_of(filters["before"]) if filters["before"] else None
    ids = [filters["workflow"]] if filters["workflow"] else None
    if filters["name"]:
        named = (await hatchet.workflows.aio_list(filters["name"], limit=CHOICES)).rows or ()
        ids = [each.metadata.id for each in named]
        if not ids:
            raise InputError(f"no workflow has {filters['name']!r} in its name")
    return Chosen(
        since=EARLIEST if past is None else (until or datetime.now(timezone.utc)) - past,
        until=until,
        workflow_ids=ids,
        additional_metadata=_pairs(filters["metadata"]) or None,
        triggering_event_external_id=filters["event"] or None,
        parent_task_external_id=filters["parent"] or None,
    )


def _status(text: str) -> V1TaskStatus:
    status = V1TaskStatus(text)
    if not status.is_known:
        raise InputError(f"there is no state {text!r}")
    return status


def _page(text: str) -> int:
    return min(int(text), 1_000_000) if text.isascii() and text.isdecimal() and int(text) > 0 else 1


def moment_of(text: str) -> datetime:
    """A moment as a form sends it, in UTC where it names no zone.

    Raises:
        InputError: it is none.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"{text!r} is no time; write for example 2026-11-26T09:30") from error
    return found.replace(tzinfo=timezone.utc) if found.tzinfo is None else found


def _pairs(text: str) -> dict[str, str]:
    return pairs(text.split(), lambda each: InputError(f"{each!r} is no pair of metadata; write key:value"))


def _filters(filters: Mapping[str, str], workflows: Mapping[str, str]) -> h.Node:
    listed = [("", "all workflows"), *sorted(workflows.items(), key=lambda pair: pair[1])]
    return h.form(class_="filters", action="/runs", aria_label="Filters")[
        (
            h.input(type="hidden", name=name, value=filters[name])
            for name in ("status", "name", "event", "parent")
            if filters[name]
        ),
        field("Workflow", choice("workflow", listed, filters["workflow"])),
        field(
            "Created in",
            choice("past", [(key, words) for key, (words, _) in PAST.items()], filters["past"] or DEFAULT_PAST),
        ),
        field("Before (UTC)", h.input(type="datetime-local", name="before", value=filters["before"])),
        field("Metadata", h.input(name="metadata", value=filters["metadata"], placeholder="key:value")),
        h.button(type="submit")["Show"],
        h.a(href="/runs", class_="quiet")["All runs of a day"] if any(filters.values()) else None,
    ]


def _counts(filters: Mapping[str, str], counts: TaskMetrics) -> h.Node:
    numbers: dict[str, int] = {state: getattr(counts, state.lower()) for state in STATES}
    kept = {name: each for name, each in filters.items() if name != "status"}

    def link(state: str, words: h.Node, number: int) -> h.Node:
        is_chosen = filters["status"] == state
        return h.a(
            href=address("/runs", **kept, status=state),
            class_="count",
            aria_current="true" if is_chosen else None,
        )[words, h.strong[f" {number:,}"]]

    return h.nav(class_="counts", aria_label="States")[
        link("", "all", sum(numbers.values())), (link(state, badge(state), number) for state, number in numbers.items())
    ]


def _table(rows: Sequence[V1TaskSummary]) -> h.Node:
    return table(
        "Runs, newest first",
        ["Run", "State", "Created", "Took", "Metadata", "Error"],
        (
            [
                [linked(each, each.workflow_name or each.display_name), " ", short(run_id(each))],
                badge("EVICTED" if each.is_evicted else each.status.value),
                when(each.created_at),
                h.span(class_="whole")[took(each)],
                labels(each.additional_metadata),
                brief(headline(each.error_message)),
            ]
            for each in rows
        ),
        "No runs here.",
    )


def linked(run: V1TaskSummary, words: str) -> h.Node:
    """A link to a run of a list."""
    return h.a(href=f"/runs/{run_id(run)}")[words]


def took(run: V1TaskSummary) -> str:
    """How long a run of a list took."""
    return lasting(None if run.duration is None else run.duration / 1000)


def _pages(filters: Mapping[str, str], page: int, listed: V1TaskSummaryList) -> h.Node:
    pages = listed.pagination.num_pages or 0
    if pages <= 1 and page == 1:
        return None

    def link(number: int, words: str) -> h.Node:
        return h.a(href=address("/runs", **filters, page=str(number)))[words]

    return h.nav(class_="pages", aria_label="Pages")[
        link(page - 1, "← Newer") if page > 1 else None,
        h.span[f"page {page:,} of {max(pages, page):,}"],
        link(page + 1, "Older →") if page < pages else None,
    ]


async def recent(hatchet: Hatchet, **chosen: Unpack[RunListOptions]) -> Sequence[V1TaskSummary]:
    """The newest runs of a choice."""
    given: RunListOptions = {"since": EARLIEST, **chosen}
    return (await hatchet.runs.aio_list(limit=RECENT, include_payloads=False, **given)).rows
