"""`wirewright init`: settings for specs that lie in a folder already."""

from __future__ import annotations

from pathlib import Path

from wirewright.errors import SpecError
from wirewright.references import ENTRY
from wirewright.settings import Settings

_TEMPLATE = """\
package = "{package}"  # import name of what is generated
server = "server"  # how docstrings call what serves the API

[inputs]  # paths from this file
{inputs}

[output]
folder = "{folder}"  # replaced whole by each run
"""


def run(package: str, openapi: Path | None, protos: Path | None, target: Path) -> None:
    """Write a settings file for the specs of a folder: those that are named, else those that are found."""
    if target.exists():
        raise SpecError(target.name, "", "it is there already; change it, or name another with --settings")
    base = target.resolve().parent
    if openapi is None and protos is None:
        openapi = next((path.parent for path in sorted(base.rglob(ENTRY)) if _is_visible(path, base)), None)
        found = next((path for path in sorted(base.rglob("*.proto")) if _is_visible(path, base)), None)
        protos = None if found is None else base / found.relative_to(base).parts[0]
        protos = base if protos is not None and protos.is_file() else protos
    given = {key: _spelt(path, base) for key, path in (("openapi", openapi), ("protos", protos)) if path is not None}
    if not given:
        raise SpecError(
            base.name, "", f"neither an {ENTRY} nor a .proto file is here; say where with --openapi, --protos"
        )
    inputs = "\n".join(f'{key} = "{path}"' for key, path in given.items())
    text = _TEMPLATE.format(package=package, inputs=inputs, folder=package.replace(".", "/"))
    target.write_text(text, encoding="utf-8", newline="\n")
    try:
        Settings.read(target)
    except SpecError:
        target.unlink()
        raise
    print(f"{target.name}: {', '.join(f'{key} of {path}' for key, path in given.items())}")


def _is_visible(path: Path, base: Path) -> bool:
    return not any(part.startswith(".") for part in path.relative_to(base).parts)


def _spelt(path: Path, base: Path) -> str:
    """A path as the settings spell it: from their own folder where it lies below, else whole."""
    whole = path.resolve()
    return whole.relative_to(base).as_posix() if whole.is_relative_to(base) else whole.as_posix()
