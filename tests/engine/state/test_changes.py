"""What a turn changed, taken apart into its rows."""

from __future__ import annotations

from dataclasses import fields

import pytest

from hatchet.engine.auth import Auth
from hatchet.engine.endpoint import Endpoint
from hatchet.engine.rules.webhooks import Webhook
from hatchet.engine.state.changes import Changes, Published, Uploaded

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


@pytest.mark.parametrize(
    "secretive",
    [
        Auth("tenant", "id", b"hidden"),
        Endpoint("hidden", "tenant", "grpc", "url", 1),
        Webhook("w", "GENERIC", "'k'", None, None, True, "API_KEY", "X-Key", "hidden", "", "", 0.0, 0.0),
        Published("n", "t", b"hidden", "", "", 0, 0.0),
        Uploaded("ref", b"hidden", 0.0),
    ],
    ids=lambda each: type(each).__name__,
)
def test_what_is_secret_or_large_is_not_in_a_log(secretive: object) -> None:
    assert "hidden" not in repr(secretive)
    assert repr(secretive).startswith(f"{type(secretive).__name__}(")
