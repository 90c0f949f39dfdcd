"""The programs in README and docs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
FILE = re.compile(r"^```(?:python|toml)\n# (\S+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
ONE_PROGRAM = "<!-- one program"  # at the top of a page whose blocks go on with each other
ONE_PROJECT = "<!-- one project"  # and of one whose blocks are files, with their names in the first lines


def is_project(page: Path) -> bool:
    """Whether the blocks of a page are files."""
    return page.read_text().startswith(ONE_PROJECT)


def files_of(page: Path) -> dict[str, str]:
    """The files of a page that is a project, by their names."""
    text = page.read_text()
    files: dict[str, str] = dict(FILE.findall(text))
    blocks = BLOCK.findall(text)
    assert sum(name.endswith(".py") for name in files) == len(blocks), f"a block of {page.name} names no file"
    return files


def blocks_of(page: Path) -> list[str]:
    """The blocks of a page; one for all where they are one program."""
    text = page.read_text()
    blocks: list[str] = BLOCK.findall(text)
    if is_project(page):
        # For checkers: what files import from each other stands above.
        packages = {name.partition("/")[0] for name in files_of(page) if "/" in name}
        local = re.compile(rf"^from (?:{'|'.join(sorted(packages))})\.\w+ import .*\n", re.MULTILINE)
        return [local.sub("", "".join(blocks))]
    return ["".join(blocks)] if text.startswith(ONE_PROGRAM) else blocks


def named_blocks() -> Iterator[tuple[str, str]]:
    """Every block, with a name from its page and its place there."""
    for page in PAGES:
        for number, block in enumerate(blocks_of(page), 1):
            yield f"{page.stem}-{number}", block
