"""`hatchet-py dev` on a machine so busy that workers take long to come back: the engine waits a minute for them."""

from __future__ import annotations

import sys
from dataclasses import replace

from hatchet._embedded_options import EmbeddedSpec
from hatchet.cli import main
from hatchet.engine import EngineSettings

usual = EmbeddedSpec.settings


def patient(self: EmbeddedSpec) -> EngineSettings:
    return replace(usual(self), return_within=60.0)


if __name__ == "__main__":
    EmbeddedSpec.settings = patient  # type: ignore[method-assign]  # no option for users, who need none
    sys.exit(main())
