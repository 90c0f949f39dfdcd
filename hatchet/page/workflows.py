"""Workflows, and the form that starts a run of one."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import htpy as h

from hatchet._dataclasses import dataclass
from hatchet.errors import InputError
from hatchet.page import filled, schema
from hatchet.page.forms import ADD, DO, REMOVE, Fields, priority, raw
from hatchet.page.parts import (
    Ask,
    Part,
    View,
    address,
    badge,
    button,
    careful,
    facts,
    field,
    more,
    notice,
    own,
    picture,
    proof,
    table,
    text_of,
    when,
)
from hatchet.page.runs import linked, recent, took
from hatchet.pictures import Node
from hatchet.rows import is_object, own_input, pairs
from hatchet.svg import svg

if TYPE_CHECKING:
    from hatchet.client import Hatchet
    from hatchet_api.rest.models import V1TaskSummary, Workflow, WorkflowVersion

MOST: Final = 500  # workflows on the page


async def workflows(ask: Ask) -> View:
    """All workflows."""
    found = (await ask.hatchet.workflows.aio_list(limit=MOST + 1)).rows or ()
    listed = table(
        "Workflows",
        ["Workflow", "State", "Description", "Changed", "Runs"],
        (
            [
                h.a(href=f"/workflows/{each.metadata.id}")[each.name],
                badge("PAUSED") if each.is_paused else "active",
                each.description or "",
                when(each.metadata.updated_at),
                h.a(href=address("/runs", workflow=each.metadata.id))["runs"],
            ]
            for each in sorted(found, key=lambda each: each.name)[:MOST]
        ),
        "No workflows; a worker registers them when it starts.",
    )
    return View("Workflows", "Workflows", [Part("list", [listed, more(len(found), MOST)])], every=2.0)


@dataclass(frozen=True)
class Start:
    """What stands in the form of a run."""

    form: filled.Form
    """In its fields."""
    text: str
    """The same as JSON."""
    is_json: bool
    """JSON is what is shown."""
    faults: Mapping[str, str]
    fault: str | None = None
    """Of the whole."""


async def workflow(ask: Ask) -> View:
    """One workflow, with a form for a run of it."""
    version = await ask.hatchet.workflows.aio_get_version(ask.path("workflow"))
    inputs = _inputs(version)
    return await _view(ask, version, await _begun(ask, inputs))


async def start(ask: Ask, form: Mapping[str, list[str]]) -> str | View:
    """Start a run as its form says: where it is shown, or the form again."""
    hatchet, identity = ask.hatchet, ask.path("workflow")
    version = await hatchet.workflows.aio_get_version(identity)
    inputs = _inputs(version)
    is_json = "json" in form or inputs is None
    pressed = filled.text_at(form, DO)
    if pressed and inputs is not None and not is_json:
        place = pressed.removeprefix(ADD).removeprefix(REMOVE)
        is_more = pressed.startswith(ADD)
        changed = filled.with_item(inputs, form, place) if is_more else filled.without_item(form, place)
        return await _view(ask, version, Start(changed, "", False, {}))
    given = Start(form, filled.text_at(form, "json"), is_json, {})
    try:
        value = filled.json_of(given.text) if inputs is None or is_json else filled.read(inputs, form)
        metadata = _metadata(filled.text_at(form, "metadata"))
        number = filled.text_at(form, "priority")
        stub = hatchet.stubs.workflow(name=_name(hatchet, version), input_validator=object)
        chosen = int(number) if number in ("1", "2", "3") else None
        ref = await stub.aio_run_no_wait(value, additional_metadata=metadata, priority=chosen)
    except filled.Unreadable as error:
        return await _view(ask, version, Start(form, "", False, error.faults, "Some fields need another look."))
    except (ValueError, InputError) as error:
        return await _view(ask, version, Start(form, given.text, is_json, {}, str(error)))
    return address(f"/runs/{ref.workflow_run_id}", done="started")


def _name(hatchet: Hatchet, version: WorkflowVersion) -> str:
    """The workflow's name, to which a client adds its namespace unless it is there already."""
    name = "" if version.workflow is None else version.workflow.name
    if hatchet.config.apply_namespace(name) != name:
        raise InputError(f"{name!r} is not of the namespace {hatchet.namespace!r}, of which this page starts runs")
    return name


def _metadata(text: str) -> dict[str, str]:
    lines = (line.strip() for line in text.splitlines() if line.strip())
    return pairs(lines, lambda line: InputError(f"{line!r} is no pair of metadata; write key:value, one a line"))


def _inputs(version: WorkflowVersion) -> schema.Field | None:
    """The form of its input; None where a worker has registered no schema."""
    found: Any = version.input_json_schema
    if not found:
        text: Any = (version.workflow_config or {}).get("inputJsonSchema")
        try:
            found = json.loads(base64.b64decode(text)) if isinstance(text, str) else None
        except ValueError:
            found = None
    return schema.field_of(found) if is_object(found) and found else None


async def _begun(ask: Ask, inputs: schema.Field | None) -> Start:
    """What stands in the form at first: the defaults, or the input of a run that is to be repeated."""
    value: Any = {}
    text, source, fault = "", ask.query("from"), None
    if source:
        run = (await ask.hatchet.runs.aio_get(source)).run
        value = own_input(run.input)
        text = "\n".join(f"{key}:{each}" for key, each in own(run.additional_metadata).items())
    is_json = inputs is None or ask.query("as") == "json"
    form: dict[str, list[str]] = {}
    if inputs is not None:
        form = filled.empty(inputs)
        try:
            form = filled.written(inputs, value) if source else form
            if is_json and not source:
                value = _or_empty(inputs, form)
        except ValueError as error:
            is_json, fault = True, f"The form has no fields for this input: {error}."
    return Start({**form, "metadata": [text]}, text_of(value), is_json, {}, fault)


def _or_empty(inputs: schema.Field, form: filled.Form) -> Any:  # Any: JSON of any shape
    try:
        return filled.read(inputs, form)
    except filled.Unreadable:
        return {}


async def _view(ask: Ask, version: WorkflowVersion, given: Start) -> View:
    hatchet, identity = ask.hatchet, ask.path("workflow")
    # A version may come without the workflow's own state.
    shown, runs = await asyncio.gather(hatchet.workflows.aio_get(identity), recent(hatchet, workflow_ids=[identity]))
    nodes = _nodes(version)
    parts = [
        Part("head", _head(ask, shown, version)),
        Part("start", _form(ask, identity, _inputs(version), given), is_live=False),
    ]
    if nodes:
        drawing = picture(svg(nodes, title=f"Tasks of {shown.name}"))
        parts.append(Part("picture", [h.h2["Tasks"], drawing], is_live=False))
    parts.append(
        Part(
            "recent",
            [h.h2["Newest runs"], _recent(runs), h.a(href=address("/runs", workflow=identity))["All of them"]],
        )
    )
    return View(shown.name, "Workflows", parts, where=f"/workflows/{identity}", status=400 if given.fault else 200)


def _head(ask: Ask, shown: Workflow, version: WorkflowVersion) -> h.Node:
    where = f"/workflows/{shown.metadata.id}"
    triggers = version.triggers
    is_paused = bool(shown.is_paused)
    return h.div(class_="head")[
        facts(
            {
                "State": badge("PAUSED") if is_paused else "active",
                "About": shown.description or None,
                "Events": ", ".join(each.event_key or "" for each in (triggers and triggers.events) or ()),
                "Crons": ", ".join(each.cron or "" for each in (triggers and triggers.crons) or ()),
                "Changed": when(shown.metadata.updated_at),
            }
        ),
        h.div(class_="actions")[
            button(ask, f"{where}/resume", "Resume", about=shown.name)
            if is_paused
            else button(ask, f"{where}/pause", "Pause", about=shown.name),
            careful(ask, f"{where}/delete", "Delete", about=shown.name, name="workflow"),
        ],
    ]


def _form(ask: Ask, identity: str, inputs: schema.Field | None, given: Start) -> h.Node:
    where = f"/workflows/{identity}"
    source = ask.query("from")
    other = (
        h.a(href=address(where, **{"from": source}))["Write in fields"]
        if given.is_json
        else h.a(href=address(where, **{"from": source, "as": "json"}))["Write JSON"]
    )
    fields = (
        Fields(given.form, given.faults).all(inputs)
        if inputs is not None and not given.is_json
        else raw(given.text, None)
    )
    return [
        h.h2["Start a run"],
        notice(given.fault, kind="bad") if given.fault else None,
        h.form(method="post", action=f"{where}/start", class_="start", id="form")[
            proof(ask),
            # Enter presses the first button of a form, which is not to be one that removes something.
            h.button(type="submit", class_="hidden", tabindex="-1", aria_hidden="true")["Start"],
            fields,
            h.details(class_="more", open=bool(filled.text_at(given.form, "metadata")))[
                h.summary["Metadata and priority"],
                field(
                    "Metadata",
                    h.textarea(name="metadata", rows="2", placeholder="key:value, one a line")[
                        filled.text_at(given.form, "metadata")
                    ],
                ),
                field("Priority", priority(filled.text_at(given.form, "priority"))),
            ],
            h.div(class_="actions")[
                h.button(type="submit", class_="main")["Start"], other if inputs is not None else None
            ],
        ],
    ]


def _nodes(version: WorkflowVersion) -> list[Node]:
    """The tasks as they were registered."""
    config: Any = version.workflow_config or {}
    tasks: Any = config.get("Tasks") or []
    nodes = [
        Node(
            str(each.get("ReadableId")), [*map(str, each.get("Parents") or ())], is_durable=bool(each.get("isDurable"))
        )
        for each in tasks
        if is_object(each)
    ]
    job: Any = config.get("onFailureJob")
    if is_object(job):
        inner = {parent for node in nodes for parent in node.parents}
        ends = [node.name for node in nodes if node.name not in inner]
        nodes.append(Node(str(job.get("ReadableId")), ends, is_on_failure=True))
    return nodes


def _recent(rows: Sequence[V1TaskSummary]) -> h.Node:
    return table(
        "The newest runs",
        ["Run", "State", "Created", "Took"],
        (
            [
                linked(each, each.display_name),
                badge(each.status.value),
                when(each.created_at),
                took(each),
            ]
            for each in rows
        ),
        "No runs yet.",
    )
