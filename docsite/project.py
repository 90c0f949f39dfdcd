"""What pyproject.toml says of the project."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]


@cache
def repository() -> str:
    """The address of the repository."""
    address: str = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["urls"]["Repository"]
    return address
