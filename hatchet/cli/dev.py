"""`dev`: serves an embedded engine and its page, and with a module runs a worker that reloads on changes."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from hatchet._dataclasses import NamedTuple
from hatchet._embedded_options import EmbeddedSpec
from hatchet._embedded_options import options as embedded_options
from hatchet._embedded_options import read as read_embedded_options
from hatchet._settings import Sources
from hatchet.cli.ending import Exit, Stop
from hatchet.client import Hatchet
from hatchet.config import ClientConfig, ClientTLSConfig, TlsStrategy
from hatchet.worker.signals import StopSignals

if TYPE_CHECKING:
    from hatchet.engine import EmbeddedEngine, Endpoint


def dev(chosen: argparse.Namespace) -> Exit:
    """`dev`."""
    log_to_stderr(verbose=chosen.verbose)
    names = [option.name for option in embedded_options()]
    spec = read_embedded_options(Sources({}), {name: value for name, value in vars(chosen).items() if name in names})
    data: Path | None = None if chosen.memory else chosen.data
    page = None if chosen.no_page else Where(chosen.page_address, chosen.page_port)
    return asyncio.run(_dev(data, chosen.grpc_port, chosen.api_port, spec, chosen.module, page))


class Where(NamedTuple):
    """Where the page is served; None is left to it."""

    address: str | None
    port: int | None


def log_to_stderr(*, verbose: bool) -> None:
    """Warnings and errors, and with `verbose` more."""
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.INFO if verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    logging.getLogger("hatchet").setLevel(logging.DEBUG if verbose else logging.WARNING)


async def _dev(
    data: Path | None, grpc_port: int, api_port: int, spec: EmbeddedSpec, module: str | None, page: Where | None
) -> Exit:
    from hatchet.engine import EmbeddedEngine, EngineStartError

    try:
        engine = EmbeddedEngine(data, grpc_port=grpc_port, api_port=api_port, settings=spec.settings())
        await engine.start()
    except ImportError as error:
        raise Stop(Exit.FAILED, f"it needs {error.name}: pip install 'hatchet-typed[embedded]'") from error
    except (EngineStartError, OSError) as error:
        raise Stop(Exit.FAILED, str(error)) from error
    try:
        async with _paged(engine.endpoint, f"embedded, in {data or 'memory'}", page):
            await _until_stopped(engine, data, module)
    finally:
        await engine.stop()
    return Exit.FINE


@asynccontextmanager
async def _paged(endpoint: Endpoint, engine: str, page: Where | None) -> AsyncGenerator[None]:
    """Serve the page while the block lasts; where something is missing for it, say how to get it."""
    from hatchet.cli.paging import HOW, missing, shown

    if page is None or missing():
        if page is not None:
            print(f"For a page to work with it in a browser: {HOW}")
        yield
        return
    with Hatchet(_settings(endpoint)) as hatchet:
        async with shown(hatchet, engine, page.address, page.port):
            yield


def _settings(endpoint: Endpoint) -> ClientConfig:
    return ClientConfig(
        token=endpoint.token,
        host_port=endpoint.grpc_address,
        server_url=endpoint.server_url,
        tls_config=ClientTLSConfig(strategy=TlsStrategy.NONE),
    )


async def _until_stopped(engine: EmbeddedEngine, data: Path | None, module: str | None) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    endpoint = engine.endpoint
    with StopSignals(lambda number, count: loop.call_soon_threadsafe(stopped.set)):
        print(f"gRPC {endpoint.grpc_address}, REST {endpoint.server_url}, data in {data or 'memory'}")
        print("In another terminal:\n")
        print(f"export HATCHET_CLIENT_TOKEN={endpoint.token}\nexport HATCHET_CLIENT_TLS_STRATEGY=none\n", flush=True)
        worker = None if module is None else _worker(module, endpoint)
        try:
            await stopped.wait()
        finally:
            if worker is not None:
                from hatchet.cli.working import end

                await asyncio.to_thread(end, worker)


def _worker(module: str, endpoint: Endpoint) -> subprocess.Popen[bytes]:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.upper().startswith("HATCHET_CLIENT_EMBEDDED")},
        "HATCHET_CLIENT_TOKEN": endpoint.token,
        "HATCHET_CLIENT_TLS_STRATEGY": "none",
    }
    return subprocess.Popen([sys.executable, "-m", "hatchet", "worker", "--reload", module], env=environment)
