"""Hover on an option says what it means: each key of an option TypedDict has a docstring, which docs can be made of."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]


def typed_dicts(tree: ast.Module, known: set[str]) -> Iterator[ast.ClassDef]:
    """The TypedDicts of a module; those of other modules that it may inherit from are known."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and {ast.unparse(base) for base in node.bases} & {"TypedDict", *known}:
            known.add(node.name)
            yield node


def keys(owner: ast.ClassDef) -> Iterator[tuple[str, str]]:
    """Each key, with its docstring; empty where there is none."""
    for node, after in zip(owner.body, [*owner.body[1:], None], strict=True):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            match after:
                case ast.Expr(value=ast.Constant(value=str(text))):
                    yield node.target.id, text
                case _:
                    yield node.target.id, ""


def test_every_option_says_what_it_means() -> None:
    known: set[str] = set()
    found: dict[str, str] = {}
    base = ROOT / "hatchet" / "options" / "defaults.py"
    for path in [base, *(ROOT / "hatchet").rglob("*.py")]:
        if path.is_relative_to(ROOT / "hatchet" / "engine"):
            continue
        for owner in typed_dicts(ast.parse(path.read_text()), known):
            found |= {f"{owner.name}.{key}": text for key, text in keys(owner)}
    assert found["AttemptOptions.retries"].startswith("How many attempts")
    assert len(found) > 80
    assert [name for name, text in found.items() if not text.strip().endswith(".")] == []
