"""What a turn changed, taken apart into its rows."""

from __future__ import annotations

from dataclasses import fields

import pytest

from hatchet.engine.state.changes import Changes

COLLECTIONS = [each.name for each in fields(Changes) if each.name != "finished_runs"]


def with_two(name: str) -> tuple[Changes, object]:
    """Changes with two rows of one kind, and the collection that they are in."""
    changes = Changes()
    rows = getattr(changes, name)
    if isinstance(rows, dict):
        rows.update({("one", 1): "first", ("two", 2): "second"})
    else:
        rows += ["first", "second"]
    return changes, rows


@pytest.mark.parametrize("name", COLLECTIONS)
def test_each_row_is_a_piece_of_its_own_and_nothing_else_is_in_it(name: str) -> None:
    changes, rows = with_two(name)
    pieces = list(changes.pieces())
    found = [getattr(piece, name) for _, piece in pieces]
    if isinstance(rows, dict):
        assert found == [{("one", 1): "first"}, {("two", 2): "second"}]
    else:
        assert found == [["first"], ["second"]]
    assert [said.split()[0] for said, _ in pieces] == [name, name]
    for _, piece in pieces:
        assert [each for each in COLLECTIONS if getattr(piece, each)] == [name]


def test_no_rows_are_no_pieces() -> None:
    assert list(Changes().pieces()) == []
