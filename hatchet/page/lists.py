"""Views that are lists: workers, events, crons, schedules, rate limits, webhooks. Some have a form for a new one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

import htpy as h

from hatchet import rows
from hatchet.options.values import RateLimitDuration
from hatchet.page.parts import (
    Ask,
    Part,
    View,
    address,
    badge,
    brief,
    button,
    careful,
    choice,
    field,
    more,
    proof,
    short,
    table,
    when,
)
from hatchet.page.runs import EARLIEST

if TYPE_CHECKING:
    from hatchet.client import Hatchet
    from hatchet.rows import Row

MOST: Final = 200
"""Rows of a list; for more there is the command line."""

Cell = Callable[["Row"], h.Node]


def _cell(key: str) -> Cell:
    """A value of a row as its kind is shown."""

    def made(row: Row) -> h.Node:
        match row.get(key):
            case None:
                return ""
            case bool() as given:
                return "yes" if given else "no"
            case datetime() as given:
                return when(given)
            case str() as given:
                return given
            case int() as given:
                return f"{given:,}"
            case given:
                return brief(given)

    return made


def _state(row: Row) -> h.Node:
    return badge(str(row["status"]) if row["status"] else None)


def _listed(caption: str, listed: Iterable[Row], columns: Mapping[str, Cell], none: str) -> Part:
    """The rows of a list."""
    found = [*listed]
    cells = ([make(row) for make in columns.values()] for row in found[:MOST])
    return Part("list", [table(caption, [*columns], cells, none), more(len(found), MOST)])


def _new(ask: Ask, title: str, action: str, words: str, fields: h.Node) -> Part:
    """A form for a new one."""
    return Part(
        "new",
        h.details(class_="new")[
            h.summary[title],
            h.form(method="post", action=action)[
                proof(ask), fields, h.div(class_="actions")[h.button(type="submit", class_="main")[words]]
            ],
        ],
        is_live=False,
    )


def _json(label: str, name: str) -> h.Node:
    return field(label, h.textarea(name=name, rows="3", spellcheck="false", class_="json")["{}"])


def _text(label: str, name: str, *, placeholder: str = "", kind: str = "text", needed: bool = True) -> h.Node:
    return field(label, h.input(type=kind, name=name, placeholder=placeholder or None, required=needed))


async def workers(ask: Ask) -> View:
    """Who is there to execute tasks."""
    found = (await ask.hatchet.workers.aio_list(limit=MOST + 1)).rows or ()
    listed = sorted(map(rows.worker, found), key=lambda row: (row["status"] == "INACTIVE", str(row["name"])))

    def act(row: Row) -> h.Node:
        identity, name = row["id"], str(row["name"])
        if row["status"] == "INACTIVE":
            return ""
        word = "Resume" if row["status"] == "PAUSED" else "Pause"
        return button(ask, f"/workers/{identity}/{word.lower()}", word, about=name)

    columns: dict[str, Cell] = {
        "Worker": _cell("name"),
        "State": _state,
        "Slots in use": _cell("slots"),
        "Labels": _cell("labels"),
        "Heartbeat": _cell("heartbeat"),
        "Actions": act,
    }
    return View("Workers", "Workers", [_listed("Workers", listed, columns, "No workers are connected.")])


async def events(ask: Ask) -> View:
    """Events, and a form that pushes one."""
    listed = (await ask.hatchet.event.aio_list(limit=50, since=EARLIEST)).rows or ()
    columns: dict[str, Cell] = {
        "Key": _cell("key"),
        "Event": lambda row: short(str(row["id"])),
        "Seen": _cell("seen"),
        "Scope": _cell("scope"),
        "Payload": _cell("payload"),
        "Runs": lambda row: h.a(href=address("/runs", event=str(row["id"]), past="all"))["runs"],
    }
    new = [_text("Key", "key", placeholder="order:paid"), _json("Payload", "payload"),
           _text("Scope", "scope", needed=False)]  # fmt: skip
    return View(
        "Events",
        "Events",
        [
            _new(ask, "Push an event", "/events/push", "Push", new),
            _listed("Events, newest first", map(rows.event, listed), columns, "No events yet."),
        ],
    )


async def crons(ask: Ask) -> View:
    """Crons, and a form for a new one."""
    listed = (await ask.hatchet.cron.aio_list(limit=MOST + 1)).rows or ()

    def act(row: Row) -> h.Node:
        where, about = f"/crons/{row['id']}", f"{row['name'] or row['expression']} of {row['workflow']}"
        return h.div(class_="actions")[
            button(ask, f"{where}/trigger", "Run now", about=about),
            button(ask, f"{where}/disable", "Switch off", about=about)
            if row["enabled"]
            else button(ask, f"{where}/enable", "Switch on", about=about),
            careful(ask, f"{where}/delete", "Delete", about=about, name=str(row["id"])),
        ]

    columns: dict[str, Cell] = {
        "Workflow": _cell("workflow"),
        "Name": _cell("name"),
        "Expression": lambda row: h.code[str(row["expression"])],
        "Enabled": _cell("enabled"),
        "Input": _cell("input"),
        "Actions": act,
    }
    new = [
        await _workflow(ask.hatchet),
        _text("Name", "name", placeholder="nightly"),
        _text("Expression", "expression", placeholder="0 8 * * MON-FRI"),
        _json("Input", "input"),
    ]
    return View(
        "Crons",
        "Crons",
        [
            _new(ask, "Create a cron", "/crons/create", "Create", new),
            _listed("Crons", map(rows.cron, listed), columns, "No crons."),
        ],
        every=2.0,
    )


async def schedules(ask: Ask) -> View:
    """Scheduled runs, and a form for a new one."""
    listed = (await ask.hatchet.scheduled.aio_list(limit=MOST + 1)).rows or ()

    def act(row: Row) -> h.Node:
        where, about = f"/schedules/{row['id']}", f"the run of {row['workflow']}"
        if row["status"] not in (None, "SCHEDULED"):
            return ""
        return h.div(class_="actions")[
            button(ask, f"{where}/trigger", "Run now", about=about),
            careful(ask, f"{where}/delete", "Delete", about=about, name=str(row["id"])),
        ]

    columns: dict[str, Cell] = {
        "Workflow": _cell("workflow"),
        "Starts": _cell("at"),
        "State": lambda row: _state(row) or "waits",
        "Input": _cell("input"),
        "Actions": act,
    }
    new = [
        await _workflow(ask.hatchet),
        _text("At (UTC)", "at", kind="datetime-local"),
        _json("Input", "input"),
    ]
    return View(
        "Schedules",
        "Schedules",
        [
            _new(ask, "Schedule a run", "/schedules/create", "Schedule", new),
            _listed("Scheduled runs", map(rows.schedule, listed), columns, "No scheduled runs."),
        ],
        every=2.0,
    )


async def rate_limits(ask: Ask) -> View:
    """Rate limits, and a form that sets one."""
    listed = (await ask.hatchet.rate_limits.aio_list(limit=MOST + 1)).rows or ()
    columns: dict[str, Cell] = {
        "Key": _cell("key"),
        "Left": _cell("left"),
        "Limit": _cell("limit"),
        "Per": _cell("per"),
        "Actions": lambda row: careful(
            ask, "/rate-limits/delete", "Delete", about=str(row["key"]), name=str(row["key"]), key=str(row["key"])
        ),
    }
    windows = [(each.value, each.value.lower()) for each in RateLimitDuration]
    new = [
        _text("Key", "key"),
        _text("Limit", "limit", kind="number"),
        field("Per", choice("per", windows, "MINUTE")),
    ]
    return View(
        "Rate limits",
        "Rate limits",
        [
            _new(ask, "Set a rate limit", "/rate-limits/set", "Set", new),
            _listed("Rate limits", map(rows.rate_limit, listed), columns, "No rate limits."),
        ],
    )


async def webhooks(ask: Ask) -> View:
    """Webhooks."""
    listed = (await ask.hatchet.webhooks.aio_list(limit=MOST + 1)).rows or ()
    columns: dict[str, Cell] = {
        "Name": _cell("name"),
        "Source": _cell("source"),
        "Event key": lambda row: h.code[str(row["key"])],
        "Actions": lambda row: careful(
            ask, "/webhooks/delete", "Delete", about=str(row["name"]), name=str(row["name"]), webhook=str(row["name"])
        ),
    }
    return View(
        "Webhooks",
        "Webhooks",
        [_listed("Webhooks", map(rows.webhook, listed), columns, "No webhooks; create them with hatchet.webhooks.")],
        every=2.0,
    )


async def _workflow(hatchet: Hatchet) -> h.Node:
    found = (await hatchet.workflows.aio_list(limit=MOST + 1)).rows or ()
    return field(
        "Workflow", choice("workflow", sorted((each.name, each.name) for each in found), "", required="required")
    )
