"""The specification of the REST API as the generator reads it, overlay included."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[1]


def document() -> dict[str, Any]:  # Any: an OpenAPI document
    """The whole document; half a second, which a process that asks nothing is spared."""
    from wirewright.openapi import read
    from wirewright.settings import Settings

    settings = Settings.read(ROOT / "codegen" / "settings.toml")
    return read(ROOT / "specs" / "openapi", settings.selection, settings.overlay, settings.versions).document
