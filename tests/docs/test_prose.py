"""Guides are plain English: short sentences, and none of the turns of phrase that have to be read twice.

`make prose` looks at the words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
LONGEST = 35
"""Words of a sentence."""
RIDDLES = ("what is none", "as it is told", "than not", "be it ", "thereof", "whereby", "the former", "the latter")
"""What is exact, and has to be read twice."""


def sentences(text: str) -> Iterator[str]:
    """The sentences of a page, without programs, tables and comments; code within them counts as a word."""
    for pattern in (r"```.*?```", r"<!--.*?-->", r"^\|.*?$"):
        text = re.sub(pattern, "", text, flags=re.DOTALL | re.MULTILINE)
    for paragraph in re.split(r"\n\s*\n|\n(?= *[-*] | *\d+\. |#)", text):
        words = re.sub(r"`[^`]*`", "CODE", " ".join(paragraph.split()))
        words = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", words)
        yield from re.split(r"(?<=[.!?:])\s+(?=[A-Z\"'(*])", words)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_sentences_are_short(page: Path) -> None:
    assert [each for each in sentences(page.read_text()) if len(each.split()) > LONGEST] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_nothing_is_a_riddle(page: Path) -> None:
    text = " ".join(sentences(page.read_text())).lower()
    assert [each for each in RIDDLES if each in text] == []


def test_a_long_sentence_is_found() -> None:
    text = (
        "Short.\n\n- "
        + "word " * 36
        + "end. After it.\n\n```python\n"
        + "word " * 50
        + "\n```\n| "
        + "cell " * 50
        + "|\n"
    )
    assert [len(each.split()) for each in sentences(text) if each] == [1, 38, 2]
