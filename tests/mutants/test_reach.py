"""Which tests are asked about a line that runs on import."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutants import reach

SOURCE = """\
LIMIT = 3
A, B = (LIMIT, {name: 1 for name in "ab"})


def made(rows):
    def of(row):
        return row

    return [of(row) for row in rows]


class Kept(list):
    size: int = 3

    def grow(self):
        return self.size


FIRST = made("ab")
SECOND: list = [*made("c"), *(made(each) for each in "d")]
print(made(""))
"""
OTHER = "from a import made\nTHIRD = made([1])\nFOURTH = remade([1])\n"


@pytest.fixture(autouse=True)
def _sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in (("a.py", SOURCE), ("b.py", OTHER)):
        Path("src").mkdir(exist_ok=True)
        Path("src", name).write_text(text)
    monkeypatch.setattr(reach, "SOURCES", ("src",))


@pytest.mark.parametrize(
    ("line", "place", "made"),
    [
        (1, ["LIMIT"], []),
        (2, ["A", "B"], []),
        (3, [], []),
        (5, range(6, 10), ["FIRST", "SECOND", "THIRD"]),
        (7, range(7, 8), ["FIRST", "SECOND", "THIRD"]),
        (9, range(9, 10), ["FIRST", "SECOND", "THIRD"]),
        (13, ["Kept"], []),
        (16, range(16, 17), []),
        (19, ["FIRST"], []),
        (20, ["SECOND"], []),
        (21, [], []),
    ],
)
def test_a_line_is_of_a_function_or_of_constants(line: int, place: range | list[str], made: list[str]) -> None:
    assert reach._place("src/a.py", line) == place
    assert sorted(reach._made_with("src/a.py", line)) == made
