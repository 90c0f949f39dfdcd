"""Programs that have once shown a difference, with what a real engine showed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.congruence.program import Data, Program

FOLDER = Path(__file__).parent / "kept"


class Kept(Data):
    """A program and what a real engine showed of it."""

    program: Program
    real: Any  # Any: JSON

    def write(self, folder: Path, seed: int) -> str:
        """Keep it; the name of its file."""
        path = folder / f"seed-{seed}.json"
        text = {"program": json.loads(self.program.model_dump_json(exclude_defaults=True)), "real": self.real}
        path.write_text(json.dumps(text, indent=1, sort_keys=True) + "\n")
        return path.name
