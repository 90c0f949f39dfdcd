"""The programs in README and docs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
ONE_PROGRAM = "<!-- one program"  # at the top of a page whose blocks go on with each other


def blocks_of(page: Path) -> list[str]:
    """The blocks of a page; one for all where they are one program."""
    text = page.read_text()
    blocks: list[str] = BLOCK.findall(text)
    return ["".join(blocks)] if text.startswith(ONE_PROGRAM) else blocks


def named_blocks() -> Iterator[tuple[str, str]]:
    """Every block, with a name from its page and its place there."""
    for page in PAGES:
        for number, block in enumerate(blocks_of(page), 1):
            yield f"{page.stem}-{number}", block
