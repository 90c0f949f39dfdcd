"""Serves a data folder until it is killed; run as a program by the tests."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path

from hatchet.engine import EmbeddedEngine


async def serve(data: Path) -> None:
    """Start, say where, and wait for the end."""
    engine = EmbeddedEngine(data)
    endpoint = await engine.start()
    print(json.dumps(asdict(endpoint)), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
