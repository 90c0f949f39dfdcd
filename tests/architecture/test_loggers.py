"""All that the package logs goes to one logger, `hatchet`, or below it: who turns it down, turns all down."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

HATCHET = Path(__file__).parents[2] / "hatchet"
FILES = [file for file in sorted(HATCHET.rglob("*.py")) if "getLogger" in file.read_text()]


def named(file: Path) -> set[str]:
    """The loggers of a module: names as they are written."""
    calls = (node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call))
    return {
        ast.unparse(call.args[0]) if call.args else "the root"
        for call in calls
        if isinstance(call.func, ast.Attribute) and call.func.attr == "getLogger"
    }


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(HATCHET).as_posix())
def test_a_module_logs_to_the_logger_of_the_package(file: Path) -> None:
    more = {
        "config.py": {"the root"},  # that of the tasks' own lines, where the program gives none
        "embedded.py": {"'hatchet.engine'"},  # whose level is an option
    }
    name = file.relative_to(HATCHET).as_posix()
    if name.startswith("engine/"):
        assert named(file) == {"__name__"}
    else:
        assert named(file) == {"'hatchet'"} | more.get(name, set())


def test_there_are_modules_that_log() -> None:
    assert len(FILES) > 30
