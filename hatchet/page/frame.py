"""The document around a view: menu, search, and what became of the last action."""

from __future__ import annotations

from typing import Final

import htpy as h

from hatchet.page.parts import Ask, Part, View, notice

TABS: Final = {
    "Runs": "/runs",
    "Workflows": "/workflows",
    "Workers": "/workers",
    "Events": "/events",
    "Crons": "/crons",
    "Schedules": "/schedules",
    "Rate limits": "/rate-limits",
    "Webhooks": "/webhooks",
}

DONE: Final = {
    "started": "The run has started.",
    "cancelled": "The run is being cancelled.",
    "replayed": "It runs again.",
    "branched": "The task runs again from this entry.",
    "restored": "The task is brought back.",
    "paused": "It is paused.",
    "resumed": "It goes on.",
    "deleted": "It is deleted.",
    "created": "It is created.",
    "pushed": "The event is pushed.",
    "set": "The limit is set.",
}
"""What an address may say of the last action: it names one of these, and cannot bring a text of its own."""


def document(view: View, ask: Ask, engine: str) -> str:
    """A view as a whole document."""
    said = DONE.get(ask.query("done"))
    return str(
        _html(
            view.title,
            h.body(data_live=_where(view, ask))[
                h.a(class_="skip", href="#main")["To the content"],
                h.header[
                    h.a(class_="brand", href="/runs")["hatchet-py"],
                    h.nav(aria_label="Views")[
                        (
                            h.a(href=where, aria_current="page" if name == view.tab else None)[name]
                            for name, where in TABS.items()
                        )
                    ],
                    h.form(action="/find", class_="find", role="search")[
                        h.input(
                            type="search", name="q", placeholder="Run id, workflow, key:value",
                            aria_label="Find runs by id, by workflow, or by metadata",
                        ),
                        h.button(type="submit")["Find"],
                    ],
                ],
                h.main(id="main", tabindex="-1")[
                    notice(said) if said else None,
                    h.h1[view.title],
                    (section(part) for part in view.parts),
                ],
                h.footer[
                    h.span[f"Engine: {engine}"],
                    h.span(id="live", role="status"),
                ],
            ],
        )
    )  # fmt: skip


def _where(view: View, ask: Ask) -> str | None:
    """The address under which the view changes, if it does."""
    url = ask.request.url
    return None if view.every is None else view.where or (f"{url.path}?{url.query}" if url.query else url.path)


def section(part: Part) -> h.Renderable:
    """A part in its place."""
    return h.div(id=part.name, class_="part")[part.content]


def entrance(*, refused: bool) -> str:
    """The document for those who were not let in."""
    return str(
        _html(
            "Let me in",
            h.body[
                h.main(id="main", class_="entrance")[
                    h.h1["Who is there?"],
                    notice("This code is not good any more: each lets one browser in, once.", kind="bad")
                    if refused
                    else None,
                    h.p[
                        "This page is for whoever started it. Open the newest link in the terminal, where ",
                        h.code["hatchet-py"],
                        " runs, or write its code here.",
                    ],
                    h.form(method="post", action="/enter")[
                        h.label(class_="field")[
                            h.span(class_="label")["Code"],
                            h.input(name="code", autocomplete="off", required=True, autofocus=True),
                        ],
                        h.button(type="submit", class_="main")["Open the page"],
                    ],
                ]
            ],
        )
    )


def _html(title: str, body: h.Element) -> h.Renderable:
    return h.html(lang="en")[
        h.head[
            h.meta(charset="utf-8"),
            h.meta(name="viewport", content="width=device-width, initial-scale=1"),
            h.meta(name="color-scheme", content="light dark"),
            h.title[f"{title} · hatchet-py"],
            h.link(rel="icon", href="/static/icon.svg", type="image/svg+xml"),
            h.link(rel="stylesheet", href="/static/page.css"),
            h.script(src="/static/page.js", defer=True),
        ],
        body,
    ]
