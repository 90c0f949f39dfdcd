"""Which faults are put into a source."""

from __future__ import annotations

import ast
import random
import tomllib
from pathlib import Path

import pytest

from tests.mutants.sites import sites

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("source", "changed"),
    [
        ("x = a < b", {"x = (a <= b)"}),
        ("x = not a", {"x = bool(a)"}),
        ("x = a and b", {"x = (a or b)", "x = (a)"}),
        ("x = 1 if a else b", {"x = (1)", "x = (b)", "x = (1 + 1) if a else b"}),
        ("if a:\n    b()", {"if not (a):\n    b()", "if a:\n    pass"}),
        ("f(a, b=c)", {"pass", "f(a)"}),
        ("x = f(a, b=True)", {"x = f(a)", "x = f(a, b=False)"}),
        ("def f(n=1):\n    return n", {"def f(n=(1 + 1)):\n    return n", "def f(n=1):\n    return None"}),
        ("raise KeyError(a)", {"pass"}),
        ("x = 'ä', 'word'", {"x = 'ä_', 'word'", "x = 'ä', 'word_'"}),
        ("for x in a:\n    break", {"for x in a:\n    continue"}),
        ("x += 1", {"pass"}),
    ],
)
def test_each_kind_of_fault(source: str, changed: set[str]) -> None:
    found = {each.apply(source.encode()).decode() for each in sites(source.encode())}
    assert found >= changed
    assert ast.dump(ast.parse(source)) not in {ast.dump(ast.parse(each)) for each in found}


@pytest.mark.parametrize(
    "source",
    [
        '"""Words."""',
        "def f() -> None:\n    '''Words.'''",
        "from a import b",
        "logger.warning('word')",
        "x: A | None",
        "if TYPE_CHECKING:\n    x = 1",
        "@overload\ndef f(a: int = 1) -> int: ...",
        "class A(Protocol):\n    x = 1",
        "x = f'{a}'",
        "x = f('utf-8', newline=a)",
    ],
)
def test_words_types_and_imports_are_left_alone(source: str) -> None:
    assert sites(source.encode()) == []


def test_a_changed_module_can_be_read_still() -> None:
    chance = random.Random(1)
    for file in chance.sample(sorted((ROOT / "hatchet").rglob("*.py")), 12):
        source = file.read_bytes()
        found = sites(source)
        for site in chance.sample(found, min(len(found), 20)):
            ast.parse(site.apply(source))


def test_each_change_that_nobody_can_see_is_one_of_today() -> None:
    rows: list[dict[str, str]] = tomllib.loads((Path(__file__).parent / "equivalent.toml").read_text())["equivalent"]
    assert {tuple(row) for row in rows} == {("path", "line", "what", "why")}
    gone = [row for row in rows if row["line"] not in map(str.strip, (ROOT / row["path"]).read_text().splitlines())]
    assert gone == []
