"""Asserts of the suite say what is so: none is true of nothing, and none leaves open which of two things holds."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]


def weak(source: str) -> Iterator[tuple[int, str]]:
    """Asserts that may hold for the wrong reason, with the lines and what is wrong."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Assert(test=ast.BoolOp(op=ast.Or())):
                yield node.lineno, "one of two things: say which one holds"
            case ast.Assert(test=ast.Call(func=ast.Name(id="all"))):
                yield node.lineno, "all of what may be nothing: compare with the whole list"
            case ast.Assert(test=ast.Compare(ops=[ast.GtE()], comparators=[ast.Constant(value=1)])):
                yield node.lineno, "at least one: say how many"
            case ast.Assert(test=ast.Compare(ops=[ast.Gt()], comparators=[ast.Constant(value=0)])):
                yield node.lineno, "more than none: say how many"
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield from _only_there(node)
            case _:
                pass


def _only_there(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[int, str]]:
    """Asserts that something is there, of which nothing more is asked."""
    for node in ast.walk(function):
        match node:
            case ast.Assert(test=ast.Compare(left=left, ops=[ast.IsNot()], comparators=[ast.Constant(value=None)])):
                later = (
                    each for each in ast.walk(function) if isinstance(each, ast.expr) and each.lineno > node.lineno
                )
                if ast.unparse(left) not in map(ast.unparse, later):
                    yield node.lineno, "something is there: say what"
            case _:
                pass


EXCEPTIONS = {
    "conformance/test_features.py": 1,  # a metric of a tenant in which other tests run
    "e2e/test_kills.py": 1,  # how many requests come through under kills is left to chance
    "engine/rest/test_durable.py": 1,  # a place in a list
    "engine/rules/test_durable_schedules.py": 1,  # random losses: as often as it takes
    "unit/transport/test_http.py": 1,  # a length of time
    "worker/test_logs.py": 1,  # as many as a thread is quicker than another; their sum is asserted
}
"""How many of them a file may have, and why."""


@pytest.mark.parametrize("file", sorted(TESTS.rglob("test_*.py")), ids=lambda file: file.relative_to(TESTS).as_posix())
def test_no_assert_is_weak(file: Path) -> None:
    name = file.relative_to(TESTS).as_posix()
    found = list(weak(file.read_text()))
    assert len(found) == EXCEPTIONS.get(name, 0), f"{name}: {found}"


@pytest.mark.parametrize(
    "line",
    [
        "assert a or b",
        "assert all(x for x in found)",
        "assert number >= 1",
        "assert len(found) > 0",
        "assert a is not None",
    ],
)
def test_a_weak_assert_is_found(line: str) -> None:
    assert [number for number, _ in weak(f"def test():\n    {line}\n")] == [2]


@pytest.mark.parametrize("line", ["assert a", "assert found == [1]", "assert (a or b) == 1", "assert number >= 2"])
def test_a_plain_assert_is_none(line: str) -> None:
    assert list(weak(line)) == []


def test_what_is_used_later_may_be_asserted_to_be_there() -> None:
    assert list(weak("def test():\n    assert a is not None\n    assert a.b == 1\n")) == []
