"""Errors of a call over gRPC name the call: its name stands beside the method that is called."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

WIRE = Path(__file__).parents[2] / "hatchet" / "wire"


def named(file: Path) -> list[tuple[str, str]]:
    """The methods that are called, and the names that errors have for them."""
    found: list[tuple[str, str]] = []
    for node in ast.walk(ast.parse(file.read_text())):
        match node:
            case ast.Call(
                func=ast.Attribute(attr="_call"),
                args=[ast.Lambda(body=ast.Attribute(attr=method)), _, ast.Constant(value=str() as name), *_],
            ):
                found.append((method, name))
            case ast.Call(
                func=ast.Attribute(attr="_call"),
                args=[
                    ast.Lambda(body=ast.Attribute(attr=method)),
                    _,
                    ast.JoinedStr(values=[ast.Constant(value=str() as name), *_]),
                    *_,
                ],
            ):
                found.append((method, name.split()[0]))
            case _:
                pass
    return found


@pytest.mark.parametrize("file", sorted(WIRE.glob("*_calls.py")), ids=lambda file: file.stem)
def test_a_call_is_named_as_its_method(file: Path) -> None:
    wrong = [(method, name) for method, name in named(file) if name.lower() != method.replace("_", "")]
    assert wrong == []


def test_the_calls_are_found() -> None:
    assert len([pair for file in WIRE.glob("*_calls.py") for pair in named(file)]) == 15
