"""Versions of the engine that texts name are those of the specs' overlay: one source for gates, docs and scenarios."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from hatchet.engine import ENGINE_VERSION
from hatchet_api.since import GRPC, REST

ROOT = Path(__file__).parents[2]
VERSION = re.compile(r"\bv0\.\d+\.\d+\b")
FILES = [
    *sorted((ROOT / "hatchet").rglob("*.py")),
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "tests" / "conformance").glob("test_*.py")),
    ROOT / "README.md",
]
OTHERS = {
    "v0.105.2": "docs/durable-tasks.md: how the engine behaves from then on; nothing of the wire came with it",
}
"""Versions that are about no entry of the overlay."""


def versions_in(path: Path) -> set[str]:
    return set(VERSION.findall(path.read_text(encoding="utf-8")))


def known() -> set[str]:
    described = tomllib.loads((ROOT / "specs" / "LOCK.toml").read_text(encoding="utf-8"))["version"]
    return {version for version in (*GRPC.values(), *REST.values()) if version} | {described, ENGINE_VERSION}


@pytest.mark.parametrize("path", [path for path in FILES if versions_in(path)], ids=lambda path: path.name)
def test_every_version_that_a_text_names_is_of_the_overlay(path: Path) -> None:
    assert versions_in(path) - known() - OTHERS.keys() == set()


def test_every_other_version_is_still_named() -> None:
    named = {version for path in FILES for version in versions_in(path)}
    assert OTHERS.keys() - named == set()
    assert OTHERS.keys() & known() == set()


@pytest.mark.parametrize("path", sorted((ROOT / "hatchet" / "wire").glob("*.py")), ids=lambda path: path.name)
def test_no_gate_has_a_number_of_its_own(path: Path) -> None:
    assert not re.search(r"\(0, \d+, \d+\)", path.read_text(encoding="utf-8"))
