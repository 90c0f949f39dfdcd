"""What a toy specification becomes, file by file."""

from __future__ import annotations

from pathlib import Path

import pytest

from wirewright import emit, models, openapi, operations
from wirewright.emit import Tree
from wirewright.settings import Settings

TOY = Path(__file__).parent / "toy"
GOLDEN = Path(__file__).parent / "golden"
EXPECTED = sorted(path.relative_to(GOLDEN).as_posix().removesuffix(".txt") for path in GOLDEN.rglob("*.txt"))


def _tree(layout: str) -> Tree:
    document = openapi.load(TOY / layout, TOY / "select.toml", None, ("v1",))
    return emit.finished(
        emit.merge(models.generate(document, "toy_api", "server"), operations.generate(document)), Settings.header
    )


@pytest.fixture(scope="module")
def tree() -> Tree:
    """What the toy specification in one file becomes."""
    return _tree("whole")


@pytest.mark.parametrize("path", EXPECTED)
def test_a_file_is_as_expected(tree: Tree, path: str, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--record-golden"):
        (GOLDEN / f"{path}.txt").write_bytes(tree[path])
    assert tree[path].decode() == (GOLDEN / f"{path}.txt").read_text(encoding="utf-8")


def test_there_are_no_other_models_and_operations(tree: Tree) -> None:
    found = {path for path in tree if path.startswith(("rest/models/", "rest/api/"))}
    assert found == {
        "rest/api/__init__.py",
        "rest/api/books/__init__.py",
        "rest/api/books/create.py",
        "rest/api/books/list.py",
        "rest/models/__init__.py",
        "rest/models/book.py",
        "rest/models/book_list.py",
        "rest/models/genre.py",
        "rest/models/id.py",
        "rest/models/paging.py",
        "rest/models/v1_book_create_request.py",
    }


def test_a_specification_split_over_files_becomes_the_same(tree: Tree) -> None:
    assert _tree("split") == tree


def test_descriptions_are_safe_in_docstrings(tmp_path: Path) -> None:
    text = (TOY / "whole" / "openapi.yaml").read_text(encoding="utf-8")
    nasty = r"""'It ends """ + '"""' + r""" early, has a \ and \x and ends in "'"""
    for description in ("Put a book on a shelf.", "What a book is about.", "A book on a shelf.", "Name of the shelf."):
        text = text.replace(f"description: {description}", f"description: {nasty}")
    (tmp_path / "openapi.yaml").write_text(text, encoding="utf-8")
    document = openapi.load(tmp_path, TOY / "select.toml", None, ("v1",))
    made = emit.merge(models.generate(document, "toy_api", "server"), operations.generate(document))
    for path in ("rest/models/genre.py", "rest/models/book.py", "rest/api/books/create.py"):
        compile(made[path], path, "exec")
