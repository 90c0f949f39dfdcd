"""What import contracts do not say: no module imports in a circle, and the engine's house stays easy to survey."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[2]
ENGINE = ROOT / "hatchet" / "engine"
MOST_FILES_ON_TOP = 12
MOST_LINES = 400


def circles(imports: dict[str, set[str]]) -> list[set[str]]:
    """Groups of modules that each import all others of their group, directly or through others (Kosaraju)."""
    importers: dict[str, set[str]] = {module: set() for module in imports}
    for module, imported in imports.items():
        for each in imported:
            importers[each].add(module)
    order = [module for group in _searched(imports, imports) for module in group]
    return [group for group in map(set, _searched(reversed(order), importers)) if len(group) > 1]


def _searched(starts: Iterable[str], edges: dict[str, set[str]]) -> list[list[str]]:
    """What can be reached from each start and was not before, those first that lead nowhere else."""
    seen: set[str] = set()
    found: list[list[str]] = []
    for start in starts:
        group: list[str] = []
        stack = [(start, False)]
        while stack:
            module, leaving = stack.pop()
            if leaving:
                group.append(module)
            elif module not in seen:
                seen.add(module)
                stack.append((module, True))
                stack.extend((each, False) for each in edges[module])
        found.append(group)
    return found


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = grimp.build_graph("hatchet", cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert circles(imports) == []


def test_a_circle_is_found_wherever_it_is() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}) == [{"b", "c"}]
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}}) == [{"a", "b", "c"}]
    assert circles({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def test_the_engine_has_few_files_on_top_and_none_that_is_long() -> None:
    assert len(list(ENGINE.glob("*.py"))) <= MOST_FILES_ON_TOP
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in ENGINE.rglob("*.py")}
    assert {path: lines for path, lines in lengths.items() if lines > MOST_LINES} == {}
