"""The generator with this project's settings: `python -m codegen` is `wirewright --settings codegen/settings.toml`."""

from __future__ import annotations

import sys
from pathlib import Path

from wirewright import cli

SETTINGS = Path(__file__).with_name("settings.toml")


def main(arguments: list[str]) -> int:
    """Run one of the generator's commands and return its exit status."""
    return cli.main(["--settings", str(SETTINGS), *arguments])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
