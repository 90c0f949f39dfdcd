"""Everything that is generated says what it is: modules, classes, functions, fields, constants and enum values."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from wirewright import build, descriptors, overlay
from wirewright.comments import undescribed
from wirewright.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
GENERATED = ROOT / "generated"
# protoc writes these for the interpreter alone; what they hold is described in the .pyi beside them.
FILES = sorted(
    path for path in GENERATED.rglob("*.py*") if path.suffix in {".py", ".pyi"} and not path.name.endswith("_pb2.py")
)
# Names by which a tool knows a class or a module, and a person never calls it.
MACHINERY = frozenset({"model_config", "__all__", "__pydantic_extra__"})


def _is_text(statement: ast.stmt | None) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _is_type_variable(statement: ast.Assign | ast.AnnAssign) -> bool:
    call = statement.value
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "TypeVar"


def _silent(body: list[ast.stmt], prefix: str) -> Iterator[str]:
    """Public names below a module or class that have no docstring; what is local to a function is nobody's."""
    for statement, after in zip(body, [*body[1:], None], strict=True):
        if isinstance(statement, ast.If):
            yield from _silent([*statement.body, *statement.orelse], prefix)
        elif isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            if not statement.name.startswith("_") and not ast.get_docstring(statement):
                yield prefix + statement.name
        elif isinstance(statement, ast.ClassDef):
            if not ast.get_docstring(statement):
                yield prefix + statement.name
            # What a private class holds is seen by nobody but the module.
            if not statement.name.startswith("_"):
                yield from _silent(statement.body, f"{prefix}{statement.name}.")
        elif isinstance(statement, ast.Assign | ast.AnnAssign) and not _is_type_variable(statement):
            target = statement.target if isinstance(statement, ast.AnnAssign) else statement.targets[0]
            if isinstance(target, ast.Name) and not target.id.startswith("_") and target.id not in MACHINERY:
                yield from () if _is_text(after) else (prefix + target.id,)


def test_there_is_something_to_look_at() -> None:
    assert len(FILES) > 400
    assert {path.suffix for path in FILES} == {".py", ".pyi"}


def test_every_generated_symbol_has_a_description() -> None:
    missing: list[str] = []
    for path in FILES:
        module = ast.parse(path.read_text(encoding="utf-8"))
        name = path.relative_to(GENERATED).as_posix()
        if not ast.get_docstring(module):
            missing.append(name)
        missing += [f"{name}: {symbol}" for symbol in _silent(module.body, "")]
    assert missing == []


@pytest.fixture(scope="module")
def specs() -> build.Specs:
    return build.Specs.read(Settings.read(ROOT / "codegen" / "settings.toml"))


def test_the_specifications_describe_all_that_they_name(specs: build.Specs) -> None:
    assert specs.protos is not None
    assert specs.rest is not None
    missing = [*undescribed(specs.protos), *overlay.undescribed(specs.rest.document)]
    assert missing == []
    assert list(overlay.unmatched(specs.rest.document)) == []
    assert descriptors.own_files(specs.protos)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('def f():\n    """D."""\n', []),
        ("def f(): ...\n", ["f"]),
        ("def _f(): ...\n", []),
        ('class A:\n    """D."""\n\n    a = 1\n    """D."""\n    b = 2\n', ["A.b"]),
        ("class _A: ...\n", ["_A"]),
        ("if True:\n    x: int = 1\n", ["x"]),
        ('T = TypeVar("T")\n', []),
    ],
)
def test_the_walk_finds_what_has_none(source: str, expected: list[str]) -> None:
    assert list(_silent(ast.parse(source).body, "")) == expected
