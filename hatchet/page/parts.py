"""What views are made of: tables, states, times, buttons. Whatever stands in an element is escaped by it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import htpy as h
from markupsafe import Markup

from hatchet._dataclasses import dataclass
from hatchet.page.gate import PROOF

if TYPE_CHECKING:
    from starlette.requests import Request

    from hatchet.client import Hatchet

SIGNS: Final = {
    "QUEUED": "○",
    "RUNNING": "◐",
    "COMPLETED": "✓",
    "FAILED": "✕",
    "CANCELLED": "⊘",
    "EVICTED": "☾",
    "SKIPPED": "»",
    "ACTIVE": "✓",
    "INACTIVE": "○",
    "PAUSED": "‖",
}
"""A sign for each state beside its word, for those to whom colours say little."""

MOST_SHOWN: Final = 200_000
"""Characters of a value that are shown; a browser is slow with more."""


@dataclass(frozen=True)
class Ask:
    """What a view or action is asked for, and by whom."""

    hatchet: Hatchet
    request: Request
    proof: str
    """Of the session, for the forms."""

    def query(self, name: str) -> str:
        """A value in the address; empty where there is none."""
        return self.request.query_params.get(name, "").strip()

    def path(self, name: str) -> str:
        """A part of the path."""
        return str(self.request.path_params[name])


@dataclass(frozen=True)
class Part:
    """A part of a view."""

    name: str
    """Its id in the document."""
    content: h.Node
    is_live: bool = True
    """It is sent anew when it changes. A part in which people write is not."""


@dataclass(frozen=True)
class View:
    """What is to be seen under an address."""

    title: str
    tab: str
    """The word of the menu that it belongs to."""
    parts: Sequence[Part]
    every: float | None = 1.0
    """Seconds between two looks at whether it has changed; None: it does not change by itself."""
    where: str | None = None
    """The address under which it changes, where it is seen under another."""
    status: int = 200
    run_id: str | None = None
    """The run whose chunks are shown as they come."""


def address(path: str, **values: str | None) -> str:
    """An address with values; those that are empty are left out."""
    given = {name: value for name, value in values.items() if value}
    return f"{path}?{urlencode(given)}" if given else path


def badge(state: str | None) -> h.Node:
    """A state: a sign, a word and a colour."""
    if not state:
        return None
    return h.span(class_=f"badge {state.lower()}")[
        h.span(aria_hidden="true")[SIGNS.get(state, "·")], f" {state.lower()}"
    ]


def when(moment: datetime | None) -> h.Node:
    """A moment; the script writes it in the reader's time."""
    if moment is None:
        return "–"
    in_utc = moment.astimezone(timezone.utc)
    return h.time(datetime=in_utc.isoformat(timespec="milliseconds"))[in_utc.strftime("%Y-%m-%d %H:%M:%S UTC")]


def lasting(seconds: float | None) -> str:
    """A length of time in two units at most."""
    if seconds is None:
        return "–"
    if seconds < 1:
        return f"{round(max(seconds, 0) * 1000)} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def short(identity: str) -> h.Node:
    """An id by its beginning."""
    return h.code(title=identity)[identity[:8]]


def is_empty(value: object) -> bool:
    """Whether a value says nothing."""
    return value is None or value in ({}, [], "")


def text_of(value: object) -> str:
    """JSON for people."""
    text = json.dumps(value, indent=2, ensure_ascii=False, default=str)
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}\n… {len(text) - MOST_SHOWN} characters more"


def block(text: str, label: str) -> h.Node:
    """A text as it is; one may scroll in it by the keyboard."""
    return h.pre(tabindex="0", role="region", aria_label=label)[text]


def picture(svg: str) -> h.Node:
    """A picture, which may be wider than the window."""
    return h.div(class_="scroll", tabindex="0", role="region", aria_label="Picture of the tasks")[
        Markup(svg)  # what people wrote is escaped in it
    ]


def value(given: object, label: str) -> h.Node:
    """A value as JSON."""
    return h.p(class_="none")["none"] if is_empty(given) else block(text_of(given), label)


def brief(given: object) -> h.Node:
    """A value in a table."""
    if is_empty(given):
        return ""
    text = given if isinstance(given, str) else json.dumps(given, ensure_ascii=False, default=str)
    return h.code(class_="brief", title=text[:2000])[text if len(text) <= 120 else f"{text[:119]}…"]


_OF_THE_ENGINE: Final = ("hatchet__", "traceparent")
"""How metadata begins that engines and clients write by themselves."""


def own(metadata: Mapping[str, Any] | None) -> dict[str, Any]:  # Any: JSON of any shape
    """The metadata that people gave."""
    return {key: each for key, each in (metadata or {}).items() if not key.startswith(_OF_THE_ENGINE)}


def labels(metadata: Mapping[str, object] | None) -> h.Node:
    """The metadata that people gave, in a table."""
    return [
        h.span(class_="pair")[h.span[f"{key}:"], each if isinstance(each, str) else text_of(each)]
        for key, each in own(metadata).items()
    ]


def table(caption: str, headings: Sequence[str], rows: Iterable[Sequence[h.Node]], none: str) -> h.Node:
    """A table; the first cell of a row is its heading. In a narrow window each row is a card."""
    made = [
        h.tr[
            h.th(scope="row")[first],
            (h.td(data_label=heading)[cell] for heading, cell in zip(headings[1:], rest, strict=True)),
        ]
        for first, *rest in rows
    ]
    if not made:
        return h.p(class_="none")[none]
    return h.table[
        h.caption(class_="hidden")[caption],
        h.thead[h.tr[(h.th(scope="col")[each] for each in headings)]],
        h.tbody[made],
    ]


def more(count: int, most: int) -> h.Node:
    """That a list goes on beyond what is shown."""
    return (
        h.p(class_="none")[f"Only the first {most:,} are shown; the command line lists all."] if count > most else None
    )


def facts(pairs: Mapping[str, h.Node]) -> h.Node:
    """Names with values."""
    return h.dl(class_="facts")[
        (h.div[h.dt[name], h.dd[each]] for name, each in pairs.items() if each not in (None, "", "–"))
    ]


def form(ask: Ask, action: str, *, class_: str = "") -> h.Element:
    """A form that changes something."""
    return h.form(method="post", action=action, class_=class_ or None)


def proof(ask: Ask) -> h.Node:
    """What a form that changes something has to hold."""
    return h.input(type="hidden", name=PROOF, value=ask.proof)


def button(ask: Ask, action: str, words: str, *, about: str = "", class_: str = "", **hidden: str) -> h.Node:
    """A button that does something at once.

    Args:
        ask: who may press it.
        action: where it leads.
        words: what stands on it.
        about: to what it does it, for those who hear it out of its place.
        class_: how it looks.
        hidden: what it sends besides.
    """
    return form(ask, action, class_="inline")[
        proof(ask),
        (h.input(type="hidden", name=name, value=each) for name, each in hidden.items()),
        h.button(type="submit", class_=class_ or None)[words, h.span(class_="hidden")[f" {about}"] if about else None],
    ]


def careful(ask: Ask, action: str, words: str, *, about: str, name: str, **hidden: str) -> h.Node:
    """A button that is asked about first.

    Args:
        ask: who may press it.
        action: where it leads.
        words: what stands on it.
        about: to what it does it.
        name: tells it from the others of its part.
        hidden: what it sends besides.
    """
    return h.details(class_="careful", id=f"careful-{name}")[
        h.summary[words, h.span(class_="hidden")[f" {about}"], "…"],
        button(ask, action, f"Yes, {words.lower()}", about=about, class_="danger", **hidden),
    ]


def field(label: str, control: h.Node, *, hint: h.Node = None) -> h.Node:
    """A control with its label."""
    return h.label(class_="field")[h.span(class_="label")[label], control, h.small[hint] if hint else None]


def choice(name: str, options: Iterable[tuple[str, str]], chosen: str, **attributes: str) -> h.Node:
    """A choice among words: pairs of what is sent and what is read."""
    return h.select(name=name, **attributes)[
        (h.option(value=each, selected=each == chosen)[words] for each, words in options)
    ]


def notice(text: str, *, kind: str = "good") -> h.Node:
    """Something to be noticed."""
    role = {"bad": "alert", "good": "status"}.get(kind)
    return h.p(class_=f"notice {kind}", role=role)[text]
