"""The public names and signatures, frozen in surface.txt; what importing the package costs; what the wheel holds."""

from __future__ import annotations

import ast
import importlib
import inspect
import os
import subprocess
import sys
import zipfile
from functools import cached_property
from pathlib import Path
from typing import get_origin

import pytest

import hatchet

ROOT = Path(__file__).parents[2]
SURFACE = Path(__file__).parent / "surface.txt"
NAMES: list[str] = vars(hatchet)["__all__"]  # made at run time, which checkers do not see
RENEW = "python -m tests.architecture.test_surface"


def surface() -> str:
    """Every public name, with the signatures of what can be called."""
    lines: list[str] = []
    for name in NAMES:
        value = getattr(hatchet, name)
        lines.append(f"{name}: {kind(value)}")
        if inspect.isclass(value):
            lines += [f"  {line}" for line in members(value)]
    return "\n".join(lines) + "\n"


def kind(value: object) -> str:
    if inspect.isclass(value):
        return f"class({', '.join(base.__name__ for base in value.__bases__)})"
    if get_origin(value) is not None:
        return f"alias({value})"
    return f"function{inspect.signature(value)}" if callable(value) else type(value).__name__


def members(owner: type) -> list[str]:
    found: list[str] = []
    for name, value in sorted(inspect.getmembers(owner)):
        if (name.startswith("_") and name != "__init__") or not defined_here(owner, name):
            continue
        if isinstance(value, property | cached_property) or inspect.isdatadescriptor(value):
            found.append(f"{name}: property")
        elif inspect.isroutine(value):
            found.append(f"{name}{signature(value)}")
        else:
            found.append(f"{name}: {type(value).__name__}")
    return found


def signature(function: object) -> str:
    try:
        return str(inspect.signature(function))  # type: ignore[arg-type]  # the caller knows that it is callable
    except ValueError:
        return "(…)"


def defined_here(owner: type, name: str) -> bool:
    """Whether a member comes from this package, not from pydantic, enum or the exceptions of Python."""
    home = next((base for base in owner.__mro__ if name in base.__dict__), None)
    return home is not None and home.__module__.startswith("hatchet")


def test_the_public_surface_is_what_surface_txt_says() -> None:
    assert surface() == SURFACE.read_text(), f"the public surface has changed; if that is meant: {RENEW}"


def test_every_public_name_has_a_docstring() -> None:
    for name in NAMES:
        value = getattr(hatchet, name)
        if inspect.isclass(value) or callable(value):
            assert inspect.getdoc(value), name
        if inspect.isclass(value):
            for method, function in inspect.getmembers(value, inspect.isroutine):
                if not method.startswith("_") and defined_here(value, method):
                    assert inspect.getdoc(function), f"{name}.{method}"


def test_the_names_that_are_loaded_late_are_those_that_type_checkers_read() -> None:
    """The list is data, so that the package needs no source; here, where there is one, both are compared."""
    tree = ast.parse((ROOT / "hatchet" / "__init__.py").read_text())
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    read: dict[str, str] = {}
    for node in block.body:
        assert isinstance(node, ast.ImportFrom)
        assert node.module
        (alias,) = node.names
        assert alias.name == alias.asname, "a name is exported as it is called at home"
        read[alias.name] = node.module
    assert vars(hatchet)["_WHERE"] == read


def test_star_import_gives_every_public_name() -> None:
    names: dict[str, object] = {}
    exec("from hatchet import *", names)
    assert {*NAMES} <= {*names}
    with pytest.raises(AttributeError, match="no attribute 'Hatchett'"):
        hatchet.Hatchett  # type: ignore[attr-defined]  # noqa: B018


def loaded_by(statement: str) -> set[str]:
    program = f"import sys\n{statement}\nprint('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    return {*done.stdout.split()}


HEAVY = ("httpx", "hatchet_api.rest", "hatchet.engine", "hatchet.features", "starlette", "uvicorn", "dotenv", "sqlite3")


@pytest.mark.parametrize("statement", ["import hatchet", "from hatchet import Hatchet, Context, Workflow, Depends"])
def test_importing_loads_no_rest_no_engine_and_no_httpx(statement: str) -> None:
    loaded = loaded_by(statement)
    assert [name for name in sorted(loaded) if name.startswith(HEAVY)] == []


def test_declaring_loads_neither_grpc_nor_protobuf_nor_the_worker() -> None:
    loaded = loaded_by("from hatchet import Hatchet, Context, Workflow, Depends, EmptyModel, TaskDefaults")
    assert not {"grpc", "google.protobuf", "hatchet_api", "hatchet.worker"} & loaded


def test_importing_the_package_alone_loads_neither_grpc_nor_pydantic() -> None:
    loaded = loaded_by("import hatchet")
    assert not {"grpc", "pydantic", "asyncio"} & loaded


def test_importing_configures_no_logging() -> None:
    program = (
        "import logging, hatchet; from hatchet import Hatchet; l = logging.getLogger('hatchet');"
        "print([type(h).__name__ for h in l.handlers], l.level, logging.getLogger().handlers)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "['NullHandler'] 0 []"


def test_every_module_can_be_imported_on_its_own() -> None:
    for path in sorted((ROOT / "hatchet").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if parts[-1] != "__main__":
            importlib.import_module(".".join(parts[:-1] if parts[-1] == "__init__" else parts))


@pytest.mark.timeout(120)
def test_the_wheel_holds_both_packages_and_nothing_of_development(tmp_path: Path) -> None:
    uv = Path(sys.executable).with_name("uv")
    if not uv.exists():
        pytest.skip("uv is not in this environment")
    command = [uv, "build", "--quiet", "--wheel", "--out-dir", tmp_path, ROOT]
    subprocess.run([str(part) for part in command], check=True, env={**os.environ})
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for expected in (
        "hatchet/py.typed",
        "hatchet_api/py.typed",
        "hatchet/engine/__init__.py",
        "hatchet_api/rest/runtime.py",
    ):
        assert expected in names
    top = {name.partition("/")[0] for name in names}
    assert {name for name in top if not name.endswith(".dist-info")} == {"hatchet", "hatchet_api"}


if __name__ == "__main__":
    SURFACE.write_text(surface())
