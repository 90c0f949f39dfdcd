"""What the command prints: tables and lines for people, with colours at a terminal, and JSON for programs."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace

import pytest

from hatchet.cli import shown
from hatchet.cli.shown import CELL, Shown

NOON = datetime(2026, 1, 1, 13, tzinfo=timezone(timedelta(hours=1)))


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal that has colours."""
    monkeypatch.setattr(shown, "sys", SimpleNamespace(stdout=SimpleNamespace(isatty=lambda: True)))
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")


COLOURS = {
    "COMPLETED": 32, "ACTIVE": 32, "FAILED": 31, "CANCELLED": 33, "PAUSED": 33, "RUNNING": 34, "INACTIVE": 90,
}  # fmt: skip


@pytest.mark.parametrize("status", COLOURS)
@pytest.mark.usefixtures("terminal")
def test_a_row_has_the_colour_of_its_status(status: str, capsys: pytest.CaptureFixture[str]) -> None:
    Shown(as_json=False).rows([{"id": "a", "status": status}], "none")
    assert capsys.readouterr().out.splitlines()[1] == f"\x1b[{COLOURS[status]}ma   {status}\x1b[0m"


@pytest.mark.usefixtures("terminal")
def test_another_status_has_none(capsys: pytest.CaptureFixture[str]) -> None:
    Shown(as_json=False).rows([{"status": "QUEUED"}], "none")
    assert capsys.readouterr().out.splitlines() == ["STATUS", "QUEUED"]


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
@pytest.mark.usefixtures("terminal")
def test_who_wants_no_colours_gets_none(
    name: str, value: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    Shown(as_json=False).one({"status": "FAILED"})
    assert capsys.readouterr().out == "status  FAILED\n"


def test_a_table_has_a_column_for_each_key_and_a_cell_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    Shown(as_json=False).rows(
        [{"n": 1, "text": "two\n words"}, {"n": None, "at": NOON, "is": True, "more": {"a": [NOON]}}], "none"
    )
    assert capsys.readouterr().out.splitlines() == [
        "N  TEXT       AT                   IS   MORE",
        "1  two words",
        '              2026-01-01 12:00:00  yes  {"a": ["2026-01-01T12:00:00+00:00"]}',
    ]


def test_a_long_cell_is_cut_and_no_row_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    made = Shown(as_json=False)
    made.rows([{"text": "x" * (CELL + 1)}], "none")
    made.rows([], "no runs")
    assert capsys.readouterr().out.splitlines() == ["TEXT", "x" * CELL, "no runs"]


def test_a_program_reads_an_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    made = Shown(as_json=True)
    made.rows([{"at": NOON, "text": "two\n words é"}, {"n": None}], "none")
    made.rows([], "none")
    made.say("a sentence", id="a")
    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line) for line in lines] == [
        {"at": "2026-01-01T12:00:00+00:00", "text": "two\n words é"},
        {"n": None},
        {"id": "a"},
    ]
    assert "é" in lines[0]
