"""`page`: serves the page of an engine."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from typing import Final

from hatchet.cli.ending import Exit, Stop
from hatchet.cli.engines import client
from hatchet.client import Hatchet
from hatchet.worker.signals import StopSignals

EXTRA: Final = ("htpy", "starlette", "uvicorn")
"""What the extra `page` brings."""

HOW: Final = "pip install 'hatchet-typed[page]'"


def page(chosen: argparse.Namespace) -> Exit:
    """`page`."""
    if missing():
        raise Stop(Exit.FAILED, f"the page needs {missing()}: {HOW}")
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    hatchet, engine = client(chosen)
    with hatchet:
        return asyncio.run(_page(hatchet, engine, chosen.address, chosen.port))


def missing() -> str | None:
    """What is not installed of all that the page needs."""
    return next((name for name in EXTRA if find_spec(name) is None), None)


async def _page(hatchet: Hatchet, engine: str, address: str | None, port: int | None) -> Exit:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    with StopSignals(lambda number, count: loop.call_soon_threadsafe(stopped.set)):
        async with shown(hatchet, engine, address, port):
            await stopped.wait()
    return Exit.FINE


@asynccontextmanager
async def shown(hatchet: Hatchet, engine: str, address: str | None, port: int | None) -> AsyncGenerator[None]:
    """Serve the page while the block lasts, and print the links to it."""
    from hatchet.page.serving import bound, serving  # what it needs may not be installed

    try:
        listener = bound(hatchet, address, port)
    except OSError as error:
        raise Stop(Exit.FAILED, f"the page cannot be served: {error}") from error
    async with serving(hatchet, engine, listener, _say):
        yield


def _say(link: str) -> None:
    print(f"page {link}", flush=True)
