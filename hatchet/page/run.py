"""One run: its tasks as a picture, its attempts, and all of one task: input, output, error, log, durable log."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final

import htpy as h

from hatchet.errors import InvalidRequest, NotFound
from hatchet.features.run_pictures import drawn, state_of
from hatchet.page.parts import (
    Ask,
    Part,
    View,
    address,
    badge,
    block,
    button,
    careful,
    facts,
    is_empty,
    lasting,
    notice,
    own,
    picture,
    short,
    table,
    value,
    when,
)
from hatchet.page.runs import EARLIEST, RECENT, linked, recent
from hatchet.page.waterfall import attempts, waterfall
from hatchet.rows import own_input, said_by
from hatchet.svg import svg
from hatchet.wire.tracebacks import parse

if TYPE_CHECKING:
    from hatchet.client import Hatchet
    from hatchet.features.durable_logs import DurableCondition, DurableLogEntry
    from hatchet_api.rest.models import V1LogLine, V1TaskSummary, V1WorkflowRunDetails

LINES: Final = 500  # of the log, the newest
ENTRIES: Final = 500  # of a durable log, the newest
OPEN: Final = ("QUEUED", "RUNNING")


async def run(ask: Ask) -> View:
    """The run."""
    hatchet = ask.hatchet
    details = await hatchet.runs.aio_get(ask.path("run"))
    run_id = details.run.metadata.id
    names = {item.task_external_id: item.task_name for item in details.shape}
    task = _task(details, ask.query("task"))
    workflow, lines, more = await asyncio.gather(
        _workflow(hatchet, details.run.workflow_id), _lines(hatchet, details, task), _more(ask, task)
    )
    nodes, states = drawn(details)
    links = {item.task_name: f"/runs/{run_id}?task={item.task_external_id}#task" for item in details.shape}
    is_open = details.run.status.value in OPEN
    parts = [Part("head", _head(ask, details, workflow, is_open=is_open))]
    if len(nodes) > 1:
        drawing = svg(nodes, states, links=links, title="Tasks of this run")
        parts.append(Part("picture", [h.h2["Tasks"], picture(drawing)]))
    found = attempts(details.tasks, details.task_events, names)
    parts.append(Part("attempts", [h.h2["Attempts"], waterfall(found, f"/runs/{run_id}", _until(is_open=is_open))]))
    if task is not None:
        name = names.get(task.task_external_id, task.display_name)
        parts.append(Part("task", [_one(ask, details, task, name), more]))
    parts.append(Part("chunks", _chunks(), is_live=False))
    parts.append(Part("log", _log(lines, names)))
    parts.append(Part("payloads", _payloads(details)))
    return View(
        workflow or details.run.display_name, "Runs", parts, every=0.5 if is_open else 2.0,
        run_id=run_id if is_open else None,
    )  # fmt: skip


def _until(*, is_open: bool) -> datetime | None:
    return datetime.now(timezone.utc) if is_open else None


async def _workflow(hatchet: Hatchet, identity: str) -> str | None:
    try:
        return (await hatchet.workflows.aio_get(identity)).name
    except NotFound:  # it was deleted, or is of another worker's past
        return None


def _task(details: V1WorkflowRunDetails, wanted: str) -> V1TaskSummary | None:
    """The task that is shown whole: the one asked for, one that failed, one that runs, or the last to end well."""
    oldest = sorted(details.tasks, key=lambda each: (each.created_at, each.task_id))
    chosen = [each for each in oldest if each.task_external_id == wanted]
    failed, running = ([each for each in oldest if state_of(each) == state] for state in ("FAILED", "RUNNING"))
    completed = [each for each in reversed(oldest) if state_of(each) == "COMPLETED"]
    return next(iter([*chosen, *failed, *running, *completed, *oldest]), None)


def _head(ask: Ask, details: V1WorkflowRunDetails, workflow: str | None, *, is_open: bool) -> h.Node:
    run = details.run
    where = f"/runs/{run.metadata.id}"
    seconds = None if run.started_at is None else ((run.finished_at or datetime.now(timezone.utc)) - run.started_at)
    return h.div(class_="head")[
        facts(
            {
                "State": h.span(id="state", role="status")[badge(run.status.value)],
                "Workflow": h.a(href=f"/workflows/{run.workflow_id}")[workflow] if workflow else None,
                "Run": h.code[run.metadata.id],
                "Created": when(run.created_at),
                "Took": lasting(None if seconds is None else seconds.total_seconds()),
                "Started by": h.a(href=f"/tasks/{run.parent_task_external_id}")["a task of another run"]
                if run.parent_task_external_id
                else None,
            }
        ),
        h.div(class_="actions")[
            button(ask, f"{where}/cancel", "Cancel", class_="danger")
            if is_open
            else button(ask, f"{where}/replay", "Replay"),
            h.a(class_="button", href=f"/workflows/{run.workflow_id}?from={run.metadata.id}")["Run with another input"]
            if workflow
            else None,
        ],
    ]


def _one(ask: Ask, details: V1WorkflowRunDetails, task: V1TaskSummary, name: str) -> h.Node:
    """One task, whole."""
    is_dag = len(details.shape) > 1
    where = f"/tasks/{task.task_external_id}"
    is_open = task.status.value in OPEN
    return [
        h.h2["Task ", name],
        facts(
            {
                "State": badge(state_of(task)),
                "Attempt": str(task.attempt or (task.retry_count or 0) + 1),
                "Task run": short(task.task_external_id) if is_dag else None,
                "Started": when(task.started_at),
                "Ended": when(task.finished_at),
                "Kind": "durable" if task.is_durable else None,
            }
        ),
        h.div(class_="actions")[
            button(ask, f"{where}/cancel", "Cancel this task", class_="danger") if is_dag and is_open else None,
            button(ask, f"{where}/replay", "Replay this task") if is_dag and not is_open else None,
            button(ask, f"{where}/restore", "Bring it back") if task.is_evicted else None,
        ],
        _error(task.error_message, name) if task.error_message else None,
        [h.h3["Output"], value(task.output, f"Output of {name}")] if not is_empty(task.output) else None,
    ]


def _error(text: str, name: str) -> h.Node:
    failure = parse(text)
    return h.div(class_="error")[
        h.h3["Error"],
        notice(said_by(failure), kind="failure"),
        block(failure.traceback, f"Traceback of {name}") if failure.traceback else None,
    ]


async def _more(ask: Ask, task: V1TaskSummary | None) -> h.Node:
    """The log of a durable task, and the runs that a task has started."""
    if task is None:
        return None
    identity = task.task_external_id
    children = await recent(ask.hatchet, parent_task_external_id=identity)
    entries = await ask.hatchet.runs.aio_durable_log(identity) if task.is_durable else ()
    return [
        _durable(ask, identity, entries) if task.is_durable else None,
        _children(children, identity) if children else None,
    ]


def _children(children: Sequence[V1TaskSummary], parent: str) -> h.Node:
    return [
        h.h3["Runs that it started"],
        table(
            "Runs that it started, the newest first",
            ["Run", "State", "Created"],
            (
                [
                    linked(each, each.workflow_name or each.display_name),
                    badge(each.status.value),
                    when(each.created_at),
                ]
                for each in children
            ),
            "",
        ),
        h.a(href=address("/runs", parent=parent, past="all"))["All of them"] if len(children) == RECENT else None,
    ]


def _durable(ask: Ask, identity: str, entries: Sequence[DurableLogEntry]) -> h.Node:
    newest = entries[-ENTRIES:]
    return [
        h.h3["Durable log"],
        h.p[f"The last {ENTRIES} of {len(entries):,} entries."] if len(newest) < len(entries) else None,
        table(
            "What the task has recorded",
            ["Entry", "Branch", "Kind", "What", "State", "Recorded", "Go back"],
            (
                [
                    str(each.node),
                    str(each.branch),
                    each.kind.value.lower().replace("_", " "),
                    each.label or _awaited(each.conditions),
                    badge("COMPLETED" if each.is_satisfied else "RUNNING"),
                    when(each.created_at),
                    careful(
                        ask, f"/tasks/{identity}/branch", "Branch", about=f"from entry {each.node}",
                        name=f"{each.branch}-{each.node}", node=str(each.node), branch=str(each.branch),
                    ),
                ]
                for each in newest
            ),
            "Nothing is recorded yet.",
        ),
    ]  # fmt: skip


def _awaited(groups: Sequence[Sequence[DurableCondition]]) -> str:
    return " and ".join(" or ".join(map(_condition, group)) for group in groups)


def _condition(each: DurableCondition) -> str:
    if each.duration is not None:
        return f"sleep {lasting(each.duration.total_seconds())}"
    if each.event_key:
        return f"event {each.event_key}"
    return f"run of {each.workflow}" if each.workflow else "a wait"


async def _lines(hatchet: Hatchet, details: V1WorkflowRunDetails, task: V1TaskSummary | None) -> list[V1LogLine]:
    """The newest lines of the run, oldest first; of one task on an engine that knows no other."""
    ids = [each.task_external_id for each in details.tasks]
    if not ids or task is None:
        return []
    try:
        found = await hatchet.logs.aio_list_all(
            task_external_ids=ids,
            limit=LINES,
            order_by_direction="DESC",
            since=(details.run.created_at or EARLIEST) - timedelta(seconds=1),
        )
    except (NotFound, InvalidRequest):
        found = await hatchet.logs.aio_list(task.task_external_id, limit=LINES, order_by_direction="DESC")
    return [*reversed(found.rows or ())]


def _log(lines: Sequence[V1LogLine], names: Mapping[str, str]) -> h.Node:
    if not lines:
        return [h.h2["Log"], h.p(class_="none")["No lines yet."]]
    return [
        h.h2["Log"],
        h.div(class_="log", tabindex="0", role="region", aria_label="Log")[
            (
                h.div(class_=f"line {each.level.value.lower() if each.level else ''}")[
                    when(each.created_at),
                    h.span(class_="of")[names.get(each.task_external_id or "", each.task_display_name or "")],
                    h.span(class_="level")[each.level.value if each.level else ""],
                    h.span(class_="said")[each.message],
                ]
                for each in lines
            )
        ],
    ]


def _chunks() -> h.Node:
    return h.div(id="stream", hidden=True)[
        h.h2["Stream"], h.pre(tabindex="0", role="region", aria_label="Chunks as they come", id="chunk")
    ]


def _payloads(details: V1WorkflowRunDetails) -> h.Node:
    run = details.run
    whole = run.additional_metadata or {}
    given = own(whole)
    others = {key: each for key, each in whole.items() if key not in given}
    outputs = run.output if len(details.shape) > 1 else None  # of a single task it stands there
    return [
        h.h2["Input"],
        value(own_input(run.input), "Input of the run"),
        None if is_empty(outputs) else [h.h2["Output"], value(outputs, "Output of the run")],
        [h.h2["Metadata"], value(given, "Metadata of the run")] if given else None,
        h.details(id="further")[h.summary["Metadata of the engine"], value(others, "Metadata of the engine")]
        if others
        else None,
    ]
