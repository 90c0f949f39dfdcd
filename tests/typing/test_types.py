"""Type tests: what five checkers must accept, and what they must reject and where."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.docs.blocks import named_blocks
from tests.typing.checkers import CHECKERS, ROOT, Checker, Finding, basedpyright, mypy, pyrefly, pyright, ty
from tests.typing.exceptions import EXCEPTIONS

HERE = Path(__file__).parent
REJECTED = sorted((HERE / "rejected").glob("*.py"))
MARK = re.compile(r"# reject: (\S+) (\S+)$")
Place = tuple[str, int]

pytestmark = [pytest.mark.checkers, pytest.mark.timeout(240)]  # a checker reads pydantic and grpc first


def accepted(folder: Path) -> list[Path]:
    """What an application writes: the accepted programs, the examples, and the blocks of the docs."""
    for name, block in named_blocks():
        (folder / f"{name.replace('-', '_')}.py").write_text(block)
    return [*sorted((HERE / "accepted").glob("*.py")), *sorted((ROOT / "examples").glob("*.py")), *folder.glob("*.py")]


class Report(NamedTuple):
    """What a checker says of all programs."""

    checker: str
    findings: list[Finding]

    @property
    def rejected(self) -> dict[Place, set[str]]:
        """The rules that are broken in the programs that are to be rejected, by file and line."""
        found: dict[Place, set[str]] = defaultdict(set)
        for finding in self.findings:
            if finding.path in REJECTED:
                found[finding.path.name, finding.line].add(finding.rule)
        return found


@pytest.fixture(scope="module")
def report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Each checker runs once: most of its time it reads what the programs import."""
    checker: Checker = request.param
    programs = accepted(tmp_path_factory.mktemp("programs"))
    assert len(programs) > 10
    return Report(checker.__name__, checker([*programs, *REJECTED]))


def of_each(*checkers: Checker) -> pytest.MarkDecorator:
    """Run a test with the report of each of the checkers."""
    return pytest.mark.parametrize(
        "report", checkers, ids=[one.__name__ for one in checkers], indirect=True, scope="module"
    )


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


@of_each(*CHECKERS)
def test_a_checker_accepts_what_an_application_writes(report: Report) -> None:
    assert [finding for finding in report.findings if finding.path not in REJECTED] == []


@of_each(mypy, pyright, basedpyright)
def test_a_checker_rejects_each_misuse_and_nothing_else(report: Report) -> None:
    index = 0 if report.checker == "mypy" else 1
    expected = {place: {rules[index]} for place, rules in marked().items()}
    assert len(expected) > 20
    found = report.rejected
    assert {place: rules & expected.get(place, rules) for place, rules in found.items()} == expected


@of_each(ty, pyrefly)
def test_a_young_checker_rejects_each_misuse_but_for_listed_exceptions(report: Report) -> None:
    expected = {place: statement(place) for place in marked()}
    found = report.rejected
    assert {place: statement(place) for place in found if place not in expected} == {}
    missed = [text for place, text in expected.items() if place not in found]
    excused = [text for texts in EXCEPTIONS[report.checker].values() for text in texts]
    assert sorted(missed) == sorted(excused), "an exception is missing, or one is no longer needed"
