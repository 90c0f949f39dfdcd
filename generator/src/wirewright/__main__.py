"""`python -m wirewright` is the command `wirewright`."""

from __future__ import annotations

import sys

from wirewright.cli import main

if __name__ == "__main__":
    sys.exit(main())
