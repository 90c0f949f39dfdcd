"""`python -m hatchet`."""

from __future__ import annotations

import sys

from hatchet.cli import main

sys.exit(main())
