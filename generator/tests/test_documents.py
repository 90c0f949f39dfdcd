"""JSON pointers, by which a fault says where it is."""

from __future__ import annotations

import pytest

from wirewright.documents import parse, render


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ()),
        ("/paths/~1toys~1{toy}/get", ("paths", "/toys/{toy}", "get")),
        ("/a~0b", ("a~b",)),
        ("/~01", ("~1",)),
        ("/", ("",)),
    ],
)
def test_a_pointer_is_read_as_it_is_written(text: str, parts: tuple[str, ...]) -> None:
    assert parse(text) == parts
    assert render(parts) == text
