"""Every public name, option and setting is in the reference; `make docs` builds it."""

from __future__ import annotations

import importlib
import inspect
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

import hatchet
from docsite.chapters import CHAPTERS
from hatchet import Hatchet, aliases
from hatchet.options import keys

ROOT = Path(__file__).parents[2]
NAMES: set[str] = set(vars(hatchet)["_WHERE"])  # made at run time, which checkers do not see
NAMED = {name for chapter in CHAPTERS for name in chapter.names}


def found(name: str) -> Any:
    """The object with a full name, or the module."""
    module, _, rest = name.rpartition(".")
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        return getattr(importlib.import_module(module), rest)


def test_no_name_stands_there_twice() -> None:
    names = [name for chapter in CHAPTERS for name in chapter.names]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("name", sorted(NAMES - set(vars(aliases)) - {"__version__"}))
def test_a_public_name_has_its_chapter(name: str) -> None:
    described = [found(each) for each in NAMED if each.rpartition(".")[2] == name]
    assert [each is getattr(hatchet, name) for each in described] == [True]


@pytest.mark.parametrize("name", [name for name, value in vars(keys).items() if name.endswith("Options")])
def test_what_may_be_written_stands_there_or_in_what_is_made_of_it(name: str) -> None:
    shown = {each.rpartition(".")[2] for each in NAMED}
    derived = [other for other, value in vars(keys).items() if other in shown and _has_all(value, getattr(keys, name))]
    assert derived != [], f"no chapter has the options of {name}"


def _has_all(shown: Any, part: Any) -> bool:
    return set(part.__annotations__) <= set(shown.__annotations__)


@pytest.mark.parametrize(
    "feature", [name for name, member in inspect.getmembers_static(Hatchet) if isinstance(member, cached_property)]
)
def test_a_feature_has_its_methods_there(feature: str) -> None:
    client = type(getattr(Hatchet.from_embedded(None), feature))
    if feature.startswith("_"):
        pytest.skip("it is no feature")
    assert f"{client.__module__}.{client.__qualname__}" in NAMED


def test_every_page_is_in_the_menu() -> None:
    menu = (ROOT / "mkdocs.yml").read_text()
    pages = [path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")]
    pages += [f"reference/{chapter.file}.md" for chapter in CHAPTERS]
    pages += [f"examples/{path.stem}.md" for path in (ROOT / "examples").glob("*.py") if path.name != "__init__.py"]
    pages += [f"examples/{path.parent.name}.md" for path in (ROOT / "examples").glob("*/__init__.py")]
    assert [page for page in pages if page not in menu] == []
