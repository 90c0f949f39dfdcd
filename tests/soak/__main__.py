"""`make soak`: `durable …` for durable tasks alone, options of the other soak for that and both."""

from __future__ import annotations

import sys

from tests.soak import durable, kills


def main() -> int:
    """Run what is asked for; 0 where nothing was lost."""
    if sys.argv[1:2] == ["durable"]:
        return durable.main(sys.argv[2:])
    return kills.main() or durable.main([])


if __name__ == "__main__":
    sys.exit(main())
