"""What pyproject.toml and README.md say of the project."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]


@cache
def repository() -> str:
    """The address of the repository."""
    address: str = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["urls"]["Repository"]
    return address


def start_page(readme: str) -> str:
    """README.md as a page: without badges, which ask other machines, and with links within the site."""
    text = re.sub(r"^\[?!\[.*\n", "", readme, flags=re.MULTILINE)
    text = re.sub(rf"\]\({re.escape(repository())}/(?:blob|tree)/main/", "](", text)
    return text.replace("](docs/", "](")
