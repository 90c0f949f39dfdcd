"""Asserts of the suite say what is so: none is true of nothing, and none leaves open which of two things holds.

And no test changes the time for other threads: a loop of theirs that asks just then waits until the day after.
"""

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
                alike = (each for each in ast.walk(function) if isinstance(each, type(left)))
                later = (each for each in alike if each.lineno > node.lineno)
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


SHARED = {"time", "asyncio", "select", "selectors", "socket", "threading"}


def replaced(source: str) -> Iterator[tuple[int, str]]:
    """What a test puts in place of functions of the modules that the threads of other tests call."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(attr="setattr"), args=[ast.Name(id=name), *_]) if name in SHARED:
                yield node.lineno, name
            case ast.Call(func=ast.Attribute(attr="setattr"), args=[ast.Constant(value=str(name)), *_]):
                if name.partition(".")[0] in SHARED:
                    yield node.lineno, name
            case _:
                pass


@pytest.mark.parametrize("folder", [TESTS, TESTS.parent / "generator" / "tests"], ids=["tests", "generator"])
def test_no_test_changes_what_the_threads_of_others_call(folder: Path) -> None:
    texts = {file.relative_to(folder).as_posix(): file.read_text() for file in folder.rglob("*.py")}
    found = {name: list(replaced(text)) for name, text in texts.items() if "setattr" in text}
    assert len(found) > 3
    assert {name: places for name, places in found.items() if places} == {}


@pytest.mark.parametrize("given", ["time, 'monotonic', f", "'asyncio.sleep', f", "socket, 'socket', f"])
def test_a_change_for_all_threads_is_found(given: str) -> None:
    assert [line for line, _ in replaced(f"def test(monkeypatch):\n    monkeypatch.setattr({given})\n")] == [2]


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
