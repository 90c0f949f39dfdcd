"""Which engine a word works with: a profile's, a folder's, the environment's, or the embedded one of `.hatchet`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from hatchet._settings import PREFIX, Sources
from hatchet.cli.ending import Exit, Stop
from hatchet.client import Hatchet

PROFILE = "HATCHET_PROFILE"


@contextmanager
def connected(chosen: argparse.Namespace) -> Generator[Hatchet]:
    """A client of the engine that was chosen; on a terminal it is named."""
    hatchet, named = client(chosen)
    if sys.stderr.isatty() and not chosen.json:
        print(f"engine: {named}", file=sys.stderr)
    with hatchet:
        yield hatchet


def client(chosen: argparse.Namespace) -> tuple[Hatchet, str]:
    """A client of the engine that was chosen, and what people call the engine."""
    if chosen.data is not None:
        return Hatchet.from_embedded(chosen.data), f"embedded, in {chosen.data}"
    profile = chosen.profile or os.environ.get(PROFILE)
    if profile:
        use_profile(profile)
    said = Sources({})
    if any(said.text(name) for name in ("token", "token_file", "embedded")):
        hatchet = Hatchet()
        where = f"embedded, in {hatchet.config.embedded}" if hatchet.config.embedded else hatchet.config.host_port
        return hatchet, f"{where}, of profile {profile}" if profile else where
    return Hatchet.from_embedded(), "embedded, in .hatchet"


def profiles() -> Path:
    """The folder of profiles: files `NAME.env`, with the variables of a client."""
    base = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    return Path(base).expanduser() / "hatchet-py" / "profiles"


def use_profile(name: str) -> None:
    """Set the variables of a profile, in place of what the environment says."""
    from dotenv import dotenv_values

    file = profiles() / f"{name}.env"
    if not file.is_file():
        known = sorted(path.stem for path in profiles().glob("*.env"))
        raise Stop(Exit.USAGE, f"there is no profile {name!r} in {profiles()}; there are: {', '.join(known) or 'none'}")
    for variable in [each for each in os.environ if each.upper().startswith(PREFIX)]:
        del os.environ[variable]
    os.environ.update({key: value for key, value in dotenv_values(file).items() if value is not None})
