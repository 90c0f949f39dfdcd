"""What a release says of itself is true: links, badges, classifiers."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from docsite.project import repository

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LINKS = re.findall(r"\]\(([^)#]+)", README)
OURS = [link.removeprefix(f"{repository()}/") for link in LINKS if link.startswith(f"{repository()}/")]
PYTHONS = [found[1] for each in PROJECT["classifiers"] if (found := re.search(r":: Python :: (3\.\d+)", each))]


def test_the_readme_has_links_that_work_on_the_index_of_packages() -> None:
    assert [link for link in LINKS if not link.startswith("https://")] == []


@pytest.mark.parametrize("link", sorted(set(OURS)))
def test_a_link_into_the_repository_has_a_target(link: str) -> None:
    kind, branch, path = link.split("/", 2)
    assert branch == "main"
    target = ROOT / path
    assert target.is_dir() if kind == "tree" else (kind == "blob" and target.is_file())


def test_the_readme_names_no_other_repository_of_ours() -> None:
    hosts = {link.split("/")[2] for link in LINKS}
    assert hosts <= {"github.com", "img.shields.io"}
    elsewhere = [link for link in LINKS if link.startswith("https://github.com/") and not link.startswith(repository())]
    assert elsewhere == [PROJECT["urls"]["Engine"]]


def test_badges_say_what_pyproject_says() -> None:
    badges = {unquote(found) for found in re.findall(r"img\.shields\.io/badge/([^)]+)\)", README)}
    assert badges == {
        f"python-{PYTHONS[0]} – {PYTHONS[-1]}-blue",
        "typed-strict-blue",
        f"license-{PROJECT['license']}-blue",
    }


def test_the_oldest_python_is_the_first_that_is_named() -> None:
    assert PROJECT["requires-python"] == f">={PYTHONS[0]}"


def test_addresses_stand_below_the_repository() -> None:
    ours = {name: url for name, url in PROJECT["urls"].items() if name != "Engine"}
    assert [name for name, url in ours.items() if not url.startswith(repository())] == []
