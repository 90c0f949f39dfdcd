"""Numbers, patterns and single words that have a name: `python -m tests.architecture.test_constants` records them anew.

What is refused as too much, how long is waited for something, how many of it are kept, what a file is called: each is
a choice, and the change of one is read as a change of the code is.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
KEPT = Path(__file__).with_name("constants.json")
ANEW = "`python -m tests.architecture.test_constants` records the constants anew"
LONGEST = 300
"""Characters of what is recorded: long tables have tests of their own, as have sentences."""
CALLS = {"frozenset", "re.compile", "Backoff", "RetryPolicy"}
"""What may be called for a constant; whatever else is called may look at the machine."""


def constants() -> dict[str, dict[str, str]]:
    """What each module writes behind its names in capitals."""
    files = sorted((ROOT / "hatchet").rglob("*.py"))
    found = {file.relative_to(ROOT).as_posix(): dict(_of_module(ast.parse(file.read_text()))) for file in files}
    return {file: named for file, named in found.items() if named}


def _of_module(module: ast.Module) -> Iterator[tuple[str, str]]:
    for node in module.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None and _is_plain(node.value):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            name, text = ast.unparse(target), ast.unparse(node.value)
            if name.strip("()").isupper() and len(text) <= LONGEST:
                yield name, text


def _is_plain(value: ast.expr) -> bool:
    parts = [*ast.walk(value)]
    called = {ast.unparse(each.func) for each in parts if isinstance(each, ast.Call)}
    words = any(isinstance(each, ast.Constant) and isinstance(each.value, str) and " " in each.value for each in parts)
    return called <= CALLS and not words and not any(isinstance(each, ast.JoinedStr | ast.Lambda) for each in parts)


def test_each_constant_is_what_it_was() -> None:
    assert constants() == json.loads(KEPT.read_text()), ANEW


def main() -> None:
    """Write what there is now."""
    KEPT.write_text(json.dumps(constants(), indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
