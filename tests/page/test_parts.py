"""The small parts of which views are made, at their boundaries."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import htpy as h
import pytest

from hatchet import errors
from hatchet.page import parts
from hatchet.page.app import failed
from hatchet.page.frame import DONE
from hatchet.page.live import RAREST, pause
from hatchet.page.runs import moment_of
from hatchet.rows import headline, own_input, pairs

NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)


def drawn(node: h.Node) -> str:
    return str(h.i[node])[3:-4]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "–"), (-1, "0 ms"), (0, "0 ms"), (0.0004, "0 ms"), (0.0125, "12 ms"), (0.9994, "999 ms"),
        (1, "1.0 s"), (1.26, "1.3 s"), (59.94, "59.9 s"), (60, "1 min 0 s"), (3599, "59 min 59 s"),
        (3600, "1 h 0 min"), (86_399, "23 h 59 min"), (86_400, "1 d 0 h"), (180_000, "2 d 2 h"),
    ],
)  # fmt: skip
def test_a_length_of_time_is_told_in_two_units(seconds: float | None, text: str) -> None:
    assert parts.lasting(seconds) == text


@pytest.mark.parametrize("value", [None, "", {}, []])
def test_what_says_nothing_is_shown_as_none(value: object) -> None:
    assert parts.is_empty(value)
    assert drawn(parts.value(value, "v")) == '<p class="none">none</p>'
    assert drawn(parts.brief(value)) == ""


@pytest.mark.parametrize("value", [0, False, " ", {"a": None}, [None]])
def test_what_says_something_is_shown(value: object) -> None:
    assert not parts.is_empty(value)
    assert drawn(parts.value(value, "v")).startswith('<pre tabindex="0" role="region" aria-label="v">')


def test_a_value_in_a_table_is_cut_and_told_further_when_pointed_at() -> None:
    assert drawn(parts.brief("x" * 120)) == f'<code class="brief" title="{"x" * 120}">{"x" * 120}</code>'
    assert drawn(parts.brief("x" * 121)) == f'<code class="brief" title="{"x" * 121}">{"x" * 119}…</code>'
    assert f'title="{"x" * 2000}"' in drawn(parts.brief("x" * 2001))
    assert drawn(parts.brief({"é": NOON})) == (
        '<code class="brief" title="{&#34;é&#34;: &#34;2026-01-01 12:00:00+00:00&#34;}">'
        "{&#34;é&#34;: &#34;2026-01-01 12:00:00+00:00&#34;}</code>"
    )


def test_a_long_value_is_cut_and_says_how_much_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert parts.MOST_SHOWN == 200_000
    monkeypatch.setattr(parts, "MOST_SHOWN", 5)
    assert [parts.text_of(each) for each in ("abc", "abcd", "abcdef")] == [
        '"abc"', '"abcd\n… 1 characters more', '"abcd\n… 3 characters more',
    ]  # fmt: skip
    assert parts.text_of([NOON]).startswith("[\n  ")


def test_more_is_said_only_where_there_is_more() -> None:
    assert drawn(parts.more(1000, 1000)) == ""
    assert drawn(parts.more(1001, 1000)) == (
        '<p class="none">Only the first 1,000 are shown; the command line lists all.</p>'
    )


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (None, ""),
        ("", ""),
        ("no\nmore", "no"),
        ("KeyError: a\nTraceback: x", "KeyError: a"),
        ("at: noon", "at: noon"),
        ("KeyError: a\\\nb\nTraceback: x", "KeyError: a"),
    ],
)
def test_a_headline_is_the_first_line_of_an_error(error: str | None, text: str) -> None:
    assert headline(error) == text


@pytest.mark.parametrize(
    ("kind", "shown"),
    [("good", 'class="notice good" role="status"'), ("bad", 'class="notice bad" role="alert"'),
     ("failure", 'class="notice failure"')],
)  # fmt: skip
def test_a_notice_is_read_out_as_its_kind_asks(kind: str, shown: str) -> None:
    assert drawn(parts.notice("<b>", kind=kind)) == f"<p {shown}>&lt;b&gt;</p>"
    assert drawn(parts.notice("x")) == '<p class="notice good" role="status">x</p>'


def test_an_address_has_the_values_that_are_given() -> None:
    assert parts.address("/runs") == parts.address("/runs", a=None, b="") == "/runs"
    assert parts.address("/runs", a="x y", b="", c="é&") == "/runs?a=x+y&c=%C3%A9%26"


def test_a_moment_is_told_in_utc_to_the_millisecond() -> None:
    east = datetime(2026, 1, 1, 13, 0, 0, 1500, tzinfo=timezone(timedelta(hours=1)))
    assert drawn(parts.when(east)) == ('<time datetime="2026-01-01T12:00:00.001+00:00">2026-01-01 12:00:00 UTC</time>')
    assert drawn(parts.when(None)) == "–"


def test_every_state_has_a_sign_of_its_own_and_one_that_is_new_a_dot() -> None:
    assert parts.SIGNS == {
        "QUEUED": "○", "RUNNING": "◐", "COMPLETED": "✓", "FAILED": "✕", "CANCELLED": "⊘", "EVICTED": "☾",
        "SKIPPED": "»", "ACTIVE": "✓", "INACTIVE": "○", "PAUSED": "‖",
    }  # fmt: skip
    assert drawn(parts.badge("NEW")) == '<span class="badge new"><span aria-hidden="true">·</span> new</span>'
    assert drawn(parts.badge(None)) == drawn(parts.badge("")) == ""


def test_facts_that_say_nothing_are_left_out() -> None:
    shown = drawn(parts.facts({"a": None, "b": "", "c": "–", "d": "x", "e": h.b["y"]}))
    assert shown == ('<dl class="facts"><div><dt>d</dt><dd>x</dd></div><div><dt>e</dt><dd><b>y</b></dd></div></dl>')


def test_a_table_has_a_row_for_each_and_says_so_when_there_is_none() -> None:
    assert drawn(parts.table("All", ["A", "B"], [], "Nothing.")) == '<p class="none">Nothing.</p>'
    with pytest.raises(ValueError, match="shorter"):
        drawn(parts.table("All", ["A", "B", "C"], [["1", "2"]], ""))


def test_a_field_has_its_hint_and_a_choice_what_is_chosen() -> None:
    def chosen() -> h.Node:
        return parts.choice("c", [("a", "A"), ("b", "B")], "b", required="required")

    assert drawn(parts.field("L", chosen(), hint="why")) == (
        '<label class="field"><span class="label">L</span><select name="c" required="required">'
        '<option value="a">A</option><option value="b" selected>B</option></select><small>why</small></label>'
    )
    assert "<small>" not in drawn(parts.field("L", chosen()))


@pytest.mark.parametrize(
    ("every", "took", "seconds"),
    [(1.0, 0.05, 1.0), (1.0, 0.1, 1.0), (1.0, 0.11, 1.1), (1.0, 1.4, 14.0), (1.0, 9.0, RAREST), (20.0, 9.0, 20.0)],
)
def test_the_next_look_is_ten_times_as_far_as_the_last_took(every: float, took: float, seconds: float) -> None:
    assert pause(every, took) == pytest.approx(seconds)


def test_each_thing_that_is_done_is_told() -> None:
    assert DONE == {
        "started": "The run has started.", "cancelled": "The run is being cancelled.", "replayed": "It runs again.",
        "branched": "The task runs again from this entry.", "restored": "The task is brought back.",
        "paused": "It is paused.", "resumed": "It goes on.", "deleted": "It is deleted.", "created": "It is created.",
        "pushed": "The event is pushed.", "set": "The limit is set.",
    }  # fmt: skip


# -- rows, which the command line shares


@pytest.mark.parametrize(
    ("value", "own"),
    [({"input": 1, "parents": {}}, 1), ({"input": 1, "parents": {}, "more": 2}, 1), ({"input": 1}, {"input": 1}),
     ({"parents": 1}, {"parents": 1}), ([1], [1]), (None, None)],
)  # fmt: skip
def test_the_input_is_taken_out_of_its_envelope(value: Any, own: Any) -> None:
    assert own_input(value) == own


def test_pairs_are_parted_at_the_first_colon() -> None:
    assert pairs(["a:b:c", "d:", "a:e"], ValueError) == {"a": "e", "d": ""}
    for text in (":b", "b", ""):
        with pytest.raises(ValueError, match=f"^{text}$"):
            pairs([text], ValueError)


def test_a_moment_without_a_zone_is_in_utc() -> None:
    assert moment_of("2026-01-01T12:00") == NOON
    assert moment_of("2026-01-01T13:00+01:00").isoformat() == "2026-01-01T13:00:00+01:00"


SAID = ("it is so", "X", "call")


@pytest.mark.parametrize(
    ("error", "status", "title"),
    [
        *((kind(SAID[0], code=SAID[1], call=SAID[2]), status, title) for kind, status, title in [
            (errors.NotFound, 404, "There is no such thing"),
            (errors.InvalidRequest, 400, "That did not work"),
            (errors.AlreadyExists, 409, "That did not work"),
            (errors.Unsupported, 501, "That did not work"),
            (errors.Unauthenticated, 502, "The engine refused that"),
            (errors.PermissionDenied, 502, "The engine refused that"),
            (errors.RateLimited, 502, "The engine refused that"),
            (errors.FailedPrecondition, 502, "That did not work"),
            (errors.Unavailable, 502, "The engine does not answer"),
            (errors.TlsError, 502, "The engine does not answer"),
            (errors.DeadlineExceeded, 502, "The engine does not answer"),
            (errors.ServerError, 502, "The engine failed"),
            (errors.ApiError, 502, "That did not work"),
        ]),
        (errors.InputError(SAID[0]), 400, "That did not work"),
        (errors.ClientClosed(SAID[0]), 502, "That did not work"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)  # fmt: skip
def test_an_error_is_told_as_what_it_is(error: errors.HatchetError, status: int, title: str) -> None:
    view = failed(error)
    assert (view.status, view.title, view.every) == (status, title, None)
    assert [(part.name, drawn(part.content)) for part in view.parts] == [
        ("trouble", '<p class="notice bad" role="alert">it is so</p>')
    ]
