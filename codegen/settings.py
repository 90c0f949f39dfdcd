"""The settings of one API: what the generator reads, what the package is called, and where it goes."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from codegen.errors import SpecError

NAME = "settings.toml"
_PACKAGE = re.compile(r"[a-z_]\w*(\.[a-z_]\w*)*", re.ASCII)
_KNOWN = {
    "": {"package", "server", "inputs", "output", "names"},
    "inputs": {"protos", "openapi", "overlay", "selection", "lock"},
    "output": {"folder"},
    "names": {"versions"},
}


@dataclass(frozen=True)
class Settings:
    """The content of a settings file, its paths made absolute."""

    package: str
    """Import name of the package."""
    output: Path
    """The folder that is replaced whole."""
    protos: Path | None = None
    """Folder of .proto files."""
    openapi: Path | None = None
    """Folder with openapi.yaml."""
    overlay: Path | None = None
    """Folder of our own words and additions."""
    selection: Path | None = None
    """File of what is left out, overrides and names of folders."""
    lock: Path | None = None
    """Folder of LOCK.toml; without one nothing is locked."""
    server: str = "server"
    """How docstrings call what serves the API."""
    versions: tuple[str, ...] = ()
    """First parts of operation ids that belong to the resource behind them."""

    @classmethod
    def read(cls, path: Path) -> Settings:
        """Read a settings file; a fault is a SpecError that names it."""
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SpecError(path.name, "", f"the settings cannot be read: {error}") from error
        for section, known in _KNOWN.items():
            table: Any = data if not section else data.get(section, {})
            if not isinstance(table, dict):
                raise SpecError(path.name, section, "this has to be a table")
            if unknown := sorted(table.keys() - known):
                raise SpecError(path.name, f"{section}.{unknown[0]}".lstrip("."), "this key means nothing here")
        package, folder = data.get("package"), data.get("output", {}).get("folder")
        if not isinstance(package, str) or not _PACKAGE.fullmatch(package):
            raise SpecError(path.name, "package", f"{package!r} is no name that a package can be imported by")
        if not isinstance(folder, str):
            raise SpecError(path.name, "output.folder", "the settings do not say where the package goes")
        inputs: dict[str, str] = data.get("inputs", {})
        if "protos" not in inputs and "openapi" not in inputs:
            raise SpecError(path.name, "inputs", "there is neither `protos` nor `openapi`, so there is nothing to read")
        base = path.resolve().parent
        found = {key: (base / value).resolve() for key, value in inputs.items()}
        for key, place in found.items():
            if key != "overlay" and not place.exists():
                raise SpecError(path.name, f"inputs.{key}", f"there is no {inputs[key]}")
        return cls(
            package=package,
            output=(base / folder).resolve(),
            server=str(data.get("server", "server")),
            versions=tuple(data.get("names", {}).get("versions", ())),
            **found,
        )

    def at(self, specs: Path) -> Settings:
        """The same, but with inputs in the layout of specs/ that lie elsewhere."""
        return replace(self, protos=specs / "proto", openapi=specs / "openapi", overlay=specs / "overlay")
