"""The programs in README and docs."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
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
        return list(_programs(files_of(page)))
    return ["".join(blocks)] if text.startswith(ONE_PROGRAM) else blocks


def _programs(files: Mapping[str, str]) -> Iterator[str]:
    """For checkers, which look at one file: each file of tests, with those of the application above it."""
    python = {name: text for name, text in files.items() if name.endswith(".py")}
    application = [text for name, text in python.items() if not name.startswith("tests/")]
    packages = {name.partition("/")[0] for name in python}
    for name, text in python.items():
        if name.startswith("tests/"):
            yield _merged([*application, text], packages)


def _merged(texts: Sequence[str], packages: Collection[str]) -> str:
    """Files as one: what they import stands above, and once; not what they import from each other."""
    imported: dict[str, list[str]] = {}
    bodies: list[str] = []
    for text in texts:
        lines = text.splitlines()
        for node in ast.parse(text).body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                for number in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                    lines[number - 1] = ""
                module = (node.module or "") if isinstance(node, ast.ImportFrom) else ""
                if module.partition(".")[0] not in packages:
                    known = imported.setdefault(module, [])
                    known += [alias.name for alias in node.names if alias.name not in known]
        bodies.append("\n".join(lines))
    plain = [f"import {name}" for name in imported.pop("", [])]
    return "\n".join(
        [*plain, *(f"from {module} import {', '.join(names)}" for module, names in imported.items()), *bodies]
    )


def named_blocks() -> Iterator[tuple[str, str]]:
    """Every block, with a name from its page and its place there."""
    for page in PAGES:
        for number, block in enumerate(blocks_of(page), 1):
            yield f"{page.stem}-{number}", block
