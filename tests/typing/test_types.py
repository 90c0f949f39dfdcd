"""Type tests: what five checkers must accept, and what they must reject and where."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

from tests.docs.blocks import named_blocks
from tests.typing.checkers import CHECKERS, ROOT, Checker, Finding, basedpyright, mypy, pyrefly, pyright, ty
from tests.typing.exceptions import EXCEPTIONS

HERE = Path(__file__).parent
REJECTED = sorted((HERE / "rejected").glob("*.py"))
MARK = re.compile(r"# reject: (\S+) (\S+)$")
Place = tuple[str, int]

pytestmark = [pytest.mark.timeout(240), pytest.mark.slow]  # a checker reads pydantic and grpc first


def programs(folder: Path) -> list[Path]:
    """What an application writes: the accepted programs, the examples, and the blocks of the docs."""
    for name, block in named_blocks():
        (folder / f"{name.replace('-', '_')}.py").write_text(block)
    return [*sorted((HERE / "accepted").glob("*.py")), *sorted((ROOT / "examples").glob("*.py")), *folder.glob("*.py")]


def named(checker: Checker) -> str:
    return checker.__name__


def by_place(findings: list[Finding]) -> dict[Place, set[str]]:
    """The rules that are broken, by file and line."""
    found: dict[Place, set[str]] = defaultdict(set)
    for finding in findings:
        assert finding.path in REJECTED, finding
        found[finding.path.name, finding.line].add(finding.rule)
    return found


def marked() -> dict[Place, tuple[str, str]]:
    """Marked lines, with the mypy code and the pyright rule that they name."""
    return {
        (path.name, number): (match[1], match[2])
        for path in REJECTED
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if (match := MARK.search(line))
    }


def statement(place: Place) -> str:
    """A marked line without its mark."""
    line = (HERE / "rejected" / place[0]).read_text().splitlines()[place[1] - 1]
    return MARK.sub("", line).strip()


@pytest.mark.parametrize("checker", CHECKERS, ids=named)
def test_a_checker_accepts_what_an_application_writes(checker: Checker, tmp_path: Path) -> None:
    files = programs(tmp_path)
    assert len(files) > 10
    assert checker(files) == []


@pytest.mark.parametrize(
    ("checker", "index"), [(mypy, 0), (pyright, 1), (basedpyright, 1)], ids=lambda c: getattr(c, "__name__", "")
)
def test_a_checker_rejects_each_misuse_and_nothing_else(checker: Checker, index: int) -> None:
    expected = {place: {rules[index]} for place, rules in marked().items()}
    assert len(expected) > 20
    found = by_place(checker(REJECTED))
    assert {place: rules & expected.get(place, rules) for place, rules in found.items()} == expected


@pytest.mark.parametrize("checker", [ty, pyrefly], ids=named)
def test_a_young_checker_rejects_each_misuse_but_for_listed_exceptions(checker: Checker) -> None:
    expected = {place: statement(place) for place in marked()}
    found = by_place(checker(REJECTED))
    assert {place: statement(place) for place in found if place not in expected} == {}
    missed = [text for place, text in expected.items() if place not in found]
    excused = [text for texts in EXCEPTIONS[checker.__name__].values() for text in texts]
    assert sorted(missed) == sorted(excused), "an exception is missing, or one is no longer needed"
